/*
 * What a column of the target cannot hold is marked here, before it is sent: the server would refuse the
 * whole COPY for it, or (scale of numeric, fraction of a second) round without a word.
 *
 * Each check runs over a whole column. The common case, all well, is decided for the column's bytes at once
 * where that can be; a look at each value follows only if not.
 */
#include "connectors/postgres/writer.h"
#include "data/value_text.h"

#include <math.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELD_BYTES     ((size_t)0x3fffffff - 64) /* a varlena's limit, some room for the header */
#define MAX_NAME_BYTES      63
#define MAX_NUMERIC_INTEGER 131072
#define MAX_NUMERIC_SCALE   16383
#define MIN_DATE            (-2451545 + PG_EPOCH_DAYS)             /* 4713-11-24 BC */
#define MAX_DATE            (2147483493 - 2451545 + PG_EPOCH_DAYS) /* 5874897-12-31 */
#define MIN_TIMESTAMP       (G_GINT64_CONSTANT(-211813488000000000) + PG_EPOCH_US)
#define DAY_US              G_GINT64_CONSTANT(86400000000)

static void mark_bytes(FerryBatch *batch, size_t row, size_t column, FerryBadKind kind, bool is_binary)
{
	size_t len;
	const uint8_t *data = ferry_column_get_bytes(&batch->columns[column], row, &len);
	ferry_batch_mark_bad(batch, row, column, kind, data, len, is_binary);
}

static void mark_fixed(FerryBatch *batch, size_t row, size_t column, FerryBadKind kind)
{
	g_autoptr(GString) text = g_string_new(NULL);
	ferry_value_to_text(&batch->columns[column], row, text);
	ferry_batch_mark_bad(batch, row, column, kind, text->str, text->len, false);
}

static inline const uint8_t *value_at(const FerryColumn *c, size_t row, size_t *ret_len)
{
	return ferry_column_get_bytes(c, row, ret_len);
}

/* ---- text ---- */

/* Whether no character lies across the border of two values; the bytes as a whole are valid. */
static bool borders_are_whole(const FerryColumn *c, size_t n_rows)
{
	unsigned broken = 0;
	size_t total = (size_t)c->offsets[n_rows];
	for (size_t row = 1; row <= n_rows; row++) {
		size_t at = (size_t)c->offsets[row];
		if (at < total)
			broken |= (c->bytes[at] & 0xC0) == 0x80;
	}
	return !broken;
}

/* Valid UTF-8 without NUL. In blocks that stay in the first cache, as two passes go over the bytes. */
static bool is_clean(const uint8_t *data, size_t len)
{
	enum { BLOCK = 16 * 1024, MAX_CHARACTER = 4 };
	while (len > 0) {
		size_t n = MIN(len, BLOCK);
		if (memchr(data, 0, n) != NULL)
			return false;
		size_t valid = ferry_utf8_valid_len(data, n);
		/* A character that the block cuts is looked at again with the next one. */
		if (valid < n && (n == len || n - valid >= MAX_CHARACTER))
			return false;
		data += valid;
		len -= valid;
	}
	return true;
}

static void check_encoding(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	size_t total = (size_t)c->offsets[batch->n_rows], len;
	if (total < MAX_FIELD_BYTES && is_clean(c->bytes, total) && borders_are_whole(c, batch->n_rows))
		return;
	for (size_t row = 0; row < batch->n_rows; row++) {
		if (ferry_column_is_null(c, row))
			continue;
		const uint8_t *data = value_at(c, row, &len);
		if (memchr(data, 0, len) != NULL)
			mark_bytes(batch, row, column, FERRY_BAD_NUL_BYTE,
				   ferry_utf8_valid_len(data, len) != len);
		else if (ferry_utf8_valid_len(data, len) != len)
			mark_bytes(batch, row, column, FERRY_BAD_INVALID_ENCODING, true);
		else if (len > MAX_FIELD_BYTES)
			mark_bytes(batch, row, column, FERRY_BAD_TOO_LONG, false);
	}
}

/* The server cuts blanks that stand beyond char(n) and refuses anything else. */
static size_t without_trailing_blanks(const uint8_t *data, size_t len)
{
	while (len > 0 && data[len - 1] == ' ')
		len--;
	return len;
}

static void check_text(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	check_encoding(target, batch, column);
	if (target->limit == 0)
		return;
	const FerryColumn *c = &batch->columns[column];
	size_t limit = (size_t)target->limit;
	for (size_t row = 0; row < batch->n_rows; row++) {
		size_t len = (size_t)(c->offsets[row + 1] - c->offsets[row]);
		if (G_LIKELY(len <= limit) || ferry_column_is_null(c, row))
			continue;
		const uint8_t *data = c->bytes + c->offsets[row];
		if (target->is_fixed)
			len = without_trailing_blanks(data, len);
		if (len > limit && ferry_utf8_count(data, len) > limit)
			mark_bytes(batch, row, column, FERRY_BAD_TOO_LONG, false);
	}
}

static void check_name(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	check_encoding(target, batch, column);
	const FerryColumn *c = &batch->columns[column];
	for (size_t row = 0; row < batch->n_rows; row++)
		if (c->offsets[row + 1] - c->offsets[row] > MAX_NAME_BYTES && !ferry_column_is_null(c, row))
			mark_bytes(batch, row, column, FERRY_BAD_TOO_LONG, false);
}

/* \u0000 inside a string: an even number of backslashes stands before its own. */
static bool has_escaped_nul(const uint8_t *data, size_t len)
{
	const uint8_t *at = data, *end = data + len;
	while ((at = memmem(at, (size_t)(end - at), "\\u0000", 6)) != NULL) {
		size_t n = 0;
		while (at - n > data && at[-(ptrdiff_t)n - 1] == '\\')
			n++;
		if (n % 2 == 0)
			return true;
		at += 6;
	}
	return false;
}

static void check_jsonb(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	check_encoding(target, batch, column);
	const FerryColumn *c = &batch->columns[column];
	size_t total = (size_t)c->offsets[batch->n_rows], len;
	if (memmem(c->bytes, total, "\\u0000", 6) == NULL)
		return;
	for (size_t row = 0; row < batch->n_rows; row++) {
		if (ferry_column_is_null(c, row))
			continue;
		const uint8_t *data = value_at(c, row, &len);
		if (has_escaped_nul(data, len))
			mark_bytes(batch, row, column, FERRY_BAD_NUL_BYTE, false);
	}
}

typedef struct Slice {
	const char *data;
	size_t len;
} Slice;

static int compare_label(const void *key, const void *element)
{
	const Slice *value = key;
	const char *label = *(char *const *)element;
	int order = strncmp(value->data, label, value->len);
	return order != 0 ? order : label[value->len] == '\0' ? 0 : -1;
}

static bool is_label(const PgTargetColumn *target, const uint8_t *data, size_t len)
{
	if (memchr(data, 0, len) != NULL)
		return false;
	Slice value = {(const char *)data, len};
	return bsearch(&value, target->labels, target->n_labels, sizeof(char *), compare_label) != NULL;
}

static void check_enum(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	size_t len;
	for (size_t row = 0; row < batch->n_rows; row++) {
		if (ferry_column_is_null(c, row))
			continue;
		const uint8_t *data = value_at(c, row, &len);
		if (!is_label(target, data, len))
			mark_bytes(batch, row, column, FERRY_BAD_INVALID_VALUE,
				   ferry_utf8_valid_len(data, len) != len);
	}
}

static void check_address(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	size_t len;
	PgAddress address;
	for (size_t row = 0; row < batch->n_rows; row++) {
		if (ferry_column_is_null(c, row))
			continue;
		const uint8_t *data = value_at(c, row, &len);
		if (!ferry_pg_parse_address((const char *)data, len, target->oid == PG_CIDR, &address))
			mark_bytes(batch, row, column, FERRY_BAD_INVALID_VALUE,
				   ferry_utf8_valid_len(data, len) != len);
	}
}

/* ---- bytes and bits ---- */

static void check_bytes(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	size_t len;
	if ((size_t)c->offsets[batch->n_rows] < MAX_FIELD_BYTES)
		return;
	for (size_t row = 0; row < batch->n_rows; row++)
		if (!ferry_column_is_null(c, row) && (value_at(c, row, &len), len > MAX_FIELD_BYTES))
			mark_bytes(batch, row, column, FERRY_BAD_TOO_LONG, true);
}

static void check_bits(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	size_t len, limit = (size_t)target->limit;
	if (limit == 0)
		return;
	for (size_t row = 0; row < batch->n_rows; row++) {
		if (ferry_column_is_null(c, row))
			continue;
		value_at(c, row, &len);
		if (len > limit)
			mark_bytes(batch, row, column, FERRY_BAD_TOO_LONG, false);
		else if (target->is_fixed && len != limit)
			mark_bytes(batch, row, column, FERRY_BAD_INVALID_VALUE, false);
	}
}

/* ---- integers ---- */

static void check_integer(FerryBatch *batch, size_t column, int64_t min, int64_t max)
{
	const FerryColumn *c = &batch->columns[column];
	size_t n = batch->n_rows;
	for (size_t row = 0; row < n; row++) {
		int64_t v;
		switch (ferry_type_width(c->type->id)) {
		case 1: v = ((const int8_t *)c->fixed)[row]; break;
		case 2: v = ((const int16_t *)c->fixed)[row]; break;
		case 4: v = ((const int32_t *)c->fixed)[row]; break;
		default: v = ((const int64_t *)c->fixed)[row]; break;
		}
		if (G_UNLIKELY(v < min || v > max) && !ferry_column_is_null(c, row))
			mark_fixed(batch, row, column, FERRY_BAD_OUT_OF_RANGE);
	}
}

static void check_bool(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	check_integer(batch, column, 0, 1);
}

static void check_int2(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	check_integer(batch, column, INT16_MIN, INT16_MAX);
}

static void check_int4(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	check_integer(batch, column, INT32_MIN, INT32_MAX);
}

static void check_int_numeric(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	static const int64_t powers[] = {1,
					 10,
					 100,
					 1000,
					 10000,
					 100000,
					 1000000,
					 10000000,
					 100000000,
					 1000000000,
					 10000000000,
					 100000000000,
					 1000000000000,
					 10000000000000,
					 100000000000000,
					 1000000000000000,
					 10000000000000000,
					 100000000000000000,
					 1000000000000000000};
	int digits = target->precision - target->scale;
	if (target->precision == 0 || digits >= (int)G_N_ELEMENTS(powers))
		return;
	int64_t max = digits >= 0 ? powers[digits] - 1 : 0;
	check_integer(batch, column, -max, max);
}

/* ---- decimals ---- */

/* Digits before the point without leading zeros; after it all (digits) and without trailing zeros
 * (significant). */
static void measure(const char *text, size_t len, size_t *ret_integer, size_t *ret_scale,
		    size_t *ret_significant)
{
	const char *p = text, *end = text + len;
	if (p < end && *p == '-')
		p++;
	while (p < end && *p == '0')
		p++;
	const char *point = memchr(p, '.', (size_t)(end - p));
	*ret_integer = (size_t)((point != NULL ? point : end) - p);
	*ret_scale = point != NULL ? (size_t)(end - point - 1) : 0;
	while (point != NULL && end > point + 1 && end[-1] == '0')
		end--;
	*ret_significant = point != NULL ? (size_t)(end - point - 1) : 0;
}

static bool fits_decimal(const PgTargetColumn *target, const char *text, size_t len)
{
	size_t n_integer, scale, significant;
	measure(text, len, &n_integer, &scale, &significant);
	if (target->precision == 0) /* the server keeps trailing zeros, so they count here */
		return n_integer <= MAX_NUMERIC_INTEGER && scale <= MAX_NUMERIC_SCALE;
	if (target->scale < 0)
		return significant == 0 && (int64_t)n_integer <= target->precision - target->scale;
	return (int64_t)n_integer <= MAX(target->precision - target->scale, 0) &&
	       significant <= (size_t)target->scale;
}

static void check_decimal(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	const FerryType *source = &target->source;
	bool fits_by_type = source->precision > 0 && target->precision > 0 &&
			    target->scale >= source->scale &&
			    target->precision - target->scale >= source->precision - source->scale;
	bool has_infinity = target->version >= 140000 && target->precision == 0;
	size_t len;
	for (size_t row = 0; row < batch->n_rows; row++) {
		if (ferry_column_is_null(c, row))
			continue;
		const char *text = (const char *)value_at(c, row, &len);
		bool is_negative = len > 0 && *text == '-';
		char head = len > (size_t)is_negative ? text[is_negative] : '\0';
		if (G_UNLIKELY(!g_ascii_isdigit(head) && head != '.')) {
			if (head == 'N' || (head == 'I' && has_infinity))
				continue;
			mark_bytes(batch, row, column,
				   head == 'I' ? FERRY_BAD_OUT_OF_RANGE : FERRY_BAD_INVALID_VALUE, false);
		} else if (!fits_by_type && (target->precision > 0 || len > MAX_NUMERIC_SCALE) &&
			   !fits_decimal(target, text, len)) {
			mark_bytes(batch, row, column, FERRY_BAD_OUT_OF_RANGE, false);
		}
	}
}

/* ---- dates and times ---- */

static void check_date(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	const int32_t *v = c->fixed;
	for (size_t row = 0; row < batch->n_rows; row++) {
		if (G_LIKELY(v[row] >= MIN_DATE && v[row] <= MAX_DATE) || ferry_column_is_null(c, row))
			continue;
		if (v[row] != FERRY_DATE_INFINITY && v[row] != FERRY_DATE_NEG_INFINITY)
			mark_fixed(batch, row, column, FERRY_BAD_OUT_OF_RANGE);
	}
}

static int64_t fraction_unit(int digits)
{
	int64_t unit = 1;
	for (; digits < 6; digits++)
		unit *= 10;
	return unit;
}

static void check_time(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	const int64_t *v = c->fixed;
	int64_t unit = fraction_unit(target->fraction);
	for (size_t row = 0; row < batch->n_rows; row++)
		if ((v[row] < 0 || v[row] > DAY_US || (unit > 1 && v[row] % unit != 0)) &&
		    !ferry_column_is_null(c, row))
			mark_fixed(batch, row, column, FERRY_BAD_OUT_OF_RANGE);
}

static void check_timestamp(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	const int64_t *v = c->fixed;
	int64_t unit = fraction_unit(target->fraction);
	for (size_t row = 0; row < batch->n_rows; row++) {
		if (G_LIKELY(v[row] >= MIN_TIMESTAMP && (unit == 1 || v[row] % unit == 0)) ||
		    ferry_column_is_null(c, row))
			continue;
		if (v[row] != FERRY_TIMESTAMP_INFINITY && v[row] != FERRY_TIMESTAMP_NEG_INFINITY)
			mark_fixed(batch, row, column, FERRY_BAD_OUT_OF_RANGE);
	}
}

static void check_interval(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	int64_t unit = fraction_unit(target->fraction);
	if (c->type->id != FERRY_TYPE_INTERVAL || unit == 1)
		return;
	const FerryInterval *v = c->fixed;
	for (size_t row = 0; row < batch->n_rows; row++)
		if (v[row].us % unit != 0 && v[row].us != INT64_MIN && v[row].us != INT64_MAX &&
		    !ferry_column_is_null(c, row))
			mark_fixed(batch, row, column, FERRY_BAD_OUT_OF_RANGE);
}

/* ---- floats ---- */

/* A double that a real cannot hold exactly would come back changed. */
static void check_float4(const PgTargetColumn *target, FerryBatch *batch, size_t column)
{
	const FerryColumn *c = &batch->columns[column];
	const double *v = c->fixed;
	for (size_t row = 0; row < batch->n_rows; row++)
		if (isfinite(v[row]) && fabs(v[row]) > FLT_MAX && !ferry_column_is_null(c, row))
			mark_fixed(batch, row, column, FERRY_BAD_OUT_OF_RANGE);
}

/* ---- which one ---- */

static bool is_integer(FerryTypeId id)
{
	return id <= FERRY_TYPE_INT64;
}

static PgCheckFunc check_for_integer(const PgTargetColumn *target)
{
	FerryTypeId id = target->source.id;
	switch (target->oid) {
	case PG_BOOL: return id > FERRY_TYPE_BOOL ? check_bool : NULL;
	case PG_INT2: return id > FERRY_TYPE_INT16 ? check_int2 : NULL;
	case PG_INT4: return id > FERRY_TYPE_INT32 ? check_int4 : NULL;
	case PG_NUMERIC: return check_int_numeric;
	default: return NULL;
	}
}

PgCheckFunc ferry_pg_check_for(const PgTargetColumn *target)
{
	FerryTypeId id = target->source.id;
	if (is_integer(id))
		return check_for_integer(target);
	switch (id) {
	case FERRY_TYPE_FLOAT64: return target->oid == PG_FLOAT4 ? check_float4 : NULL;
	case FERRY_TYPE_DECIMAL: return target->oid == PG_NUMERIC ? check_decimal : NULL;
	case FERRY_TYPE_DATE: return check_date;
	case FERRY_TYPE_TIME: return target->oid == PG_INTERVAL ? NULL : check_time;
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: return check_timestamp;
	case FERRY_TYPE_INTERVAL: return check_interval;
	case FERRY_TYPE_BYTES: return check_bytes;
	case FERRY_TYPE_BITS: return check_bits;
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_JSON:
		if (target->is_enum)
			return check_enum;
		if (target->oid == PG_NAME)
			return check_name;
		if (id == FERRY_TYPE_TEXT && (target->oid == PG_INET || target->oid == PG_CIDR))
			return check_address;
		return target->oid == PG_JSONB ? check_jsonb : check_text;
	default: return NULL;
	}
}
