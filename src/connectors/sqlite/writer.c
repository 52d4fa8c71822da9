/*
 * The load: a batch is a virtual table (batch_table.c), and one INSERT … SELECT takes all its rows. OR FAIL
 * saves the journal of a statement that could be undone by itself: after a failure the transaction, or the
 * savepoint around the rows, is rolled back anyway.
 */
#include "connectors/sqlite/batch_table.h"

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

bool ferry_sqlite_writer_open(FerryWriter *base, const FerryTable *table, const FerrySchema *schema,
			      const char *wire_format, GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;
	SqliteConnection *c = ferry_sqlite(base->connection);

	w->what = g_strdup_printf("loading %s", table->name);
	if (schema->n_fields == 0)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "%s: no column to load", w->what);
	w->batch_table = ferry_sqlite_batch_table_new(c->db, schema, error);
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

bool ferry_sqlite_writer_append(FerryWriter *base, const FerryBatch *batch, size_t first, size_t n,
				GError **error)
{
	SqliteWriter *w = (SqliteWriter *)base;
	sqlite3 *db = ferry_sqlite(base->connection)->db;

	ferry_sqlite_batch_table_set(w->batch_table, batch, first, n);
	sqlite3_step(w->statement);
	if (sqlite3_reset(w->statement) != SQLITE_OK)
		return ferry_sqlite_fail(error, db, "%s", w->what);
	w->n_rows += sqlite3_changes64(db);
	return true;
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
