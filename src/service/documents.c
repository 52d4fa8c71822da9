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

/* ---- SQL ---- */

enum { N_HOOKS = 4 };
static const char *const hook_words[N_HOOKS] = {"source_before", "source_after", "target_before",
						"target_after"};

static const GPtrArray *hooks_of(const FerryHooks *hooks, guint i)
{
	const GPtrArray *const lists[N_HOOKS] = {hooks->source_before, hooks->source_after,
						 hooks->target_before, hooks->target_after};

	return lists[i];
}

/* source: of a table, NULL: of the whole run */
static bool has_statement(const FerryProject *project, const char *source, guint i, const char *sql)
{
	if (!source)
		return g_ptr_array_find_with_equal_func((GPtrArray *)hooks_of(&project->hooks, i), sql,
							g_str_equal, NULL);
	for (guint t = 0; t < project->tables->len; t++) {
		const FerryProjectTable *table = project->tables->pdata[t];
		if (strcmp(table->source, source) == 0 &&
		    g_ptr_array_find_with_equal_func((GPtrArray *)hooks_of(&table->hooks, i), sql,
						     g_str_equal, NULL))
			return true;
	}
	return false;
}

/* Of one place: "hooks.target_before[0]" */
static char *find_statement(const FerryHooks *hooks, const FerryProject *known, const char *source)
{
	for (guint i = 0; i < N_HOOKS; i++) {
		const GPtrArray *list = hooks_of(hooks, i);
		for (guint k = 0; k < list->len; k++)
			if (!known || !has_statement(known, source, i, list->pdata[k]))
				return g_strdup_printf("hooks.%s[%u]", hook_words[i], k);
	}
	return NULL;
}

char *ferry_documents_find_sql(const FerryProject *project, const FerryProject *known)
{
	g_autofree char *of_run = find_statement(&project->hooks, known, NULL);

	if (of_run)
		return g_strconcat("document.", of_run, NULL);
	for (guint t = 0; t < project->tables->len; t++) {
		const FerryProjectTable *table = project->tables->pdata[t];
		g_autofree char *of_table = find_statement(&table->hooks, known, table->source);
		if (of_table)
			return g_strdup_printf("document.tables[%u].%s", t, of_table);
	}
	return NULL;
}
