/*
 * Who is at which chunk of a shared copy; see membership.h.
 */
#include "service/membership.h"

#include "service/bus/redis.h"
#include "service/queue/queue.h"
#include "service/service_internal.h"
#include "transfer/share.h"

#include <string.h>

#define BEAT_US       (2 * G_TIME_SPAN_SECOND)
#define DEAD_US       (10 * G_TIME_SPAN_SECOND)
#define LOOK_US       (G_TIME_SPAN_SECOND / 2)
#define MAX_INVITED   8 /* messages for workers that are asleep: more of them find it by looking */
#define MAX_WORK_SEEN 4 /* looks in a row that find executions waiting for a worker: a helper then leaves */

struct FerryMembership {
	FerryService *service;
	char *execution_id, *token, *member;
	bool is_lead;
	FerryShare share;

	GThread *thread; /* beats; NULL: not joined */
	GMutex lock;     /* guards what follows */
	GCond stop;
	bool is_stopping;
	FerryRun *run;   /* of a helper */
	gint has_failed; /* atomic: the store did not take what we had to say: to be treated as gone */
};

static char *dead_line(void)
{
	return ferry_store_time(g_get_real_time() - DEAD_US);
}

/* One statement in a transaction of its own. */
#define RUN(m, ret_changed, sql, types, ...)                                                                 \
	({                                                                                                   \
		FerryStoreTx *tx_ = ferry_store_begin((m)->service->store, FERRY_STORE_WRITE, NULL);         \
		bool is_ok_ = tx_ && ferry_store_exec(tx_, ret_changed, NULL, sql, types, __VA_ARGS__);      \
		if (is_ok_)                                                                                  \
			is_ok_ = ferry_store_commit(tx_, NULL);                                              \
		else                                                                                         \
			ferry_store_rollback(tx_);                                                           \
		is_ok_;                                                                                      \
	})

/* ---- chunks ---- */

/* What nobody has, what is ours, what a dead member had; for the lead what was left to it, too. */
static bool try_to_take(FerryMembership *m, FerryStoreTx *tx, const char *table, guint chunk,
			bool *ret_is_mine)
{
	g_autofree char *since = dead_line();
	int64_t n = 0;

	if (!ferry_store_exec(
		    tx, &n, NULL,
		    "INSERT INTO execution_chunks (execution_id, table_name, chunk_no, member, state) "
		    "SELECT id, ?, CAST(? AS BIGINT), ?, 'taken' FROM executions WHERE id = ? AND share = ? "
		    "ON CONFLICT (execution_id, table_name, chunk_no) DO UPDATE SET member = "
		    "excluded.member, "
		    "state = 'taken' WHERE (execution_chunks.state = 'taken' AND (execution_chunks.member = "
		    "excluded.member OR execution_chunks.member NOT IN (SELECT member FROM execution_helpers "
		    "WHERE "
		    "execution_id = ? AND beat_at >= ?))) OR (execution_chunks.state = 'lead' AND ? = 1)",
		    "sisssssi", table, (int64_t)chunk, m->member, m->execution_id, m->token, m->execution_id,
		    since, (int64_t)m->is_lead))
		return false;
	*ret_is_mine = n == 1;
	return true;
}

static FerryShareAnswer look(FerryMembership *m, FerryStoreTx *tx, const char *table, guint chunk)
{
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, NULL,
		"SELECT c.state FROM executions e LEFT JOIN execution_chunks c ON c.execution_id = e.id AND "
		"c.table_name = ? AND c.chunk_no = ? WHERE e.id = ? AND e.share = ?",
		"siss", table, (int64_t)chunk, m->execution_id, m->token);

	if (!rows || rows->rows->len == 0)
		return m->is_lead ? FERRY_SHARE_MINE : FERRY_SHARE_OVER;
	return g_strcmp0(ferry_row_text(rows, 0, 0), "loaded") == 0 ? FERRY_SHARE_IN : FERRY_SHARE_OTHERS;
}

static FerryShareAnswer take(const char *table, guint chunk, gpointer data)
{
	FerryMembership *m = data;
	FerryShareAnswer unknown = m->is_lead ? FERRY_SHARE_MINE : FERRY_SHARE_OVER;
	bool is_mine = false;

	if (g_atomic_int_get(&m->has_failed))
		return unknown;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(m->service->store, FERRY_STORE_WRITE, NULL);
	if (!tx || !try_to_take(m, tx, table, chunk, &is_mine))
		return unknown;
	FerryShareAnswer answer = is_mine ? FERRY_SHARE_MINE : look(m, tx, table, chunk);
	return ferry_store_commit(g_steal_pointer(&tx), NULL) ? answer : unknown;
}

/* What we could not say would keep others waiting: then they are to think us dead. */
static void end(const char *table, guint chunk, FerryShareEnd how, gpointer data)
{
	FerryMembership *m = data;

	if (!RUN(m, NULL,
		 "UPDATE execution_chunks SET state = ? WHERE execution_id = ? AND table_name = ? AND "
		 "chunk_no = ? AND "
		 "member = ?",
		 "sssis", how == FERRY_SHARE_LOADED ? "loaded" : "lead", m->execution_id, table,
		 (int64_t)chunk, m->member))
		g_atomic_int_set(&m->has_failed, 1);
}

/* ---- the lead ---- */

static void invite(FerryMembership *m)
{
	for (guint i = 0; m->service->queue && i < MAX_INVITED; i++)
		ferry_queue_publish(m->service->queue, "help", m->execution_id);
	ferry_redis_nudge(m->service->redis, "work", m->execution_id);
}

static bool begin_share(FerryMembership *m, const char *snapshot)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(m->service->store, FERRY_STORE_WRITE, NULL);
	g_autofree char *now = ferry_store_now();
	int64_t n = 0;

	return tx &&
	       ferry_store_exec(tx, NULL, NULL, "DELETE FROM execution_chunks WHERE execution_id = ?", "s",
				m->execution_id) &&
	       ferry_store_exec(tx, NULL, NULL, "DELETE FROM execution_helpers WHERE execution_id = ?", "s",
				m->execution_id) &&
	       ferry_store_exec(
		       tx, NULL, NULL,
		       "INSERT INTO execution_helpers (execution_id, member, beat_at) VALUES (?, ?, ?)",
		       "sss", m->execution_id, m->member, now) &&
	       ferry_store_exec(
		       tx, &n, NULL,
		       "UPDATE executions SET share = ?, share_snapshot = ? WHERE id = ? AND owner = ?",
		       "ssss", m->token, snapshot, m->execution_id, m->service->owner) &&
	       n == 1 && ferry_store_commit(g_steal_pointer(&tx), NULL);
}

static gpointer beat(gpointer data);

static void open_share(const char *snapshot, gpointer data)
{
	FerryMembership *m = data;

	g_free(m->token);
	m->token = ferry_store_new_id("share_");
	g_atomic_int_set(&m->has_failed, !begin_share(m, snapshot));
	if (g_atomic_int_get(&m->has_failed))
		return; /* nobody will come, and all chunks are ours */
	m->is_stopping = false;
	m->thread = g_thread_new("ferry-lead", beat, m);
	invite(m);
}

/* Those that still live. A store that cannot be reached tells of none: they cannot reach it either, and
 * leave. */
static guint count_others(FerryMembership *m)
{
	g_autofree char *since = dead_line();
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(m->service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows = tx ? ferry_store_query(tx, NULL,
							   "SELECT member FROM execution_helpers WHERE "
							   "execution_id = ? AND member <> ? AND "
							   "beat_at >= ?",
							   "sss", m->execution_id, m->member, since)
				       : NULL;

	return rows ? rows->rows->len : 0;
}

static void stop_beating(FerryMembership *m)
{
	g_mutex_lock(&m->lock);
	m->is_stopping = true;
	g_cond_signal(&m->stop);
	g_mutex_unlock(&m->lock);
	if (m->thread)
		g_thread_join(m->thread);
	m->thread = NULL;
}

/* A lead that was thought dead has a successor, whose share is not ours to close. */
static bool end_share(FerryMembership *m)
{
	int64_t n = 0;

	return RUN(m, &n,
		   "UPDATE executions SET share = NULL, share_snapshot = NULL WHERE id = ? AND share = ?",
		   "ss", m->execution_id, m->token) &&
	       n == 1;
}

#define OVER "execution_id = ? AND EXISTS (SELECT 1 FROM executions WHERE id = ? AND share IS NULL)"

static void close_share(gpointer data)
{
	FerryMembership *m = data;
	gint64 until = g_get_monotonic_time() + DEAD_US;

	if (!m->thread)
		return;
	bool was_ours = end_share(m);
	ferry_redis_nudge(m->service->redis, "wish", m->execution_id);
	while (was_ours && count_others(m) > 0 && g_get_monotonic_time() < until)
		g_usleep(100000);
	stop_beating(m);
	if (!was_ours)
		return;
	RUN(m, NULL, "DELETE FROM execution_helpers WHERE " OVER, "ss", m->execution_id, m->execution_id);
	RUN(m, NULL, "DELETE FROM execution_chunks WHERE " OVER, "ss", m->execution_id, m->execution_id);
}

static void find_loaded(void (*found)(const char *table, guint chunk, gpointer run), gpointer run,
			gpointer data)
{
	FerryMembership *m = data;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(m->service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(tx, NULL,
				       "SELECT table_name, chunk_no FROM execution_chunks WHERE execution_id "
				       "= ? AND state "
				       "= 'loaded' AND member <> ?",
				       "ss", m->execution_id, m->member)
		   : NULL;

	for (guint i = 0; rows && i < rows->rows->len; i++)
		found(ferry_row_text(rows, i, 0), (guint)ferry_row_int(rows, i, 1), run);
}

/* ---- beating ---- */

static bool beat_once(FerryMembership *m)
{
	g_autofree char *now = ferry_store_now();
	int64_t n = 0;

	/* a helper only where it is wanted still */
	return RUN(m, &n,
		   "UPDATE execution_helpers SET beat_at = ? WHERE execution_id = ? AND member = ? AND (? = "
		   "1 OR EXISTS "
		   "(SELECT 1 FROM executions e WHERE e.id = execution_helpers.execution_id AND e.share = "
		   "?))",
		   "sssis", now, m->execution_id, m->member, (int64_t)m->is_lead, m->token) &&
	       n == 1;
}

/* Whole executions go before help. */
static bool is_work_waiting(FerryMembership *m)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(m->service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(
			     tx, NULL,
			     "SELECT 1 FROM executions WHERE state = 'QUEUED' AND target_connection_id NOT "
			     "IN "
			     "(SELECT target_connection_id FROM executions WHERE state = 'RUNNING') LIMIT 1",
			     "")
		   : NULL;

	return rows && rows->rows->len > 0;
}

static gpointer beat(gpointer data)
{
	FerryMembership *m = data;
	guint n_work_seen = 0;

	g_mutex_lock(&m->lock);
	while (!m->is_stopping) {
		gint64 until = g_get_monotonic_time() + (m->is_lead ? BEAT_US : LOOK_US);
		while (!m->is_stopping && g_cond_wait_until(&m->stop, &m->lock, until))
			;
		if (m->is_stopping)
			break;
		g_mutex_unlock(&m->lock);
		bool is_wanted = !g_atomic_int_get(&m->has_failed) && beat_once(m);
		n_work_seen = !m->is_lead && is_work_waiting(m) ? n_work_seen + 1 : 0;
		g_mutex_lock(&m->lock);
		if (m->run && (!is_wanted || n_work_seen >= MAX_WORK_SEEN))
			ferry_run_pause(m->run);
	}
	g_mutex_unlock(&m->lock);
	return NULL;
}

bool ferry_membership_join(FerryMembership *m, FerryRun *run)
{
	g_autofree char *now = ferry_store_now();
	int64_t n = 0;

	if (!RUN(m, &n,
		 "INSERT INTO execution_helpers (execution_id, member, beat_at) SELECT id, ?, ? FROM "
		 "executions WHERE id = ? "
		 "AND share = ?",
		 "ssss", m->member, now, m->execution_id, m->token) ||
	    n != 1)
		return false;
	m->run = run;
	m->thread = g_thread_new("ferry-help", beat, m);
	return true;
}

/* ---- life ---- */

static FerryMembership *new_membership(FerryService *service, const char *execution_id, const char *token)
{
	FerryMembership *m = g_new0(FerryMembership, 1);

	m->service = service;
	m->execution_id = g_strdup(execution_id);
	m->token = g_strdup(token);
	m->is_lead = !token;
	m->member = ferry_store_new_id("mem_");
	m->share = (FerryShare){.take = take,
				.end = end,
				.open = open_share,
				.close = close_share,
				.find_loaded = find_loaded,
				.data = m};
	g_mutex_init(&m->lock);
	g_cond_init(&m->stop);
	return m;
}

FerryMembership *ferry_membership_new_lead(FerryService *service, const char *execution_id)
{
	return new_membership(service, execution_id, NULL);
}

FerryMembership *ferry_membership_new_helper(FerryService *service, const char *execution_id,
					     const char *token)
{
	return new_membership(service, execution_id, token);
}

static void leave(FerryMembership *m)
{
	stop_beating(m);
	RUN(m, NULL, "DELETE FROM execution_chunks WHERE execution_id = ? AND member = ? AND state = 'taken'",
	    "ss", m->execution_id, m->member);
	RUN(m, NULL, "DELETE FROM execution_helpers WHERE execution_id = ? AND member = ?", "ss",
	    m->execution_id, m->member);
}

void ferry_membership_free(FerryMembership *m)
{
	if (!m)
		return;
	if (m->thread)
		leave(m);
	g_mutex_clear(&m->lock);
	g_cond_clear(&m->stop);
	g_free(m->execution_id);
	g_free(m->token);
	g_free(m->member);
	g_free(m);
}

const FerryShare *ferry_membership_get_share(FerryMembership *m)
{
	return &m->share;
}
