/* The tables that take part, to choose the one whose columns are mapped. */
import { useMemo, useState } from "react";
import { cn } from "@/lib/cn";
import { Search } from "@/ui/search";
import { VirtualList } from "@/ui/virtual-list";
import type { TargetRow } from "../select/rows";

export function TableList({ rows, targetOf, chosen, onChoose }: { rows: TargetRow[]; targetOf: (row: TargetRow) => string; chosen: string | null; onChoose: (id: string) => void }) {
	const [search, setSearch] = useState("");
	const shown = useMemo(() => rows.filter((row) => `${row.key} ${row.entry?.target ?? ""}`.toLowerCase().includes(search.toLowerCase())), [rows, search]);
	return (
		<section aria-label="Tables" className="flex max-h-56 min-h-40 flex-col overflow-hidden rounded-panel border bg-surface lg:h-[28rem] lg:max-h-none xl:h-auto">
			<div className="border-b p-2"><Search label="Search tables" value={search} onChange={setSearch} /></div>
			<VirtualList
				label="Tables that take part"
				items={shown}
				rowHeight={44}
				keyOf={(row) => row.id}
				className="flex-1"
				empty={<p className="p-3 text-[13px] text-muted">No table is called like that.</p>}
				render={(row) => (
					<button
						type="button"
						aria-pressed={row.id === chosen}
						onClick={() => onChoose(row.id)}
						className={cn("flex h-full w-full flex-col justify-center border-b px-3 text-left leading-tight -outline-offset-2 hover:bg-sunken", row.id === chosen && "bg-brand-soft hover:bg-brand-soft")}
					>
						<span className="truncate text-[13px] font-medium">{row.key}</span>
						<span className="truncate text-xs text-muted">to {targetOf(row)}{row.entry?.columns ? `, ${row.entry.columns.length} changed` : ""}</span>
					</button>
				)}
			/>
		</section>
	);
}
