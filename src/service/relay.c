/*
 * From the store to the bus; see relay.h.
 */
#include "service/relay.h"

#include "service/access.h"
#include "service/bus/redis.h"
#include "service/execution_internal.h"
#include "service/migrate.h"

#include <string.h>

#define PERIOD_US      (G_TIME_SPAN_SECOND / 2)
#define RARE_PERIOD_US (10 * G_TIME_SPAN_SECOND) /* with Redis: for what it has lost */
#define RECENT_US      G_TIME_SPAN_MINUTE        /* by the clocks of all machines */
#define MAX_AT_ONCE    2000

typedef struct Followed {
	int64_t since; /* the seq up to which all was published */
	char *cursor;  /* in Redis's stream; NULL: nothing was read there yet */
} Followed;

struct FerryRelay {
	FerryService *service;
	GMutex lock;
	GCond wake;
	GHashTable *followed; /* execution id -> Followed */
	GPtrArray *nudged;    /* char*: ids of followed ones of which Redis has told */
	bool wants_all;       /* the store is to be looked at, now */
	bool is_stopping;
	GThread *thread;

	/* the thread's */
	GHashTable
		*told; /* id -> seq, of executions elsewhere, as everybody was told; NULL: nobody listens */
};

typedef struct Pass {
	FerryService *service;
	const char *id;
	char *channel;
	int64_t since, seq;
	bool has_ended;
} Pass;

static void publish(const Pass *pass, int64_t seq, const char *type, json_t *take)
{
	g_autofree char *line = ferry_json_line(take);

	json_decref(take);
	ferry_bus_publish(pass->service->bus, pass->channel, (guint64)seq, type, line);
}

/* Lines and objects in the order of their ids, one event each. */
static bool relay_told(Pass *pass, FerryStoreTx *tx)
{
	g_autoptr(FerryRows) rows = ferry_execution_told(tx, pass->id, pass->since, MAX_AT_ONCE, NULL);

	for (guint i = 0; rows && i < rows->rows->len; i++) {
		int64_t id = ferry_row_int(rows, i, 0);
		publish(pass, id, ferry_execution_told_type(rows, i),
			json_pack("{s:[o]}", "items", ferry_execution_told_json(rows, i)));
		if (i + 1 == MAX_AT_ONCE)
			pass->seq = id; /* the rest comes next time, and the state after it */
	}
	return rows != NULL;
}

static bool relay_state(Pass *pass, FerryStoreTx *tx, const FerryRows *execution)
{
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, NULL,
		"SELECT detail FROM execution_tables WHERE execution_id = ? AND seq > ? ORDER BY position",
		"si", pass->id, pass->since);
	json_t *json = ferry_execution_json(execution, 0), *tables = json_array();

	for (guint i = 0; rows && i < rows->rows->len; i++)
		json_array_append_new(tables, ferry_json_parse(ferry_row_text(rows, i, 0)));
	publish(pass, pass->seq, "progress",
		json_pack("{s:O?, s:O?, s:o}", "progress", json_object_get(json, "progress"), "stage",
			  json_object_get(json, "stage"), "tables", tables));
	publish(pass, pass->seq, "state", json_pack("{s:O}", "execution", json));
	if (pass->has_ended)
		publish(pass, pass->seq, "end", json_pack("{s:O}", "execution", json));
	json_decref(json);
	return rows != NULL;
}

/* The id up to which all is published now; -1: it cannot be told. */
static int64_t relay(FerryService *service, const char *id, int64_t since)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, ", owner", NULL) : NULL;
	Pass pass = {.service = service, .id = id, .since = since};

	if (!rows)
		return -1;
	pass.seq = ferry_row_int(rows, 0, FERRY_EXECUTION_SEQ);
	pass.has_ended = ferry_execution_has_ended(ferry_row_text(rows, 0, FERRY_EXECUTION_STATE));
	/* what runs here is published here */
	if (pass.seq == since ||
	    g_strcmp0(ferry_row_text(rows, 0, FERRY_EXECUTION_N_COLUMNS), service->owner) == 0)
		return pass.seq;
	pass.channel = ferry_executions_channel(id);
	int64_t all = pass.seq;
	bool is_ok = relay_told(&pass, tx) && (pass.seq < all || relay_state(&pass, tx, rows));
	g_free(pass.channel);
	g_clear_pointer(&tx, ferry_store_rollback);
	if (is_ok)
		ferry_migrate_publish(service, id, since);
	return is_ok ? pass.seq : since;
}

static bool has_listeners(FerryService *service, const char *id)
{
	g_autofree char *channel = ferry_executions_channel(id), *job = ferry_migrate_channel(id);

	return ferry_bus_has_subscribers(service->bus, channel) ||
	       ferry_bus_has_subscribers(service->bus, job);
}

/* ---- from Redis ---- */

static bool has_redis(const FerryRelay *r)
{
	return r->service->redis && ferry_redis_is_up(r->service->redis);
}

/* Words of other processes: only what is known is passed on. */
static void publish_bulletin(FerryService *service, const char *channel, const FerryBulletin *b)
{
	static const char *const types[] = {"log", "object", "progress", "state", "end", NULL};

	for (guint i = 0; i + 1 < b->words->len; i += 2) {
		g_auto(GStrv) word = g_strsplit(b->words->pdata[i], ":", 2);
		if (g_strv_length(word) == 2 && g_strv_contains(types, word[0]))
			ferry_bus_publish(service->bus, channel, g_ascii_strtoull(word[1], NULL, 10), word[0],
					  b->words->pdata[i + 1]);
	}
}

/* False: the store has to tell, since a bulletin is missing, or Redis is away. */
static bool relay_bulletins(FerryService *service, const char *id, Followed *f)
{
	g_autoptr(GPtrArray) bulletins = ferry_redis_read(service->redis, id, f->cursor);
	g_autofree char *channel = ferry_executions_channel(id);

	for (guint i = 0; bulletins && i < bulletins->len; i++) {
		const FerryBulletin *b = bulletins->pdata[i];
		g_free(f->cursor);
		f->cursor = g_strdup(b->cursor);
		if (b->to <= f->since)
			continue;
		if (b->from != f->since)
			return false;
		if (!b->is_own) {
			publish_bulletin(service, channel, b);
			ferry_migrate_publish(service, id, f->since);
		}
		f->since = b->to;
	}
	return bulletins != NULL;
}

/* ---- everybody's ---- */

/* But for what was told already: of those that know it, seq is the one of then. */
static void publish_to_all(FerryRelay *r, FerryStoreTx *tx, const char *id, const char *told_seq)
{
	g_autoptr(FerryRows) rows = ferry_execution_find(tx, id, "", NULL);
	g_autofree char *scope = NULL;

	if (!rows || g_strcmp0(ferry_row_text(rows, 0, FERRY_EXECUTION_SEQ), told_seq) == 0 ||
	    !ferry_access_scope_of(tx, id, &scope, NULL))
		return;
	json_t *event = json_pack("{s:o}", "execution", ferry_execution_json(rows, 0));
	g_autofree char *line = ferry_json_line(event);
	json_decref(event);
	ferry_bus_publish_scoped(r->service->bus, FERRY_CHANNEL_ALL, scope,
				 (guint64)ferry_row_int(rows, 0, FERRY_EXECUTION_SEQ), "state", line);
}

/* What runs elsewhere, or has ended there a moment ago: between two looks one may begin and end. */
static FerryRows *find_elsewhere(FerryRelay *r, FerryStoreTx *tx)
{
	g_autofree char *since = ferry_store_time(g_get_real_time() - RECENT_US);

	return ferry_store_query(tx, NULL,
				 "SELECT id, seq FROM executions WHERE (state IN ('QUEUED', 'RUNNING', "
				 "'PAUSED') OR ended_at > ?) AND (owner IS NULL OR owner <> ?)",
				 "ss", since, r->service->owner);
}

/* Where nobody has listened before, all of them are told: one that the listener takes to be running may have
 * ended before this first look. */
static void relay_to_all(FerryRelay *r)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(r->service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows = tx ? find_elsewhere(r, tx) : NULL;
	g_autoptr(GHashTable) now = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	GHashTableIter iter;
	gpointer id, seq;

	if (!rows)
		return;
	for (guint i = 0; i < rows->rows->len; i++) {
		const char *one = ferry_row_text(rows, i, 0), *one_seq = ferry_row_text(rows, i, 1);
		const char *before = r->told ? g_hash_table_lookup(r->told, one) : NULL;
		if (g_strcmp0(before, one_seq) != 0)
			publish_to_all(r, tx, one, before);
		g_hash_table_insert(now, g_strdup(one), g_strdup(one_seq));
	}
	if (r->told) {
		g_hash_table_iter_init(&iter, r->told);
		while (g_hash_table_iter_next(&iter, &id, &seq))
			if (!g_hash_table_contains(now, id))
				publish_to_all(r, tx, id, seq);
	}
	g_clear_pointer(&r->told, g_hash_table_unref);
	r->told = g_steal_pointer(&now);
}

/* ---- the thread ---- */

/* Whoever subscribes is followed only afterwards, so that who is not followed has nobody who waits. */
static bool take_followed(FerryRelay *r, const char *id, Followed *ret_copy)
{
	g_mutex_lock(&r->lock);
	Followed *f = g_hash_table_lookup(r->followed, id);
	bool has = f && has_listeners(r->service, id);
	if (has)
		*ret_copy = (Followed){.since = f->since, .cursor = g_strdup(f->cursor)};
	else if (f)
		g_hash_table_remove(r->followed, id);
	g_mutex_unlock(&r->lock);
	return has;
}

static void relay_one(FerryRelay *r, const char *id, bool uses_redis)
{
	Followed copy;

	if (!take_followed(r, id, &copy))
		return;
	if (!uses_redis || !relay_bulletins(r->service, id, &copy)) {
		int64_t to = relay(r->service, id, copy.since);
		copy.since = MAX(copy.since, to);
	}
	g_mutex_lock(&r->lock);
	Followed *f = g_hash_table_lookup(r->followed, id);
	if (f) {
		f->since = copy.since;
		g_free(f->cursor);
		f->cursor = g_steal_pointer(&copy.cursor);
	}
	g_mutex_unlock(&r->lock);
	g_free(copy.cursor);
}

static void relay_all(FerryRelay *r)
{
	g_mutex_lock(&r->lock);
	g_autofree char **ids = (char **)g_hash_table_get_keys_as_array(r->followed, NULL);
	for (char **id = ids; *id; id++)
		*id = g_strdup(*id);
	g_mutex_unlock(&r->lock);
	for (char **id = ids; *id; id++) {
		relay_one(r, *id, false);
		g_free(*id);
	}
	if (!has_redis(r) && ferry_bus_has_subscribers(r->service->bus, FERRY_CHANNEL_ALL))
		relay_to_all(r);
	else
		g_clear_pointer(&r->told, g_hash_table_unref);
}

/* Nudges that have come, or NULL: it is time to look at the store. Called with the lock. */
static GPtrArray *wait_for_nudges(FerryRelay *r, gint64 until)
{
	GPtrArray *ids = NULL;

	while (!r->is_stopping && !r->wants_all && r->nudged->len == 0 &&
	       g_cond_wait_until(&r->wake, &r->lock, until))
		;
	if (!r->wants_all && r->nudged->len > 0) {
		ids = r->nudged;
		r->nudged = g_ptr_array_new_with_free_func(g_free);
	}
	r->wants_all = false;
	return ids;
}

static gpointer run(gpointer data)
{
	FerryRelay *r = data;
	gint64 looked_us = 0;

	g_mutex_lock(&r->lock);
	while (!r->is_stopping) {
		gint64 until = looked_us + (has_redis(r) ? RARE_PERIOD_US : PERIOD_US);
		g_autoptr(GPtrArray) ids = wait_for_nudges(r, until);
		if (r->is_stopping)
			break;
		g_mutex_unlock(&r->lock);
		for (guint i = 0; ids && i < ids->len; i++)
			relay_one(r, ids->pdata[i], true);
		if (!ids || g_get_monotonic_time() > until) {
			looked_us = g_get_monotonic_time();
			relay_all(r);
		}
		g_mutex_lock(&r->lock);
	}
	g_mutex_unlock(&r->lock);
	return NULL;
}

static void free_followed(gpointer data)
{
	Followed *f = data;

	g_free(f->cursor);
	g_free(f);
}

FerryRelay *ferry_relay_start(FerryService *service)
{
	if (ferry_store_get_file(service->store))
		return NULL;
	FerryRelay *r = g_new0(FerryRelay, 1);
	r->service = service;
	g_mutex_init(&r->lock);
	g_cond_init(&r->wake);
	r->followed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_followed);
	r->nudged = g_ptr_array_new_with_free_func(g_free);
	r->thread = g_thread_new("ferry-relay", run, r);
	return r;
}

void ferry_relay_stop(FerryRelay *r)
{
	if (!r)
		return;
	g_mutex_lock(&r->lock);
	r->is_stopping = true;
	g_cond_signal(&r->wake);
	g_mutex_unlock(&r->lock);
	g_thread_join(r->thread);
	r->thread = NULL;
}

void ferry_relay_free(FerryRelay *r)
{
	if (!r)
		return;
	g_hash_table_unref(r->followed);
	g_ptr_array_unref(r->nudged);
	g_clear_pointer(&r->told, g_hash_table_unref);
	g_mutex_clear(&r->lock);
	g_cond_clear(&r->wake);
	g_free(r);
}

void ferry_relay_nudge(FerryRelay *r, const char *id)
{
	if (!r)
		return;
	g_mutex_lock(&r->lock);
	if (!id)
		r->wants_all = true;
	else if (g_hash_table_contains(r->followed, id) &&
		 !g_ptr_array_find_with_equal_func(r->nudged, id, g_str_equal, NULL))
		g_ptr_array_add(r->nudged, g_strdup(id));
	g_cond_signal(&r->wake);
	g_mutex_unlock(&r->lock);
}

static int64_t current_seq(FerryService *service, const char *id)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, "", NULL) : NULL;

	return rows ? ferry_row_int(rows, 0, FERRY_EXECUTION_SEQ) : -1;
}

void ferry_relay_follow(FerryService *service, const char *id)
{
	FerryRelay *r = service->relay;
	int64_t seq = r ? current_seq(service, id) : -1;

	if (seq < 0)
		return;
	g_mutex_lock(&r->lock);
	if (!g_hash_table_contains(r->followed, id)) {
		Followed *f = g_new0(Followed, 1);
		f->since = seq;
		g_hash_table_insert(r->followed, g_strdup(id), f);
	}
	g_mutex_unlock(&r->lock);
}
