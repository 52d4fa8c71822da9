/* Rows before and after, side by side; what changed is marked, what would be rejected says why. */
import { memo, useEffect, useRef } from "react";
import { TriangleAlert } from "@/ui/icons";
import type { Preview, PreviewRow } from "@/api/types";
import { cn } from "@/lib/cn";
import { Value } from "@/ui/data-grid";

/* Brings a column into sight, without moving the page. */
function useInSight(name: string | null) {
	const scroller = useRef<HTMLDivElement>(null);
	useEffect(() => {
		const box = scroller.current;
		const head = name === null ? null : box?.querySelector<HTMLElement>(`th[data-column="${CSS.escape(name)}"]`);
		if (!box || !head) return;
		const isHidden = head.offsetLeft < box.scrollLeft || head.offsetLeft + head.offsetWidth > box.scrollLeft + box.clientWidth;
		if (isHidden) box.scrollLeft = head.offsetLeft - 24;
	}, [name]);
	return scroller;
}

function Side({ title, columns, rows, shown, pick, isChanged }: { title: string; columns: Preview["columns_before"]; rows: PreviewRow[]; shown: string | null; pick: (row: PreviewRow) => (string | null)[]; isChanged: (row: PreviewRow, name: string, value: string | null) => boolean }) {
	const scroller = useInSight(shown);
	return (
		<div className="flex min-w-0 flex-1 flex-col">
			<p className="border-b px-3 py-1.5 text-xs font-medium text-muted">{title}</p>
			<div ref={scroller} className="thin-scroll relative overflow-x-auto -outline-offset-2" tabIndex={0} role="region" aria-label={`Rows ${title.toLowerCase()}`}>
				<table className="w-full border-collapse text-xs">
					<thead>
						<tr>{columns.map((column) => <th key={column.name} scope="col" data-column={column.name} className={cn("bg-sunken px-2.5 py-1.5 text-left font-medium whitespace-nowrap", column.name === shown && "bg-brand-soft")}>{column.name} <span className="font-mono text-[11px] font-normal text-muted">{column.type}</span></th>)}</tr>
					</thead>
					<tbody>
						{rows.map((row, i) => (
							<tr key={i} className={cn("h-8 border-t", row.rejected && "bg-bad-soft")}>
								{columns.map((column, at) => {
									const value = pick(row)[at] ?? null;
									return <td key={column.name} className={cn("max-w-64 truncate px-2.5 font-mono whitespace-nowrap", isChanged(row, column.name, value) && "bg-ok-soft text-ok-text")}><Value value={value} /></td>;
								})}
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</div>
	);
}

interface GridProps { preview: Preview; sourceOf?: (target: string) => string | null; before?: string | null; after?: string | null }

/* sourceOf: which source column a target column comes from, to tell what changed. before, after: the columns to be in sight. */
export const PreviewGrid = memo(function PreviewGrid({ preview, sourceOf, before = null, after = null }: GridProps) {
	if (preview.rows.length === 0) return <p className="p-6 text-center text-sm text-muted">No row comes: the table is empty, or the condition lets none through.</p>;
	const at = new Map(preview.columns_before.map((column, i) => [column.name, i]));
	const isChanged = (row: PreviewRow, name: string, value: string | null) => {
		const index = at.get(sourceOf?.(name) ?? name);
		return row.rejected === null && (index === undefined || row.before[index] !== value);
	};
	const rejected = preview.rows.flatMap((row, i) => (row.rejected ? [{ number: i + 1, reason: row.rejected }] : []));
	return (
		<div>
			<div className="flex flex-col divide-y lg:flex-row lg:divide-x lg:divide-y-0">
				<Side title="Before" columns={preview.columns_before} rows={preview.rows} shown={before} pick={(row) => row.before} isChanged={() => false} />
				<Side title="After" columns={preview.columns_after} rows={preview.rows} shown={after} pick={(row) => row.after} isChanged={isChanged} />
			</div>
			{rejected.length > 0 && (
				<ul className="border-t px-3 py-2 text-[13px] text-bad-text">
					{rejected.map((row) => <li key={row.number} className="flex items-center gap-2"><TriangleAlert className="size-4 shrink-0" aria-hidden />Row {row.number} would be rejected: {row.reason}</li>)}
				</ul>
			)}
		</div>
	);
});
