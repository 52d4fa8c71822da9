/*
 * What an execution has told: tables, objects, log, metrics, rejected rows, report; see executions.h.
 */
#include "service/execution_internal.h"

#include "service/audit.h"

#include <stdio.h>
#include <string.h>

#define MAX_POINTS 600

/* Rows of a query about one execution that must be there. */
static bool exists(FerryStoreTx *tx, const char *id, GError **error)
{
	g_autoptr(FerryRows) rows = ferry_execution_find(tx, id, "", error);

	return rows != NULL;
}

/* ---- stages ---- */

json_t *ferry_executions_stages(FerryService *service, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, ", stages", error) : NULL;

	if (!rows)
		return NULL;
	json_t *stages = ferry_json_parse(ferry_row_text(rows, 0, FERRY_EXECUTION_N_COLUMNS));
	if (!json_is_array(stages)) {
		json_decref(stages);
		stages = json_array();
	}
	return ferry_page_result(stages, NULL);
}

/* ---- tables, objects ---- */

static json_t *detail_list(const FerryRows *rows, guint n)
{
	json_t *items = json_array();

	for (guint i = 0; i < MIN(rows->rows->len, n); i++)
		json_array_append_new(items, ferry_json_parse(ferry_row_text(rows, i, 1)));
	return items;
}

json_t *ferry_executions_tables(FerryService *service, const char *id, const char *search,
				const FerryPage *page, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;
	int64_t after = page->cursor ? g_ascii_strtoll(page->cursor, NULL, 10) : -1;
	g_autofree char *like = ferry_store_like(search);

	if (tx && exists(tx, id, error))
		rows = ferry_store_query(
			tx, error,
			"SELECT position, detail FROM execution_tables WHERE execution_id = ? AND position > "
			"? AND "
			"lower(name) LIKE lower(?) ESCAPE '!' ORDER BY position LIMIT ?",
			"sisi", id, after, like, (int64_t)page->limit + 1);
	if (!rows)
		return NULL;
	bool has_more = rows->rows->len > page->limit;
	return ferry_page_result(detail_list(rows, page->limit),
				 has_more ? ferry_row_text(rows, page->limit - 1, 0) : NULL);
}

json_t *ferry_executions_objects(FerryService *service, const char *id, const FerryPage *page, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;
	int64_t after = page->cursor ? g_ascii_strtoll(page->cursor, NULL, 10) : 0;

	if (tx && exists(tx, id, error))
		rows = ferry_store_query(tx, error,
					 "SELECT id, detail FROM execution_objects WHERE execution_id = ? "
					 "AND id > ? ORDER BY id LIMIT ?",
					 "sii", id, after, (int64_t)page->limit + 1);
	if (!rows)
		return NULL;
	bool has_more = rows->rows->len > page->limit;
	return ferry_page_result(detail_list(rows, page->limit),
				 has_more ? ferry_row_text(rows, page->limit - 1, 0) : NULL);
}

/* ---- log ---- */

static json_t *log_items(const FerryRows *rows, bool is_reversed)
{
	json_t *items = json_array();

	for (guint k = 0; k < rows->rows->len; k++) {
		guint i = is_reversed ? rows->rows->len - 1 - k : k;
		json_array_append_new(items, json_pack("{s:I, s:s, s:s, s:o}", "id",
						       (json_int_t)ferry_row_int(rows, i, 0), "at",
						       ferry_row_text(rows, i, 1), "level",
						       ferry_row_text(rows, i, 2), "message",
						       ferry_json_text(ferry_row_text(rows, i, 3))));
	}
	return items;
}

/* "warning" stands for itself and what is worse. */
static const char *level_list(const char *level)
{
	if (g_strcmp0(level, "error") == 0)
		return ",error,";
	if (g_strcmp0(level, "warning") == 0)
		return ",error,warning,";
	if (g_strcmp0(level, "info") == 0)
		return ",error,warning,info,";
	return ",error,warning,info,debug,";
}

json_t *ferry_executions_logs(FerryService *service, const char *id, const FerryLogFilter *filter,
			      guint limit, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;
	g_autofree char *like = ferry_store_like(filter->search);
	bool goes_back = filter->before > 0;
	g_autofree char *sql = g_strdup_printf("SELECT id, at, level, message FROM execution_logs WHERE "
					       "execution_id = ? AND id > ? AND id < ? AND "
					       "? LIKE '%%,' || level || ',%%' AND lower(message) LIKE "
					       "lower(?) ESCAPE '!' ORDER BY id %s LIMIT ?",
					       goes_back ? "DESC" : "ASC");

	if (tx && exists(tx, id, error))
		rows = ferry_store_query(tx, error, sql, "siissi", id, filter->after,
					 goes_back ? filter->before : G_MAXINT64, level_list(filter->level),
					 like, (int64_t)limit);
	return rows ? ferry_page_result(log_items(rows, goes_back), NULL) : NULL;
}

/* ---- metrics ---- */

json_t *ferry_executions_metrics(FerryService *service, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx && exists(tx, id, error))
		rows = ferry_store_query(
			tx, error,
			"SELECT at, rows, rows_per_second, bytes_per_second FROM execution_metrics WHERE "
			"execution_id = ? ORDER BY at",
			"s", id);
	if (!rows)
		return NULL;
	json_t *points = json_array();
	guint step = rows->rows->len / MAX_POINTS + 1;
	for (guint i = 0; i < rows->rows->len; i += step)
		json_array_append_new(
			points,
			json_pack("{s:s, s:I, s:f, s:f}", "at", ferry_row_text(rows, i, 0), "rows",
				  (json_int_t)ferry_row_int(rows, i, 1), "rows_per_second",
				  g_ascii_strtod(ferry_row_text(rows, i, 2), NULL), "bytes_per_second",
				  g_ascii_strtod(ferry_row_text(rows, i, 3), NULL)));
	return json_pack("{s:o}", "points", points);
}

/* ---- rejected rows ---- */

static char *reject_file(FerryService *service, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, ", reject_file", error) : NULL;

	return rows ? g_strdup(ferry_row_text(rows, 0, FERRY_EXECUTION_N_COLUMNS)) : NULL;
}

/* The cursor is an offset in the file. A line is a row; what is no JSON (cut by a crash) is left out. */
static char *read_page(FILE *file, const FerryPage *page, json_t *items)
{
	char *line = NULL, *next = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, file) > 0) {
		json_t *item = json_loads(line, JSON_ALLOW_NUL, NULL);
		if (item)
			json_array_append_new(items, item);
		if (json_array_size(items) == page->limit) {
			next = g_strdup_printf("%ld", ftell(file));
			break;
		}
	}
	free(line);
	return next;
}

json_t *ferry_executions_rejects(FerryService *service, const FerryActor *actor, const char *id,
				 const FerryPage *page, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *path = reject_file(service, id, &local), *next = NULL;
	json_t *items = json_array();

	if (local || !ferry_audit_add_now(service, actor, "rejects.read", id, NULL, &local)) {
		json_decref(items);
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	FILE *file = path ? fopen(path, "re") : NULL; /* none: no row was rejected */
	if (file) {
		if (page->cursor && fseek(file, (long)g_ascii_strtoll(page->cursor, NULL, 10), SEEK_SET) != 0)
			rewind(file);
		next = read_page(file, page, items);
		fclose(file);
	}
	return ferry_page_result(items, next);
}

GBytes *ferry_executions_rejects_file(FerryService *service, const FerryActor *actor, const char *id,
				      GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *path = reject_file(service, id, &local);
	g_autoptr(GMappedFile) file = NULL;

	if (local || !ferry_audit_add_now(service, actor, "rejects.download", id, NULL, &local)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	file = path ? g_mapped_file_new(path, FALSE, NULL) : NULL;
	return file ? g_mapped_file_get_bytes(file) : g_bytes_new_static("", 0);
}

/* ---- report ---- */

static void append_csv(GString *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		g_string_append(out, text);
		return;
	}
	g_string_append_c(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

/* A text as it is, a number as JSON, what has numbers by kind as "zero-date: 10; nul-byte: 2". */
static char *csv_cell(const json_t *value)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *kind;
	json_t *n;

	if (json_is_string(value))
		return g_strdup(json_string_value(value));
	if (value && !json_is_object(value))
		return ferry_json_line(value);
	json_object_foreach((json_t *)value, kind, n)
	{
		g_string_append_printf(out, "%s%s: %" JSON_INTEGER_FORMAT, out->len ? "; " : "", kind,
				       json_integer_value(n));
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* A line a table. */
static GBytes *tables_csv(FerryStoreTx *tx, const char *id, GError **error)
{
	static const char *const members[] = {"name",  "target",   "state",   "rows",        "total",
					      "bytes", "rejected", "seconds", "differences", "bad_values"};
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, error,
		"SELECT position, detail FROM execution_tables WHERE execution_id = ? ORDER BY position", "s",
		id);

	if (!rows)
		return NULL;
	for (size_t m = 0; m < G_N_ELEMENTS(members); m++)
		g_string_append_printf(out, "%s%s", m ? "," : "", members[m]);
	g_string_append(out, "\r\n");
	for (guint i = 0; i < rows->rows->len; i++) {
		json_t *table = ferry_json_parse(ferry_row_text(rows, i, 1));
		for (size_t m = 0; m < G_N_ELEMENTS(members); m++) {
			g_autofree char *cell = csv_cell(json_object_get(table, members[m]));
			g_string_append(out, m ? "," : "");
			append_csv(out, cell);
		}
		g_string_append(out, "\r\n");
		json_decref(table);
	}
	gsize len = out->len;
	return g_bytes_new_take(g_string_free(g_steal_pointer(&out), FALSE), len);
}

GBytes *ferry_executions_report(FerryService *service, const char *id, const char *format, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, ", report, report_html", error) : NULL;
	bool is_html = strcmp(format, "html") == 0;

	if (!rows)
		return NULL;
	if (strcmp(format, "csv") == 0)
		return tables_csv(tx, id, error);
	const char *text = ferry_row_text(rows, 0, FERRY_EXECUTION_N_COLUMNS + is_html);
	if (text)
		return g_bytes_new(text, strlen(text));
	ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "format", "wait until it has ended",
		      "the execution %s has no report yet", id);
	return NULL;
}
