/*
 * The reader: COPY (SELECT …) TO STDOUT, binary, decoded straight from where its messages lie into batches
 * (copy_messages.h); or, for a wire format, its bytes as they are.
 *
 * A column that has no binary decoder for the wished logical type is selected as its text. Inside of a
 * snapshot's transaction each COPY stands behind a savepoint: giving it up half way must not end the
 * snapshot.
 */
#include "connectors/postgres/copy_decode.h"
#include "connectors/postgres/copy_messages.h"

#include <string.h>

typedef struct PgReader {
	FerryReader base;
	char *name;
	size_t n_columns;
	PgDecoder *decoders;
	PgMessages *messages;
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

/* A database without an encoding holds whatever bytes clients have sent. As UTF-8 the server would refuse to
 * send those that are none, and the whole read with them; as they are, the target judges them one by one.
 * Before any savepoint, which would take the setting back. */
static bool want_bytes_as_they_are(PgConnection *c, GError **error)
{
	if (!ferry_pg_has_no_encoding(c) ||
	    g_strcmp0(PQparameterStatus(c->conn, "client_encoding"), "SQL_ASCII") == 0)
		return true;
	g_autoptr(PGresult) set =
		ferry_pg_run(c, "SET client_encoding = 'SQL_ASCII'", "cannot prepare to read", error);
	return set != NULL;
}

static bool reader_read(FerryReader *base, const FerryReadSpec *spec, GError **error)
{
	PgReader *r = (PgReader *)base;
	PgConnection *c = pg_connection(base->connection);
	if (!want_bytes_as_they_are(c, error))
		return false;
	r->name = ferry_pg_table_sql(base->connection, spec->table);
	bool is_text = spec->wire_format != NULL && strcmp(spec->wire_format, "pgcopy-text") == 0;
	g_autofree char *from = ferry_pg_from_sql(base->connection, spec->table);
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(GString) columns = g_string_new(NULL);
	/* Before the statement itself, which the server may refuse as a whole. */
	if (!ferry_pg_set_savepoint(c, error))
		return false;
	if (spec->wire_format != NULL) {
		append_plain_columns(columns, spec->schema);
	} else if (!choose_columns(r, spec, columns, error)) {
		ferry_pg_return_to_savepoint(c);
		return false;
	}
	append_savepoint(c, sql);
	if (ferry_pg_has_user_sql(spec->table))
		ferry_pg_append_enter(sql, c);
	g_autofree char *where = ferry_pg_where_sql(spec->table, spec->predicate);
	g_string_append_printf(sql, "COPY (SELECT %s FROM %s%s", columns->str, from, where);
	g_string_append_printf(sql, ") TO STDOUT%s", is_text ? "" : " (FORMAT binary)");
	if (ferry_pg_has_user_sql(spec->table))
		ferry_pg_append_leave(sql);
	r->messages = ferry_pg_messages_new(c, r->name, is_text, spec->giants);
	return ferry_pg_messages_begin(r->messages, sql->str, error);
}

/* ---- rows ---- */

static FerryStep reader_next(FerryReader *base, FerryBatch *batch, GError **error)
{
	PgReader *r = (PgReader *)base;
	const uint8_t *data = NULL;
	const char *problem;
	size_t len = 0, ceiling = base->spec->batch_bytes > 0 ? base->spec->batch_bytes : SIZE_MAX;
	while (batch->n_rows < batch->max_rows && batch->source_bytes < ceiling) {
		FerryStep step = ferry_pg_messages_next(r->messages, &batch->permit, &data, &len, error);
		if (step == FERRY_STEP_FAILED)
			return step;
		if (step == FERRY_STEP_END)
			break;
		if (G_UNLIKELY(len == 0 || ferry_pg_is_trailer(data, len)))
			continue;
		if (G_UNLIKELY(!ferry_pg_decode_row(r->decoders, batch, data, len, &problem))) {
			ferry_fail(error, FERRY_ERROR_DATA, "cannot read table %s: %s", r->name, problem);
			return FERRY_STEP_FAILED;
		}
		batch->source_bytes += len;
	}
	if (G_UNLIKELY(batch->permit.bytes > 0 || batch->source_bytes > FERRY_GIANT_BYTES))
		ferry_pg_messages_trim(r->messages);
	return batch->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

static FerryStep reader_next_raw(FerryReader *base, FerryRaw *raw, size_t bytes, GError **error)
{
	PgReader *r = (PgReader *)base;
	while (raw->len < bytes) {
		FerryStep step = ferry_pg_messages_next_raw(r->messages, raw, error);
		if (step == FERRY_STEP_FAILED)
			return step;
		if (step == FERRY_STEP_END)
			break;
	}
	return raw->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

static void reader_close(FerryReader *base)
{
	PgReader *r = (PgReader *)base;
	ferry_pg_messages_free(r->messages);
	g_free(r->name);
	g_free(r->decoders);
}

const FerrySourceOps ferry_pg_source = {
	.reader_size = sizeof(PgReader),
	.catalog = ferry_pg_catalog,
	.snapshot = ferry_pg_snapshot,
	.share_snapshot = ferry_pg_share_snapshot,
	.mark = ferry_pg_mark,
	.has_moved = ferry_pg_has_moved,
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
