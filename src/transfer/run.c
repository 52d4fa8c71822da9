/*
 * A run from beginning to end: prepare, copy, build, verify, finish. The stages stand in files of their own;
 * here is their order, the threads, the first error, and the events.
 */
#include "transfer/give_up.h"
#include "transfer/incremental.h"
#include "transfer/heal.h"
#include "transfer/known_rejects.h"
#include "transfer/lock.h"
#include "transfer/staging.h"
#include "transfer/watchdog.h"

/* Of rows beyond a MiB; in memory they are twice as much while they are read. */
#define GIANTS_BUDGET ((size_t)64 << 20)

/* ---- making and freeing ---- */

static void chunk_free(gpointer data)
{
	FerryChunk *chunk = data;

	ferry_ledger_chunk_clear(&chunk->ledger);
	if (chunk->unsure)
		ferry_reject_lines_free(chunk->unsure);
	g_free(chunk->unsure);
	g_free(chunk);
}

static void object_result_free(gpointer data)
{
	FerryObjectResult *result = data;

	g_free(result->kind);
	g_free(result->object);
	g_free(result->message);
	g_free(result);
}

static void difference_free(gpointer data)
{
	FerryDifference *difference = data;

	g_free(difference->kind);
	g_free(difference->key);
	g_free(difference->column);
	g_free(difference->source_value);
	g_free(difference->target_value);
	g_free(difference);
}

static void make_tables(FerryRun *run)
{
	guint n = run->plan->tables->len;

	run->result.n_tables = n;
	run->result.tables = g_new0(FerryTableResult, MAX(n, 1));
	run->tables = g_new0(FerryTableState, MAX(n, 1));
	for (guint i = 0; i < n; i++) {
		run->tables[i].plan = run->plan->tables->pdata[i];
		run->tables[i].name = g_strdup(run->tables[i].plan->name);
		run->tables[i].result = &run->result.tables[i];
		run->tables[i].chunks = g_ptr_array_new_with_free_func(chunk_free);
		if (ferry_run_n_checks(run->tables[i].plan))
			run->result.tables[i].failed_checks =
				g_new0(int64_t, ferry_run_n_checks(run->tables[i].plan));
	}
}

FerryRun *ferry_run_new(const FerryUrl *source, const FerryUrl *target, FerryPlan *plan,
			const FerryRunOptions *options, FerryEventFunc event, gpointer data)
{
	FerryRun *run = g_new0(FerryRun, 1);

	run->source_url = source;
	run->target_url = target;
	run->plan = plan;
	run->project = options->project;
	run->if_exists = run->project->if_exists;
	run->chunk_rows = run->project->chunk_rows ? run->project->chunk_rows : FERRY_DEFAULT_CHUNK_ROWS;
	run->share = options->share;
	run->repairs = options->repair;
	run->removes_extra = options->repair_delete;
	run->event = event;
	run->event_data = data;
	run->result.seconds_to_first_row = -1;
	run->result.reject_files = g_ptr_array_new_with_free_func(g_free);
	run->result.objects = g_ptr_array_new_with_free_func(object_result_free);
	run->result.differences = g_ptr_array_new_with_free_func(difference_free);
	g_queue_init(&run->chunks);
	g_mutex_init(&run->event_mutex);
	g_mutex_init(&run->mutex);
	g_mutex_init(&run->connections_mutex);
	g_cond_init(&run->chunks_changed);
	run->rejects = ferry_rejects_new(options->reject_file);
	run->known_rejects_file = g_strdup(options->known_rejects);
	run->throttle = ferry_throttle_new(run->project->read_limit_rows, run->project->read_limit_bytes);
	run->giants = ferry_giants_new(GIANTS_BUDGET, &run->is_stopped);
	make_tables(run);
	return run;
}

void ferry_run_free(FerryRun *run)
{
	if (!run)
		return;
	ferry_run_disconnect(run);
	for (guint i = 0; i < run->result.n_tables; i++) {
		g_ptr_array_free(run->tables[i].chunks, TRUE);
		g_clear_pointer(&run->tables[i].predicates, g_ptr_array_unref);
		g_clear_pointer(&run->tables[i].merge_key, g_ptr_array_unref);
		ferry_table_mark_free(run->tables[i].mark);
		g_free(run->tables[i].name);
		g_free(run->result.tables[i].failed_checks);
	}
	g_free(run->tables);
	g_free(run->result.tables);
	g_free(run->lock_id);
	g_free(run->result.snapshot);
	g_free(run->snapshot_name);
	for (guint i = 0; i < G_N_ELEMENTS(run->lane_snapshots); i++)
		g_free(run->lane_snapshots[i]);
	g_free(run->result.snapshot_lost);
	g_ptr_array_free(run->result.objects, TRUE);
	g_ptr_array_free(run->result.reject_files, TRUE);
	g_ptr_array_free(run->result.differences, TRUE);
	g_queue_clear(&run->chunks);
	ferry_rejects_free(run->rejects);
	ferry_known_rejects_free(run->known);
	g_free(run->known_rejects_file);
	ferry_throttle_free(run->throttle);
	ferry_giants_free(run->giants);
	ferry_ledger_free(run->ledger);
	g_clear_error(&run->error);
	g_mutex_clear(&run->event_mutex);
	g_mutex_clear(&run->mutex);
	g_mutex_clear(&run->connections_mutex);
	g_cond_clear(&run->chunks_changed);
	g_free(run);
}

const FerryRunResult *ferry_run_get_result(const FerryRun *run)
{
	return &run->result;
}

void ferry_run_forget(FerryRun *run)
{
	ferry_run_disconnect(run);
	g_clear_pointer(&run->ledger, ferry_ledger_free);
	g_queue_clear(&run->chunks);
	run->n_chunks_left = 0;
	run->is_swapped = false;
	for (guint i = 0; i < run->result.n_tables; i++) {
		FerryTableState *table = &run->tables[i];
		if (table->has_started)
			ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_ROLLBACK,
							 .table = (int)i,
							 .rows = table->result->rows_loaded,
							 .bytes = table->result->bytes,
							 .rejected = table->result->rows_rejected});
		g_ptr_array_set_size(table->chunks, 0);
		g_clear_pointer(&table->predicates, g_ptr_array_unref);
		g_free(table->result->failed_checks);
		*table->result =
			(FerryTableResult){.failed_checks = g_new0(int64_t, ferry_run_n_checks(table->plan))};
		table->is_created = table->is_appended = table->is_in_the_way = table->has_started = false;
		table->is_given_up = 0;
		table->level = table->n_left = 0;
		table->rejected_sum = (FerryRowSum){0};
	}
}

/* ---- events ---- */

void ferry_run_emit(FerryRun *run, FerryEvent event)
{
	if (!run->event)
		return;
	g_mutex_lock(&run->event_mutex);
	event.stage = run->stage;
	run->event(&event, run->event_data);
	g_mutex_unlock(&run->event_mutex);
}

void ferry_run_set_stage(FerryRun *run, FerryStage stage)
{
	g_mutex_lock(&run->event_mutex);
	run->stage = stage;
	g_mutex_unlock(&run->event_mutex);
	ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_STAGE, .table = -1});
}

void ferry_run_log(FerryRun *run, FerrySeverity severity, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	ferry_run_emit(
		run, (FerryEvent){.type = FERRY_EVENT_LOG, .table = -1, .severity = severity, .text = text});
}

/* ---- stopping ---- */

static void stop(FerryRun *run)
{
	g_atomic_int_set(&run->is_stopped, 1);
	g_mutex_lock(&run->mutex);
	g_cond_broadcast(&run->chunks_changed);
	g_mutex_unlock(&run->mutex);
}

static void cancel_connections(FerryRun *run)
{
	g_mutex_lock(&run->connections_mutex);
	for (guint i = 0; run->sources && i < run->n_lanes; i++) {
		if (run->sources[i])
			run->source_connector->cancel(run->sources[i]);
		if (run->targets[i])
			run->target_connector->cancel(run->targets[i]);
	}
	g_mutex_unlock(&run->connections_mutex);
}

void ferry_run_take_error(FerryRun *run, GError *error)
{
	g_mutex_lock(&run->mutex);
	bool is_first = !run->error;
	if (is_first)
		run->error = error;
	g_mutex_unlock(&run->mutex);
	if (!is_first) {
		g_error_free(error);
		return;
	}
	stop(run);
}

void ferry_run_wait_for_limit(FerryRun *run, int64_t rows, int64_t bytes)
{
	if (G_LIKELY(!run->throttle))
		return;
	gint64 now = g_get_monotonic_time();
	gint64 until = now + ferry_throttle_take(run->throttle, rows, bytes, now);

	for (; now < until && !ferry_run_is_stopped(run); now = g_get_monotonic_time())
		g_usleep((gulong)MIN(until - now, G_USEC_PER_SEC / 20));
}

void ferry_run_cancel(FerryRun *run)
{
	g_atomic_int_set(&run->is_cancelled, 1);
	stop(run);
	cancel_connections(run);
}

void ferry_run_pause(FerryRun *run)
{
	g_mutex_lock(&run->event_mutex);
	bool is_finished_soon = run->stage == FERRY_STAGE_COPY || run->stage == FERRY_STAGE_BUILD;
	if (is_finished_soon) /* before the next stage begins */
		g_atomic_int_set(&run->is_paused, 1);
	g_mutex_unlock(&run->event_mutex);
	if (!is_finished_soon) {
		ferry_run_cancel(run);
		return;
	}
	g_mutex_lock(&run->mutex);
	g_cond_broadcast(&run->chunks_changed);
	g_mutex_unlock(&run->mutex);
}

/* ---- threads ---- */

typedef struct Pool {
	FerryRun *run;
	FerryLaneFunc func;
	guint n_items;
	gint next_item; /* atomic */
} Pool;

typedef struct Worker {
	Pool *pool;
	guint lane;
} Worker;

static gpointer pool_thread(gpointer data)
{
	Worker *worker = data;
	Pool *pool = worker->pool;
	guint item;

	while (!ferry_run_is_stopped(pool->run) && !ferry_run_is_paused(pool->run) &&
	       (item = (guint)g_atomic_int_add(&pool->next_item, 1)) < pool->n_items)
		pool->func(pool->run, worker->lane, item);
	return NULL;
}

bool ferry_run_parallel(FerryRun *run, guint n_threads, guint n_items, FerryLaneFunc func)
{
	Pool pool = {.run = run, .func = func, .n_items = n_items};
	guint n = CLAMP(n_items, 1, n_threads);
	g_autofree Worker *workers = g_new0(Worker, n);
	g_autofree GThread **threads = g_new0(GThread *, n);

	for (guint i = 0; i < n; i++)
		workers[i] = (Worker){.pool = &pool, .lane = i};
	for (guint i = 1; i < n; i++)
		threads[i] = g_thread_new("ferry-work", pool_thread, &workers[i]);
	pool_thread(&workers[0]);
	for (guint i = 1; i < n; i++)
		g_thread_join(threads[i]);
	return !ferry_run_is_stopped(run);
}

/* ---- the order ---- */

static double seconds_since(gint64 from)
{
	return (g_get_monotonic_time() - from) / 1e6;
}

/* What stopped us: cancelled, the first lane's error, or the error of the stage itself. */
static bool fail_with(FerryRun *run, GError *own, GError **error)
{
	bool is_paused = ferry_run_is_paused(run) && !run->error;
	bool is_cancelled = g_atomic_int_get(&run->is_cancelled) || is_paused;

	run->result.outcome = is_cancelled ? FERRY_OUTCOME_CANCELLED : FERRY_OUTCOME_FAILED;
	if (is_cancelled) {
		g_clear_error(&own);
		ferry_fail(error, FERRY_ERROR_CANCELLED, "%s",
			   is_paused ? "paused; what was in flight is finished"
				     : "interrupted; the chunks in flight were rolled back");
	} else if (run->error) {
		g_clear_error(&own);
		g_propagate_error(error, g_steal_pointer(&run->error));
	} else {
		g_propagate_error(error, own);
	}
	/* Somebody else has stopped the statement in the server: a failure like others, and no wish of our
	 * user. */
	if (!is_cancelled && error && ferry_error_is(*error, FERRY_ERROR_CANCELLED))
		(*error)->code = FERRY_ERROR_FAILED;
	run->result.seconds_total = seconds_since(run->started_us);
	if (run->first_row_us)
		run->result.seconds_to_first_row = (run->first_row_us - run->started_us) / 1e6;
	ferry_run_find_reject_files(run);
	stop(run); /* also of who reads ahead, whose chunk would take its time */
	ferry_compare_drop(run);
	ferry_watchdog_stop(g_steal_pointer(&run->dog));
	ferry_lock_release(run);
	ferry_run_disconnect(run);
	return false;
}

static bool stage(FerryRun *run, FerryStage which, bool (*func)(FerryRun *, GError **), double *ret_seconds,
		  GError **error)
{
	gint64 started = g_get_monotonic_time();

	ferry_run_set_stage(run, which);
	if (ferry_run_is_paused(run))
		return false;
	bool is_ok = func(run, error) && !ferry_run_is_stopped(run) && !ferry_run_is_paused(run);
	*ret_seconds = seconds_since(started);
	return is_ok;
}

static bool prepare_all(FerryRun *run, GError **error)
{
	if (!ferry_run_connect(run, error) || !ferry_run_prepare(run, error))
		return false;
	if (run->is_swapped)
		return ferry_staging_recall(run, error);
	/* Before the snapshot, so that the copy sees what hooks do in the source. */
	return run->project->schema_only ||
	       (ferry_run_table_hooks(run, FERRY_HOOKS_BEFORE, error) && ferry_run_split(run, error));
}

static bool lacks_objects(const FerryRun *run)
{
	for (guint i = 0; i < run->result.objects->len; i++) {
		const FerryObjectResult *object = run->result.objects->pdata[i];

		if (!object->is_ok && !object->is_optional)
			return true;
	}
	return false;
}

static FerryOutcome judge(const FerryRun *run)
{
	FerryOutcome outcome = lacks_objects(run) ? FERRY_OUTCOME_OBJECTS : FERRY_OUTCOME_VERIFIED;

	for (guint i = 0; i < run->result.n_tables; i++)
		if (run->result.tables[i].rows_rejected)
			outcome = FERRY_OUTCOME_REJECTED;
	for (guint i = 0; i < run->result.n_tables; i++)
		if (run->result.tables[i].differences)
			return FERRY_OUTCOME_DIFFERENT;
	return outcome;
}

static bool end_copy(FerryRun *run, GError **error)
{
	if (run->project->incremental && !run->project->schema_only && !ferry_incremental_finish(run, error))
		return false;
	return run->project->keep_ledger ? ferry_ledger_close(run->ledger, run->targets[0], error)
					 : ferry_ledger_remove(run->ledger, run->targets[0], error);
}

/* The marks move as the ledger goes, in one transaction: a copy is unfinished and has its old marks, or is
 * neither. */
static bool end_ledger(FerryRun *run, GError **error)
{
	FerryConnection *c = run->targets[0];

	if (!ferry_target(c)->begin(c, error))
		return false;
	if (!end_copy(run, error) || !ferry_target(c)->commit(c, error)) {
		ferry_target(c)->rollback(c);
		return false;
	}
	if (!run->project->keep_ledger)
		run->has_lock = false; /* its row has gone, too */
	return true;
}

/* Nothing that the project has changed or found stays unsaid. */
static void tell_changes(FerryRun *run, guint i)
{
	const FerryTableResult *result = &run->result.tables[i];
	const FerryTransform *transform = run->tables[i].plan->transform;
	guint n_checks = ferry_run_n_checks(run->tables[i].plan);

	if (result->values_nulled || result->values_replaced)
		ferry_run_log(run, FERRY_SEVERITY_WARNING,
			      "%s: of the values that the target cannot hold %" G_GINT64_FORMAT
			      " became NULL and %" G_GINT64_FORMAT " were replaced",
			      run->tables[i].name, result->values_nulled, result->values_replaced);
	for (guint k = 0; k < n_checks; k++)
		if (result->failed_checks[k])
			ferry_run_log(run, FERRY_SEVERITY_WARNING,
				      "%s: check %s failed for %" G_GINT64_FORMAT " rows%s",
				      run->tables[i].name, ferry_transform_check_name(transform, k),
				      result->failed_checks[k],
				      ferry_transform_check_action(transform, k) == FERRY_CHECK_REJECT
					      ? ", which were rejected"
					      : "");
}

/* The ledger goes when there is nothing left that a second run could do better. */
static bool finish(FerryRun *run, GError **error)
{
	run->result.outcome = judge(run);
	for (guint i = 0; i < run->result.n_tables; i++)
		tell_changes(run, i);
	if (!ferry_give_up_check(run, error)) {
		ferry_staging_tell_kept(run);
		return false;
	}
	/* Rejected rows are the outcome before missing objects; a table without its keys replaces none. */
	if ((run->result.outcome != FERRY_OUTCOME_VERIFIED &&
	     run->result.outcome != FERRY_OUTCOME_REJECTED) ||
	    (run->plan->staging && lacks_objects(run))) {
		ferry_staging_tell_kept(run);
		return true;
	}
	if (!ferry_staging_swap(run, error) || !ferry_run_hooks(run, FERRY_HOOKS_AFTER, error))
		return false;
	FerryHealing healing = {0};
	GError *failure = NULL;
	while (!end_ledger(run, &failure)) {
		/* It had gone, when the answer to the commit did not come; or some of its tables had, where
		 * each DROP commits. */
		bool has_gone = healing.n_failures && ferry_error_is(failure, FERRY_ERROR_NOT_FOUND);
		if (!has_gone &&
		    !ferry_heal(run, &healing, FERRY_HEAL_TARGET, 0, "closing the ledger", failure, error))
			return false;
		if (has_gone) {
			g_error_free(failure);
			ferry_run_sweep_ledger(run);
			return true;
		}
		failure = NULL;
	}
	return true;
}

static bool prepare_patiently(FerryRun *run, GError **error)
{
	return ferry_heal_stage(run, "preparing", prepare_all, error);
}

/* The rows that are in go with the snapshot that they came from, and the copy begins again. */
static bool begin_again(FerryRun *run)
{
	if (!g_atomic_int_compare_and_exchange(&run->wants_restart, 1, 0) ||
	    g_atomic_int_get(&run->is_cancelled))
		return false;
	for (guint i = 0; i < run->result.n_tables; i++)
		if (run->tables[i].is_appended)
			return false; /* which rows are ours cannot be told */
	g_clear_error(&run->error);
	g_atomic_int_set(&run->is_stopped, 0);
	ferry_run_forget(run);
	run->is_restarting = true;
	ferry_run_log(run, FERRY_SEVERITY_WARNING, "the snapshot was lost: the copy begins again");
	return true;
}

static bool prepare_and_copy(FerryRun *run, GError **error)
{
	FerryRunResult *result = &run->result;

	do {
		g_clear_error(error);
		if (!stage(run, FERRY_STAGE_PREPARE, prepare_patiently, &result->seconds_prepare, error))
			return false;
		run->dog = ferry_watchdog_start(run);
		if (run->project->schema_only || run->is_swapped ||
		    stage(run, FERRY_STAGE_COPY, ferry_run_copy, &result->seconds_copy, error))
			return true;
	} while (begin_again(run));
	return false;
}

bool ferry_run_execute(FerryRun *run, GError **error)
{
	FerryRunResult *result = &run->result;
	GError *own = NULL;
	double ignored;

	run->started_us = g_get_monotonic_time();
	if (!prepare_and_copy(run, &own))
		return fail_with(run, own, error);
	bool is_compared =
		!run->project->schema_only && !run->is_swapped && run->project->verify != FERRY_VERIFY_NONE;
	if (is_compared)
		ferry_compare_begin_ahead(run);
	if (!run->is_swapped && !stage(run, FERRY_STAGE_BUILD, ferry_run_build, &result->seconds_build, &own))
		return fail_with(run, own, error);
	if (is_compared && !stage(run, FERRY_STAGE_VERIFY, ferry_run_compare, &result->seconds_verify, &own))
		return fail_with(run, own, error);
	ferry_watchdog_stop(g_steal_pointer(&run->dog));
	if (!stage(run, FERRY_STAGE_FINISH, finish, &ignored, &own))
		return fail_with(run, own, error);
	ferry_lock_release(run);
	ferry_run_find_reject_files(run);
	if (run->first_row_us)
		result->seconds_to_first_row = (run->first_row_us - run->started_us) / 1e6;
	result->seconds_total = seconds_since(run->started_us);
	ferry_run_disconnect(run);
	return true;
}

static bool connect_and_pin(FerryRun *run, GError **error)
{
	return ferry_run_connect(run, error) && ferry_run_snapshot(run, error);
}

static bool prepare_verify(FerryRun *run, GError **error)
{
	return ferry_heal_stage(run, "connecting", connect_and_pin, error);
}

/* What was repaired is proved by a second look, whose findings alone count. */
static bool compare_and_repair(FerryRun *run, GError **error)
{
	if (!ferry_run_compare(run, error))
		return false;
	if (!run->has_repaired)
		return true;
	run->repairs = false;
	g_ptr_array_set_size(run->result.differences, 0);
	for (guint i = 0; i < run->result.n_tables; i++) {
		run->result.tables[i].differences = 0;
		run->result.tables[i].is_verified = false;
	}
	return ferry_run_compare(run, error);
}

bool ferry_run_verify(FerryRun *run, GError **error)
{
	FerryRunResult *result = &run->result;
	GError *own = NULL;

	run->started_us = g_get_monotonic_time();
	if (run->known_rejects_file &&
	    !(run->known = ferry_known_rejects_new(run, run->known_rejects_file, &own)))
		return fail_with(run, own, error);
	if (!stage(run, FERRY_STAGE_PREPARE, prepare_verify, &result->seconds_prepare, &own) ||
	    !stage(run, FERRY_STAGE_VERIFY, compare_and_repair, &result->seconds_verify, &own))
		return fail_with(run, own, error);
	result->outcome = judge(run);
	result->seconds_total = seconds_since(run->started_us);
	ferry_run_disconnect(run);
	return true;
}
