/*
 * Values into and out of their text: what a column's steps begin and end with.
 */
#include "transform/step.h"

#include "data/value_text.h"

#include <math.h>

FerryStepValue ferry_step_load(const FerryColumn *column, size_t row, GString *scratch)
{
	FerryStepValue value = {.data = "", .is_null = ferry_column_is_null(column, row)};

	if (value.is_null)
		return value;
	if (ferry_type_width(column->type->id) == 0) {
		value.data = (const char *)ferry_column_get_bytes(column, row, &value.len);
		return value;
	}
	g_string_truncate(scratch, 0);
	ferry_value_to_text(column, row, scratch);
	value.data = scratch->str;
	value.len = scratch->len;
	return value;
}

/* ---- numbers ---- */

/* "12", "12.00" (its fraction holds nothing); a number with a fraction is no integer. */
static bool parse_whole(const char *text, size_t len, int64_t *ret_value, FerryBadKind *ret_kind)
{
	const char *point = memchr(text, '.', len);
	size_t whole = point ? (size_t)(point - text) : len;

	*ret_kind = FERRY_BAD_INVALID_VALUE;
	for (size_t i = whole + 1; i < len; i++)
		if (text[i] != '0')
			return false;
	if (ferry_parse_int64(text, whole, ret_value))
		return true;
	/* digits only, but too many of them */
	size_t at = whole > 0 && (*text == '-' || *text == '+');
	while (at < whole && g_ascii_isdigit(text[at]))
		at++;
	if (at == whole && whole > 0)
		*ret_kind = FERRY_BAD_OUT_OF_RANGE;
	return false;
}

static bool store_int(FerryColumn *c, size_t row, const FerryStepValue *v, FerryBadKind *ret_kind)
{
	int64_t x;

	if (!parse_whole(v->data, v->len, &x, ret_kind))
		return false;
	*ret_kind = FERRY_BAD_OUT_OF_RANGE;
	switch (c->type->id) {
	case FERRY_TYPE_INT8: ((int8_t *)c->fixed)[row] = (int8_t)x; return x >= INT8_MIN && x <= INT8_MAX;
	case FERRY_TYPE_INT16:
		((int16_t *)c->fixed)[row] = (int16_t)x;
		return x >= INT16_MIN && x <= INT16_MAX;
	case FERRY_TYPE_INT32:
		((int32_t *)c->fixed)[row] = (int32_t)x;
		return x >= INT32_MIN && x <= INT32_MAX;
	default: ((int64_t *)c->fixed)[row] = x; return true;
	}
}

static bool store_float(FerryColumn *c, size_t row, const FerryStepValue *v, FerryBadKind *ret_kind)
{
	double x;

	if (!ferry_parse_float64(v->data, v->len, &x))
		return false;
	if (c->type->id == FERRY_TYPE_FLOAT64) {
		((double *)c->fixed)[row] = x;
		return true;
	}
	((float *)c->fixed)[row] = (float)x;
	*ret_kind = FERRY_BAD_OUT_OF_RANGE;
	return isinf(x) || !isinf((float)x);
}

/* ---- moments ---- */

static bool store_timestamp(FerryColumn *c, size_t row, const FerryStepValue *v)
{
	bool has_zone;

	return ferry_parse_timestamp(v->data, v->len, &((int64_t *)c->fixed)[row], &has_zone);
}

static bool store_bool(FerryColumn *c, size_t row, const FerryStepValue *v)
{
	bool x;

	if (!ferry_parse_bool(v->data, v->len, &x))
		return false;
	((uint8_t *)c->fixed)[row] = x;
	return true;
}

/* ---- bytes ---- */

/* DECIMAL columns hold plain digits: no exponent, no plus sign. */
static bool is_plain_decimal(const char *text, size_t len)
{
	return ferry_parse_decimal(text, len) && *text != '+' && !memchr(text, 'e', len) &&
	       !memchr(text, 'E', len);
}

static bool is_bits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != '0' && text[i] != '1')
			return false;
	return true;
}

static bool store_bytes(FerryColumn *c, size_t row, const FerryStepValue *v, bool *ret_is_full)
{
	if (c->type->id == FERRY_TYPE_DECIMAL && !is_plain_decimal(v->data, v->len))
		return false;
	if (c->type->id == FERRY_TYPE_BITS && !is_bits(v->data, v->len))
		return false;
	*ret_is_full = !ferry_column_append_bytes(c, row, v->data, v->len);
	return !*ret_is_full;
}

bool ferry_step_store(FerryColumn *c, size_t row, const FerryStepValue *v, FerryBadKind *ret_kind,
		      bool *ret_is_full)
{
	*ret_kind = FERRY_BAD_INVALID_VALUE;
	*ret_is_full = false;
	if (v->is_null) {
		ferry_column_set_null(c, row);
		return true;
	}
	switch (c->type->id) {
	case FERRY_TYPE_BOOL: return store_bool(c, row, v);
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: return store_int(c, row, v, ret_kind);
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64: return store_float(c, row, v, ret_kind);
	case FERRY_TYPE_DATE: return ferry_parse_date(v->data, v->len, &((int32_t *)c->fixed)[row]);
	case FERRY_TYPE_TIME: return ferry_parse_time(v->data, v->len, &((int64_t *)c->fixed)[row]);
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: return store_timestamp(c, row, v);
	case FERRY_TYPE_UUID: return ferry_parse_uuid(v->data, v->len, (uint8_t *)c->fixed + 16 * row);
	case FERRY_TYPE_INTERVAL: return false; /* never compiled: intervals pass as they are */
	default: return store_bytes(c, row, v, ret_is_full);
	}
}
