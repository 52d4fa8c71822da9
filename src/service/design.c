/*
 * Plan, preview and comparison; see design.h. Suggestions are in suggest.c.
 */
#include "service/design.h"

#include "mapping/compare.h"
#include "service/audit.h"
#include "service/projects.h"
#include "service/service_internal.h"
#include "service/workspace.h"
#include "transfer/preview.h"

#include <string.h>

#define DEFAULT_ROWS 10
#define MAX_ROWS     200

/* document: instead of the project's own; or NULL. */
static FerryWorkspace *open_project(FerryService *service, const FerryActor *actor, const char *id,
				    const json_t *document, GError **error)
{
	json_t *project = ferry_projects_get(service, actor, id, error);
	FerryWorkspace *w = NULL;

	if (!project)
		return NULL;
	g_autofree char *text = ferry_json_line(document ? document : json_object_get(project, "document"));
	w = ferry_workspace_open(service, actor, text,
				 json_string_value(json_object_get(project, "source_connection_id")),
				 json_string_value(json_object_get(project, "target_connection_id")),
				 FERRY_WORKSPACE_LOOK, error);
	json_decref(project);
	return w;
}

/* A database that does not understand the project's SQL speaks of the document, not of a failure of ours. */
static bool plan(FerryWorkspace *w, GError **error)
{
	GError *local = NULL;

	if (ferry_workspace_plan(w, NULL, NULL, &local))
		return true;
	if (g_error_matches(local, FERRY_ERROR, FERRY_ERROR_FAILED))
		local->code = FERRY_ERROR_USAGE;
	g_propagate_error(error, local);
	return false;
}

json_t *ferry_design_plan(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryWorkspace) w = open_project(service, actor, id, NULL, error);

	if (!w || !plan(w, error) ||
	    !ferry_plan_count_chunks(
		    w->plan, w->source,
		    w->project->chunk_rows ? w->project->chunk_rows : FERRY_DEFAULT_CHUNK_ROWS, error))
		return NULL;
	g_autofree char *text = ferry_plan_to_json(w->plan);
	return ferry_json_parse(text);
}

/* ---- preview ---- */

static json_t *fields_json(const FerrySchema *schema)
{
	json_t *list = json_array();

	for (size_t i = 0; i < schema->n_fields; i++) {
		g_autofree char *type = ferry_type_to_string(&schema->fields[i].type);
		json_array_append_new(list, json_pack("{s:o, s:s}", "name",
						      ferry_json_text(schema->fields[i].name), "type", type));
	}
	return list;
}

static json_t *texts_json(char *const *texts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, ferry_json_text(texts[i]));
	return list;
}

static json_t *preview_json(const FerryTablePlan *table, const GPtrArray *rows)
{
	json_t *list = json_array();

	for (guint i = 0; i < rows->len; i++) {
		const FerryPreviewRow *row = rows->pdata[i];
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "before",
						      texts_json(row->before, table->read_schema->n_fields),
						      "after",
						      texts_json(row->after, table->write_schema->n_fields),
						      "rejected", ferry_json_text(row->rejected)));
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "table",
			 ferry_json_take_text(ferry_table_display_name(table->source)), "target",
			 ferry_json_take_text(ferry_table_display_name(table->target)), "columns_before",
			 fields_json(table->read_schema), "columns_after", fields_json(table->write_schema),
			 "rows", list);
}

static bool is_named(const FerryTablePlan *table, const char *name)
{
	g_autofree char *shown = ferry_table_display_name(table->source);

	return strcmp(table->name, name) == 0 || strcmp(shown, name) == 0 ||
	       strcmp(table->source->name, name) == 0;
}

static bool goes_to(const FerryTablePlan *table, const char *target)
{
	g_autofree char *shown = ferry_table_display_name(table->target);

	return strcmp(shown, target) == 0 || strcmp(table->target->name, target) == 0;
}

/* target: which of several of one source; or NULL for the first. */
static const FerryTablePlan *find_table(const FerryPlan *plan, const char *name, const char *target,
					GError **error)
{
	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *table = plan->tables->pdata[i];
		if (is_named(table, name) && (!target || goes_to(table, target)))
			return table;
	}
	ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "table",
		      "\"POST …/plan\" lists the tables that take part",
		      "the table %s takes no part in this project", name);
	return NULL;
}

/* Only the table, or query, that is looked at is read and planned: a preview follows each keystroke. The name
 * may come with its schema, and outlives the plan. */
static void restrict_to(FerryWorkspace *w, const char *table)
{
	FerryProject *project = w->project;
	const char *dot = strchr(table, '.');

	w->source->only_table = dot ? dot + 1 : table;
	for (guint i = project->tables->len; i-- > 0;) {
		const FerryProjectTable *entry = project->tables->pdata[i];
		if (entry->query && strcmp(entry->source, table) != 0)
			g_ptr_array_remove_index(project->tables, i);
	}
	g_strfreev(project->include);
	project->include = g_new0(char *, 2);
	project->include[0] = g_strdup(table);
}

json_t *ferry_design_preview(FerryService *service, const FerryActor *actor, const char *id,
			     const json_t *request, GError **error)
{
	const char *name = json_string_value(json_object_get(request, "table"));
	const char *target = json_string_value(json_object_get(request, "target"));
	const json_t *rows_json = json_object_get(request, "rows");
	json_int_t n_rows = rows_json ? json_integer_value(rows_json) : DEFAULT_ROWS;
	g_autoptr(FerryWorkspace) w = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	const FerryTablePlan *table = NULL;

	if (!name) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, "table", NULL, "table is missing");
		return NULL;
	}
	if (n_rows < 1 || n_rows > MAX_ROWS) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, "rows", NULL,
			      "rows must be a number from 1 to %d", MAX_ROWS);
		return NULL;
	}
	if (!ferry_audit_add_now(service, actor, "rows.preview", id, name, error))
		return NULL;
	w = open_project(service, actor, id, json_object_get(request, "document"), error);
	if (w)
		restrict_to(w, name);
	if (w && plan(w, error))
		table = find_table(w->plan, name, target, error);
	if (table)
		rows = ferry_preview_rows(w->source, table, (size_t)n_rows, error);
	return rows ? preview_json(table, rows) : NULL;
}

/* ---- comparison ---- */

static json_t *compare(FerryWorkspace *w, FerryCompareMode mode, GError **error)
{
	FerryCatalog *actual = NULL;
	json_t *json = NULL;

	if (!ferry_source(w->target)->catalog(w->target, &actual, error)) {
		g_prefix_error(error, "reading the target's catalog: ");
		return NULL;
	}
	if (w->target->connector->target)
		ferry_workspace_plan(w, NULL, NULL, error);
	else
		w->plan = ferry_plan_as_is(w->source, w->target, actual, w->project, NULL, NULL, error);
	if (w->plan) {
		g_autoptr(FerryCompareResult) result = ferry_compare_catalogs(w->plan, actual, mode);
		g_autofree char *text = ferry_compare_to_json(result, w->plan, actual);
		json = ferry_json_parse(text);
	}
	ferry_catalog_free(actual); /* before its connection goes */
	return json;
}

json_t *ferry_design_compare(FerryService *service, const FerryActor *actor, const json_t *request,
			     GError **error)
{
	const char *mode = json_string_value(json_object_get(request, "mode"));
	bool is_names = g_strcmp0(mode, "columns") == 0 || g_strcmp0(mode, "names") == 0;
	g_autoptr(FerryWorkspace) w = NULL;

	if (mode && !is_names && strcmp(mode, "full") != 0) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, "mode", NULL,
			      "mode must be columns or full, not \"%s\"", mode);
		return NULL;
	}
	w = ferry_workspace_open(service, actor, "{\"version\": 1}",
				 json_string_value(json_object_get(request, "source_connection_id")),
				 json_string_value(json_object_get(request, "target_connection_id")),
				 FERRY_WORKSPACE_COMPARE, error);
	return w ? compare(w, is_names ? FERRY_COMPARE_NAMES : FERRY_COMPARE_FULL, error) : NULL;
}
