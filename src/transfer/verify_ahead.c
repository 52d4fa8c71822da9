/*
 * The source is read back while the target builds its indexes. That leaves cores without work: the last index
 * of the last table is one backend's, and keys are made one after the other. One thread, on the first lane's
 * connection, which a build does not need, takes the source's chunks one by one; when the build is over it
 * ends with the chunk that it is at, and verification goes on with the rest.
 *
 * Only whole tables that were copied in chunks are begun with. The target's rows have to wait: its keys are
 * added under locks that would wait for us. A failure here is nobody's: the chunk is left to verification,
 * which heals.
 */
#include "transfer/give_up.h"
#include "transfer/verify.h"

static void plan_table(FerryRun *run, guint index)
{
	FerryTableState *table = &run->tables[index];
	FerryTableSums *sums = &run->comparison->tables[index];

	if (!ferry_compare_is_compared(run, index) || table->is_merged || table->chunks->len == 0)
		return;
	sums->is_ahead = true;
	sums->mode = FERRY_VERIFY_FULL;
	sums->tables[FERRY_SIDE_SOURCE] = table->plan->source;
	GPtrArray *predicates = ferry_compare_known_predicates(table);
	sums->predicates[FERRY_SIDE_SOURCE] = predicates;
	sums->n_left = predicates->len + 1;
	for (guint i = 0; i < predicates->len; i++) {
		FerryCompareTask *task = g_new0(FerryCompareTask, 1);
		*task = (FerryCompareTask){.table = index, .predicate = predicates->pdata[i]};
		g_ptr_array_add(run->comparison->ahead.tasks, task);
	}
}

static gpointer read_ahead(gpointer data)
{
	FerryRun *run = data;
	FerryAhead *ahead = &run->comparison->ahead;
	const FerryCompareTask *task;

	while (!g_atomic_int_get(&ahead->is_over) && !ferry_run_is_stopped(run) &&
	       (task = ferry_compare_next_ahead(run))) {
		FerryTableSums *sums = &run->comparison->tables[task->table];
		FerryRowSum sum = {0};
		g_autoptr(GError) error = NULL;
		if (!ferry_compare_add_up(run, FERRY_SIDE_SOURCE, 0, task, true, &sum, &error)) {
			g_debug("reading ahead: %s", error->message);
			ahead->failed = task;
			break;
		}
		g_mutex_lock(&run->mutex);
		sums->rows_ahead += (int64_t)sum.n_rows;
		g_mutex_unlock(&run->mutex);
		ferry_compare_task_done(run, task->table, FERRY_SIDE_SOURCE, &sum);
	}
	return NULL;
}

void ferry_compare_begin_ahead(FerryRun *run)
{
	if (run->project->verify != FERRY_VERIFY_FULL)
		return;
	run->comparison = ferry_comparison_new(run);
	run->comparison->ahead.tasks = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < run->result.n_tables; i++)
		plan_table(run, i);
	if (run->comparison->ahead.tasks->len)
		run->comparison->ahead.thread = g_thread_new("ferry-ahead", read_ahead, run);
}

void ferry_compare_end_ahead(FerryRun *run)
{
	FerryAhead *ahead = &run->comparison->ahead;

	if (!ahead->thread)
		return;
	g_atomic_int_set(&ahead->is_over, 1);
	g_thread_join(g_steal_pointer(&ahead->thread));
	for (guint i = 0; i < run->result.n_tables && !ferry_run_is_stopped(run); i++) {
		FerryTableSums *sums = &run->comparison->tables[i];
		g_mutex_lock(&run->mutex);
		int64_t untold = sums->rows_ahead;
		sums->rows_ahead = 0;
		g_mutex_unlock(&run->mutex);
		if (untold)
			ferry_compare_tell(run, i, untold);
	}
}

const FerryCompareTask *ferry_compare_next_ahead(FerryRun *run)
{
	FerryAhead *ahead = &run->comparison->ahead;
	const FerryCompareTask *task = NULL;

	while (!task && ahead->tasks) {
		guint next = (guint)g_atomic_int_add(&ahead->next, 1);
		if (next >= ahead->tasks->len)
			break;
		task = ahead->tasks->pdata[next];
		if (ferry_is_given_up(&run->tables[task->table]))
			task = NULL;
	}
	return task;
}

void ferry_compare_release(FerryRun *run, guint table)
{
	g_mutex_lock(&run->mutex);
	run->comparison->tables[table].n_left--;
	g_mutex_unlock(&run->mutex);
}
