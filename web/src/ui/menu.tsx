/* A menu of actions. */
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export interface Action { label: string; icon?: ReactNode; onSelect: () => void; isDanger?: boolean; isDisabled?: boolean }

export function Menu({ trigger, actions, align = "end" }: { trigger: ReactNode; actions: Action[]; align?: "start" | "end" }) {
	return (
		<DropdownMenu.Root>
			<DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
			<DropdownMenu.Portal>
				<DropdownMenu.Content align={align} sideOffset={4} className="z-50 min-w-44 rounded-panel border bg-surface p-1 shadow-lg">
					{actions.map((action) => (
						<DropdownMenu.Item
							key={action.label}
							disabled={action.isDisabled}
							onSelect={action.onSelect}
							className={cn(
								"flex cursor-pointer items-center gap-2 rounded-control px-2.5 py-1.5 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-brand-soft [&_svg]:size-4",
								action.isDanger && "text-bad-text data-highlighted:bg-bad-soft",
							)}
						>
							{action.icon}
							{action.label}
						</DropdownMenu.Item>
					))}
				</DropdownMenu.Content>
			</DropdownMenu.Portal>
		</DropdownMenu.Root>
	);
}
