/*
 * Settings, as one JSON object in the store, and the rules that they make; see settings.h.
 */
#include "service/settings.h"

#include "service/audit.h"
#include "service/hosts.h"
#include "service/service_internal.h"

#include <string.h>

#define ROW         "rules"
#define MAX_ENTRIES 500
#define SAMPLES     "sample" /* files of the data folder that begin so are for everybody */

static const char *const flags[] = {"operators_may_run_sql", "operators_may_use_files", NULL};
static const char *const lists[] = {"denied_hosts", "allowed_hosts", NULL};
#define AUDIT_DAYS     "audit_days"
#define MIN_AUDIT_DAYS 7
#define MAX_AUDIT_DAYS 36500

/* ---- reading ---- */

/* What is missing in a stored object is as a new service has it. */
static json_t *complete(const json_t *stored)
{
	json_t *settings = json_object();

	for (guint i = 0; flags[i]; i++) {
		const json_t *value = json_object_get(stored, flags[i]);
		json_object_set_new(settings, flags[i], json_boolean(!json_is_false(value)));
	}
	for (guint i = 0; lists[i]; i++) {
		json_t *value = json_object_get(stored, lists[i]);
		json_object_set_new(settings, lists[i],
				    json_is_array(value) ? json_deep_copy(value) : json_array());
	}
	json_object_set_new(settings, AUDIT_DAYS,
			    json_integer(json_integer_value(json_object_get(stored, AUDIT_DAYS))));
	return settings;
}

static json_t *load(FerryStoreTx *tx, const char *lock_suffix, GError **error)
{
	g_autofree char *sql = g_strconcat("SELECT value FROM settings WHERE name = ?", lock_suffix, NULL);
	g_autoptr(FerryRows) rows = ferry_store_query(tx, error, sql, "s", ROW);

	if (!rows)
		return NULL;
	json_t *stored = rows->rows->len ? ferry_json_parse(ferry_row_text(rows, 0, 0)) : json_object();
	json_t *settings = complete(stored);
	json_decref(stored);
	return settings;
}

json_t *ferry_settings_read(FerryStoreTx *tx, GError **error)
{
	return load(tx, "", error);
}

json_t *ferry_settings_get(FerryService *service, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);

	return tx ? ferry_settings_read(tx, error) : NULL;
}

/* ---- writing ---- */

static bool check_list(const char *name, const json_t *list, GError **error)
{
	size_t i;
	json_t *value;

	if (!json_is_array(list) || json_array_size(list) > MAX_ENTRIES)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, name, NULL,
				     "%s must be a list of at most %d texts", name, MAX_ENTRIES);
	json_array_foreach(list, i, value)
	{
		const char *entry = json_string_value(value);
		g_autofree char *field = g_strdup_printf("%s[%zu]", name, i);
		if (!entry || !ferry_hosts_is_entry(entry))
			return ferry_problem(
				error, FERRY_PROBLEM_INVALID, field,
				"write a host name, *.example.com, an address, or a network as 10.0.0.0/8",
				"\"%s\" is neither a host nor a network", entry ? entry : "");
	}
	return true;
}

static bool check_days(const json_t *value, GError **error)
{
	json_int_t days = json_integer_value(value);

	return (json_is_integer(value) &&
		(days == 0 || (days >= MIN_AUDIT_DAYS && days <= MAX_AUDIT_DAYS))) ||
	       ferry_problem(error, FERRY_PROBLEM_INVALID, AUDIT_DAYS, NULL,
			     AUDIT_DAYS " must be 0 (for ever) or a number from %d to %d", MIN_AUDIT_DAYS,
			     MAX_AUDIT_DAYS);
}

/* Members that are missing stay. Appends to changed what differs. */
static bool merge(json_t *settings, json_t *request, GString *changed, GError **error)
{
	const char *name;
	json_t *value;

	json_object_foreach(request, name, value)
	{
		if (g_strv_contains(flags, name)) {
			if (!json_is_boolean(value))
				return ferry_problem(error, FERRY_PROBLEM_INVALID, name, NULL,
						     "%s must be true or false", name);
		} else if (strcmp(name, AUDIT_DAYS) == 0) {
			if (!check_days(value, error))
				return false;
		} else if (!g_strv_contains(lists, name)) {
			return ferry_problem(error, FERRY_PROBLEM_INVALID, name, NULL,
					     "there is no setting \"%s\"", name);
		} else if (!check_list(name, value, error)) {
			return false;
		}
		if (json_equal(value, json_object_get(settings, name)))
			continue;
		g_autofree char *text = ferry_json_line(value);
		g_string_append_printf(changed, "%s%s: %s", changed->len ? ", " : "", name, text);
		json_object_set(settings, name, value);
	}
	return true;
}

static bool save(FerryStoreTx *tx, const FerryActor *actor, const json_t *settings, const char *changed,
		 GError **error)
{
	g_autofree char *text = ferry_json_line(settings);

	return ferry_store_exec(tx, NULL, error,
				"INSERT INTO settings (name, value) VALUES (?, ?) "
				"ON CONFLICT (name) DO UPDATE SET value = excluded.value",
				"ss", ROW, text) &&
	       ferry_audit_add(tx, actor, "settings.update", NULL, changed, error);
}

json_t *ferry_settings_put(FerryService *service, const FerryActor *actor, json_t *request, GError **error)
{
	g_autoptr(GString) changed = g_string_new(NULL);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	json_t *settings = tx ? load(tx, ferry_store_lock_suffix(tx), error) : NULL;

	if (settings && merge(settings, request, changed, error) &&
	    (changed->len == 0 || (save(tx, actor, settings, changed->str, error) &&
				   ferry_store_commit(g_steal_pointer(&tx), error))))
		return settings;
	json_decref(settings);
	return NULL;
}

/* ---- rules ---- */

/* The path with its links resolved; its last part need not be there yet. */
static char *real_path(const char *path)
{
	char *real = realpath(path, NULL), *copy = g_strdup(real);

	free(real);
	if (copy)
		return copy;
	g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
	real = realpath(folder, NULL);
	copy = real ? g_build_filename(real, name, NULL) : g_canonicalize_filename(path, NULL);
	free(real);
	return copy;
}

static bool is_sample(FerryService *service, const char *path)
{
	g_autofree char *real = real_path(path), *folder = real_path(service->data_dir);
	g_autofree char *samples = g_build_filename(folder, SAMPLES, NULL);

	return g_str_has_prefix(real, samples);
}

/* The service's own folder holds its accounts and its key. The store may be a file elsewhere. */
static bool is_own(FerryService *service, const char *path)
{
	g_autofree char *real = real_path(path), *folder = real_path(service->data_dir);
	g_autofree char *below = g_strconcat(folder, "/", NULL);
	const char *store = ferry_store_get_file(service->store);
	g_autofree char *store_file = store ? real_path(store) : NULL;

	return (g_str_has_prefix(real, below) && !is_sample(service, path)) ||
	       (store_file && g_str_has_prefix(real, store_file));
}

/* A system without a host in its URLs. */
static bool is_file_connector(const FerryConnector *connector)
{
	return strstr(connector->url_example, ":///") != NULL;
}

/* Parameters whose value is a file or a folder of the machine where the service runs. */
static const char *find_file_option(const FerryConnector *connector, const FerryUrl *url)
{
	for (const FerryOption *option = connector->options; option && option->name; option++)
		if (g_hash_table_contains(url->params, option->name) &&
		    (strstr(option->value, "FILE") || strstr(option->value, "FOLDER") ||
		     strstr(option->value, "PATH")))
			return option->name;
	return NULL;
}

static bool forbid_file(const char *field, const char *what, GError **error)
{
	return ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, field,
			     "ask an admin to do it, or to allow operators_may_use_files in the settings",
			     "operators may not use files of the server here: %s", what);
}

static bool check_files(FerryService *service, const FerryActor *actor, const json_t *settings,
			const FerryConnector *connector, const FerryUrl *url, const char *field,
			GError **error)
{
	bool is_file = is_file_connector(connector);
	const char *option = find_file_option(connector, url);
	bool is_admin = actor->role >= FERRY_ROLE_ADMIN;

	if (is_file && url->database && is_own(service, url->database))
		return ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, field,
				     "keep databases in another folder",
				     "files of the service itself cannot be migrated");
	if (!is_admin && g_strcmp0(option, "plugin-dir") == 0)
		return forbid_file(field, "plugin-dir names code to be run", error);
	if (is_admin || json_is_true(json_object_get(settings, flags[1])))
		return true;
	if (is_file && !(url->database && is_sample(service, url->database)))
		return forbid_file(field, connector->title, error);
	return !option || forbid_file(field, option, error);
}

static bool check_url(FerryService *service, const FerryActor *actor, const json_t *settings,
		      const FerryConnector *connector, const FerryUrl *url, GError **error)
{
	return check_files(service, actor, settings, connector, url, "url", error) &&
	       (is_file_connector(connector) ||
		ferry_hosts_check(url, json_object_get(settings, lists[0]),
				  json_object_get(settings, lists[1]), error));
}

bool ferry_settings_check_url(FerryService *service, const FerryActor *actor, const FerryUrl *url,
			      GError **error)
{
	const FerryConnector *connector = ferry_connector_for_url(url, error);
	json_t *settings = connector ? ferry_settings_get(service, error) : NULL;
	bool is_ok = settings && check_url(service, actor, settings, connector, url, error);

	json_decref(settings);
	return is_ok;
}

bool ferry_settings_confine(FerryService *service, const FerryActor *actor, FerryUrl *url, GError **error)
{
	const FerryConnector *connector = ferry_connector_for_url(url, error);
	json_t *settings = connector ? ferry_settings_get(service, error) : NULL;
	bool is_ok = settings && check_url(service, actor, settings, connector, url, error);

	for (const FerryOption *option = is_ok ? connector->options : NULL; option && option->name; option++)
		if (strcmp(option->name, "attach") == 0)
			g_hash_table_replace(url->params, g_strdup("attach"), g_strdup("off"));
	if (is_ok)
		ferry_url_set_host_rule(url, ferry_hosts_rule_new(json_object_get(settings, lists[0]),
								  json_object_get(settings, lists[1])));
	json_decref(settings);
	return is_ok;
}

bool ferry_settings_allow_url(FerryService *service, const FerryActor *actor, const json_t *settings,
			      const FerryUrl *url, const char *field, GError **error)
{
	const FerryConnector *connector = ferry_connector_for_url(url, error);

	return connector && check_files(service, actor, settings, connector, url, field, error);
}

bool ferry_settings_allow_sql(const FerryActor *actor, const json_t *settings, const char *path,
			      GError **error)
{
	return !path || actor->role >= FERRY_ROLE_ADMIN ||
	       json_is_true(json_object_get(settings, flags[0])) ||
	       ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, path,
			     "ask an admin to do it, or to allow operators_may_run_sql in the settings",
			     "operators may not run SQL of their own before or after a migration");
}
