/*
 * What a copy has decided about the tables of the target, noted in the ledger before anything is made: which
 * it makes, which it adds rows to, and by what --if-exists. A resumed copy goes on by that and decides
 * nothing anew. The tables that are the copy's own are noted by their names in the target as well, so that
 * another plan can undo it.
 */
#include "transfer/staging.h"

#include <jansson.h>
#include <string.h>

#define STEP_POLICY "if exists: "
#define STEP_MADE   "made: "   /* and [source, schema, name]: the table is ours */
#define STEP_FILLED "filled: " /* and the same: it was there, and all its rows are to be ours */

static char *write_table(const char *what, const FerryTableState *table)
{
	const FerryTable *target = table->plan->target;
	json_auto_t *array = json_pack("[s, s?, s]", table->name, target->schema, target->name);
	g_autofree char *text = array ? json_dumps(array, JSON_COMPACT) : NULL;

	return text ? g_strconcat(what, text, NULL) : NULL;
}

static FerryTable *read_table(const char *text, const GPtrArray *loaded)
{
	json_auto_t *array = json_loads(text, 0, NULL);
	const char *source = json_string_value(json_array_get(array, 0));
	const char *schema = json_string_value(json_array_get(array, 1)); /* or null */
	const char *name = json_string_value(json_array_get(array, 2));

	if (!source || !name ||
	    (loaded && !g_ptr_array_find_with_equal_func((GPtrArray *)loaded, source, g_str_equal, NULL)))
		return NULL;
	return ferry_table_new(schema, name);
}

static void add_ours(const FerryTableState *table, GPtrArray *steps)
{
	if (table->is_appended || table->is_merged || table->is_in_the_way)
		return;
	char *step = write_table(table->is_created ? STEP_MADE : STEP_FILLED, table);
	if (step)
		g_ptr_array_add(steps, step);
}

static bool find_tables(FerryRun *run, const char *what, const GPtrArray *loaded, GPtrArray **ret_tables,
			GError **error)
{
	g_autoptr(GPtrArray) steps = NULL;
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_table_free);

	if (!ferry_ledger_find_steps(run->ledger, run->targets[0], what, &steps, error))
		return false;
	for (guint i = 0; i < steps->len; i++) {
		FerryTable *table = read_table((const char *)steps->pdata[i] + strlen(what), loaded);
		if (table)
			g_ptr_array_add(tables, table);
	}
	*ret_tables = g_steal_pointer(&tables);
	return true;
}

bool ferry_run_find_ours(FerryRun *run, const GPtrArray *loaded, GPtrArray **ret_made, GPtrArray **ret_filled,
			 GError **error)
{
	g_autoptr(GPtrArray) made = NULL;

	if (!find_tables(run, STEP_MADE, NULL, &made, error) ||
	    !find_tables(run, STEP_FILLED, loaded, ret_filled, error))
		return false;
	*ret_made = g_steal_pointer(&made);
	return true;
}

static void add_note(FerryRun *run, const char *what, guint table, GPtrArray *steps)
{
	g_ptr_array_add(steps, g_strdup_printf("%s:%s", what, run->tables[table].name));
}

static bool is_noted(FerryRun *run, const char *what, guint table)
{
	g_autofree char *step = g_strdup_printf("%s:%s", what, run->tables[table].name);
	return ferry_ledger_step_is_done(run->ledger, step);
}

static bool note_tables(FerryRun *run, GError **error)
{
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < run->plan->tables->len; i++) {
		if (run->tables[i].is_created)
			add_note(run, "created", i, steps);
		if (run->tables[i].is_appended)
			add_note(run, "appended", i, steps);
		if (run->tables[i].was_empty)
			add_note(run, "empty", i, steps);
		if (run->tables[i].is_merged)
			add_note(run, "merged", i, steps);
		if (run->tables[i].is_in_the_way)
			add_note(run, "in the way", i, steps);
		if (!run->plan->staging) /* what is there by its name is not ours before the swap */
			add_ours(&run->tables[i], steps);
	}
	g_ptr_array_add(steps, g_strconcat(STEP_POLICY, ferry_if_exists_words[run->if_exists], NULL));
	g_ptr_array_add(steps, g_strdup("decided"));
	return ferry_ledger_note_steps(run->ledger, run->targets[0], steps, error);
}

/* Tables that this copy makes are noted first, so that a resumed copy knows which keys are its own to build.
 */
bool ferry_run_note_decisions(FerryRun *run, GError **error)
{
	FerryConnection *c = run->targets[0];

	if (!ferry_target(c)->begin(c, error))
		return false;
	if (!note_tables(run, error) || !ferry_target(c)->commit(c, error)) {
		ferry_target(c)->rollback(c);
		return false;
	}
	ferry_ledger_step_committed(run->ledger, "decided");
	return true;
}

void ferry_run_recall_decisions(FerryRun *run)
{
	for (guint i = 0; i < run->plan->tables->len; i++) {
		run->tables[i].is_created = is_noted(run, "created", i);
		run->tables[i].is_appended = is_noted(run, "appended", i);
		run->tables[i].was_empty = is_noted(run, "empty", i);
		run->tables[i].is_merged = is_noted(run, "merged", i);
		run->tables[i].is_in_the_way =
			is_noted(run, "in the way", i) && !ferry_run_is_dropped(run, i);
	}
	run->is_swapped = ferry_ledger_step_is_done(run->ledger, FERRY_STEP_SWAPPED);
}

/* A ferry that did not note it has noted what followed from it. -1: it cannot be told. */
static int find_policy(FerryRun *run)
{
	g_autofree char *noted = ferry_ledger_find_own(run->ledger, STEP_POLICY);

	if (noted)
		return ferry_word_find(ferry_if_exists_words, noted);
	for (guint i = 0; i < run->result.n_tables; i++) {
		if (run->tables[i].is_merged)
			return FERRY_IF_EXISTS_MERGE;
		if (run->tables[i].is_appended)
			return FERRY_IF_EXISTS_APPEND;
	}
	return -1;
}

/* Tables that rows were loaded into were emptied before, if at all. */
static bool would_empty_loaded(FerryRun *run, bool *ret_would, GError **error)
{
	g_autoptr(GPtrArray) emptied =
		ferry_ledger_own_steps(run->ledger, ferry_ddl_phase_name(FERRY_DDL_TRUNCATE));
	g_autoptr(GPtrArray) loaded = NULL;

	*ret_would = false;
	if (emptied->len || run->if_exists != FERRY_IF_EXISTS_TRUNCATE)
		return true;
	if (!ferry_ledger_find_loaded(run->ledger, run->targets[0], &loaded, error))
		return false;
	for (guint i = 0; i < run->result.n_tables; i++)
		*ret_would |=
			!run->tables[i].is_created &&
			g_ptr_array_find_with_equal_func(loaded, run->tables[i].name, g_str_equal, NULL);
	return true;
}

bool ferry_run_recall_policy(FerryRun *run, GError **error)
{
	int begun = find_policy(run);
	bool is_other = begun >= 0 && begun != (int)run->if_exists;

	if (begun < 0 && !would_empty_loaded(run, &is_other, error))
		return false;
	if (!is_other)
		return true;
	if (run->if_exists == FERRY_IF_EXISTS_FAIL) {
		run->if_exists = (FerryIfExists)begun;
		return true;
	}
	ferry_fail(error, FERRY_ERROR_EXISTS,
		   "the unfinished copy in the target was begun with %s%s, and this one has --if-exists %s",
		   begun < 0 ? "another policy" : "--if-exists ",
		   begun < 0 ? "" : ferry_if_exists_words[begun], ferry_if_exists_words[run->if_exists]);
	ferry_error_hint(error, "leave --if-exists out to resume it, or begin again with --restart");
	return false;
}
