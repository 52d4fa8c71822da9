/* A page: a title, content that scrolls, and a bar of actions that stays in view below it. */
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useTitle } from "@/lib/hooks";

interface PageProps { title: string; lead?: ReactNode; aside?: ReactNode; actions?: ReactNode; note?: ReactNode; children: ReactNode; isFilling?: boolean; width?: "normal" | "narrow" | "full" }

const widths = { narrow: "max-w-3xl", normal: "max-w-6xl", full: "max-w-none" };

export function Page({ title, lead, aside, actions, note, children, isFilling, width = "normal" }: PageProps) {
	useTitle(title);
	return (
		<div className="flex h-full min-h-0 flex-col">
			<div className="thin-scroll min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
				<div className={cn("mx-auto flex w-full flex-col gap-5 px-4 py-5 sm:px-6 lg:px-8", widths[width], isFilling && "h-full min-h-[36rem]")}>
					<header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
						<div className="min-w-0">
							<h1 className="text-xl font-semibold break-words">{title}</h1>
							{lead && <p className="mt-0.5 max-w-prose text-sm text-pretty text-muted">{lead}</p>}
						</div>
						{aside && <div className="flex flex-wrap items-center gap-2">{aside}</div>}
					</header>
					{children}
				</div>
			</div>
			{actions && (
				<div className="border-t bg-surface">
					<div className={cn("mx-auto flex w-full flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-6 lg:px-8", widths[width])}>
						<div className="flex-auto text-[13px] text-muted">{note}</div>
						{/* Four of them stand in one line on a phone without their pictures. */}
						<div className="flex flex-wrap items-center gap-2 max-sm:[&_button>svg:not(.animate-spin)]:hidden">{actions}</div>
					</div>
				</div>
			)}
		</div>
	);
}
