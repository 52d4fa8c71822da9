/*
 * Connections in the store; see connections.h.
 */
#include "service/connections.h"

#include "service/access.h"
#include "service/audit.h"
#include "service/browse.h"
#include "service/service_internal.h"
#include "service/settings.h"

#include <string.h>

#define COLUMNS  "id, name, connector, url, has_password, version, created_at, updated_at, last_test"
#define MAX_NAME 200

/* ---- reading ---- */

static json_t *to_json(const FerryRows *rows, guint i)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:I, s:s, s:s, s:o}", "id", ferry_row_text(rows, i, 0),
			 "name", ferry_row_text(rows, i, 1), "connector", ferry_row_text(rows, i, 2), "url",
			 ferry_row_text(rows, i, 3), "has_password", (int)ferry_row_int(rows, i, 4),
			 "version", (json_int_t)ferry_row_int(rows, i, 5), "created_at",
			 ferry_row_text(rows, i, 6), "updated_at", ferry_row_text(rows, i, 7), "last_test",
			 ferry_json_parse(ferry_row_text(rows, i, 8)));
}

static bool not_found(const char *id, GError **error)
{
	return ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "id", NULL, "there is no connection %s", id);
}

static FerryRows *find(FerryStoreTx *tx, const char *id, GError **error)
{
	FerryRows *rows = ferry_store_query(
		tx, error, "SELECT " COLUMNS ", secret FROM connections WHERE id = ?", "s", id);

	if (rows && rows->rows->len == 0) {
		not_found(id, error);
		g_clear_pointer(&rows, ferry_rows_free);
	}
	return rows;
}

json_t *ferry_connections_list(FerryService *service, const FerryPage *page, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(
			tx, error, "SELECT " COLUMNS " FROM connections WHERE name > ? ORDER BY name LIMIT ?",
			"si", page->cursor ? page->cursor : "", (int64_t)page->limit + 1);
	if (!rows)
		return NULL;
	json_t *items = json_array();
	guint n = MIN(rows->rows->len, page->limit);
	for (guint i = 0; i < n; i++)
		json_array_append_new(items, to_json(rows, i));
	return ferry_page_result(items, rows->rows->len > n ? ferry_row_text(rows, n - 1, 1) : NULL);
}

json_t *ferry_connections_get(FerryService *service, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? find(tx, id, error) : NULL;

	return rows ? to_json(rows, 0) : NULL;
}

/* ---- URLs ---- */

static char *purpose(const char *id)
{
	return g_strconcat("connection ", id, NULL);
}

/* A message never repeats what was typed: it may hold a password. */
static FerryUrl *parse_url(const char *text, const FerryConnector **ret_connector, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(FerryUrl) url = ferry_url_parse(text, &local);

	if (url)
		*ret_connector = ferry_connector_for_url(url, &local);
	if (url && *ret_connector)
		return g_steal_pointer(&url);
	ferry_problem(error, FERRY_PROBLEM_INVALID, "url", ferry_error_get_hint(local), "%s", local->message);
	return NULL;
}

/* The whole URL as text, with its secrets: only for sealing. */
static char *secret_text(const FerryUrl *url, const char *text)
{
	json_t *json = json_pack("{s:s, s:s?}", "url", text, "password", url->password);
	char *line = ferry_json_line(json);

	json_decref(json);
	return line;
}

/* The URL's own text (*ret_text, where it is asked for), its password out of the sealed member. */
static FerryUrl *unseal(FerryService *service, const char *id, const char *sealed, char **ret_text,
			GError **error)
{
	g_autofree char *label = purpose(id);
	char *text = ferry_secret_open(service->key, label, sealed, error);
	json_t *json = text ? json_loads(text, 0, NULL) : NULL;
	FerryUrl *url = NULL;

	if (json) {
		const FerryConnector *connector = NULL;
		url = parse_url(json_string_value(json_object_get(json, "url")), &connector, error);
		if (url)
			ferry_url_set_password(url, json_string_value(json_object_get(json, "password")));
		if (url && ret_text)
			*ret_text = g_strdup(json_string_value(json_object_get(json, "url")));
	}
	json_decref(json);
	ferry_secret_free(text);
	return url;
}

/* The row alone: rules are looked up, and names resolved, while no transaction is open. */
static FerryRows *find_now(FerryService *service, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);

	return tx ? find(tx, id, error) : NULL;
}

FerryUrl *ferry_connections_find_url(FerryService *service, FerryStoreTx *tx, const char *id, GError **error)
{
	g_autoptr(FerryRows) rows = find(tx, id, error);

	return rows ? unseal(service, id, ferry_row_text(rows, 0, 9), NULL, error) : NULL;
}

FerryUrl *ferry_connections_load_url(FerryService *service, const FerryActor *actor, const char *id,
				     GError **error)
{
	g_autoptr(FerryRows) rows = find_now(service, id, error);
	g_autoptr(FerryUrl) url = rows ? unseal(service, id, ferry_row_text(rows, 0, 9), NULL, error) : NULL;

	return url && ferry_settings_confine(service, actor, url, error) ? g_steal_pointer(&url) : NULL;
}

/* ---- writing ---- */

static bool check_name(const char *name, GError **error)
{
	if (name && *name && g_utf8_strlen(name, -1) <= MAX_NAME)
		return true;
	return ferry_problem(error, FERRY_PROBLEM_INVALID, "name", NULL,
			     "a connection needs a name of 1 to %d characters", MAX_NAME);
}

static bool name_taken(GError **error, const char *name)
{
	if (error && ferry_error_is(*error, FERRY_ERROR_EXISTS)) {
		g_clear_error(error);
		ferry_problem(error, FERRY_PROBLEM_CONFLICT, "name", "choose another name",
			      "there is a connection \"%s\" already", name);
	}
	return false;
}

static const char *text_member(const json_t *request, const char *name)
{
	return json_string_value(json_object_get(request, name));
}

typedef struct Draft {
	FerryUrl *url;
	const FerryConnector *connector;
	char *shown, *sealed;
} Draft;

static void clear_draft(Draft *draft)
{
	ferry_url_free(draft->url);
	g_free(draft->shown);
	g_free(draft->sealed);
}

/* decides: no password means none, also where one stands in the text. */
static bool make_draft(FerryService *service, const FerryActor *actor, const char *id, const char *text,
		       const char *password, bool decides, Draft *draft, GError **error)
{
	draft->url = parse_url(text, &draft->connector, error);
	if (!draft->url)
		return false;
	if (password || decides)
		ferry_url_set_password(draft->url, password);
	if (!ferry_settings_check_url(service, actor, draft->url, error))
		return false;
	g_autofree char *label = purpose(id);
	char *secret = secret_text(draft->url, text);
	draft->sealed = ferry_secret_seal(service->key, label, secret);
	ferry_secret_free(secret);
	draft->shown = ferry_url_to_document(draft->url);
	return true;
}

bool ferry_connections_check(FerryService *service, const FerryActor *actor, const char *text, GError **error)
{
	const FerryConnector *connector;
	g_autoptr(FerryUrl) url = parse_url(text, &connector, error);

	return url && ferry_settings_check_url(service, actor, url, error);
}

json_t *ferry_connections_create(FerryService *service, const FerryActor *actor, const json_t *request,
				 GError **error)
{
	const char *name = text_member(request, "name"), *text = text_member(request, "url");
	g_autofree char *id = ferry_store_new_id("con_"), *now = ferry_store_now();
	Draft draft = {0};
	bool is_ok = check_name(name, error);

	if (is_ok && !text)
		is_ok = ferry_problem(error, FERRY_PROBLEM_INVALID, "url", NULL, "url is missing");
	is_ok = is_ok &&
		make_draft(service, actor, id, text, text_member(request, "password"), false, &draft, error);
	if (is_ok) {
		g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
		is_ok = tx &&
			(ferry_store_exec(
				 tx, NULL, error,
				 "INSERT INTO connections (id, name, connector, url, secret, has_password, "
				 "version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)",
				 "sssssiss", id, name, draft.connector->name, draft.shown, draft.sealed,
				 (int64_t)(draft.url->password != NULL), now, now) ||
			 name_taken(error, name)) &&
			ferry_audit_add(tx, actor, "connection.create", id, name, error) &&
			ferry_store_commit(g_steal_pointer(&tx), error);
	}
	clear_draft(&draft);
	return is_ok ? ferry_connections_get(service, id, error) : NULL;
}

/* Whether anything but the database and its schema differs. */
static bool goes_elsewhere(const FerryUrl *a, const FerryUrl *b)
{
	GHashTableIter iter;
	gpointer key, value;

	if (g_strcmp0(a->scheme, b->scheme) || g_strcmp0(a->host, b->host) || a->port != b->port ||
	    g_strcmp0(a->user, b->user) || g_hash_table_size(a->params) != g_hash_table_size(b->params))
		return true;
	g_hash_table_iter_init(&iter, a->params);
	while (g_hash_table_iter_next(&iter, &key, &value))
		if (g_strcmp0(key, "schema") && g_strcmp0(value, ferry_url_param(b, key, NULL)))
			return true;
	return false;
}

/* A stored password goes only where it has gone before: else who may not see it could have it sent to a host
 * of his own. */
static bool check_destination(const FerryUrl *stored, const char *text, GError **error)
{
	const FerryConnector *connector = NULL;
	g_autoptr(FerryUrl) url = parse_url(text, &connector, error);

	if (!url)
		return false;
	if (url->password || !goes_elsewhere(stored, url))
		return true;
	return ferry_problem(error, FERRY_PROBLEM_INVALID, "password",
			     "enter the password again, or null to store none",
			     "the stored password is not sent to another place than before");
}

/* What is not given stays as it is, also secrets among the URL's options, which are never shown. */
static bool make_update(FerryService *service, const FerryActor *actor, const char *id, const FerryRows *old,
			const json_t *request, Draft *draft, GError **error)
{
	const char *text = text_member(request, "url"), *password = text_member(request, "password");
	bool removes = json_is_null(json_object_get(request, "password"));
	char *stored_text = NULL;
	g_autoptr(FerryUrl) stored =
		unseal(service, id, ferry_row_text(old, 0, 9), &stored_text, text ? NULL : error);

	if (!stored && !text)
		return false; /* another key: a whole new URL helps, nothing else does */
	const char *kept = stored && !removes && !password ? stored->password : NULL;
	bool is_ok = (!kept || !text || check_destination(stored, text, error)) &&
		     make_draft(service, actor, id, text ? text : stored_text, password ? password : kept,
				!text, draft, error);
	ferry_secret_free(stored_text);
	return is_ok;
}

static bool stale(GError **error)
{
	return ferry_problem(error, FERRY_PROBLEM_STALE, "If-Match", "read it again and repeat the change",
			     "somebody else has changed it meanwhile");
}

static bool save_update(FerryService *service, const FerryActor *actor, const char *id, const FerryRows *old,
			const char *name, const Draft *draft, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autofree char *now = ferry_store_now();
	int64_t n = 0;

	if (!tx ||
	    !(ferry_store_exec(
		      tx, &n, error,
		      "UPDATE connections SET name = ?, connector = ?, url = ?, secret = ?, has_password = "
		      "?, "
		      "version = version + 1, updated_at = ?, last_test = NULL WHERE id = ? AND version = ?",
		      "ssssissi", name, draft->connector->name, draft->shown, draft->sealed,
		      (int64_t)(draft->url->password != NULL), now, id, ferry_row_int(old, 0, 5)) ||
	      name_taken(error, name)))
		return false;
	return (n > 0 || stale(error)) &&
	       ferry_audit_add(tx, actor, "connection.update", id, ferry_row_text(old, 0, 1), error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

bool ferry_check_version(const FerryRows *rows, guint column, int64_t version, GError **error)
{
	int64_t actual = ferry_row_int(rows, 0, column);

	if (version < 0 || version == actual)
		return true;
	return ferry_problem(error, FERRY_PROBLEM_STALE, "If-Match", "read it again and repeat the change",
			     "somebody else has changed it: it is at version %" G_GINT64_FORMAT
			     ", not %" G_GINT64_FORMAT,
			     actual, version);
}

json_t *ferry_connections_update(FerryService *service, const FerryActor *actor, const char *id,
				 int64_t version, const json_t *request, GError **error)
{
	g_autoptr(FerryRows) old = find_now(service, id, error);
	const char *name = text_member(request, "name");
	Draft draft = {0};

	if (!old || !ferry_check_version(old, 5, version, error) || (name && !check_name(name, error)))
		return NULL;
	bool is_ok =
		make_update(service, actor, id, old, request, &draft, error) &&
		save_update(service, actor, id, old, name ? name : ferry_row_text(old, 0, 1), &draft, error);
	clear_draft(&draft);
	if (!is_ok)
		return NULL;
	ferry_browse_forget(service, id);
	return ferry_connections_get(service, id, error);
}

static bool check_unused(FerryStoreTx *tx, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error,
				  "SELECT id, name FROM projects WHERE source_connection_id = ? OR "
				  "target_connection_id = ? LIMIT 1",
				  "ss", id, id);
	FerryRole role;

	if (!rows || rows->rows->len == 0)
		return rows != NULL;
	if (!ferry_access_role(tx, actor, ferry_row_text(rows, 0, 0), &role, error))
		return false;
	if (role == FERRY_ROLE_NONE)
		return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "id", "an admin can say more",
				     "a project that is not yours to see uses this connection");
	return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "id",
			     "delete the project, or give it another connection",
			     "the project \"%s\" uses this connection", ferry_row_text(rows, 0, 1));
}

bool ferry_connections_delete(FerryService *service, const FerryActor *actor, const char *id, int64_t version,
			      GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) old = tx ? find(tx, id, error) : NULL;

	if (!old || !ferry_check_version(old, 5, version, error) || !check_unused(tx, actor, id, error))
		return false;
	ferry_browse_forget(service, id);
	return ferry_store_exec(tx, NULL, error, "DELETE FROM connections WHERE id = ?", "s", id) &&
	       ferry_audit_add(tx, actor, "connection.delete", id, ferry_row_text(old, 0, 1), error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

/* ---- testing ---- */

static json_t *error_json(const GError *error)
{
	return json_pack("{s:s, s:o, s:o}", "code", ferry_problem_get_word(error), "message",
			 ferry_json_text(error->message), "hint",
			 ferry_json_text(ferry_problem_get_hint(error)));
}

/* Which privileges are missing, of the roles that the connector can have. */
static json_t *missing_privileges(FerryConnection *c, const char *role, GError **error)
{
	bool as_source = c->connector->source && g_strcmp0(role, "target") != 0,
	     as_target = c->connector->target && g_strcmp0(role, "target") == 0;
	json_t *list = json_array();

	for (int target = 0; c->connector->ping && target < 2; target++) {
		g_autoptr(GPtrArray) missing = NULL;
		if (!(target ? as_target : as_source))
			continue;
		if (!c->connector->ping(c, target, &missing, error)) {
			json_decref(list);
			return NULL;
		}
		for (guint i = 0; missing && i < missing->len; i++)
			json_array_append_new(list, ferry_json_text(g_ptr_array_index(missing, i)));
	}
	return list;
}

static json_t *test(const FerryUrl *url, const char *role)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *now = ferry_store_now();
	const FerryConnector *connector = ferry_connector_for_url(url, &error);
	gint64 started = g_get_monotonic_time();
	g_autoptr(FerryConnection) c =
		connector ? ferry_connection_open(connector, url, false, &error) : NULL;
	json_t *missing = c ? missing_privileges(c, role, &error) : NULL;
	double ms = (double)(g_get_monotonic_time() - started) / 1000;

	return json_pack("{s:b, s:o, s:o, s:f, s:o, s:o, s:s}", "ok",
			 missing && json_array_size(missing) == 0, "product",
			 ferry_json_text(c ? c->server_product : NULL), "server_version",
			 ferry_json_text(c ? c->server_version : NULL), "latency_ms", ms, "missing",
			 missing ? missing : json_array(), "error", error ? error_json(error) : json_null(),
			 "tested_at", now);
}

json_t *ferry_connections_test(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_connections_load_url(service, actor, id, error);

	if (!url)
		return NULL;
	json_t *result = test(url, NULL);
	g_autofree char *line = ferry_json_line(result);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	if (tx &&
	    ferry_store_exec(tx, NULL, error, "UPDATE connections SET last_test = ? WHERE id = ?", "ss", line,
			     id) &&
	    ferry_audit_add(tx, actor, "connection.test", id, NULL, error) &&
	    ferry_store_commit(g_steal_pointer(&tx), error))
		return result;
	json_decref(result);
	return NULL;
}

json_t *ferry_connections_test_url(FerryService *service, const FerryActor *actor, const json_t *request,
				   GError **error)
{
	const char *text = text_member(request, "url"), *password = text_member(request, "password");
	const FerryConnector *connector = NULL;
	g_autoptr(FerryUrl) url = NULL;

	if (!text) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, "url", NULL, "url is missing");
		return NULL;
	}
	url = parse_url(text, &connector, error);
	if (!url)
		return NULL;
	if (password)
		ferry_url_set_password(url, password);
	if (!ferry_settings_confine(service, actor, url, error) ||
	    !ferry_audit_add_now(service, actor, "connection.test", connector->name, NULL, error))
		return NULL;
	return test(url, text_member(request, "role"));
}
