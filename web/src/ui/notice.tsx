/* What went wrong or is worth knowing, and what to do; and what stands where there is nothing yet. */
import { CircleAlert, CircleCheck, Info, RefreshCw, TriangleAlert } from "@/ui/icons";
import type { ReactNode } from "react";
import { Problem } from "@/api/client";
import { cn } from "@/lib/cn";
import { hintForPages } from "@/lib/hint";
import { Button } from "./button";

type NoticeTone = "info" | "ok" | "warn" | "bad";

const looks: Record<NoticeTone, { box: string; icon: ReactNode }> = {
	info: { box: "border-brand bg-brand-soft", icon: <Info className="text-brand-text" aria-hidden /> },
	ok: { box: "border-teal bg-ok-soft", icon: <CircleCheck className="text-ok-text" aria-hidden /> },
	warn: { box: "border-warn bg-warn-soft", icon: <TriangleAlert className="text-warn-text" aria-hidden /> },
	bad: { box: "border-bad bg-bad-soft", icon: <CircleAlert className="text-bad-text" aria-hidden /> },
};

interface NoticeProps { tone?: NoticeTone; title: ReactNode; children?: ReactNode; action?: ReactNode; className?: string }

export function Notice({ tone = "info", title, children, action, className }: NoticeProps) {
	return (
		<div role={tone === "bad" ? "alert" : "status"} className={cn("flex gap-3 rounded-panel border px-4 py-3 text-sm [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0", looks[tone].box, className)}>
			{looks[tone].icon}
			<div className="min-w-0 flex-1">
				<p className="font-medium break-words">{title}</p>
				{children && <div className="mt-0.5 text-[13px] break-words text-ink">{children}</div>}
			</div>
			{action && <div className="shrink-0 self-center">{action}</div>}
		</div>
	);
}

/* An error as the server or the network gave it: detail first, then the way out. */
export function ProblemNotice({ error, onRetry, className }: { error: unknown; onRetry?: () => void; className?: string }) {
	if (!error) return null;
	const problem = error instanceof Problem ? error : null;
	const text = problem?.detail || problem?.title || (error instanceof Error ? error.message : String(error));
	const wait = problem?.retryAfter ? `Try again in ${problem.retryAfter} s.` : null;
	return (
		<Notice tone="bad" title={text} className={className} action={onRetry && <Button size="sm" onClick={onRetry}><RefreshCw aria-hidden />Try again</Button>}>
			{problem?.hint || wait ? <>{hintForPages(problem?.hint ?? null)} {wait}</> : null}
		</Notice>
	);
}

interface EmptyProps { icon: ReactNode; title: string; children: ReactNode; actions?: ReactNode; className?: string }

export function Empty({ icon, title, children, actions, className }: EmptyProps) {
	return (
		<div className={cn("flex flex-col items-center rounded-panel border border-dashed border-line-strong px-6 py-12 text-center", className)}>
			<div className="mb-3 grid size-11 place-items-center rounded-panel bg-brand-soft text-brand-text [&_svg]:size-5" aria-hidden>{icon}</div>
			<h2 className="text-base font-semibold">{title}</h2>
			<div className="mt-1 max-w-prose text-sm text-pretty text-muted">{children}</div>
			{actions && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
		</div>
	);
}

export function Loading({ label = "Loading…", className }: { label?: string; className?: string }) {
	return (
		<div role="status" className={cn("flex items-center justify-center gap-2 py-12 text-sm text-muted", className)}>
			<RefreshCw className="size-4 animate-spin" aria-hidden />
			{label}
		</div>
	);
}
