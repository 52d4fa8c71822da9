/*
 * Transitions of an execution that somebody asks for; see executions.h. Those that the work itself makes are
 * in runner.c.
 */
#include "service/execution_internal.h"

#include "service/access.h"
#include "service/audit.h"
#include "service/bus/redis.h"
#include "service/run_rules.h"
#include "service/runner.h"

#include <stdio.h>
#include <string.h>

typedef enum {
	WORK_NONE,
	WORK_CONNECTS, /* a worker opens the databases, and needs who may */
	WORK_RUNS_SQL  /* and runs the document's SQL */
} WishWork;

typedef struct Wish {
	const char *word; /* "pause": for messages and the audit log */
	const char *from; /* states that allow it, between commas: ",QUEUED,PAUSED," */
	const char *sql;  /* SET … of the execution; {now}: the time */
	WishWork work;
	bool is_pause; /* not of one that is queued only to be cancelled or cleaned up */
} Wish;

static bool refuse(const Wish *wish, const char *id, const char *state, GError **error)
{
	g_autofree char *from = g_strndup(wish->from + 1, strlen(wish->from) - 2);

	return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "state", NULL,
			     "the execution %s is %s: %s is possible only when it is %s", id, state,
			     wish->word, from);
}

static bool is_owed_an_end(const char *wanted)
{
	return g_strcmp0(wanted, "cancel") == 0 || g_strcmp0(wanted, "clean_up") == 0;
}

/* What it has is as it was begun with, and does not change; what is forbidden does. */
static bool may_ask(FerryService *service, FerryStoreTx *tx, const FerryActor *actor, const Wish *wish,
		    const FerryRows *rows, GError **error)
{
	const FerryRunParts parts = {wish->work == WORK_RUNS_SQL ? ferry_row_text(rows, 0, 3) : NULL,
				     ferry_row_text(rows, 0, 4), ferry_row_text(rows, 0, 5)};

	return wish->work == WORK_NONE || ferry_run_rules_check(service, tx, actor, &parts, NULL, error);
}

static bool lock_project(FerryStoreTx *tx, const char *id, GError **error)
{
	g_autofree char *sql = g_strconcat(
		"SELECT 1 FROM projects WHERE id = (SELECT project_id FROM executions WHERE id = ?)",
		ferry_store_lock_suffix(tx), NULL);
	g_autoptr(FerryRows) rows = ferry_store_query(tx, error, sql, "s", id);

	return rows != NULL;
}

/* Several wishes: the first that the state allows. What has ended is not queued again beside another of its
 * project that has not: the one would go on in what the other has half made. */
static bool apply(FerryService *service, FerryStoreTx *tx, const FerryActor *actor, const char *id,
		  const Wish *wishes, size_t n, GError **error)
{
	g_autofree char *select =
		g_strconcat("SELECT state, project_name, wanted, document, source_connection_id, "
			    "target_connection_id, project_id FROM executions WHERE id = ?",
			    ferry_store_lock_suffix(tx), NULL);
	g_autoptr(FerryRows) rows = NULL;

	/* as a start does: the project first */
	if (lock_project(tx, id, error))
		rows = ferry_store_query(tx, error, select, "s", id);
	if (!rows)
		return false;
	if (rows->rows->len == 0)
		return ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "id", NULL, "there is no execution %s",
				     id);
	g_autofree char *state = g_strdup_printf(",%s,", ferry_row_text(rows, 0, 0));
	for (size_t i = 0; i < n; i++) {
		if (!strstr(wishes[i].from, state))
			continue;
		if (wishes[i].is_pause && is_owed_an_end(ferry_row_text(rows, 0, 2)))
			return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "state",
					     "cancel it, which also calls off a clean-up, or wait for it",
					     "the execution %s waits to be cancelled or cleaned up", id);
		if (!may_ask(service, tx, actor, &wishes[i], rows, error) ||
		    (ferry_execution_has_ended(ferry_row_text(rows, 0, 0)) &&
		     !ferry_execution_check_none_runs(tx, ferry_row_text(rows, 0, 6), error)))
			return false;
		g_autofree char *now = ferry_store_now();
		g_autoptr(GString) update = g_string_new("UPDATE executions SET ");
		g_string_append_printf(update, "%s WHERE id = ?", wishes[i].sql);
		g_string_replace(update, "{now}", now, 0);
		g_autofree char *action = g_strconcat("execution.", wishes[i].word, NULL);
		return ferry_store_exec(tx, NULL, error, update->str, "s", id) &&
		       ferry_execution_next_seq(tx, id, error) > 0 &&
		       ferry_audit_add(tx, actor, action, id, ferry_row_text(rows, 0, 1), error);
	}
	return refuse(&wishes[n - 1], id, ferry_row_text(rows, 0, 0), error);
}

static json_t *ask(FerryService *service, const FerryActor *actor, const char *id, const Wish *wishes,
		   size_t n, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_execution_begin(service, error);
	bool is_ok = tx && apply(service, tx, actor, id, wishes, n, error) &&
		     ferry_store_commit(g_steal_pointer(&tx), error);

	g_clear_pointer(&tx, ferry_store_rollback);
	if (is_ok)
		ferry_execution_publish_state(service, id);
	ferry_execution_end(service);
	if (!is_ok)
		return NULL;
	json_t *execution = ferry_executions_get(service, id, error);
	if (g_strcmp0(json_string_value(json_object_get(execution, "state")), "QUEUED") == 0)
		ferry_runner_announce(service, id);
	else {
		ferry_runner_wake(service->runner);
		ferry_redis_nudge(service->redis, "wish", id);
	}
	return execution;
}

json_t *ferry_executions_pause(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	static const Wish wishes[] = {
		{"pause", ",QUEUED,", "state = 'PAUSED'", .is_pause = true},
		{"pause", ",QUEUED,RUNNING,", "wanted = coalesce(wanted, 'pause')"},
	};

	return ask(service, actor, id, wishes, G_N_ELEMENTS(wishes), error);
}

json_t *ferry_executions_resume(FerryService *service, const FerryActor *actor, const char *id,
				GError **error)
{
	static const Wish wishes[] = {
		{"resume", ",PAUSED,",
		 "state = 'QUEUED', wanted = CASE WHEN wanted <> 'pause' THEN wanted END", WORK_RUNS_SQL}};

	return ask(service, actor, id, wishes, G_N_ELEMENTS(wishes), error);
}

#define CANCELLED "state = 'CANCELLED', outcome = 'cancelled', wanted = NULL, ended_at = '{now}'"

/* What is to be cleaned up is work, and goes through the queue. */
json_t *ferry_executions_cancel(FerryService *service, const FerryActor *actor, const char *id,
				bool cleans_up, GError **error)
{
	static const Wish plain[] = {
		{"cancel", ",QUEUED,PAUSED,", CANCELLED},
		{"cancel", ",QUEUED,RUNNING,PAUSED,", "wanted = coalesce(nullif(wanted, 'pause'), 'cancel')"},
	};
	static const Wish clean[] = {
		{"cancel", ",QUEUED,PAUSED,FAILED,CANCELLED,",
		 "state = 'QUEUED', wanted = 'clean_up', ended_at = NULL", WORK_CONNECTS},
		{"cancel", ",QUEUED,RUNNING,PAUSED,FAILED,CANCELLED,", "wanted = 'clean_up'", WORK_CONNECTS},
	};

	return ask(service, actor, id, cleans_up ? clean : plain, 2, error);
}

json_t *ferry_executions_retry(FerryService *service, const FerryActor *actor, const char *id,
			       bool from_start, GError **error)
{
#define AGAIN                                                                                                \
	"state = 'QUEUED', attempt = attempt + 1, wanted = NULL, outcome = NULL, error = NULL, ended_at = "  \
	"NULL, report = NULL, "                                                                              \
	"report_html = NULL, stages = NULL, restart = "
	static const Wish all[] = {{"retry", ",COMPLETED,FAILED,CANCELLED,", AGAIN "1", WORK_RUNS_SQL}};
	static const Wish rest[] = {{"retry", ",COMPLETED,FAILED,CANCELLED,", AGAIN "0", WORK_RUNS_SQL}};

	return ask(service, actor, id, from_start ? all : rest, 1, error);
}

bool ferry_executions_delete(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) rows = tx && ferry_execution_lock(tx, id, error)
					    ? ferry_execution_find(tx, id, ", reject_file", error)
					    : NULL;

	if (!rows)
		return false;
	if (!ferry_execution_has_ended(ferry_row_text(rows, 0, FERRY_EXECUTION_STATE)))
		return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "state", "cancel it first",
				     "the execution %s is %s and has not ended", id,
				     ferry_row_text(rows, 0, FERRY_EXECUTION_STATE));
	const char *file = ferry_row_text(rows, 0, FERRY_EXECUTION_N_COLUMNS);
	if (!ferry_store_exec(tx, NULL, error, "DELETE FROM executions WHERE id = ?", "s", id) ||
	    !ferry_members_forget(tx, ferry_row_text(rows, 0, 1), error) ||
	    !ferry_audit_add(tx, actor, "execution.delete", id, ferry_row_text(rows, 0, 2), error) ||
	    !ferry_store_commit(g_steal_pointer(&tx), error))
		return false;
	if (file)
		remove(file);
	return true;
}
