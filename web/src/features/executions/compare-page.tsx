/* Two executions side by side: figures, and the tables whose times or rows differ most. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import { executionQuery, progressOf, tableProgressQuery } from "@/api/executions";
import type { Execution, TableProgress } from "@/api/types";
import { formatBytes, formatCount, formatSeconds, formatTime, secondsBetween } from "@/lib/format";
import { DataGrid, type GridColumn } from "@/ui/data-grid";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { StateBadge } from "./state";

interface Pair { name: string; a: TableProgress | null; b: TableProgress | null }

function pairTables(a: TableProgress[], b: TableProgress[]): Pair[] {
	const pairs = new Map<string, Pair>();
	for (const table of a) pairs.set(table.target, { name: table.target, a: table, b: null });
	for (const table of b) {
		const pair = pairs.get(table.target);
		if (pair) pair.b = table;
		else pairs.set(table.target, { name: table.target, a: null, b: table });
	}
	const weight = (pair: Pair) => (!pair.a || !pair.b ? Infinity : Math.abs(pair.a.seconds - pair.b.seconds) + (pair.a.rows === pair.b.rows ? 0 : 1e6));
	return [...pairs.values()].sort((x, y) => weight(y) - weight(x));
}

function change(a: number, b: number): ReactNode {
	if (a === b) return "the same";
	if (a <= 0) return "–";
	const percent = ((b - a) / a) * 100;
	return `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)}%`;
}

const columns: GridColumn<Pair>[] = [
	{ key: "name", header: "Table", className: "min-w-36 [overflow-wrap:anywhere]", cell: (p) => <span className="font-medium">{p.name}</span> },
	{ key: "rows-a", header: "Rows, first", isNumber: true, cell: (p) => formatCount(p.a?.rows) },
	{ key: "rows-b", header: "Rows, second", isNumber: true, cell: (p) => formatCount(p.b?.rows) },
	{ key: "time-a", header: "Time, first", isNumber: true, cell: (p) => formatSeconds(p.a?.seconds) },
	{ key: "time-b", header: "Time, second", isNumber: true, cell: (p) => formatSeconds(p.b?.seconds) },
	{ key: "change", header: "Change of time", isNumber: true, cell: (p) => (p.a && p.b ? (Math.max(p.a.seconds, p.b.seconds) < 1 ? "–" : change(p.a.seconds, p.b.seconds)) : p.a ? "first only" : "second only") },
	{ key: "state", header: "State, second", cell: (p) => p.b?.state ?? "" },
];

function Figures({ a, b }: { a: Execution; b: Execution }) {
	const seconds = (e: Execution) => secondsBetween(e.started_at, e.ended_at) ?? 0;
	const rate = (e: Execution) => progressOf(e).rows / Math.max(0.001, seconds(e));
	const rows: { name: string; a: ReactNode; b: ReactNode; change: ReactNode }[] = [
		{ name: "Execution", a: <Link className="text-brand-text underline" to="/executions/$executionId" params={{ executionId: a.id }}>{a.project_name}</Link>, b: <Link className="text-brand-text underline" to="/executions/$executionId" params={{ executionId: b.id }}>{b.project_name}</Link>, change: "" },
		{ name: "Result", a: <StateBadge execution={a} />, b: <StateBadge execution={b} />, change: "" },
		{ name: "Started", a: formatTime(a.started_at), b: formatTime(b.started_at), change: "" },
		{ name: "Project version", a: a.project_version, b: b.project_version, change: "" },
		{ name: "Duration", a: formatSeconds(seconds(a)), b: formatSeconds(seconds(b)), change: change(seconds(a), seconds(b)) },
		{ name: "Rows", a: formatCount(progressOf(a).rows), b: formatCount(progressOf(b).rows), change: change(progressOf(a).rows, progressOf(b).rows) },
		{ name: "Volume", a: formatBytes(progressOf(a).bytes), b: formatBytes(progressOf(b).bytes), change: change(progressOf(a).bytes, progressOf(b).bytes) },
		{ name: "Rows per second", a: formatCount(rate(a)), b: formatCount(rate(b)), change: change(rate(a), rate(b)) },
		{ name: "Rejected rows", a: formatCount(progressOf(a).rejected), b: formatCount(progressOf(b).rejected), change: change(progressOf(a).rejected, progressOf(b).rejected) },
	];
	return (
		<DataGrid label="Figures of both" rows={rows} keyOf={(row) => row.name} columns={[
			{ key: "name", header: "Figure", cell: (row) => <span className="text-muted">{row.name}</span> },
			{ key: "a", header: "First", isNumber: true, cell: (row) => row.a },
			{ key: "b", header: "Second", isNumber: true, cell: (row) => row.b },
			{ key: "change", header: "Change", isNumber: true, className: "whitespace-nowrap", cell: (row) => row.change },
		]} />
	);
}

export function ComparePage() {
	const { a = "", b = "" } = useSearch({ from: "/executions/compare" });
	const first = useQuery(executionQuery(a));
	const second = useQuery(executionQuery(b));
	const firstTables = useQuery(tableProgressQuery(a));
	const secondTables = useQuery(tableProgressQuery(b));
	const pairs = useMemo(() => pairTables(firstTables.data ?? [], secondTables.data ?? []).slice(0, 500), [firstTables.data, secondTables.data]);
	return (
		<Page title="Two executions compared" lead="What took longer, and where rows differ.">
			<ProblemNotice error={first.error ?? second.error ?? firstTables.error ?? secondTables.error} />
			{(first.isPending || second.isPending) && <Loading />}
			{first.data && second.data && <Panel bodyClassName="p-0"><Figures a={first.data} b={second.data} /></Panel>}
			{pairs.length > 0 && <Panel title="Tables, the largest difference first" bodyClassName="p-0"><DataGrid label="Tables of both" columns={columns} rows={pairs} keyOf={(p) => p.name} className="max-h-[36rem]" /></Panel>}
		</Page>
	);
}
