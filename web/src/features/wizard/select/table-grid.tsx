/* All tables of the source, with their targets. */
import { useCallback, useMemo } from "react";
import { CornerDownRight } from "@/ui/icons";
import type { Document } from "@/api/document";
import type { SourceTable, SuggestedTable } from "@/api/types";
import { addTarget, editEntry, keyOf, removeEntry, removeQuery, withMember, withSelection } from "@/lib/document";
import { formatBytes, formatCount } from "@/lib/format";
import { useMedia } from "@/lib/hooks";
import { Badge } from "@/ui/badge";
import { Checkbox } from "@/ui/toggle";
import { VirtualTable, type VirtualColumn } from "@/ui/virtual-table";
import type { PlaceOf } from "../names";
import { buildRows, type TargetRow } from "./rows";
import { TargetCell } from "./target-cell";

interface Props {
	document: Document; all: SourceTable[]; shown: SourceTable[]; chosen: Set<string>; matches: Map<string, SuggestedTable>; ruled: PlaceOf; mayEdit: boolean;
	onEdit: (change: (document: Document) => Document) => void;
	onQuery: (row: TargetRow) => void;
}

export function TableGrid({ document, all, shown, chosen, matches, ruled, mayEdit, onEdit, onQuery }: Props) {
	const isWide = useMedia("(min-width: 768px)");
	const rows = useMemo(() => buildRows(document, shown, matches), [document, shown, matches]);
	const select = useCallback((keys: string[], isOn: boolean) => onEdit((old) => {
		const next = new Set(chosen);
		keys.forEach((key) => (isOn ? next.add(key) : next.delete(key)));
		return withSelection(old, all, next);
	}), [all, chosen, onEdit]);
	const shownKeys = useMemo(() => shown.map(keyOf), [shown]);
	const n = shownKeys.filter((key) => chosen.has(key)).length;
	/* Not of what is in sight, so that rows which stay while somebody searches are not drawn again. */
	const columns = useMemo(() => {
		const remove = (row: TargetRow) => {
			const { index } = row;
			if (index !== null) onEdit((old) => (row.table.kind === "query" ? removeQuery(old, all.filter((t) => t.kind !== "query"), index) : removeEntry(old, index)));
		};
		const setTarget = (row: TargetRow, target: string) => onEdit((old) => editEntry(old, row.table, row.index, (entry) => withMember(entry, "target", target || undefined)));
		const list: VirtualColumn<TargetRow>[] = [
			{
				id: "take", width: "1.5rem", header: null,
				cell: (row) => row.isFirst ? <Checkbox label={`Take ${row.key}`} checked={chosen.has(row.key)} isDisabled={!mayEdit} onChange={(isOn) => select([row.key], isOn)} /> : <CornerDownRight className="size-4 text-faint" aria-label="also to" />,
			},
			{
				id: "name", width: "minmax(8rem,1.2fr)", header: "Table", sort: (row) => row.key,
				cell: (row) => <span className="flex min-w-0 items-center gap-2"><span className={row.isFirst ? "truncate font-medium" : "truncate text-muted"} title={row.key}>{row.key}</span>{row.isFirst && row.table.kind !== "table" && <Badge tone={row.table.kind === "query" ? "brand" : "neutral"}>{row.table.kind}</Badge>}{row.isFirst && !row.table.has_key && row.table.kind === "table" && <Badge tone="warn">no key</Badge>}</span>,
			},
			{ id: "rows", width: "6.5rem", header: "Rows, about", isNumber: true, isWideOnly: true, sort: (row) => row.table.rows, cell: (row) => (row.isFirst ? formatCount(row.table.rows) : "") },
			{ id: "bytes", width: "5.5rem", header: "Size", isNumber: true, isWideOnly: true, sort: (row) => row.table.bytes, cell: (row) => (row.isFirst ? formatBytes(row.table.bytes) : "") },
			{ id: "columns", width: "4.5rem", header: "Columns", isNumber: true, isWideOnly: true, sort: (row) => row.table.n_columns, cell: (row) => (row.isFirst ? formatCount(row.table.n_columns) : "") },
			{
				id: "target", width: "minmax(9rem,1.4fr)", header: <span className="md:pl-3">Goes to</span>,
				cell: (row) => (
					<TargetCell
						row={row}
						placeholder={ruled(row.table)?.name ?? ""}
						isDisabled={!chosen.has(row.key)}
						mayEdit={mayEdit}
						onQuery={() => onQuery(row)}
						onTarget={(target) => setTarget(row, target)}
						onAdd={() => onEdit((old) => addTarget(old, row.table, `${ruled(row.table)?.name ?? row.table.name}_2`))}
						onRemove={() => remove(row)}
					/>
				),
			},
		];
		return list;
	}, [all, chosen, ruled, mayEdit, onEdit, onQuery, select]);
	return (
		<VirtualTable
			label="Tables of the source"
			columns={columns}
			rows={rows}
			keyOf={(row) => row.id}
			isWide={isWide}
			rowHeight={44}
			className="flex-1"
			rowClassName={(row) => (chosen.has(row.key) ? undefined : "text-muted")}
			empty="No table is called like that."
			headers={{ take: <Checkbox label={`All ${shownKeys.length} tables in sight`} checked={n === 0 ? false : n === shownKeys.length ? true : "indeterminate"} isDisabled={!mayEdit} onChange={(isOn) => select(shownKeys, isOn)} /> }}
		/>
	);
}
