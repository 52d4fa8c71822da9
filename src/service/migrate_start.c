/*
 * Starting a job; see migrate.h. All that a request brings is judged before any of it is stored.
 */
#include "service/migrate.h"

#include "service/connections.h"
#include "service/documents.h"
#include "service/executions.h"
#include "service/projects.h"
#include "service/run_rules.h"
#include "service/service_internal.h"

#include <string.h>

enum { SOURCE, TARGET, N_ENDS };
static const char *const ends[N_ENDS] = {"source", "target"};

typedef struct Draft {
	char *url[N_ENDS], *id[N_ENDS]; /* one of the two, for each end */
	json_t *document;
} Draft;

static void clear_draft(Draft *draft)
{
	for (int i = 0; i < N_ENDS; i++) {
		g_free(draft->url[i]);
		g_free(draft->id[i]);
	}
	json_decref(draft->document);
}

/* ---- reading the request ---- */

static char *find_connection(FerryService *service, const char *end, const char *text, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(tx, error, "SELECT id FROM connections WHERE id = ? OR name = ?", "ss",
				       text, text)
		   : NULL;

	if (rows && rows->rows->len == 0)
		ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, end, "GET /api/v1/connections lists them",
			      "there is no connection \"%s\"", text);
	return rows && rows->rows->len ? g_strdup(ferry_row_text(rows, 0, 0)) : NULL;
}

/* ?schema=… of a URL. Newly allocated. */
static char *with_schema(const char *text, const char *schema)
{
	g_autofree char *escaped = g_uri_escape_string(schema, NULL, FALSE);

	return g_strdup_printf("%s%cschema=%s", text, strchr(text, '?') ? '&' : '?', escaped);
}

static bool read_end(FerryService *service, const json_t *request, int i, Draft *draft, GError **error)
{
	const char *text = json_string_value(json_object_get(request, ends[i]));
	const char *schema =
		i == TARGET ? json_string_value(json_object_get(request, "target_schema")) : NULL;

	if (!text)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, ends[i],
				     "a connection's id or name, or a URL", "%s is missing", ends[i]);
	if (strstr(text, "://")) {
		draft->url[i] = schema ? with_schema(text, schema) : g_strdup(text);
		return true;
	}
	if (schema)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "target_schema",
				     "give the target as a URL, or a connection whose URL has ?schema=",
				     "a stored connection says itself which schema it means");
	draft->id[i] = find_connection(service, ends[i], text, error);
	return draft->id[i] != NULL;
}

static json_t *document_of(const json_t *request)
{
	json_t *given = json_object_get(request, "document"), *tables = json_object_get(request, "tables");
	json_t *document = json_is_object(given) ? json_copy(given) : json_object();

	if (!json_object_get(document, "version"))
		json_object_set_new(document, "version", json_integer(1));
	if (json_is_array(tables) && json_array_size(tables) > 0)
		json_object_set_new(document, "select", json_pack("{s:O}", "include", tables));
	return document;
}

/* ---- judging ---- */

static bool check_rules(FerryService *service, const FerryActor *actor, const Draft *draft, GError **error)
{
	g_autofree char *document = ferry_documents_check(service, draft->document, error);
	g_autoptr(FerryStoreTx) tx =
		document ? ferry_store_begin(service->store, FERRY_STORE_READ, error) : NULL;
	const FerryRunParts parts = {document, draft->id[SOURCE], draft->id[TARGET]};

	return tx && ferry_run_rules_check(service, tx, actor, &parts, NULL, error);
}

/* A problem of an end speaks of what the request calls it. */
static bool check(FerryService *service, const FerryActor *actor, const Draft *draft, GError **error)
{
	GError *local = NULL;

	for (int i = 0; !local && i < N_ENDS; i++)
		if (draft->url[i] && !ferry_connections_check(service, actor, draft->url[i], &local))
			ferry_problem_set_field(local, ends[i]);
	if (!local && !check_rules(service, actor, draft, &local))
		for (int i = 0; i < N_ENDS; i++) {
			g_autofree char *field = g_strconcat(ends[i], "_connection_id", NULL);
			if (g_strcmp0(ferry_problem_get_field(local), field) == 0)
				ferry_problem_set_field(local, ends[i]);
		}
	if (local)
		g_propagate_error(error, local);
	return !local;
}

/* ---- storing ---- */

/* A URL becomes a connection of its own, whose name says what for. */
static bool store_url(FerryService *service, const FerryActor *actor, int i, Draft *draft, GError **error)
{
	g_autofree char *prefix = g_strconcat("job ", ends[i], " ", NULL), *name = ferry_store_new_id(prefix);

	if (!draft->url[i])
		return true;
	json_t *request = json_pack("{s:s, s:s}", "name", name, "url", draft->url[i]);
	json_t *connection = ferry_connections_create(service, actor, request, error);
	if (connection)
		draft->id[i] = g_strdup(json_string_value(json_object_get(connection, "id")));
	json_decref(connection);
	json_decref(request);
	return draft->id[i] != NULL;
}

static char *store_project(FerryService *service, const FerryActor *actor, const Draft *draft, GError **error)
{
	g_autofree char *name = ferry_store_new_id("job ");
	json_t *request =
		json_pack("{s:s, s:s, s:s, s:O}", "name", name, "source_connection_id", draft->id[SOURCE],
			  "target_connection_id", draft->id[TARGET], "document", draft->document);
	json_t *project = ferry_projects_create(service, actor, request, error);
	char *id = g_strdup(json_string_value(json_object_get(project, "id")));

	json_decref(project);
	json_decref(request);
	return id;
}

static char *make_project(FerryService *service, const FerryActor *actor, const json_t *request,
			  GError **error)
{
	Draft draft = {.document = document_of(request)};
	char *id = NULL;

	if (read_end(service, request, SOURCE, &draft, error) &&
	    read_end(service, request, TARGET, &draft, error) && check(service, actor, &draft, error) &&
	    store_url(service, actor, SOURCE, &draft, error) &&
	    store_url(service, actor, TARGET, &draft, error))
		id = store_project(service, actor, &draft, error);
	clear_draft(&draft);
	return id;
}

json_t *ferry_migrate_start(FerryService *service, const FerryActor *actor, const json_t *request,
			    GError **error)
{
	const char *given = json_string_value(json_object_get(request, "project_id"));
	g_autofree char *project = given ? g_strdup(given) : make_project(service, actor, request, error);
	bool is_dry_run = json_is_true(json_object_get(request, "dry_run"));
	json_t *execution =
		project ? ferry_executions_start(service, actor, project, is_dry_run, error) : NULL;
	json_t *job = execution ? ferry_migrate_get(
					  service, json_string_value(json_object_get(execution, "id")), error)
				: NULL;

	json_decref(execution);
	return job;
}
