/* Administration: people, keys, the audit log, settings. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { get, getAll, getWholeFile, patch, post, put, remove } from "./client";
import type { ApiKey, AuditEntry, NewApiKey, List, Role, Settings, User } from "./types";

export const usersQuery = queryOptions({ queryKey: ["users"], queryFn: () => getAll<User>("/users") });
export const keysQuery = queryOptions({ queryKey: ["api-keys"], queryFn: () => getAll<ApiKey>("/api-keys") });
export const settingsQuery = queryOptions({ queryKey: ["settings"], queryFn: () => get<Settings>("/settings") });

export interface AuditFilter { user: string | undefined; action: string | undefined; from: string | undefined; to: string | undefined }
export const auditQuery = (filter: AuditFilter, cursor: string | undefined) => queryOptions({
	queryKey: ["audit", filter, cursor],
	queryFn: () => get<List<AuditEntry>>("/audit", { query: { ...filter, cursor, limit: 100 } }),
});

/* All that the filter lets through, not only the page that is shown. */
export function useAuditExport() {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (filter: AuditFilter) => getWholeFile("/audit/export", { ...filter }),
		onSettled: () => client.invalidateQueries({ queryKey: ["audit"] }),
	});
}

export function useCreateUser() {
	const client = useQueryClient();
	return useMutation({ mutationFn: (body: { name: string; password: string; role: Role }) => post<User>("/users", body), onSuccess: () => client.invalidateQueries({ queryKey: ["users"] }) });
}

export interface UserChange { id: string; role?: Role; password?: string; is_disabled?: boolean }

export function useChangeUser() {
	const client = useQueryClient();
	return useMutation({ mutationFn: ({ id, ...change }: UserChange) => patch<User>(`/users/${id}`, change), onSuccess: () => client.invalidateQueries({ queryKey: ["users"] }) });
}

export function useDeleteUser() {
	const client = useQueryClient();
	return useMutation({ mutationFn: (id: string) => remove(`/users/${id}`), onSuccess: () => client.invalidateQueries({ queryKey: ["users"] }) });
}

export function useCreateKey() {
	const client = useQueryClient();
	return useMutation({ mutationFn: (body: { name: string; role: Role; expires_at?: string }) => post<NewApiKey>("/api-keys", body), onSuccess: () => client.invalidateQueries({ queryKey: ["api-keys"] }) });
}

export function useDeleteKey() {
	const client = useQueryClient();
	return useMutation({ mutationFn: (id: string) => remove(`/api-keys/${id}`), onSuccess: () => client.invalidateQueries({ queryKey: ["api-keys"] }) });
}

/* Only what was changed goes: what is left out stays as it is, and somebody else may have changed it meanwhile. */
export function useSaveSettings() {
	const client = useQueryClient();
	return useMutation({ mutationFn: (changed: Partial<Settings>) => put<Settings>("/settings", changed), onSuccess: () => client.invalidateQueries({ queryKey: ["settings"] }) });
}
