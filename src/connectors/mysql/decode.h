/*
 * Between the files of the row decoder only: row_decode.c walks the row, decode_number.c, decode_time.c and
 * decode_bytes.c hold the functions for one value, each file with a chooser for its wire types.
 */
#pragma once

#include "connectors/mysql/row_decode.h"

#include <mysql.h>

typedef struct DecodeColumn DecodeColumn;

/* Decodes the value at p (not NULL in the row) as row's value of the column; returns what is behind it, NULL
 * for a malformed packet, or &ferry_mysql_full. */
typedef const uint8_t *(*DecodeFunc)(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				     FerryBatch *batch);

struct DecodeColumn {
	DecodeFunc func;
	uint32_t index;
	FerryTypeId logical;
	bool is_variable; /* storage is offsets + bytes */
	uint8_t width;    /* integers: bytes on the wire */
	FerryMysqlField field;
};

extern const uint8_t ferry_mysql_full;

/* Each sets d->func and returns true, or returns false: not of this file, or not possible. */
bool ferry_mysql_choose_number(DecodeColumn *d);
bool ferry_mysql_choose_time(DecodeColumn *d);
bool ferry_mysql_choose_bytes(DecodeColumn *d);

/* Values are little-endian and unaligned. */
static inline uint16_t read_u16(const uint8_t *p)
{
	uint16_t v;
	memcpy(&v, p, 2);
	return GUINT16_FROM_LE(v);
}

static inline uint32_t read_u32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
	return GUINT32_FROM_LE(v);
}

static inline uint64_t read_u64(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
	return GUINT64_FROM_LE(v);
}

/* Out of line: lengths of 251 bytes and more. */
const uint8_t *ferry_mysql_read_long_length(const uint8_t *p, const uint8_t *end, size_t *ret_len);

/* A length and the promise that as many bytes follow; NULL where they do not. */
static inline const uint8_t *read_length(const uint8_t *p, const uint8_t *end, size_t *ret_len)
{
	if (G_UNLIKELY(p >= end))
		return NULL;
	if (G_UNLIKELY(*p > 250))
		return ferry_mysql_read_long_length(p, end, ret_len);
	*ret_len = *p++;
	return G_LIKELY(*ret_len <= (size_t)(end - p)) ? p : NULL;
}

static inline FerryColumn *column_of(const DecodeColumn *d, FerryBatch *batch)
{
	return &batch->columns[d->index];
}

static inline const uint8_t *append_value(const DecodeColumn *d, FerryBatch *batch, const void *data,
					  size_t len, const uint8_t *next)
{
	return G_LIKELY(ferry_column_append_bytes(column_of(d, batch), batch->n_rows, data, len))
		       ? next
		       : &ferry_mysql_full;
}

static inline void mark_bad_text(const DecodeColumn *d, FerryBatch *batch, FerryBadKind kind,
				 const void *text, size_t len)
{
	ferry_batch_mark_bad(batch, batch->n_rows, d->index, kind, text, len, false);
}
