/*
 * Local workers; see runner.h. Each worker thread claims an execution, runs it (job.c), and claims the next;
 * one more thread looks for what users ask running ones for.
 */
#include "service/runner.h"

#include "service/bus/redis.h"
#include "service/execution_internal.h"
#include "service/help.h"
#include "service/job.h"
#include "service/queue/queue.h"

#include <string.h>

#define POLL_US        (2 * G_TIME_SPAN_SECOND)
#define QUEUED_POLL_US (10 * G_TIME_SPAN_SECOND) /* of workers that the queue wakes */

struct FerryRunner {
	FerryService *service;
	GMutex lock;
	GCond wake;
	bool is_stopping;
	guint64 n_wakes;
	GHashTable *jobs; /* id -> FerryJob, at work */
	GPtrArray *helps; /* FerryHelp, at work; borrowed */

	GMutex known_lock;
	GHashTable *known; /* set of char*: shares that were helped with, or could not be; under known_lock */
	GPtrArray *threads;
};

typedef struct Worker {
	FerryRunner *runner;
	guint slot;
} Worker;

/* Sleeps until something has happened since `seen`, or for a while. Called with the lock. */
static void sleep_a_while(FerryRunner *runner, guint64 *seen, gint64 at_most_us)
{
	gint64 until = g_get_monotonic_time() + at_most_us;

	while (!runner->is_stopping && *seen == runner->n_wakes &&
	       g_cond_wait_until(&runner->wake, &runner->lock, until))
		;
	*seen = runner->n_wakes;
}

/* ---- claiming ---- */

/* The oldest whose target nobody else writes to. NULL: none, or the store cannot be reached (*ret_has_looked
 * false), which is tried again. */
static char *claim(FerryService *service, bool *ret_has_looked)
{
	g_autoptr(FerryStoreTx) tx = ferry_execution_begin(service, NULL);
	g_autoptr(FerryRows) rows = NULL;
	g_autofree char *now = ferry_store_now();
	char *id = NULL;

	if (tx && ferry_store_serialize(tx, NULL))
		rows = ferry_store_query(
			tx, NULL,
			"SELECT id FROM executions WHERE state = 'QUEUED' AND target_connection_id NOT IN "
			"(SELECT target_connection_id FROM executions WHERE state = 'RUNNING') ORDER BY id "
			"LIMIT 1",
			"");
	*ret_has_looked = rows != NULL;
	if (rows && rows->rows->len > 0)
		id = g_strdup(ferry_row_text(rows, 0, 0));
	if (id &&
	    (!ferry_store_exec(tx, NULL, NULL,
			       "UPDATE executions SET state = 'RUNNING', owner = ?, beat_at = ?, "
			       "started_at = coalesce(started_at, ?) WHERE id = ?",
			       "ssss", service->owner, now, now, id) ||
	     ferry_execution_next_seq(tx, id, NULL) < 0 || !ferry_store_commit(g_steal_pointer(&tx), NULL))) {
		*ret_has_looked = false;
		g_clear_pointer(&id, g_free);
	}
	g_clear_pointer(&tx, ferry_store_rollback);
	if (id)
		ferry_execution_publish_state(service, id);
	ferry_execution_end(service);
	return id;
}

static void work_on(FerryRunner *runner, const char *id)
{
	FerryJob *job = ferry_job_new(runner->service, id);

	g_mutex_lock(&runner->lock);
	g_hash_table_replace(runner->jobs, (gpointer)ferry_job_get_id(job), job);
	bool is_stopping = runner->is_stopping;
	g_mutex_unlock(&runner->lock);
	if (is_stopping)
		ferry_job_ask(job, FERRY_WISH_LEAVE);
	ferry_job_run(job);
	g_mutex_lock(&runner->lock);
	if (g_hash_table_lookup(runner->jobs, id) == job) /* else it is queued again, and another has it */
		g_hash_table_remove(runner->jobs, id);
	runner->n_wakes++; /* its target is free for the next */
	g_cond_broadcast(&runner->wake);
	g_mutex_unlock(&runner->lock);
	ferry_job_free(job);
}

/* ---- helping ---- */

/* One whose share is not known yet, which it is from then on. The runner's own lock is not held while the
 * store is asked. */
static FerryHelp *find_help(FerryRunner *runner)
{
	g_mutex_lock(&runner->known_lock);
	FerryHelp *help = ferry_help_find(runner->service, runner->known);
	if (help)
		g_hash_table_add(runner->known, g_strdup(ferry_help_get_share(help)));
	g_mutex_unlock(&runner->known_lock);
	return help;
}

static void tell_queue(const Worker *worker, bool is_idle, bool has_looked)
{
	FerryService *service = worker->runner->service;

	if (service->queue)
		ferry_queue_set_idle(service->queue, worker->slot, is_idle, has_looked);
}

/* With what another worker runs; false: nothing wants help. */
static bool help(const Worker *worker)
{
	FerryRunner *runner = worker->runner;
	FerryHelp *one = find_help(runner);

	if (!one)
		return false;
	tell_queue(worker, false, false);
	g_mutex_lock(&runner->lock);
	bool is_stopping = runner->is_stopping;
	g_ptr_array_add(runner->helps, one);
	g_mutex_unlock(&runner->lock);
	if (is_stopping)
		ferry_help_leave(one);
	ferry_help_run(one);
	g_mutex_lock(&runner->lock);
	g_ptr_array_remove_fast(runner->helps, one);
	g_mutex_unlock(&runner->lock);
	ferry_help_free(one);
	return true;
}

/* A claim, and what the queue has to know of it: the lease is committed before the message is done. */
static char *claim_for(const Worker *worker)
{
	bool has_looked = false;
	char *id = claim(worker->runner->service, &has_looked);

	tell_queue(worker, !id, has_looked);
	return id;
}

static gint64 patience(FerryService *service)
{
	return service->queue && ferry_queue_is_up(service->queue) ? QUEUED_POLL_US : POLL_US;
}

static gpointer run_worker(gpointer data)
{
	g_autofree Worker *worker = data;
	FerryRunner *runner = worker->runner;
	guint64 seen = 0;

	g_mutex_lock(&runner->lock);
	while (!runner->is_stopping) {
		seen = runner->n_wakes;
		g_mutex_unlock(&runner->lock);
		g_autofree char *id = claim_for(worker);
		if (id)
			work_on(runner, id);
		bool has_worked = id || help(worker);
		gint64 at_most = patience(runner->service);
		g_mutex_lock(&runner->lock);
		if (!has_worked)
			sleep_a_while(runner, &seen, at_most);
	}
	g_mutex_unlock(&runner->lock);
	tell_queue(worker, false, false);
	return NULL;
}

/* ---- leases ---- */

/* Executions whose process has died are queued again: it has not told of them for so long, or, where the
 * store is a file that only one process can hold, it was our predecessor. */
#define LEASE_US (15 * G_TIME_SPAN_SECOND)
#define ORPHANED "state = 'RUNNING' AND (owner IS NULL OR owner <> ?) AND (beat_at IS NULL OR beat_at < ?)"

static bool recover(FerryService *service, bool is_start, GPtrArray *ids, GError **error)
{
	bool is_alone = is_start && ferry_store_get_file(service->store);
	g_autofree char *now = ferry_store_now(),
			*since = is_alone ? g_strdup("9999") : ferry_store_time(g_get_real_time() - LEASE_US);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx && ferry_store_serialize(tx, error))
		rows = ferry_store_query(tx, error, "SELECT id FROM executions WHERE " ORPHANED, "ss",
					 service->owner, since);
	for (guint i = 0; rows && i < rows->rows->len; i++)
		g_ptr_array_add(ids, g_strdup(ferry_row_text(rows, i, 0)));
	if (!rows || ids->len == 0)
		return rows != NULL;
	return ferry_store_exec(tx, NULL, error,
				"INSERT INTO execution_logs (execution_id, id, at, level, message) SELECT "
				"id, seq + 1, ?, "
				"'warning', 'the process that ran this has died; it goes on where the ledger "
				"in the target says' "
				"FROM executions WHERE " ORPHANED,
				"sss", now, service->owner, since) &&
	       ferry_store_exec(
		       tx, NULL, error,
		       "UPDATE executions SET state = 'QUEUED', owner = NULL, seq = seq + 1 WHERE " ORPHANED,
		       "ss", service->owner, since) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

/* ---- wishes ---- */

static void pass_wishes(FerryRunner *runner, const FerryRows *rows)
{
	g_mutex_lock(&runner->lock);
	for (guint i = 0; i < rows->rows->len; i++) {
		FerryJob *job = g_hash_table_lookup(runner->jobs, ferry_row_text(rows, i, 0));
		const char *wanted = ferry_row_text(rows, i, 1);
		if (!job)
			continue;
		if (g_strcmp0(ferry_row_text(rows, i, 2), runner->service->owner) != 0)
			ferry_job_ask(job,
				      FERRY_WISH_LEAVE); /* we were silent for too long, and another has it */
		else if (!wanted)
			continue;
		else if (strcmp(wanted, "pause") == 0)
			ferry_job_ask(job, FERRY_WISH_PAUSE);
		else
			ferry_job_ask(job, strcmp(wanted, "clean_up") == 0 ? FERRY_WISH_CLEAN_UP
									   : FERRY_WISH_CANCEL);
	}
	g_mutex_unlock(&runner->lock);
}

/* Where others can die, too, what they have left is taken over. */
static void take_over(FerryService *service)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

	if (ferry_store_get_file(service->store) || !recover(service, false, ids, NULL))
		return;
	for (guint i = 0; i < ids->len; i++)
		ferry_runner_announce(service, ids->pdata[i]);
}

static void look_at_wishes(FerryRunner *runner)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(runner->service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(
			     tx, NULL,
			     "SELECT id, wanted, owner FROM executions WHERE state IN ('RUNNING', 'QUEUED')",
			     "")
		   : NULL;

	if (rows)
		pass_wishes(runner, rows);
}

static gpointer watch_wishes(gpointer data)
{
	FerryRunner *runner = data;
	guint64 seen = 0;

	g_mutex_lock(&runner->lock);
	while (!runner->is_stopping) {
		seen = runner->n_wakes;
		bool has_jobs = g_hash_table_size(runner->jobs) > 0;
		g_mutex_unlock(&runner->lock);
		if (has_jobs)
			look_at_wishes(runner);
		take_over(runner->service);
		g_mutex_lock(&runner->lock);
		sleep_a_while(runner, &seen, POLL_US);
	}
	g_mutex_unlock(&runner->lock);
	return NULL;
}

/* ---- life ---- */

static void start_worker(FerryRunner *runner, guint slot)
{
	Worker *worker = g_new(Worker, 1);

	*worker = (Worker){.runner = runner, .slot = slot};
	g_ptr_array_add(runner->threads, g_thread_new("ferry-worker", run_worker, worker));
}

bool ferry_runner_start(FerryService *service, guint n_workers, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	FerryRunner *runner;

	if (n_workers > 0 && !recover(service, true, ids, error))
		return false;
	runner = g_new0(FerryRunner, 1);
	runner->service = service;
	g_mutex_init(&runner->lock);
	g_mutex_init(&runner->known_lock);
	g_cond_init(&runner->wake);
	runner->jobs = g_hash_table_new(g_str_hash, g_str_equal);
	runner->threads = g_ptr_array_new();
	runner->helps = g_ptr_array_new();
	runner->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	service->runner = runner;
	for (guint i = 0; i < n_workers; i++)
		start_worker(runner, i);
	if (n_workers > 0)
		g_ptr_array_add(runner->threads, g_thread_new("ferry-wishes", watch_wishes, runner));
	for (guint i = 0; i < ids->len; i++)
		ferry_runner_announce(service, ids->pdata[i]);
	return true;
}

void ferry_runner_stop(FerryRunner *runner)
{
	GHashTableIter iter;
	gpointer job;

	if (!runner)
		return;
	g_mutex_lock(&runner->lock);
	runner->is_stopping = true;
	g_hash_table_iter_init(&iter, runner->jobs);
	while (g_hash_table_iter_next(&iter, NULL, &job))
		ferry_job_ask(job, FERRY_WISH_LEAVE);
	for (guint i = 0; i < runner->helps->len; i++)
		ferry_help_leave(runner->helps->pdata[i]);
	g_cond_broadcast(&runner->wake);
	g_mutex_unlock(&runner->lock);
	for (guint i = 0; i < runner->threads->len; i++)
		g_thread_join(runner->threads->pdata[i]);
	g_ptr_array_set_size(runner->threads, 0);
}

void ferry_runner_free(FerryRunner *runner)
{
	if (!runner)
		return;
	g_ptr_array_unref(runner->threads);
	g_hash_table_unref(runner->jobs);
	g_ptr_array_unref(runner->helps);
	g_hash_table_unref(runner->known);
	g_mutex_clear(&runner->lock);
	g_mutex_clear(&runner->known_lock);
	g_cond_clear(&runner->wake);
	g_free(runner);
}

void ferry_runner_wake(FerryRunner *runner)
{
	if (!runner)
		return;
	g_mutex_lock(&runner->lock);
	runner->n_wakes++;
	g_cond_broadcast(&runner->wake);
	g_mutex_unlock(&runner->lock);
}

void ferry_runner_announce(FerryService *service, const char *id)
{
	if (service->queue)
		ferry_queue_publish(service->queue, "execution", id);
	else
		ferry_redis_nudge(service->redis, "work", id);
	ferry_runner_wake(service->runner);
}
