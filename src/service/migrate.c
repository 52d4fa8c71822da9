/*
 * Executions as jobs; see migrate.h.
 */
#include "service/migrate.h"

#include "service/execution_internal.h"

#include <string.h>

#define MAX_LINES   1000
#define MAX_RESULTS 20000

/* ---- the job object ---- */

static const char *status_of(const char *state)
{
	static const char *const words[][2] = {{"QUEUED", "queued"}, {"RUNNING", "running"},
					       {"PAUSED", "paused"}, {"COMPLETED", "completed"},
					       {"FAILED", "failed"}, {"CANCELLED", "cancelled"}};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_strcmp0(words[i][0], state) == 0)
			return words[i][1];
	return "unknown";
}

/* "sqlite:////path/shop.db" -> "shop.db"; "postgresql://host/shop" -> "shop" */
static json_t *catalog_of(const json_t *endpoint)
{
	g_autoptr(FerryUrl) url = ferry_url_parse(json_string_value(json_object_get(endpoint, "url")), NULL);
	g_autofree char *name = url && url->database ? g_path_get_basename(url->database) : NULL;

	return ferry_json_text(name);
}

static json_t *schema_of(const json_t *endpoint)
{
	g_autoptr(FerryUrl) url = ferry_url_parse(json_string_value(json_object_get(endpoint, "url")), NULL);

	return ferry_json_text(url ? ferry_url_param(url, "schema", NULL) : NULL);
}

static json_t *light(const json_t *execution)
{
	json_t *progress = json_object_get(execution, "progress"),
	       *target = json_object_get(execution, "target");
	json_t *eta = json_object_get(progress, "eta_seconds");

	return json_pack("{s:O, s:s, s:f, s:I, s:I, s:i, s:n, s:O, s:o, s:o, s:O, s:O, s:o}", "job_id",
			 json_object_get(execution, "id"), "status",
			 status_of(json_string_value(json_object_get(execution, "state"))),
			 "progress_percentage", json_number_value(json_object_get(progress, "percent")),
			 "total_objects", json_integer_value(json_object_get(progress, "tables_total")),
			 "completed_objects", json_integer_value(json_object_get(progress, "tables_done")),
			 "failed_objects", 0, "current_object", "source_type",
			 json_object_get(json_object_get(execution, "source"), "connector"), "target_catalog",
			 catalog_of(target), "target_schema", schema_of(target), "start_time",
			 json_object_get(execution, "started_at"), "end_time",
			 json_object_get(execution, "ended_at"), "estimated_time_remaining",
			 eta ? json_incref(eta) : json_null());
}

static json_t *table_result(const json_t *table, const char *at)
{
	const char *state = json_string_value(json_object_get(table, "state"));
	bool is_failed = g_strcmp0(state, "failed") == 0 || g_strcmp0(state, "different") == 0;

	return json_pack("{s:O, s:s, s:s, s:o, s:f, s:s}", "object_name", json_object_get(table, "name"),
			 "object_type", "TABLE", "status", is_failed ? "error" : "success", "error",
			 ferry_json_text(is_failed ? state : NULL), "execution_time_ms",
			 json_number_value(json_object_get(table, "seconds")) * 1000, "timestamp", at);
}

static json_t *object_result(const json_t *object)
{
	const char *kind = json_string_value(json_object_get(object, "kind"));
	g_autofree char *type = g_ascii_strup(kind ? kind : "object", -1);

	return json_pack("{s:O, s:s, s:O, s:O, s:f, s:O}", "object_name", json_object_get(object, "name"),
			 "object_type", type, "status", json_object_get(object, "status"), "error",
			 json_object_get(object, "message"), "execution_time_ms",
			 json_number_value(json_object_get(object, "seconds")) * 1000, "timestamp",
			 json_object_get(object, "at"));
}

/* Tables that are done, and what "current" is; counts go into the job. */
static bool add_tables(FerryStoreTx *tx, const char *id, int64_t since, json_t *job, json_t *results,
		       GError **error)
{
	g_autofree char *now = ferry_store_now();
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, error,
		"SELECT detail FROM execution_tables WHERE execution_id = ? AND seq > ? ORDER BY seq LIMIT ?",
		"sii", id, since, (int64_t)MAX_RESULTS);

	for (guint i = 0; rows && i < rows->rows->len; i++) {
		json_t *table = ferry_json_parse(ferry_row_text(rows, i, 0));
		const char *state = json_string_value(json_object_get(table, "state"));
		if (g_strcmp0(state, "copying") == 0)
			json_object_set(job, "current_object", json_object_get(table, "name"));
		else if (g_strcmp0(state, "waiting") != 0)
			json_array_append_new(results, table_result(table, now));
		json_decref(table);
	}
	return rows != NULL;
}

static bool add_objects(FerryStoreTx *tx, const char *id, int64_t since, json_t *results, GError **error)
{
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, error,
		"SELECT detail FROM execution_objects WHERE execution_id = ? AND id > ? ORDER BY id LIMIT ?",
		"sii", id, since, (int64_t)MAX_RESULTS);

	for (guint i = 0; rows && i < rows->rows->len; i++) {
		json_t *object = ferry_json_parse(ferry_row_text(rows, i, 0));
		json_array_append_new(results, object_result(object));
		json_decref(object);
	}
	return rows != NULL;
}

static bool add_logs(FerryStoreTx *tx, const char *id, int64_t since, json_t *logs, GError **error)
{
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, error,
		"SELECT at, level, message FROM (SELECT id, at, level, message FROM execution_logs "
		"WHERE execution_id = ? AND id > ? ORDER BY id DESC LIMIT ?) AS l ORDER BY id",
		"sii", id, since, (int64_t)MAX_LINES);

	for (guint i = 0; rows && i < rows->rows->len; i++)
		json_array_append_new(logs,
				      json_pack("{s:s, s:s, s:o}", "timestamp", ferry_row_text(rows, i, 0),
						"level", ferry_row_text(rows, i, 1), "message",
						ferry_json_text(ferry_row_text(rows, i, 2))));
	return rows != NULL;
}

/* Tables and other objects, as they stand. */
static bool add_n_failed(FerryStoreTx *tx, json_t *job, GError **error)
{
	const char *id = json_string_value(json_object_get(job, "job_id"));
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, error,
		"SELECT (SELECT count(*) FROM execution_tables WHERE execution_id = ? AND " FERRY_FAILED_TABLE
		") + (SELECT count(*) FROM execution_objects WHERE execution_id = ? AND " FERRY_FAILED_OBJECT
		")",
		"ss", id, id);

	if (rows)
		json_object_set_new(job, "failed_objects", json_integer(ferry_row_int(rows, 0, 0)));
	return rows != NULL;
}

json_t *ferry_migrate_since(FerryService *service, const char *id, int64_t since, int64_t *ret_seq,
			    bool *ret_has_ended, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, "", error) : NULL;

	if (!rows)
		return NULL;
	json_t *execution = ferry_execution_json(rows, 0), *job = light(execution);
	json_t *logs = json_array(), *results = json_array();
	*ret_seq = ferry_row_int(rows, 0, FERRY_EXECUTION_SEQ);
	*ret_has_ended = ferry_execution_has_ended(ferry_row_text(rows, 0, FERRY_EXECUTION_STATE));
	bool is_ok = add_logs(tx, id, since, logs, error) && add_tables(tx, id, since, job, results, error) &&
		     add_objects(tx, id, since, results, error) && add_n_failed(tx, job, error);
	json_object_set(job, "error", json_object_get(execution, "error"));
	json_object_set_new(job, "logs", logs);
	json_object_set_new(job, "object_results", results);
	json_decref(execution);
	if (is_ok)
		return job;
	json_decref(job);
	return NULL;
}

json_t *ferry_migrate_get(FerryService *service, const char *id, GError **error)
{
	int64_t seq;
	bool has_ended;

	return ferry_migrate_since(service, id, 0, &seq, &has_ended, error);
}

json_t *ferry_migrate_list(FerryService *service, const FerryActor *actor, GError **error)
{
	const FerryExecutionFilter all = {0};
	const FerryPage page = {.limit = 500};
	json_t *list = ferry_executions_list(service, actor, &all, &page, error), *execution;
	g_autoptr(FerryStoreTx) tx = list ? ferry_store_begin(service->store, FERRY_STORE_READ, error) : NULL;
	json_t *jobs = json_array();
	bool is_ok = tx != NULL;
	size_t i;

	json_array_foreach(json_object_get(list, "items"), i, execution)
	{
		json_t *job = light(execution);
		is_ok = is_ok && add_n_failed(tx, job, error);
		json_array_append_new(jobs, job);
	}
	json_decref(list);
	if (is_ok)
		return json_pack("{s:o}", "jobs", jobs);
	json_decref(jobs);
	return NULL;
}

/* ---- live ---- */

char *ferry_migrate_channel(const char *id)
{
	return g_strconcat("job ", id, NULL);
}

void ferry_migrate_publish(FerryService *service, const char *id, int64_t since)
{
	g_autofree char *channel = ferry_migrate_channel(id);
	bool has_ended = false;
	int64_t seq = 0;

	if (!ferry_bus_has_subscribers(service->bus, channel))
		return;
	json_t *job = ferry_migrate_since(service, id, since, &seq, &has_ended, NULL);
	if (job) {
		g_autofree char *line = ferry_json_line(job);
		ferry_bus_publish(service->bus, channel, (guint64)seq, has_ended ? "end" : "progress", line);
	}
	json_decref(job);
}
