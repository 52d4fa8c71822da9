/*
 * What a document's rules call things in the target; see design.h. Tables come from the catalog that browsing
 * keeps, so that a page which asks at each change of a rule reads no database for it.
 */
#include "service/design.h"

#include "mapping/naming.h"
#include "service/browse.h"
#include "service/connections.h"
#include "service/service_internal.h"

#include <string.h>

typedef struct Ends {
	FerryUrl *source_url, *target_url; /* target: NULL while none is chosen */
	const FerryConnector *source, *target;
	FerryUrl *opened_url; /* lives longer than the connection */
	FerryConnection *connection;
} Ends;

static void ends_clear(Ends *ends)
{
	if (ends->connection)
		ferry_connection_close(ends->connection);
	ferry_url_free(ends->opened_url);
	ferry_url_free(ends->source_url);
	ferry_url_free(ends->target_url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ends, ends_clear)

static bool find_connector(FerryService *service, const FerryActor *actor, const char *id, FerryUrl **ret_url,
			   const FerryConnector **ret_connector, GError **error)
{
	*ret_url = ferry_connections_load_url(service, actor, id, error);
	*ret_connector = *ret_url ? ferry_connector_for_url(*ret_url, error) : NULL;
	return *ret_connector != NULL;
}

/* A target that cannot be reached just now spells names all the same; only its default schema is not known.
 */
static bool find_ends(FerryService *service, const FerryActor *actor, const json_t *request, Ends *ends,
		      GError **error)
{
	const char *source = json_string_value(json_object_get(request, "source_connection_id"));
	const char *target = json_string_value(json_object_get(request, "target_connection_id"));

	if (!source)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "source_connection_id", NULL,
				     "source_connection_id is missing");
	if (!find_connector(service, actor, source, &ends->source_url, &ends->source, error))
		return false;
	if (!target)
		return true;
	if (!find_connector(service, actor, target, &ends->target_url, &ends->target, error))
		return false;
	ends->connection = ferry_connections_open(service, actor, target, false, &ends->opened_url, NULL);
	return true;
}

/* The names alone; the project's queries are tables of no schema. */
static FerryCatalog *make_catalog(const Ends *ends, const json_t *tables, const FerryProject *project)
{
	FerryCatalog *catalog = ferry_catalog_new(ends->source->name);
	const json_t *table;
	size_t i;

	catalog->folds_to_capitals = ends->source->caps.folds_to_capitals;
	json_array_foreach(tables, i, table)
	{
		const char *kind = json_string_value(json_object_get(table, "kind"));
		const char *name = json_string_value(json_object_get(table, "name"));
		const char *schema = json_string_value(json_object_get(table, "schema"));
		if (name && !(kind && g_str_has_suffix(kind, "view")))
			g_ptr_array_add(catalog->tables, ferry_table_new(schema, name));
	}
	for (guint k = 0; k < project->tables->len; k++) {
		const FerryProjectTable *entry = project->tables->pdata[k];
		if (entry->query)
			g_ptr_array_add(catalog->tables, ferry_table_new(NULL, entry->source));
	}
	return catalog;
}

static json_t *name_tables(const FerryNaming *naming, const FerryCatalog *catalog)
{
	json_t *list = json_array();

	for (guint i = 0; i < catalog->tables->len; i++) {
		const FerryTable *table = catalog->tables->pdata[i];
		g_autofree char *schema = NULL, *name = NULL;
		ferry_naming_place(naming, table, &schema, &name);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "source",
						      ferry_json_take_text(ferry_table_display_name(table)),
						      "schema", ferry_json_text(schema), "name",
						      ferry_json_text(name)));
	}
	return list;
}

static json_t *name_columns(const FerryNaming *naming, const json_t *columns)
{
	json_t *list = json_array(), *column;
	size_t i;

	json_array_foreach(columns, i, column)
	{
		const char *text = json_string_value(column);
		g_autofree char *name = ferry_naming_column(naming, text ? text : "");
		json_array_append_new(list, json_pack("{s:s, s:n, s:o}", "source", text ? text : "", "schema",
						      "name", ferry_json_text(name)));
	}
	return list;
}

json_t *ferry_design_names(FerryService *service, const FerryActor *actor, const json_t *request,
			   GError **error)
{
	const json_t *document = json_object_get(request, "document");
	const json_t *columns = json_object_get(request, "columns");
	const char *source = json_string_value(json_object_get(request, "source_connection_id"));
	g_autofree char *text = document ? ferry_json_line(document) : g_strdup("{\"version\": 1}");
	g_autoptr(FerryProject) project = ferry_project_parse(text, strlen(text), "document", error);
	g_auto(Ends) ends = {0};
	json_t *tables = NULL;

	if (!project || !find_ends(service, actor, request, &ends, error))
		return NULL;
	if (!columns) {
		tables = ferry_browse_catalog(service, actor, source, error);
		if (!tables)
			return NULL;
	}
	g_autoptr(FerryCatalog) catalog = make_catalog(&ends, tables, project);
	g_autoptr(FerryNaming) naming = ferry_naming_new(project, catalog, ends.target, ends.connection);
	json_decref(tables);
	return json_pack("{s:o}", "names",
			 columns ? name_columns(naming, columns) : name_tables(naming, catalog));
}
