/* A dialog in the middle, a panel from the side, and the question before something that cannot be undone. */
import { X } from "@/ui/icons";
import { AlertDialog, Dialog as Radix } from "radix-ui";
import { useRef, type ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Button, IconButton } from "./button";
import { dismissToasts } from "./toast";

interface DialogProps { isOpen: boolean; onClose: () => void; title: string; description?: ReactNode; children: ReactNode; actions?: ReactNode; className?: string; side?: "center" | "right" }

const overlay = "fixed inset-0 z-40 bg-overlay";
const centre = "top-1/2 left-1/2 max-h-[85dvh] w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-panel";
const right = "inset-y-0 right-0 w-[min(34rem,100vw)] border-l";

/* What had the focus last outside of menus: whoever opens a dialog from a menu gets back to the menu's button. */
let lastFocused: HTMLElement | null = null;
document.addEventListener("focusin", ({ target }) => {
	if (target instanceof HTMLElement && !target.closest("[role=menu]")) lastFocused = target;
});

/* Gives the focus back to what had it when the dialog was opened; where that is gone, to the content. */
function useFocusBack(isOpen: boolean): (event: Event) => void {
	const opener = useRef<HTMLElement | null>(null);
	const wasOpen = useRef(false);
	if (isOpen && !wasOpen.current) opener.current = lastFocused;
	wasOpen.current = isOpen;
	return (event) => {
		event.preventDefault();
		(opener.current?.isConnected ? opener.current : document.getElementById("content"))?.focus();
	};
}

export function Dialog({ isOpen, onClose, title, description, children, actions, className, side = "center" }: DialogProps) {
	const giveBack = useFocusBack(isOpen);
	return (
		<Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
			<Radix.Portal>
				<Radix.Overlay className={overlay} />
				<Radix.Content
					{...(description ? {} : { "aria-describedby": undefined })}
					/* A dialog without a field begins with itself, not with its cross. */
					onOpenAutoFocus={(event) => { dismissToasts("bad"); event.preventDefault(); if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus(); }}
					onCloseAutoFocus={giveBack}
					className={cn("fixed z-40 flex flex-col border bg-surface shadow-xl outline-none", side === "center" ? centre : right, className)}
				>
					<header className="flex items-start justify-between gap-4 border-b px-5 py-4">
						<div className="min-w-0">
							<Radix.Title className="text-base font-semibold break-words">{title}</Radix.Title>
							{description && <Radix.Description className="mt-0.5 text-[13px] text-muted">{description}</Radix.Description>}
						</div>
						<Radix.Close asChild><IconButton label="Close" size="icon-sm"><X /></IconButton></Radix.Close>
					</header>
					<div className="thin-scroll min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
					{actions && <footer className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{actions}</footer>}
				</Radix.Content>
			</Radix.Portal>
		</Radix.Root>
	);
}

interface ConfirmProps { isOpen: boolean; onClose: () => void; onConfirm: () => void; title: string; text: ReactNode; confirmLabel: string; cancelLabel?: string; isBusy?: boolean; children?: ReactNode }

export function Confirm({ isOpen, onClose, onConfirm, title, text, confirmLabel, cancelLabel = "Keep", isBusy, children }: ConfirmProps) {
	const giveBack = useFocusBack(isOpen);
	return (
		<AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
			<AlertDialog.Portal>
				<AlertDialog.Overlay className={overlay} />
				<AlertDialog.Content onCloseAutoFocus={giveBack} className={cn("fixed z-40 border bg-surface p-5 shadow-xl outline-none", centre)}>
					<AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
					<AlertDialog.Description className="mt-2 text-sm text-muted">{text}</AlertDialog.Description>
					{children}
					<div className="mt-5 flex justify-end gap-2">
						<AlertDialog.Cancel asChild><Button>{cancelLabel}</Button></AlertDialog.Cancel>
						<Button variant="danger" isBusy={isBusy} onClick={onConfirm}>{confirmLabel}</Button>
					</div>
				</AlertDialog.Content>
			</AlertDialog.Portal>
		</AlertDialog.Root>
	);
}
