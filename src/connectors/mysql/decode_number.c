/*
 * Integers and floats. The pairs of wire and logical type that a catalog gives by itself have a function
 * each; all others go through one that loads 64 bits and stores with a check of the range.
 */
#include "connectors/mysql/decode.h"
#include "data/value_text.h"

/* Wire value of bytes wide, stored as ctype: the value always fits. */
#define EXACT(name, wire_ctype, load, bytes, ctype)                                                          \
	static const uint8_t *name(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,              \
				   FerryBatch *batch)                                                        \
	{                                                                                                    \
		if (G_UNLIKELY((size_t)(end - p) < (bytes)))                                                 \
			return NULL;                                                                         \
		((ctype *)column_of(d, batch)->fixed)[batch->n_rows] = (ctype)(wire_ctype)(load);            \
		return p + (bytes);                                                                          \
	}

EXACT(decode_i8, int8_t, *p, 1, int8_t)
EXACT(decode_i8_as_i16, int8_t, *p, 1, int16_t)
EXACT(decode_u8_as_i16, uint8_t, *p, 1, int16_t)
EXACT(decode_i16, int16_t, read_u16(p), 2, int16_t)
EXACT(decode_u16_as_i32, uint16_t, read_u16(p), 2, int32_t)
EXACT(decode_i32, int32_t, read_u32(p), 4, int32_t)
EXACT(decode_u32_as_i64, uint32_t, read_u32(p), 4, int64_t)
EXACT(decode_i64, int64_t, read_u64(p), 8, int64_t)

static const struct {
	uint8_t width;
	bool is_unsigned;
	FerryTypeId logical;
	DecodeFunc func;
} exact[] = {
	{1, false, FERRY_TYPE_INT8, decode_i8},         {1, false, FERRY_TYPE_INT16, decode_i8_as_i16},
	{1, true, FERRY_TYPE_INT16, decode_u8_as_i16},  {2, false, FERRY_TYPE_INT16, decode_i16},
	{2, true, FERRY_TYPE_INT32, decode_u16_as_i32}, {4, false, FERRY_TYPE_INT32, decode_i32},
	{4, true, FERRY_TYPE_INT64, decode_u32_as_i64}, {8, false, FERRY_TYPE_INT64, decode_i64},
};

static int64_t load_integer(const DecodeColumn *d, const uint8_t *p)
{
	switch (d->width) {
	case 1: return d->field.is_unsigned ? (int64_t)*p : (int64_t)(int8_t)*p;
	case 2: return d->field.is_unsigned ? (int64_t)read_u16(p) : (int64_t)(int16_t)read_u16(p);
	case 4: return d->field.is_unsigned ? (int64_t)read_u32(p) : (int64_t)(int32_t)read_u32(p);
	default: return (int64_t)read_u64(p);
	}
}

static size_t format_integer(const DecodeColumn *d, int64_t value, char *out)
{
	return d->field.is_unsigned ? ferry_format_uint64(out, (uint64_t)value)
				    : ferry_format_int64(out, value);
}

/* Range of a logical integer type; BOOL is one too. */
static bool fits(FerryTypeId logical, bool is_unsigned, int64_t value)
{
	if (is_unsigned && value < 0) /* beyond 2^63 - 1 */
		return false;
	switch (logical) {
	case FERRY_TYPE_BOOL: return value == 0 || value == 1;
	case FERRY_TYPE_INT8: return value == (int8_t)value;
	case FERRY_TYPE_INT16: return value == (int16_t)value;
	case FERRY_TYPE_INT32: return value == (int32_t)value;
	default: return true;
	}
}

static const uint8_t *decode_integer(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				     FerryBatch *batch)
{
	if (G_UNLIKELY((size_t)(end - p) < d->width))
		return NULL;
	int64_t value = load_integer(d, p);
	void *fixed = column_of(d, batch)->fixed;

	if (G_UNLIKELY(!fits(d->logical, d->field.is_unsigned, value))) {
		char text[24];
		mark_bad_text(d, batch, FERRY_BAD_OUT_OF_RANGE, text, format_integer(d, value, text));
		return p + d->width;
	}
	switch (d->logical) {
	case FERRY_TYPE_BOOL:
	case FERRY_TYPE_INT8: ((int8_t *)fixed)[batch->n_rows] = (int8_t)value; break;
	case FERRY_TYPE_INT16: ((int16_t *)fixed)[batch->n_rows] = (int16_t)value; break;
	case FERRY_TYPE_INT32: ((int32_t *)fixed)[batch->n_rows] = (int32_t)value; break;
	default: ((int64_t *)fixed)[batch->n_rows] = value;
	}
	return p + d->width;
}

/* As TEXT, and as DECIMAL: unsigned bigint. */
static const uint8_t *decode_integer_text(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
					  FerryBatch *batch)
{
	if (G_UNLIKELY((size_t)(end - p) < d->width))
		return NULL;
	char text[24];
	size_t len = format_integer(d, load_integer(d, p), text);
	return append_value(d, batch, text, len, p + d->width);
}

static const uint8_t *decode_integer_float(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
					   FerryBatch *batch)
{
	if (G_UNLIKELY((size_t)(end - p) < d->width))
		return NULL;
	int64_t value = load_integer(d, p);
	((double *)column_of(d, batch)->fixed)[batch->n_rows] =
		d->field.is_unsigned ? (double)(uint64_t)value : (double)value;
	return p + d->width;
}

static bool choose_integer(DecodeColumn *d)
{
	for (size_t i = 0; i < G_N_ELEMENTS(exact); i++) {
		if (exact[i].width == d->width && exact[i].is_unsigned == d->field.is_unsigned &&
		    exact[i].logical == d->logical) {
			d->func = exact[i].func;
			return true;
		}
	}
	switch (d->logical) {
	case FERRY_TYPE_BOOL:
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: d->func = decode_integer; return true;
	case FERRY_TYPE_DECIMAL:
	case FERRY_TYPE_TEXT: d->func = decode_integer_text; return true;
	case FERRY_TYPE_FLOAT64: d->func = decode_integer_float; return true;
	default: return false;
	}
}

/* ---- floats ---- */

static inline float load_float(const uint8_t *p)
{
	uint32_t bits = read_u32(p);
	float value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static inline double load_double(const uint8_t *p)
{
	uint64_t bits = read_u64(p);
	double value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

EXACT(decode_float, float, load_float(p), 4, float)
EXACT(decode_float_as_double, float, load_float(p), 4, double)
EXACT(decode_double, double, load_double(p), 8, double)

static const uint8_t *decode_float_text(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
					FerryBatch *batch)
{
	if (G_UNLIKELY((size_t)(end - p) < 4))
		return NULL;
	char text[FERRY_MAX_FLOAT_TEXT];
	return append_value(d, batch, text, ferry_format_float32(text, load_float(p)), p + 4);
}

static const uint8_t *decode_double_text(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
					 FerryBatch *batch)
{
	if (G_UNLIKELY((size_t)(end - p) < 8))
		return NULL;
	char text[FERRY_MAX_FLOAT_TEXT];
	return append_value(d, batch, text, ferry_format_float64(text, load_double(p)), p + 8);
}

static bool choose_float(DecodeColumn *d)
{
	bool is_double = d->field.wire_type == MYSQL_TYPE_DOUBLE;
	switch (d->logical) {
	case FERRY_TYPE_FLOAT32: d->func = is_double ? NULL : decode_float; break;
	case FERRY_TYPE_FLOAT64: d->func = is_double ? decode_double : decode_float_as_double; break;
	case FERRY_TYPE_TEXT: d->func = is_double ? decode_double_text : decode_float_text; break;
	default: return false;
	}
	return d->func != NULL;
}

bool ferry_mysql_choose_number(DecodeColumn *d)
{
	switch (d->field.wire_type) {
	case MYSQL_TYPE_TINY: d->width = 1; return choose_integer(d);
	case MYSQL_TYPE_YEAR:
	case MYSQL_TYPE_SHORT: d->width = 2; break;
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG: d->width = 4; break;
	case MYSQL_TYPE_LONGLONG: d->width = 8; break;
	case MYSQL_TYPE_FLOAT:
	case MYSQL_TYPE_DOUBLE: return choose_float(d);
	default: return false;
	}
	/* 1901 … 2155, and 24 bits: the sign does not matter, and the exact functions are those of the
	 * signed. */
	if (d->field.wire_type == MYSQL_TYPE_YEAR || d->field.wire_type == MYSQL_TYPE_INT24)
		d->field.is_unsigned = false;
	return choose_integer(d);
}
