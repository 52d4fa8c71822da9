/* The log: it follows its end until somebody scrolls up. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine } from "@/ui/icons";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { LogLevel, LogLine } from "@/api/types";
import { cn } from "@/lib/cn";
import { formatClock, formatCount } from "@/lib/format";
import { useDebounced } from "@/lib/hooks";
import { Button } from "@/ui/button";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Search } from "@/ui/search";
import { Select } from "@/ui/select";
import { useLog } from "./use-log";

const rowHeight = 22;
const colours: Record<LogLevel, string> = { debug: "text-faint", info: "text-ink", warning: "text-warn-text", error: "text-bad-text" };
const levels = [{ value: "debug", label: "Everything" }, { value: "info", label: "Info and above" }, { value: "warning", label: "Warnings and errors" }, { value: "error", label: "Errors" }];

function Marked({ text, needle }: { text: string; needle: string }) {
	const at = needle ? text.toLowerCase().indexOf(needle.toLowerCase()) : -1;
	if (at < 0) return <>{text}</>;
	return <>{text.slice(0, at)}<mark className="rounded-xs bg-brand text-brand-ink">{text.slice(at, at + needle.length)}</mark>{text.slice(at + needle.length)}</>;
}

function Lines({ lines, needle, hasOlder, onOlder }: { lines: LogLine[]; needle: string; hasOlder: boolean; onOlder: () => void }) {
	const scroller = useRef<HTMLDivElement>(null);
	const [isFollowing, setIsFollowing] = useState(true);
	const rows = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 20 });
	const firstId = lines[0]?.id;
	const previous = useRef({ firstId, count: lines.length });
	useLayoutEffect(() => {
		const element = scroller.current;
		const old = previous.current;
		previous.current = { firstId, count: lines.length };
		if (!element) return;
		if (isFollowing) element.scrollTop = element.scrollHeight;
		/* Older lines came above: what is in sight stays where it is. */
		else if (old.firstId !== undefined && firstId !== undefined && firstId < old.firstId) element.scrollTop += lines.findIndex((line) => line.id === old.firstId) * rowHeight;
	}, [firstId, lines, isFollowing]);
	const onScroll = () => {
		const element = scroller.current;
		if (!element) return;
		setIsFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight * 1.5);
		if (hasOlder && element.scrollTop < 100 * rowHeight) onOlder();
	};
	return (
		<div className="relative min-h-0 flex-1">
			<div ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-label="Log" aria-live="off" className="thin-scroll h-full overflow-auto bg-sunken font-mono text-xs -outline-offset-2">
				<div className="relative min-w-full" style={{ height: rows.getTotalSize() }}>
					{rows.getVirtualItems().map((row) => {
						const line = lines[row.index];
						if (!line) return null;
						return (
							<div key={line.id} className={cn("absolute top-0 left-0 flex min-w-full items-center gap-3 px-3 whitespace-pre", colours[line.level], line.level === "error" && "bg-bad-soft")} style={{ height: rowHeight, transform: `translateY(${row.start}px)` }}>
								<span className="text-muted">{formatClock(line.at)}</span>
								<span className="w-14 shrink-0">{line.level}</span>
								<span><Marked text={line.message} needle={needle} /></span>
							</div>
						);
					})}
				</div>
			</div>
			{!isFollowing && (
				<Button size="sm" variant="primary" className="absolute right-4 bottom-4" onClick={() => setIsFollowing(true)}><ArrowDownToLine aria-hidden />Follow the end</Button>
			)}
		</div>
	);
}

export const LogTab = memo(function LogTab({ executionId }: { executionId: string }) {
	const [level, setLevel] = useState<LogLevel>("info");
	const [search, setSearch] = useState("");
	const needle = useDebounced(search, 250);
	const log = useLog(executionId, { level, search: needle });
	const input = useRef<HTMLInputElement>(null);
	useEffect(() => {
		const focus = (event: KeyboardEvent) => {
			const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
			if (event.key === "/" && !isTyping) {
				event.preventDefault();
				input.current?.focus();
			}
		};
		window.addEventListener("keydown", focus);
		return () => window.removeEventListener("keydown", focus);
	}, []);
	return (
		<div className="flex h-[32rem] flex-col overflow-hidden rounded-panel border bg-surface">
			<div className="flex flex-wrap items-center gap-2 border-b p-3">
				<Search label="Search the log" value={search} onChange={setSearch} inputRef={input} className="min-w-40 flex-1" />
				<Select aria-label="Level" className="w-48" value={level} onChange={(value) => setLevel(value as LogLevel)} choices={levels} />
				<span className="text-xs text-muted">{formatCount(log.lines.length)} lines{log.hasOlder ? " loaded, scroll up for more" : ""}</span>
			</div>
			<ProblemNotice error={log.error} className="m-3" />
			{log.isLoading && log.lines.length === 0 ? <Loading /> : log.lines.length === 0 ? (
				<p className="p-6 text-center text-sm text-muted">{needle || level !== "debug" ? "No line is like that." : "Nothing has been logged yet."}</p>
			) : <Lines key={`${level} ${needle}`} lines={log.lines} needle={needle} hasOlder={log.hasOlder} onOlder={() => void log.loadOlder()} />}
		</div>
	);
});
