/*
 * Reads the rows of a chunk: the statement is run, its columns described, then rows are fetched some
 * megabytes at a time and decoded from the wire as they come. A reader that is closed in the middle reads the
 * response at work to its end; the rest of the result the server forgets with the cursor.
 */
#include "connectors/oracle/held_rows.h"
#include "connectors/oracle/select.h"

#include <string.h>

#define FETCH_BYTES ((uint32_t)2 << 20)
#define MAX_FETCH   20000
#define MIN_FETCH   20
#define LOB_FETCH   200
#define HELD_BYTES  ((uint64_t)16 << 20) /* of LOBs inside of the rows that are held */
#define HELD_LONGS  8                    /* rows that are held, where a value of them may be of any size */

typedef struct FerryOracleReader {
	FerryReader base;
	char *table_name; /* for messages */
	FerryOracleCursor *cursor;
	FerryOracleDecoder *decoder;
	FerryOracleHeldRows *held; /* NULL: no column can have large LOBs */
	FerryBatch *spare;         /* for rows that nobody wants */
	FerryOracleSelect *select;
} FerryOracleReader;

static FerryOracleReader *oracle_reader(FerryReader *r)
{
	return (FerryOracleReader *)r;
}

static bool is_lob(const FerryOracleField *f)
{
	return f->type == FERRY_ORACLE_TYPE_CLOB || f->type == FERRY_ORACLE_TYPE_BLOB ||
	       f->type == FERRY_ORACLE_TYPE_LONG || f->type == FERRY_ORACLE_TYPE_LONG_RAW;
}

static uint32_t rows_a_fetch(const FerryOracleReader *r)
{
	uint32_t n = CLAMP(FETCH_BYTES / MAX(r->select->width, 1), MIN_FETCH, MAX_FETCH);
	uint32_t n_locators = r->select->n_locators, n_lobs = 0;

	for (guint i = 0; i < r->cursor->fields->len; i++)
		n_lobs += is_lob(&g_array_index(r->cursor->fields, FerryOracleField, i));
	if (n_lobs > 0)
		n = MIN(n, LOB_FETCH);
	if (n_locators > 0) {
		uint64_t a_row = (r->cursor->c->lob_limit + 1) * n_locators;
		n = (uint32_t)CLAMP(HELD_BYTES / a_row, 1, n);
	}
	/* Each LOB is two fields: the others, LONGs and what was made a CLOB, have no limit. */
	return n_locators > 0 && n_lobs > 2 * n_locators ? MIN(n, HELD_LONGS) : n;
}

/* National character sets of old databases are not UTF-16. */
static bool check_national(FerryOracleReader *r, GError **error)
{
	FerryOracleConnection *c = r->cursor->c;

	for (guint i = 0; i < r->cursor->fields->len; i++) {
		const FerryOracleField *f = &g_array_index(r->cursor->fields, FerryOracleField, i);
		if (f->form != FERRY_ORACLE_FORM_NATIONAL || c->national_charset == FERRY_ORACLE_UTF16)
			continue;
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "cannot read column %s of table %s: the database's national character set (%u) is "
			   "not AL16UTF16",
			   f->name, r->table_name, c->national_charset);
		ferry_error_hint(
			error, "read it by a query of the project's: SELECT …, TO_CHAR(\"%s\") \"%s\" FROM …",
			f->name, f->name);
		return false;
	}
	return true;
}

static bool make_decoder(FerryOracleReader *r, const FerryReadSpec *spec, GError **error)
{
	size_t bad;

	r->decoder = ferry_oracle_decoder_new(
		r->cursor->fields, (const FerryOracleOutput *)r->select->outputs->data, spec->schema, &bad);
	if (r->decoder)
		return true;
	const FerryOracleField *f = &g_array_index(r->cursor->fields, FerryOracleField, bad);
	ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
		   "cannot read column %s of table %s: the server sends wire type %u", f->name, r->table_name,
		   f->type);
	ferry_error_hint(error, "was the column's type changed since the catalog was read?");
	return false;
}

static bool start_reading(FerryReader *base, const FerryReadSpec *spec, GError **error)
{
	FerryOracleReader *r = oracle_reader(base);
	FerryOracleConnection *c = ferry_oracle(base->connection);

	r->table_name = ferry_table_display_name(spec->table);
	g_autofree char *doing = g_strdup_printf("cannot read table %s", r->table_name);
	r->select = ferry_oracle_select_new(c, spec);
	r->cursor = ferry_oracle_cursor_open(c, r->select->sql->str, doing, error);
	if (!r->cursor || !check_national(r, error))
		return false;
	r->cursor->n_fetch = rows_a_fetch(r);
	const FerryOracleOutput *outputs = (const FerryOracleOutput *)r->select->outputs->data;
	if (r->cursor->fields->len != r->select->outputs->len)
		return ferry_fail(error, FERRY_ERROR_INTERNAL, "%s: %u columns were asked for, %u came",
				  doing, r->select->outputs->len, r->cursor->fields->len);
	if (!ferry_oracle_cursor_define_lobs(r->cursor, outputs, error) || !make_decoder(r, spec, error))
		return false;
	if (r->select->n_locators > 0)
		r->held = ferry_oracle_held_rows_new(r->cursor, r->decoder, spec);
	return true;
}

/* MORE: a row is in the batch, from the wire. */
static inline FerryStep read_row(FerryOracleReader *r, FerryBatch *batch, GError **error)
{
	for (;;) {
		FerryStep step = ferry_oracle_cursor_next(r->cursor, error);
		if (G_UNLIKELY(step != FERRY_STEP_MORE))
			return step;
		switch (ferry_oracle_decode_row(r->decoder, r->cursor, batch)) {
		case FERRY_ORACLE_ROW_OK: return FERRY_STEP_MORE;
		case FERRY_ORACLE_ROW_FAILED: continue; /* the cursor knows why */
		case FERRY_ORACLE_ROW_FULL:
			ferry_fail(error, FERRY_ERROR_DATA,
				   "cannot read on in table %s: a value is more than memory can hold (1 GiB "
				   "at most)",
				   r->table_name);
			return FERRY_STEP_FAILED;
		}
	}
}

/* LOBs are read while the batch is filled; what it weighs is what came. */
static FerryStep next_held(FerryOracleReader *r, FerryBatch *batch, size_t limit, GError **error)
{
	while (batch->n_rows < batch->max_rows && batch->source_bytes < limit) {
		FerryStep step = ferry_oracle_held_rows_next(r->held, batch, error);
		if (step == FERRY_STEP_FAILED)
			return step;
		if (step == FERRY_STEP_END)
			break;
		batch->source_bytes = ferry_batch_bytes(batch);
	}
	return batch->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

static FerryStep next_batch(FerryReader *base, FerryBatch *batch, GError **error)
{
	FerryOracleReader *r = oracle_reader(base);
	FerryOracleConnection *c = ferry_oracle(base->connection);
	size_t limit = base->spec->batch_bytes ? base->spec->batch_bytes : SIZE_MAX;

	if (g_atomic_int_get(&c->is_cancelled)) {
		ferry_fail(error, FERRY_ERROR_CANCELLED, "reading table %s: cancelled", r->table_name);
		return FERRY_STEP_FAILED;
	}
	if (r->held)
		return next_held(r, batch, limit, error);
	uint64_t begin = ferry_oracle_wire_position(c->wire);
	while (batch->n_rows < batch->max_rows && batch->source_bytes < limit) {
		FerryStep step = read_row(r, batch, error);
		if (G_UNLIKELY(step == FERRY_STEP_FAILED))
			return step;
		if (G_UNLIKELY(step == FERRY_STEP_END))
			break;
		batch->source_bytes = ferry_oracle_wire_position(c->wire) - begin;
	}
	if (!r->cursor->is_finished)
		ferry_oracle_decoder_keep_last(r->decoder, batch);
	return batch->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

/* Brings the connection to the end of a response that nobody wants. */
static void abandon(FerryOracleReader *r)
{
	if (!r->decoder || r->cursor->c->is_lost)
		return;
	r->spare = ferry_batch_new(r->base.spec->schema, 1);
	while (r->cursor->is_active) {
		ferry_batch_clear(r->spare);
		ferry_oracle_lobs_clear(ferry_oracle_decoder_lobs(r->decoder));
		if (ferry_oracle_cursor_next(r->cursor, NULL) != FERRY_STEP_MORE)
			break;
		if (ferry_oracle_decode_row(r->decoder, r->cursor, r->spare) == FERRY_ORACLE_ROW_FULL)
			break;
		ferry_oracle_decoder_keep_last(r->decoder, r->spare);
	}
	ferry_batch_free(r->spare);
}

static void close_reader(FerryReader *base)
{
	FerryOracleReader *r = oracle_reader(base);

	if (r->cursor && r->cursor->is_active)
		abandon(r);
	ferry_oracle_held_rows_free(r->held);
	ferry_oracle_decoder_free(r->decoder);
	ferry_oracle_cursor_free(r->cursor);
	ferry_oracle_select_free(r->select);
	g_free(r->table_name);
}

static bool count_rows(FerryConnection *base, const FerryTable *table, const char *predicate,
		       int64_t *ret_rows, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);
	g_autofree char *name = ferry_table_display_name(table);
	g_autofree char *doing = g_strdup_printf("cannot count the rows of table %s", name);
	g_autoptr(GString) sql = g_string_new("SELECT COUNT(*) FROM ");
	g_autoptr(FerryOracleRow) row = NULL;

	ferry_oracle_append_from(c, sql, table);
	ferry_oracle_append_where(sql, table, predicate);
	if (!ferry_oracle_first(c, sql->str, doing, &row, error))
		return false;
	*ret_rows = row && row->values[0] ? g_ascii_strtoll(row->values[0], NULL, 10) : 0;
	return true;
}

const FerrySourceOps ferry_oracle_source = {
	.reader_size = sizeof(FerryOracleReader),
	.catalog = ferry_oracle_catalog,
	.scan_numbers = ferry_oracle_scan_numbers,
	.snapshot = ferry_oracle_snapshot,
	.share_snapshot = ferry_oracle_share_snapshot,
	.join_snapshot = ferry_oracle_join_snapshot,
	.snapshot_lasts = true,
	.split = ferry_oracle_split,
	.read = start_reading,
	.next = next_batch,
	.close = close_reader,
	.count = count_rows,
	.quote_text = ferry_oracle_quote_text,
	.describe = ferry_oracle_describe,
	.quote_name = ferry_oracle_quote_name,
	.run_sql = ferry_oracle_run_sql,
};
