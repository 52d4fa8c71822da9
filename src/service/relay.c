/*
 * From the store to the bus; see relay.h.
 */
#include "service/relay.h"

#include "service/execution_internal.h"
#include "service/migrate.h"

#include <string.h>

#define PERIOD_US   (G_TIME_SPAN_SECOND / 2)
#define MAX_AT_ONCE 2000

struct FerryRelay {
	FerryService *service;
	GMutex lock;
	GCond wake;
	GHashTable *followed; /* execution id -> int64_t*: the id up to which all was published */
	GThread *thread;
	bool is_stopping;
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
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, NULL,
		"SELECT id, 'log' AS type, at, level, message FROM execution_logs WHERE execution_id = ? AND "
		"id > ? UNION ALL "
		"SELECT id, 'object', detail, NULL, NULL FROM execution_objects WHERE execution_id = ? AND "
		"id > ? "
		"ORDER BY 1 LIMIT ?",
		"sisii", pass->id, pass->since, pass->id, pass->since, (int64_t)MAX_AT_ONCE);

	for (guint i = 0; rows && i < rows->rows->len; i++) {
		int64_t id = ferry_row_int(rows, i, 0);
		bool is_log = strcmp(ferry_row_text(rows, i, 1), "log") == 0;
		json_t *item =
			is_log ? json_pack("{s:I, s:s, s:s, s:o}", "id", (json_int_t)id, "at",
					   ferry_row_text(rows, i, 2), "level", ferry_row_text(rows, i, 3),
					   "message", ferry_json_text(ferry_row_text(rows, i, 4)))
			       : ferry_json_parse(ferry_row_text(rows, i, 2));
		publish(pass, id, is_log ? "log" : "object", json_pack("{s:[o]}", "items", item));
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

static void relay_all(FerryRelay *r)
{
	g_mutex_lock(&r->lock);
	g_autofree char **ids = (char **)g_hash_table_get_keys_as_array(r->followed, NULL);
	for (char **id = ids; *id; id++)
		*id = g_strdup(*id);
	g_mutex_unlock(&r->lock);
	for (char **id = ids; *id; id++) {
		g_mutex_lock(&r->lock);
		bool is_followed =
			has_listeners(r->service, *id); /* under the lock: follow comes after subscribe */
		int64_t *since = g_hash_table_lookup(r->followed, *id);
		int64_t from = *since;
		if (!is_followed)
			g_hash_table_remove(r->followed, *id);
		g_mutex_unlock(&r->lock);
		int64_t to = is_followed ? relay(r->service, *id, from) : -1;
		g_mutex_lock(&r->lock);
		since = g_hash_table_lookup(r->followed, *id);
		if (since && to >= 0)
			*since = to;
		g_mutex_unlock(&r->lock);
		g_free(*id);
	}
}

static gpointer run(gpointer data)
{
	FerryRelay *r = data;

	g_mutex_lock(&r->lock);
	while (!r->is_stopping) {
		gint64 until = g_get_monotonic_time() + PERIOD_US;
		while (!r->is_stopping && g_cond_wait_until(&r->wake, &r->lock, until))
			;
		g_mutex_unlock(&r->lock);
		relay_all(r);
		g_mutex_lock(&r->lock);
	}
	g_mutex_unlock(&r->lock);
	return NULL;
}

FerryRelay *ferry_relay_start(FerryService *service)
{
	if (ferry_store_get_file(service->store))
		return NULL;
	FerryRelay *r = g_new0(FerryRelay, 1);
	r->service = service;
	g_mutex_init(&r->lock);
	g_cond_init(&r->wake);
	r->followed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
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
	g_hash_table_unref(r->followed);
	g_mutex_clear(&r->lock);
	g_cond_clear(&r->wake);
	g_free(r);
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
		int64_t *since = g_new(int64_t, 1);
		*since = seq;
		g_hash_table_insert(r->followed, g_strdup(id), since);
	}
	g_mutex_unlock(&r->lock);
}
