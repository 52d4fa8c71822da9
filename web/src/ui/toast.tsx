/* Short messages that go by themselves; errors stay longer, and go with the page that they are about. */
import { X } from "@/ui/icons";
import { AnimatePresence, motion } from "motion/react";
import { useSyncExternalStore } from "react";
import { cn } from "@/lib/cn";
import { IconButton } from "./button";

interface ToastItem { id: number; tone: "ok" | "bad"; text: string; note: string | null }

let items: ToastItem[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: ToastItem[]): void {
	items = next;
	listeners.forEach((listener) => listener());
}

function dismiss(id: number): void {
	publish(items.filter((item) => item.id !== id));
}

export function toast(text: string, tone: "ok" | "bad" = "ok", note: string | null = null): void {
	const item = { id: nextId++, tone, text, note };
	publish([...items.slice(-3), item]);
	setTimeout(() => dismiss(item.id), tone === "ok" ? 4000 : 20_000);
}

export function dismissToasts(tone: "ok" | "bad"): void {
	if (items.some((item) => item.tone === tone)) publish(items.filter((item) => item.tone !== tone));
}

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

export function Toaster() {
	const shown = useSyncExternalStore(subscribe, () => items);
	return (
		<div aria-live="polite" className="pointer-events-none fixed right-4 bottom-20 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2">
			<AnimatePresence>
				{shown.map((item) => (
					<motion.div
						key={item.id}
						initial={{ opacity: 0, y: 8 }}
						animate={{ opacity: 1, y: 0 }}
						exit={{ opacity: 0 }}
						className={cn("pointer-events-auto flex items-start gap-3 rounded-panel border bg-surface px-4 py-3 text-sm shadow-lg", item.tone === "bad" ? "border-bad" : "border-teal")}
					>
						<div className="min-w-0 flex-1 break-words">
							<p className="font-medium">{item.text}</p>
							{item.note && <p className="text-[13px] text-muted">{item.note}</p>}
						</div>
						<IconButton label="Dismiss" size="icon-sm" onClick={() => dismiss(item.id)}><X /></IconButton>
					</motion.div>
				))}
			</AnimatePresence>
		</div>
	);
}
