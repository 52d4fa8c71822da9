/* A long list of rows of one height, of which only those in sight are drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, type ReactNode } from "react";
import { cn } from "@/lib/cn";

interface VirtualListProps<T> {
	items: T[];
	rowHeight: number;
	render: (item: T, index: number) => ReactNode;
	keyOf: (item: T, index: number) => string | number;
	label: string;
	className?: string;
	empty?: ReactNode;
}

export function VirtualList<T>({ items, rowHeight, render, keyOf, label, className, empty }: VirtualListProps<T>) {
	const scroller = useRef<HTMLDivElement>(null);
	const rows = useVirtualizer({ count: items.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12 });
	return (
		<div ref={scroller} role="list" tabIndex={0} aria-label={label} className={cn("thin-scroll min-h-0 overflow-auto -outline-offset-2", className)}>
			{items.length === 0 && <div role="listitem">{empty}</div>}
			<div role="presentation" className="relative w-full" style={{ height: rows.getTotalSize() }}>
				{rows.getVirtualItems().map((row) => {
					const item = items[row.index] as T;
					return (
						<div
							key={keyOf(item, row.index)}
							role="listitem"
							aria-setsize={items.length}
							aria-posinset={row.index + 1}
							className="absolute inset-x-0 top-0"
							style={{ height: rowHeight, transform: `translateY(${row.start}px)` }}
						>
							{render(item, row.index)}
						</div>
					);
				})}
			</div>
		</div>
	);
}
