/*
 * The events of one execution, written into the query cache as they come. The last id is kept, so that after a lost connection the
 * stream goes on where it was; the waiting time grows from one second to ten. Log lines go to listeners, since nobody else needs them; so does where the stream begins,
 * since what was logged before that does not come by it.
 */
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { serverNow } from "@/lib/clock";
import { apiUrl } from "./client";
import { executionQuery, metricsQuery, objectsQuery, stagesQuery, summaryQuery, tableProgressQuery } from "./executions";
import { sessionQuery } from "./session";
import type { EngineStage, Execution, LogLine, MetricPoint, ObjectResult, Progress, TableProgress } from "./types";

export type LiveStatus = "connecting" | "live" | "lost" | "ended";

interface Snapshot { execution: Execution; tables: TableProgress[] }
interface ProgressEvent { progress: Progress; stage: EngineStage | null; tables?: TableProgress[] }

const mostPoints = 1200;
const firstStage: EngineStage = "prepare";

function mergeTables(old: TableProgress[] | undefined, changed: TableProgress[] | undefined): TableProgress[] | undefined {
	if (!old || !changed || changed.length === 0) return old;
	const byIndex = new Map(changed.map((table) => [table.index, table]));
	const merged = old.map((table) => {
		const next = byIndex.get(table.index);
		if (next) byIndex.delete(table.index);
		return next ?? table;
	});
	return byIndex.size > 0 ? [...merged, ...byIndex.values()] : merged;
}

/* The list may have been asked for when some of these were in it already. */
function addObjects(old: ObjectResult[] | undefined, items: ObjectResult[]): ObjectResult[] | undefined {
	if (!old) return old;
	const key = (object: ObjectResult) => JSON.stringify([object.kind, object.name, object.status, object.at]);
	const known = new Set(old.map(key));
	return [...old, ...items.filter((object) => !known.has(key(object)))];
}

export interface LogListener { onBegin: () => void; onLines: (lines: LogLine[]) => void }

export class LiveStream {
	private source: EventSource | null = null;
	private timer: ReturnType<typeof setTimeout> | null = null;
	private wait = 1000;
	private lastId = "";
	private isOver = false;

	constructor(
		private readonly client: QueryClient,
		private readonly id: string,
		private readonly onStatus: (status: LiveStatus) => void,
		private readonly log: LogListener,
	) {
		this.open();
	}

	private on<T>(type: string, handle: (data: T) => void): void {
		this.source?.addEventListener(type, (event: MessageEvent<string>) => {
			if (event.lastEventId) this.lastId = event.lastEventId;
			handle(JSON.parse(event.data) as T);
		});
	}

	private open(): void {
		this.source = new EventSource(apiUrl(`/executions/${this.id}/events`, { last_event_id: this.lastId }));
		this.source.onopen = () => {
			this.wait = 1000;
			this.onStatus("live");
		};
		this.source.onerror = () => this.reopen();
		this.on<Snapshot>("snapshot", (data) => {
			this.setExecution(data.execution);
			this.setTables(data.tables);
			this.log.onBegin();
		});
		this.on<{ execution: Execution }>("state", (data) => {
			this.setExecution(data.execution);
			void this.client.invalidateQueries({ queryKey: stagesQuery(this.id).queryKey });
		});
		this.on<ProgressEvent>("progress", (data) => this.takeProgress(data));
		this.on<{ items: LogLine[] }>("log", (data) => this.log.onLines(data.items));
		this.on<{ items: ObjectResult[] }>("object", (data) => this.client.setQueryData(objectsQuery(this.id).queryKey, (old: ObjectResult[] | undefined) => addObjects(old, data.items)));
		this.on<{ execution: Execution }>("end", (data) => {
			this.isOver = true;
			this.setExecution(data.execution);
			this.close();
			this.onStatus("ended");
			void this.client.invalidateQueries({ queryKey: executionQuery(this.id).queryKey });
			void this.client.invalidateQueries({ queryKey: ["executions", "list"] });
			void this.client.invalidateQueries({ queryKey: ["projects"] });
			/* Its target has other tables now. */
			void this.client.invalidateQueries({ queryKey: ["connections"] });
		});
	}

	private setExecution(execution: Execution): void {
		this.client.setQueryData(executionQuery(this.id).queryKey, execution);
	}

	private setTables(tables: TableProgress[] | undefined): void {
		this.client.setQueryData(tableProgressQuery(this.id).queryKey, (old: TableProgress[] | undefined) => mergeTables(old, tables));
	}

	private takeProgress(data: ProgressEvent): void {
		const old = this.client.getQueryData(executionQuery(this.id).queryKey);
		if (old) this.setExecution({ ...old, progress: data.progress, stage: data.stage });
		this.setTables(data.tables);
		if (old && old.stage !== data.stage) this.enterStage(data.stage);
		/* The last figure is that of the whole run, and no point of its curve. */
		if (data.stage === "finish") return;
		const point: MetricPoint = { at: new Date(serverNow()).toISOString(), rows_per_second: data.progress.rows_per_second, bytes_per_second: data.progress.bytes_per_second, rows: data.progress.rows };
		this.client.setQueryData(metricsQuery(this.id).queryKey, (metrics: { points: MetricPoint[] } | undefined) => metrics && { points: [...metrics.points.slice(-mostPoints), point] });
	}

	/* A retry makes its plan before its first stage: tables and failures of the attempt before may be no more. */
	private enterStage(stage: EngineStage | null): void {
		void this.client.invalidateQueries({ queryKey: stagesQuery(this.id).queryKey });
		if (stage !== firstStage) return;
		void this.client.invalidateQueries({ queryKey: tableProgressQuery(this.id).queryKey });
		void this.client.invalidateQueries({ queryKey: objectsQuery(this.id).queryKey });
	}

	private reopen(): void {
		this.close();
		if (this.isOver) return;
		this.onStatus("lost");
		/* A refused stream may mean that the session is over: ask, and the door shows. */
		void this.client.invalidateQueries({ queryKey: sessionQuery.queryKey });
		this.timer = setTimeout(() => this.open(), this.wait);
		this.wait = Math.min(10_000, this.wait * 2);
	}

	close(): void {
		if (this.timer) clearTimeout(this.timer);
		this.source?.close();
		this.source = null;
	}
}

const logListeners = new Map<string, Set<LogListener>>();

export function listenToLog(id: string, listener: LogListener): () => void {
	const listeners = logListeners.get(id) ?? new Set();
	logListeners.set(id, listeners.add(listener));
	return () => {
		listeners.delete(listener);
		if (listeners.size === 0) logListeners.delete(id);
	};
}

/* Follows everything one may see: the dashboard's figures are asked for again when something moves, at most every two seconds. */
export function useOverallLive(): void {
	const client = useQueryClient();
	useEffect(() => {
		const source = new EventSource(apiUrl("/events"));
		let timer: ReturnType<typeof setTimeout> | null = null;
		const refresh = () => {
			timer ??= setTimeout(() => {
				timer = null;
				void client.invalidateQueries({ queryKey: summaryQuery.queryKey });
			}, 2000);
		};
		source.addEventListener("state", () => {
			refresh();
			void client.invalidateQueries({ queryKey: ["connections"] });
		});
		source.addEventListener("progress", refresh);
		return () => {
			source.close();
			if (timer) clearTimeout(timer);
		};
	}, [client]);
}

/* Follows an execution while isOn. */
export function useLive(id: string, isOn: boolean): LiveStatus {
	const client = useQueryClient();
	const [status, setStatus] = useState<LiveStatus>("connecting");
	useEffect(() => {
		if (!isOn) return undefined;
		setStatus("connecting");
		const stream = new LiveStream(client, id, setStatus, {
			onBegin: () => logListeners.get(id)?.forEach((listener) => listener.onBegin()),
			onLines: (lines) => logListeners.get(id)?.forEach((listener) => listener.onLines(lines)),
		});
		return () => stream.close();
	}, [client, id, isOn]);
	return isOn ? status : "ended";
}
