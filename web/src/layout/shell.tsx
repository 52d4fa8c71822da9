/* The frame of all pages: header, sidebar (a drawer on small screens), content. */
import { Outlet, useLocation } from "@tanstack/react-router";
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { dismissToasts } from "@/ui/toast";
import { Header } from "./header";
import { Sidebar } from "./sidebar";
import { useCurrent } from "./use-current";

export function Shell() {
	const current = useCurrent();
	const { pathname } = useLocation();
	const [isOpen, setIsOpen] = useState(false);
	useEffect(() => {
		setIsOpen(false);
		dismissToasts("bad");
	}, [pathname]);
	return (
		<div className="flex h-dvh flex-col">
			<a href="#content" onClick={(event) => { event.preventDefault(); document.getElementById("content")?.focus(); }} className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-brand focus:px-3 focus:py-2 focus:text-brand-ink">
				Skip to the content
			</a>
			<Header current={current} onMenu={() => setIsOpen(true)} />
			<div className="flex min-h-0 flex-1">
				<div className="hidden lg:block"><Sidebar current={current} /></div>
				<main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none"><Outlet /></main>
			</div>
			<Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
				<Dialog.Portal>
					<Dialog.Overlay className="fixed inset-0 z-30 bg-overlay lg:hidden" />
					<Dialog.Content aria-describedby={undefined} className="fixed inset-y-0 left-0 z-30 shadow-xl outline-none lg:hidden">
						<Dialog.Title className="sr-only">Menu</Dialog.Title>
						<Sidebar current={current} />
					</Dialog.Content>
				</Dialog.Portal>
			</Dialog.Root>
		</div>
	);
}
