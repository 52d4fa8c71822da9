/*
 * Small statements: catalog queries, session settings. Their rows come as texts, through the decoder of bulk
 * reading, asked for texts only.
 */
#include "connectors/oracle/cursor.h"
#include "connectors/oracle/row_decode.h"

#define ROWS_A_BATCH 500

typedef struct {
	FerryOracleCursor *cursor;
	FerrySchema *schema;
	FerryOracleDecoder *decoder;
	FerryBatch *batch;
	GString *texts; /* one row's, each with a NUL behind it */
	char **row;
} Query;

static void query_clear(Query *q)
{
	ferry_batch_free(q->batch);
	ferry_oracle_decoder_free(q->decoder);
	ferry_schema_free(q->schema);
	ferry_oracle_cursor_free(q->cursor);
	if (q->texts)
		g_string_free(q->texts, TRUE);
	g_free(q->row);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Query, query_clear)

static bool open_query(Query *q, FerryOracleConnection *c, const char *sql, const char *doing, GError **error)
{
	size_t bad;

	q->cursor = ferry_oracle_cursor_open(c, sql, doing, error);
	if (!q->cursor)
		return false;
	q->cursor->n_fetch = ROWS_A_BATCH;
	if (!ferry_oracle_cursor_define_lobs(q->cursor, NULL, error))
		return false;
	guint n = q->cursor->fields->len;
	q->schema = ferry_schema_new(n);
	for (guint i = 0; i < n; i++) {
		q->schema->fields[i].name =
			g_strdup(g_array_index(q->cursor->fields, FerryOracleField, i).name);
		q->schema->fields[i].type = FERRY_TYPE(FERRY_TYPE_TEXT);
	}
	q->decoder = ferry_oracle_decoder_new(q->cursor->fields, NULL, q->schema, &bad);
	if (!q->decoder)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
				  "%s: column %s has a type that cannot be read", doing,
				  q->schema->fields[bad].name);
	q->batch = ferry_batch_new(q->schema, ROWS_A_BATCH);
	q->texts = g_string_new(NULL);
	q->row = g_new0(char *, n + 1);
	return true;
}

/* Rows of the response at work. */
static bool fill(Query *q, GError **error)
{
	ferry_batch_clear(q->batch);
	do {
		FerryStep step = ferry_oracle_cursor_next(q->cursor, error);
		if (step != FERRY_STEP_MORE)
			return step == FERRY_STEP_END;
		FerryOracleRowResult result = ferry_oracle_decode_row(q->decoder, q->cursor, q->batch);
		if (result == FERRY_ORACLE_ROW_FULL)
			return ferry_fail(error, FERRY_ERROR_DATA, "%s: a value is more than memory can hold",
					  q->cursor->doing);
	} while (q->batch->n_rows < q->batch->max_rows);
	ferry_oracle_decoder_keep_last(q->decoder, q->batch);
	return true;
}

static void make_row(Query *q, size_t row)
{
	size_t n = q->schema->n_fields;
	g_autofree size_t *places = g_new(size_t, n);

	g_string_truncate(q->texts, 0);
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const uint8_t *text = ferry_column_get_bytes(&q->batch->columns[i], row, &len);
		places[i] = q->texts->len;
		g_string_append_len(q->texts, (const char *)text, (gssize)len);
		g_string_append_c(q->texts, '\0');
	}
	for (size_t i = 0; i < n; i++)
		q->row[i] =
			ferry_column_is_null(&q->batch->columns[i], row) ? NULL : q->texts->str + places[i];
}

/* Reads on to the end, so that the connection can be used again; what comes is thrown away. */
static void drain(Query *q)
{
	while (q->cursor->is_active) {
		ferry_batch_clear(q->batch);
		if (ferry_oracle_cursor_next(q->cursor, NULL) != FERRY_STEP_MORE)
			return;
		if (ferry_oracle_decode_row(q->decoder, q->cursor, q->batch) == FERRY_ORACLE_ROW_FULL)
			return;
		ferry_oracle_decoder_keep_last(q->decoder, q->batch);
	}
}

bool ferry_oracle_each(FerryOracleConnection *c, const char *sql, const char *doing, FerryOracleRowFunc func,
		       gpointer data, GError **error)
{
	g_auto(Query) q = {0};

	if (!open_query(&q, c, sql, doing, error))
		return false;
	do {
		if (!fill(&q, error))
			return false;
		for (size_t i = 0; i < q.batch->n_rows; i++) {
			make_row(&q, i);
			if (!func(q.row, data, error)) {
				drain(&q);
				return false;
			}
		}
	} while (!q.cursor->is_finished);
	return true;
}

bool ferry_oracle_first(FerryOracleConnection *c, const char *sql, const char *doing,
			FerryOracleRow **ret_row, GError **error)
{
	g_auto(Query) q = {0};

	if (!open_query(&q, c, sql, doing, error) || !fill(&q, error))
		return false;
	*ret_row = NULL;
	if (q.batch->n_rows > 0) {
		size_t n = q.schema->n_fields;
		make_row(&q, 0);
		*ret_row = g_malloc0(sizeof(FerryOracleRow) + n * sizeof(char *));
		(*ret_row)->n = n;
		for (size_t i = 0; i < n; i++)
			(*ret_row)->values[i] = g_strdup(q.row[i]);
	}
	drain(&q);
	return true;
}

static void keep_row(FerryRows *rows, char **row)
{
	char **copy = g_new0(char *, rows->n_columns + 1);

	for (size_t i = 0; i < rows->n_columns; i++)
		copy[i] = g_strdup(row[i]);
	g_ptr_array_add(rows->rows, copy);
}

bool ferry_oracle_query(FerryOracleConnection *c, const char *sql, const char *doing, FerryRows **ret_rows,
			GError **error)
{
	g_auto(Query) q = {0};
	g_autoptr(FerryRows) rows = g_new0(FerryRows, 1);

	rows->rows = g_ptr_array_new();
	if (!open_query(&q, c, sql, doing, error))
		return false;
	rows->n_columns = q.schema->n_fields;
	do {
		if (!fill(&q, error))
			return false;
		for (size_t i = 0; i < q.batch->n_rows; i++) {
			make_row(&q, i);
			keep_row(rows, q.row);
		}
	} while (!q.cursor->is_finished);
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

void ferry_oracle_row_free(FerryOracleRow *row)
{
	if (!row)
		return;
	for (size_t i = 0; i < row->n; i++)
		g_free(row->values[i]);
	g_free(row);
}
