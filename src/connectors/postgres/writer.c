/*
 * The writer: rows of batches through COPY … FROM STDIN, binary where every column can be encoded so, else
 * text. A COPY begins with the first row after open or flush and ends with flush, inside the caller's
 * transaction. Bytes of a wire format of our own source pass through as they are.
 */
#include "connectors/postgres/writer.h"

#include <string.h>

#define BLOCK_ROWS 64

/* ---- sending ---- */

bool ferry_pg_writer_put(PgWriter *w, const void *data, size_t len, GError **error)
{
	PgConnection *c = pg_connection(w->base.connection);
	const char *p = data;
	while (len > 0) {
		size_t n = MIN(len, PG_BUFFER_SIZE);
		if (!ferry_pg_copy_send(c->conn, p, n))
			return ferry_pg_fail(c, NULL, error, "cannot load table %s", w->name);
		p += n;
		len -= n;
	}
	return true;
}

bool ferry_pg_writer_send(PgWriter *w, GError **error)
{
	bool ok = ferry_pg_writer_put(w, w->buffer, w->len, error);
	w->len = 0;
	return ok;
}

static bool begin_copy(PgWriter *w, GError **error)
{
	if (w->is_copying)
		return true;
	PgConnection *c = pg_connection(w->base.connection);
	if (w->merge_sql != NULL && !ferry_pg_merge_begin(w, error))
		return false;
	g_autoptr(PGresult) result = PQexec(c->conn, w->copy_sql);
	if (PQresultStatus(result) != PGRES_COPY_IN)
		return ferry_pg_fail(c, result, error, "cannot load table %s", w->name);
	w->is_copying = true;
	w->refused = -1;
	w->len = 0;
	if (w->is_text)
		return true;
	memcpy(w->buffer, ferry_pg_copy_header, PG_COPY_HEADER_LEN);
	w->len = PG_COPY_HEADER_LEN;
	return true;
}

/* ---- a row that is larger than the buffer: field by field, long values in pieces ---- */

static bool make_room(PgWriter *w, size_t len, GError **error)
{
	return w->len + len <= PG_BUFFER_SIZE || ferry_pg_writer_send(w, error);
}

/* Eight digits a byte, so a piece is as many digits as the buffer has bytes. */
static bool put_long_bits(PgWriter *w, const PgEncoder *e, const uint8_t *digits, size_t len, GError **error)
{
	w->len = (size_t)(pg_put32(pg_put32(w->buffer + w->len, (uint32_t)(4 + (len + 7) / 8)),
				   (uint32_t)len) -
			  w->buffer);
	for (size_t i = 0; i < len; i += 8) {
		unsigned byte = 0;
		for (size_t k = 0; k < 8; k++)
			byte |= (i + k < len ? digits[i + k] & 1u : 0u) << (7 - k);
		if (!make_room(w, 1, error))
			return false;
		w->buffer[w->len++] = (uint8_t)byte;
	}
	return true;
}

static bool put_long_value(PgWriter *w, size_t k, size_t row, GError **error)
{
	const PgEncoder *e = &w->encoders[k];
	size_t len;
	const uint8_t *data = ferry_column_get_bytes(e->column, row, &len);
	if (!make_room(w, 16, error))
		return false;
	if (w->columns[k].oid == PG_BIT || w->columns[k].oid == PG_VARBIT)
		return put_long_bits(w, e, data, len, error);
	bool is_jsonb = w->columns[k].oid == PG_JSONB;
	uint8_t *out = pg_put32(w->buffer + w->len, (uint32_t)len + is_jsonb);
	if (is_jsonb)
		*out++ = 1;
	w->len = (size_t)(out - w->buffer);
	return ferry_pg_writer_send(w, error) && ferry_pg_writer_put(w, data, len, error);
}

static bool append_long_row(PgWriter *w, size_t row, GError **error)
{
	if (!make_room(w, 2, error))
		return false;
	w->len = (size_t)(pg_put16(w->buffer + w->len, (uint16_t)w->n_columns) - w->buffer);
	for (size_t k = 0; k < w->n_columns; k++) {
		const PgEncoder *e = &w->encoders[k];
		size_t len = 0;
		if (e->is_variable)
			ferry_column_get_bytes(e->column, row, &len);
		bool is_null = ferry_column_is_null(e->column, row);
		/* The longest numeric the server takes fits when packed: 147,455 digits in 74 KiB. */
		size_t need =
			is_null ? 4 : (w->columns[k].oid == PG_NUMERIC ? len / 2 : len) + PG_FIELD_OVERHEAD;
		if (need > PG_BUFFER_SIZE) {
			if (!put_long_value(w, k, row, error))
				return false;
			continue;
		}
		if (!make_room(w, need, error))
			return false;
		uint8_t *out = w->buffer + w->len;
		out = is_null ? pg_put32(out, UINT32_MAX) : e->encode(e, row, out);
		w->len = (size_t)(out - w->buffer);
	}
	return true;
}

/* ---- rows ---- */

static bool append_binary(PgWriter *w, const FerryBatch *batch, size_t first, size_t n, GError **error)
{
	ferry_pg_encoders_attach(w->encoders, batch);
	size_t step;
	for (size_t row = first; row < first + n; row += step) {
		step = MIN(first + n - row, BLOCK_ROWS);
		size_t bound = ferry_pg_encode_bound(w->encoders, w->n_columns, row, step);
		while (bound > PG_BUFFER_SIZE && step > 1) {
			step = (step + 1) / 2;
			bound = ferry_pg_encode_bound(w->encoders, w->n_columns, row, step);
		}
		if (G_UNLIKELY(bound > PG_BUFFER_SIZE)) {
			if (!ferry_batch_is_skipped(batch, row) && !append_long_row(w, row, error))
				return false;
			continue;
		}
		if (!make_room(w, bound, error))
			return false;
		uint8_t *end = ferry_pg_encode_rows(w->encoders, batch, row, step, w->buffer + w->len);
		w->len = (size_t)(end - w->buffer);
	}
	return true;
}

static bool writer_append(FerryWriter *base, const FerryBatch *batch, size_t first, size_t n, GError **error)
{
	PgWriter *w = (PgWriter *)base;
	if (!begin_copy(w, error))
		return false;
	return w->is_text ? ferry_pg_append_text(w, batch, first, n, error)
			  : append_binary(w, batch, first, n, error);
}

static bool writer_append_raw(FerryWriter *base, const FerryRaw *raw, GError **error)
{
	PgWriter *w = (PgWriter *)base;
	return begin_copy(w, error) && ferry_pg_writer_send(w, error) &&
	       ferry_pg_writer_put(w, raw->data, raw->len, error);
}

static void writer_check(FerryWriter *base, FerryBatch *batch)
{
	PgWriter *w = (PgWriter *)base;
	for (size_t k = 0; k < w->n_columns; k++)
		if (w->checks[k] != NULL)
			w->checks[k](&w->columns[k], batch, k);
}

/* "COPY name, line N…" in an error's context, N from 1: the number comes first after the name, whatever the
 * server's language. A trigger's function stands above it. What follows may hold bytes of the row, so the
 * first such line counts. */
static int64_t row_in_context(const PgWriter *w, const char *context)
{
	const char *table = w->merge_sql != NULL ? "ferry_merge" : w->base.table->name;
	g_autofree char *start = g_strdup_printf("COPY %s, ", table);

	for (const char *line = context; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!g_str_has_prefix(line, start))
			continue;
		const char *number = line + strlen(start);
		number += strcspn(number, "0123456789\n");
		return g_ascii_strtoll(number, NULL, 10) - 1;
	}
	return -1;
}

static int64_t writer_refused_row(FerryWriter *base)
{
	return ((PgWriter *)base)->refused;
}

/* Where the server has refused a row, its reason is what comes after the end is sent. */
static bool end_copy(PgWriter *w, int64_t *ret_rows, GError **error)
{
	PgConnection *c = pg_connection(w->base.connection);
	w->is_copying = false;
	if (PQputCopyEnd(c->conn, NULL) != 1)
		return ferry_pg_fail(c, NULL, error, "cannot load table %s", w->name);
	g_autoptr(PGresult) result = PQgetResult(c->conn);
	ferry_pg_drain(c->conn);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		w->refused = row_in_context(w, PQresultErrorField(result, PG_DIAG_CONTEXT));
		return ferry_pg_fail(c, result, error, "cannot load table %s", w->name);
	}
	*ret_rows = g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
	return true;
}

static bool writer_flush(FerryWriter *base, int64_t *ret_rows, GError **error)
{
	PgWriter *w = (PgWriter *)base;
	if (!w->is_copying) {
		w->refused = -1;
		*ret_rows = 0;
		return true;
	}
	if (!w->is_text) {
		if (!make_room(w, PG_COPY_TRAILER_LEN, error))
			return false;
		w->len = (size_t)(pg_put16(w->buffer + w->len, UINT16_MAX) - w->buffer);
	}
	if (!ferry_pg_writer_send(w, error) || !end_copy(w, ret_rows, error))
		return false;
	w->refused = -1;
	return w->merge_sql == NULL || ferry_pg_merge_end(w, ret_rows, error);
}

/* ---- opening and closing ---- */

/* Without columns there is no list: () is not SQL. */
char *ferry_pg_copy_sql(const PgWriter *w, const char *into)
{
	GString *sql = g_string_new("COPY ");
	g_string_append(sql, into);
	for (size_t i = 0; i < w->n_columns; i++) {
		g_string_append(sql, i > 0 ? ", " : " (");
		ferry_pg_append_identifier(sql, w->base.schema->fields[i].name);
	}
	g_string_append(sql, w->n_columns > 0 ? ")" : "");
	g_string_append(sql, w->is_text ? " FROM STDIN" : " FROM STDIN (FORMAT binary)");
	return g_string_free(sql, FALSE);
}

static void choose_functions(PgWriter *w)
{
	for (size_t i = 0; i < w->n_columns; i++) {
		const PgTargetColumn *column = &w->columns[i];
		w->checks[i] = ferry_pg_check_for(column);
		w->encoders[i].encode = ferry_pg_encoder_for(column->source.id, column->oid, column->receive,
							     column->is_enum);
		if (w->encoders[i].encode == NULL)
			w->is_text = true;
	}
}

static bool writer_open(FerryWriter *base, const FerryTable *table, const FerrySchema *schema,
			const char *wire_format, GError **error)
{
	PgWriter *w = (PgWriter *)base;
	w->name = ferry_pg_table_sql(base->connection, table);
	w->n_columns = schema->n_fields;
	w->columns = g_new0(PgTargetColumn, w->n_columns);
	w->checks = g_new0(PgCheckFunc, w->n_columns);
	w->encoders = g_new0(PgEncoder, w->n_columns);
	w->scratch = g_string_new(NULL);
	w->buffer = g_malloc(PG_BUFFER_SIZE);
	w->is_raw = wire_format != NULL;
	if (w->n_columns > 0 && !ferry_pg_writer_columns(w, error))
		return false;
	if (w->is_raw)
		w->is_text = strcmp(wire_format, "pgcopy-text") == 0;
	else
		choose_functions(w);
	w->copy_sql = ferry_pg_copy_sql(w, w->name);
	return true;
}

static void writer_close(FerryWriter *base)
{
	PgWriter *w = (PgWriter *)base;
	PGconn *conn = pg_connection(base->connection)->conn;
	if (w->is_copying) {
		PQputCopyEnd(conn, "the load was given up");
		ferry_pg_drain(conn);
	}
	for (size_t i = 0; i < w->n_columns; i++)
		ferry_pg_target_column_clear(&w->columns[i]);
	g_free(w->columns);
	g_free(w->checks);
	g_free(w->encoders);
	g_free(w->buffer);
	g_free(w->copy_sql);
	g_free(w->merge_table_sql);
	g_free(w->merge_sql);
	g_free(w->name);
	if (w->scratch != NULL)
		g_string_free(w->scratch, TRUE);
}

const FerryTargetOps ferry_pg_target = {
	.writer_size = sizeof(PgWriter),
	.map_type = ferry_pg_map_type,
	.parse_type = ferry_pg_parse_type,
	.ddl = ferry_pg_ddl,
	.quote_identifier = ferry_pg_quote_identifier,
	.quote_literal = ferry_pg_quote_literal,
	.default_schema = ferry_pg_default_schema,
	.execute = ferry_pg_execute,
	.query = ferry_pg_query,
	.execute_script = ferry_pg_execute_script,
	.find_tables = ferry_pg_find_tables,
	.look_at_views = ferry_pg_look_at_views,
	.begin = ferry_pg_begin,
	.commit = ferry_pg_commit,
	.rollback = ferry_pg_rollback,
	.open = writer_open,
	.check = writer_check,
	.append = writer_append,
	.flush = writer_flush,
	.refused_row = writer_refused_row,
	.close = writer_close,
	.accepts = ferry_pg_accepts,
	.append_raw = writer_append_raw,
	.merge = ferry_pg_writer_merge,
	.refuse_partitions = ferry_pg_refuse_partitions,
	.has_extension_type = ferry_pg_has_extension_type,
	.staging = &ferry_pg_staging,
	.words = &ferry_pg_words,
};
