/*
 * A virtual table over a batch, by which one INSERT … SELECT loads all its rows: SQLite's loop stays inside
 * of one statement, with its cursors open and at the right place, and asks for values that lie ready. Against
 * a prepared INSERT that is bound and stepped a row at a time it halves the CPU of a load.
 *
 * Values are handed out where they lie (SQLITE_STATIC); text that has to be made (dates, UUIDs) is made in a
 * buffer of the column, which is free again when SQLite asks for the next row.
 *
 * NaN is the one number that SQLite cannot keep (it would become NULL); it goes as text, and the readers know
 * it again.
 */
#include "connectors/sqlite/batch_table.h"
#include "connectors/sqlite/values.h"

#include "data/value_text.h"

#include <math.h>
#include <string.h>

#define FIXED(ctype_, column_, row_) (((const ctype_ *)(column_)->fixed)[row_])

typedef char Scratch[FERRY_MAX_INTERVAL_TEXT];

G_STATIC_ASSERT(FERRY_MAX_INTERVAL_TEXT >= FERRY_MAX_TIMESTAMP_TEXT);

/* Gives the value, which is not NULL. */
typedef void (*GiveFunc)(sqlite3_context *context, const FerryColumn *column, size_t row, char *scratch);

struct SqliteBatchTable {
	sqlite3 *db;
	char *name;
	size_t n_columns;
	GiveFunc *give;   /* one a column */
	Scratch *scratch; /* one a column */
	/* while a statement runs */
	const FerryBatch *batch;
	size_t first, end;
	size_t at;           /* the row at which the cursor stands */
	const FerryRaw *raw; /* instead of the batch */
	SqliteCell *cells;   /* raw: the row at which the cursor stands */
};

typedef struct Table {
	sqlite3_vtab base;
	SqliteBatchTable *batch_table;
} Table;

typedef struct Cursor {
	sqlite3_vtab_cursor base;
	size_t row;
	const uint8_t *next; /* raw: behind the row */
	bool is_at_end;      /* raw */
} Cursor;

/* ---- values ---- */

#define DEFINE_GIVE_INT(name_, ctype_)                                                                       \
	static void name_(sqlite3_context *context, const FerryColumn *c, size_t row, char *scratch)         \
	{                                                                                                    \
		sqlite3_result_int64(context, FIXED(ctype_, c, row));                                        \
	}

DEFINE_GIVE_INT(give_bool, uint8_t)
DEFINE_GIVE_INT(give_int8, int8_t)
DEFINE_GIVE_INT(give_int16, int16_t)
DEFINE_GIVE_INT(give_int32, int32_t)
DEFINE_GIVE_INT(give_int64, int64_t)

static void give_real(sqlite3_context *context, double value)
{
	if (G_UNLIKELY(isnan(value)))
		sqlite3_result_text(context, "NaN", 3, SQLITE_STATIC);
	else
		sqlite3_result_double(context, value);
}

static void give_float32(sqlite3_context *context, const FerryColumn *c, size_t row, char *scratch)
{
	give_real(context, (double)FIXED(float, c, row));
}

static void give_float64(sqlite3_context *context, const FerryColumn *c, size_t row, char *scratch)
{
	give_real(context, FIXED(double, c, row));
}

/* Also decimals, JSON and bits. The column's affinity makes numbers of decimals. */
static void give_text(sqlite3_context *context, const FerryColumn *c, size_t row, char *scratch)
{
	size_t len;
	const uint8_t *text = ferry_column_get_bytes(c, row, &len);

	sqlite3_result_text64(context, (const char *)text, len, SQLITE_STATIC, SQLITE_UTF8);
}

static void give_bytes(sqlite3_context *context, const FerryColumn *c, size_t row, char *scratch)
{
	size_t len;
	const uint8_t *bytes = ferry_column_get_bytes(c, row, &len);

	sqlite3_result_blob64(context, bytes, len, SQLITE_STATIC);
}

static void give_literal(sqlite3_context *context, const FerryColumn *c, size_t row, char *scratch)
{
	size_t len;
	const uint8_t *text = ferry_column_get_bytes(c, row, &len);

	ferry_sqlite_literal_give(context, (const char *)text, len);
}

#define DEFINE_GIVE_MADE(name_, make_)                                                                       \
	static void name_(sqlite3_context *context, const FerryColumn *c, size_t row, char *scratch)         \
	{                                                                                                    \
		sqlite3_result_text(context, scratch, (int)(make_), SQLITE_STATIC);                          \
	}

DEFINE_GIVE_MADE(give_date, ferry_format_date(scratch, FIXED(int32_t, c, row)))
DEFINE_GIVE_MADE(give_time, ferry_format_time(scratch, FIXED(int64_t, c, row)))
DEFINE_GIVE_MADE(give_timestamp, ferry_format_timestamp(scratch, FIXED(int64_t, c, row), false))
DEFINE_GIVE_MADE(give_timestamptz, ferry_format_timestamp(scratch, FIXED(int64_t, c, row), true))
DEFINE_GIVE_MADE(give_interval, ferry_format_interval(scratch, FIXED(FerryInterval, c, row)))
DEFINE_GIVE_MADE(give_uuid, ferry_format_uuid(scratch, (const uint8_t *)c->fixed + 16 * row))

static const GiveFunc give_functions[FERRY_N_TYPES] = {
	[FERRY_TYPE_BOOL] = give_bool,           [FERRY_TYPE_INT8] = give_int8,
	[FERRY_TYPE_INT16] = give_int16,         [FERRY_TYPE_INT32] = give_int32,
	[FERRY_TYPE_INT64] = give_int64,         [FERRY_TYPE_FLOAT32] = give_float32,
	[FERRY_TYPE_FLOAT64] = give_float64,     [FERRY_TYPE_DECIMAL] = give_text,
	[FERRY_TYPE_TEXT] = give_text,           [FERRY_TYPE_BYTES] = give_bytes,
	[FERRY_TYPE_DATE] = give_date,           [FERRY_TYPE_TIME] = give_time,
	[FERRY_TYPE_TIMESTAMP] = give_timestamp, [FERRY_TYPE_TIMESTAMPTZ] = give_timestamptz,
	[FERRY_TYPE_INTERVAL] = give_interval,   [FERRY_TYPE_UUID] = give_uuid,
	[FERRY_TYPE_JSON] = give_text,           [FERRY_TYPE_BITS] = give_text,
};

/* ---- the module ---- */

static int on_connect(sqlite3 *db, void *data, int argc, const char *const *argv, sqlite3_vtab **ret_table,
		      char **ret_error)
{
	SqliteBatchTable *t = data;
	g_autoptr(GString) sql = g_string_new("CREATE TABLE batch (");

	for (size_t i = 0; i < t->n_columns; i++)
		g_string_append_printf(sql, "%sc%zu", i > 0 ? ", " : "", i);
	g_string_append_c(sql, ')');
	sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	int rc = sqlite3_declare_vtab(db, sql->str);
	if (rc != SQLITE_OK)
		return rc;
	Table *table = g_new0(Table, 1);
	table->batch_table = t;
	*ret_table = &table->base;
	return SQLITE_OK;
}

static int on_disconnect(sqlite3_vtab *table)
{
	g_free(table);
	return SQLITE_OK;
}

static int on_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	info->estimatedCost = 1000;
	info->estimatedRows = 1000;
	return SQLITE_OK;
}

static int on_open(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
	Cursor *cursor = g_new0(Cursor, 1);

	*ret_cursor = &cursor->base;
	return SQLITE_OK;
}

static int on_close(sqlite3_vtab_cursor *cursor)
{
	g_free(cursor);
	return SQLITE_OK;
}

static SqliteBatchTable *batch_table_of(const sqlite3_vtab_cursor *cursor)
{
	return ((const Table *)cursor->pVtab)->batch_table;
}

static void pass_skipped(Cursor *cursor, SqliteBatchTable *t)
{
	while (cursor->row < t->end && ferry_batch_is_skipped(t->batch, cursor->row))
		cursor->row++;
	t->at = cursor->row;
}

static int on_filter(sqlite3_vtab_cursor *base, int index, const char *name, int argc, sqlite3_value **argv)
{
	Cursor *cursor = (Cursor *)base;

	cursor->row = batch_table_of(base)->first;
	pass_skipped(cursor, batch_table_of(base));
	return SQLITE_OK;
}

static int on_next(sqlite3_vtab_cursor *base)
{
	Cursor *cursor = (Cursor *)base;

	cursor->row++;
	pass_skipped(cursor, batch_table_of(base));
	return SQLITE_OK;
}

static int on_eof(sqlite3_vtab_cursor *base)
{
	return ((const Cursor *)base)->row >= batch_table_of(base)->end;
}

static int on_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i)
{
	const SqliteBatchTable *t = batch_table_of(base);
	size_t row = ((const Cursor *)base)->row;
	const FerryColumn *column = &t->batch->columns[i];

	if (!ferry_column_is_null(column, row)) /* a context that gets nothing is NULL */
		t->give[i](context, column, row, t->scratch[i]);
	return SQLITE_OK;
}

/* ---- the same over raw rows ---- */

static int load_raw_row(sqlite3_vtab_cursor *base)
{
	Cursor *cursor = (Cursor *)base;
	const SqliteBatchTable *t = batch_table_of(base);
	const uint8_t *end = t->raw->data + t->raw->len;

	cursor->is_at_end = cursor->next == end;
	if (cursor->is_at_end || ferry_sqlite_values_take(&cursor->next, end, t->cells, t->n_columns))
		return SQLITE_OK;
	sqlite3_free(base->pVtab->zErrMsg);
	base->pVtab->zErrMsg =
		sqlite3_mprintf("row %lld of the transfer buffer is damaged", (long long)cursor->row);
	return SQLITE_ERROR;
}

static int on_filter_raw(sqlite3_vtab_cursor *base, int index, const char *name, int argc,
			 sqlite3_value **argv)
{
	Cursor *cursor = (Cursor *)base;

	cursor->row = 0;
	cursor->next = batch_table_of(base)->raw->data;
	return load_raw_row(base);
}

static int on_next_raw(sqlite3_vtab_cursor *base)
{
	((Cursor *)base)->row++;
	return load_raw_row(base);
}

static int on_eof_raw(sqlite3_vtab_cursor *base)
{
	return ((const Cursor *)base)->is_at_end;
}

static int on_column_raw(sqlite3_vtab_cursor *base, sqlite3_context *context, int i)
{
	ferry_sqlite_cell_give(context, &batch_table_of(base)->cells[i]);
	return SQLITE_OK;
}

/* ---- the modules ---- */

static int on_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid)
{
	*ret_rowid = (sqlite3_int64)((const Cursor *)base)->row;
	return SQLITE_OK;
}

/* No xCreate: the module is a table by itself, under its own name. */
#define MODULE(suffix_)                                                                                      \
	{                                                                                                    \
		.iVersion = 1, .xConnect = on_connect, .xBestIndex = on_best_index,                          \
		.xDisconnect = on_disconnect, .xOpen = on_open, .xClose = on_close,                          \
		.xFilter = on_filter##suffix_, .xNext = on_next##suffix_, .xEof = on_eof##suffix_,           \
		.xColumn = on_column##suffix_, .xRowid = on_rowid,                                           \
	}

static const sqlite3_module batch_module = MODULE(), raw_module = MODULE(_raw);

/* ---- for the writer ---- */

static GiveFunc give_function(const FerryType *type)
{
	return type->is_exact && type->id == FERRY_TYPE_TEXT ? give_literal : give_functions[type->id];
}

SqliteBatchTable *ferry_sqlite_batch_table_new(sqlite3 *db, const FerrySchema *schema, bool is_raw,
					       GError **error)
{
	SqliteBatchTable *t = g_new0(SqliteBatchTable, 1);

	t->db = db;
	t->name =
		g_strdup_printf("ferry_batch_%p", (void *)t); /* several writers may live on one connection */
	t->n_columns = schema->n_fields;
	t->give = g_new0(GiveFunc, t->n_columns);
	t->scratch = g_new0(Scratch, t->n_columns);
	for (size_t i = 0; i < t->n_columns; i++)
		t->give[i] = give_function(&schema->fields[i].type);
	t->cells = g_new0(SqliteCell, t->n_columns);
	if (sqlite3_create_module_v2(db, t->name, is_raw ? &raw_module : &batch_module, t, NULL) == SQLITE_OK)
		return t;
	ferry_sqlite_fail(error, db, "making a table of a batch");
	ferry_sqlite_batch_table_free(t);
	return NULL;
}

void ferry_sqlite_batch_table_free(SqliteBatchTable *t)
{
	if (!t)
		return;
	sqlite3_create_module_v2(t->db, t->name, NULL, NULL, NULL); /* drops it */
	g_free(t->name);
	g_free(t->give);
	g_free(t->scratch);
	g_free(t->cells);
	g_free(t);
}

const char *ferry_sqlite_batch_table_name(const SqliteBatchTable *t)
{
	return t->name;
}

void ferry_sqlite_batch_table_set(SqliteBatchTable *t, const FerryBatch *batch, size_t first, size_t n)
{
	t->batch = batch;
	t->first = first;
	t->end = first + n;
}

int64_t ferry_sqlite_batch_table_refused(const SqliteBatchTable *t)
{
	int64_t before = 0;

	if (!t->batch || t->at >= t->end) /* a trigger has SQLite read all rows first */
		return -1;
	for (size_t row = t->first; row < t->at; row++)
		before += !ferry_batch_is_skipped(t->batch, row);
	return before;
}

void ferry_sqlite_batch_table_set_raw(SqliteBatchTable *t, const FerryRaw *raw)
{
	t->raw = raw;
}
