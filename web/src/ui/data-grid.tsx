/* A table of rows as they are: dense, scrolls both ways, tells NULL from empty. */
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export function Value({ value }: { value: string | null }) {
	if (value === null) return <span className="text-faint italic">NULL</span>;
	if (value === "") return <span className="text-faint italic">empty</span>;
	return <>{value.length > 200 ? `${value.slice(0, 200)}…` : value}</>;
}

export interface GridColumn<T> { key: string; header: ReactNode; cell: (row: T) => ReactNode; className?: string; isNumber?: boolean }

interface GridProps<T> { columns: GridColumn<T>[]; rows: T[]; label: string; keyOf: (row: T, index: number) => string | number; className?: string; rowClassName?: (row: T) => string | undefined }

export function DataGrid<T>({ columns, rows, label, keyOf, className, rowClassName }: GridProps<T>) {
	return (
		<div className={cn("thin-scroll overflow-auto -outline-offset-2", className)} tabIndex={0} role="region" aria-label={label}>
			<table className="w-full border-collapse text-[13px]">
				<thead>
					<tr>
						{columns.map((column) => (
							<th key={column.key} scope="col" className={cn("sticky top-0 z-10 border-b bg-sunken px-3 py-2 text-left font-medium whitespace-nowrap text-muted", column.isNumber && "text-right")}>
								{column.header}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map((row, index) => (
						<tr key={keyOf(row, index)} className={cn("border-b last:border-0 hover:bg-sunken", rowClassName?.(row))}>
							{columns.map((column) => <td key={column.key} className={cn("max-w-96 px-3 py-1.5 align-baseline", column.isNumber && "text-right", column.className)}>{column.cell(row)}</td>)}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}
