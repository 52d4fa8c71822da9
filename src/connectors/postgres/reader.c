/*
 * The reader: COPY (SELECT …) TO STDOUT, binary, decoded straight from libpq's buffer into batches; or, for a
 * wire format, its bytes as they are.
 *
 * Rows are taken with PQgetlineAsync, which copies a message into our buffer, where PQgetCopyData would
 * allocate each one. The server sends one row a message (the first one with the file header before it), so a
 * message that fits is a whole row; one that fills the buffer to the last byte may go on, and the buffer
 * grows.
 *
 * A column that has no binary decoder for the wished logical type is selected as its text. Inside of a
 * snapshot's transaction each COPY stands behind a savepoint: giving it up half way must not end the
 * snapshot.
 */
#include "connectors/postgres/copy_decode.h"
#include "connectors/postgres/private.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define FIRST_BUFFER_SIZE ((size_t)64 * 1024)
#define KEPT_BUFFER_SIZE  ((size_t)1 << 20)
#define MAX_BUFFER_SIZE   ((size_t)0x7fffffff)

typedef struct PgReader {
	FerryReader base;
	char *name;
	size_t n_columns;
	PgDecoder *decoders;
	bool is_text; /* the wire format is text */

	bool is_copying; /* the server is sending */
	bool seen_header;
	uint8_t *buffer;
	size_t cap;
} PgReader;

/* ---- the statement ---- */

/* A type's text. inet has a cast of its own that adds the mask; the output function does not. */
static void append_as_text(GString *sql, const char *name, unsigned oid)
{
	if (oid == PG_INET)
		g_string_append(sql, "pg_catalog.textin(pg_catalog.inet_out(");
	ferry_pg_append_identifier(sql, name);
	g_string_append(sql, oid == PG_INET ? "))" : "::pg_catalog.text");
}

static bool choose_decoder(PgReader *r, const PgWireColumn *wire, const FerryField *field, PgDecoder *decoder,
			   GString *sql)
{
	decoder->oid = wire->oid;
	decoder->is_variable = ferry_type_width(field->type.id) == 0;
	decoder->decode = ferry_pg_decoder_for(wire->oid, wire->receive, wire->is_enum, field->type.id);
	if (decoder->decode != NULL) {
		decoder->is_text = wire->is_enum || wire->oid == PG_TEXT || wire->oid == PG_VARCHAR ||
				   wire->oid == PG_BPCHAR;
		ferry_pg_append_identifier(sql, field->name);
		return true;
	}
	decoder->decode = ferry_pg_text_decoder_for(field->type.id);
	decoder->is_text = true;
	append_as_text(sql, field->name, wire->oid);
	return true;
}

static bool choose_columns(PgReader *r, const FerryReadSpec *spec, GString *sql, GError **error)
{
	PgConnection *c = pg_connection(r->base.connection);
	r->n_columns = spec->schema->n_fields;
	if (r->n_columns == 0)
		return true; /* a table without columns can have rows all the same */
	g_autoptr(GPtrArray) found = ferry_pg_source_columns(c, spec->table, error);
	if (found == NULL)
		return false;
	r->decoders = g_new0(PgDecoder, r->n_columns);
	for (size_t i = 0; i < r->n_columns; i++) {
		const FerryField *field = &spec->schema->fields[i];
		const PgWireColumn *wire = ferry_pg_find_wire_column(found, r->name, field->name, error);
		if (wire == NULL)
			return false;
		g_string_append(sql, i > 0 ? ", " : "");
		choose_decoder(r, wire, field, &r->decoders[i], sql);
	}
	return true;
}

static void append_plain_columns(GString *sql, const FerrySchema *schema)
{
	for (size_t i = 0; i < schema->n_fields; i++) {
		g_string_append(sql, i > 0 ? ", " : "");
		ferry_pg_append_identifier(sql, schema->fields[i].name);
	}
}

/* Savepoints of earlier reads are given back first, so that they do not pile up. */
static void append_savepoint(PgConnection *c, GString *sql)
{
	if (!c->is_pinned)
		return;
	g_string_append(sql, c->has_savepoint ? "RELEASE SAVEPOINT ferry_read; SAVEPOINT ferry_read; "
					      : "SAVEPOINT ferry_read; ");
	c->has_savepoint = true;
}

static bool start_copy(PgReader *r, const char *sql, GError **error)
{
	PgConnection *c = pg_connection(r->base.connection);
	if (PQsendQuery(c->conn, sql) != 1)
		return ferry_pg_fail(c, NULL, error, "cannot read table %s", r->name);
	for (;;) {
		g_autoptr(PGresult) result = PQgetResult(c->conn);
		ExecStatusType status = PQresultStatus(result);
		if (status == PGRES_COPY_OUT) {
			r->is_copying = true;
			return true;
		}
		if (result != NULL && (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK))
			continue;
		ferry_pg_fail(c, result, error, "cannot read table %s", r->name);
		ferry_pg_drain(c->conn);
		if (c->has_savepoint && PQtransactionStatus(c->conn) == PQTRANS_INERROR)
			PQclear(PQexec(c->conn, "ROLLBACK TO SAVEPOINT ferry_read"));
		return false;
	}
}

static bool reader_read(FerryReader *base, const FerryReadSpec *spec, GError **error)
{
	PgReader *r = (PgReader *)base;
	r->name = ferry_pg_table_sql(base->connection, spec->table);
	r->is_text = spec->wire_format != NULL && strcmp(spec->wire_format, "pgcopy-text") == 0;
	g_autofree char *from = ferry_pg_from_sql(base->connection, spec->table);
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(GString) columns = g_string_new(NULL);
	if (spec->wire_format != NULL)
		append_plain_columns(columns, spec->schema);
	else if (!choose_columns(r, spec, columns, error))
		return false;
	append_savepoint(pg_connection(base->connection), sql);
	if (ferry_pg_has_user_sql(spec->table))
		ferry_pg_append_enter(sql, pg_connection(base->connection));
	g_autofree char *where = ferry_pg_where_sql(spec->table, spec->predicate);
	g_string_append_printf(sql, "COPY (SELECT %s FROM %s%s", columns->str, from, where);
	g_string_append_printf(sql, ") TO STDOUT%s", r->is_text ? "" : " (FORMAT binary)");
	if (ferry_pg_has_user_sql(spec->table))
		ferry_pg_append_leave(sql);
	if (spec->wire_format == NULL) {
		r->cap = FIRST_BUFFER_SIZE;
		r->buffer = g_malloc(r->cap);
	}
	return start_copy(r, sql->str, error);
}

/* ---- messages ---- */

/* More bytes from the server. Waits when there are none. */
static bool wait_for_bytes(PgConnection *c)
{
	struct pollfd p = {.fd = PQsocket(c->conn), .events = POLLIN};
	if (poll(&p, 1, -1) < 0 && errno != EINTR)
		return false;
	return PQconsumeInput(c->conn) == 1;
}

/* The COPY has ended: well, or with an error. */
static FerryStep finish(PgReader *r, GError **error)
{
	PgConnection *c = pg_connection(r->base.connection);
	r->is_copying = false;
	g_autoptr(PGresult) result = PQgetResult(c->conn);
	ferry_pg_drain(c->conn);
	if (PQresultStatus(result) == PGRES_COMMAND_OK)
		return FERRY_STEP_END;
	ferry_pg_fail(c, result, error, "cannot read table %s", r->name);
	if (c->has_savepoint && PQtransactionStatus(c->conn) == PQTRANS_INERROR)
		PQclear(PQexec(c->conn, "ROLLBACK TO SAVEPOINT ferry_read"));
	return FERRY_STEP_FAILED;
}

/* Up to cap bytes of the message at hand. MORE with *ret_len, END after the last one. */
static FerryStep get_bytes(PgReader *r, uint8_t *out, size_t cap, size_t *ret_len, GError **error)
{
	PgConnection *c = pg_connection(r->base.connection);
	for (;;) {
		int n = PQgetlineAsync(c->conn, (char *)out, (int)MIN(cap, MAX_BUFFER_SIZE));
		if (G_LIKELY(n > 0)) {
			*ret_len = (size_t)n;
			return FERRY_STEP_MORE;
		}
		if (n < 0)
			return finish(r, error);
		if (!wait_for_bytes(c)) {
			r->is_copying = false;
			ferry_pg_fail(c, NULL, error, "cannot read table %s", r->name);
			return FERRY_STEP_FAILED;
		}
	}
}

static bool check_header(PgReader *r, const uint8_t *data, size_t len, GError **error)
{
	r->seen_header = true;
	if (len >= PG_COPY_HEADER_LEN && memcmp(data, ferry_pg_copy_header, PG_COPY_HEADER_LEN) == 0)
		return true;
	return ferry_fail(error, FERRY_ERROR_INTERNAL,
			  "cannot read table %s: the server sent no binary COPY header", r->name);
}

static bool grow_buffer(PgReader *r, GError **error)
{
	size_t cap = MIN(r->cap * 2, MAX_BUFFER_SIZE);
	uint8_t *bigger = cap > r->cap ? g_try_realloc(r->buffer, cap) : NULL;
	if (bigger == NULL)
		return ferry_fail(error, FERRY_ERROR_FAILED,
				  "cannot read table %s: out of memory for a row of more than %zu bytes",
				  r->name, r->cap);
	r->buffer = bigger;
	r->cap = cap;
	return true;
}

/* Whether the bytes are whole rows: asked only where a message may go on. */
static bool ends_row(const PgReader *r, const uint8_t *data, size_t len)
{
	return r->is_text ? len > 0 && data[len - 1] == '\n' : ferry_pg_row_len(data, len) == len;
}

/* The next message as a whole in r->buffer, header taken off: *ret_data, *ret_len. An empty one is only a
 * header. */
static FerryStep next_message(PgReader *r, const uint8_t **ret_data, size_t *ret_len, GError **error)
{
	size_t len = 0, skip = 0, got = 0;
	for (;;) {
		FerryStep step = get_bytes(r, r->buffer + len, r->cap - len, &got, error);
		if (step != FERRY_STEP_MORE)
			return step;
		len += got;
		if (G_UNLIKELY(!r->seen_header)) {
			if (!check_header(r, r->buffer, len, error))
				return FERRY_STEP_FAILED;
			skip = PG_COPY_HEADER_LEN;
		}
		if (G_LIKELY(len < r->cap) || ends_row(r, r->buffer + skip, len - skip))
			break;
		if (!grow_buffer(r, error))
			return FERRY_STEP_FAILED;
	}
	*ret_data = r->buffer + skip;
	*ret_len = len - skip;
	return FERRY_STEP_MORE;
}

static bool is_trailer(const uint8_t *data, size_t len)
{
	return len == PG_COPY_TRAILER_LEN && data[0] == 0xff && data[1] == 0xff;
}

/* ---- batches ---- */

/* A giant value is in the batch now: once is enough while that is written. */
static void trim_buffer(PgReader *r)
{
	uint8_t *smaller = g_try_realloc(r->buffer, FIRST_BUFFER_SIZE);
	if (smaller == NULL)
		return;
	r->buffer = smaller;
	r->cap = FIRST_BUFFER_SIZE;
}

static FerryStep reader_next(FerryReader *base, FerryBatch *batch, GError **error)
{
	PgReader *r = (PgReader *)base;
	const uint8_t *data = NULL;
	const char *problem;
	size_t len = 0, ceiling = base->spec->batch_bytes > 0 ? base->spec->batch_bytes : SIZE_MAX;
	while (r->is_copying && batch->n_rows < batch->max_rows && batch->source_bytes < ceiling) {
		FerryStep step = next_message(r, &data, &len, error);
		if (step == FERRY_STEP_FAILED)
			return step;
		if (step == FERRY_STEP_END)
			break;
		if (G_UNLIKELY(len == 0 || is_trailer(data, len)))
			continue;
		if (G_UNLIKELY(!ferry_pg_decode_row(r->decoders, batch, data, len, &problem))) {
			ferry_fail(error, FERRY_ERROR_DATA, "cannot read table %s: %s", r->name, problem);
			return FERRY_STEP_FAILED;
		}
		batch->source_bytes += len;
	}
	if (G_UNLIKELY(r->cap > KEPT_BUFFER_SIZE))
		trim_buffer(r);
	return batch->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

/* ---- raw bytes ---- */

static bool reserve_raw(PgReader *r, FerryRaw *raw, size_t room, GError **error)
{
	if (raw->cap - raw->len >= room)
		return true;
	size_t cap = MAX(raw->cap * 2, raw->len + room);
	uint8_t *bigger = g_try_realloc(raw->data, cap);
	if (bigger == NULL)
		return ferry_fail(error, FERRY_ERROR_FAILED,
				  "cannot read table %s: out of memory (%zu bytes)", r->name, cap);
	raw->data = bigger;
	raw->cap = cap;
	return true;
}

/* Appends one message to raw as it is, without header and trailer. */
static FerryStep append_message(PgReader *r, FerryRaw *raw, GError **error)
{
	size_t start = raw->len, got = 0;
	for (;;) {
		if (!reserve_raw(r, raw, 8192, error))
			return FERRY_STEP_FAILED;
		FerryStep step = get_bytes(r, raw->data + raw->len, raw->cap - raw->len, &got, error);
		if (step != FERRY_STEP_MORE)
			return step;
		raw->len += got;
		if (G_UNLIKELY(!r->seen_header && !r->is_text)) {
			if (!check_header(r, raw->data + start, raw->len - start, error))
				return FERRY_STEP_FAILED;
			raw->len -= PG_COPY_HEADER_LEN;
			memmove(raw->data + start, raw->data + start + PG_COPY_HEADER_LEN, raw->len - start);
			if (raw->len == start)
				return FERRY_STEP_MORE;
			if (ends_row(r, raw->data + start, raw->len - start))
				break;
			continue;
		}
		if (G_LIKELY(raw->len < raw->cap) || ends_row(r, raw->data + start, raw->len - start))
			break;
	}
	if (G_UNLIKELY(!r->is_text && is_trailer(raw->data + start, raw->len - start)))
		raw->len = start;
	else
		raw->n_rows++;
	return FERRY_STEP_MORE;
}

static FerryStep reader_next_raw(FerryReader *base, FerryRaw *raw, size_t bytes, GError **error)
{
	PgReader *r = (PgReader *)base;
	while (r->is_copying && raw->len < bytes) {
		FerryStep step = append_message(r, raw, error);
		if (step == FERRY_STEP_FAILED)
			return step;
		if (step == FERRY_STEP_END)
			break;
	}
	return raw->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

/* ---- closing ---- */

/* In the middle of a COPY the server is told to stop; what it has sent already is read away. */
static void reader_close(FerryReader *base)
{
	PgReader *r = (PgReader *)base;
	PgConnection *c = pg_connection(base->connection);
	if (r->is_copying && PQstatus(c->conn) != CONNECTION_BAD) {
		ferry_pg_cancel(base->connection);
		char *row;
		while (PQgetCopyData(c->conn, &row, 0) > 0)
			PQfreemem(row);
		ferry_pg_drain(c->conn);
		if (c->has_savepoint && PQtransactionStatus(c->conn) == PQTRANS_INERROR)
			PQclear(PQexec(c->conn, "ROLLBACK TO SAVEPOINT ferry_read"));
	}
	g_free(r->name);
	g_free(r->decoders);
	g_free(r->buffer);
}

const FerrySourceOps ferry_pg_source = {
	.reader_size = sizeof(PgReader),
	.catalog = ferry_pg_catalog,
	.snapshot = ferry_pg_snapshot,
	.share_snapshot = ferry_pg_share_snapshot,
	.join_snapshot = ferry_pg_join_snapshot,
	.split = ferry_pg_split,
	.read = reader_read,
	.next = reader_next,
	.close = reader_close,
	.wire_format = ferry_pg_wire_format,
	.next_raw = reader_next_raw,
	.count = ferry_pg_count,
	.describe = ferry_pg_describe,
	.quote_name = ferry_pg_quote_name,
	.run_sql = ferry_pg_run_sql,
};
