/* Executions: what runs and ran, and what may be done to it. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { get, getAll, post, remove } from "./client";
import type { Execution, ExecutionState, List, LogLevel, LogLine, MetricPoint, ObjectResult, Progress, Reject, Stage, Summary, TableProgress } from "./types";

export function isLive(execution: Execution): boolean {
	return execution.state === "QUEUED" || execution.state === "RUNNING" || execution.state === "PAUSED";
}

const nothing: Progress = { percent: 0, rows: 0, rows_total: 0, bytes: 0, rejected: 0, tables_done: 0, tables_total: 0, rows_per_second: 0, bytes_per_second: 0, eta_seconds: null };

/* What is completed is whole, whatever the last event said. */
export function progressOf(execution: Execution): Progress {
	const progress = execution.progress ?? nothing;
	return execution.state === "COMPLETED" ? { ...progress, percent: 100 } : progress;
}

export const executionQuery = (id: string) => queryOptions({ queryKey: ["executions", id], queryFn: () => get<Execution>(`/executions/${id}`) });

export interface ExecutionFilter { state?: ExecutionState | undefined; project_id?: string | undefined; cursor?: string | undefined }
export const executionsQuery = (filter: ExecutionFilter, limit = 50) => queryOptions({
	queryKey: ["executions", "list", filter, limit],
	queryFn: () => get<List<Execution>>("/executions", { query: { ...filter, limit } }),
});

export const stagesQuery = (id: string) => queryOptions({ queryKey: ["executions", id, "stages"], queryFn: () => get<{ items: Stage[] }>(`/executions/${id}/stages`) });
export const tableProgressQuery = (id: string) => queryOptions({ queryKey: ["executions", id, "tables"], queryFn: () => getAll<TableProgress>(`/executions/${id}/tables`) });
export const objectsQuery = (id: string) => queryOptions({ queryKey: ["executions", id, "objects"], queryFn: () => getAll<ObjectResult>(`/executions/${id}/objects`) });
export const metricsQuery = (id: string) => queryOptions({ queryKey: ["executions", id, "metrics"], queryFn: () => get<{ points: MetricPoint[] }>(`/executions/${id}/metrics`) });
/* More than anybody reads on a page; the file has all. */
export const mostRejects = 2000;
export const rejectsQuery = (id: string) => queryOptions({ queryKey: ["executions", id, "rejects"], queryFn: () => getAll<Reject>(`/executions/${id}/rejects`, {}, mostRejects) });
export const summaryQuery = queryOptions({ queryKey: ["summary"], queryFn: () => get<Summary>("/summary"), refetchInterval: 10_000 });

export interface LogPage { after?: number; before?: number; level?: LogLevel; search?: string; limit?: number }
export const fetchLogs = (id: string, page: LogPage, signal?: AbortSignal) =>
	get<List<LogLine>>(`/executions/${id}/logs`, { query: { ...page }, ...(signal ? { signal } : {}) });

export function useStart() {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (start: { project_id: string; dry_run: boolean; key: string }) =>
			post<Execution>("/executions", { project_id: start.project_id, dry_run: start.dry_run }, { idempotencyKey: start.key }),
		onSuccess: (execution) => {
			client.setQueryData(executionQuery(execution.id).queryKey, execution);
			void client.invalidateQueries({ queryKey: ["executions", "list"] });
			void client.invalidateQueries({ queryKey: ["projects"] });
		},
	});
}

export type Command = { verb: "pause" } | { verb: "resume" } | { verb: "cancel"; clean_up: boolean } | { verb: "retry"; mode: "failed" | "all" };

function bodyOf(command: Command): Record<string, unknown> {
	if (command.verb === "cancel") return { clean_up: command.clean_up };
	if (command.verb === "retry") return { mode: command.mode };
	return {};
}

export function useCommand(id: string) {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (command: Command) => post<Execution>(`/executions/${id}/${command.verb}`, bodyOf(command)),
		onMutate: () => client.getQueryData(executionQuery(id).queryKey)?.state,
		onSuccess: (execution, _, before) => {
			/* What was asked for may be done, and told by the stream, before the answer is here: that is older then. */
			if (client.getQueryData(executionQuery(id).queryKey)?.state === before) client.setQueryData(executionQuery(id).queryKey, execution);
			else void client.invalidateQueries({ queryKey: executionQuery(id).queryKey, exact: true });
			if (execution.id !== id) client.setQueryData(executionQuery(execution.id).queryKey, execution);
			void client.invalidateQueries({ queryKey: ["executions", "list"] });
		},
	});
}

export function useDeleteExecution() {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (id: string) => remove(`/executions/${id}`),
		onSuccess: () => client.invalidateQueries({ queryKey: ["executions", "list"] }),
	});
}
