/*
 * What a client that comes again has missed of an execution; see executions.h.
 *
 * The id of an event is what the client has when it comes again without those behind it. So tables, which
 * have no ids of their own, come first and under the id that it came with; then lines and objects in the
 * order of their ids; then how the execution stands.
 */
#include "service/execution_internal.h"

#include <string.h>

#define MAX_TOLD        5000 /* log lines and objects in one answer: more come in the next */
#define SNAPSHOT_TABLES 200

/* ---- lines and objects ---- */

FerryRows *ferry_execution_told(FerryStoreTx *tx, const char *id, int64_t since, guint limit, GError **error)
{
	return ferry_store_query(
		tx, error,
		"SELECT id, 'log' AS type, at, level, message FROM execution_logs WHERE execution_id = ? AND "
		"id > ? UNION ALL "
		"SELECT id, 'object', detail, NULL, NULL FROM execution_objects WHERE execution_id = ? AND "
		"id > ? "
		"ORDER BY 1 LIMIT ?",
		"sisii", id, since, id, since, (int64_t)limit);
}

const char *ferry_execution_told_type(const FerryRows *rows, guint i)
{
	return ferry_row_text(rows, i, 1);
}

json_t *ferry_execution_told_json(const FerryRows *rows, guint i)
{
	if (strcmp(ferry_execution_told_type(rows, i), "log") != 0)
		return ferry_json_parse(ferry_row_text(rows, i, 2));
	return json_pack("{s:I, s:s, s:s, s:o}", "id", (json_int_t)ferry_row_int(rows, i, 0), "at",
			 ferry_row_text(rows, i, 2), "level", ferry_row_text(rows, i, 3), "message",
			 ferry_json_text(ferry_row_text(rows, i, 4)));
}

/* ---- events ---- */

static void push(GPtrArray *texts, int64_t id, const char *type, json_t *take)
{
	g_autofree char *line = ferry_json_line(take);

	json_decref(take);
	g_ptr_array_add(texts, ferry_message_text((guint64)id, type, line));
}

/* What follows each other and is of one type goes into one event, whose id is that of the last. */
static void push_told(const FerryRows *rows, GPtrArray *texts)
{
	for (guint i = 0; i < rows->rows->len;) {
		const char *type = ferry_execution_told_type(rows, i);
		json_t *items = json_array();
		for (; i < rows->rows->len && strcmp(ferry_execution_told_type(rows, i), type) == 0; i++)
			json_array_append_new(items, ferry_execution_told_json(rows, i));
		push(texts, ferry_row_int(rows, i - 1, 0), type, json_pack("{s:o}", "items", items));
	}
}

static json_t *tables_since(FerryStoreTx *tx, const char *id, int64_t since, int64_t limit, GError **error)
{
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error,
				  "SELECT detail FROM execution_tables WHERE execution_id = ? AND seq > ? "
				  "ORDER BY seq DESC LIMIT ?",
				  "sii", id, since, limit);

	if (!rows)
		return NULL;
	json_t *tables = json_array();
	for (guint i = 0; i < rows->rows->len; i++)
		json_array_append_new(tables, ferry_json_parse(ferry_row_text(rows, i, 0)));
	return tables;
}

static bool push_snapshot(FerryStoreTx *tx, const char *id, json_t *execution, int64_t seq, GPtrArray *texts,
			  GError **error)
{
	json_t *tables = tables_since(tx, id, 0, SNAPSHOT_TABLES, error);

	if (tables)
		push(texts, seq, "snapshot",
		     json_pack("{s:O, s:o}", "execution", execution, "tables", tables));
	return tables != NULL;
}

/* *seq: what it reaches to, where that is less than all. */
static bool push_missed(FerryStoreTx *tx, const char *id, int64_t since, json_t *execution, int64_t *seq,
			bool *ret_has_more, GPtrArray *texts, GError **error)
{
	g_autoptr(FerryRows) told = ferry_execution_told(tx, id, since, MAX_TOLD, error);
	json_t *tables = told ? tables_since(tx, id, since, G_MAXINT32, error) : NULL;

	if (!tables)
		return false;
	push(texts, since, "progress",
	     json_pack("{s:O?, s:O?, s:o}", "progress", json_object_get(execution, "progress"), "stage",
		       json_object_get(execution, "stage"), "tables", tables));
	push_told(told, texts);
	*ret_has_more = told->rows->len == MAX_TOLD;
	if (*ret_has_more)
		*seq = ferry_row_int(told, MAX_TOLD - 1, 0);
	else
		push(texts, *seq, "state", json_pack("{s:O}", "execution", execution));
	return true;
}

GPtrArray *ferry_executions_catch_up(FerryService *service, const char *id, int64_t since, guint64 *ret_seq,
				     bool *ret_is_last, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_execution_find(tx, id, "", error) : NULL;
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	if (!rows)
		return NULL;
	int64_t seq = ferry_row_int(rows, 0, FERRY_EXECUTION_SEQ);
	bool has_ended = ferry_execution_has_ended(ferry_row_text(rows, 0, FERRY_EXECUTION_STATE));
	bool has_more = false;
	json_t *execution = ferry_execution_json(rows, 0);
	bool is_ok = since < 0 ? push_snapshot(tx, id, execution, seq, texts, error)
			       : push_missed(tx, id, since, execution, &seq, &has_more, texts, error);
	if (has_ended && !has_more)
		push(texts, seq, "end", json_pack("{s:O}", "execution", execution));
	json_decref(execution);
	*ret_seq = (guint64)seq;
	*ret_is_last = has_ended || has_more;
	return is_ok ? g_steal_pointer(&texts) : NULL;
}
