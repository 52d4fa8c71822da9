/*
 * --restart: what the unfinished copy has made is undone, its ledger forgotten. Tables that it made are
 * dropped; those that were empty before it are emptied again. Rows that it has added to others cannot be told
 * from these: adding all of them once more would double them, so that is refused.
 */
#include "transfer/staging.h"

static bool refuse_doubling(const GPtrArray *tables, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < tables->len; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", (char *)tables->pdata[i]);
	ferry_fail(error, FERRY_ERROR_EXISTS,
		   "the unfinished copy has added rows to tables that held others, and they cannot be told "
		   "apart: "
		   "%s; with --restart they would be there twice",
		   names->str);
	ferry_error_hint(error,
			 "resume it without --restart; or begin again with --restart and --if-exists merge, "
			 "truncate or drop in the place of append");
	return false;
}

static bool has_rows(const GPtrArray *loaded, const char *table)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)loaded, table, g_str_equal, NULL);
}

/* Of another plan it is not known what its tables held before. */
static bool check_append(FerryRun *run, FerryLedgerState state, const GPtrArray *loaded, GError **error)
{
	g_autoptr(GPtrArray) doubled = g_ptr_array_new();

	if (run->if_exists != FERRY_IF_EXISTS_APPEND)
		return true;
	for (guint i = 0; state == FERRY_LEDGER_SAME && i < run->result.n_tables; i++)
		if (run->tables[i].is_appended && has_rows(loaded, run->tables[i].name))
			g_ptr_array_add(doubled, run->tables[i].name);
	return state == FERRY_LEDGER_SAME ? doubled->len == 0 || refuse_doubling(doubled, error)
					  : loaded->len == 0 || refuse_doubling(loaded, error);
}

static bool undo_table(FerryRun *run, FerryTableState *table, const GPtrArray *loaded, GError **error)
{
	bool has_only_ours = !table->is_created && !table->is_appended && !table->is_merged;
	bool is_emptied = has_only_ours &&
			  (run->if_exists == FERRY_IF_EXISTS_TRUNCATE || has_rows(loaded, table->name));

	if (table->is_in_the_way) /* it is not ours */
		table->is_created = is_emptied = false;
	if (!table->is_created && !is_emptied)
		return true;
	if (!ferry_run_execute_phase(run, table->plan->target,
				     table->is_created ? FERRY_DDL_DROP : FERRY_DDL_TRUNCATE, error))
		return false;
	table->is_created = false;
	return true;
}

/* Those that refer to others first. */
static bool undo_levels(FerryRun *run, const GPtrArray *loaded, GError **error)
{
	guint highest = 0;

	for (guint i = 0; i < run->result.n_tables; i++)
		highest = MAX(highest, run->tables[i].plan->level);
	for (guint level = highest + 1; level-- > 0;)
		for (guint i = 0; i < run->result.n_tables; i++)
			if (run->tables[i].plan->level == level &&
			    !undo_table(run, &run->tables[i], loaded, error))
				return false;
	return true;
}

static bool undo_one(FerryRun *run, const FerryTable *table, FerryDdlPhase phase, GError **error)
{
	FerryPresence presence;

	return ferry_run_look_at_table(run, table, &presence, error) &&
	       (presence == FERRY_TABLE_ABSENT || ferry_run_execute_phase(run, table, phase, error));
}

/* The tables of another plan are not known by this one's numbers, but by what it has noted. Whatever else is
 * in the way of this plan is not the unfinished copy's. */
static bool undo_others(FerryRun *run, const GPtrArray *loaded, GError **error)
{
	g_autoptr(GPtrArray) made = NULL, filled = NULL;

	if (!ferry_run_find_ours(run, loaded, &made, &filled, error))
		return false;
	for (guint i = made->len; i-- > 0;)
		if (!undo_one(run, made->pdata[i], FERRY_DDL_DROP, error))
			return false;
	for (guint i = filled->len; i-- > 0;)
		if (!undo_one(run, filled->pdata[i], FERRY_DDL_TRUNCATE, error))
			return false;
	return true;
}

static bool undo_tables(FerryRun *run, FerryLedgerState state, GError **error)
{
	g_autoptr(GPtrArray) loaded = NULL;

	if (!ferry_ledger_find_loaded(run->ledger, run->targets[0], &loaded, error))
		return false;
	if (state == FERRY_LEDGER_SAME)
		ferry_run_recall_decisions(run);
	if (!check_append(run, state, loaded, error))
		return false;
	return state == FERRY_LEDGER_SAME ? undo_levels(run, loaded, error) : undo_others(run, loaded, error);
}

bool ferry_run_undo(FerryRun *run, FerryLedgerState state, GError **error)
{
	bool was_staged = false;

	if (state != FERRY_LEDGER_NONE && !ferry_staging_forget(run, &was_staged, error))
		return false;
	/* What is there by the final names of a staged load was there before, or has been swapped in. */
	if (was_staged && ferry_ledger_step_is_done(run->ledger, FERRY_STEP_SWAPPED) &&
	    run->if_exists == FERRY_IF_EXISTS_FAIL)
		run->if_exists = FERRY_IF_EXISTS_DROP;
	/* One that ended before its staging schema was made has made nothing by the final names either. */
	was_staged = was_staged || (state == FERRY_LEDGER_SAME && run->plan->staging);
	if (state != FERRY_LEDGER_NONE && !was_staged && !undo_tables(run, state, error))
		return false;
	return ferry_ledger_forget(run->ledger, run->targets[0], error);
}
