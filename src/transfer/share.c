/*
 * Sharing a copy; see share.h.
 */
#include "transfer/share.h"

#include "transfer/run_internal.h"
#include "transfer/watchdog.h"

#define WAIT_US (G_USEC_PER_SEC / 4)
#define HEAR_US G_USEC_PER_SEC

/* ---- the lead ---- */

static const char *find_obstacle(const FerryRun *run)
{
	if (run->project->helpers == FERRY_HELPERS_NONE)
		return "the project says so";
	if (run->target_connector->caps.max_writers == 1)
		return "the target takes one writer";
	if (run->plan->staging)
		return "the copy is staged";
	if (run->project->incremental)
		return "the copy is incremental";
	if (run->throttle)
		return "the project limits how fast this one may read";
	return NULL;
}

/* What helpers join. False: nothing, and they have to. */
static bool share_snapshot(FerryRun *run, char **ret_name)
{
	const FerrySourceOps *source = run->source_connector->source;
	g_autoptr(GError) error = NULL;

	if (source->share_snapshot && source->share_snapshot(run->sources[0], ret_name, &error))
		return true;
	if (run->project->helpers == FERRY_HELPERS_ANY)
		return true;
	ferry_run_log(
		run, FERRY_SEVERITY_INFO,
		"no other worker may help: %s, and its rows would come from another state of the source "
		"(options.helpers: any allows it)",
		error ? error->message : "the source's snapshot cannot be shared");
	return false;
}

void ferry_share_open(FerryRun *run)
{
	g_autofree char *snapshot = NULL;

	if (!run->share || run->is_helper || run->n_chunks_left <= run->n_lanes)
		return;
	const char *obstacle = find_obstacle(run);
	if (obstacle)
		ferry_run_log(run, FERRY_SEVERITY_INFO, "no other worker may help: %s", obstacle);
	if (obstacle || !share_snapshot(run, &snapshot))
		return;
	ferry_run_log(run, FERRY_SEVERITY_INFO, "other workers may help with %u chunks", run->n_chunks_left);
	run->share->open(snapshot, run->share->data);
	run->is_shared = true;
}

void ferry_share_close(FerryRun *run)
{
	if (run->is_shared && !run->is_helper) {
		run->is_shared = false;
		run->share->close(run->share->data);
	}
}

/* ---- chunks ---- */

/* To the front of the queue: that it is in is told at once, not when its turn comes. Called without the lock.
 */
static void bring_forward(const char *table, guint number, gpointer data)
{
	FerryRun *run = data;

	g_mutex_lock(&run->mutex);
	for (GList *link = run->chunks.head; link; link = link->next) {
		const FerryChunk *chunk = link->data;
		if (chunk->ledger.chunk != number ||
		    g_strcmp0(run->tables[chunk->ledger.table].name, table) != 0)
			continue;
		g_queue_unlink(&run->chunks, link);
		g_queue_push_head_link(&run->chunks, link);
		break;
	}
	g_mutex_unlock(&run->mutex);
}

static void hear(FerryRun *run)
{
	gint64 now = g_get_monotonic_time();

	g_mutex_lock(&run->mutex);
	bool is_time = now - run->heard_us > HEAR_US;
	if (is_time)
		run->heard_us = now;
	g_mutex_unlock(&run->mutex);
	if (is_time)
		run->share->find_loaded(bring_forward, run, run->share->data);
}

FerryShareAnswer ferry_share_ask(FerryRun *run, const FerryChunk *chunk)
{
	if (!run->is_helper)
		hear(run);
	return run->share->take(run->tables[chunk->ledger.table].name, chunk->ledger.chunk, run->share->data);
}

void ferry_share_end(FerryRun *run, const FerryChunk *chunk, FerryShareEnd how)
{
	if (run->is_shared)
		run->share->end(run->tables[chunk->ledger.table].name, chunk->ledger.chunk, how,
				run->share->data);
}

void ferry_share_put_last(FerryRun *run, FerryChunk *chunk, guint n_refused)
{
	g_mutex_lock(&run->mutex);
	g_queue_push_tail(&run->chunks, chunk);
	g_cond_broadcast(&run->chunks_changed);
	bool is_all = n_refused >= run->chunks.length;
	gint64 until = g_get_monotonic_time() + WAIT_US;
	while (is_all && !ferry_run_is_stopped(run) && !ferry_run_is_paused(run) &&
	       g_cond_wait_until(&run->chunks_changed, &run->mutex, until))
		;
	g_mutex_unlock(&run->mutex);
}

/* ---- the helper ---- */

static bool find_copy(FerryRun *run, GError **error)
{
	FerryLedgerState state;

	run->ledger = ferry_run_new_ledger(run);
	if (!ferry_ledger_find(run->ledger, run->targets[0], &state, error))
		return false;
	if (state != FERRY_LEDGER_SAME || !ferry_ledger_step_is_done(run->ledger, "decided"))
		return ferry_fail(error, FERRY_ERROR_NOT_FOUND,
				  "the target holds no unfinished copy of the plan that is made here");
	ferry_run_recall_decisions(run);
	return run->if_exists != FERRY_IF_EXISTS_MERGE || ferry_run_find_merge_keys(run, NULL, error);
}

static bool join_snapshot(FerryRun *run, GError **error)
{
	const FerrySourceOps *source = run->source_connector->source;

	if (!run->joined_snapshot)
		return ferry_run_snapshot(run, error);
	if (!source->join_snapshot)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "the source's snapshot cannot be joined");
	return source->join_snapshot(run->sources, run->n_lanes, run->joined_snapshot, error);
}

static bool work(FerryRun *run, GError **error)
{
	ferry_run_set_stage(run, FERRY_STAGE_PREPARE);
	if (!ferry_run_connect(run, error) || !find_copy(run, error) || !join_snapshot(run, error) ||
	    !ferry_run_recall_shared(run, error))
		return false;
	ferry_run_set_stage(run, FERRY_STAGE_COPY);
	run->dog = ferry_watchdog_start(run);
	return !run->n_chunks_left || ferry_run_is_paused(run) ||
	       ferry_run_parallel(run, run->n_lanes, run->n_lanes, ferry_run_lane_item);
}

bool ferry_run_help(FerryRun *run, const char *snapshot, GError **error)
{
	GError *own = NULL;

	run->started_us = g_get_monotonic_time();
	run->is_helper = run->is_shared = true;
	run->joined_snapshot = snapshot;
	bool is_ok = work(run, &own);
	ferry_run_disconnect(run);
	if (is_ok)
		return true;
	if (g_atomic_int_get(&run->is_cancelled))
		ferry_fail(error, FERRY_ERROR_CANCELLED, "interrupted");
	else if (run->error)
		g_propagate_error(error, g_steal_pointer(&run->error));
	else if (own)
		g_propagate_error(error, g_steal_pointer(&own));
	else
		ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
	g_clear_error(&own);
	return false;
}
