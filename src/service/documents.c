/*
 * Documents as the service keeps them; see documents.h.
 */
#include "service/documents.h"

#include "service/hash_keys.h"
#include "service/service_internal.h"

#include <stdio.h>
#include <string.h>

char *ferry_documents_canonical(FerryProject *project)
{
	g_clear_pointer(&project->source, g_free);
	g_clear_pointer(&project->target, g_free);
	return ferry_project_to_text(project, FERRY_PROJECT_JSON);
}

char *ferry_documents_check(FerryService *service, const json_t *document, GError **error)
{
	g_autofree char *text = ferry_json_line(document);
	g_autoptr(GError) local = NULL;
	g_autoptr(FerryProject) project = ferry_project_parse(text, strlen(text), "document", &local);

	if (project)
		return ferry_hash_keys_check(service, project, error) ? ferry_documents_canonical(project)
								      : NULL;
	ferry_problem(error, FERRY_PROBLEM_INVALID, "document", "docs/project.md describes the document",
		      "%s", local->message);
	return NULL;
}

json_t *ferry_documents_validate(const json_t *document)
{
	g_autoptr(GError) error = NULL;
	char *text = json_dumps(document, JSON_INDENT(2) | JSON_ENCODE_ANY);
	g_autoptr(FerryProject) project = ferry_project_parse(text, strlen(text), "document", &error);
	int line = 0, column = 0, n = 0;
	json_t *problems = json_array();

	free(text);
	if (!project) {
		/* "document:12:5: tables[2].where: …" */
		const char *rest = error->message;
		if (sscanf(rest, "document:%d:%d: %n", &line, &column, &n) >= 2)
			rest += n;
		const char *colon = strstr(rest, ": ");
		g_autofree char *path = colon ? g_strndup(rest, (gsize)(colon - rest)) : g_strdup("");
		json_array_append_new(problems, json_pack("{s:i, s:i, s:o, s:o}", "line", line, "column",
							  column, "path", ferry_json_text(path), "message",
							  ferry_json_text(colon ? colon + 2 : rest)));
	}
	return json_pack("{s:b, s:o}", "is_valid", project != NULL, "problems", problems);
}

static bool has_hooks(const FerryHooks *hooks)
{
	return hooks->source_before->len + hooks->source_after->len + hooks->target_before->len +
		       hooks->target_after->len >
	       0;
}

bool ferry_documents_has_hooks(const FerryProject *project)
{
	bool has = has_hooks(&project->hooks);

	for (guint i = 0; i < project->tables->len; i++)
		has = has || has_hooks(&((FerryProjectTable *)project->tables->pdata[i])->hooks);
	return has;
}
