/*
 * Batches: what happens once (making, clearing) and what happens rarely (growing, bad values, rejected rows).
 * The common case is inline in the header.
 *
 * Memory: a column's bytes double when they are full, up to the 2 GiB - 1 that 32-bit offsets reach, and are
 * kept by a clear up to KEEP_BYTES: there are many batches, and a huge value shall not pin its memory in each
 * of them. To map it anew for the next huge value costs little beside moving it.
 */
#include "data/batch.h"

#define MIN_BYTES    256u
#define KEEP_BYTES   (1u << 20)
#define MAX_BAD_TEXT (64u << 10)

static const char *const bad_kind_names[FERRY_N_BAD_KINDS] = {
	[FERRY_BAD_ZERO_DATE] = "zero-date",
	[FERRY_BAD_NUL_BYTE] = "nul-byte",
	[FERRY_BAD_INVALID_ENCODING] = "invalid-encoding",
	[FERRY_BAD_OUT_OF_RANGE] = "out-of-range",
	[FERRY_BAD_TOO_LONG] = "too-long",
	[FERRY_BAD_EMPTY_TEXT] = "empty-text",
	[FERRY_BAD_INVALID_VALUE] = "invalid-value",
	[FERRY_BAD_REFUSED] = "refused",
};

const char *ferry_bad_kind_name(FerryBadKind kind)
{
	return (unsigned)kind < FERRY_N_BAD_KINDS ? bad_kind_names[kind] : "unknown";
}

FerrySchema *ferry_schema_new(size_t n_fields)
{
	FerrySchema *schema = g_new0(FerrySchema, 1);
	schema->n_fields = n_fields;
	schema->fields = g_new0(FerryField, n_fields);
	return schema;
}

void ferry_schema_free(FerrySchema *schema)
{
	if (!schema)
		return;
	for (size_t i = 0; i < schema->n_fields; i++)
		g_free(schema->fields[i].name);
	g_free(schema->fields);
	g_free(schema);
}

static size_t validity_len(size_t max_rows)
{
	return (max_rows + 63) / 64 * 8; /* whole words, so that it can be read by words */
}

static void column_init(FerryColumn *c, const FerryType *type, size_t max_rows)
{
	size_t width = ferry_type_width(type->id);

	c->type = type;
	c->validity = g_malloc(validity_len(max_rows));
	if (width > 0) {
		c->fixed = g_malloc0_n(max_rows, width);
	} else {
		c->offsets = g_new0(int32_t, max_rows + 1);
		c->bytes = g_malloc(MIN_BYTES); /* never NULL, so that an empty value needs no special case */
		c->bytes_cap = MIN_BYTES;
	}
}

FerryBatch *ferry_batch_new(const FerrySchema *schema, size_t max_rows)
{
	FerryBatch *batch = g_new0(FerryBatch, 1);

	batch->schema = schema;
	batch->max_rows = max_rows;
	batch->n_columns = schema->n_fields;
	batch->columns = g_new0(FerryColumn, schema->n_fields);
	batch->skip = g_malloc0(max_rows);
	for (size_t i = 0; i < batch->n_columns; i++)
		column_init(&batch->columns[i], &schema->fields[i].type, max_rows);
	ferry_batch_clear(batch);
	return batch;
}

void ferry_batch_free(FerryBatch *batch)
{
	if (!batch)
		return;
	for (size_t i = 0; i < batch->n_columns; i++) {
		FerryColumn *c = &batch->columns[i];
		g_free(c->validity);
		g_free(c->fixed); /* or the offsets */
		g_free(c->bytes);
	}
	g_free(batch->columns);
	g_free(batch->bad);
	g_free(batch->bad_text);
	g_free(batch->skip);
	ferry_permit_give_back(&batch->permit);
	g_free(batch);
}

static void column_clear(FerryColumn *c, size_t max_rows)
{
	memset(c->validity, 0xff, validity_len(max_rows));
	c->n_nulls = 0;
	if (!c->bytes)
		return;
	if (c->bytes_cap > KEEP_BYTES) {
		uint8_t *smaller = g_try_realloc(c->bytes, KEEP_BYTES);
		if (smaller) {
			c->bytes = smaller;
			c->bytes_cap = KEEP_BYTES;
		}
	}
	c->offsets[0] = 0;
	c->bytes_len = 0;
}

void ferry_batch_clear(FerryBatch *batch)
{
	for (size_t i = 0; i < batch->n_columns; i++)
		column_clear(&batch->columns[i], batch->max_rows);
	if (batch->n_skipped > 0)
		memset(batch->skip, 0, batch->max_rows);
	if (batch->bad_text_cap > KEEP_BYTES) {
		g_clear_pointer(&batch->bad_text, g_free);
		batch->bad_text_cap = 0;
	}
	batch->n_skipped = 0;
	batch->n_bad = 0;
	batch->bad_text_len = 0;
	batch->n_rows = 0;
	batch->source_bytes = 0;
	ferry_permit_give_back(&batch->permit);
}

size_t ferry_batch_bytes(const FerryBatch *batch)
{
	size_t total = 0;
	for (size_t i = 0; i < batch->n_columns; i++) {
		const FerryColumn *c = &batch->columns[i];
		size_t width = ferry_type_width(c->type->id);
		total += width > 0 ? width * batch->n_rows : c->bytes_len;
	}
	return total;
}

void ferry_column_set_null(FerryColumn *c, size_t row)
{
	if (c->bytes)
		ferry_column_set_null_bytes(c, row);
	else
		ferry_column_set_null_fixed(c, row);
}

bool ferry_column_grow(FerryColumn *c, size_t extra)
{
	if (extra > (size_t)INT32_MAX - c->bytes_len)
		return false;

	size_t needed = c->bytes_len + extra;
	if (needed <= c->bytes_cap)
		return true;

	size_t cap = MIN(MAX(c->bytes_cap * 2, needed), (size_t)INT32_MAX);
	uint8_t *bytes = g_try_realloc(c->bytes, cap);
	if (!bytes &&
	    cap > needed) { /* twice as much was too much; it may be enough to have just what is needed */
		cap = needed;
		bytes = g_try_realloc(c->bytes, cap);
	}
	if (!bytes)
		return false;
	c->bytes = bytes;
	c->bytes_cap = cap;
	return true;
}

/* How much of a bad value is kept: not more than MAX_BAD_TEXT, and text is not cut inside of a character. */
static size_t bad_text_kept(const char *text, size_t len, bool is_binary)
{
	if (len <= MAX_BAD_TEXT)
		return len;
	len = MAX_BAD_TEXT;
	for (int i = 0; !is_binary && i < 3 && ((uint8_t)text[len] & 0xc0) == 0x80; i++)
		len--;
	return len;
}

/* Copies the value into bad_text; where memory is out, the value is kept without its text. */
static void keep_bad_text(FerryBatch *batch, FerryBadValue *bad, const char *text, size_t len)
{
	bad->text_at = batch->bad_text_len;
	if (!batch->bad_text || len > batch->bad_text_cap - batch->bad_text_len) {
		size_t cap = MAX(batch->bad_text_cap * 2, batch->bad_text_len + len);
		cap = MAX(cap, MIN_BYTES);
		char *grown = g_try_realloc(batch->bad_text, cap);
		if (!grown)
			return;
		batch->bad_text = grown;
		batch->bad_text_cap = cap;
	}
	if (len > 0)
		memcpy(batch->bad_text + batch->bad_text_len, text, len);
	batch->bad_text_len += len;
	bad->text_len = len;
}

void ferry_batch_mark_bad(FerryBatch *batch, size_t row, size_t column, FerryBadKind kind, const void *text,
			  size_t text_len, bool is_binary)
{
	g_return_if_fail(row < batch->max_rows && column < batch->n_columns);

	FerryColumn *c = &batch->columns[column];
	if (!ferry_column_is_null(c, row))
		ferry_column_set_null_fixed(c, row);
	if (c->bytes && row == batch->n_rows)
		c->offsets[row + 1] = (int32_t)c->bytes_len;

	if (batch->n_bad == batch->bad_cap) {
		batch->bad_cap = MAX(batch->bad_cap * 2, 16);
		batch->bad = g_renew(FerryBadValue, batch->bad, batch->bad_cap);
	}
	FerryBadValue *bad = &batch->bad[batch->n_bad++];
	*bad = (FerryBadValue){
		.row = (uint32_t)row,
		.column = (uint32_t)column,
		.kind = kind,
		.is_binary = is_binary,
	};
	keep_bad_text(batch, bad, text, bad_text_kept(text, text_len, is_binary));
}

void ferry_batch_skip_row(FerryBatch *batch, size_t row)
{
	g_return_if_fail(row < batch->max_rows);

	if (!batch->skip[row]) {
		batch->skip[row] = 1;
		batch->n_skipped++;
	}
}

int64_t ferry_batch_count_kept(const FerryBatch *batch, size_t first, size_t n)
{
	int64_t count = (int64_t)n;

	for (size_t row = first; batch->n_skipped > 0 && row < first + n; row++)
		count -= batch->skip[row];
	return count;
}
