/*
 * The watchdog: see watchdog.h. It looks once a second. Its own connections are opened when they are first
 * needed, so a short copy has none, and losing them is no failure of the copy.
 */
#include "transfer/watchdog.h"

#include "transfer/lock.h"

typedef struct Seen {
	guint n_done;
	gint64 since_us; /* when n_done was first seen as it is */
	guint next_s;    /* the stall that is told next */
} Seen;

struct FerryWatchdog {
	FerryRun *run;
	GThread *thread;
	GMutex mutex;
	GCond cond;
	bool is_stopping; /* under the mutex */

	/* the thread's */
	Seen *seen;
	FerryConnection *source, *target; /* or NULL */
	guint n_ticks;
};

char *ferry_watch_describe(FerryAt reader, FerryAt writer)
{
	static const char *const readers[FERRY_N_AT] = {
		[FERRY_AT_REST] = "the reader has no chunk",
		[FERRY_AT_SOURCE] = "the reader waits for rows of the source",
		[FERRY_AT_RING] = "the reader waits for the writer",
		[FERRY_AT_BACKOFF] = "the reader waits for its next try",
	};
	static const char *const writers[FERRY_N_AT] = {
		[FERRY_AT_REST] = "the writer has no chunk",
		[FERRY_AT_RING] = "the writer waits for the reader",
		[FERRY_AT_CLAIM] = "the writer waits for its chunk in the ledger",
		[FERRY_AT_TARGET] = "the writer waits for the target to take rows",
		[FERRY_AT_COMMIT] = "the writer waits for the target to commit",
		[FERRY_AT_BACKOFF] = "the writer waits for its next try",
	};
	const char *r = readers[reader] ? readers[reader] : readers[FERRY_AT_REST];
	const char *w = writers[writer] ? writers[writer] : writers[FERRY_AT_REST];

	return g_strconcat(r, ", ", w, NULL);
}

/* ---- what the server says ---- */

static int64_t session_of(FerryRun *run, bool is_source, guint lane)
{
	const FerryConnector *connector = is_source ? run->source_connector : run->target_connector;
	int64_t id = 0;

	g_mutex_lock(&run->connections_mutex);
	FerryConnection **connections = is_source ? run->sources : run->targets;
	if (connections && connections[lane] && connector->session_id)
		id = connector->session_id(connections[lane]);
	g_mutex_unlock(&run->connections_mutex);
	return id;
}

static FerryConnection *side_connection(FerryWatchdog *dog, bool is_source)
{
	FerryRun *run = dog->run;
	FerryConnection **place = is_source ? &dog->source : &dog->target;

	if (!*place)
		*place = is_source
				 ? ferry_connection_open(run->source_connector, run->source_url, false, NULL)
				 : ferry_connection_open(run->target_connector, run->target_url, false, NULL);
	return *place;
}

/* NULL: it cannot tell. */
static char *ask_server(FerryWatchdog *dog, guint lane, FerryAt reader, FerryAt writer)
{
	bool is_source = reader == FERRY_AT_SOURCE;
	const FerryConnector *connector = is_source ? dog->run->source_connector : dog->run->target_connector;

	if ((!is_source && writer != FERRY_AT_TARGET && writer != FERRY_AT_COMMIT &&
	     writer != FERRY_AT_CLAIM) ||
	    !connector->explain_wait)
		return NULL;
	int64_t session = session_of(dog->run, is_source, lane);
	FerryConnection *side = session ? side_connection(dog, is_source) : NULL;
	return side ? connector->explain_wait(side, session) : NULL;
}

/* ---- looking ---- */

static bool is_at_rest(FerryAt reader, FerryAt writer)
{
	return reader == FERRY_AT_BACKOFF || writer == FERRY_AT_BACKOFF ||
	       (reader == FERRY_AT_REST && (writer == FERRY_AT_RING || writer == FERRY_AT_REST));
}

static void warn(FerryWatchdog *dog, guint lane, const FerryWatch *watch, guint seconds)
{
	FerryAt reader = (FerryAt)g_atomic_int_get(&watch->reader);
	FerryAt writer = (FerryAt)g_atomic_int_get(&watch->writer);
	guint table = (guint)g_atomic_int_get(&watch->table);
	g_autofree char *what = ferry_watch_describe(reader, writer);
	g_autofree char *server = ask_server(dog, lane, reader, writer);

	ferry_run_log(dog->run, FERRY_SEVERITY_WARNING,
		      "lane %u has made no progress with %s for %u s: %s%s%s", lane + 1,
		      table < dog->run->result.n_tables ? dog->run->tables[table].name : "?", seconds, what,
		      server ? "; the server says: " : "", server ? server : "");
}

static void look_at_lane(FerryWatchdog *dog, guint lane)
{
	FerryWatch *watch = &dog->run->watches[lane];
	Seen *seen = &dog->seen[lane];
	guint n_done = (guint)g_atomic_int_get(&watch->n_done);
	gint64 now = g_get_monotonic_time();

	if (n_done != seen->n_done || is_at_rest((FerryAt)g_atomic_int_get(&watch->reader),
						 (FerryAt)g_atomic_int_get(&watch->writer))) {
		*seen = (Seen){.n_done = n_done, .since_us = now, .next_s = dog->run->project->stall_seconds};
		return;
	}
	guint stalled_s = (guint)((now - seen->since_us) / G_USEC_PER_SEC);
	if (stalled_s < seen->next_s)
		return;
	warn(dog, lane, watch, stalled_s);
	seen->next_s *= 2;
}

/* Where only one connection can write, the lane has it; there the file is on this machine. */
static void beat(FerryWatchdog *dog)
{
	FerryRun *run = dog->run;
	bool is_ours = true;

	if (!run->has_lock || run->target_connector->caps.max_writers == 1 ||
	    ++dog->n_ticks % FERRY_BEAT_SECONDS)
		return;
	FerryConnection *c = side_connection(dog, false);
	g_autoptr(GError) error = NULL;
	if (c && !ferry_lock_beat(run, c, &is_ours, &error)) {
		g_clear_pointer(&dog->target, ferry_connection_close); /* the next one is a fresh one */
		return;
	}
	if (is_ours)
		return;
	GError *lost = NULL;
	ferry_fail(&lost, FERRY_ERROR_FAILED, "another ferry has taken over this copy");
	ferry_run_take_error(run, lost);
}

static gpointer watch(gpointer data)
{
	FerryWatchdog *dog = data;

	g_mutex_lock(&dog->mutex);
	while (!dog->is_stopping) {
		gint64 until = g_get_monotonic_time() + G_USEC_PER_SEC;
		while (!dog->is_stopping && g_cond_wait_until(&dog->cond, &dog->mutex, until))
			;
		if (dog->is_stopping)
			break;
		g_mutex_unlock(&dog->mutex);
		for (guint i = 0; dog->run->project->stall_seconds && i < dog->run->n_lanes; i++)
			look_at_lane(dog, i);
		beat(dog);
		g_mutex_lock(&dog->mutex);
	}
	g_mutex_unlock(&dog->mutex);
	return NULL;
}

FerryWatchdog *ferry_watchdog_start(FerryRun *run)
{
	FerryWatchdog *dog = g_new0(FerryWatchdog, 1);

	dog->run = run;
	dog->seen = g_new0(Seen, run->n_lanes);
	for (guint i = 0; i < run->n_lanes; i++)
		dog->seen[i] =
			(Seen){.since_us = g_get_monotonic_time(), .next_s = run->project->stall_seconds};
	g_mutex_init(&dog->mutex);
	g_cond_init(&dog->cond);
	dog->thread = g_thread_new("ferry-watchdog", watch, dog);
	return dog;
}

void ferry_watchdog_stop(FerryWatchdog *dog)
{
	if (!dog)
		return;
	g_mutex_lock(&dog->mutex);
	dog->is_stopping = true;
	g_cond_signal(&dog->cond);
	g_mutex_unlock(&dog->mutex);
	g_thread_join(dog->thread);
	ferry_connection_close(dog->source);
	ferry_connection_close(dog->target);
	g_mutex_clear(&dog->mutex);
	g_cond_clear(&dog->cond);
	g_free(dog->seen);
	g_free(dog);
}
