/* A framed part of a page, and pairs of names and values. */
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

interface PanelProps { title?: ReactNode; aside?: ReactNode; children: ReactNode; className?: string; bodyClassName?: string }

export function Panel({ title, aside, children, className, bodyClassName }: PanelProps) {
	return (
		<section className={cn("min-w-0 rounded-panel border bg-surface", className)}>
			{title && (
				<header className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b px-4 py-2">
					<h2 className="text-sm font-semibold">{title}</h2>
					{aside}
				</header>
			)}
			<div className={cn("p-4", bodyClassName)}>{children}</div>
		</section>
	);
}

export function Facts({ items, className }: { items: [string, ReactNode][]; className?: string }) {
	return (
		<dl className={cn("grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm", className)}>
			{items.map(([name, value]) => (
				<div key={name} className="contents">
					<dt className="text-muted">{name}</dt>
					<dd className="min-w-0 break-words">{value}</dd>
				</div>
			))}
		</dl>
	);
}

export function Stat({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
	return (
		<div className="min-w-0">
			<p className="text-xs text-muted">{label}</p>
			<p className="truncate text-xl leading-tight font-semibold tracking-tight">{value}</p>
			{note && <p className="truncate text-xs text-muted">{note}</p>}
		</div>
	);
}
