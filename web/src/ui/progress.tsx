/* How far: as a bar, and as a ring. Values from 0 to 100. */
import { cn } from "@/lib/cn";
import type { Tone } from "./badge";

const fills: Record<Tone, string> = { neutral: "bg-line-strong", brand: "bg-brand", ok: "bg-teal", warn: "bg-warn", bad: "bg-bad" };
const strokes: Record<Tone, string> = { neutral: "stroke-line-strong", brand: "stroke-brand", ok: "stroke-teal", warn: "stroke-warn", bad: "stroke-bad" };

interface ProgressProps { value: number; label: string; tone?: Tone; className?: string }

export function ProgressBar({ value, label, tone = "brand", className }: ProgressProps) {
	const part = Math.min(100, Math.max(0, value));
	return (
		<div role="progressbar" aria-label={label} aria-valuenow={Math.round(part)} aria-valuemin={0} aria-valuemax={100} className={cn("h-1.5 overflow-hidden rounded-full bg-line", className)}>
			<div className={cn("h-full origin-left rounded-full transition-transform duration-500", fills[tone])} style={{ transform: `scaleX(${part / 100})` }} />
		</div>
	);
}

export function ProgressRing({ value, label, tone = "brand", size = 36 }: ProgressProps & { size?: number }) {
	const part = Math.min(100, Math.max(0, value));
	const radius = 15;
	const length = 2 * Math.PI * radius;
	return (
		<div role="progressbar" aria-label={label} aria-valuenow={Math.round(part)} aria-valuemin={0} aria-valuemax={100} className="relative shrink-0" style={{ width: size, height: size }}>
			<svg viewBox="0 0 36 36" className="size-full -rotate-90" aria-hidden>
				<circle cx="18" cy="18" r={radius} fill="none" strokeWidth="3.5" className="stroke-line" />
				<circle
					cx="18" cy="18" r={radius} fill="none" strokeWidth="3.5" strokeLinecap="round"
					strokeDasharray={length} strokeDashoffset={length * (1 - part / 100)}
					className={cn("transition-[stroke-dashoffset] duration-500", strokes[tone], part === 0 && "opacity-0")}
				/>
			</svg>
			<span className="absolute inset-0 grid place-items-center text-[10px] font-semibold" aria-hidden>{Math.floor(part)}</span>
		</div>
	);
}
