/* Texts that are wanted as something else: of columns that somebody else has made, for values of another
 * type. */
#include "connectors/oracle/decode.h"
#include "data/value_text.h"

#define MAX_TEXT 4000

static bool parse_integer(FerryTypeId id, const char *text, size_t len, uint8_t *out)
{
	int64_t value;

	if (!ferry_parse_int64(text, len, &value))
		return false;
	switch (id) {
	case FERRY_TYPE_INT8: *(int8_t *)out = (int8_t)value; return value == (int8_t)value;
	case FERRY_TYPE_INT16: *(int16_t *)out = (int16_t)value; return value == (int16_t)value;
	case FERRY_TYPE_INT32: *(int32_t *)out = (int32_t)value; return value == (int32_t)value;
	default: *(int64_t *)out = value; return true;
	}
}

static bool parse_float(FerryTypeId id, const char *text, size_t len, uint8_t *out)
{
	double value;

	if (!ferry_parse_float64(text, len, &value))
		return false;
	if (id == FERRY_TYPE_FLOAT32)
		*(float *)out = (float)value;
	else
		*(double *)out = value;
	return true;
}

static bool parse_moment(FerryTypeId id, const char *text, size_t len, uint8_t *out)
{
	bool has_zone;

	return ferry_parse_timestamp(text, len, (int64_t *)out, &has_zone) &&
	       has_zone == (id == FERRY_TYPE_TIMESTAMPTZ);
}

static bool parse_fixed(FerryTypeId id, const char *text, size_t len, uint8_t *out)
{
	switch (id) {
	case FERRY_TYPE_BOOL: return ferry_parse_bool(text, len, (bool *)out);
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: return parse_integer(id, text, len, out);
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64: return parse_float(id, text, len, out);
	case FERRY_TYPE_DATE: return ferry_parse_date(text, len, (int32_t *)out);
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: return parse_moment(id, text, len, out);
	case FERRY_TYPE_UUID: return ferry_parse_uuid(text, len, out);
	default: return false;
	}
}

static bool decode_typed(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len, width = ferry_type_width(d->logical);
	const uint8_t *p = ferry_oracle_get_value(w, MAX_TEXT, &len);
	uint8_t value[16] __attribute__((aligned(8)));

	if (G_UNLIKELY(!p))
		return false;
	if (len == 0)
		return set_null(d, batch);
	while (len > 1 && p[len - 1] == ' ') /* a CHAR's */
		len--;
	if (d->logical == FERRY_TYPE_DECIMAL && ferry_parse_decimal((const char *)p, len))
		return append_value(d, batch, p, len);
	if (d->is_variable || !parse_fixed(d->logical, (const char *)p, len, value))
		return mark_bad(d, batch, FERRY_BAD_INVALID_VALUE, p, len);
	memcpy((uint8_t *)column_of(d, batch)->fixed + batch->n_rows * width, value, width);
	return true;
}

bool ferry_oracle_choose_typed(DecodeColumn *d)
{
	static const FerryTypeId ids[] = {
		FERRY_TYPE_BOOL,      FERRY_TYPE_INT8,        FERRY_TYPE_INT16,   FERRY_TYPE_INT32,
		FERRY_TYPE_INT64,     FERRY_TYPE_FLOAT32,     FERRY_TYPE_FLOAT64, FERRY_TYPE_DATE,
		FERRY_TYPE_TIMESTAMP, FERRY_TYPE_TIMESTAMPTZ, FERRY_TYPE_UUID,    FERRY_TYPE_DECIMAL,
	};

	if (d->field->form == FERRY_ORACLE_FORM_NATIONAL)
		return false;
	d->func = decode_typed;
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		if (ids[i] == d->logical)
			return true;
	return false;
}
