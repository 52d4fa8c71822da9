/* Connectors, connections, and what is in a connection's database. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { get, getAll, patch, post, remove } from "./client";
import type { Connection, ConnectionTest, Connector, RowSample, TableDetail, TableSummary } from "./types";

export const connectorsQuery = queryOptions({ queryKey: ["connectors"], staleTime: Infinity, queryFn: () => getAll<Connector>("/connectors") });
export const connectionsQuery = queryOptions({ queryKey: ["connections"], queryFn: () => getAll<Connection>("/connections") });

export const connectionQuery = (id: string) => queryOptions({ queryKey: ["connections", id], queryFn: () => get<Connection>(`/connections/${id}`) });

export const tablesQuery = (id: string | null) => queryOptions({
	queryKey: ["connections", id, "tables"],
	enabled: id !== null,
	staleTime: 5 * 60_000,
	retry: false,
	queryFn: () => getAll<TableSummary>(`/connections/${id}/tables`),
});

export const tableQuery = (id: string | null, schema: string | null, name: string | null) => queryOptions({
	queryKey: ["connections", id, "table", schema, name],
	enabled: id !== null && name !== null,
	staleTime: 5 * 60_000,
	retry: false,
	queryFn: () => get<TableDetail>(`/connections/${id}/table`, { query: { schema, name } }),
});

export const rowsQuery = (id: string, schema: string | null, name: string) => queryOptions({
	queryKey: ["connections", id, "rows", schema, name],
	staleTime: 60_000,
	retry: false,
	queryFn: () => get<RowSample>(`/connections/${id}/rows`, { query: { schema, name, limit: 10 } }),
});

export interface ConnectionInput { name: string; url: string; password?: string | null }

export function useSaveConnection(existing: Connection | null) {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (input: ConnectionInput) => existing
			? patch<Connection>(`/connections/${existing.id}`, input, { ifMatch: existing.version })
			: post<Connection>("/connections", input),
		/* And whatever was found out with it, such as a project's plan. The projects themselves are as they were. */
		onSuccess: () => client.invalidateQueries({ predicate: ({ queryKey: [kind, id, what] }) => ["connections", "compare", "names"].includes(String(kind)) || (kind === "projects" && id !== undefined && what !== undefined) }),
	});
}

export function useTestUrl() {
	return useMutation({ mutationFn: (body: { url: string; password?: string | null }) => post<ConnectionTest>("/connections/test", body) });
}

export function useTestConnection() {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (id: string) => post<ConnectionTest>(`/connections/${id}/test`),
		onSuccess: () => client.invalidateQueries({ queryKey: ["connections"] }),
	});
}

export function useDeleteConnection() {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (connection: Connection) => remove(`/connections/${connection.id}`, { ifMatch: connection.version }),
		onSuccess: () => client.invalidateQueries({ queryKey: ["connections"], exact: true }),
	});
}
