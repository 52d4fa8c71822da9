/*
 * Values into the bytes that Oracle's wire has for them: the other way round of decode_*.c. One function a
 * column, chosen when the writer opens. What cannot be said so was marked by the check before.
 */
#include "connectors/oracle/number.h"
#include "connectors/oracle/target.h"
#include "data/value_text.h"

#include <math.h>

#define US_PER_SECOND G_GINT64_CONSTANT(1000000)
#define US_PER_DAY    (86400 * US_PER_SECOND)
#define MIDDLE        2147483648u
#define FLOAT_TEXT    64
#define MAX_DIGITS    40

static void put_short(GByteArray *out, const uint8_t *bytes, size_t len)
{
	ferry_oracle_put_u8(out, (uint8_t)len);
	g_byte_array_append(out, bytes, (guint)len);
}

/* ---- numbers ---- */

static int64_t integer_at(FerryTypeId id, const FerryColumn *column, size_t row)
{
	switch (id) {
	case FERRY_TYPE_BOOL: return ((const uint8_t *)column->fixed)[row];
	case FERRY_TYPE_INT8: return ((const int8_t *)column->fixed)[row];
	case FERRY_TYPE_INT16: return ((const int16_t *)column->fixed)[row];
	case FERRY_TYPE_INT32: return ((const int32_t *)column->fixed)[row];
	default: return ((const int64_t *)column->fixed)[row];
	}
}

size_t ferry_oracle_target_number(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
				  uint8_t *out)
{
	char text[FLOAT_TEXT];
	size_t len;
	const uint8_t *decimal;

	switch (t->id) {
	case FERRY_TYPE_DECIMAL:
		decimal = ferry_column_get_bytes(column, row, &len);
		return ferry_oracle_number_from_text((const char *)decimal, len, out);
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64:
		len = ferry_format_fixed(text, column, row);
		return ferry_oracle_number_from_text(text, len, out);
	default: return ferry_oracle_number_from_int64(integer_at(t->id, column, row), out);
	}
}

static void encode_number(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			  GByteArray *out)
{
	uint8_t bytes[FERRY_ORACLE_MAX_NUMBER];

	put_short(out, bytes, ferry_oracle_target_number(t, column, row, bytes));
}

/* Bits that sort as the values do. */
static void put_sorted(GByteArray *out, uint64_t bits, unsigned width)
{
	uint64_t top = (uint64_t)1 << (width * 8 - 1);
	uint8_t bytes[8];

	bits = bits & top ? ~bits : bits | top;
	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(bits >> (8 * (width - 1 - i)));
	put_short(out, bytes, width);
}

static void encode_float(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			 GByteArray *out)
{
	uint32_t bits;
	float value = ((const float *)column->fixed)[row] + 0.0f; /* no minus zero */

	memcpy(&bits, &value, sizeof bits);
	put_sorted(out, bits, 4);
}

static void encode_double(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			  GByteArray *out)
{
	uint64_t bits;
	double value = ((const double *)column->fixed)[row] + 0.0;

	memcpy(&bits, &value, sizeof bits);
	put_sorted(out, bits, 8);
}

static void encode_boolean(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			   GByteArray *out)
{
	uint8_t value = ((const uint8_t *)column->fixed)[row];

	put_short(out, &value, 1);
}

/* ---- bytes ---- */

static void encode_bytes(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			 GByteArray *out)
{
	size_t len;
	const uint8_t *bytes = ferry_column_get_bytes(column, row, &len);

	ferry_oracle_put_value(out, bytes, len);
}

static void encode_uuid(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			GByteArray *out)
{
	put_short(out, (const uint8_t *)column->fixed + 16 * row, 16);
}

/* What the column takes as text: the server reads it. */
static void encode_fixed_text(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			      GByteArray *out)
{
	char text[128];

	put_short(out, (const uint8_t *)text, ferry_format_fixed(text, column, row));
}

/* ---- times ---- */

/* Years before Christ without a year 0, in bytes below 100. */
static void put_day(int64_t days, uint8_t *out)
{
	int64_t year;
	unsigned month, day;

	ferry_civil_from_days((int32_t)days, &year, &month, &day);
	if (year <= 0)
		year--;
	out[0] = (uint8_t)(year / 100 + 100);
	out[1] = (uint8_t)(year % 100 + 100);
	out[2] = (uint8_t)month;
	out[3] = (uint8_t)day;
}

static void put_moment(int64_t us, uint8_t *out)
{
	int64_t days = us / US_PER_DAY, rest = us % US_PER_DAY;

	if (rest < 0) {
		rest += US_PER_DAY;
		days--;
	}
	put_day(days, out);
	int64_t seconds = rest / US_PER_SECOND;
	uint32_t ns = (uint32_t)(rest % US_PER_SECOND) * 1000;
	out[4] = (uint8_t)(seconds / 3600 + 1);
	out[5] = (uint8_t)(seconds / 60 % 60 + 1);
	out[6] = (uint8_t)(seconds % 60 + 1);
	for (int i = 0; i < 4; i++)
		out[7 + i] = (uint8_t)(ns >> (24 - 8 * i));
}

static void encode_date(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			GByteArray *out)
{
	uint8_t bytes[7] = {[4] = 1, [5] = 1, [6] = 1};

	put_day(((const int32_t *)column->fixed)[row], bytes);
	put_short(out, bytes, sizeof bytes);
}

/* Without a fraction a moment is as long as a DATE: so Oracle's clients send it. */
static size_t moment_length(const uint8_t *bytes)
{
	return bytes[7] | bytes[8] | bytes[9] | bytes[10] ? 11 : 7;
}

static void encode_timestamp(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			     GByteArray *out)
{
	uint8_t bytes[11];

	put_moment(((const int64_t *)column->fixed)[row], bytes);
	put_short(out, bytes, moment_length(bytes));
}

/* In UTC, in the zone of UTC. */
static void encode_timestamptz(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			       GByteArray *out)
{
	uint8_t bytes[13] = {[11] = 20, [12] = 60};

	put_moment(((const int64_t *)column->fixed)[row], bytes);
	put_short(out, bytes, sizeof bytes);
}

static uint8_t *put_i32(uint8_t *out, int64_t value)
{
	uint32_t bits = (uint32_t)(value + MIDDLE);

	for (int i = 0; i < 4; i++)
		*out++ = (uint8_t)(bits >> (24 - 8 * i));
	return out;
}

static void encode_months(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			  GByteArray *out)
{
	int32_t months = ((const FerryInterval *)column->fixed)[row].months;
	uint8_t bytes[5], *at = put_i32(bytes, months / 12);

	*at = (uint8_t)(months % 12 + 60);
	put_short(out, bytes, sizeof bytes);
}

/* All parts with one sign. */
static void encode_days(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
			GByteArray *out)
{
	const FerryInterval *value = &((const FerryInterval *)column->fixed)[row];
	__int128 us = (__int128)value->days * US_PER_DAY + value->us;
	int64_t days = (int64_t)(us / US_PER_DAY), rest = (int64_t)(us % US_PER_DAY);
	int64_t seconds = rest / US_PER_SECOND;
	uint8_t bytes[11], *at = put_i32(bytes, days);

	*at++ = (uint8_t)(seconds / 3600 + 60);
	*at++ = (uint8_t)(seconds / 60 % 60 + 60);
	*at++ = (uint8_t)(seconds % 60 + 60);
	put_i32(at, rest % US_PER_SECOND * 1000);
	put_short(out, bytes, sizeof bytes);
}

/* ---- choosing ---- */

typedef struct {
	FerryTypeId id;
	uint8_t type;
	uint32_t width;
	FerryOracleEncodeFunc encode;
} Encoding;

static const Encoding encodings[] = {
	{FERRY_TYPE_BOOL, FERRY_ORACLE_TYPE_NUMBER, FERRY_ORACLE_MAX_NUMBER, encode_number},
	{FERRY_TYPE_INT8, FERRY_ORACLE_TYPE_NUMBER, FERRY_ORACLE_MAX_NUMBER, encode_number},
	{FERRY_TYPE_INT16, FERRY_ORACLE_TYPE_NUMBER, FERRY_ORACLE_MAX_NUMBER, encode_number},
	{FERRY_TYPE_INT32, FERRY_ORACLE_TYPE_NUMBER, FERRY_ORACLE_MAX_NUMBER, encode_number},
	{FERRY_TYPE_INT64, FERRY_ORACLE_TYPE_NUMBER, FERRY_ORACLE_MAX_NUMBER, encode_number},
	{FERRY_TYPE_DECIMAL, FERRY_ORACLE_TYPE_NUMBER, FERRY_ORACLE_MAX_NUMBER, encode_number},
	{FERRY_TYPE_FLOAT32, FERRY_ORACLE_TYPE_BINARY_FLOAT, 4, encode_float},
	{FERRY_TYPE_FLOAT64, FERRY_ORACLE_TYPE_BINARY_DOUBLE, 8, encode_double},
	{FERRY_TYPE_TEXT, FERRY_ORACLE_TYPE_VARCHAR, 0, encode_bytes},
	{FERRY_TYPE_JSON, FERRY_ORACLE_TYPE_VARCHAR, 0, encode_bytes},
	{FERRY_TYPE_BITS, FERRY_ORACLE_TYPE_VARCHAR, 0, encode_bytes},
	{FERRY_TYPE_BYTES, FERRY_ORACLE_TYPE_RAW, 0, encode_bytes},
	{FERRY_TYPE_UUID, FERRY_ORACLE_TYPE_RAW, 16, encode_uuid},
	{FERRY_TYPE_DATE, FERRY_ORACLE_TYPE_DATE, 7, encode_date},
	{FERRY_TYPE_TIMESTAMP, FERRY_ORACLE_TYPE_TIMESTAMP, 11, encode_timestamp},
	{FERRY_TYPE_TIMESTAMPTZ, FERRY_ORACLE_TYPE_TIMESTAMP_TZ, 13, encode_timestamptz},
	{FERRY_TYPE_INTERVAL, FERRY_ORACLE_TYPE_INTERVAL_DS, 11, encode_days},
};

static bool is_text_type(const char *native)
{
	return strstr(native, "CHAR") != NULL || strstr(native, "CLOB") != NULL ||
	       strcmp(native, "LONG") == 0;
}

static bool is_float(FerryTypeId id)
{
	return id == FERRY_TYPE_FLOAT32 || id == FERRY_TYPE_FLOAT64;
}

static void set_encoding(FerryOracleTargetColumn *t, uint8_t type, uint32_t width,
			 FerryOracleEncodeFunc encode)
{
	t->type = type;
	t->width = width;
	t->encode = encode;
}

static void choose(FerryOracleTargetColumn *t, const char *native)
{
	bool is_variable = ferry_type_width(t->id) == 0;

	set_encoding(t, FERRY_ORACLE_TYPE_VARCHAR, 128, encode_fixed_text);
	for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++)
		if (encodings[i].id == t->id)
			set_encoding(t, encodings[i].type, encodings[i].width, encodings[i].encode);
	/* The server would make a NUMBER of its own digits of them, and round it. */
	if (is_float(t->id) && *native && !g_str_has_prefix(native, "BINARY_"))
		set_encoding(t, FERRY_ORACLE_TYPE_NUMBER, FERRY_ORACLE_MAX_NUMBER, encode_number);
	if (is_text_type(native) && is_variable && t->type != FERRY_ORACLE_TYPE_RAW)
		set_encoding(t, FERRY_ORACLE_TYPE_VARCHAR, 0, encode_bytes);
	else if (is_text_type(native) && !is_variable)
		set_encoding(t, FERRY_ORACLE_TYPE_VARCHAR, 128, encode_fixed_text);
	else if (t->id == FERRY_TYPE_BOOL && strcmp(native, "BOOLEAN") == 0)
		set_encoding(t, FERRY_ORACLE_TYPE_BOOLEAN, 4, encode_boolean);
	else if (t->id == FERRY_TYPE_INTERVAL && g_str_has_prefix(native, "INTERVAL YEAR"))
		set_encoding(t, FERRY_ORACLE_TYPE_INTERVAL_YM, 5, encode_months);
}

/* "VARCHAR2(40 CHAR)": 40. */
static void find_length(FerryOracleTargetColumn *t, const char *native)
{
	bool has_length = strstr(native, "CHAR") || g_str_has_prefix(native, "RAW");
	const char *open = has_length ? strchr(native, '(') : NULL;

	if (!open)
		return;
	t->length = g_ascii_strtoll(open + 1, NULL, 10);
	t->is_in_bytes = g_str_has_prefix(native, "RAW") || (!strstr(open, "CHAR") && native[0] != 'N');
}

/* "NUMBER(10,2)": 2; "NUMBER(5)": 0; "FLOAT(53)": 16 digits. "TIMESTAMP(3)": 1000, "DATE": 1000000. */
static void find_precision(FerryOracleTargetColumn *t, const char *native)
{
	const char *open = strchr(native, '('), *comma = open ? strchr(open, ',') : NULL;

	t->scale = G_MAXINT;
	t->digits = MAX_DIGITS;
	t->unit = 1;
	if (open && g_str_has_prefix(native, "NUMBER("))
		t->scale = comma ? (int)g_ascii_strtoll(comma + 1, NULL, 10) : 0;
	else if (open && g_str_has_prefix(native, "FLOAT("))
		t->digits = (int)ceil((double)g_ascii_strtoll(open + 1, NULL, 10) * 0.30103);
	if (strcmp(native, "DATE") == 0)
		t->unit = US_PER_SECOND;
	else if (open && g_str_has_prefix(native, "TIMESTAMP("))
		for (gint64 n = g_ascii_strtoll(open + 1, NULL, 10); n < 6; n++)
			t->unit *= 10;
}

void ferry_oracle_target_column_init(FerryOracleTargetColumn *t, const FerryColumnDef *column, FerryTypeId id)
{
	g_autofree char *native = g_ascii_strup(column && column->native_type ? column->native_type : "", -1);

	t->id = id;
	choose(t, native);
	find_length(t, native);
	find_precision(t, native);
	t->check = ferry_oracle_check_for(t);
}
