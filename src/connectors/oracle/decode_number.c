/* NUMBER, BINARY_FLOAT, BINARY_DOUBLE, BOOLEAN. */
#include "connectors/oracle/decode.h"
#include "connectors/oracle/number.h"
#include "data/value_text.h"

static bool mark_number(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch, const uint8_t *p, size_t len)
{
	char text[FERRY_ORACLE_MAX_NUMBER_TEXT];
	size_t n = ferry_oracle_number_to_text(p, len, text);

	return n ? mark_bad(d, batch, FERRY_BAD_OUT_OF_RANGE, text, n)
		 : malformed(w, "a NUMBER that is none");
}

/* Stores value in the width of the column; false: it does not fit. */
static inline bool store_integer(DecodeColumn *d, FerryBatch *batch, int64_t value)
{
	void *fixed = column_of(d, batch)->fixed;
	size_t row = batch->n_rows;

	switch (d->logical) {
	case FERRY_TYPE_INT64: ((int64_t *)fixed)[row] = value; return true;
	case FERRY_TYPE_INT32: ((int32_t *)fixed)[row] = (int32_t)value; return value == (int32_t)value;
	case FERRY_TYPE_INT16: ((int16_t *)fixed)[row] = (int16_t)value; return value == (int16_t)value;
	case FERRY_TYPE_INT8: ((int8_t *)fixed)[row] = (int8_t)value; return value == (int8_t)value;
	case FERRY_TYPE_BOOL: ((uint8_t *)fixed)[row] = value == 1; return value == 0 || value == 1;
	default: return false;
	}
}

static bool decode_integer(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	int64_t value;
	const uint8_t *p = read_short(w, &len);

	if (G_UNLIKELY(!p))
		return false;
	if (len == 0)
		return set_null(d, batch);
	switch (ferry_oracle_number_to_int64(p, len, &value)) {
	case FERRY_ORACLE_NUMBER_OK:
		return store_integer(d, batch, value) || mark_number(d, w, batch, p, len);
	case FERRY_ORACLE_NUMBER_BEYOND: return mark_number(d, w, batch, p, len);
	default: return malformed(w, "a NUMBER that is none");
	}
}

static bool decode_decimal(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	const uint8_t *p = read_short(w, &len);
	FerryColumn *c = column_of(d, batch);

	if (G_UNLIKELY(!p))
		return false;
	if (len == 0)
		return set_null(d, batch);
	if (G_UNLIKELY(!ferry_column_reserve(c, FERRY_ORACLE_MAX_NUMBER_TEXT))) {
		d->is_full = true;
		return false;
	}
	size_t n = ferry_oracle_number_to_text(p, len, (char *)c->bytes + c->bytes_len);
	if (G_UNLIKELY(n == 0))
		return malformed(w, "a NUMBER that is none");
	c->bytes_len += n;
	c->offsets[batch->n_rows + 1] = (int32_t)c->bytes_len;
	return true;
}

/* What was declared as a number and is wanted as a float: through the text, so that it is rounded once. */
static bool decode_number_float(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	char text[FERRY_ORACLE_MAX_NUMBER_TEXT];
	double value;
	const uint8_t *p = read_short(w, &len);

	if (G_UNLIKELY(!p))
		return false;
	if (len == 0)
		return set_null(d, batch);
	size_t n = ferry_oracle_number_to_text(p, len, text);
	if (G_UNLIKELY(n == 0 || !ferry_parse_float64(text, n, &value)))
		return malformed(w, "a NUMBER that is none");
	if (d->logical == FERRY_TYPE_FLOAT64)
		((double *)column_of(d, batch)->fixed)[batch->n_rows] = value;
	else
		((float *)column_of(d, batch)->fixed)[batch->n_rows] = (float)value;
	return true;
}

/* A flag column: NULL, or a length. */
static bool decode_flag(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	int64_t value = 0;
	const uint8_t *p = read_short(w, &len);

	if (G_UNLIKELY(!p))
		return false;
	if (len > 0 && ferry_oracle_number_to_int64(p, len, &value) != FERRY_ORACLE_NUMBER_OK)
		return malformed(w, "a NUMBER that is none");
	d->is_there = len > 0;
	d->length = (uint64_t)MAX(value, 0);
	return true;
}

/* ---- binary floats: bits that sort as the values do ---- */

static uint64_t read_sorted(const uint8_t *p, size_t len)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < len; i++)
		bits = bits << 8 | p[i];
	uint64_t top = (uint64_t)1 << (len * 8 - 1);
	return bits & top ? bits ^ top : ~bits & (top | (top - 1));
}

static const uint8_t *read_float(DecodeColumn *d, FerryOracleWire *w, size_t width, bool *ret_is_null)
{
	size_t len;
	const uint8_t *p = read_short(w, &len);

	if (G_UNLIKELY(!p))
		return NULL;
	*ret_is_null = len == 0;
	if (len == 0 || len == width)
		return p;
	malformed(w, "a float of another length");
	return NULL;
}

static float to_float(const uint8_t *p)
{
	uint32_t bits = (uint32_t)read_sorted(p, 4);
	float value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static double to_double(const uint8_t *p)
{
	uint64_t bits = read_sorted(p, 8);
	double value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static bool decode_float(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	bool is_null, is_single = d->field->type == FERRY_ORACLE_TYPE_BINARY_FLOAT;
	const uint8_t *p = read_float(d, w, is_single ? 4 : 8, &is_null);

	if (G_UNLIKELY(!p))
		return false;
	if (is_null)
		return set_null(d, batch);
	if (d->logical == FERRY_TYPE_FLOAT32)
		((float *)column_of(d, batch)->fixed)[batch->n_rows] =
			is_single ? to_float(p) : (float)to_double(p);
	else
		((double *)column_of(d, batch)->fixed)[batch->n_rows] =
			is_single ? (double)to_float(p) : to_double(p);
	return true;
}

static bool decode_float_text(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	bool is_null, is_single = d->field->type == FERRY_ORACLE_TYPE_BINARY_FLOAT;
	const uint8_t *p = read_float(d, w, is_single ? 4 : 8, &is_null);
	char text[FERRY_MAX_FLOAT_TEXT];

	if (G_UNLIKELY(!p))
		return false;
	if (is_null)
		return set_null(d, batch);
	size_t len = is_single ? ferry_format_float32(text, to_float(p))
			       : ferry_format_float64(text, to_double(p));
	return append_value(d, batch, text, len);
}

/* ---- booleans ---- */

static bool decode_boolean(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	const uint8_t *p = read_short(w, &len);

	if (G_UNLIKELY(!p))
		return false;
	if (len == 0)
		return set_null(d, batch);
	if (d->logical == FERRY_TYPE_TEXT)
		return append_value(d, batch, p[0] == 1 ? "true" : "false", p[0] == 1 ? 4 : 5);
	return store_integer(d, batch, p[0] == 1);
}

static bool choose_number(DecodeColumn *d)
{
	switch (d->logical) {
	case FERRY_TYPE_BOOL:
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: d->func = decode_integer; return true;
	case FERRY_TYPE_DECIMAL:
	case FERRY_TYPE_TEXT: d->func = decode_decimal; return true;
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64: d->func = decode_number_float; return true;
	default: return false;
	}
}

bool ferry_oracle_choose_number(DecodeColumn *d)
{
	bool is_float = d->logical == FERRY_TYPE_FLOAT32 || d->logical == FERRY_TYPE_FLOAT64;

	switch (d->field->type) {
	case FERRY_ORACLE_TYPE_NUMBER:
		if (!d->is_flag)
			return choose_number(d);
		d->func = decode_flag;
		return true;
	case FERRY_ORACLE_TYPE_BINARY_FLOAT:
	case FERRY_ORACLE_TYPE_BINARY_DOUBLE:
		d->func = is_float ? decode_float : decode_float_text;
		return is_float || d->logical == FERRY_TYPE_TEXT;
	case FERRY_ORACLE_TYPE_BOOLEAN:
		d->func = decode_boolean;
		return d->logical <= FERRY_TYPE_INT64 || d->logical == FERRY_TYPE_TEXT;
	default: return false;
	}
}
