/*
 * Starting, listing and reading executions; see executions.h.
 */
#include "service/execution_internal.h"

#include "service/access.h"
#include "service/audit.h"
#include "service/bus/redis.h"
#include "service/migrate.h"
#include "service/run_rules.h"
#include "service/runner.h"

#include <string.h>

/* ---- reading ---- */

json_t *ferry_execution_json(const FerryRows *rows, guint i)
{
	json_t *endpoints = ferry_json_parse(ferry_row_text(rows, i, 14));
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:I, s:s, s:o, s:I, s:o, s:b, s:s, s:o, s:o, s:o, s:o, s:O?, s:O?, s:o, "
		"s:o}",
		"id", ferry_row_text(rows, i, 0), "project_id", ferry_row_text(rows, i, 1), "project_name",
		ferry_row_text(rows, i, 2), "project_version", (json_int_t)ferry_row_int(rows, i, 3), "state",
		ferry_row_text(rows, i, 4), "outcome", ferry_json_text(ferry_row_text(rows, i, 5)), "attempt",
		(json_int_t)ferry_row_int(rows, i, 6), "stage", ferry_json_text(ferry_row_text(rows, i, 7)),
		"dry_run", (int)ferry_row_int(rows, i, 8), "created_at", ferry_row_text(rows, i, 9),
		"started_at", ferry_json_text(ferry_row_text(rows, i, 10)), "ended_at",
		ferry_json_text(ferry_row_text(rows, i, 11)), "user",
		ferry_json_text(ferry_row_text(rows, i, 12)), "error",
		ferry_json_parse(ferry_row_text(rows, i, 13)), "source", json_object_get(endpoints, "source"),
		"target", json_object_get(endpoints, "target"), "progress",
		ferry_json_parse(ferry_row_text(rows, i, 15)), "wanted",
		ferry_json_text(ferry_row_text(rows, i, 16)));

	json_decref(endpoints);
	return json;
}

FerryRows *ferry_execution_find(FerryStoreTx *tx, const char *id, const char *more, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT " FERRY_EXECUTION_COLUMNS "%s FROM executions WHERE id = ?", more);
	FerryRows *rows = ferry_store_query(tx, error, sql, "s", id);

	if (rows && rows->rows->len == 0) {
		ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "id", NULL, "there is no execution %s", id);
		g_clear_pointer(&rows, ferry_rows_free);
	}
	return rows;
}

bool ferry_execution_lock(FerryStoreTx *tx, const char *id, GError **error)
{
	g_autofree char *sql =
		g_strconcat("SELECT 1 FROM executions WHERE id = ?", ferry_store_lock_suffix(tx), NULL);
	g_autoptr(FerryRows) rows = ferry_store_query(tx, error, sql, "s", id);

	return rows != NULL;
}

bool ferry_execution_has_ended(const char *state)
{
	return strcmp(state, "COMPLETED") == 0 || strcmp(state, "FAILED") == 0 ||
	       strcmp(state, "CANCELLED") == 0;
}

json_t *ferry_execution_error_json(const GError *error)
{
	return json_pack("{s:s, s:o, s:o}", "code", ferry_problem_get_word(error), "message",
			 ferry_json_text(error->message), "hint",
			 ferry_json_text(ferry_problem_get_hint(error)));
}

json_t *ferry_executions_get(FerryService *service, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, "", error) : NULL;

	return rows ? ferry_execution_json(rows, 0) : NULL;
}

json_t *ferry_executions_list(FerryService *service, const FerryActor *actor,
			      const FerryExecutionFilter *filter, const FerryPage *page, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;
	/* ",QUEUED,RUNNING," holds ",RUNNING," */
	g_autofree char *states = filter->state ? g_strdup_printf(",%s,", filter->state) : NULL;

	if (tx)
		rows = ferry_store_query(
			tx, error,
			"SELECT " FERRY_EXECUTION_COLUMNS " FROM executions WHERE id < ? AND "
			"(? = '' OR project_id = ?) AND (? = '' OR ? LIKE '%,' || state || ',%') "
			"AND " FERRY_ACCESS_SQL("project_id") " ORDER BY id DESC LIMIT ?",
			"sssss" FERRY_ACCESS_TYPES "i", page->cursor ? page->cursor : "~",
			filter->project_id ? filter->project_id : "",
			filter->project_id ? filter->project_id : "", states ? states : "",
			states ? states : "", FERRY_ACCESS_OF(actor), (int64_t)page->limit + 1);
	if (!rows)
		return NULL;
	json_t *items = json_array();
	guint n = MIN(rows->rows->len, page->limit);
	for (guint i = 0; i < n; i++)
		json_array_append_new(items, ferry_execution_json(rows, i));
	return ferry_page_result(items, rows->rows->len > n ? ferry_row_text(rows, n - 1, 0) : NULL);
}

json_t *ferry_executions_counts(FerryService *service, const FerryActor *actor, GError **error)
{
	static const char *const states[] = {"QUEUED",    "RUNNING", "PAUSED",
					     "COMPLETED", "FAILED",  "CANCELLED"};
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(tx, error,
					 "SELECT state, count(*) FROM executions WHERE " FERRY_ACCESS_SQL(
						 "project_id") " GROUP BY state",
					 FERRY_ACCESS_TYPES, FERRY_ACCESS_OF(actor));
	if (!rows)
		return NULL;
	json_t *by_state = json_object();
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		json_object_set_new(by_state, states[i], json_integer(0));
	for (guint i = 0; i < rows->rows->len; i++)
		json_object_set_new(by_state, ferry_row_text(rows, i, 0),
				    json_integer(ferry_row_int(rows, i, 1)));
	return json_pack("{s:o}", "by_state", by_state);
}

/* ---- publishing ---- */

char *ferry_executions_channel(const char *id)
{
	return g_strconcat("execution ", id, NULL);
}

FerryStoreTx *ferry_execution_begin(FerryService *service, GError **error)
{
	g_mutex_lock(&service->publish_lock);
	return ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
}

void ferry_execution_end(FerryService *service)
{
	g_mutex_unlock(&service->publish_lock);
}

int64_t ferry_execution_next_seq(FerryStoreTx *tx, const char *id, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (ferry_store_exec(tx, NULL, error, "UPDATE executions SET seq = seq + 1 WHERE id = ?", "s", id))
		rows = ferry_store_query(tx, error, "SELECT seq FROM executions WHERE id = ?", "s", id);
	return rows && rows->rows->len ? ferry_row_int(rows, 0, 0) : -1;
}

void ferry_execution_publish_state(FerryService *service, const char *id)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, "", NULL) : NULL;
	g_autofree char *channel = ferry_executions_channel(id), *scope = NULL;

	if (!rows || !ferry_access_scope_of(tx, id, &scope, NULL))
		return;
	guint64 seq = (guint64)ferry_row_int(rows, 0, FERRY_EXECUTION_SEQ);
	json_t *event = json_pack("{s:o}", "execution", ferry_execution_json(rows, 0));
	g_autofree char *line = ferry_json_line(event);
	json_decref(event);
	FerryBulletin *bulletin = ferry_bulletin_new(id, (gint64)seq - 1, (gint64)seq);
	bool has_ended = ferry_execution_has_ended(ferry_row_text(rows, 0, FERRY_EXECUTION_STATE));
	ferry_bus_publish(service->bus, channel, seq, "state", line);
	ferry_bus_publish_scoped(service->bus, FERRY_CHANNEL_ALL, scope, seq, "state", line);
	if (has_ended)
		ferry_bus_publish(service->bus, channel, seq, "end", line);
	ferry_bulletin_add(bulletin, "state", (gint64)seq, line);
	if (has_ended)
		ferry_bulletin_add(bulletin, "end", (gint64)seq, line);
	ferry_redis_publish(service->redis, bulletin);
	ferry_redis_publish_all(service->redis, (gint64)seq, "state", scope, line);
	ferry_migrate_publish(service, id, (int64_t)seq - 1); /* a transition takes one number */
}

void ferry_execution_log(FerryService *service, const char *id, const char *level, const char *message)
{
	g_autofree char *now = ferry_store_now(), *channel = ferry_executions_channel(id);
	FerryStoreTx *tx = ferry_execution_begin(service, NULL);
	int64_t seq = tx ? ferry_execution_next_seq(tx, id, NULL) : -1;
	bool is_ok =
		seq >= 0 &&
		ferry_store_exec(tx, NULL, NULL,
				 "INSERT INTO execution_logs (execution_id, id, at, level, message) VALUES "
				 "(?, ?, ?, ?, ?)",
				 "sisss", id, seq, now, level, message) &&
		ferry_store_commit(g_steal_pointer(&tx), NULL);

	ferry_store_rollback(tx);
	if (is_ok) {
		json_t *event = json_pack("{s:[{s:I, s:s, s:s, s:o}]}", "items", "id", (json_int_t)seq, "at",
					  now, "level", level, "message", ferry_json_text(message));
		g_autofree char *line = ferry_json_line(event);
		FerryBulletin *bulletin = ferry_bulletin_new(id, seq - 1, seq);
		json_decref(event);
		ferry_bus_publish(service->bus, channel, (guint64)seq, "log", line);
		ferry_bulletin_add(bulletin, "log", seq, line);
		ferry_redis_publish(service->redis, bulletin);
	}
	ferry_execution_end(service);
}

/* ---- starting ---- */

static json_t *endpoint_json(FerryStoreTx *tx, const char *field, const char *id, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!id) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, field, "edit the project and choose one",
			      "the project has no %s yet", field);
		return NULL;
	}
	rows = ferry_store_query(tx, error, "SELECT connector, url, name FROM connections WHERE id = ?", "s",
				 id);
	if (!rows)
		return NULL;
	if (rows->rows->len == 0) {
		ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, field, NULL, "there is no connection %s", id);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s}", "connector", ferry_row_text(rows, 0, 0), "url",
			 ferry_row_text(rows, 0, 1), "name", ferry_row_text(rows, 0, 2));
}

static char *endpoints_line(FerryStoreTx *tx, const char *source, const char *target, GError **error)
{
	json_t *from = endpoint_json(tx, "source_connection_id", source, error),
	       *to = from ? endpoint_json(tx, "target_connection_id", target, error) : NULL;
	char *line = NULL;

	if (to) {
		json_t *both = json_pack("{s:O, s:O}", "source", from, "target", to);
		line = ferry_json_line(both);
		json_decref(both);
	}
	json_decref(from);
	json_decref(to);
	return line;
}

bool ferry_execution_check_none_runs(FerryStoreTx *tx, const char *project_id, GError **error)
{
	g_autoptr(FerryRows) rows = ferry_store_query(tx, error,
						      "SELECT id, state FROM executions WHERE project_id = ? "
						      "AND state IN ('QUEUED', 'RUNNING', 'PAUSED') LIMIT 1",
						      "s", project_id);

	if (!rows || rows->rows->len == 0)
		return rows != NULL;
	return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "project_id", "wait for it, or cancel it",
			     "the execution %s of this project is %s and has not ended",
			     ferry_row_text(rows, 0, 0), ferry_row_text(rows, 0, 1));
}

/* A target takes one execution at a time: the second would be refused by the ledger's lock, an hour later. */
static bool insert(FerryService *service, FerryStoreTx *tx, const FerryActor *actor, const char *id,
		   const char *project_id, bool is_dry_run, GError **error)
{
	g_autofree char *now = ferry_store_now(), *endpoints = NULL;
	/* It stays until the execution is there: what is left of a deleted project keeps its members. */
	g_autofree char *sql = g_strconcat("SELECT name, version, document, source_connection_id, "
					   "target_connection_id FROM projects WHERE id = ?",
					   ferry_store_lock_suffix(tx), NULL);
	g_autoptr(FerryRows) project = ferry_store_query(tx, error, sql, "s", project_id);

	if (!project)
		return false;
	if (project->rows->len == 0)
		return ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "project_id", NULL,
				     "there is no project %s", project_id);
	if (!ferry_execution_check_none_runs(tx, project_id, error))
		return false;
	const FerryRunParts parts = {ferry_row_text(project, 0, 2), ferry_row_text(project, 0, 3),
				     ferry_row_text(project, 0, 4)};
	if (!ferry_run_rules_check(service, tx, actor, &parts, NULL, error))
		return false;
	endpoints = endpoints_line(tx, ferry_row_text(project, 0, 3), ferry_row_text(project, 0, 4), error);
	return endpoints &&
	       ferry_store_exec(
		       tx, NULL, error,
		       "INSERT INTO executions (id, project_id, project_name, project_version, document, "
		       "source_connection_id, target_connection_id, state, attempt, dry_run, restart, "
		       "user_name, created_at, "
		       "endpoints) VALUES (?, ?, ?, ?, ?, ?, ?, 'QUEUED', 1, ?, 0, ?, ?, ?)",
		       "sssisssisss", id, project_id, ferry_row_text(project, 0, 0),
		       ferry_row_int(project, 0, 1), ferry_row_text(project, 0, 2),
		       ferry_row_text(project, 0, 3), ferry_row_text(project, 0, 4), (int64_t)is_dry_run,
		       actor->user_name, now, endpoints) &&
	       ferry_audit_add(tx, actor, is_dry_run ? "execution.dry_run" : "execution.start", id,
			       ferry_row_text(project, 0, 0), error);
}

json_t *ferry_executions_start(FerryService *service, const FerryActor *actor, const char *project_id,
			       bool is_dry_run, GError **error)
{
	g_autofree char *id = ferry_store_new_id("exe_");
	g_autoptr(FerryStoreTx) tx = ferry_execution_begin(service, error);
	bool is_ok = tx &&
		     ferry_access_check(tx, actor, project_id, "project_id", FERRY_ROLE_OPERATOR, error) &&
		     insert(service, tx, actor, id, project_id, is_dry_run, error) &&
		     ferry_execution_next_seq(tx, id, error) > 0 &&
		     ferry_store_commit(g_steal_pointer(&tx), error);

	g_clear_pointer(&tx, ferry_store_rollback);
	if (is_ok)
		ferry_execution_publish_state(service, id);
	ferry_execution_end(service);
	if (!is_ok)
		return NULL;
	ferry_runner_announce(service, id);
	return ferry_executions_get(service, id, error);
}
