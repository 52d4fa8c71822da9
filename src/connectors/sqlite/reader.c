/*
 * Rows of a table into batches: one SELECT over the chunk's predicate, stepped; each value by its column's
 * function (read_value.c), or with its storage class into raw bytes (values.h). Indexes are not used but for
 * WITHOUT ROWID tables' own, so that rows come in the order they lie.
 */
#include "connectors/sqlite/values.h"

static char *select_sql(const FerryReadSpec *spec)
{
	GString *sql = g_string_new("SELECT ");

	for (size_t i = 0; i < spec->schema->n_fields; i++) {
		if (i > 0)
			g_string_append_c(sql, ',');
		ferry_sqlite_append_identifier(sql, spec->schema->fields[i].name);
	}
	if (spec->schema->n_fields == 0)
		g_string_append(sql, "1");
	g_string_append(sql, " FROM ");
	ferry_sqlite_append_from(sql, spec->table, spec->predicate);
	return g_string_free(sql, false);
}

bool ferry_sqlite_read(FerryReader *base, const FerryReadSpec *spec, GError **error)
{
	SqliteReader *r = (SqliteReader *)base;
	SqliteConnection *c = ferry_sqlite(base->connection);
	g_autofree char *sql = select_sql(spec);

	g_atomic_int_set(&c->is_cancelled, 0);
	r->what = g_strdup_printf("reading %s", spec->table->name);
	r->n_columns = spec->schema->n_fields;
	r->read = g_new0(SqliteReadFunc, r->n_columns);
	for (size_t i = 0; i < r->n_columns; i++) {
		r->read[i] = ferry_sqlite_read_func(&spec->schema->fields[i].type);
		r->fixed_bytes += ferry_type_width(spec->schema->fields[i].type.id);
	}
	r->statement = ferry_sqlite_prepare(c, sql, r->what, error);
	return r->statement != NULL;
}

static bool read_row(SqliteReader *r, FerryBatch *batch, GError **error)
{
	for (size_t i = 0; i < r->n_columns; i++) {
		if (G_UNLIKELY(!r->read[i](r, batch, i, sqlite3_column_value(r->statement, (int)i)))) {
			ferry_fail(error, FERRY_ERROR_DATA,
				   "%s: the values of column %s pass 2 GiB in one batch", r->what,
				   batch->schema->fields[i].name);
			return false;
		}
	}
	batch->n_rows++;
	return true;
}

FerryStep ferry_sqlite_next(FerryReader *base, FerryBatch *batch, GError **error)
{
	SqliteReader *r = (SqliteReader *)base;
	size_t limit = base->spec->batch_bytes ? base->spec->batch_bytes : SIZE_MAX;
	FerryStep step = FERRY_STEP_MORE;

	r->bytes = 0;
	while (!r->is_done && batch->n_rows < batch->max_rows &&
	       r->bytes + batch->n_rows * r->fixed_bytes < limit) {
		step = ferry_sqlite_step(ferry_sqlite(base->connection), r->statement, r->what, error);
		if (step == FERRY_STEP_FAILED || (step == FERRY_STEP_MORE && !read_row(r, batch, error)))
			return FERRY_STEP_FAILED;
		r->is_done = step == FERRY_STEP_END;
	}
	batch->source_bytes = r->bytes + batch->n_rows * r->fixed_bytes;
	return batch->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

/* ---- rows with their storage classes ---- */

const char *ferry_sqlite_wire_format(FerryConnection *c, const FerryTable *table, const FerrySchema *schema)
{
	return schema->n_fields > 0 ? ferry_sqlite_values_format : NULL;
}

static bool put_row(SqliteReader *r, FerryRaw *raw, GError **error)
{
	for (size_t i = 0; i < r->n_columns; i++)
		if (G_UNLIKELY(!ferry_sqlite_values_put(raw, sqlite3_column_value(r->statement, (int)i))))
			return ferry_fail(error, FERRY_ERROR_FAILED,
					  "%s: out of memory (a row of more than %zu bytes)", r->what,
					  raw->len);
	raw->n_rows++;
	return true;
}

FerryStep ferry_sqlite_next_raw(FerryReader *base, FerryRaw *raw, size_t bytes, GError **error)
{
	SqliteReader *r = (SqliteReader *)base;

	while (!r->is_done && raw->len < bytes) {
		FerryStep step =
			ferry_sqlite_step(ferry_sqlite(base->connection), r->statement, r->what, error);
		if (step == FERRY_STEP_FAILED || (step == FERRY_STEP_MORE && !put_row(r, raw, error)))
			return FERRY_STEP_FAILED;
		r->is_done = step == FERRY_STEP_END;
	}
	return raw->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

void ferry_sqlite_reader_close(FerryReader *base)
{
	SqliteReader *r = (SqliteReader *)base;

	sqlite3_finalize(r->statement);
	g_free(r->read);
	g_free(r->what);
}
