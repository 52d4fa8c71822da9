/* Tabs whose choice the caller keeps (most keep it in the URL). */
import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export interface Tab { value: string; label: string; count?: ReactNode; content: ReactNode }

export function Tabs({ tabs, value, onChange, label, className }: { tabs: Tab[]; value: string; onChange: (value: string) => void; label: string; className?: string }) {
	return (
		<Radix.Root value={value} onValueChange={onChange} className={cn("flex min-h-0 flex-col", className)}>
			<Radix.List aria-label={label} className="thin-scroll flex shrink-0 gap-1 overflow-x-auto border-b">
				{tabs.map((tab) => (
					<Radix.Trigger
						key={tab.value}
						value={tab.value}
						className="-mb-px flex items-center gap-2 border-b-2 border-transparent px-3 py-2.5 text-sm font-medium whitespace-nowrap text-muted -outline-offset-2 hover:text-ink data-[state=active]:border-brand data-[state=active]:text-ink"
					>
						{tab.label}
						{tab.count !== undefined && tab.count !== null && <span className="rounded-full bg-chip px-1.5 text-xs text-muted">{tab.count}</span>}
					</Radix.Trigger>
				))}
			</Radix.List>
			{tabs.map((tab) => (
				<Radix.Content key={tab.value} value={tab.value} className="min-h-0 flex-1 pt-4 -outline-offset-2">{tab.content}</Radix.Content>
			))}
		</Radix.Root>
	);
}
