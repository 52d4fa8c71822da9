/*
 * The ledger as stage PREPARE finds it: a copy that is resumed, begun again or refused, or one that is new
 * and gets its ledger; and what goes away with it.
 */
#include "transfer/lock.h"
#include "transfer/run_internal.h"

static bool refuse_changed_plan(GError **error)
{
	ferry_fail(error, FERRY_ERROR_EXISTS,
		   "the target holds an unfinished copy from this source, but of other tables, columns or "
		   "types than this one");
	ferry_error_hint(
		error,
		"run it with the options it was begun with to resume it, or begin again with --restart");
	return false;
}

/* The user wants all rows from one snapshot: a copy that another run began is not of ours. */
static bool must_restart(const FerryRun *run, FerryLedgerState state)
{
	return state == FERRY_LEDGER_SAME && run->project->snapshot_lost == FERRY_SNAPSHOT_LOST_RESTART &&
	       run->source_connector->source->snapshot && run->if_exists != FERRY_IF_EXISTS_APPEND;
}

FerryLedger *ferry_run_new_ledger(FerryRun *run)
{
	g_autofree char *source = ferry_url_to_string(run->source_url);
	g_autofree const char **names = g_new0(const char *, run->result.n_tables + 1);

	for (guint i = 0; i < run->result.n_tables; i++)
		names[i] = run->tables[i].name;
	return ferry_ledger_new(run->target_connector, source, run->plan->fingerprint, names,
				run->result.n_tables);
}

bool ferry_run_open_ledger(FerryRun *run, GError **error)
{
	FerryLedgerState state;

	run->ledger = ferry_run_new_ledger(run);
	if (!ferry_ledger_find(run->ledger, run->targets[0], &state, error) ||
	    (state != FERRY_LEDGER_NONE && !ferry_lock_take(run, error)))
		return false;
	if (run->project->restart || run->is_restarting || must_restart(run, state)) {
		if (!ferry_run_undo(run, state, error))
			return false;
		state = FERRY_LEDGER_NONE;
	}
	if (state == FERRY_LEDGER_DIFFERENT)
		return refuse_changed_plan(error);
	run->result.is_resumed = state == FERRY_LEDGER_SAME;
	return true;
}

static bool discard_ledger(FerryRun *run, GError **error)
{
	FerryConnection *c = run->targets[0];

	if (ferry_target(c)->begin(c, error) && ferry_ledger_remove(run->ledger, c, error) &&
	    ferry_target(c)->commit(c, error))
		return true;
	ferry_target(c)->rollback(c);
	return false;
}

/* A refused copy leaves nothing behind: no ledger either, which hooks have needed. */
static bool look_after_hooks(FerryRun *run, GError **error)
{
	g_autoptr(GError) local = NULL, ignored = NULL;

	if (!ferry_run_hooks(run, FERRY_HOOKS_BEFORE, error))
		return false;
	if (ferry_run_prepare_tables(run, &local))
		return true;
	if (ferry_error_is(local, FERRY_ERROR_EXISTS) && !discard_ledger(run, &ignored))
		g_debug("the ledger of a refused copy stays: %s", ignored->message);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

void ferry_run_sweep_ledger(FerryRun *run)
{
	FerryConnection *c = run->targets[0];
	g_autoptr(GError) local = NULL;

	if (!ferry_ledger_has_tables(run->ledger, c))
		return;
	if (ferry_lock_take(run, &local) && ferry_ledger_sweep(run->ledger, c, &local))
		run->has_lock = false;
	else
		g_debug("what is left of a ledger stays: %s", local->message);
}

static bool look_first(FerryRun *run, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (ferry_run_prepare_tables(run, &local))
		return true;
	if (ferry_error_is(local, FERRY_ERROR_EXISTS) && !run->result.is_resumed)
		ferry_run_sweep_ledger(run);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

/* The look at the target comes before the ledger, but for what hooks and drops have to note. */
bool ferry_run_decide(FerryRun *run, GError **error)
{
	bool is_ledger_first = (run->if_exists == FERRY_IF_EXISTS_DROP && !run->plan->staging) ||
			       ferry_run_has_hooks(run, FERRY_HOOKS_BEFORE);

	if (!is_ledger_first && !look_first(run, error))
		return false;
	if (!run->result.is_resumed &&
	    (!ferry_lock_take(run, error) || !ferry_ledger_create(run->ledger, run->targets[0], error)))
		return false;
	return !is_ledger_first || look_after_hooks(run, error);
}

/* What another copy from this source has made is not undone by this one's name. */
static bool clean_up(FerryRun *run, bool *ret_was_there, GError **error)
{
	FerryLedgerState state;

	run->ledger = ferry_run_new_ledger(run);
	if (!ferry_ledger_find(run->ledger, run->targets[0], &state, error))
		return false;
	*ret_was_there = state == FERRY_LEDGER_SAME;
	return !*ret_was_there || (ferry_lock_take(run, error) && ferry_run_undo(run, state, error) &&
				   discard_ledger(run, error));
}

bool ferry_run_clean_up(FerryRun *run, bool *ret_was_there, GError **error)
{
	run->is_restarting = true; /* undoes, and nothing follows */
	bool is_ok = ferry_run_connect(run, error) && clean_up(run, ret_was_there, error);
	if (is_ok)
		run->has_lock = false; /* its row has gone with the ledger */
	ferry_lock_release(run);
	ferry_run_disconnect(run);
	return is_ok;
}
