/*
 * The log as far as it is loaded: the newest lines first of all, older ones when somebody scrolls there, new ones as they come.
 * Level and search are the server's to apply on what is loaded, and ours on what comes.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { fetchLogs, type LogPage } from "@/api/executions";
import { listenToLog } from "@/api/live";
import type { LogLevel, LogLine } from "@/api/types";

const pageSize = 500;
const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3 };

interface Filter { level: LogLevel; search: string }
interface State { lines: LogLine[]; hasOlder: boolean; isLoading: boolean; error: Error | null }

const empty: State = { lines: [], hasOlder: false, isLoading: true, error: null };

function accepts(filter: Filter, line: LogLine): boolean {
	return ranks[line.level] >= ranks[filter.level] && line.message.toLowerCase().includes(filter.search.toLowerCase());
}

/* Two ascending lists as one, each line once. */
function join(older: LogLine[], newer: LogLine[]): LogLine[] {
	const last = older.at(-1)?.id ?? -Infinity;
	const fresh = newer.filter((line) => line.id > last);
	return fresh.length > 0 ? [...older, ...fresh] : older;
}

export function useLog(id: string, filter: Filter) {
	const [state, setState] = useState(empty);
	const pending = useRef(false);
	const { level, search } = filter;

	const load = useCallback(async (before: number | undefined, signal?: AbortSignal) => {
		const page: LogPage = { limit: pageSize, before: before ?? Number.MAX_SAFE_INTEGER };
		if (level !== "debug") page.level = level;
		if (search) page.search = search;
		const { items } = await fetchLogs(id, page, signal);
		return { items: items.filter((line) => accepts({ level, search }, line)), hasOlder: items.length >= pageSize };
	}, [id, level, search]);

	useEffect(() => {
		const abort = new AbortController();
		setState(empty);
		load(undefined, abort.signal).then(
			({ items, hasOlder }) => setState((old) => ({ lines: join(items, old.lines), hasOlder, isLoading: false, error: null })),
			(error: unknown) => !abort.signal.aborted && setState((old) => ({ ...old, isLoading: false, error: error instanceof Error ? error : new Error(String(error)) })),
		);
		const stop = listenToLog(id, (lines) => {
			const fitting = lines.filter((line) => accepts({ level, search }, line));
			if (fitting.length > 0) setState((old) => ({ ...old, lines: join(old.lines, fitting) }));
		});
		return () => {
			abort.abort();
			stop();
		};
	}, [id, level, search, load]);

	const first = state.lines[0]?.id;
	const loadOlder = useCallback(async () => {
		if (pending.current || first === undefined) return;
		pending.current = true;
		try {
			const { items, hasOlder } = await load(first);
			setState((old) => ({ ...old, lines: join(items, old.lines), hasOlder }));
		} catch {
			// Scrolling again asks again.
		} finally {
			pending.current = false;
		}
	}, [first, load]);

	return { ...state, loadOlder };
}
