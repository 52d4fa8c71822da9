/* Whether it can start: what the document, the plan and both schemas say. */
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Plan, Validation } from "@/api/types";
import { formatShort, plural } from "@/lib/format";
import { Loading, Notice, ProblemNotice } from "@/ui/notice";

export function Readiness({ projectId, validation, plan }: { projectId: string; validation: UseQueryResult<Validation>; plan: UseQueryResult<Plan> }) {
	if (validation.data && !validation.data.is_valid) {
		return (
			<Notice tone="bad" title={`The project has ${plural(validation.data.problems.length, "problem")}`}>
				<ul className="mt-1 flex flex-col gap-1">
					{validation.data.problems.map((problem, i) => <li key={i}>{problem.path && <code className="font-mono text-xs">{problem.path}: </code>}{problem.message}</li>)}
				</ul>
				<p className="mt-2">Mend it in <Link to="/projects/$projectId/columns" params={{ projectId }} className="font-medium underline">Map columns</Link> or <Link to="/projects/$projectId/pipeline" params={{ projectId }} className="font-medium underline">Pipeline</Link>.</p>
			</Notice>
		);
	}
	if (validation.isError) return <ProblemNotice error={validation.error} onRetry={() => void validation.refetch()} />;
	if (plan.isError) return <ProblemNotice error={plan.error} onRetry={() => void plan.refetch()} />;
	if (!plan.data) return <Loading label="Reading both sides and planning…" className="py-4" />;
	const rows = plan.data.tables.reduce((sum, table) => sum + Math.max(0, table.estimated_rows ?? 0), 0);
	const losses = plan.data.notes.filter((note) => note.severity === "loss").length;
	const what = `${plural(plan.data.tables.length, "table")}, about ${formatShort(rows)} rows, from ${plan.data.source.product} ${plan.data.source.version} to ${plan.data.target.product} ${plan.data.target.version}.`;
	if (losses > 0) return <Notice tone="warn" title={`It can start, with ${plural(losses, "loss", "losses")}`}>{what} See what is lost before you start.</Notice>;
	return <Notice tone="ok" title="It can start, and nothing is lost">{what}</Notice>;
}
