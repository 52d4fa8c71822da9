/*
 * Logical types: the meeting point between every source's types and every target's. A reader is told which logical
 * type each column shall have in its batches and decodes straight into that; a writer encodes from it. Values are exact:
 * a decimal never passes through a double.
 *
 * How a value lies in a batch's column (data/batch.h); "fixed N" is N bytes a row, "bytes" is offsets + bytes:
 *
 *   type         storage    content
 *   BOOL         fixed 1    0 or 1
 *   INT8…INT64   fixed 1…8  two's complement, host order
 *   FLOAT32/64   fixed 4/8  IEEE 754, host order; NaN, infinities and -0 included
 *   DECIMAL      bytes      ASCII: [-]digits[.digits], no exponent, no '+'; or NaN, Infinity, -Infinity. Any precision.
 *                           Trailing zeros are as the source has them; they do not count when values are compared.
 *   TEXT         bytes      UTF-8 as the source has it; whether it is valid is checked by who needs it
 *   BYTES        bytes      any
 *   DATE         fixed 4    int32 days since 1970-01-01, proleptic Gregorian; FERRY_DATE_(NEG_)INFINITY
 *   TIME         fixed 8    int64 microseconds since midnight, 0 … 86,400,000,000 (24:00:00) included
 *   TIMESTAMP    fixed 8    int64 microseconds since 1970-01-01 00:00:00, no zone; FERRY_TIMESTAMP_(NEG_)INFINITY
 *   TIMESTAMPTZ  fixed 8    the same, in UTC
 *   INTERVAL     fixed 16   FerryInterval
 *   UUID         fixed 16   the 16 bytes in the order they are written
 *   JSON         bytes      UTF-8 text of one JSON value
 *   BITS         bytes      ASCII '0' and '1', most significant first
 *
 * Whatever has no better home travels as TEXT, in the text form of its own system, and the plan says so. A unit finer
 * than the microsecond comes with the first source that has one.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	FERRY_TYPE_BOOL,
	FERRY_TYPE_INT8,
	FERRY_TYPE_INT16,
	FERRY_TYPE_INT32,
	FERRY_TYPE_INT64,
	FERRY_TYPE_FLOAT32,
	FERRY_TYPE_FLOAT64,
	FERRY_TYPE_DECIMAL,
	FERRY_TYPE_TEXT,
	FERRY_TYPE_BYTES,
	FERRY_TYPE_DATE,
	FERRY_TYPE_TIME,
	FERRY_TYPE_TIMESTAMP,
	FERRY_TYPE_TIMESTAMPTZ,
	FERRY_TYPE_INTERVAL,
	FERRY_TYPE_UUID,
	FERRY_TYPE_JSON,
	FERRY_TYPE_BITS,
	FERRY_N_TYPES
} FerryTypeId;

#define FERRY_DATE_INFINITY          INT32_MAX
#define FERRY_DATE_NEG_INFINITY      INT32_MIN
#define FERRY_TIMESTAMP_INFINITY     INT64_MAX
#define FERRY_TIMESTAMP_NEG_INFINITY INT64_MIN

typedef struct FerryInterval {
	int32_t months;
	int32_t days;
	int64_t us;
} FerryInterval;

/* Plain data, copied by value. */
typedef struct FerryType {
	FerryTypeId id;
	int precision;  /* DECIMAL: digits, 0 = unlimited. TIME, TIMESTAMP(TZ), INTERVAL: fractional digits 0…6, -1 = not said */
	int scale;      /* DECIMAL: digits after the point */
	int64_t length; /* TEXT: characters, BYTES: bytes, BITS: bits; 0 = unlimited */
	bool is_fixed;  /* TEXT, BYTES, BITS: CHAR(n), BINARY(n), BIT(n) rather than VARCHAR(n), … */
	bool is_binary_json; /* JSON: the source keeps the value, not the text (jsonb) */
	bool is_exact;       /* both sides are SQLite, where the storage class is part of a value. TEXT: SQL literals (1, 1.0,
	                        '1', x'31'); INT64, FLOAT64, BYTES: values of that class and no other */
} FerryType;

/* Bytes a row of the fixed part: 1, 2, 4, 8 or 16; 0 for types whose storage is offsets + bytes. */
size_t ferry_type_width(FerryTypeId id);

/* "int32", "timestamptz", …; static. */
const char *ferry_type_id_name(FerryTypeId id);

/* For people and JSON: "decimal(12,2)", "text(40)", "timestamp(3)". Newly allocated. */
char *ferry_type_to_string(const FerryType *type);

/* Reads what ferry_type_to_string() writes, in any case; false: it is none. */
bool ferry_type_from_string(const char *text, FerryType *ret_type);

bool ferry_type_equal(const FerryType *a, const FerryType *b);

/* Initialisers for the common ones. */
#define FERRY_TYPE(id_)           ((FerryType){.id = (id_), .precision = -1})
#define FERRY_TYPE_NUMERIC(p, s)  ((FerryType){.id = FERRY_TYPE_DECIMAL, .precision = (p), .scale = (s)})
#define FERRY_TYPE_SIZED(id_, n)  ((FerryType){.id = (id_), .precision = -1, .length = (n)})
#define FERRY_TYPE_FRACTION(id_, p) ((FerryType){.id = (id_), .precision = (p)})
