/* The page before the door: a card in the middle. */
import type { ReactNode } from "react";
import { Logo } from "@/layout/logo";
import { ThemeToggle } from "@/layout/theme-toggle";
import { useTitle } from "@/lib/hooks";

export function FrontPage({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
	useTitle(title);
	return (
		<main className="grid min-h-dvh place-items-center px-4 py-10">
			<div className="fixed top-3 right-3"><ThemeToggle /></div>
			<div className="w-full max-w-sm">
				<div className="mb-6 flex items-center gap-3">
					<Logo className="size-10" />
					<p className="text-xl font-semibold tracking-tight">Ferry</p>
				</div>
				<h1 className="text-xl font-semibold">{title}</h1>
				{lead && <p className="mt-1 text-sm text-pretty text-muted">{lead}</p>}
				<div className="mt-6 flex flex-col gap-4">{children}</div>
			</div>
		</main>
	);
}
