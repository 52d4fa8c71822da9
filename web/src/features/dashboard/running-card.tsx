/* An execution that moves, small: from where to where, how far, how fast. */
import { Link } from "@tanstack/react-router";
import { progressOf } from "@/api/executions";
import type { Execution } from "@/api/types";
import { Crossing } from "@/features/executions/crossing";
import { StateBadge } from "@/features/executions/state";
import { formatSeconds, formatShort } from "@/lib/format";

export function RunningCard({ execution }: { execution: Execution }) {
	const p = progressOf(execution);
	return (
		<Link to="/executions/$executionId" params={{ executionId: execution.id }} className="block rounded-panel border bg-surface p-4 hover:border-line-strong">
			<div className="mb-3 flex items-center justify-between gap-3">
				<span className="truncate font-semibold">{execution.project_name}</span>
				<StateBadge execution={execution} />
			</div>
			<Crossing execution={execution} />
			<p className="mt-3 flex flex-wrap gap-x-4 text-[13px] text-muted">
				<span>{formatShort(p.rows)} of {formatShort(p.rows_total)} rows</span>
				<span>{formatShort(p.rows_per_second)} rows/s</span>
				{p.eta_seconds !== null && <span>{formatSeconds(p.eta_seconds)} left</span>}
			</p>
		</Link>
	);
}
