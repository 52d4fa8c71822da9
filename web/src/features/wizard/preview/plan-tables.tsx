/* The tables of the plan, in the order of their size. */
import type { Plan, PlanTable } from "@/api/types";
import { formatBytes, formatCount, qualified } from "@/lib/format";
import { useMedia } from "@/lib/hooks";
import { VirtualTable, type VirtualColumn } from "@/ui/virtual-table";

const nameOf = (name: PlanTable["source"]) => qualified(name.schema, name.name);
const changed = (table: PlanTable) => table.columns.filter((column) => column.source !== column.target || column.source_type?.toLowerCase() !== column.target_type.toLowerCase()).length;

const columns: VirtualColumn<PlanTable>[] = [
	{ id: "source", header: "From", width: "minmax(7rem,1fr)", sort: (t) => nameOf(t.source), cell: (t) => <span className="block truncate font-medium" title={nameOf(t.source)}>{nameOf(t.source)}</span> },
	{ id: "target", header: "To", width: "minmax(7rem,1fr)", sort: (t) => nameOf(t.target), cell: (t) => <span className="block truncate" title={nameOf(t.target)}>{nameOf(t.target)}</span> },
	{ id: "rows", header: "Rows, about", width: "6.5rem", isNumber: true, sort: (t) => t.estimated_rows ?? -1, cell: (t) => formatCount(t.estimated_rows) },
	{ id: "bytes", header: "Size", width: "5.5rem", isNumber: true, isWideOnly: true, sort: (t) => t.estimated_bytes ?? -1, cell: (t) => formatBytes(t.estimated_bytes) },
	{ id: "chunks", header: "Chunks", width: "4.5rem", isNumber: true, isWideOnly: true, sort: (t) => t.chunks, cell: (t) => formatCount(t.chunks) },
	{ id: "columns", header: "Columns", width: "4.5rem", isNumber: true, isWideOnly: true, sort: (t) => t.columns.length, cell: (t) => t.columns.length },
	{ id: "changed", header: "Other name or type", width: "9rem", isNumber: true, isWideOnly: true, sort: changed, cell: changed },
];

export function PlanTables({ plan }: { plan: Plan }) {
	const isWide = useMedia("(min-width: 768px)");
	return <VirtualTable label="Tables of the plan" columns={columns} rows={plan.tables} keyOf={(t) => `${nameOf(t.source)}→${nameOf(t.target)}`} isWide={isWide} className="h-[30rem] rounded-panel border bg-surface" empty="No table takes part." />;
}
