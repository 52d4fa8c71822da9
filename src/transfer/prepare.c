/*
 * Stage PREPARE: connections, what stands in the target already, schemas and tables. Everything
 * that is made is noted as a step in the ledger in the same transaction, so that a copy that was killed here
 * goes on here.
 */
#include "transfer/give_up.h"
#include "transfer/heal.h"
#include "transfer/incremental.h"
#include "transfer/staging.h"
#include "transfer/watchdog.h"

/* ---- connections ---- */

static bool open_lane(FerryRun *run, guint i, GError **error)
{
	FerryConnection *source = ferry_connection_open(run->source_connector, run->source_url, false, error);
	FerryConnection *target =
		source ? ferry_connection_open(run->target_connector, run->target_url, i == 0, error) : NULL;

	g_mutex_lock(&run->connections_mutex);
	run->sources[i] = source;
	run->targets[i] = target;
	g_mutex_unlock(&run->connections_mutex);
	return target != NULL;
}

static guint choose_lanes(const FerryRun *run)
{
	guint lanes = run->project->lanes ? run->project->lanes : CLAMP(g_get_num_processors(), 1, 8);
	guint max_writers = run->target_connector->caps.max_writers;

	return max_writers && lanes > max_writers ? max_writers : lanes;
}

bool ferry_run_connect(FerryRun *run, GError **error)
{
	run->source_connector = ferry_connector_for_url(run->source_url, error);
	run->target_connector =
		run->source_connector ? ferry_connector_for_url(run->target_url, error) : NULL;
	if (!run->target_connector)
		return false;
	run->n_lanes = run->result.lanes = choose_lanes(run);
	run->sources = g_new0(FerryConnection *, run->n_lanes);
	run->targets = g_new0(FerryConnection *, run->n_lanes);
	run->watches = g_new0(FerryWatch, run->n_lanes);
	run->renewed_lanes = g_new0(gint, run->n_lanes);
	for (guint i = 0; i < run->n_lanes; i++)
		if (!open_lane(run, i, error))
			return false;
	return true;
}

void ferry_run_disconnect(FerryRun *run)
{
	ferry_watchdog_stop(g_steal_pointer(&run->dog));
	ferry_plan_stage(run->plan, false);
	g_mutex_lock(&run->connections_mutex);
	for (guint i = 0; run->sources && i < run->n_lanes; i++) {
		ferry_connection_close(g_steal_pointer(&run->sources[i]));
		ferry_connection_close(g_steal_pointer(&run->targets[i]));
	}
	g_clear_pointer(&run->sources, g_free);
	g_clear_pointer(&run->targets, g_free);
	g_clear_pointer(&run->watches, g_free);
	g_clear_pointer(&run->renewed_lanes, g_free);
	ferry_connection_close(g_steal_pointer(&run->hook_source));
	g_mutex_unlock(&run->connections_mutex);
}

bool ferry_run_execute_phase(FerryRun *run, const FerryTable *table, FerryDdlPhase phase, GError **error)
{
	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);

	run->target_connector->target->ddl(run->plan->target, table, phase, statements);
	for (guint i = 0; i < statements->len; i++) {
		const FerryStatement *statement = statements->pdata[i];
		if (!ferry_target(run->targets[0])->execute(run->targets[0], statement->sql, NULL, error)) {
			g_prefix_error(error, "%s %s: ", statement->kind, statement->object);
			return false;
		}
	}
	return true;
}

bool ferry_run_phase(FerryRun *run, const FerryTable *table, FerryDdlPhase phase, GError **error)
{
	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);

	run->target_connector->target->ddl(run->plan->target, table, phase, statements);
	return ferry_run_steps(run, 0, phase, statements, error);
}

/* ---- what stands in the target ---- */

static char *qualified_name(FerryRun *run, const FerryTable *table)
{
	const FerryTargetOps *ops = run->target_connector->target;
	g_autofree char *name = ops->quote_identifier(table->name);

	if (!table->schema)
		return g_steal_pointer(&name);
	g_autofree char *schema = ops->quote_identifier(table->schema);
	return g_strconcat(schema, ".", name, NULL);
}

bool ferry_run_look_at_table(FerryRun *run, const FerryTable *table, FerryPresence *ret_presence,
			     GError **error)
{
	g_autofree char *name = qualified_name(run, table);
	g_autofree char *sql = g_strdup_printf("SELECT 1 FROM %s %s", name,
					       ferry_target_words(run->target_connector)->one_row);
	g_autoptr(FerryRows) rows = NULL;
	g_autoptr(GError) local = NULL;

	if (ferry_target(run->targets[0])->query(run->targets[0], sql, &rows, &local)) {
		*ret_presence = rows->rows->len ? FERRY_TABLE_FULL : FERRY_TABLE_EMPTY;
		return true;
	}
	if (ferry_error_is(local, FERRY_ERROR_NOT_FOUND)) {
		*ret_presence = FERRY_TABLE_ABSENT;
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

/* Where the target can tell of many tables at once, only those that are there are looked into. */
static bool look_at_tables(FerryRun *run, FerryPresence *presences, GError **error)
{
	const FerryTargetOps *ops = run->target_connector->target;
	guint n = run->result.n_tables;
	g_autofree bool *is_there = g_new(bool, n + 1);
	g_autoptr(GPtrArray) tables = g_ptr_array_new();

	for (guint i = 0; i < n; i++) {
		is_there[i] = true;
		g_ptr_array_add(tables, run->tables[i].plan->target);
	}
	if (ops->find_tables && !ops->find_tables(run->targets[0], tables, is_there, error))
		return false;
	for (guint i = 0; i < n; i++) {
		if (ferry_run_is_stopped(run))
			return ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
		presences[i] = FERRY_TABLE_ABSENT;
		if (is_there[i] && !ferry_run_look_at_table(run, tables->pdata[i], &presences[i], error))
			return false;
	}
	return true;
}

static bool refuse_existing(FerryRun *run, const FerryTable *table, FerryPresence presence, GError **error)
{
	g_autofree char *name = ferry_table_display_name(table);

	ferry_fail(error, FERRY_ERROR_EXISTS, "table %s is in the target already%s", name,
		   presence == FERRY_TABLE_FULL ? " and holds rows" : "");
	ferry_error_hint(error, "choose with --if-exists: drop (make it anew), truncate (empty it first), "
				"append (add to it), merge (replace rows of the same key, add the others); "
				"or leave the table out with --exclude");
	return false;
}

/* Decides what to do with each table and does it: made by us, or kept. */
bool ferry_run_prepare_tables(FerryRun *run, GError **error)
{
	guint n = run->plan->tables->len;
	g_autofree bool *is_there = g_new0(bool, MAX(n, 1));
	g_autofree FerryPresence *presences = g_new0(FerryPresence, MAX(n, 1));
	FerryIfExists policy = run->if_exists;

	if (!look_at_tables(run, presences, error))
		return false;
	for (guint i = 0; i < n; i++) {
		FerryTableState *table = &run->tables[i];
		FerryPresence presence = presences[i];
		is_there[i] = presence != FERRY_TABLE_ABSENT;
		if (is_there[i] && policy == FERRY_IF_EXISTS_FAIL &&
		    !(run->project->data_only && presence == FERRY_TABLE_EMPTY))
			return refuse_existing(run, table->plan->target, presence, error);
		table->is_created =
			!run->project->data_only && (!is_there[i] || policy == FERRY_IF_EXISTS_DROP);
		table->is_appended = presence == FERRY_TABLE_FULL && policy == FERRY_IF_EXISTS_APPEND;
		table->was_empty = presence == FERRY_TABLE_EMPTY;
		table->is_merged = presence == FERRY_TABLE_FULL && policy == FERRY_IF_EXISTS_MERGE;
	}
	if (policy == FERRY_IF_EXISTS_MERGE && !ferry_run_find_merge_keys(run, is_there, error))
		return false;
	if (run->plan->staging)
		return ferry_staging_look(run, error);
	return policy != FERRY_IF_EXISTS_DROP || ferry_run_drop_tables(run, is_there, error);
}

static bool truncate_level(FerryRun *run, guint level, GError **error)
{
	for (guint i = 0; i < run->result.n_tables; i++) {
		const FerryTableState *table = &run->tables[i];
		GError *own = NULL;
		if (table->is_created || table->level != level ||
		    ferry_run_phase(run, table->plan->target, FERRY_DDL_TRUNCATE, &own) ||
		    ferry_give_up_unless_healing(run, i, own))
			continue;
		g_propagate_error(error, own);
		return false;
	}
	return true;
}

/* Those that refer to others first. */
static bool truncate_kept(FerryRun *run, GError **error)
{
	for (guint level = ferry_run_find_levels(run) + 1; level-- > 0;)
		if (!truncate_level(run, level, error))
			return false;
	return true;
}

/* What makes the tables [from, to) of those that are to be made. */
static GPtrArray *creating(FerryRun *run, guint from, guint to)
{
	GPtrArray *statements = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);

	for (guint i = from; i < to; i++)
		run->target_connector->target->ddl(run->plan->target,
						   run->tables[run->creations[i]].plan->target,
						   FERRY_DDL_TABLES, statements);
	return statements;
}

/* Which of them it is that cannot be made; the others are. */
static bool create_one_by_one(FerryRun *run, guint lane, guint from, guint to, GError **error)
{
	for (guint i = from; i < to; i++) {
		g_autoptr(GPtrArray) statements = creating(run, i, i + 1);
		GError *own = NULL;
		if (ferry_run_steps(run, lane, FERRY_DDL_TABLES, statements, &own) ||
		    ferry_give_up_unless_healing(run, run->creations[i], own))
			continue;
		g_propagate_error(error, own);
		return false;
	}
	return true;
}

static void create_some(FerryRun *run, guint lane, guint item)
{
	guint at_once = ferry_run_steps_at_once(run), from = item * at_once;
	guint to = MIN(from + at_once, run->n_creations);
	g_autoptr(GPtrArray) statements = creating(run, from, to);
	GError *error = NULL;

	if (ferry_run_steps(run, lane, FERRY_DDL_TABLES, statements, &error))
		return;
	if (run->project->on_error != FERRY_ON_ERROR_FAIL && !ferry_run_is_stopped(run) &&
	    !ferry_heal_may(run, error)) {
		g_clear_error(&error);
		if (create_one_by_one(run, lane, from, to, &error))
			return;
	}
	ferry_run_take_error(run, error);
}

/* No table refers to another yet, so all lanes make some. False without an error: it stands in the run. */
static bool create_in_lanes(FerryRun *run, guint *creations, guint n)
{
	guint at_once = ferry_run_steps_at_once(run);

	run->creations = creations;
	run->n_creations = n;
	bool is_ok = ferry_run_parallel(run, run->n_lanes, (n + at_once - 1) / at_once, create_some);
	run->creations = NULL;
	return is_ok;
}

/* Types and schemas, sequences, then all tables. */
static bool create_tables(FerryRun *run, GError **error)
{
	g_autofree guint *creations = g_new(guint, run->result.n_tables + 1);
	guint n = 0;

	for (guint i = 0; i < run->result.n_tables; i++)
		if (run->tables[i].is_created && !ferry_is_given_up(&run->tables[i]))
			creations[n++] = i;
	if (n && (!ferry_run_phase(run, NULL, FERRY_DDL_SCHEMAS, error) ||
		  !ferry_run_phase(run, NULL, FERRY_DDL_TABLES, error)))
		return false;
	return create_in_lanes(run, creations, n) &&
	       (run->if_exists != FERRY_IF_EXISTS_TRUNCATE || truncate_kept(run, error));
}

/* Of a staged load in the staging schema, but for types, which tables of both generations share. */
static bool make_tables(FerryRun *run, GError **error)
{
	if (run->is_swapped)
		return true;
	if (run->plan->staging && run->result.n_tables)
		return ferry_run_phase(run, NULL, FERRY_DDL_SCHEMAS, error) &&
		       ferry_staging_begin(run, error) && create_tables(run, error);
	return create_tables(run, error);
}

static bool prepare_target(FerryRun *run, GError **error)
{
	if (run->project->incremental && !ferry_incremental_check(run, error))
		return false;
	if (!ferry_run_open_ledger(run, error))
		return false;
	if (run->result.is_resumed && ferry_ledger_step_is_done(run->ledger, "decided")) {
		ferry_run_recall_decisions(run);
		if (!ferry_run_recall_policy(run, error))
			return false;
		return ferry_run_drop_again(run, error) && make_tables(run, error) &&
		       (run->if_exists != FERRY_IF_EXISTS_MERGE ||
			ferry_run_find_merge_keys(run, NULL, error));
	}
	return ferry_run_decide(run, error) && ferry_run_note_decisions(run, error) &&
	       make_tables(run, error);
}

bool ferry_run_prepare(FerryRun *run, GError **error)
{
	return prepare_target(run, error) && ferry_run_note_reject_file(run, error);
}
