/*
 * The first pass of verification: each table is cut into chunks on each side, by that side's own means (the
 * sums do not depend on how), and worked off by two threads a lane, one a side. What was rejected while
 * loading is added to the target's sum.
 */
#include "transfer/verify.h"

#include "data/table_names.h"
#include "transfer/give_up.h"
#include "transfer/heal.h"
#include "transfer/incremental.h"
#include "transfer/known_rejects.h"
#include "transfer/lookup.h"
#include "transfer/staging.h"

#define CATALOG_TRIES 5

FerryComparison *ferry_comparison_new(FerryRun *run)
{
	FerryComparison *cmp = g_new0(FerryComparison, 1);

	cmp->tables = g_new0(FerryTableSums, MAX(run->result.n_tables, 1));
	for (int side = 0; side < FERRY_N_SIDES; side++)
		cmp->tasks[side] = g_ptr_array_new_with_free_func(g_free);
	return cmp;
}

static void comparison_free(FerryRun *run, FerryComparison *cmp)
{
	for (guint i = 0; i < run->result.n_tables; i++) {
		for (int side = 0; side < FERRY_N_SIDES; side++)
			g_clear_pointer(&cmp->tables[i].predicates[side], g_ptr_array_unref);
		g_clear_pointer(&cmp->tables[i].repair.restore, g_array_unref);
		g_clear_pointer(&cmp->tables[i].repair.remove, g_array_unref);
	}
	for (int side = 0; side < FERRY_N_SIDES; side++)
		g_ptr_array_unref(cmp->tasks[side]);
	for (guint i = 0; cmp->checks && i < run->n_lanes; i++) {
		ferry_as_loaded_free(cmp->checks[i].rows);
		ferry_connection_close(cmp->checks[i].connection);
	}
	g_free(cmp->checks);
	g_clear_pointer(&cmp->ahead.tasks, g_ptr_array_unref);
	ferry_catalog_free(cmp->target_catalog);
	g_free(cmp->tables);
	g_free(cmp);
}

/* ---- adding up ---- */

typedef struct Summing {
	FerryRowHasher *hasher;
	FerryRowSum sum;
} Summing;

static void add_batch(const FerryBatch *batch, gpointer data)
{
	Summing *summing = data;

	ferry_row_hasher_add(summing->hasher, batch, &summing->sum);
}

/* ---- judging ---- */

static void judge_table(FerryRun *run, guint index)
{
	FerryTableSums *sums = &run->comparison->tables[index];
	FerryTableResult *result = run->tables[index].result;
	FerryRowSum target = sums->sums[FERRY_SIDE_TARGET];
	bool has_counts = sums->mode != FERRY_VERIFY_FULL;

	if (!has_counts)
		ferry_row_sum_merge(&target, &run->tables[index].rejected_sum);
	result->verified_by = sums->mode;
	result->source_rows =
		has_counts ? sums->counts[FERRY_SIDE_SOURCE] : (int64_t)sums->sums[FERRY_SIDE_SOURCE].n_rows;
	result->target_rows =
		has_counts ? sums->counts[FERRY_SIDE_TARGET] : (int64_t)sums->sums[FERRY_SIDE_TARGET].n_rows;
	result->is_verified =
		ferry_row_sum_equal(&sums->sums[FERRY_SIDE_SOURCE], &target) &&
		(!has_counts || result->source_rows == result->target_rows + result->rows_rejected);
	if (result->is_verified)
		ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_TABLE_VERIFIED,
						 .table = (int)index,
						 .rows = result->target_rows});
}

void ferry_compare_tell(FerryRun *run, guint table, int64_t rows)
{
	ferry_run_emit(run,
		       (FerryEvent){.type = FERRY_EVENT_VERIFY_PROGRESS, .table = (int)table, .rows = rows});
}

void ferry_compare_task_done(FerryRun *run, guint table, FerrySide side, const FerryRowSum *sum)
{
	FerryTableSums *sums = &run->comparison->tables[table];

	g_mutex_lock(&run->mutex);
	ferry_row_sum_merge(&sums->sums[side], sum);
	bool is_last = --sums->n_left == 0;
	int64_t untold = is_last ? sums->rows_ahead : 0;
	sums->rows_ahead -= untold;
	g_mutex_unlock(&run->mutex);
	if (untold)
		ferry_compare_tell(run, table, untold);
	if (is_last)
		judge_table(run, table);
}

static bool count_chunk(FerryRun *run, FerrySide side, FerryConnection *c, const FerryCompareTask *task,
			GError **error)
{
	FerryTablePlan *plan = run->tables[task->table].plan;
	FerryTableSums *sums = &run->comparison->tables[task->table];
	const FerrySchema *schema = side == FERRY_SIDE_SOURCE ? plan->read_schema : plan->write_schema;
	int64_t rows = 0;

	if (!ferry_lookup_count(c, sums->tables[side], schema, task->predicate, &rows, error))
		return false;
	g_mutex_lock(&run->mutex);
	sums->counts[side] += rows;
	g_mutex_unlock(&run->mutex);
	ferry_compare_tell(run, task->table, rows);
	return true;
}

/* A lane's chunks of one table follow each other: what is known of the table is asked for once. */
static bool find_as_loaded(FerryRun *run, guint lane, guint table, FerryAsLoaded **ret_rows, GError **error)
{
	if (!run->comparison->checks)
		return true;
	struct FerryLaneCheck *check = &run->comparison->checks[lane];
	if (check->rows && check->table != table)
		g_clear_pointer(&check->rows, ferry_as_loaded_free);
	if (!check->rows)
		check->rows = ferry_as_loaded_new(run, check->connection, table, false, error);
	check->table = table;
	*ret_rows = check->rows;
	return check->rows != NULL;
}

bool ferry_compare_add_up(FerryRun *run, FerrySide side, guint lane, const FerryCompareTask *task,
			  bool is_quiet, FerryRowSum *ret_sum, GError **error)
{
	FerryTablePlan *plan = run->tables[task->table].plan;
	FerryConnection *c = side == FERRY_SIDE_SOURCE ? run->sources[lane] : run->targets[lane];
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(ferry_scan_schema(plan, side));
	Summing summing = {.hasher = hasher};
	FerryScan scan = {.run = run,
			  .side = side,
			  .table = task->table,
			  .predicate = task->predicate,
			  .is_quiet = is_quiet,
			  .func = add_batch,
			  .data = &summing};

	if (task->is_count)
		return count_chunk(run, side, c, task, error);
	if ((side == FERRY_SIDE_SOURCE && !find_as_loaded(run, lane, task->table, &scan.as_loaded, error)) ||
	    !ferry_compare_scan(&scan, c, error))
		return false;
	*ret_sum = summing.sum;
	return true;
}

static void run_task(FerryRun *run, FerrySide side, guint lane, const FerryCompareTask *task)
{
	FerryTablePlan *plan = run->tables[task->table].plan;
	g_autofree char *name =
		side == FERRY_SIDE_SOURCE ? g_strdup(plan->name) : ferry_table_display_name(plan->target);
	g_autofree char *doing = g_strdup_printf("verifying %s in the %s", name,
						 side == FERRY_SIDE_SOURCE ? "source" : "target");
	FerryHealing healing = {0};
	FerryRowSum sum = {0};
	GError *failure = NULL, *error = NULL;

	while (!ferry_compare_add_up(run, side, lane, task, false, &sum, &failure)) {
		if (!ferry_heal(run, &healing, (FerryHealSide)side, lane, doing, failure, &error)) {
			ferry_run_take_error(run, error);
			return;
		}
		failure = NULL;
	}
	ferry_compare_task_done(run, task->table, side, &sum);
}

/* Items 0 … lanes - 1 are the source's threads, the others the target's. */
static void work_side(FerryRun *run, guint thread, guint item)
{
	FerryComparison *cmp = run->comparison;
	FerrySide side = item < run->n_lanes ? FERRY_SIDE_SOURCE : FERRY_SIDE_TARGET;
	guint lane = side == FERRY_SIDE_SOURCE ? item : item - run->n_lanes;
	const FerryCompareTask *ahead;

	if (item == 0) {
		ferry_compare_end_ahead(run);
		ahead = g_steal_pointer(&cmp->ahead.failed);
		/* Its connection may be lost, and is this lane's to open again. */
		if (ahead && !ferry_run_is_stopped(run))
			run_task(run, side, lane, ahead);
	}
	while (side == FERRY_SIDE_SOURCE && !ferry_run_is_stopped(run) &&
	       (ahead = ferry_compare_next_ahead(run)))
		run_task(run, side, lane, ahead);
	while (!ferry_run_is_stopped(run)) {
		guint next = (guint)g_atomic_int_add(&cmp->next_task[side], 1);
		if (next >= cmp->tasks[side]->len)
			return;
		run_task(run, side, lane, cmp->tasks[side]->pdata[next]);
	}
}

/* ---- the tasks ---- */

GPtrArray *ferry_compare_known_predicates(const FerryTableState *table)
{
	GPtrArray *predicates = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < table->chunks->len; i++)
		g_ptr_array_add(predicates,
				g_strdup(((FerryChunk *)table->chunks->pdata[i])->ledger.predicate));
	return predicates;
}

bool ferry_compare_is_compared(const FerryRun *run, guint index)
{
	return !run->tables[index].is_appended && !ferry_is_given_up(&run->tables[index]);
}

/* A sample that cannot be drawn, and one in which rejected rows and changed values would have to be accounted
 * for, is all rows. */
static bool choose_mode(FerryRun *run, guint lane, guint index, GError **error)
{
	FerryTableSums *sums = &run->comparison->tables[index];
	const FerryTableState *table = &run->tables[index];
	bool is_sampled = false;

	bool is_changed =
		table->result->rows_rejected + table->result->values_nulled + table->result->values_replaced;
	bool is_full = table->is_merged || ferry_known_rejects_count(run->known, index);
	sums->mode = is_full ? FERRY_VERIFY_FULL : run->project->verify;
	if (sums->mode == FERRY_VERIFY_SAMPLE && !is_changed &&
	    !ferry_compare_sample(run, lane, index, &is_sampled, error))
		return false;
	if (sums->mode == FERRY_VERIFY_NONE || (sums->mode == FERRY_VERIFY_SAMPLE && !is_sampled))
		sums->mode = FERRY_VERIFY_FULL;
	for (int side = 0; sums->mode == FERRY_VERIFY_COUNTS && side < FERRY_N_SIDES; side++)
		sums->predicates[side] = g_ptr_array_new();
	return true;
}

/* How each side is to be cut; *ret_side: which one is asked. */
static bool cut_both(FerryRun *run, guint lane, guint index, FerrySide *ret_side, GError **error)
{
	FerryTableSums *sums = &run->comparison->tables[index];
	FerryTablePlan *plan = run->tables[index].plan;

	*ret_side = FERRY_SIDE_SOURCE;
	if (!choose_mode(run, lane, index, error))
		return false;
	if (sums->mode != FERRY_VERIFY_FULL)
		return true;
	if (sums->is_ahead)
		g_debug("%s: the source was begun with before", plan->name);
	else if (run->tables[index].chunks->len)
		sums->predicates[FERRY_SIDE_SOURCE] = ferry_compare_known_predicates(&run->tables[index]);
	else if (!ferry_run_cut(run, run->sources[lane], plan->source, &sums->predicates[FERRY_SIDE_SOURCE],
				error))
		return false;
	*ret_side = FERRY_SIDE_TARGET;
	const char *only =
		run->tables[index].is_merged ? ferry_incremental_target_predicate(run, index) : NULL;
	if (!only)
		return ferry_run_cut(run, run->targets[lane], sums->tables[FERRY_SIDE_TARGET],
				     &sums->predicates[FERRY_SIDE_TARGET], error);
	sums->predicates[FERRY_SIDE_TARGET] = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(sums->predicates[FERRY_SIDE_TARGET], g_strdup(only));
	return true;
}

static void forget_cuts(FerryTableSums *sums)
{
	for (int side = sums->is_ahead ? FERRY_SIDE_TARGET : 0; side < FERRY_N_SIDES; side++)
		g_clear_pointer(&sums->predicates[side], g_ptr_array_unref);
}

static void split_both(FerryRun *run, guint lane, guint index)
{
	FerryTableSums *sums = &run->comparison->tables[index];
	FerryTablePlan *plan = run->tables[index].plan;
	g_autofree char *doing = g_strdup_printf("splitting %s for the verification", plan->name);
	FerryHealing healing = {0};
	FerrySide side;
	GError *failure = NULL, *error = NULL;

	if (!ferry_compare_is_compared(run, index))
		return;
	sums->tables[FERRY_SIDE_SOURCE] = plan->source;
	if (!sums->tables[FERRY_SIDE_TARGET]) {
		g_autofree char *name = ferry_table_display_name(plan->target);
		ferry_fail(&error, FERRY_ERROR_NOT_FOUND, "table %s is not in the target", name);
		ferry_run_take_error(run, error);
		return;
	}
	while (!cut_both(run, lane, index, &side, &failure)) {
		forget_cuts(sums);
		if (!ferry_heal(run, &healing, (FerryHealSide)side, lane, doing, failure, &error)) {
			ferry_run_take_error(run, error);
			return;
		}
		failure = NULL;
	}
}

static void add_task(FerryRun *run, FerrySide side, guint index, char *predicate, bool is_count)
{
	FerryCompareTask *task = g_new0(FerryCompareTask, 1);

	*task = (FerryCompareTask){.table = index, .predicate = predicate, .is_count = is_count};
	g_ptr_array_add(run->comparison->tasks[side], task);
	g_mutex_lock(&run->mutex);
	run->comparison->tables[index].n_left++;
	g_mutex_unlock(&run->mutex);
}

static void add_tasks(FerryRun *run, guint index)
{
	FerryTableSums *sums = &run->comparison->tables[index];

	for (int side = 0; side < FERRY_N_SIDES; side++) {
		GPtrArray *predicates = sums->predicates[side];
		if (side == FERRY_SIDE_SOURCE && sums->is_ahead)
			continue;
		if (sums->mode != FERRY_VERIFY_FULL)
			add_task(run, (FerrySide)side, index, NULL, true);
		for (guint i = 0; i < predicates->len; i++)
			add_task(run, (FerrySide)side, index, predicates->pdata[i], false);
	}
	if (sums->is_ahead)
		ferry_compare_release(run, index);
}

bool ferry_compare_patiently(FerryRun *run, guint table, const char *what,
			     bool (*func)(FerryRun *, guint, GError **), GError **error)
{
	g_autofree char *doing = g_strdup_printf("%s %s", what, run->tables[table].name);
	FerryHealing healing = {0};
	GError *failure = NULL;

	while (!func(run, table, &failure)) {
		if (!ferry_heal(run, &healing, (FerryHealSide)run->comparison->side_at_work, 0, doing,
				failure, error))
			return false;
		failure = NULL;
	}
	return true;
}

/* Counts alone name no rows: how many there are too many or too few is all that is known. */
static bool find_differences(FerryRun *run, guint index, GError **error)
{
	FerryTableSums *sums = &run->comparison->tables[index];
	FerryTableResult *result = run->tables[index].result;

	if (sums->mode == FERRY_VERIFY_FULL ||
	    !ferry_row_sum_equal(&sums->sums[FERRY_SIDE_SOURCE], &sums->sums[FERRY_SIDE_TARGET]))
		return ferry_compare_narrow(run, index, error);
	result->differences = ABS(result->source_rows - result->target_rows - result->rows_rejected);
	ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_TABLE_VERIFIED,
					 .table = (int)index,
					 .rows = result->target_rows,
					 .differences = result->differences});
	return true;
}

/* Others may make and drop tables meanwhile, and a catalog is read by many questions. */
static bool may_be_changing(const GError *failure)
{
	return ferry_error_is(failure, FERRY_ERROR_NOT_FOUND) || ferry_error_is(failure, FERRY_ERROR_FAILED);
}

static bool read_target_catalog(FerryRun *run, GError **error)
{
	FerryCatalog **ret = &run->comparison->target_catalog;
	FerryHealing healing = {0};
	GError *failure = NULL;

	for (guint n = 1; !ferry_staging_catalog(run, ret, &failure); n++) {
		if (n < CATALOG_TRIES && may_be_changing(failure))
			g_error_free(failure);
		else if (!ferry_heal(run, &healing, FERRY_HEAL_TARGET, 0, "reading the target's catalog",
				     failure, error))
			return false;
		failure = NULL;
	}
	return true;
}

static void find_target_tables(FerryRun *run)
{
	g_autoptr(FerryTableNames) names = ferry_table_names_new(run->comparison->target_catalog);

	for (guint i = 0; i < run->result.n_tables; i++) {
		const FerryTable *plan = run->tables[i].plan->target;
		FerryTable *table = ferry_table_names_find(names, plan->schema, plan->name);
		run->comparison->tables[i].tables[FERRY_SIDE_TARGET] = table;
		/* Before statistics are gathered we know better than the server. */
		if (table && table->est_rows < 0 && run->tables[i].result->rows_loaded > 0)
			table->est_rows = run->tables[i].result->rows_loaded;
	}
}

/* After a load its sums account for what the rules have changed; without one the source's rows are changed as
 * a load would have done it. */
static bool open_checks(FerryRun *run, GError **error)
{
	if (run->ledger || !ferry_as_loaded_has_rules(run))
		return true;
	struct FerryLaneCheck *checks = run->comparison->checks = g_new0(struct FerryLaneCheck, run->n_lanes);
	for (guint i = 0; i < run->n_lanes; i++) {
		checks[i].connection =
			ferry_connection_open(run->target_connector, run->target_url, false, error);
		if (!checks[i].connection)
			return false;
	}
	return true;
}

/* Whether the source is asked how to cut a table, on a connection that may be reading ahead. */
static bool needs_source(const FerryRun *run)
{
	for (guint i = 0; i < run->result.n_tables; i++)
		if (!run->comparison->tables[i].is_ahead && run->tables[i].chunks->len == 0 &&
		    ferry_compare_is_compared(run, i))
			return true;
	return false;
}

static bool compare_tables(FerryRun *run, GError **error)
{
	if (!read_target_catalog(run, error) || !open_checks(run, error))
		return false;
	find_target_tables(run);
	if (needs_source(run))
		ferry_compare_end_ahead(run);
	if (!ferry_run_parallel(run, run->n_lanes, run->result.n_tables, split_both))
		return false;
	for (guint i = 0; i < run->result.n_tables; i++)
		if (ferry_compare_is_compared(run, i) && !run->tables[i].is_merged)
			add_tasks(run, i);
	if (!ferry_run_parallel(run, 2 * run->n_lanes, 2 * run->n_lanes, work_side))
		return false;
	for (guint i = 0; i < run->result.n_tables; i++) {
		if (run->tables[i].is_merged)
			ferry_run_log(
				run, FERRY_SEVERITY_INFO,
				"%s: rows were merged into those that it held: every row of the source is "
				"looked for, others may be there",
				run->tables[i].plan->target->name);
		if (ferry_is_given_up(&run->tables[i]))
			continue;
		if (!ferry_compare_is_compared(run, i))
			ferry_run_log(run, FERRY_SEVERITY_WARNING,
				      "%s: not verified, for rows were added to those that it held before",
				      run->tables[i].plan->target->name);
		else if (!run->tables[i].result->is_verified && !find_differences(run, i, error))
			return false;
	}
	return true;
}

void ferry_compare_drop(FerryRun *run)
{
	if (!run->comparison)
		return;
	ferry_compare_end_ahead(run);
	comparison_free(run, g_steal_pointer(&run->comparison));
}

bool ferry_run_compare(FerryRun *run, GError **error)
{
	if (!run->comparison)
		run->comparison = ferry_comparison_new(run);
	bool is_ok = compare_tables(run, error) && (!run->repairs || ferry_compare_repair(run, error));
	ferry_compare_drop(run);
	return is_ok;
}
