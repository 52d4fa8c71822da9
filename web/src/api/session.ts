/* Who is signed in. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post, Problem, remove, setCsrfToken } from "./client";
import type { Role, Session, User } from "./types";

export const sessionQuery = queryOptions({
	queryKey: ["session"],
	staleTime: Infinity,
	retry: (count: number, error: Error) => error instanceof Problem && error.status === 0 && count < 3,
	queryFn: async (): Promise<Session | null> => {
		try {
			const session = await get<Session>("/session");
			setCsrfToken(session.csrf_token);
			return session;
		} catch (error) {
			if (error instanceof Problem && error.status === 401) return null;
			throw error;
		}
	},
});

export const setupQuery = queryOptions({ queryKey: ["setup"], queryFn: () => get<{ is_needed: boolean }>("/setup"), staleTime: 60_000 });

function useAccept(): (session: Session) => void {
	const client = useQueryClient();
	return (session) => {
		setCsrfToken(session.csrf_token);
		client.setQueryData(sessionQuery.queryKey, session);
	};
}

export function useSignIn() {
	const accept = useAccept();
	return useMutation({ mutationFn: (body: { name: string; password: string }) => post<Session>("/session", body), onSuccess: accept });
}

export function useSetup() {
	const accept = useAccept();
	const client = useQueryClient();
	return useMutation({
		mutationFn: (body: { token: string; name: string; password: string }) => post<Session>("/setup", body),
		onSuccess: (session) => {
			accept(session);
			client.setQueryData(setupQuery.queryKey, { is_needed: false });
		},
	});
}

export function useSignOut() {
	const client = useQueryClient();
	return useMutation({
		mutationFn: () => remove("/session"),
		onSettled: () => {
			setCsrfToken(null);
			client.clear();
			client.setQueryData(sessionQuery.queryKey, null);
		},
	});
}

export function useChangePassword() {
	return useMutation({ mutationFn: (body: { old: string; new: string }) => post<void>("/session/password", body) });
}

export function useUser(): User | null {
	return useQuery(sessionQuery).data?.user ?? null;
}

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

export function useMay(role: Role): boolean {
	const user = useUser();
	return user !== null && ranks[user.role] >= ranks[role];
}
