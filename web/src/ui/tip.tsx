/* A short hint above something, on hover and focus. */
import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";

export function Tip({ text, children, side = "top" }: { text: ReactNode; children: ReactNode; side?: "top" | "right" | "bottom" | "left" }) {
	return (
		<Tooltip.Root>
			<Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
			<Tooltip.Portal>
				<Tooltip.Content side={side} sideOffset={6} collisionPadding={8} className="z-50 max-w-72 rounded-control bg-ink px-2 py-1 text-xs text-bg">
					{text}
				</Tooltip.Content>
			</Tooltip.Portal>
		</Tooltip.Root>
	);
}
