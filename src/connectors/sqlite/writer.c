/*
 * The load: a batch is a virtual table (batch_table.c), and one INSERT … SELECT takes all its rows. OR FAIL
 * saves the journal of a statement that could be undone by itself: after a failure the transaction, or the
 * savepoint around the rows, is rolled back anyway. Rows of the wire format (values.h) go the same way.
 */
#include "connectors/sqlite/batch_table.h"
#include "connectors/sqlite/values.h"

#include <string.h>

static char *insert_sql(const FerryTable *table, const FerrySchema *schema, const char *from)
{
	GString *sql = g_string_new("INSERT OR FAIL INTO main.");

	ferry_sqlite_append_identifier(sql, table->name);
	for (size_t i = 0; i < schema->n_fields; i++) {
		g_string_append(sql, i > 0 ? ", " : " (");
		ferry_sqlite_append_identifier(sql, schema->fields[i].name);
	}
	g_string_append(sql, ") SELECT ");
	for (size_t i = 0; i < schema->n_fields; i++)
		g_string_append_printf(sql, "%sc%zu", i > 0 ? ", " : "", i);
	g_string_append_printf(sql, " FROM %s", from);
	return g_string_free(sql, false);
}

static void append_list(GString *sql, const GPtrArray *key)
{
	for (guint i = 0; i < key->len; i++) {
		g_string_append(sql, i > 0 ? ", " : " (");
		ferry_sqlite_append_identifier(sql, key->pdata[i]);
	}
	g_string_append_c(sql, ')');
}

static bool is_in(const GPtrArray *key, const char *name)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)key, name, g_str_equal, NULL);
}

/* WHERE true: without it the parser takes ON for that of a join. Where there is nothing beside the key, its
 * columns are set to what they are, so that every row counts. */
static void append_upsert(GString *sql, const FerrySchema *schema, const GPtrArray *key)
{
	bool is_all = key->len == schema->n_fields, is_first = true;

	g_string_append(sql, " WHERE true ON CONFLICT");
	append_list(sql, key);
	g_string_append(sql, " DO UPDATE SET ");
	for (size_t i = 0; i < schema->n_fields; i++) {
		const char *name = schema->fields[i].name;
		if (!is_all && is_in(key, name))
			continue;
		g_string_append(sql, is_first ? "" : ", ");
		ferry_sqlite_append_identifier(sql, name);
		g_string_append(sql, " = excluded.");
		ferry_sqlite_append_identifier(sql, name);
		is_first = false;
	}
}

bool ferry_sqlite_writer_merge(FerryWriter *base, const GPtrArray *key, GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;
	SqliteConnection *c = ferry_sqlite(base->connection);
	g_autofree char *plain =
		insert_sql(base->table, base->schema, ferry_sqlite_batch_table_name(w->batch_table));
	g_autoptr(GString) sql = g_string_new(plain);

	append_upsert(sql, base->schema, key);
	sqlite3_finalize(w->statement);
	w->statement = ferry_sqlite_prepare(c, sql->str, w->what, error);
	return w->statement != NULL;
}

bool ferry_sqlite_writer_open(FerryWriter *base, const FerryTable *table, const FerrySchema *schema,
			      const char *wire_format, GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;
	SqliteConnection *c = ferry_sqlite(base->connection);

	w->what = g_strdup_printf("loading %s", table->name);
	if (schema->n_fields == 0)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "%s: no column to load", w->what);
	w->batch_table = ferry_sqlite_batch_table_new(c->db, schema, wire_format != NULL, error);
	if (!w->batch_table)
		return false;
	g_autofree char *sql = insert_sql(table, schema, ferry_sqlite_batch_table_name(w->batch_table));
	w->statement = ferry_sqlite_prepare(c, sql, w->what, error);
	return w->statement != NULL;
}

/* Whatever a batch holds, SQLite keeps: also bytes that are no UTF-8, and NULs inside of text. */
void ferry_sqlite_writer_check(FerryWriter *w, FerryBatch *batch)
{
}

static bool insert(SqliteWriter *w, GError **error)
{
	sqlite3 *db = ferry_sqlite(w->base.connection)->db;

	sqlite3_step(w->statement);
	if (sqlite3_reset(w->statement) != SQLITE_OK)
		return ferry_sqlite_fail(error, db, "%s", w->what);
	w->n_rows += sqlite3_changes64(db);
	return true;
}

bool ferry_sqlite_writer_append(FerryWriter *base, const FerryBatch *batch, size_t first, size_t n,
				GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;

	ferry_sqlite_batch_table_set(w->batch_table, batch, first, n);
	if (insert(w, error))
		return true;
	int64_t refused = ferry_sqlite_batch_table_refused(w->batch_table);
	w->refused = refused < 0 ? -1 : w->n_rows + refused;
	w->n_rows = 0; /* the caller rolls them back */
	return false;
}

int64_t ferry_sqlite_writer_refused_row(FerryWriter *w)
{
	return ((SqliteWriter *)w)->refused;
}

/* ---- rows with their storage classes ---- */

/* By name; where names have changed on the way, by place. */
static const FerryColumnDef *source_column(const FerryTable *table, const FerryTable *source,
					   const char *name)
{
	const FerryColumnDef *found = ferry_table_find_column(source, name);
	int at = ferry_table_column_index(table, name);

	if (!found && at >= 0 && table->columns->len == source->columns->len)
		found = source->columns->pdata[at];
	return found;
}

/* Whether what the source's column holds is kept as it is: the affinity decides. Under STRICT names mean
 * something else. */
static bool keeps_values(const FerryTable *table, const FerryColumnDef *column, const FerryTable *source,
			 const FerryColumnDef *from)
{
	if (table->is_strict || source->is_strict)
		return table->is_strict == source->is_strict &&
		       g_ascii_strcasecmp(column->native_type, from->native_type) == 0;
	return ferry_sqlite_affinity(column->native_type) == ferry_sqlite_affinity(from->native_type);
}

bool ferry_sqlite_accepts(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
			  const FerryTable *source_table, const char *wire_format)
{
	if (strcmp(wire_format, ferry_sqlite_values_format) != 0)
		return false;
	for (size_t i = 0; i < schema->n_fields; i++) {
		const char *name = schema->fields[i].name;
		const FerryColumnDef *column = ferry_table_find_column(table, name);
		const FerryColumnDef *from = source_column(table, source_table, name);
		if (!column || !from || !keeps_values(table, column, source_table, from))
			return false;
	}
	return true;
}

bool ferry_sqlite_writer_append_raw(FerryWriter *base, const FerryRaw *raw, GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;
	int64_t before = w->n_rows;

	ferry_sqlite_batch_table_set_raw(w->batch_table, raw);
	if (!insert(w, error))
		return false;
	if (w->n_rows - before == (int64_t)raw->n_rows)
		return true;
	return ferry_fail(error, FERRY_ERROR_FAILED,
			  "%s: the transfer buffer holds %" G_GINT64_FORMAT " rows instead of %zu", w->what,
			  (gint64)(w->n_rows - before), raw->n_rows);
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
	ferry_sqlite_batch_table_free(w->batch_table);
	g_free(w->what);
}
