/* Both schemas held against each other: what is missing, extra, different. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { compareQuery } from "@/api/projects";
import type { CompareIssue, Project } from "@/api/types";
import { formatCount } from "@/lib/format";
import { useMore } from "@/lib/hooks";
import { Button } from "@/ui/button";
import { Badge, type Tone } from "@/ui/badge";
import { DataGrid, type GridColumn } from "@/ui/data-grid";
import { Loading, Notice, ProblemNotice } from "@/ui/notice";
import { Segmented } from "@/ui/toggle";

const tones: Record<CompareIssue["severity"], Tone> = { error: "bad", warning: "warn", info: "neutral" };
/* An issue of a table names it twice. */
const nameOf = ({ table, column, object }: CompareIssue) => [table, column ?? (object === table ? null : object)].filter(Boolean).join(".");

const columns: GridColumn<CompareIssue>[] = [
	{ key: "severity", header: "Severity", cell: (issue) => <Badge tone={tones[issue.severity]}>{issue.severity}</Badge> },
	{ key: "object", header: "Object", className: "min-w-48 [overflow-wrap:anywhere]", cell: (issue) => <><span className="text-muted">{issue.kind}</span> <span className="font-medium">{nameOf(issue)}</span></> },
	{ key: "reason", header: "Reason", cell: (issue) => issue.reason },
	{ key: "suggestion", header: "Suggestion", className: "break-words", cell: (issue) => (issue.suggestion ? <code className="font-mono text-xs">{issue.suggestion}</code> : "") },
];

export function SchemaCompare({ project }: { project: Project }) {
	const [mode, setMode] = useState<"columns" | "full">("full");
	const comparison = useQuery(compareQuery(project.source_connection_id, project.target_connection_id, mode));
	const issues = comparison.data?.issues ?? [];
	const { most, showMore } = useMore(100, comparison.data);
	return (
		<div className="flex flex-col gap-3">
			<Segmented label="Compare" value={mode} onChange={setMode} className="self-start" choices={[{ value: "full", label: "Everything" }, { value: "columns", label: "Names only" }]} />
			{comparison.isPending && <Loading label="Comparing…" />}
			<ProblemNotice error={comparison.error} onRetry={() => void comparison.refetch()} />
			{comparison.data?.is_compatible && <Notice tone="ok" title="Both sides are compatible" />}
			{comparison.data && comparison.data.issues.length > 0 && (
				<>
					{!comparison.data.is_compatible && <Notice tone="info" title="The sides differ">That is usual before the first run: tables that are missing are created by it.</Notice>}
					<DataGrid label="Differences" columns={columns} rows={issues.slice(0, most)} keyOf={(_, i) => i} className="max-h-[30rem] rounded-panel border bg-surface" />
					{issues.length > most && <p className="flex items-center gap-3 text-[13px] text-muted">The first {most} of {formatCount(issues.length)} are shown. <Button size="sm" onClick={showMore}>Show more</Button></p>}
				</>
			)}
		</div>
	);
}
