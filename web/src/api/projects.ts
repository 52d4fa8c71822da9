/* Projects: the documents, what becomes of them, and two schemas compared. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, getAll, post, put, remove } from "./client";
import { useMay, useMayIn } from "./session";
import type { Document, TableEntry } from "./document";
import type { ColumnInfo, Comparison, List, Members, MembersDraft, NameInTarget, Plan, Preview, Project, ProjectVersion, Role, SuggestedTable, Validation } from "./types";

export const projectsQuery = queryOptions({ queryKey: ["projects"], queryFn: () => getAll<Project>("/projects") });
/* Projects with edits that are not saved yet: what the server says of them meanwhile must not take the edits away. */
const unsaved = new Set<string>();

export function markUnsaved(id: string, isUnsaved: boolean): void {
	if (isUnsaved) unsaved.add(id);
	else unsaved.delete(id);
}

/* An answer that is older than what is here (it was asked for before the last save) is left aside. */
function keepNewer(here: Project | undefined, fresh: Project): Project {
	return here && (unsaved.has(here.id) || here.version > fresh.version) ? { ...here, last_execution: fresh.last_execution ?? null, role: fresh.role, is_restricted: fresh.is_restricted } : fresh;
}

export const projectQuery = (id: string) => queryOptions({
	queryKey: ["projects", id],
	queryFn: async ({ client }) => {
		const fresh = await get<Project>(`/projects/${id}`);
		return keepNewer(client.getQueryData<Project>(["projects", id]), fresh);
	},
});

/* By its id. Of a project that is not there (any more) one's own role is all that can be told. */
export function useMayInProject(id: string | undefined, role: Role): boolean {
	const own = useMay(role);
	const project = useQuery({ ...projectQuery(id ?? ""), enabled: id !== undefined, retry: false, staleTime: 30_000 });
	const there = useMayIn(project.data, role);
	return project.data ? there : own;
}

export const versionsQuery = (id: string) => queryOptions({
	queryKey: ["projects", id, "versions"],
	queryFn: () => get<List<ProjectVersion>>(`/projects/${id}/versions`, { query: { limit: 100 } }),
});

export const membersQuery = (id: string) => queryOptions({
	queryKey: ["projects", id, "members"],
	refetchOnWindowFocus: false,
	queryFn: () => get<Members>(`/projects/${id}/members`),
});

export function useSaveMembers(id: string) {
	const client = useQueryClient();
	return useMutation({ mutationFn: (draft: MembersDraft) => put<Members>(`/projects/${id}/members`, draft), onSuccess: () => { void client.invalidateQueries({ queryKey: ["projects"] }); } });
}

export const fetchProject = (id: string) => get<Project>(`/projects/${id}`);
export const fetchVersion = (id: string, version: number) => get<Project>(`/projects/${id}/versions/${version}`);

export const suggestQuery = (id: string, isWanted: boolean) => queryOptions({
	queryKey: ["projects", id, "suggest"],
	enabled: isWanted,
	retry: false,
	staleTime: 60_000,
	queryFn: () => post<{ tables: SuggestedTable[] }>(`/projects/${id}/suggest`),
});

/* Of which ends, by which rules; columns: of these instead of the source's tables. */
export interface NamesOf { source_connection_id: string; target_connection_id: string | null; document: Document; columns?: string[] }

export const namesQuery = (of: NamesOf | null) => queryOptions<NameInTarget[], Error, NameInTarget[], readonly unknown[]>({
	queryKey: ["names", of],
	enabled: of !== null,
	retry: false,
	staleTime: 5 * 60_000,
	queryFn: async () => (await post<{ names: NameInTarget[] }>("/names", of)).names,
});

/* The columns of two tables that go together by their names; the pair is the person's choice. */
export const suggestColumnsQuery = (id: string, pair: { source: string; target: string } | null) => queryOptions({
	queryKey: ["projects", id, "suggest-columns", pair],
	enabled: pair !== null,
	retry: false,
	staleTime: 60_000,
	queryFn: async () => (await post<{ tables: SuggestedTable[] }>(`/projects/${id}/suggest`, pair)).tables[0]?.columns ?? [],
});

/* The columns of a query's result, as the source describes it; no row is kept. */
export const queryColumnsQuery = (id: string, query: TableEntry | null) => queryOptions({
	queryKey: ["projects", id, "query-columns", query?.source, query?.query, query?.key],
	enabled: query?.query !== undefined,
	retry: false,
	staleTime: 60_000,
	queryFn: async (): Promise<ColumnInfo[]> => {
		const { source = "", query: sql = "", key } = query ?? {};
		const entry: TableEntry = { source, query: sql, ...(key === undefined ? {} : { key }) };
		const { columns_before } = await fetchPreview(id, { table: source }, { version: 1, tables: [entry] });
		const keys = typeof key === "string" ? [key] : (key ?? []);
		return columns_before.map(({ name, type }) => ({ name, native_type: type, type, is_nullable: true, default: null, is_auto_increment: false, is_generated: false, comment: null, in_key: keys.includes(name) }));
	},
});

export const planQuery = (id: string, version: number) => queryOptions({
	queryKey: ["projects", id, "plan", version],
	retry: false,
	staleTime: 5 * 60_000,
	queryFn: () => post<Plan>(`/projects/${id}/plan`),
});

/* target: which one, where a table goes to several. */
export interface PreviewOf { table: string; target?: string }

export const fetchPreview = (id: string, of: PreviewOf, document: Document, signal?: AbortSignal) =>
	post<Preview>(`/projects/${id}/preview`, { ...of, rows: 10, document }, signal ? { signal } : {});

export const previewQuery = (id: string, of: PreviewOf | null, document: Document) => queryOptions<Preview, Error, Preview, readonly unknown[]>({
	queryKey: ["projects", id, "preview", of, document],
	enabled: of !== null,
	retry: false,
	staleTime: 60_000,
	placeholderData: (previous) => (previous && of && previous.table === of.table && (!of.target || previous.target === of.target) ? previous : undefined),
	queryFn: ({ signal }) => fetchPreview(id, of ?? { table: "" }, document, signal),
});

export const validateQuery = (document: Document) => queryOptions({
	queryKey: ["validate", document],
	retry: false,
	staleTime: Infinity,
	queryFn: () => post<Validation>("/projects/validate", { document }),
});

export const compareQuery = (source: string | null, target: string | null, mode: "columns" | "full") => queryOptions({
	queryKey: ["compare", source, target, mode],
	enabled: source !== null && target !== null,
	retry: false,
	staleTime: 60_000,
	queryFn: () => post<Comparison>("/compare", { source_connection_id: source, target_connection_id: target, mode }),
});

export interface ProjectInput { name: string; source_connection_id: string | null; target_connection_id: string | null; document: Document; is_autosave?: boolean }

function useRefresh(): () => Promise<void> {
	const client = useQueryClient();
	return () => client.invalidateQueries({ queryKey: ["projects"], exact: true });
}

export function useCreateProject() {
	const refresh = useRefresh();
	return useMutation({ mutationFn: (input: Partial<ProjectInput> & { name: string; template_id?: string }) => post<Project>("/projects", input), onSuccess: refresh });
}

export const saveProject = (id: string, version: number, input: ProjectInput) => put<Project>(`/projects/${id}`, input, { ifMatch: version });

export function useRenameProject(project: Project) {
	const client = useQueryClient();
	return useMutation({
		mutationFn: (name: string) => saveProject(project.id, project.version, { name, source_connection_id: project.source_connection_id, target_connection_id: project.target_connection_id, document: project.document }),
		onSuccess: () => client.invalidateQueries({ queryKey: ["projects"] }),
	});
}

export function useDuplicateProject() {
	const refresh = useRefresh();
	return useMutation({ mutationFn: (id: string) => post<Project>(`/projects/${id}/duplicate`), onSuccess: refresh });
}

export function useDeleteProject() {
	const refresh = useRefresh();
	return useMutation({ mutationFn: (project: Project) => remove(`/projects/${project.id}`, { ifMatch: project.version }), onSuccess: refresh });
}

export function useImportProject() {
	const refresh = useRefresh();
	return useMutation({
		mutationFn: (file: { name: string; text: string }) => post<Project>("/projects/import", undefined, { text: file.text, query: { name: file.name } }),
		onSuccess: refresh,
	});
}
