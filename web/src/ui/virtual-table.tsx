/*
 * A table of any length: sorted by its headers, only rows in sight are drawn. Rows have one height. The table's model is given those in
 * sight alone: one of thousands of rows takes longer to make than a picture may, and a run makes it anew twice a second.
 */
import { getCoreRowModel, useReactTable, type ColumnDef, type SortingState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "@/ui/icons";
import { memo, useMemo, useRef, useState, type ReactNode } from "react";
import { cn } from "@/lib/cn";

export interface VirtualColumn<T> {
	id: string;
	header: ReactNode;
	width: string; /* a track of a CSS grid */
	cell: (row: T) => ReactNode;
	sort?: (row: T) => string | number;
	isNumber?: boolean;
	isWideOnly?: boolean; /* left out on phones */
}

interface VirtualTableProps<T> {
	columns: VirtualColumn<T>[];
	rows: T[];
	keyOf: (row: T) => string | number;
	label: string;
	isWide: boolean;
	rowHeight?: number;
	className?: string;
	rowClassName?: (row: T) => string | undefined;
	empty?: ReactNode;
	headers?: Record<string, ReactNode>; /* instead of a column's own, where it says something of the rows */
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: string | number, b: string | number): number {
	return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

function sortRows<T>(rows: T[], columns: VirtualColumn<T>[], [by]: SortingState): T[] {
	const sort = columns.find((column) => column.id === by?.id)?.sort;
	if (!sort || !by) return rows;
	const keyed = rows.map((row) => ({ row, key: sort(row) }));
	return keyed.sort((a, b) => (by.desc ? compare(b.key, a.key) : compare(a.key, b.key))).map(({ row }) => row);
}

interface RowProps<T> { row: T; index: number; start: number; height: number; columns: VirtualColumn<T>[]; tracks: string; className: string | undefined }

function PlainRow<T>({ row, index, start, height, columns, tracks, className }: RowProps<T>) {
	return (
		<div
			role="row"
			aria-rowindex={index + 2}
			style={{ gridTemplateColumns: tracks, height, transform: `translateY(${start}px)` }}
			className={cn("absolute inset-x-0 top-0 grid items-center gap-3 border-b px-3 text-[13px] hover:bg-sunken", className)}
		>
			{columns.map((column) => <div key={column.id} role="cell" className={column.isNumber ? "min-w-0 text-right" : "min-w-0"}>{column.cell(row)}</div>)}
		</div>
	);
}

/* What scrolls by is drawn once. */
const Row = memo(PlainRow) as typeof PlainRow;

export function VirtualTable<T>({ columns, rows, keyOf, label, isWide, rowHeight = 40, className, rowClassName, empty, headers }: VirtualTableProps<T>) {
	const scroller = useRef<HTMLDivElement>(null);
	const [sorting, setSorting] = useState<SortingState>([]);
	const shown = useMemo(() => columns.filter((column) => isWide || !column.isWideOnly), [columns, isWide]);
	const definitions = useMemo(() => shown.map((column): ColumnDef<T, string | number> => (column.sort ? { id: column.id, accessorFn: column.sort, sortDescFirst: column.isNumber ?? false } : { id: column.id, enableSorting: false })), [shown]);
	const sorted = useMemo(() => sortRows(rows, shown, sorting), [rows, shown, sorting]);
	const virtual = useVirtualizer({ count: sorted.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 6 });
	const items = virtual.getVirtualItems();
	const inSight = items.flatMap((item) => sorted.slice(item.index, item.index + 1));
	const table = useReactTable({ data: inSight, columns: definitions, state: { sorting }, onSortingChange: setSorting, manualSorting: true, getCoreRowModel: getCoreRowModel() });
	const grid = { gridTemplateColumns: shown.map((column) => column.width).join(" ") };
	return (
		<div ref={scroller} role="table" aria-label={label} aria-rowcount={sorted.length + 1} tabIndex={0} className={cn("thin-scroll relative min-h-0 overflow-auto -outline-offset-2", className)}>
			<div role="rowgroup" className="sticky top-0 z-10">
				<div role="row" aria-rowindex={1} style={grid} className="grid gap-3 border-b bg-sunken px-3 text-[13px] font-medium text-muted">
					{shown.map((column) => {
						const head = table.getColumn(column.id);
						const order = head?.getIsSorted();
						return (
							<div key={column.id} role="columnheader" aria-sort={order === "asc" ? "ascending" : order === "desc" ? "descending" : undefined} className={cn("flex h-9 min-w-0 items-center", column.isNumber && "justify-end")}>
								{column.sort ? (
									<button type="button" onClick={head?.getToggleSortingHandler()} className="inline-flex min-w-0 items-center gap-1 truncate hover:text-ink [&_svg]:size-3.5 [&_svg]:shrink-0">
										{headers?.[column.id] ?? column.header}
										{order === "asc" && <ArrowUp aria-hidden />}
										{order === "desc" && <ArrowDown aria-hidden />}
									</button>
								) : headers?.[column.id] ?? column.header}
							</div>
						);
					})}
				</div>
			</div>
			{sorted.length === 0 && <div className="p-6 text-center text-sm text-muted">{empty}</div>}
			<div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
				{items.map((item) => {
					const row = sorted[item.index] as T;
					return (
						<Row key={keyOf(row)} row={row} index={item.index} start={item.start} height={rowHeight} columns={shown} tracks={grid.gridTemplateColumns} className={rowClassName?.(row)} />
					);
				})}
			</div>
		</div>
	);
}
