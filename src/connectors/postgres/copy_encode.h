/*
 * Binary COPY: values of a batch to the bytes of PostgreSQL's send/receive functions. A row is a 16-bit count
 * of its fields, then each field as a 32-bit length (-1: NULL) and so many bytes, all big-endian
 * (https://www.postgresql.org/docs/current/sql-copy.html, Binary Format).
 *
 * One function a column is chosen when a writer opens. The caller makes sure of room (ferry_pg_encode_bound)
 * before it encodes; the functions check nothing, as the batch was checked.
 */
#pragma once

#include "data/batch.h"

typedef struct PgEncoder PgEncoder;

/* Appends length word and value of a cell that is not NULL; returns the new end. */
typedef uint8_t *(*PgEncodeFunc)(const PgEncoder *e, size_t row, uint8_t *out);

struct PgEncoder {
	PgEncodeFunc encode;
	const FerryColumn *column; /* of the batch at hand */
	bool is_variable;
};

/* An address of inet or cidr. */
typedef struct PgAddress {
	bool is_ipv6;
	uint8_t bits, n_bytes;
	uint8_t bytes[16];
} PgAddress;

/* From ADDRESS or ADDRESS/BITS; false, and *ret_address zeroed, where the server would refuse it (a cidr with bits
 * behind the mask, too). */
bool ferry_pg_parse_address(const char *text, size_t len, bool is_cidr, PgAddress *ret_address);

/* No encoded field is longer than this plus its column's bytes (0 for fixed-width columns). */
#define PG_FIELD_OVERHEAD 24

/* NULL where no encoder leads from the logical type to the column's type (oid of the base type; receive: the
 * name of its receive function; is_enum). */
PgEncodeFunc ferry_pg_encoder_for(FerryTypeId id, unsigned oid, const char *receive, bool is_enum);

/* Points the encoders to a batch's columns. */
void ferry_pg_encoders_attach(PgEncoder *encoders, const FerryBatch *batch);

/* An upper bound of what rows [first, first + n) take. */
size_t ferry_pg_encode_bound(const PgEncoder *encoders, size_t n_columns, size_t first, size_t n);

/* Rows [first, first + n) that are not skipped; returns the new end. */
uint8_t *ferry_pg_encode_rows(const PgEncoder *encoders, const FerryBatch *batch, size_t first, size_t n,
			      uint8_t *out);

/* The receive form of a decimal in ASCII, without length word: at most len + 16 bytes. Returns how many. */
size_t ferry_pg_pack_numeric(uint8_t *out, const char *text, size_t len);

static inline uint8_t *pg_put16(uint8_t *out, uint16_t v)
{
	v = __builtin_bswap16(v);
	memcpy(out, &v, 2);
	return out + 2;
}

static inline uint8_t *pg_put32(uint8_t *out, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(out, &v, 4);
	return out + 4;
}

static inline uint8_t *pg_put64(uint8_t *out, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(out, &v, 8);
	return out + 8;
}
