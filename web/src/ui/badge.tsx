/* A word in a colour that says how it stands; the word itself always carries the meaning. */
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export type Tone = "neutral" | "brand" | "ok" | "warn" | "bad";

const tones: Record<Tone, string> = {
	neutral: "bg-chip text-muted",
	brand: "bg-brand-soft text-brand-text",
	ok: "bg-ok-soft text-ok-text",
	warn: "bg-warn-soft text-warn-text",
	bad: "bg-bad-soft text-bad-text",
};

export function Badge({ tone = "neutral", children, className }: { tone?: Tone; children: ReactNode; className?: string }) {
	return (
		<span className={cn("inline-flex shrink-0 items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5", tones[tone], className)}>
			{children}
		</span>
	);
}
