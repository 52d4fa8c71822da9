/*
 * Text forms of values: for reject files, for reports of differences, for targets whose loader takes text, and for
 * sources that keep typed values as text. The forms are PostgreSQL's ISO output (they read back in every system we
 * know): 2024-02-29, 0044-03-15 BC, 24:00:00, 2024-02-29 23:59:59.000001, …+00, infinity, \x… for bytes, t and f,
 * floats with the fewest digits that read back to the same value.
 *
 * Parsers take exactly one value and no surrounding blanks; they return false for what does not read as the type or
 * lies outside of it, and never set an error: they are for the hot path. All functions may run on any thread.
 */
#pragma once

#include "data/batch.h"

/* Appends the value at (column, row) to out: the text form, without quotes. NULL appends nothing and returns false. */
bool ferry_value_to_text(const FerryColumn *column, size_t row, GString *out);

/* Writers into a caller's buffer: return the number of characters, no NUL added. */
#define FERRY_MAX_FLOAT_TEXT     32
#define FERRY_MAX_TIMESTAMP_TEXT 40
#define FERRY_MAX_INTERVAL_TEXT  96
size_t ferry_format_int64(char *out, int64_t value);      /* at most 20 */
size_t ferry_format_uint64(char *out, uint64_t value);    /* at most 20 */
size_t ferry_format_float64(char *out, double value);     /* shortest that reads back; NaN, Infinity, -Infinity */
size_t ferry_format_float32(char *out, float value);
size_t ferry_format_date(char *out, int32_t days);
size_t ferry_format_time(char *out, int64_t us);
size_t ferry_format_timestamp(char *out, int64_t us, bool with_zone); /* with_zone appends +00 */
size_t ferry_format_interval(char *out, FerryInterval interval);      /* 1 year 2 mons 3 days 04:05:06.000007 */
size_t ferry_format_uuid(char *out, const uint8_t uuid[16]);          /* 36 */
/* A value that is not NULL, of a type of fixed width; and the most characters that one of the type has. */
size_t ferry_format_max(FerryTypeId type);
size_t ferry_format_fixed(char *out, const FerryColumn *column, size_t row);

bool ferry_parse_int64(const char *text, size_t len, int64_t *ret_value);
bool ferry_parse_float64(const char *text, size_t len, double *ret_value); /* exact; inf/infinity/nan in any case */
bool ferry_parse_decimal(const char *text, size_t len); /* [+-]digits[.digits][e±n], NaN, ±Infinity: is it one? */
bool ferry_parse_bool(const char *text, size_t len, bool *ret_value); /* t f true false yes no on off 1 0, any case */
bool ferry_parse_date(const char *text, size_t len, int32_t *ret_days);   /* [-]YYYY-MM-DD[ BC], ±infinity */
bool ferry_parse_time(const char *text, size_t len, int64_t *ret_us);     /* HH:MM[:SS[.ffffff]] */
/* YYYY-MM-DD[(T| )HH:MM[:SS[.ffffff]]][Z|±HH[:MM]][ BC]; a zone is applied (result in UTC) and reported. More than six
 * fractional digits are accepted only if those beyond are zeros. */
bool ferry_parse_timestamp(const char *text, size_t len, int64_t *ret_us, bool *ret_has_zone);
bool ferry_parse_uuid(const char *text, size_t len, uint8_t ret_uuid[16]); /* with or without dashes and braces */

/* Proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms"). month 1…12. */
int32_t ferry_days_from_civil(int64_t year, unsigned month, unsigned day);
void ferry_civil_from_days(int32_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day);
bool ferry_is_valid_date(int64_t year, unsigned month, unsigned day);

/* Length of the longest prefix that is valid UTF-8 (RFC 3629; NUL is valid here). Equal to len when all of it is. Fast for ASCII. */
size_t ferry_utf8_valid_len(const uint8_t *data, size_t len);
/* Characters in valid UTF-8. */
size_t ferry_utf8_count(const uint8_t *data, size_t len);
