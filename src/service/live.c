/*
 * What a running execution tells: listening to the engine; see live.h.
 *
 * Two threads: the engine's, which counts under the lock and is never kept waiting by the store, and one of
 * its own that writes and publishes every half second (live_batch.c).
 */
#include "service/live_internal.h"

#include "report/report.h"
#include "service/execution_internal.h"

#define FLUSH_US  (G_TIME_SPAN_SECOND / 2)
#define MAX_LINES 2000 /* log lines kept between two writes: more are counted */

/* ---- listening ---- */

static void clear_table(gpointer data)
{
	FerryLiveTable *table = data;

	g_free(table->name);
	g_free(table->target);
	json_decref(table->bad_values);
}

void ferry_live_line_free(gpointer data)
{
	FerryLiveLine *line = data;

	g_free(line->at);
	g_free(line->message);
	g_free(line);
}

void ferry_live_add_line(FerryLive *live, const char *level, char *message)
{
	if (live->lines.length >= MAX_LINES) {
		live->n_dropped++;
		g_free(message);
		return;
	}
	FerryLiveLine *line = g_new(FerryLiveLine, 1);
	*line = (FerryLiveLine){.at = ferry_store_now(), .message = message, .level = level};
	g_queue_push_tail(&live->lines, line);
}

void ferry_live_bound_lines(FerryLive *live)
{
	while (live->lines.length > MAX_LINES) {
		ferry_live_line_free(g_queue_pop_tail(&live->lines));
		live->n_dropped++;
	}
}

void ferry_live_log(FerryLive *live, const char *level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *message = g_strdup_vprintf(format, args);
	va_end(args);
	g_mutex_lock(&live->lock);
	ferry_live_add_line(live, g_intern_string(level), message);
	g_mutex_unlock(&live->lock);
}

static const char *level_of(FerrySeverity severity)
{
	return severity == FERRY_SEVERITY_INFO      ? "info"
	       : severity == FERRY_SEVERITY_WARNING ? "warning"
						    : "error";
}

static void set_state(FerryLive *live, FerryLiveTable *table, FerryLiveState state)
{
	bool was_done = table->state >= FERRY_LIVE_LOADED;

	table->state = state;
	table->has_changed = true;
	if (state >= FERRY_LIVE_LOADED && state != FERRY_LIVE_FAILED && !was_done)
		live->n_done++;
}

static void take_table_event(FerryLive *live, const FerryEvent *event, FerryLiveTable *table)
{
	int sign = event->type == FERRY_EVENT_ROLLBACK ? -1 : 1;

	switch (event->type) {
	case FERRY_EVENT_TABLE_START:
		set_state(live, table, FERRY_LIVE_COPYING);
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
		set_state(live, table, FERRY_LIVE_LOADED);
		ferry_stages_table_loaded(&live->stages, (guint)event->table);
		break;
	case FERRY_EVENT_VERIFY_PROGRESS: live->verified_rows += event->rows; break;
	case FERRY_EVENT_TABLE_VERIFIED:
		table->differences = event->differences;
		set_state(live, table, event->differences ? FERRY_LIVE_DIFFERENT : FERRY_LIVE_VERIFIED);
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
			  json_pack("{s:o, s:o, s:s, s:o, s:f, s:s}", "kind", ferry_json_text(event->kind),
				    "name", ferry_json_text(event->text), "status",
				    is_ok ? "success" : "error", "message", ferry_json_text(event->message),
				    "seconds", event->seconds, "at", now));
	if (!is_ok)
		ferry_live_add_line(live, "error",
				    g_strdup_printf("%s %s could not be made",
						    event->kind ? event->kind : "object",
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
		ferry_live_add_line(live, "info",
				    g_strdup_printf("stage: %s", ferry_stage_name(event->stage)));
		break;
	case FERRY_EVENT_LOG:
		ferry_live_add_line(live, level_of(event->severity), g_strdup(event->text));
		break;
	case FERRY_EVENT_OBJECT: take_object(live, event); break;
	default:
		if (event->table >= 0 && (guint)event->table < live->tables->len)
			take_table_event(live, event,
					 &g_array_index(live->tables, FerryLiveTable, event->table));
		break;
	}
	g_mutex_unlock(&live->lock);
}

/* ---- life ---- */

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
	return NULL;
}

FerryLive *ferry_live_new(FerryService *service, const char *id)
{
	FerryLive *live = g_new0(FerryLive, 1);

	live->service = service;
	live->id = g_strdup(id);
	live->channel = ferry_executions_channel(id);
	g_mutex_init(&live->lock);
	g_cond_init(&live->wake);
	live->tables = g_array_new(FALSE, TRUE, sizeof(FerryLiveTable));
	g_array_set_clear_func(live->tables, clear_table);
	g_queue_init(&live->lines);
	g_queue_init(&live->objects);
	ferry_stages_init(&live->stages);
	live->flushed_us = g_get_monotonic_time();
	live->thread = g_thread_new("ferry-live", flush_often, live);
	return live;
}

static void stop(FerryLive *live)
{
	if (!live->thread)
		return;
	g_mutex_lock(&live->lock);
	live->is_stopping = true;
	g_cond_signal(&live->wake);
	g_mutex_unlock(&live->lock);
	g_thread_join(g_steal_pointer(&live->thread));
}

bool ferry_live_end(FerryLive *live)
{
	stop(live);
	return ferry_live_flush(live);
}

void ferry_live_free(FerryLive *live)
{
	if (!live)
		return;
	stop(live);
	g_array_unref(live->tables);
	g_queue_clear_full(&live->lines, ferry_live_line_free);
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

void ferry_live_set_plan(FerryLive *live, const FerryPlan *plan, bool begins_anew)
{
	guint n_objects = count_objects(plan);

	g_mutex_lock(&live->lock);
	g_array_set_size(live->tables, 0);
	live->total = 0;
	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *one = g_ptr_array_index(plan->tables, i);
		FerryLiveTable table = {.name = g_strdup(one->name),
					.target = ferry_table_display_name(one->target),
					.total = MAX(0, one->source->est_rows),
					.has_changed = true};
		live->total += table.total;
		g_array_append_val(live->tables, table);
	}
	live->n_objects = n_objects;
	live->has_plan = live->has_new_plan = true;
	live->begins_anew = begins_anew;
	ferry_stages_set_plan(&live->stages, plan);
	g_mutex_unlock(&live->lock);
}

void ferry_live_set_result(FerryLive *live, const FerryRunResult *result, bool is_ok)
{
	g_mutex_lock(&live->lock);
	for (guint i = 0; i < live->tables->len && i < result->n_tables; i++) {
		FerryLiveTable *table = &g_array_index(live->tables, FerryLiveTable, i);
		const FerryTableResult *one = &result->tables[i];
		table->rejected = one->rows_rejected;
		json_decref(table->bad_values);
		table->bad_values = ferry_report_bad_values_json(one);
		table->has_changed = true;
		if (!is_ok && table->state == FERRY_LIVE_COPYING)
			set_state(live, table, FERRY_LIVE_FAILED);
	}
	ferry_stages_end(&live->stages, is_ok);
	live->has_completed = is_ok;
	live->copy_seconds = result->seconds_copy;
	g_mutex_unlock(&live->lock);
}
