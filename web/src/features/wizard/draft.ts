/*
 * The project as the wizard edits it. Edits show at once (they go into the query cache) and are saved a moment later, one request
 * at a time, each with If-Match. Somebody else's change in between is a conflict, and the person chooses.
 */
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";
import { get, Problem } from "@/api/client";
import type { Document } from "@/api/document";
import { markUnsaved, projectQuery, saveProject, type ProjectInput } from "@/api/projects";
import type { Project } from "@/api/types";

export type SaveState = { kind: "saved" } | { kind: "waiting" } | { kind: "saving" } | { kind: "conflict" } | { kind: "failed"; error: Error };

const delay = 500;

class Draft {
	state: SaveState = { kind: "saved" };
	private timer: ReturnType<typeof setTimeout> | null = null;
	private isChangedSince = false;
	/* What comes next is to be a version of its own: the one before it must stay. */
	private isOwnVersion = false;
	private running: Promise<void> | null = null;
	private readonly listeners = new Set<() => void>();

	constructor(private readonly client: QueryClient, private readonly id: string) {}

	subscribe = (listener: () => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	private enter(state: SaveState): void {
		markUnsaved(this.id, state.kind !== "saved");
		this.state = state;
		this.listeners.forEach((listener) => listener());
	}

	private get project(): Project | undefined {
		return this.client.getQueryData(projectQuery(this.id).queryKey);
	}

	edit(change: (project: Project) => Partial<ProjectInput>): void {
		const old = this.project;
		if (!old) return;
		markUnsaved(this.id, true);
		this.client.setQueryData(projectQuery(this.id).queryKey, { ...old, ...change(old) });
		this.isChangedSince = true;
		if (this.state.kind === "conflict") return;
		if (!this.running) this.enter({ kind: "waiting" });
		if (this.timer) clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.flush(), delay);
	}

	editDocument = (change: (document: Document) => Document): void => this.edit((project) => ({ document: change(project.document) }));

	/* Saves now; done when nothing is left to be saved, or saving failed. */
	async flush(): Promise<boolean> {
		if (this.timer) clearTimeout(this.timer);
		this.timer = null;
		while (this.isChangedSince && this.state.kind !== "conflict") {
			this.running ??= this.save().finally(() => (this.running = null));
			await this.running;
			if (this.state.kind === "failed") return false;
		}
		if (this.running) await this.running;
		return this.state.kind === "saved";
	}

	private async save(): Promise<void> {
		const project = this.project;
		this.isChangedSince = false;
		if (!project) return this.enter({ kind: "saved" }); /* signed out: there is nothing to save it to */
		this.enter({ kind: "saving" });
		try {
			const { name, source_connection_id, target_connection_id, document } = project;
			const saved = await saveProject(this.id, project.version, { name, source_connection_id, target_connection_id, document, is_autosave: !this.isOwnVersion });
			this.isOwnVersion = false;
			this.client.setQueryData(projectQuery(this.id).queryKey, (now: Project | undefined) => now && { ...now, version: saved.version, updated_at: saved.updated_at });
			void this.client.invalidateQueries({ queryKey: ["projects"], exact: true });
			this.enter({ kind: this.isChangedSince ? "waiting" : "saved" });
		} catch (error) {
			this.isChangedSince = true;
			if (error instanceof Problem && error.status === 412) this.enter({ kind: "conflict" });
			else this.enter({ kind: "failed", error: error instanceof Error ? error : new Error(String(error)) });
		}
	}

	/* After a conflict: what the server has, or what is here on top of it. */
	async resolve(keep: "theirs" | "mine"): Promise<void> {
		const theirs = await get<Project>(`/projects/${this.id}`);
		const mine = this.project;
		this.client.setQueryData(projectQuery(this.id).queryKey, keep === "theirs" || !mine ? theirs : { ...mine, version: theirs.version });
		this.isChangedSince = this.isOwnVersion = keep === "mine";
		this.enter({ kind: keep === "mine" ? "waiting" : "saved" });
		await this.flush();
	}
}

const drafts = new Map<string, Draft>();

function draftOf(client: QueryClient, id: string): Draft {
	const existing = drafts.get(id);
	if (existing) return existing;
	const draft = new Draft(client, id);
	drafts.set(id, draft);
	return draft;
}

/* Of all projects: whether nothing is left that only this page has. */
export async function flushAll(): Promise<boolean> {
	const saved = await Promise.all([...drafts.values()].map((draft) => draft.flush()));
	return saved.every(Boolean);
}

/* Who signs in next begins with what the server has. */
export function dropDrafts(): void {
	drafts.clear();
}

export function useDraft(id: string) {
	const client = useQueryClient();
	const draft = useMemo(() => draftOf(client, id), [client, id]);
	const state = useSyncExternalStore(draft.subscribe, () => draft.state);
	const query = useQuery(projectQuery(id));
	return {
		query,
		project: query.data ?? null,
		state,
		flush: () => draft.flush(),
		resolve: (keep: "theirs" | "mine") => draft.resolve(keep),
		edit: (change: (project: Project) => Partial<ProjectInput>) => draft.edit(change),
		editDocument: draft.editDocument,
	};
}

export type DraftHandle = ReturnType<typeof useDraft>;
