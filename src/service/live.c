/*
 * What a running execution tells; see live.h.
 *
 * Two threads: the engine's, which counts under the lock and is never kept waiting by the store, and one of
 * its own that writes and publishes every half second.
 */
#include "service/live.h"

#include "report/report.h"
#include "service/access.h"
#include "service/bus/redis.h"
#include "service/execution_internal.h"
#include "service/migrate.h"
#include "service/stages.h"

#include <string.h>

#define FLUSH_US    (G_TIME_SPAN_SECOND / 2)
#define RATE_WEIGHT 0.3  /* of the newest half second */
#define MAX_LINES   2000 /* log lines kept between two writes: more are counted */

typedef enum { WAITING, COPYING, LOADED, VERIFIED, DIFFERENT, FAILED } TableState;
static const char *const state_words[] = {"waiting", "copying", "loaded", "verified", "different", "failed"};

typedef struct Table {
	char *name, *target;
	TableState state;
	int64_t rows, total, bytes, rejected, differences;
	int64_t told_rows; /* at the last flush: for the rate */
	gint64 started_us, ended_us;
	double rate;
	json_t *bad_values; /* or NULL: of a run that has ended, by kind */
	bool has_changed;
} Table;

typedef struct Line {
	char *at, *message;
	const char *level;
} Line;

struct FerryLive {
	FerryService *service;
	char *id, *channel;
	GMutex lock;
	GCond wake;
	GThread *thread;
	bool is_stopping;

	GArray *tables; /* Table */
	GQueue lines;   /* Line */
	guint n_dropped;
	GQueue objects; /* json_t */
	FerryStages stages;
	FerryStage stage;
	int64_t rows, bytes, rejected, total, verified_rows;
	int64_t told_rows, told_bytes;
	guint n_done, n_built, n_objects;
	double row_rate, byte_rate;
	gint64 flushed_us;
	bool has_plan, has_completed;
	double copy_seconds; /* of a run that has ended */
};

/* ---- listening ---- */

static void clear_table(gpointer data)
{
	Table *table = data;

	g_free(table->name);
	g_free(table->target);
	json_decref(table->bad_values);
}

static void free_line(gpointer data)
{
	Line *line = data;

	g_free(line->at);
	g_free(line->message);
	g_free(line);
}

/* Called with the lock. Takes the message. */
static void add_line(FerryLive *live, const char *level, char *message)
{
	if (live->lines.length >= MAX_LINES) {
		live->n_dropped++;
		g_free(message);
		return;
	}
	Line *line = g_new(Line, 1);
	*line = (Line){.at = ferry_store_now(), .message = message, .level = level};
	g_queue_push_tail(&live->lines, line);
}

void ferry_live_log(FerryLive *live, const char *level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *message = g_strdup_vprintf(format, args);
	va_end(args);
	g_mutex_lock(&live->lock);
	add_line(live, g_intern_string(level), message);
	g_mutex_unlock(&live->lock);
}

static const char *level_of(FerrySeverity severity)
{
	return severity == FERRY_SEVERITY_INFO      ? "info"
	       : severity == FERRY_SEVERITY_WARNING ? "warning"
						    : "error";
}

static void set_state(FerryLive *live, Table *table, TableState state)
{
	bool was_done = table->state >= LOADED;

	table->state = state;
	table->has_changed = true;
	if (state >= LOADED && state != FAILED && !was_done)
		live->n_done++;
}

static void take_table_event(FerryLive *live, const FerryEvent *event, Table *table)
{
	int sign = event->type == FERRY_EVENT_ROLLBACK ? -1 : 1;

	switch (event->type) {
	case FERRY_EVENT_TABLE_START:
		set_state(live, table, COPYING);
		table->started_us = g_get_monotonic_time();
		live->rows += event->rows - table->rows;
		table->rows = event->rows;
		if (event->total > table->total) {
			live->total += event->total - table->total;
			table->total = event->total;
		}
		ferry_stages_table_started(&live->stages, (guint)event->table);
		break;
	case FERRY_EVENT_PROGRESS:
	case FERRY_EVENT_ROLLBACK:
		table->rows += sign * event->rows;
		table->bytes += sign * event->bytes;
		table->rejected += sign * event->rejected;
		live->rows += sign * event->rows;
		live->bytes += sign * event->bytes;
		live->rejected += sign * event->rejected;
		table->has_changed = true;
		break;
	case FERRY_EVENT_TABLE_LOADED:
		live->rows += event->rows - table->rows;
		table->rows = event->rows;
		live->total += event->rows - table->total;
		table->total = event->rows;
		table->ended_us = g_get_monotonic_time();
		set_state(live, table, LOADED);
		ferry_stages_table_loaded(&live->stages, (guint)event->table);
		break;
	case FERRY_EVENT_VERIFY_PROGRESS: live->verified_rows += event->rows; break;
	case FERRY_EVENT_TABLE_VERIFIED:
		table->differences = event->differences;
		set_state(live, table, event->differences ? DIFFERENT : VERIFIED);
		break;
	default: break;
	}
}

static void take_object(FerryLive *live, const FerryEvent *event)
{
	g_autofree char *now = ferry_store_now();
	bool is_ok = event->severity != FERRY_SEVERITY_LOSS;

	live->n_built++;
	g_queue_push_tail(&live->objects,
			  json_pack("{s:o, s:o, s:s, s:n, s:f, s:s}", "kind", ferry_json_text(event->kind),
				    "name", ferry_json_text(event->text), "status",
				    is_ok ? "success" : "error", "message", "seconds", event->seconds, "at",
				    now));
	if (!is_ok)
		add_line(live, "error",
			 g_strdup_printf("%s %s could not be made", event->kind ? event->kind : "object",
					 event->text ? event->text : ""));
}

void ferry_live_event(const FerryEvent *event, gpointer data)
{
	FerryLive *live = data;

	g_mutex_lock(&live->lock);
	switch (event->type) {
	case FERRY_EVENT_STAGE:
		live->stage = event->stage;
		ferry_stages_enter(&live->stages, event->stage);
		add_line(live, "info", g_strdup_printf("stage: %s", ferry_stage_name(event->stage)));
		break;
	case FERRY_EVENT_LOG: add_line(live, level_of(event->severity), g_strdup(event->text)); break;
	case FERRY_EVENT_OBJECT: take_object(live, event); break;
	default:
		if (event->table >= 0 && (guint)event->table < live->tables->len)
			take_table_event(live, event, &g_array_index(live->tables, Table, event->table));
		break;
	}
	g_mutex_unlock(&live->lock);
}

/* ---- JSON ---- */

static json_t *table_json(const Table *table, guint index, gint64 now)
{
	gint64 end = table->ended_us ? table->ended_us : now;
	double seconds = table->started_us ? (double)(end - table->started_us) / G_TIME_SPAN_SECOND : 0;

	return json_pack("{s:i, s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:f, s:f, s:I, s:O*}", "index", (int)index,
			 "name", ferry_json_text(table->name), "target", ferry_json_text(table->target),
			 "state", state_words[table->state], "rows", (json_int_t)table->rows, "total",
			 (json_int_t)table->total, "bytes", (json_int_t)table->bytes, "rejected",
			 (json_int_t)table->rejected, "seconds", seconds, "rows_per_second",
			 table->state == COPYING ? table->rate
			 : seconds > 0           ? (double)table->rows / seconds
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
		Table *table = &g_array_index(live->tables, Table, i);
		if (table->state != COPYING)
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
		free_line(g_queue_pop_tail(&live->lines));
		add_line(live, "warning",
			 g_strdup_printf("%u more lines came too fast and are left out", n + 1));
	}
	batch->lines = live->lines;
	batch->objects = live->objects;
	g_queue_init(&live->lines);
	g_queue_init(&live->objects);
	batch->tables = json_array();
	batch->indexes = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < live->tables->len; i++) {
		Table *table = &g_array_index(live->tables, Table, i);
		if (!table->has_changed)
			continue;
		table->has_changed = false;
		json_array_append_new(batch->tables, table_json(table, i, now));
		g_array_append_val(batch->indexes, i);
	}
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

static void clear_batch(Batch *batch)
{
	g_queue_clear_full(&batch->lines, free_line);
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

static bool write_lines(FerryStoreTx *tx, FerryLive *live, Batch *batch, json_t *items, int64_t *ret_last)
{
	for (GList *link = batch->lines.head; link; link = link->next) {
		const Line *line = link->data;
		int64_t id = ferry_execution_next_seq(tx, live->id, NULL);
		if (id < 0 || !ferry_store_exec(tx, NULL, NULL,
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

static bool write_objects(FerryStoreTx *tx, FerryLive *live, Batch *batch, json_t *items, int64_t *ret_last)
{
	for (GList *link = batch->objects.head; link; link = link->next) {
		json_t *object = link->data;
		g_autofree char *line = ferry_json_line(object);
		int64_t id = ferry_execution_next_seq(tx, live->id, NULL);
		if (id < 0 ||
		    !ferry_store_exec(
			    tx, NULL, NULL,
			    "INSERT INTO execution_objects (execution_id, id, detail) VALUES (?, ?, ?)",
			    "sis", live->id, id, line))
			return false;
		*ret_last = id;
		json_array_append(items, object);
	}
	return true;
}

static bool write_tables(FerryStoreTx *tx, FerryLive *live, Batch *batch, int64_t seq)
{
	for (guint k = 0; k < batch->indexes->len; k++) {
		json_t *table = json_array_get(batch->tables, k);
		g_autofree char *line = ferry_json_line(table);
		if (!ferry_store_exec(tx, NULL, NULL,
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

static bool write_batch(FerryStoreTx *tx, FerryLive *live, Batch *batch, Told *told)
{
	g_autofree char *progress = ferry_json_line(batch->progress),
			*stages = ferry_json_line(batch->stages), *now = ferry_store_now();

	if (!write_lines(tx, live, batch, told->lines, &told->line_seq) ||
	    !write_objects(tx, live, batch, told->objects, &told->object_seq))
		return false;
	told->seq = ferry_execution_next_seq(tx, live->id, NULL);
	return told->seq >= 0 && ferry_access_scope_of(tx, live->id, &told->scope, NULL) &&
	       write_tables(tx, live, batch, told->seq) &&
	       ferry_store_exec(
		       tx, NULL, NULL,
		       "UPDATE executions SET progress = ?, stages = ?, stage = ?, beat_at = ?, rows = ?, "
		       "bytes = ?, rejected = ? WHERE id = ? AND owner = ?",
		       "ssssiiiss", progress, stages, batch->stage, now, batch->rows, batch->bytes,
		       batch->rejected, live->id, live->service->owner) &&
	       ferry_store_exec(tx, NULL, NULL,
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

void ferry_live_flush(FerryLive *live)
{
	Batch batch = {0};
	Told told = {.lines = json_array(), .objects = json_array()};

	take_batch(live, &batch);
	FerryStoreTx *tx = ferry_execution_begin(live->service, NULL);
	bool is_ok =
		tx && write_batch(tx, live, &batch, &told) && ferry_store_commit(g_steal_pointer(&tx), NULL);
	ferry_store_rollback(tx);
	if (is_ok)
		publish_batch(live, &batch, &told);
	ferry_execution_end(live->service);
	json_decref(told.lines);
	json_decref(told.objects);
	g_free(told.scope);
	clear_batch(&batch);
}

static gpointer flush_often(gpointer data)
{
	FerryLive *live = data;

	g_mutex_lock(&live->lock);
	while (!live->is_stopping) {
		gint64 until = g_get_monotonic_time() + FLUSH_US;
		while (!live->is_stopping && g_cond_wait_until(&live->wake, &live->lock, until))
			;
		g_mutex_unlock(&live->lock);
		ferry_live_flush(live);
		g_mutex_lock(&live->lock);
	}
	g_mutex_unlock(&live->lock);
	ferry_live_flush(live); /* what came while the last one was under way */
	return NULL;
}

/* ---- life ---- */

FerryLive *ferry_live_new(FerryService *service, const char *id)
{
	FerryLive *live = g_new0(FerryLive, 1);

	live->service = service;
	live->id = g_strdup(id);
	live->channel = ferry_executions_channel(id);
	g_mutex_init(&live->lock);
	g_cond_init(&live->wake);
	live->tables = g_array_new(FALSE, TRUE, sizeof(Table));
	g_array_set_clear_func(live->tables, clear_table);
	g_queue_init(&live->lines);
	g_queue_init(&live->objects);
	ferry_stages_init(&live->stages);
	live->flushed_us = g_get_monotonic_time();
	live->thread = g_thread_new("ferry-live", flush_often, live);
	return live;
}

void ferry_live_free(FerryLive *live)
{
	if (!live)
		return;
	g_mutex_lock(&live->lock);
	live->is_stopping = true;
	g_cond_signal(&live->wake);
	g_mutex_unlock(&live->lock);
	g_thread_join(live->thread); /* its last act is a flush */
	g_array_unref(live->tables);
	g_queue_clear_full(&live->lines, free_line);
	g_queue_clear_full(&live->objects, (GDestroyNotify)json_decref);
	ferry_stages_clear(&live->stages);
	g_mutex_clear(&live->lock);
	g_cond_clear(&live->wake);
	g_free(live->channel);
	g_free(live->id);
	g_free(live);
}

static guint count_objects(const FerryPlan *plan)
{
	guint n = 0;

	for (int phase = FERRY_DDL_KEYS; phase <= FERRY_DDL_ANALYZE; phase++) {
		g_autoptr(GPtrArray) statements = ferry_plan_ddl(plan, (FerryDdlPhase)phase);
		n += statements->len;
	}
	return n;
}

void ferry_live_set_plan(FerryLive *live, const FerryPlan *plan)
{
	guint n_objects = count_objects(plan);

	g_mutex_lock(&live->lock);
	g_array_set_size(live->tables, 0);
	live->total = 0;
	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *one = g_ptr_array_index(plan->tables, i);
		Table table = {.name = g_strdup(one->name),
			       .target = ferry_table_display_name(one->target),
			       .total = MAX(0, one->source->est_rows),
			       .has_changed = true};
		live->total += table.total;
		g_array_append_val(live->tables, table);
	}
	live->n_objects = n_objects;
	live->has_plan = true;
	ferry_stages_set_plan(&live->stages, plan);
	g_mutex_unlock(&live->lock);
}

void ferry_live_set_result(FerryLive *live, const FerryRunResult *result, bool is_ok)
{
	g_mutex_lock(&live->lock);
	for (guint i = 0; i < live->tables->len && i < result->n_tables; i++) {
		Table *table = &g_array_index(live->tables, Table, i);
		const FerryTableResult *one = &result->tables[i];
		table->rejected = one->rows_rejected;
		json_decref(table->bad_values);
		table->bad_values = ferry_report_bad_values_json(one);
		table->has_changed = true;
		if (!is_ok && table->state == COPYING)
			set_state(live, table, FAILED);
	}
	ferry_stages_end(&live->stages, is_ok);
	live->has_completed = is_ok;
	live->copy_seconds = result->seconds_copy;
	g_mutex_unlock(&live->lock);
}
