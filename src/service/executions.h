/*
 * Executions: runs of a project as durable objects. Every transition between states is one transaction of the store; what a
 * running one tells is written by live.c twice a second.
 *
 *   QUEUED → RUNNING ⇄ PAUSED → COMPLETED | FAILED | CANCELLED, and a retry queues the same execution again (attempt + 1).
 *
 * An execution keeps the document as it was when it was started. Its seq grows with everything that is told of it: the ids
 * of its log lines, of its objects' results, of its live events.
 */
#pragma once

#include "service/service.h"

/* NOT_FOUND and FORBIDDEN also where the actor may not in that project; what names an execution by its path is checked before. */
json_t *ferry_executions_start(FerryService *service, const FerryActor *actor, const char *project_id, bool is_dry_run,
                               GError **error);

typedef struct FerryExecutionFilter {
	const char *state, *project_id; /* each may be NULL; state: one or several, by commas */
} FerryExecutionFilter;
/* Newest first; only those that the actor may see. */
json_t *ferry_executions_list(FerryService *service, const FerryActor *actor, const FerryExecutionFilter *filter,
                              const FerryPage *page, GError **error);
json_t *ferry_executions_get(FerryService *service, const char *id, GError **error);

/* What may be asked of one; CONFLICT where its state does not allow it. The execution as it then is. */
json_t *ferry_executions_pause(FerryService *service, const FerryActor *actor, const char *id, GError **error);
json_t *ferry_executions_resume(FerryService *service, const FerryActor *actor, const char *id, GError **error);
/* cleans_up: tables that it has made are dropped. */
json_t *ferry_executions_cancel(FerryService *service, const FerryActor *actor, const char *id, bool cleans_up, GError **error);
/* from_start: everything again; else what is not done yet. */
json_t *ferry_executions_retry(FerryService *service, const FerryActor *actor, const char *id, bool from_start, GError **error);
bool ferry_executions_delete(FerryService *service, const FerryActor *actor, const char *id, GError **error);

json_t *ferry_executions_stages(FerryService *service, const char *id, GError **error);
json_t *ferry_executions_tables(FerryService *service, const char *id, const char *search, const FerryPage *page, GError **error);
json_t *ferry_executions_objects(FerryService *service, const char *id, const FerryPage *page, GError **error);
typedef struct FerryLogFilter {
	int64_t after, before; /* ids; 0: none */
	const char *level, *search; /* each may be NULL; level: this one and worse */
} FerryLogFilter;
json_t *ferry_executions_logs(FerryService *service, const char *id, const FerryLogFilter *filter, guint limit, GError **error);
json_t *ferry_executions_metrics(FerryService *service, const char *id, GError **error);
json_t *ferry_executions_rejects(FerryService *service, const FerryActor *actor, const char *id, const FerryPage *page,
                                 GError **error);
GBytes *ferry_executions_rejects_file(FerryService *service, const FerryActor *actor, const char *id, GError **error);
/* format: "json", "html" or "csv". NOT_FOUND while there is none yet. */
GBytes *ferry_executions_report(FerryService *service, const char *id, const char *format, GError **error);

/*
 * What a client that comes (again) has to know: texts of events (GBytes) since the id, -1: it knows nothing. *ret_seq: the id that
 * they reach to; *ret_is_last: nothing will follow, or more than one answer holds, which the client comes again for.
 */
GPtrArray *ferry_executions_catch_up(FerryService *service, const char *id, int64_t since, guint64 *ret_seq, bool *ret_is_last,
                                     GError **error);
/* The channel of an execution's events, newly allocated; and of everybody's. */
char *ferry_executions_channel(const char *id);
#define FERRY_CHANNEL_ALL "all"

/* Numbers for /metrics and the dashboard, of what the actor may see: {by_state: {QUEUED: n, …}} */
json_t *ferry_executions_counts(FerryService *service, const FerryActor *actor, GError **error);
