/* Templates: documents that new projects begin with. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { get, getAll, post, put, remove } from "./client";
import type { Template } from "./types";

export const templatesQuery = queryOptions({ queryKey: ["templates"], queryFn: () => getAll<Template>("/templates") });
/* With its document. */
export const templateQuery = (id: string) => queryOptions({ queryKey: ["templates", id], queryFn: () => get<Template>(`/templates/${id}`) });

export interface TemplateDraft { name: string; description: string; project_id?: string }

function useRefresh(): () => Promise<void> {
	const client = useQueryClient();
	return () => client.invalidateQueries({ queryKey: ["templates"] });
}

/* A new one, or the template changed. */
export function useSaveTemplate(template: Template | null) {
	const onSettled = useRefresh();
	return useMutation({
		mutationFn: (draft: TemplateDraft) => (template ? put<Template>(`/templates/${template.id}`, draft, { ifMatch: template.version }) : post<Template>("/templates", draft)),
		onSettled, // a refusal may mean that somebody else was faster
	});
}

export function useDeleteTemplate() {
	const onSettled = useRefresh();
	return useMutation({ mutationFn: (template: Template) => remove(`/templates/${template.id}`, { ifMatch: template.version }), onSettled });
}
