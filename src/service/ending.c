/* See ending.h. */
#include "service/ending.h"

#include "service/execution_internal.h"
#include "service/runner.h"

#include <string.h>

void ferry_ending_clear(FerryEnding *ending)
{
	g_free(ending->report);
	g_free(ending->html);
	g_free(ending->error);
	*ending = (FerryEnding){0};
}

/* The state and the outcome that it has when what is wanted is heeded. */
static void heed(const FerryEnding *ending, const char *wanted, const char **ret_state,
		 const char **ret_outcome)
{
	*ret_state = ending->state;
	*ret_outcome = ending->outcome;
	if (g_strcmp0(wanted, "clean_up") == 0 && !ending->has_cleaned_up &&
	    strcmp(ending->state, "COMPLETED") != 0) {
		*ret_state = "QUEUED";
		*ret_outcome = NULL;
	} else if (g_strcmp0(wanted, "cancel") == 0 && strcmp(ending->state, "PAUSED") == 0) {
		*ret_state = "CANCELLED";
		*ret_outcome = "cancelled";
	}
}

static bool update(FerryStoreTx *tx, FerryService *service, const char *id, const FerryEnding *ending,
		   bool *ret_is_queued)
{
	g_autofree char *now = ferry_store_now();
	g_autofree char *select = g_strconcat("SELECT wanted FROM executions WHERE id = ? AND owner = ?",
					      ferry_store_lock_suffix(tx), NULL);
	g_autoptr(FerryRows) rows = ferry_store_query(tx, NULL, select, "ss", id, service->owner);
	const char *state, *outcome;

	if (!rows || rows->rows->len == 0)
		return rows != NULL;
	const char *wanted = ferry_row_text(rows, 0, 0);
	heed(ending, wanted, &state, &outcome);
	*ret_is_queued = strcmp(state, "QUEUED") == 0;
	return ferry_store_exec(tx, NULL, NULL,
				"UPDATE executions SET state = ?, outcome = ?, error = ?, report = ?, "
				"report_html = ?, reject_file = ?, wanted = ?, restart = 0, ended_at = ? "
				"WHERE id = ? AND owner = ?",
				"ssssssssss", state, outcome, ending->error, ending->report, ending->html,
				ending->reject_file, *ret_is_queued ? wanted : NULL,
				ferry_execution_has_ended(state) ? now : NULL, id, service->owner) &&
	       ferry_execution_next_seq(tx, id, NULL) >= 0;
}

bool ferry_ending_write(FerryService *service, const char *id, const FerryEnding *ending)
{
	FerryStoreTx *tx = ferry_execution_begin(service, NULL);
	bool is_queued = false;
	bool is_ok = tx && update(tx, service, id, ending, &is_queued) &&
		     ferry_store_commit(g_steal_pointer(&tx), NULL);

	ferry_store_rollback(tx);
	if (is_ok)
		ferry_execution_publish_state(service, id);
	ferry_execution_end(service);
	if (is_ok && is_queued)
		ferry_runner_announce(service, id);
	return is_ok;
}
