/* A dialog in the middle, a panel from the side, and the question before something that cannot be undone. */
import { X } from "@/ui/icons";
import { AlertDialog, Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Button, IconButton } from "./button";
import { dismissToasts } from "./toast";

interface DialogProps { isOpen: boolean; onClose: () => void; title: string; description?: ReactNode; children: ReactNode; actions?: ReactNode; className?: string; side?: "center" | "right" }

const overlay = "fixed inset-0 z-40 bg-overlay";
const centre = "top-1/2 left-1/2 max-h-[85dvh] w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-panel";
const right = "inset-y-0 right-0 w-[min(34rem,100vw)] border-l";

export function Dialog({ isOpen, onClose, title, description, children, actions, className, side = "center" }: DialogProps) {
	return (
		<Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
			<Radix.Portal>
				<Radix.Overlay className={overlay} />
				<Radix.Content
					{...(description ? {} : { "aria-describedby": undefined })}
					/* A dialog without a field begins with itself, not with its cross. */
					onOpenAutoFocus={(event) => { dismissToasts("bad"); event.preventDefault(); if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus(); }}
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

interface ConfirmProps { isOpen: boolean; onClose: () => void; onConfirm: () => void; title: string; text: ReactNode; confirmLabel: string; isBusy?: boolean; children?: ReactNode }

export function Confirm({ isOpen, onClose, onConfirm, title, text, confirmLabel, isBusy, children }: ConfirmProps) {
	return (
		<AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
			<AlertDialog.Portal>
				<AlertDialog.Overlay className={overlay} />
				<AlertDialog.Content className={cn("fixed z-40 border bg-surface p-5 shadow-xl outline-none", centre)}>
					<AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
					<AlertDialog.Description className="mt-2 text-sm text-muted">{text}</AlertDialog.Description>
					{children}
					<div className="mt-5 flex justify-end gap-2">
						<AlertDialog.Cancel asChild><Button>Keep</Button></AlertDialog.Cancel>
						<Button variant="danger" isBusy={isBusy} onClick={onConfirm}>{confirmLabel}</Button>
					</div>
				</AlertDialog.Content>
			</AlertDialog.Portal>
		</AlertDialog.Root>
	);
}
