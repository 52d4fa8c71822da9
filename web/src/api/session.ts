/* Who is signed in. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post, Problem, remove, setCsrfToken } from "./client";
import type { Role, Session } from "./types";

export const sessionQuery = queryOptions({
	queryKey: ["session"],
	staleTime: Infinity,
	retry: (count: number, error: Error) => error instanceof Problem && error.status === 0 && count < 3,
	queryFn: async (): Promise<Session | null> => {
		try {
			const session = await get<Session>("/session");
			setCsrfToken(session.csrf_token);
			lastUserId = session.user.id;
			return session;
		} catch (error) {
			if (error instanceof Problem && error.status === 401) return null;
			throw error;
		}
	},
});

export const setupQuery = queryOptions({ queryKey: ["setup"], queryFn: () => get<{ is_needed: boolean }>("/setup"), staleTime: 60_000 });

/* Whose answers the cache holds: a session that ended and came back goes on where it was, somebody else begins with nothing. */
let lastUserId: string | null = null;

function useAccept(): (session: Session) => void {
	const client = useQueryClient();
	return (session) => {
		setCsrfToken(session.csrf_token);
		if (lastUserId !== null && lastUserId !== session.user.id) window.location.reload();
		lastUserId = session.user.id;
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
		/* A session that is over already is as good; after any other failure its cookie still opens the door. */
		mutationFn: () => remove("/session").catch((error: unknown) => {
			if (!(error instanceof Problem && error.status === 401)) throw error;
		}),
		onSuccess: () => {
			setCsrfToken(null);
			client.setQueryData(sessionQuery.queryKey, null);
			client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
		},
	});
}

export function useChangePassword() {
	return useMutation({ mutationFn: (body: { old: string; new: string }) => post<void>("/session/password", body) });
}

export function useUser(): Session["user"] | null {
	return useQuery(sessionQuery).data?.user ?? null;
}

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

export function useMay(role: Role): boolean {
	const user = useUser();
	return user !== null && ranks[user.role] >= ranks[role];
}

/* What one may do with a project is at most what one may in the service, but that an operator can be a project's admin. */
export function useMayIn(project: { role: Role } | null | undefined, role: Role): boolean {
	return project != null && ranks[project.role] >= ranks[role];
}
