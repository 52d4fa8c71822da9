/* The header: where one is, and how far. */
import { Link } from "@tanstack/react-router";
import { Menu } from "@/ui/icons";
import { IconButton } from "@/ui/button";
import { ProgressRing } from "@/ui/progress";
import { Logo } from "./logo";
import { ThemeToggle } from "./theme-toggle";
import type { Current } from "./use-current";

export function Header({ current, onMenu }: { current: Current; onMenu: () => void }) {
	return (
		<header className="z-20 flex h-14 shrink-0 items-center gap-3 border-b bg-surface px-3 sm:px-4">
			<div className="lg:hidden"><IconButton label="Menu" onClick={onMenu}><Menu /></IconButton></div>
			<Link to="/" className="flex items-center gap-2.5 rounded-control pr-1" aria-label="Ferry: dashboard">
				<Logo />
				<span className="hidden text-base font-semibold tracking-tight sm:inline">Ferry</span>
			</Link>
			{current.projectName && (
				<div className="flex min-w-0 items-center gap-3 border-l border-line-strong pl-3">
					<ProgressRing value={current.percent} label={current.label} tone={current.tone} />
					<div className="min-w-0 leading-tight">
						<p className="truncate text-sm font-semibold">{current.projectName}</p>
						<p className="truncate text-xs text-muted">{current.execution ? current.execution.state.toLowerCase() : current.step ? `Step ${current.step} of 6` : "Project"}</p>
					</div>
				</div>
			)}
			<div className="ml-auto"><ThemeToggle /></div>
		</header>
	);
}
