/*
 * What executions.c, execution_states.c, execution_detail.c, live.c and runner.c share.
 */
#pragma once

#include "service/executions.h"
#include "service/service_internal.h"

/* Columns of an execution as ferry_execution_json() takes them. */
#define FERRY_EXECUTION_COLUMNS                                                                                              \
	"id, project_id, project_name, project_version, state, outcome, attempt, stage, dry_run, created_at, started_at, "  \
	"ended_at, user_name, error, endpoints, progress, wanted, seq"
enum { FERRY_EXECUTION_STATE = 4, FERRY_EXECUTION_SEQ = 17, FERRY_EXECUTION_N_COLUMNS = 18 };

/* Conditions on what execution_objects and execution_tables hold as JSON, in one line; a quote in a text of it is escaped. */
#define FERRY_FAILED_OBJECT "detail LIKE '%\"status\":\"error\"%'"
#define FERRY_FAILED_TABLE  "(detail LIKE '%\"state\":\"failed\"%' OR detail LIKE '%\"state\":\"different\"%')"

json_t *ferry_execution_json(const FerryRows *rows, guint row);
/* One row; NOT_FOUND. more: further columns (", document, …") or "". */
FerryRows *ferry_execution_find(FerryStoreTx *tx, const char *id, const char *more, GError **error);

/* Nobody else changes it until the transaction ends. Also of one that is not there. */
bool ferry_execution_lock(FerryStoreTx *tx, const char *id, GError **error);

/* CONFLICT, which names it, where one of the project has not ended. With the project locked: two that would go on see each other. */
bool ferry_execution_check_none_runs(FerryStoreTx *tx, const char *project_id, GError **error);

/* Log lines and results of objects after an id, in the order of their ids, which are the first column: their types as events have
 * them, borrowed, and themselves. */
FerryRows *ferry_execution_told(FerryStoreTx *tx, const char *id, int64_t since, guint limit, GError **error);
const char *ferry_execution_told_type(const FerryRows *rows, guint row);
json_t *ferry_execution_told_json(const FerryRows *rows, guint row);

/* The next id of what is told of the execution, in the transaction; -1 and *error on failure. */
int64_t ferry_execution_next_seq(FerryStoreTx *tx, const char *id, GError **error);

/*
 * Everything that changes an execution and is told: begin takes the service's publishing lock, so that events are published in
 * the order of their transactions; end gives it back. Nothing slow in between.
 */
FerryStoreTx *ferry_execution_begin(FerryService *service, GError **error);
void ferry_execution_end(FerryService *service);
/* Between them, after the commit: the state of the execution as it is now, to its channel and to everybody's; "end" too when it
 * has ended. */
void ferry_execution_publish_state(FerryService *service, const char *id);

/* A line of its log, from who does not run it. */
void ferry_execution_log(FerryService *service, const char *id, const char *level, const char *message);

bool ferry_execution_has_ended(const char *state);

/* {code, message, hint} */
json_t *ferry_execution_error_json(const GError *error);
