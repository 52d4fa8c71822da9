/*
 * A batch: up to some thousand rows as typed columns, the only thing that flows between a reader and a writer. Columns
 * lie as in Apache Arrow (https://arrow.apache.org/docs/format/Columnar.html): a validity bitmap (bit 1 = present, least
 * significant bit first), and fixed-width values, or 32-bit offsets and bytes.
 *
 * One owner at a time, no locks. Batches are made up front and used again: ferry_batch_clear() keeps the memory, so a
 * steady run allocates nothing. A reader fills a cleared batch row by row: for each row, every column once, in any
 * order; then ++n_rows. The inline functions below are the hot path; they check what must be checked and no more.
 *
 * A value that its logical type cannot hold (a zero date, a NUL byte that the writer's target refuses) is NULL in its
 * column and stands in `bad`, with its original text; a named rule of the project then decides about the row.
 */
#pragma once

#include "data/giants.h"
#include "data/type.h"

#include <string.h>

typedef struct FerryField {
	char *name;
	FerryType type;
	bool is_key; /* part of the key by which people find the row: primary key, else the unique key used to split */
} FerryField;

/* Owned by whoever made it; batches borrow it. */
typedef struct FerrySchema {
	size_t n_fields;
	FerryField *fields;
} FerrySchema;

FerrySchema *ferry_schema_new(size_t n_fields); /* zeroed fields; the caller fills them (names with g_strdup) */
void ferry_schema_free(FerrySchema *schema);    /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerrySchema, ferry_schema_free)

typedef enum {
	FERRY_BAD_ZERO_DATE,        /* 0000-00-00, 2021-00-10, 2021-02-30 */
	FERRY_BAD_NUL_BYTE,         /* U+0000 in text */
	FERRY_BAD_INVALID_ENCODING, /* bytes that are not UTF-8 */
	FERRY_BAD_OUT_OF_RANGE,     /* number or date beyond the type */
	FERRY_BAD_TOO_LONG,         /* more characters or bytes than the target's column, or than a server takes */
	FERRY_BAD_EMPTY_TEXT,       /* an empty text, or empty bytes, where the target takes them for NULL */
	FERRY_BAD_INVALID_VALUE,    /* does not read as the type at all */
	FERRY_BAD_REFUSED,          /* the target's server refused the row */
	FERRY_N_BAD_KINDS
} FerryBadKind;

const char *ferry_bad_kind_name(FerryBadKind kind); /* "zero-date", "nul-byte", …: as in the options; static */

typedef struct FerryBadValue {
	uint32_t row, column;
	FerryBadKind kind;
	bool is_binary;          /* the original is bytes rather than text */
	bool is_unfinished;      /* steps of a transform that the column has were not applied to the original: it takes no part */
	size_t text_at, text_len; /* the original value, in bad_text (cut at 64 KiB) */
} FerryBadValue;

typedef struct FerryColumn {
	const FerryType *type; /* borrowed from the schema */
	uint8_t *validity;     /* always there; all ones after a clear */
	union {
		void *fixed;       /* fixed width: max_rows values */
		int32_t *offsets;  /* variable width: max_rows + 1, into bytes; offsets[0] = 0 */
	};
	uint8_t *bytes;
	size_t bytes_len, bytes_cap;
	size_t n_nulls;
} FerryColumn;

typedef struct FerryBatch {
	const FerrySchema *schema; /* borrowed; must live longer than the batch */
	FerryColumn *columns;
	size_t n_columns, n_rows, max_rows;
	size_t source_bytes; /* what the rows were on the source's wire, for progress and limits; set by the reader */
	FerryPermit permit;  /* of a giant row that it holds: data/giants.h */

	/* Filled in the rare case only. */
	FerryBadValue *bad;
	size_t n_bad, bad_cap;
	char *bad_text;
	size_t bad_text_len, bad_text_cap;
	uint8_t *skip;    /* one byte a row, 1 = rejected, the writer leaves the row out; valid while n_skipped > 0 */
	size_t n_skipped;
} FerryBatch;

FerryBatch *ferry_batch_new(const FerrySchema *schema, size_t max_rows);
void ferry_batch_free(FerryBatch *batch); /* NULL is fine */
void ferry_batch_clear(FerryBatch *batch); /* also gives a permit back */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryBatch, ferry_batch_free)

/* Bytes of all variable-width columns plus the fixed parts of n_rows: what the batch weighs. */
size_t ferry_batch_bytes(const FerryBatch *batch);

/* Marks the cell bad and NULL. The text is copied (and cut at 64 KiB). Call it for the row being filled (row == n_rows)
 * or for a finished one; for a finished variable-width cell the bytes stay where they are and only validity changes. */
void ferry_batch_mark_bad(FerryBatch *batch, size_t row, size_t column, FerryBadKind kind, const void *text, size_t text_len,
                          bool is_binary);

/* Marks the row as rejected; counts it once. */
void ferry_batch_skip_row(FerryBatch *batch, size_t row);

static inline bool ferry_batch_is_skipped(const FerryBatch *batch, size_t row)
{
	return G_UNLIKELY(batch->n_skipped > 0) && batch->skip[row];
}

/* How many of the rows [first, first + n) are not skipped. */
int64_t ferry_batch_count_kept(const FerryBatch *batch, size_t first, size_t n);

static inline bool ferry_column_is_null(const FerryColumn *c, size_t row)
{
	return !(c->validity[row >> 3] & (1u << (row & 7)));
}

/* For a cell of the row being filled. */
static inline void ferry_column_set_null_fixed(FerryColumn *c, size_t row)
{
	c->validity[row >> 3] &= (uint8_t)~(1u << (row & 7));
	c->n_nulls++;
}

static inline void ferry_column_set_null_bytes(FerryColumn *c, size_t row)
{
	ferry_column_set_null_fixed(c, row);
	c->offsets[row + 1] = (int32_t)c->bytes_len;
}

/* Either of the two, for callers that do not know the storage. */
void ferry_column_set_null(FerryColumn *c, size_t row);

/* Makes room for extra more bytes; false where the column would pass 2 GiB - 1 or memory is out (then nothing changed).
 * Out of line: the growing case is rare. */
bool ferry_column_grow(FerryColumn *c, size_t extra);

static inline bool ferry_column_reserve(FerryColumn *c, size_t extra)
{
	return G_LIKELY(extra <= c->bytes_cap - c->bytes_len) || ferry_column_grow(c, extra);
}

/* Appends one value to a variable-width column as row's value. False as ferry_column_grow(). */
static inline bool ferry_column_append_bytes(FerryColumn *c, size_t row, const void *data, size_t len)
{
	if (!ferry_column_reserve(c, len))
		return false;
	memcpy(c->bytes + c->bytes_len, data, len);
	c->bytes_len += len;
	c->offsets[row + 1] = (int32_t)c->bytes_len;
	return true;
}

static inline const uint8_t *ferry_column_get_bytes(const FerryColumn *c, size_t row, size_t *ret_len)
{
	*ret_len = (size_t)(c->offsets[row + 1] - c->offsets[row]);
	return c->bytes + c->offsets[row];
}
