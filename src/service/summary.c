/*
 * Numbers over the whole service; see summary.h.
 */
#include "service/summary.h"

#include "service/access.h"
#include "service/executions.h"
#include "service/service_internal.h"

#include <string.h>

#define N_RECENT 8

static json_t *executions(FerryService *service, const FerryActor *actor, const char *state, GError **error)
{
	const FerryExecutionFilter filter = {.state = state};
	const FerryPage page = {.limit = N_RECENT};
	json_t *list = ferry_executions_list(service, actor, &filter, &page, error), *items;

	if (!list)
		return NULL;
	items = json_incref(json_object_get(list, "items"));
	json_decref(list);
	return items;
}

#define SEEN " FROM executions WHERE " FERRY_ACCESS_SQL("project_id") ")"

static FerryRows *totals(FerryService *service, const FerryActor *actor, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);

	return tx ? ferry_store_query(
			    tx, error,
			    "SELECT (SELECT count(*) FROM connections), "
			    "(SELECT count(*) FROM projects WHERE " FERRY_ACCESS_SQL(
				    "id") "), "
					  "(SELECT count(*)" SEEN ", (SELECT coalesce(sum(rows), 0)" SEEN ", "
					  "(SELECT coalesce(sum(bytes), 0)" SEEN ", "
					  "(SELECT coalesce(sum(rejected), 0)" SEEN ", "
					  "(SELECT min(id) FROM connections WHERE name = '" FERRY_SAMPLE_NAME
					  "')",
			    FERRY_ACCESS_TYPES FERRY_ACCESS_TYPES FERRY_ACCESS_TYPES FERRY_ACCESS_TYPES
				    FERRY_ACCESS_TYPES,
			    FERRY_ACCESS_OF(actor), FERRY_ACCESS_OF(actor), FERRY_ACCESS_OF(actor),
			    FERRY_ACCESS_OF(actor), FERRY_ACCESS_OF(actor))
		  : NULL;
}

static double sum_rates(const json_t *running, const char *name)
{
	const json_t *execution;
	double sum = 0;
	size_t i;

	json_array_foreach(running, i, execution) sum +=
		json_number_value(json_object_get(json_object_get(execution, "progress"), name));
	return sum;
}

json_t *ferry_summary_json(FerryService *service, const FerryActor *actor, GError **error)
{
	g_autoptr(FerryRows) sums = totals(service, actor, error);
	json_t *counts = sums ? ferry_executions_counts(service, actor, error) : NULL;
	json_t *running = counts ? executions(service, actor, "QUEUED,RUNNING,PAUSED", error) : NULL;
	json_t *failed = running ? executions(service, actor, "FAILED", error) : NULL;
	json_t *recent = failed ? executions(service, actor, NULL, error) : NULL;
	json_t *json = NULL;

	if (recent)
		json = json_pack(
			"{s:{s:O, s:O, s:O, s:O}, s:{s:f, s:f}, s:{s:I, s:I, s:I, s:I, s:I}, s:s, s:o}",
			"executions", "by_state", json_object_get(counts, "by_state"), "running", running,
			"failed", failed, "recent", recent, "throughput", "rows_per_second",
			sum_rates(running, "rows_per_second"), "bytes_per_second",
			sum_rates(running, "bytes_per_second"), "totals", "connections",
			(json_int_t)ferry_row_int(sums, 0, 0), "projects",
			(json_int_t)ferry_row_int(sums, 0, 1), "executions",
			(json_int_t)ferry_row_int(sums, 0, 2), "rows", (json_int_t)ferry_row_int(sums, 0, 3),
			"bytes", (json_int_t)ferry_row_int(sums, 0, 4), "version", FERRY_VERSION,
			"sample_connection_id", ferry_json_text(ferry_row_text(sums, 0, 6)));
	json_decref(counts);
	json_decref(running);
	json_decref(failed);
	json_decref(recent);
	return json;
}

static void add_metric(GString *out, const char *name, const char *type, const char *help)
{
	g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_number(GString *out, const char *name, const char *type, const char *help, int64_t value)
{
	add_metric(out, name, type, help);
	g_string_append_printf(out, "%s %" G_GINT64_FORMAT "\n", name, value);
}

/* Times of what has ended, as a Prometheus summary without quantiles. */
static bool add_durations(FerryService *service, GString *out, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(tx, error,
				       "SELECT started_at, ended_at FROM executions WHERE ended_at IS NOT "
				       "NULL AND started_at IS NOT NULL",
				       "")
		   : NULL;
	double sum = 0;

	if (!rows)
		return false;
	for (guint i = 0; i < rows->rows->len; i++) {
		g_autoptr(GDateTime) from = g_date_time_new_from_iso8601(ferry_row_text(rows, i, 0), NULL);
		g_autoptr(GDateTime) to = g_date_time_new_from_iso8601(ferry_row_text(rows, i, 1), NULL);
		if (from && to)
			sum += (double)g_date_time_difference(to, from) / G_TIME_SPAN_SECOND;
	}
	add_metric(out, "ferry_execution_seconds", "summary",
		   "Time from start to end of executions that have ended");
	g_string_append_printf(out, "ferry_execution_seconds_sum %.3f\nferry_execution_seconds_count %u\n",
			       sum, rows->rows->len);
	return true;
}

char *ferry_summary_metrics(FerryService *service, guint n_streams, GError **error)
{
	const FerryActor itself = {.role = FERRY_ROLE_ADMIN};
	g_autoptr(FerryRows) sums = totals(service, &itself, error);
	json_t *counts = sums ? ferry_executions_counts(service, &itself, error) : NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	const char *state;
	json_t *n, *by_state = json_object_get(counts, "by_state");

	if (!counts)
		return NULL;
	add_metric(out, "ferry_executions", "gauge", "Executions by state");
	json_object_foreach(by_state, state, n)
		g_string_append_printf(out, "ferry_executions{state=\"%s\"} %" JSON_INTEGER_FORMAT "\n",
				       state, json_integer_value(n));
	add_number(out, "ferry_queue_depth", "gauge", "Executions that wait for a worker",
		   json_integer_value(json_object_get(by_state, "QUEUED")));
	json_decref(counts);
	add_number(out, "ferry_rows_total", "counter", "Rows loaded by all executions",
		   ferry_row_int(sums, 0, 3));
	add_number(out, "ferry_bytes_total", "counter", "Bytes loaded by all executions",
		   ferry_row_int(sums, 0, 4));
	add_number(out, "ferry_rejected_rows_total", "counter", "Rows rejected by all executions",
		   ferry_row_int(sums, 0, 5));
	add_number(out, "ferry_sse_clients", "gauge", "Open streams of live events", n_streams);
	const char *queue = ferry_service_queue_state(service);
	if (queue)
		add_number(out, "ferry_queue_up", "gauge", "Whether the broker is there",
			   strcmp(queue, "up") == 0);
	const char *bus = ferry_service_bus_state(service);
	if (bus)
		add_number(out, "ferry_bus_up", "gauge", "Whether Redis is there", strcmp(bus, "up") == 0);
	add_number(out, "ferry_bus_subscribers", "gauge", "Listeners of the event bus",
		   ferry_bus_count(service->bus));
	if (!add_durations(service, out, error))
		return NULL;
	return g_string_free(g_steal_pointer(&out), FALSE);
}
