/* Every table with its progress; thousands of them are fine. */
import { useQuery } from "@tanstack/react-query";
import { memo, useMemo, useState } from "react";
import { tableProgressQuery } from "@/api/executions";
import type { TableProgress, TableState } from "@/api/types";
import { badValuesText } from "@/lib/bad-values";
import { formatBytes, formatCount, formatSeconds, formatShort } from "@/lib/format";
import { useMedia } from "@/lib/hooks";
import { Badge, type Tone } from "@/ui/badge";
import { Loading, ProblemNotice } from "@/ui/notice";
import { ProgressBar } from "@/ui/progress";
import { Search } from "@/ui/search";
import { Select } from "@/ui/select";
import { VirtualTable, type VirtualColumn } from "@/ui/virtual-table";

const tones: Record<TableState, Tone> = { waiting: "neutral", copying: "brand", loaded: "brand", verified: "ok", different: "bad", failed: "bad" };
const order: TableState[] = ["copying", "failed", "different", "loaded", "waiting", "verified"];

function percentOf(table: TableProgress): number {
	if (table.state === "verified" || table.state === "loaded") return 100;
	return table.total > 0 ? Math.min(100, (table.rows / table.total) * 100) : 0;
}

/* Of a table that waits there is nothing to tell. */
const figure = (table: TableProgress, text: string) => (table.state === "waiting" && table.rows === 0 ? <span className="text-faint">–</span> : text);

const columns: VirtualColumn<TableProgress>[] = [
	{ id: "name", header: "Table", width: "minmax(8rem,1.3fr)", sort: (t) => t.name, cell: (t) => <span className="block truncate font-medium" title={`${t.name} to ${t.target}`}>{t.name}</span> },
	{ id: "state", header: "State", width: "6rem", sort: (t) => order.indexOf(t.state), cell: (t) => <Badge tone={tones[t.state]}>{t.state}</Badge> },
	{ id: "progress", header: "Progress", width: "minmax(5rem,1fr)", isWideOnly: true, sort: percentOf, cell: (t) => <ProgressBar value={percentOf(t)} tone={tones[t.state]} label={`Progress of ${t.name}`} /> },
	{ id: "rows", header: "Rows", width: "minmax(5rem,9rem)", isNumber: true, sort: (t) => t.rows, cell: (t) => <span className="block truncate">{formatCount(t.rows)}{t.total > 0 && t.total !== t.rows && <span className="text-muted"> of {formatShort(t.total)}</span>}</span> },
	{ id: "bytes", header: "Size", width: "5rem", isNumber: true, isWideOnly: true, sort: (t) => t.bytes, cell: (t) => figure(t, formatBytes(t.bytes)) },
	{ id: "rate", header: "Rows/s", width: "4.5rem", isNumber: true, isWideOnly: true, sort: (t) => t.rows_per_second, cell: (t) => figure(t, formatShort(t.rows_per_second)) },
	{ id: "seconds", header: "Time", width: "6rem", isNumber: true, isWideOnly: true, sort: (t) => t.seconds, cell: (t) => figure(t, formatSeconds(t.seconds)) },
	{ id: "rejected", header: "Rejected", width: "5rem", isNumber: true, isWideOnly: true, sort: (t) => t.rejected, cell: (t) => (t.rejected > 0 ? <span className="font-medium text-warn-text">{formatCount(t.rejected)}</span> : figure(t, "0")) },
];

/* Where there are any. */
const badValues: VirtualColumn<TableProgress> = { id: "bad", header: "Bad values", width: "minmax(6rem,1fr)", isWideOnly: true, sort: (t) => Object.values(t.bad_values ?? {}).reduce((sum, n) => sum + n, 0), cell: (t) => { const text = badValuesText(t.bad_values ?? {}); return <span className="block truncate" title={text}>{text}</span>; } };
const withBadValues = [...columns, badValues];

/* Drawn when its tables change, not with every figure of the page. */
export const TablesTab = memo(function TablesTab({ executionId }: { executionId: string }) {
	const isWide = useMedia("(min-width: 768px)");
	const tables = useQuery(tableProgressQuery(executionId));
	const [search, setSearch] = useState("");
	const [state, setState] = useState("all");
	const shown = useMemo(() => (tables.data ?? []).filter((t) => t.name.toLowerCase().includes(search.toLowerCase()) && (state === "all" || t.state === state)), [tables.data, search, state]);
	const hasBad = useMemo(() => (tables.data ?? []).some((t) => Object.keys(t.bad_values ?? {}).length > 0), [tables.data]);
	if (tables.isPending) return <Loading />;
	if (tables.isError) return <ProblemNotice error={tables.error} onRetry={() => void tables.refetch()} />;
	return (
		<div className="flex h-[30rem] flex-col overflow-hidden rounded-panel border bg-surface">
			<div className="flex flex-wrap gap-2 border-b p-3">
				<Search label="Search tables" value={search} onChange={setSearch} className="min-w-40 flex-1" />
				<Select aria-label="State of tables" className="w-40" value={state} onChange={setState} choices={[{ value: "all", label: "Every state" }, ...order.map((value) => ({ value, label: value }))]} />
			</div>
			<VirtualTable label="Progress of tables" columns={hasBad ? withBadValues : columns} rows={shown} keyOf={(t) => t.index} isWide={isWide} className="flex-1" empty="No table is like that." />
		</div>
	);
});
