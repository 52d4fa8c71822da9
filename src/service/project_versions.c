/*
 * Reading what projects were, and their documents as text; see projects.h.
 */
#include "project/project.h"
#include "service/access.h"
#include "service/project_internal.h"

#include <string.h>

/* ---- versions ---- */

json_t *ferry_projects_list_versions(FerryService *service, const char *id, const FerryPage *page,
				     GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) project = tx ? ferry_project_find(tx, id, error) : NULL;
	g_autoptr(FerryRows) rows = NULL;
	int64_t before = page->cursor ? g_ascii_strtoll(page->cursor, NULL, 10) : G_MAXINT64;

	if (project)
		rows = ferry_store_query(tx, error,
					 "SELECT version, name, user_name, created_at FROM project_versions "
					 "WHERE project_id = ? "
					 "AND version < ? ORDER BY version DESC LIMIT ?",
					 "sii", id, before, (int64_t)page->limit + 1);
	if (!rows)
		return NULL;
	json_t *items = json_array();
	guint n = MIN(rows->rows->len, page->limit);
	for (guint i = 0; i < n; i++)
		json_array_append_new(items, json_pack("{s:I, s:s, s:o, s:s}", "version",
						       (json_int_t)ferry_row_int(rows, i, 0), "name",
						       ferry_row_text(rows, i, 1), "user",
						       ferry_json_text(ferry_row_text(rows, i, 2)),
						       "created_at", ferry_row_text(rows, i, 3)));
	return ferry_page_result(items, rows->rows->len > n ? ferry_row_text(rows, n - 1, 0) : NULL);
}

json_t *ferry_projects_get_version(FerryService *service, const FerryActor *actor, const char *id,
				   int64_t version, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(
			tx, error,
			"SELECT project_id, name, source_connection_id, target_connection_id, document, "
			"version, "
			"created_at, created_at FROM project_versions WHERE project_id = ? AND version = ?",
			"si", id, version);
	if (rows && rows->rows->len > 0) {
		json_t *project = ferry_project_json(rows, 0);
		if (ferry_access_describe(tx, actor, project, error))
			return project;
		json_decref(project);
		return NULL;
	}
	if (rows)
		ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "version",
			      "GET …/versions lists those that are kept",
			      "there is no version %" G_GINT64_FORMAT " of the project %s", version, id);
	return NULL;
}

/* ---- documents in and out ---- */

char *ferry_projects_export(FerryService *service, const char *id, bool as_yaml, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_project_find(tx, id, error) : NULL;
	g_autoptr(FerryProject) project = NULL;

	if (!rows)
		return NULL;
	const char *document = ferry_row_text(rows, 0, FERRY_PROJECT_AT_DOCUMENT);
	project = ferry_project_parse(document, strlen(document), "document", error);
	if (!project)
		return NULL;
	g_free(project->name);
	project->name = g_strdup(ferry_row_text(rows, 0, FERRY_PROJECT_AT_NAME));
	return ferry_project_to_text(project, as_yaml ? FERRY_PROJECT_YAML : FERRY_PROJECT_JSON);
}
