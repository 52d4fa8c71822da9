/*
 * What a running execution has told since the last time: taken out of the live under its lock, written into
 * the store in one transaction, and published; see live.h.
 */
#include "service/live_internal.h"

#include "service/access.h"
#include "service/bus/redis.h"
#include "service/execution_internal.h"
#include "service/migrate.h"

#define RATE_WEIGHT 0.3 /* of the newest half second */

static const char *const state_words[] = {
	[FERRY_LIVE_WAITING] = "waiting",     [FERRY_LIVE_COPYING] = "copying",
	[FERRY_LIVE_LOADED] = "loaded",       [FERRY_LIVE_VERIFIED] = "verified",
	[FERRY_LIVE_DIFFERENT] = "different", [FERRY_LIVE_FAILED] = "failed",
};

/* ---- JSON ---- */

static json_t *table_json(const FerryLiveTable *table, guint index, gint64 now)
{
	gint64 end = table->ended_us ? table->ended_us : now;
	double seconds = table->started_us ? (double)(end - table->started_us) / G_TIME_SPAN_SECOND : 0;

	return json_pack("{s:i, s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:f, s:f, s:I, s:O*}", "index", (int)index,
			 "name", ferry_json_text(table->name), "target", ferry_json_text(table->target),
			 "state", state_words[table->state], "rows", (json_int_t)table->rows, "total",
			 (json_int_t)table->total, "bytes", (json_int_t)table->bytes, "rejected",
			 (json_int_t)table->rejected, "seconds", seconds, "rows_per_second",
			 table->state == FERRY_LIVE_COPYING ? table->rate
			 : seconds > 0                      ? (double)table->rows / seconds
							    : 0.0,
			 "differences", (json_int_t)table->differences, "bad_values", table->bad_values);
}

static double fraction(double done, double all)
{
	return all > 0 ? CLAMP(done / all, 0, 1) : 0;
}

/* The copy is the longest part, and the only one whose length is known from its start. */
static double percent(const FerryLive *live)
{
	double copied = fraction((double)live->rows, (double)live->total),
	       verified = fraction((double)live->verified_rows, 2 * (double)live->total),
	       built = fraction(live->n_built, live->n_objects);

	if (live->has_completed)
		return 100;
	switch (live->stage) {
	case FERRY_STAGE_PREPARE: return live->has_plan ? 1 : 0;
	case FERRY_STAGE_COPY: return 2 + 73 * copied;
	case FERRY_STAGE_BUILD: return 75 + 10 * built;
	case FERRY_STAGE_VERIFY: return 85 + 14 * verified;
	default: return 99;
	}
}

static json_t *progress_json(const FerryLive *live)
{
	int64_t left = MAX(0, live->total - live->rows);
	json_t *eta = live->stage == FERRY_STAGE_COPY && live->row_rate > 1
			      ? json_real((double)left / live->row_rate)
			      : json_null();

	return json_pack("{s:f, s:I, s:I, s:I, s:I, s:i, s:i, s:f, s:f, s:o}", "percent", percent(live),
			 "rows", (json_int_t)live->rows, "rows_total", (json_int_t)live->total, "bytes",
			 (json_int_t)live->bytes, "rejected", (json_int_t)live->rejected, "tables_done",
			 (int)live->n_done, "tables_total", (int)live->tables->len, "rows_per_second",
			 live->row_rate, "bytes_per_second", live->byte_rate, "eta_seconds", eta);
}

/* ---- writing ---- */

/* What a flush takes out of the live, so that the store is written without the lock. */
typedef struct Batch {
	GQueue lines, objects;
	json_t *tables;  /* those that have changed */
	GArray *indexes; /* guint, of tables */
	json_t *progress, *stages;
	const char *stage;
	bool has_new_plan, begins_anew;
	int64_t n_tables; /* of the plan */
	int64_t rows, bytes, rejected;
	double row_rate, byte_rate;
} Batch;

static double smooth(double old, double increment, double seconds)
{
	double now = seconds > 0 ? MAX(0, increment) / seconds : 0;

	return old > 0 ? old * (1 - RATE_WEIGHT) + now * RATE_WEIGHT : now;
}

static void take_rates(FerryLive *live, gint64 now)
{
	double seconds = (double)(now - live->flushed_us) / G_TIME_SPAN_SECOND;

	live->row_rate = smooth(live->row_rate, (double)(live->rows - live->told_rows), seconds);
	live->byte_rate = smooth(live->byte_rate, (double)(live->bytes - live->told_bytes), seconds);
	live->told_rows = live->rows;
	live->told_bytes = live->bytes;
	live->flushed_us = now;
	if (live->copy_seconds > 0) { /* what stays is the rate of the whole */
		live->row_rate = (double)live->rows / live->copy_seconds;
		live->byte_rate = (double)live->bytes / live->copy_seconds;
	}
	for (guint i = 0; i < live->tables->len; i++) {
		FerryLiveTable *table = &g_array_index(live->tables, FerryLiveTable, i);
		if (table->state != FERRY_LIVE_COPYING)
			continue;
		table->rate = smooth(table->rate, (double)(table->rows - table->told_rows), seconds);
		table->told_rows = table->rows;
	}
}

static void take_batch(FerryLive *live, Batch *batch)
{
	gint64 now = g_get_monotonic_time();

	g_mutex_lock(&live->lock);
	take_rates(live, now);
	if (live->n_dropped) {
		guint n = live->n_dropped;
		live->n_dropped = 0;
		ferry_live_line_free(g_queue_pop_tail(&live->lines));
		ferry_live_add_line(live, "warning",
				    g_strdup_printf("%u more lines came too fast and are left out", n + 1));
	}
	batch->lines = live->lines;
	batch->objects = live->objects;
	g_queue_init(&live->lines);
	g_queue_init(&live->objects);
	batch->tables = json_array();
	batch->indexes = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < live->tables->len; i++) {
		FerryLiveTable *table = &g_array_index(live->tables, FerryLiveTable, i);
		if (!table->has_changed)
			continue;
		table->has_changed = false;
		json_array_append_new(batch->tables, table_json(table, i, now));
		g_array_append_val(batch->indexes, i);
	}
	batch->has_new_plan = live->has_new_plan;
	batch->begins_anew = live->begins_anew;
	batch->n_tables = live->tables->len;
	live->has_new_plan = false;
	batch->progress = progress_json(live);
	batch->stages = ferry_stages_json(&live->stages);
	batch->stage = ferry_stage_name(live->stage);
	batch->rows = live->rows;
	batch->bytes = live->bytes;
	batch->rejected = live->rejected;
	batch->row_rate = live->row_rate;
	batch->byte_rate = live->byte_rate;
	g_mutex_unlock(&live->lock);
}

/* What could not be written is told next time, before what came meanwhile. */
static void put_back(FerryLive *live, Batch *batch)
{
	gpointer item;

	g_mutex_lock(&live->lock);
	while ((item = g_queue_pop_tail(&batch->lines)))
		g_queue_push_head(&live->lines, item);
	while ((item = g_queue_pop_tail(&batch->objects)))
		g_queue_push_head(&live->objects, item);
	for (guint k = 0; k < batch->indexes->len; k++) {
		guint i = g_array_index(batch->indexes, guint, k);
		if (i < live->tables->len)
			g_array_index(live->tables, FerryLiveTable, i).has_changed = true;
	}
	live->has_new_plan = live->has_new_plan || batch->has_new_plan;
	ferry_live_bound_lines(live);
	g_mutex_unlock(&live->lock);
}

static void clear_batch(Batch *batch)
{
	g_queue_clear_full(&batch->lines, ferry_live_line_free);
	g_queue_clear_full(&batch->objects, (GDestroyNotify)json_decref);
	g_array_unref(batch->indexes);
	json_decref(batch->tables);
	json_decref(batch->progress);
	json_decref(batch->stages);
}

/* What was written, with the ids that it got: each event has the id of the last thing in it. */
typedef struct Told {
	json_t *lines, *objects;
	int64_t line_seq, object_seq, seq;
	char *scope; /* of what goes to everybody; or NULL */
} Told;

static bool forget_earlier(FerryStoreTx *tx, FerryLive *live, const Batch *batch, GError **error)
{
	return !batch->has_new_plan ||
	       (ferry_store_exec(tx, NULL, error,
				 "DELETE FROM execution_tables WHERE execution_id = ? AND position >= ?",
				 "si", live->id, batch->n_tables) &&
		ferry_store_exec(tx, NULL, error,
				 batch->begins_anew ? "DELETE FROM execution_objects WHERE execution_id = ?"
						    : "DELETE FROM execution_objects WHERE execution_id = ? "
						      "AND " FERRY_FAILED_OBJECT,
				 "s", live->id));
}

static bool write_lines(FerryStoreTx *tx, FerryLive *live, Batch *batch, json_t *items, int64_t *ret_last,
			GError **error)
{
	for (GList *link = batch->lines.head; link; link = link->next) {
		const FerryLiveLine *line = link->data;
		int64_t id = ferry_execution_next_seq(tx, live->id, error);
		if (id < 0 || !ferry_store_exec(tx, NULL, error,
						"INSERT INTO execution_logs (execution_id, id, at, level, "
						"message) VALUES (?, ?, ?, ?, ?)",
						"sisss", live->id, id, line->at, line->level, line->message))
			return false;
		*ret_last = id;
		json_array_append_new(items, json_pack("{s:I, s:s, s:s, s:o}", "id", (json_int_t)id, "at",
						       line->at, "level", line->level, "message",
						       ferry_json_text(line->message)));
	}
	return true;
}

static bool write_objects(FerryStoreTx *tx, FerryLive *live, Batch *batch, json_t *items, int64_t *ret_last,
			  GError **error)
{
	for (GList *link = batch->objects.head; link; link = link->next) {
		json_t *object = link->data;
		g_autofree char *line = ferry_json_line(object);
		int64_t id = ferry_execution_next_seq(tx, live->id, error);
		if (id < 0 ||
		    !ferry_store_exec(
			    tx, NULL, error,
			    "INSERT INTO execution_objects (execution_id, id, detail) VALUES (?, ?, ?)",
			    "sis", live->id, id, line))
			return false;
		*ret_last = id;
		json_array_append(items, object);
	}
	return true;
}

static bool write_tables(FerryStoreTx *tx, FerryLive *live, Batch *batch, int64_t seq, GError **error)
{
	for (guint k = 0; k < batch->indexes->len; k++) {
		json_t *table = json_array_get(batch->tables, k);
		g_autofree char *line = ferry_json_line(table);
		if (!ferry_store_exec(tx, NULL, error,
				      "INSERT INTO execution_tables (execution_id, position, name, seq, "
				      "detail) VALUES (?, ?, ?, ?, ?) "
				      "ON CONFLICT (execution_id, position) DO UPDATE SET name = "
				      "excluded.name, seq = excluded.seq, "
				      "detail = excluded.detail",
				      "sisis", live->id, (int64_t)g_array_index(batch->indexes, guint, k),
				      json_string_value(json_object_get(table, "name")), seq, line))
			return false;
	}
	return true;
}

static bool write_batch(FerryStoreTx *tx, FerryLive *live, Batch *batch, Told *told, GError **error)
{
	g_autofree char *progress = ferry_json_line(batch->progress),
			*stages = ferry_json_line(batch->stages), *now = ferry_store_now();

	if (!forget_earlier(tx, live, batch, error) ||
	    !write_lines(tx, live, batch, told->lines, &told->line_seq, error) ||
	    !write_objects(tx, live, batch, told->objects, &told->object_seq, error))
		return false;
	told->seq = ferry_execution_next_seq(tx, live->id, error);
	return told->seq >= 0 && ferry_access_scope_of(tx, live->id, &told->scope, error) &&
	       write_tables(tx, live, batch, told->seq, error) &&
	       ferry_store_exec(
		       tx, NULL, error,
		       "UPDATE executions SET progress = ?, stages = ?, stage = ?, beat_at = ?, rows = ?, "
		       "bytes = ?, rejected = ? WHERE id = ? AND owner = ?",
		       "ssssiiiss", progress, stages, batch->stage, now, batch->rows, batch->bytes,
		       batch->rejected, live->id, live->service->owner) &&
	       ferry_store_exec(tx, NULL, error,
				"INSERT INTO execution_metrics (execution_id, at, rows, rows_per_second, "
				"bytes_per_second) VALUES "
				"(?, ?, ?, ?, ?) ON CONFLICT (execution_id, at) DO NOTHING",
				"ssidd", live->id, now, batch->rows, batch->row_rate, batch->byte_rate);
}

/* Here, and to other processes. */
static void publish(FerryLive *live, FerryBulletin *bulletin, guint64 seq, const char *type, json_t *take)
{
	g_autofree char *line = ferry_json_line(take);

	json_decref(take);
	ferry_bus_publish(live->service->bus, live->channel, seq, type, line);
	ferry_bulletin_add(bulletin, type, (gint64)seq, line);
}

static void publish_to_all(FerryLive *live, guint64 seq, const char *scope, const char *type, json_t *take)
{
	g_autofree char *line = ferry_json_line(take);

	json_decref(take);
	ferry_bus_publish_scoped(live->service->bus, FERRY_CHANNEL_ALL, scope, seq, type, line);
	ferry_redis_publish_all(live->service->redis, (gint64)seq, type, scope, line);
}

static void publish_batch(FerryLive *live, const Batch *batch, const Told *told)
{
	guint64 seq = (guint64)told->seq;
	int64_t before = told->seq - 1 - (int64_t)json_array_size(told->lines) -
			 (int64_t)json_array_size(told->objects);
	FerryBulletin *bulletin = ferry_bulletin_new(live->id, before, told->seq);

	if (json_array_size(told->lines))
		publish(live, bulletin, (guint64)told->line_seq, "log",
			json_pack("{s:O}", "items", told->lines));
	if (json_array_size(told->objects))
		publish(live, bulletin, (guint64)told->object_seq, "object",
			json_pack("{s:O}", "items", told->objects));
	publish(live, bulletin, seq, "progress",
		json_pack("{s:O, s:s, s:O}", "progress", batch->progress, "stage", batch->stage, "tables",
			  batch->tables));
	ferry_redis_publish(live->service->redis, bulletin);
	publish_to_all(live, seq, told->scope, "progress",
		       json_pack("{s:s, s:O, s:s}", "id", live->id, "progress", batch->progress, "stage",
				 batch->stage));
	ferry_migrate_publish(live->service, live->id, before);
}

/* Whether the same might be written another time. What the store refuses is not, and would be in the way of
 * all that follows. */
static bool is_away(const GError *error)
{
	return ferry_error_can_heal(error) || ferry_error_is(error, FERRY_ERROR_LOST) ||
	       ferry_error_is(error, FERRY_ERROR_CONFLICT) || ferry_error_is(error, FERRY_ERROR_IO);
}

bool ferry_live_flush(FerryLive *live)
{
	Batch batch = {0};
	Told told = {.lines = json_array(), .objects = json_array()};
	g_autoptr(GError) error = NULL;

	take_batch(live, &batch);
	FerryStoreTx *tx = ferry_execution_begin(live->service, &error);
	bool has_begun = tx != NULL;
	bool is_ok = tx && write_batch(tx, live, &batch, &told, &error) &&
		     ferry_store_commit(g_steal_pointer(&tx), &error);
	ferry_store_rollback(tx);
	if (is_ok)
		publish_batch(live, &batch, &told);
	ferry_execution_end(live->service);
	bool is_late = !is_ok && (!has_begun || (error && is_away(error)));
	if (is_late)
		put_back(live, &batch);
	json_decref(told.lines);
	json_decref(told.objects);
	g_free(told.scope);
	clear_batch(&batch);
	return !is_late;
}
