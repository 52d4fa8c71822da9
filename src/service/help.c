/*
 * Helping with an execution that another worker runs; see help.h.
 */
#include "service/help.h"

#include "service/execution_internal.h"
#include "service/membership.h"
#include "service/workspace.h"

#include <stdio.h>

struct FerryHelp {
	FerryService *service;
	char *execution_id, *share, *snapshot, *document, *source_id, *target_id;
	GMutex lock;
	FerryRun *run; /* while it works; under the lock, as the next is */
	bool is_leaving;
	gint64 rows; /* loaded; by the run's events, one at a time */
};

static FerryHelp *new_help(FerryService *service, const FerryRows *rows, guint i)
{
	FerryHelp *help = g_new0(FerryHelp, 1);

	help->service = service;
	help->execution_id = g_strdup(ferry_row_text(rows, i, 0));
	help->share = g_strdup(ferry_row_text(rows, i, 1));
	help->snapshot = g_strdup(ferry_row_text(rows, i, 2));
	help->document = g_strdup(ferry_row_text(rows, i, 3));
	help->source_id = g_strdup(ferry_row_text(rows, i, 4));
	help->target_id = g_strdup(ferry_row_text(rows, i, 5));
	g_mutex_init(&help->lock);
	return help;
}

FerryHelp *ferry_help_find(FerryService *service, GHashTable *known)
{
	if (ferry_store_get_file(service->store))
		return NULL;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(tx, NULL,
				       "SELECT id, share, share_snapshot, document, source_connection_id, "
				       "target_connection_id FROM executions WHERE state = 'RUNNING' AND "
				       "share IS NOT NULL "
				       "AND owner <> ? ORDER BY id",
				       "s", service->owner)
		   : NULL;

	for (guint i = 0; rows && i < rows->rows->len; i++)
		if (!g_hash_table_contains(known, ferry_row_text(rows, i, 1)))
			return new_help(service, rows, i);
	return NULL;
}

void ferry_help_free(FerryHelp *help)
{
	if (!help)
		return;
	g_mutex_clear(&help->lock);
	g_free(help->execution_id);
	g_free(help->share);
	g_free(help->snapshot);
	g_free(help->document);
	g_free(help->source_id);
	g_free(help->target_id);
	g_free(help);
}

const char *ferry_help_get_share(const FerryHelp *help)
{
	return help->share;
}

void ferry_help_leave(FerryHelp *help)
{
	g_mutex_lock(&help->lock);
	help->is_leaving = true;
	if (help->run)
		ferry_run_cancel(help->run);
	g_mutex_unlock(&help->lock);
}

/* ---- the log ---- */

/* "worker db2 (process 4711) helps", in the log of the execution. */
G_GNUC_PRINTF(3, 4)
static void tell(FerryHelp *help, const char *level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	g_auto(GStrv) owner = g_strsplit(help->service->owner, " ", 3);
	g_autofree char *message = g_strdup_printf("worker %s (process %s): %s", owner[0], owner[1], what);
	ferry_execution_log(help->service, help->execution_id, level, message);
}

/* Progress is told by the lead, from the ledger. Called with the run's lock for events. */
static void take_event(const FerryEvent *event, gpointer data)
{
	FerryHelp *help = data;

	if (event->type == FERRY_EVENT_PROGRESS)
		help->rows += event->rows;
	else if (event->type == FERRY_EVENT_ROLLBACK)
		help->rows -= event->rows;
	else if (event->type == FERRY_EVENT_LOG && event->severity != FERRY_SEVERITY_INFO)
		tell(help, "warning", "%s", event->text);
}

/* ---- the work ---- */

static bool set_run(FerryHelp *help, FerryRun *run)
{
	g_mutex_lock(&help->lock);
	help->run = run;
	bool may = !help->is_leaving;
	g_mutex_unlock(&help->lock);
	return may;
}

static bool load_chunks(FerryHelp *help, FerryWorkspace *w, bool *ret_has_joined, GError **error)
{
	FerryMembership *member = ferry_membership_new_helper(help->service, help->execution_id, help->share);
	const FerryRunOptions options = {.project = w->project, .share = ferry_membership_get_share(member)};
	FerryRun *run = ferry_run_new(w->source_url, w->target_url, w->plan, &options, take_event, help);
	bool is_ok = true;

	*ret_has_joined = set_run(help, run) && ferry_membership_join(member, run);
	if (*ret_has_joined) {
		tell(help, "info", "helps with the copy");
		is_ok = ferry_run_help(run, help->snapshot, error);
	}
	set_run(help, NULL);
	ferry_membership_free(member); /* it may ask the run to stop until then */
	ferry_run_free(run);
	return is_ok;
}

void ferry_help_run(FerryHelp *help)
{
	const FerryActor self = {.role = FERRY_ROLE_ADMIN, .user_name = NULL};
	g_autoptr(GError) error = NULL;
	bool has_joined = false;
	g_autoptr(FerryWorkspace) w =
		ferry_workspace_open(help->service, &self, help->document, help->source_id, help->target_id,
				     FERRY_WORKSPACE_WRITE, &error);

	if (w && ferry_workspace_plan(w, NULL, NULL, &error)) {
		ferry_workspace_disconnect(w);
		if (load_chunks(help, w, &has_joined, &error) && !has_joined)
			return; /* it had ended before we came */
	}
	if (error && !ferry_error_is(error, FERRY_ERROR_CANCELLED))
		tell(help, "warning", "does not help%s: %s", has_joined ? " any more" : "", error->message);
	else
		tell(help, "info", "has loaded %" G_GINT64_FORMAT " rows", help->rows);
}
