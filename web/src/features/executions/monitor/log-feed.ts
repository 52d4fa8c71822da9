/*
 * The log as far as it is loaded: the newest lines first of all, older ones when somebody scrolls there, new ones as they come.
 * Level and search are the server's to apply on what is loaded, and ours on what comes. A feed has one filter for as long as it lives:
 * another filter is another feed, and what a closed one had asked for is dropped.
 */
import type { LogPage } from "@/api/executions";
import type { LogLevel, LogLine } from "@/api/types";

export const pageSize = 500;
const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3 };

export interface LogFilter { level: LogLevel; search: string }
export interface LogState { lines: LogLine[]; hasOlder: boolean; isLoading: boolean; error: Error | null }
export type FetchPage = (page: LogPage, signal: AbortSignal) => Promise<{ items: LogLine[] }>;

export const emptyLog: LogState = { lines: [], hasOlder: false, isLoading: true, error: null };

/* Two ascending lists as one, each line once. */
function join(older: LogLine[], newer: LogLine[]): LogLine[] {
	const last = older.at(-1)?.id ?? -Infinity;
	const fresh = newer.filter((line) => line.id > last);
	return fresh.length > 0 ? [...older, ...fresh] : older;
}

export class LogFeed {
	private state = emptyLog;
	private readonly abort = new AbortController();
	private isLoadingOlder = false;
	private nNewest = 0;

	constructor(
		private readonly fetchPage: FetchPage,
		private readonly filter: LogFilter,
		private readonly onChange: (state: LogState) => void,
	) {}

	/* Again, where lines may have been missed: what is loaded stays only where the newest page goes on from it without a hole. */
	async loadNewest(): Promise<void> {
		const n = ++this.nNewest;
		try {
			const { items, hasOlder } = await this.load(Number.MAX_SAFE_INTEGER);
			if (n !== this.nNewest) return;
			const { lines } = this.state;
			const older = lines.slice(0, Math.max(0, lines.findIndex((line) => line.id === items[0]?.id)));
			this.change({ lines: [...older, ...join(items, lines)], hasOlder: older.length > 0 ? this.state.hasOlder : hasOlder, isLoading: false, error: null });
		} catch (error) {
			if (n === this.nNewest) this.change({ isLoading: false, error: error instanceof Error ? error : new Error(String(error)) });
		}
	}

	async loadOlder(): Promise<void> {
		const first = this.state.lines[0]?.id;
		if (this.isLoadingOlder || first === undefined) return;
		this.isLoadingOlder = true;
		try {
			const { items, hasOlder } = await this.load(first);
			if (this.state.lines[0]?.id === first) this.change({ lines: join(items, this.state.lines), hasOlder });
		} catch {
			// Scrolling again asks again.
		} finally {
			this.isLoadingOlder = false;
		}
	}

	add(lines: LogLine[]): void {
		const fitting = lines.filter((line) => this.accepts(line));
		if (fitting.length > 0) this.change({ lines: join(this.state.lines, fitting) });
	}

	close(): void {
		this.abort.abort();
	}

	private accepts(line: LogLine): boolean {
		return ranks[line.level] >= ranks[this.filter.level] && line.message.toLowerCase().includes(this.filter.search.toLowerCase());
	}

	private async load(before: number): Promise<{ items: LogLine[]; hasOlder: boolean }> {
		const page: LogPage = { limit: pageSize, before };
		if (this.filter.level !== "debug") page.level = this.filter.level;
		if (this.filter.search) page.search = this.filter.search;
		const { items } = await this.fetchPage(page, this.abort.signal);
		return { items: items.filter((line) => this.accepts(line)), hasOlder: items.length >= pageSize };
	}

	/* An answer may be there already when the feed is closed: the signal alone does not keep it out. */
	private change(change: Partial<LogState>): void {
		if (this.abort.signal.aborted) return;
		this.state = { ...this.state, ...change };
		this.onChange(this.state);
	}
}
