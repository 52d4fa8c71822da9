/*
 * Rows of a table into batches: one SELECT over the chunk's predicate, stepped; each value by its column's
 * function (read_value.c), or with its storage class into raw bytes (values.h). Indexes are not used but for
 * WITHOUT ROWID tables' own, so that rows come in the order they lie. Giant values: giant_rows.c.
 */
#include "connectors/sqlite/values.h"

bool ferry_sqlite_read(FerryReader *base, const FerryReadSpec *spec, GError **error)
{
	SqliteReader *r = (SqliteReader *)base;
	SqliteConnection *c = ferry_sqlite(base->connection);

	g_atomic_int_set(&c->is_cancelled, 0);
	r->what = g_strdup_printf("reading %s", spec->table->name);
	r->n_columns = spec->schema->n_fields;
	r->read = g_new0(SqliteReadFunc, r->n_columns);
	for (size_t i = 0; i < r->n_columns; i++) {
		r->read[i] = ferry_sqlite_read_func(&spec->schema->fields[i].type);
		r->fixed_bytes += ferry_type_width(spec->schema->fields[i].type.id);
	}
	return ferry_sqlite_start_rows(r, error);
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
	ferry_sqlite_begin_rows(r, &batch->permit);
	while (!r->is_done && batch->n_rows < batch->max_rows &&
	       r->bytes + batch->n_rows * r->fixed_bytes < limit) {
		step = ferry_sqlite_next_row(r, batch->n_rows, error);
		if (step == FERRY_STEP_MORE && !read_row(r, batch, error))
			step = FERRY_STEP_FAILED;
		if (step != FERRY_STEP_MORE)
			break;
	}
	r->is_done |= step == FERRY_STEP_END;
	if (!ferry_sqlite_end_rows(r, batch->n_rows, step, error))
		return FERRY_STEP_FAILED;
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

	FerryStep step = FERRY_STEP_MORE;

	ferry_sqlite_begin_rows(r, &raw->permit);
	while (!r->is_done && raw->len < bytes) {
		step = ferry_sqlite_next_row(r, raw->n_rows, error);
		if (step == FERRY_STEP_MORE && !put_row(r, raw, error))
			step = FERRY_STEP_FAILED;
		if (step != FERRY_STEP_MORE)
			break;
	}
	r->is_done |= step == FERRY_STEP_END;
	if (!ferry_sqlite_end_rows(r, raw->n_rows, step, error))
		return FERRY_STEP_FAILED;
	return raw->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

void ferry_sqlite_reader_close(FerryReader *base)
{
	SqliteReader *r = (SqliteReader *)base;

	sqlite3_finalize(r->statement);
	g_free(r->read);
	g_free(r->what);
}
