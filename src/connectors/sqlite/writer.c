/*
 * The load: one prepared INSERT, bound straight from the batch's memory (nothing is copied before SQLite
 * itself does) and stepped a row at a time. OR FAIL saves the journal of a statement that could be undone by
 * itself: after a failure the transaction, or the savepoint around the rows, is rolled back anyway.
 *
 * SQLite holds every value that a batch can hold. NaN is the exception among numbers (SQLite makes NULL of
 * it), and goes as text; the readers know it again.
 */
#include "connectors/sqlite/private.h"

#include "data/value_text.h"

#include <math.h>
#include <string.h>

#define FIXED(ctype_, column_, row_) (((const ctype_ *)(column_)->fixed)[row_])

static int bind_bool(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	return sqlite3_bind_int64(s, parameter, FIXED(uint8_t, c, row) != 0);
}

static int bind_int8(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	return sqlite3_bind_int64(s, parameter, FIXED(int8_t, c, row));
}

static int bind_int16(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	return sqlite3_bind_int64(s, parameter, FIXED(int16_t, c, row));
}

static int bind_int32(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	return sqlite3_bind_int64(s, parameter, FIXED(int32_t, c, row));
}

static int bind_int64(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	return sqlite3_bind_int64(s, parameter, FIXED(int64_t, c, row));
}

static int bind_real(sqlite3_stmt *s, int parameter, double value)
{
	if (G_UNLIKELY(isnan(value)))
		return sqlite3_bind_text(s, parameter, "NaN", 3, SQLITE_STATIC);
	return sqlite3_bind_double(s, parameter, value);
}

static int bind_float32(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	return bind_real(s, parameter, FIXED(float, c, row));
}

static int bind_float64(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	return bind_real(s, parameter, FIXED(double, c, row));
}

/* Also decimals, JSON and bits. The column's affinity makes numbers of decimals. */
static int bind_text(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	size_t len;
	const uint8_t *text = ferry_column_get_bytes(c, row, &len);

	return sqlite3_bind_text64(s, parameter, (const char *)text, len, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_bytes(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	size_t len;
	const uint8_t *bytes = ferry_column_get_bytes(c, row, &len);

	return sqlite3_bind_blob64(s, parameter, bytes, len, SQLITE_STATIC);
}

static int bind_date(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	char text[FERRY_MAX_TIMESTAMP_TEXT];
	size_t len = ferry_format_date(text, FIXED(int32_t, c, row));

	return sqlite3_bind_text(s, parameter, text, (int)len, SQLITE_TRANSIENT);
}

static int bind_time(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	char text[FERRY_MAX_TIMESTAMP_TEXT];
	size_t len = ferry_format_time(text, FIXED(int64_t, c, row));

	return sqlite3_bind_text(s, parameter, text, (int)len, SQLITE_TRANSIENT);
}

static int bind_timestamp(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	char text[FERRY_MAX_TIMESTAMP_TEXT];
	size_t len = ferry_format_timestamp(text, FIXED(int64_t, c, row), false);

	return sqlite3_bind_text(s, parameter, text, (int)len, SQLITE_TRANSIENT);
}

static int bind_timestamptz(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	char text[FERRY_MAX_TIMESTAMP_TEXT];
	size_t len = ferry_format_timestamp(text, FIXED(int64_t, c, row), true);

	return sqlite3_bind_text(s, parameter, text, (int)len, SQLITE_TRANSIENT);
}

static int bind_interval(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	char text[FERRY_MAX_INTERVAL_TEXT];
	size_t len = ferry_format_interval(text, FIXED(FerryInterval, c, row));

	return sqlite3_bind_text(s, parameter, text, (int)len, SQLITE_TRANSIENT);
}

static int bind_uuid(sqlite3_stmt *s, int parameter, const FerryColumn *c, size_t row)
{
	char text[FERRY_MAX_TIMESTAMP_TEXT];
	size_t len = ferry_format_uuid(text, (const uint8_t *)c->fixed + 16 * row);

	return sqlite3_bind_text(s, parameter, text, (int)len, SQLITE_TRANSIENT);
}

static const SqliteBindFunc bind_functions[FERRY_N_TYPES] = {
	[FERRY_TYPE_BOOL] = bind_bool,           [FERRY_TYPE_INT8] = bind_int8,
	[FERRY_TYPE_INT16] = bind_int16,         [FERRY_TYPE_INT32] = bind_int32,
	[FERRY_TYPE_INT64] = bind_int64,         [FERRY_TYPE_FLOAT32] = bind_float32,
	[FERRY_TYPE_FLOAT64] = bind_float64,     [FERRY_TYPE_DECIMAL] = bind_text,
	[FERRY_TYPE_TEXT] = bind_text,           [FERRY_TYPE_BYTES] = bind_bytes,
	[FERRY_TYPE_DATE] = bind_date,           [FERRY_TYPE_TIME] = bind_time,
	[FERRY_TYPE_TIMESTAMP] = bind_timestamp, [FERRY_TYPE_TIMESTAMPTZ] = bind_timestamptz,
	[FERRY_TYPE_INTERVAL] = bind_interval,   [FERRY_TYPE_UUID] = bind_uuid,
	[FERRY_TYPE_JSON] = bind_text,           [FERRY_TYPE_BITS] = bind_text,
};

/* ---- the writer ---- */

static char *insert_sql(const FerryTable *table, const FerrySchema *schema)
{
	GString *sql = g_string_new("INSERT OR FAIL INTO ");

	ferry_sqlite_append_identifier(sql, table->name);
	if (schema->n_fields == 0) {
		g_string_append(sql, " DEFAULT VALUES");
		return g_string_free(sql, false);
	}
	for (size_t i = 0; i < schema->n_fields; i++) {
		g_string_append(sql, i > 0 ? ", " : " (");
		ferry_sqlite_append_identifier(sql, schema->fields[i].name);
	}
	g_string_append(sql, ") VALUES (");
	for (size_t i = 0; i < schema->n_fields; i++)
		g_string_append(sql, i > 0 ? ",?" : "?");
	g_string_append_c(sql, ')');
	return g_string_free(sql, false);
}

bool ferry_sqlite_writer_open(FerryWriter *base, const FerryTable *table, const FerrySchema *schema,
			      const char *wire_format, GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;
	g_autofree char *sql = insert_sql(table, schema);

	w->what = g_strdup_printf("loading %s", table->name);
	w->bind = g_new0(SqliteBindFunc, schema->n_fields);
	for (size_t i = 0; i < schema->n_fields; i++)
		w->bind[i] = bind_functions[schema->fields[i].type.id];
	w->statement = ferry_sqlite_prepare(ferry_sqlite(base->connection), sql, w->what, error);
	return w->statement != NULL;
}

/* Whatever a batch holds, SQLite keeps: also bytes that are no UTF-8, and NULs inside of text. */
void ferry_sqlite_writer_check(FerryWriter *w, FerryBatch *batch)
{
}

static int insert_row(SqliteWriter *w, const FerryBatch *batch, size_t row)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < batch->n_columns && rc == SQLITE_OK; i++) {
		const FerryColumn *c = &batch->columns[i];
		rc = ferry_column_is_null(c, row) ? sqlite3_bind_null(w->statement, (int)i + 1)
						  : w->bind[i](w->statement, (int)i + 1, c, row);
	}
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_step(w->statement);
	return sqlite3_reset(w->statement);
}

bool ferry_sqlite_writer_append(FerryWriter *base, const FerryBatch *batch, size_t first, size_t n,
				GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;
	bool ok = true;

	for (size_t row = first; row < first + n && ok; row++) {
		if (ferry_batch_is_skipped(batch, row))
			continue;
		ok = insert_row(w, batch, row) == SQLITE_OK;
		w->n_rows += ok;
	}
	if (!ok)
		ferry_sqlite_fail(error, ferry_sqlite(base->connection)->db, "%s", w->what);
	/* The batch's memory is not ours any more. */
	sqlite3_clear_bindings(w->statement);
	return ok;
}

bool ferry_sqlite_writer_flush(FerryWriter *base, int64_t *ret_rows, GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;

	if (ret_rows)
		*ret_rows = w->n_rows;
	w->n_rows = 0;
	return true;
}

void ferry_sqlite_writer_close(FerryWriter *base)
{
	SqliteWriter *w = (SqliteWriter *)base;

	sqlite3_finalize(w->statement);
	g_free(w->bind);
	g_free(w->what);
}
