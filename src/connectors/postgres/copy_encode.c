/*
 * The encoders of copy_encode.h: first the fixed-width ones by target type, then bytes, then numeric, then
 * the table that picks one.
 */
#include "connectors/postgres/copy_encode.h"
#include "connectors/postgres/private.h"

_Static_assert(G_BYTE_ORDER == G_LITTLE_ENDIAN, "the pg_put functions swap");

/* ---- integers and booleans: any width of the batch to any width of the column; the check has looked at the
 * range ---- */

#define INTEGER_ENCODER(name_, ctype_, width_, put_)                                                         \
	static uint8_t *name_(const PgEncoder *e, size_t row, uint8_t *out)                                  \
	{                                                                                                    \
		return put_(pg_put32(out, width_), ((const ctype_ *)e->column->fixed)[row]);                 \
	}

static inline uint8_t *put8_bool(uint8_t *out, int64_t v)
{
	*out = v != 0;
	return out + 1;
}

#define put_int2(out_, v_) pg_put16((out_), (uint16_t)(int16_t)(v_))
#define put_int4(out_, v_) pg_put32((out_), (uint32_t)(int32_t)(v_))
#define put_int8(out_, v_) pg_put64((out_), (uint64_t)(int64_t)(v_))

INTEGER_ENCODER(bool_from_i8, int8_t, 1, put8_bool)
INTEGER_ENCODER(bool_from_i16, int16_t, 1, put8_bool)
INTEGER_ENCODER(bool_from_i32, int32_t, 1, put8_bool)
INTEGER_ENCODER(bool_from_i64, int64_t, 1, put8_bool)
INTEGER_ENCODER(int2_from_i8, int8_t, 2, put_int2)
INTEGER_ENCODER(int2_from_i16, int16_t, 2, put_int2)
INTEGER_ENCODER(int2_from_i32, int32_t, 2, put_int2)
INTEGER_ENCODER(int2_from_i64, int64_t, 2, put_int2)
INTEGER_ENCODER(int4_from_i8, int8_t, 4, put_int4)
INTEGER_ENCODER(int4_from_i16, int16_t, 4, put_int4)
INTEGER_ENCODER(int4_from_i32, int32_t, 4, put_int4)
INTEGER_ENCODER(int4_from_i64, int64_t, 4, put_int4)
INTEGER_ENCODER(int8_from_i8, int8_t, 8, put_int8)
INTEGER_ENCODER(int8_from_i16, int16_t, 8, put_int8)
INTEGER_ENCODER(int8_from_i32, int32_t, 8, put_int8)
INTEGER_ENCODER(int8_from_i64, int64_t, 8, put_int8)

/* ---- floats: the bits, or widened ---- */

static uint8_t *float4_from_f32(const PgEncoder *e, size_t row, uint8_t *out)
{
	return pg_put32(pg_put32(out, 4), ((const uint32_t *)e->column->fixed)[row]);
}

static uint8_t *float8_from_f64(const PgEncoder *e, size_t row, uint8_t *out)
{
	return pg_put64(pg_put32(out, 8), ((const uint64_t *)e->column->fixed)[row]);
}

static uint8_t *float8_from_f32(const PgEncoder *e, size_t row, uint8_t *out)
{
	double wide = (double)((const float *)e->column->fixed)[row];
	uint64_t bits;
	memcpy(&bits, &wide, 8);
	return pg_put64(pg_put32(out, 8), bits);
}

/* ---- dates and times ---- */

static uint8_t *date_from_date(const PgEncoder *e, size_t row, uint8_t *out)
{
	int32_t days = ((const int32_t *)e->column->fixed)[row];
	if (G_LIKELY(days != FERRY_DATE_INFINITY && days != FERRY_DATE_NEG_INFINITY))
		days = (int32_t)((uint32_t)days - PG_EPOCH_DAYS);
	return pg_put32(pg_put32(out, 4), (uint32_t)days);
}

static uint8_t *int8_us(const PgEncoder *e, size_t row, uint8_t *out)
{
	return pg_put64(pg_put32(out, 8), ((const uint64_t *)e->column->fixed)[row]);
}

static uint8_t *timestamp_from_us(const PgEncoder *e, size_t row, uint8_t *out)
{
	int64_t us = ((const int64_t *)e->column->fixed)[row];
	if (G_LIKELY(us != FERRY_TIMESTAMP_INFINITY && us != FERRY_TIMESTAMP_NEG_INFINITY))
		us = (int64_t)((uint64_t)us - (uint64_t)PG_EPOCH_US);
	return pg_put64(pg_put32(out, 8), (uint64_t)us);
}

static uint8_t *interval_from_interval(const PgEncoder *e, size_t row, uint8_t *out)
{
	const FerryInterval *v = (const FerryInterval *)e->column->fixed + row;
	out = pg_put64(pg_put32(out, 16), (uint64_t)v->us);
	return pg_put32(pg_put32(out, (uint32_t)v->days), (uint32_t)v->months);
}

static uint8_t *interval_from_time(const PgEncoder *e, size_t row, uint8_t *out)
{
	out = pg_put64(pg_put32(out, 16), ((const uint64_t *)e->column->fixed)[row]);
	return pg_put64(out, 0);
}

/* Address family as the server numbers it, bits of the mask, whether it is a cidr, bytes of the address. The
 * check has read the text already. */
static uint8_t *put_address(const PgEncoder *e, size_t row, uint8_t *out, bool is_cidr)
{
	size_t len;
	PgAddress address;
	const uint8_t *text = ferry_column_get_bytes(e->column, row, &len);
	ferry_pg_parse_address((const char *)text, len, is_cidr, &address);
	out = pg_put32(out, 4 + address.n_bytes);
	*out++ = address.is_ipv6 ? 3 : 2;
	*out++ = address.bits;
	*out++ = is_cidr;
	*out++ = address.n_bytes;
	memcpy(out, address.bytes, address.n_bytes);
	return out + address.n_bytes;
}

static uint8_t *inet_from_text(const PgEncoder *e, size_t row, uint8_t *out)
{
	return put_address(e, row, out, false);
}

static uint8_t *cidr_from_text(const PgEncoder *e, size_t row, uint8_t *out)
{
	return put_address(e, row, out, true);
}

static uint8_t *uuid_from_uuid(const PgEncoder *e, size_t row, uint8_t *out)
{
	out = pg_put32(out, 16);
	memcpy(out, (const uint8_t *)e->column->fixed + row * 16, 16);
	return out + 16;
}

/* ---- bytes ---- */

static uint8_t *bytes_as_they_are(const PgEncoder *e, size_t row, uint8_t *out)
{
	size_t len;
	const uint8_t *data = ferry_column_get_bytes(e->column, row, &len);
	out = pg_put32(out, (uint32_t)len);
	memcpy(out, data, len);
	return out + len;
}

static uint8_t *jsonb_from_json(const PgEncoder *e, size_t row, uint8_t *out)
{
	size_t len;
	const uint8_t *data = ferry_column_get_bytes(e->column, row, &len);
	out = pg_put32(out, (uint32_t)len + 1);
	*out++ = 1; /* the only version there is */
	memcpy(out, data, len);
	return out + len;
}

static uint8_t *bit_from_bits(const PgEncoder *e, size_t row, uint8_t *out)
{
	size_t len;
	const uint8_t *digits = ferry_column_get_bytes(e->column, row, &len);
	out = pg_put32(out, (uint32_t)(4 + (len + 7) / 8));
	out = pg_put32(out, (uint32_t)len);
	for (size_t i = 0; i < len; i += 8) {
		size_t n = MIN(len - i, 8);
		unsigned byte = 0;
		for (size_t k = 0; k < n; k++)
			byte |= (unsigned)(digits[i + k] & 1) << (7 - k);
		*out++ = (uint8_t)byte;
	}
	return out;
}

/* ---- numeric: groups of four decimal digits, aligned at the point; weight is the exponent of the first one
 * ---- */

#define NUMERIC_NEGATIVE     0x4000
#define NUMERIC_NAN          0xC000
#define NUMERIC_INFINITY     0xD000
#define NUMERIC_NEG_INFINITY 0xF000

static uint8_t *put_numeric_header(uint8_t *out, size_t n_groups, int weight, unsigned sign, size_t scale)
{
	out = pg_put16(out, (uint16_t)n_groups);
	out = pg_put16(out, (uint16_t)(int16_t)weight);
	out = pg_put16(out, (uint16_t)sign);
	return pg_put16(out, (uint16_t)scale);
}

static inline uint16_t four_digits(const char *p)
{
	return (uint16_t)(p[0] * 1000 + p[1] * 100 + p[2] * 10 + p[3] - '0' * 1111);
}

/* The last, or first, group may be short: up to four digits, as if followed by zeros up to four. */
static uint16_t some_digits(const char *p, size_t n, size_t n_zeros)
{
	unsigned v = 0;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (unsigned)(p[i] - '0');
	for (size_t i = 0; i < n_zeros; i++)
		v *= 10;
	return (uint16_t)v;
}

size_t ferry_pg_pack_numeric(uint8_t *out, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	bool is_negative = p < end && *p == '-';
	p += is_negative;
	if (G_UNLIKELY(p<end && * p> '9')) { /* NaN, Infinity */
		put_numeric_header(out, 0, 0,
				   *p == 'N'     ? NUMERIC_NAN
				   : is_negative ? NUMERIC_NEG_INFINITY
						 : NUMERIC_INFINITY,
				   0);
		return 8;
	}
	const char *point = p;
	while (point < end && *point != '.')
		point++;
	const char *fraction = point < end ? point + 1 : end;
	size_t scale = (size_t)(end - fraction);
	while (p < point && *p == '0')
		p++;

	uint8_t *group = out + 8, *first = group;
	size_t n_int = (size_t)(point - p);
	int weight = (int)((n_int + 3) / 4) - 1;
	if (n_int % 4 != 0) {
		group = pg_put16(group, some_digits(p, n_int % 4, 0));
		p += n_int % 4;
	}
	for (; p < point; p += 4)
		group = pg_put16(group, four_digits(p));

	while (end > fraction && end[-1] == '0')
		end--;
	for (p = fraction; end - p >= 4; p += 4) {
		uint16_t v = four_digits(p);
		if (v == 0 && group == first)
			weight--; /* 0.00001234: leading groups of zeros are not stored */
		else
			group = pg_put16(group, v);
	}
	if (p < end)
		group = pg_put16(group, some_digits(p, (size_t)(end - p), 4 - (size_t)(end - p)));
	while (group > first && group[-1] == 0 && group[-2] == 0)
		group -= 2; /* 1230000: nor are trailing ones */

	size_t n_groups = (size_t)(group - first) / 2;
	put_numeric_header(out, n_groups, n_groups > 0 ? weight : 0,
			   is_negative && n_groups > 0 ? NUMERIC_NEGATIVE : 0, scale);
	return (size_t)(group - out);
}

static uint8_t *numeric_from_decimal(const PgEncoder *e, size_t row, uint8_t *out)
{
	size_t len;
	const uint8_t *text = ferry_column_get_bytes(e->column, row, &len);
	size_t packed = ferry_pg_pack_numeric(out + 4, (const char *)text, len);
	pg_put32(out, (uint32_t)packed);
	return out + 4 + packed;
}

static uint8_t *put_numeric_int(uint8_t *out, int64_t value)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint16_t groups[5];
	size_t n = 0, low = 0;
	for (; rest != 0; rest /= 10000)
		groups[n++] = (uint16_t)(rest % 10000);
	while (low < n && groups[low] == 0)
		low++;
	out = pg_put32(out, (uint32_t)(8 + 2 * (n - low)));
	out = put_numeric_header(out, n - low, n > 0 ? (int)n - 1 : 0, value < 0 ? NUMERIC_NEGATIVE : 0, 0);
	for (size_t i = n; i > low; i--)
		out = pg_put16(out, groups[i - 1]);
	return out;
}

#define NUMERIC_FROM_INTEGER(name_, ctype_)                                                                  \
	static uint8_t *name_(const PgEncoder *e, size_t row, uint8_t *out)                                  \
	{                                                                                                    \
		return put_numeric_int(out, ((const ctype_ *)e->column->fixed)[row]);                        \
	}

NUMERIC_FROM_INTEGER(numeric_from_i8, int8_t)
NUMERIC_FROM_INTEGER(numeric_from_i16, int16_t)
NUMERIC_FROM_INTEGER(numeric_from_i32, int32_t)
NUMERIC_FROM_INTEGER(numeric_from_i64, int64_t)

/* ---- which one ---- */

typedef struct EncoderRow {
	FerryTypeId id;
	unsigned oid;
	PgEncodeFunc encode;
} EncoderRow;

static const EncoderRow encoders_by_type[] = {
	{FERRY_TYPE_BOOL, PG_BOOL, bool_from_i8},
	{FERRY_TYPE_INT8, PG_BOOL, bool_from_i8},
	{FERRY_TYPE_INT16, PG_BOOL, bool_from_i16},
	{FERRY_TYPE_INT32, PG_BOOL, bool_from_i32},
	{FERRY_TYPE_INT64, PG_BOOL, bool_from_i64},
	{FERRY_TYPE_BOOL, PG_INT2, int2_from_i8},
	{FERRY_TYPE_INT8, PG_INT2, int2_from_i8},
	{FERRY_TYPE_INT16, PG_INT2, int2_from_i16},
	{FERRY_TYPE_INT32, PG_INT2, int2_from_i32},
	{FERRY_TYPE_INT64, PG_INT2, int2_from_i64},
	{FERRY_TYPE_BOOL, PG_INT4, int4_from_i8},
	{FERRY_TYPE_INT8, PG_INT4, int4_from_i8},
	{FERRY_TYPE_INT16, PG_INT4, int4_from_i16},
	{FERRY_TYPE_INT32, PG_INT4, int4_from_i32},
	{FERRY_TYPE_INT64, PG_INT4, int4_from_i64},
	{FERRY_TYPE_BOOL, PG_INT8, int8_from_i8},
	{FERRY_TYPE_INT8, PG_INT8, int8_from_i8},
	{FERRY_TYPE_INT16, PG_INT8, int8_from_i16},
	{FERRY_TYPE_INT32, PG_INT8, int8_from_i32},
	{FERRY_TYPE_INT64, PG_INT8, int8_from_i64},
	{FERRY_TYPE_BOOL, PG_NUMERIC, numeric_from_i8},
	{FERRY_TYPE_INT8, PG_NUMERIC, numeric_from_i8},
	{FERRY_TYPE_INT16, PG_NUMERIC, numeric_from_i16},
	{FERRY_TYPE_INT32, PG_NUMERIC, numeric_from_i32},
	{FERRY_TYPE_INT64, PG_NUMERIC, numeric_from_i64},
	{FERRY_TYPE_DECIMAL, PG_NUMERIC, numeric_from_decimal},
	{FERRY_TYPE_FLOAT32, PG_FLOAT4, float4_from_f32},
	{FERRY_TYPE_FLOAT32, PG_FLOAT8, float8_from_f32},
	{FERRY_TYPE_FLOAT64, PG_FLOAT8, float8_from_f64},
	{FERRY_TYPE_BYTES, PG_BYTEA, bytes_as_they_are},
	{FERRY_TYPE_DATE, PG_DATE, date_from_date},
	{FERRY_TYPE_TIME, PG_TIME, int8_us},
	{FERRY_TYPE_TIME, PG_INTERVAL, interval_from_time},
	{FERRY_TYPE_TIMESTAMP, PG_TIMESTAMP, timestamp_from_us},
	{FERRY_TYPE_TIMESTAMPTZ, PG_TIMESTAMPTZ, timestamp_from_us},
	{FERRY_TYPE_INTERVAL, PG_INTERVAL, interval_from_interval},
	{FERRY_TYPE_UUID, PG_UUID, uuid_from_uuid},
	{FERRY_TYPE_JSON, PG_JSON, bytes_as_they_are},
	{FERRY_TYPE_TEXT, PG_JSON, bytes_as_they_are},
	{FERRY_TYPE_JSON, PG_JSONB, jsonb_from_json},
	{FERRY_TYPE_TEXT, PG_JSONB, jsonb_from_json},
	{FERRY_TYPE_TEXT, PG_INET, inet_from_text},
	{FERRY_TYPE_TEXT, PG_CIDR, cidr_from_text},
	{FERRY_TYPE_BITS, PG_BIT, bit_from_bits},
	{FERRY_TYPE_BITS, PG_VARBIT, bit_from_bits},
};

/* Types whose binary form is their text; citext is an extension's and has no fixed OID. */
static bool receives_text(const char *receive, bool is_enum)
{
	static const char *const names[] = {"textrecv", "varcharrecv", "bpcharrecv",
					    "namerecv", "citextrecv",  NULL};
	return is_enum || g_strv_contains(names, receive);
}

PgEncodeFunc ferry_pg_encoder_for(FerryTypeId id, unsigned oid, const char *receive, bool is_enum)
{
	if ((id == FERRY_TYPE_TEXT || id == FERRY_TYPE_JSON || id == FERRY_TYPE_DECIMAL ||
	     id == FERRY_TYPE_BITS) &&
	    receives_text(receive, is_enum))
		return bytes_as_they_are;
	for (size_t i = 0; i < G_N_ELEMENTS(encoders_by_type); i++)
		if (encoders_by_type[i].id == id && encoders_by_type[i].oid == oid)
			return encoders_by_type[i].encode;
	return NULL;
}

/* ---- rows ---- */

void ferry_pg_encoders_attach(PgEncoder *encoders, const FerryBatch *batch)
{
	for (size_t k = 0; k < batch->n_columns; k++) {
		encoders[k].column = &batch->columns[k];
		encoders[k].is_variable = ferry_type_width(batch->schema->fields[k].type.id) == 0;
	}
}

size_t ferry_pg_encode_bound(const PgEncoder *encoders, size_t n_columns, size_t first, size_t n)
{
	size_t bound = n * (2 + n_columns * PG_FIELD_OVERHEAD);
	for (size_t k = 0; k < n_columns; k++) {
		const FerryColumn *c = encoders[k].column;
		if (encoders[k].is_variable)
			bound += (size_t)(c->offsets[first + n] - c->offsets[first]);
	}
	return bound;
}

uint8_t *ferry_pg_encode_rows(const PgEncoder *encoders, const FerryBatch *batch, size_t first, size_t n,
			      uint8_t *out)
{
	size_t n_columns = batch->n_columns;
	for (size_t row = first; row < first + n; row++) {
		if (ferry_batch_is_skipped(batch, row))
			continue;
		out = pg_put16(out, (uint16_t)n_columns);
		for (const PgEncoder *e = encoders; e < encoders + n_columns; e++) {
			if (ferry_column_is_null(e->column, row))
				out = pg_put32(out, UINT32_MAX);
			else
				out = e->encode(e, row, out);
		}
	}
	return out;
}
