/*
 * Reads the rows of a chunk: a prepared statement (for the binary protocol), executed without a cursor, its
 * row packets taken one by one (packet.h) and decoded in place. mysql_stmt_fetch would copy every value into
 * bound buffers first, and would need their sizes.
 *
 * The library does not know that the rows are taken away under it: when the last packet has come, its
 * statement is told so (end_result), as its own fetch does. A reader that is closed in the middle of a result
 * has the server kill the query, so that not the whole rest of a table must be read to reach the end; a
 * connection that cannot be brought to the end of its result is lost.
 */
#include "connectors/mysql/packet.h"
#include "connectors/mysql/row_decode.h"
#include "connectors/mysql/types.h"

#include <string.h>

#define BINARY_CHARSET 63

typedef struct FerryMysqlReader {
	FerryReader base;
	char *table_name; /* for messages */
	MYSQL_STMT *stmt;
	FerryMysqlDecoder *decoder;
	bool is_active; /* rows of the result are still to come */

	/* A packet that did not fit into the batch before. */
	const uint8_t *pending;
	size_t pending_len;
} FerryMysqlReader;

static FerryMysqlReader *mysql_reader(FerryReader *r)
{
	return (FerryMysqlReader *)r;
}

static GString *make_query(const FerryReadSpec *spec)
{
	GString *sql = g_string_new("SELECT ");
	for (size_t i = 0; i < spec->schema->n_fields; i++) {
		if (i > 0)
			g_string_append(sql, ", ");
		ferry_mysql_append_identifier(sql, spec->schema->fields[i].name);
	}
	/* A row without columns still counts. */
	if (spec->schema->n_fields == 0)
		g_string_append(sql, "1");
	g_string_append(sql, " FROM ");
	ferry_mysql_append_from(sql, spec->table);
	ferry_mysql_append_where(sql, spec->table, spec->predicate);
	return sql;
}

static bool make_decoder(FerryMysqlReader *r, const FerryReadSpec *spec, GError **error)
{
	size_t n = spec->schema->n_fields, bad_field;
	g_autofree FerryMysqlField *fields = g_new0(FerryMysqlField, n + 1);

	if (r->stmt->field_count != n)
		return ferry_fail(error, FERRY_ERROR_INTERNAL,
				  "cannot read table %s: %zu columns were asked for, %u came", r->table_name,
				  n, r->stmt->field_count);
	for (size_t i = 0; i < n; i++) {
		const MYSQL_FIELD *field = &r->stmt->fields[i];
		fields[i] = (FerryMysqlField){
			.wire_type = (int)field->type,
			.is_unsigned = (field->flags & UNSIGNED_FLAG) != 0,
			.is_binary = field->charsetnr == BINARY_CHARSET,
			.bits = (unsigned)MIN(field->length, 1000),
		};
	}
	r->decoder = ferry_mysql_decoder_new(fields, spec->schema, &bad_field);
	if (r->decoder)
		return true;
	const FerryField *field = &spec->schema->fields[bad_field];
	g_autofree char *type = ferry_type_to_string(&field->type);
	ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
		   "cannot read column %s of table %s as %s: the server sends wire type %d", field->name,
		   r->table_name, type, fields[bad_field].wire_type);
	ferry_error_hint(error, "was the column's type changed since the catalog was read?");
	return false;
}

static bool start_reading(FerryReader *base, const FerryReadSpec *spec, GError **error)
{
	FerryMysqlReader *r = mysql_reader(base);
	FerryMysqlConnection *c = ferry_mysql(base->connection);
	g_autoptr(GString) sql = make_query(spec);

	r->table_name = ferry_table_display_name(spec->table);
	if (c->is_lost)
		return ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true,
					 "cannot read table %s: the connection was lost before",
					 r->table_name);
	r->stmt = mysql_stmt_init(c->mysql);
	if (!r->stmt)
		return ferry_mysql_fail(c, NULL, error, "cannot read table %s", r->table_name);
	if (mysql_stmt_prepare(r->stmt, sql->str, sql->len) || mysql_stmt_execute(r->stmt))
		return ferry_mysql_fail(c, r->stmt, error, "cannot read table %s", r->table_name);
	r->is_active = true;
	if (!c->packets)
		c->packets = ferry_mysql_packets_new(c->mysql);
	ferry_mysql_packets_begin(c->packets);
	return make_decoder(r, spec, error);
}

/* What mysql_stmt_fetch does when it meets the end. */
static void end_result(FerryMysqlReader *r)
{
	r->is_active = false;
	r->stmt->state = MYSQL_STMT_FETCH_DONE;
	r->stmt->mysql->status = MYSQL_STATUS_READY;
}

/* The next row packet, valid until the next call. END at the result's end. */
static inline FerryStep next_packet(FerryMysqlReader *r, const uint8_t **ret_row, size_t *ret_len,
				    GError **error)
{
	FerryMysqlConnection *c = ferry_mysql(r->base.connection);
	FerryMysqlPacketKind kind = ferry_mysql_packets_next(c->packets, ret_row, ret_len);

	if (G_LIKELY(kind == FERRY_MYSQL_PACKET_ROW))
		return FERRY_STEP_MORE;
	end_result(r);
	if (kind == FERRY_MYSQL_PACKET_END)
		return FERRY_STEP_END;
	g_autofree char *doing = g_strdup_printf("cannot read on in table %s", r->table_name);
	ferry_mysql_packets_fail(c->packets, c, error, doing);
	return FERRY_STEP_FAILED;
}

static FerryStep fail_row(FerryMysqlReader *r, FerryMysqlRowResult result, size_t len, GError **error)
{
	if (result == FERRY_MYSQL_ROW_MALFORMED)
		ferry_fail(error, FERRY_ERROR_FAILED,
			   "cannot read on in table %s: the server sent a row that cannot be understood",
			   r->table_name);
	else
		ferry_fail(error, FERRY_ERROR_DATA,
			   "cannot read on in table %s: a row of %zu bytes is more than memory can hold",
			   r->table_name, len);
	return FERRY_STEP_FAILED;
}

/* One row. MORE: it is in the batch. END: there is none, or (pending) the batch has no room for it. */
static FerryStep read_row(FerryMysqlReader *r, FerryBatch *batch, GError **error)
{
	const uint8_t *row = r->pending;
	size_t len = r->pending_len;

	if (G_LIKELY(!row)) {
		FerryStep step = next_packet(r, &row, &len, error);
		if (G_UNLIKELY(step != FERRY_STEP_MORE))
			return step;
	}
	FerryMysqlRowResult result = ferry_mysql_decode_row(r->decoder, row, len, batch);
	if (G_LIKELY(result == FERRY_MYSQL_ROW_OK)) {
		r->pending = NULL;
		batch->source_bytes += len;
		return FERRY_STEP_MORE;
	}
	if (result == FERRY_MYSQL_ROW_FULL && batch->n_rows > 0) {
		r->pending = row;
		r->pending_len = len;
		return FERRY_STEP_END;
	}
	return fail_row(r, result, len, error);
}

static FerryStep next_batch(FerryReader *base, FerryBatch *batch, GError **error)
{
	FerryMysqlReader *r = mysql_reader(base);
	FerryMysqlConnection *c = ferry_mysql(base->connection);
	size_t limit = base->spec->batch_bytes ? base->spec->batch_bytes : SIZE_MAX;

	if (g_atomic_int_get(&c->is_cancelled)) {
		ferry_fail(error, FERRY_ERROR_CANCELLED, "reading table %s: cancelled", r->table_name);
		return FERRY_STEP_FAILED;
	}
	ferry_mysql_packets_count(c->packets, base->spec->giants, &batch->permit);
	while (batch->n_rows < batch->max_rows && batch->source_bytes < limit &&
	       (r->is_active || r->pending)) {
		FerryStep step = read_row(r, batch, error);
		if (G_UNLIKELY(step == FERRY_STEP_FAILED)) {
			ferry_mysql_packets_count(c->packets, NULL, NULL);
			return step;
		}
		if (G_UNLIKELY(step == FERRY_STEP_END))
			break;
	}
	ferry_mysql_packets_count(c->packets, NULL, NULL);
	/* The giant value is in the batch now: once is enough while that is written. */
	if (G_UNLIKELY(batch->source_bytes > FERRY_GIANT_BYTES) && !r->pending)
		ferry_mysql_packets_trim(c->packets);
	return batch->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

/* Brings the connection to the end of a result that nobody wants. */
static void abandon_result(FerryMysqlReader *r)
{
	FerryMysqlConnection *c = ferry_mysql(r->base.connection);

	if (c->is_lost || !ferry_mysql_kill_query(r->base.connection->url, c->thread_id)) {
		c->is_lost = true;
		return;
	}
	const uint8_t *data;
	size_t len;
	FerryMysqlPacketKind kind;
	while ((kind = ferry_mysql_packets_next(c->packets, &data, &len)) == FERRY_MYSQL_PACKET_ROW)
		;
	c->is_lost = kind == FERRY_MYSQL_PACKET_LOST;
	end_result(r);
	/* The kill may have come when the query had ended: then it hits the next one, which shall be this. */
	if (!c->is_lost)
		mysql_query(c->mysql, "DO 0");
}

static void close_reader(FerryReader *base)
{
	FerryMysqlReader *r = mysql_reader(base);
	FerryMysqlConnection *c = ferry_mysql(base->connection);

	if (r->is_active)
		abandon_result(r);
	if (r->stmt) {
		/* Nothing must be sent or waited for on a lost connection. */
		if (c->is_lost && r->is_active)
			end_result(r);
		mysql_stmt_close(r->stmt);
	}
	ferry_mysql_decoder_free(r->decoder);
	g_free(r->table_name);
}

/* Counts on the server; the key hint keeps a chunk from being counted by scanning the table. */
static bool keep_count(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	*(int64_t *)data = row[0] ? g_ascii_strtoll(row[0], NULL, 10) : 0;
	return true;
}

static bool count_rows(FerryConnection *base, const FerryTable *table, const char *predicate,
		       int64_t *ret_rows, GError **error)
{
	g_autofree char *doing =
		g_strdup_printf("cannot count the rows of table %s.%s", table->schema, table->name);
	g_autoptr(GString) sql = g_string_new("SELECT COUNT(*) FROM ");
	int64_t count = 0;

	ferry_mysql_append_from(sql, table);
	ferry_mysql_append_where(sql, table, predicate);
	if (!ferry_mysql_each(ferry_mysql(base), sql->str, doing, keep_count, &count, error))
		return false;
	*ret_rows = count;
	return true;
}

static char *quote_text(const char *text)
{
	GString *out = g_string_new(NULL);

	ferry_mysql_append_literal(out, text);
	return g_string_free(out, FALSE);
}

const FerrySourceOps ferry_mysql_source = {
	.reader_size = sizeof(FerryMysqlReader),
	.catalog = ferry_mysql_catalog,
	.profile = ferry_mysql_profile,
	.snapshot = ferry_mysql_snapshot,
	.split = ferry_mysql_split,
	.read = start_reading,
	.next = next_batch,
	.close = close_reader,
	.count = count_rows,
	.quote_text = quote_text,
	.describe = ferry_mysql_describe,
	.quote_name = ferry_mysql_quote_name,
	.run_sql = ferry_mysql_run_sql,
};
