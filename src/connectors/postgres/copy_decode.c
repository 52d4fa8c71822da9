/*
 * The decoders of copy_decode.h: binary ones by type, those from text, the tables that pick one, and the row.
 */
#include "connectors/postgres/copy_decode.h"
#include "connectors/postgres/private.h"
#include "data/value_text.h"

#include <string.h>

#define BAD(kind_) (PG_DECODE_BAD + (int)(kind_))

static inline uint16_t get16(const uint8_t *p)
{
	uint16_t v;
	memcpy(&v, p, 2);
	return GUINT16_FROM_BE(v);
}

static inline uint32_t get32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
	return GUINT32_FROM_BE(v);
}

static inline uint64_t get64(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
	return GUINT64_FROM_BE(v);
}

/* ---- integers and booleans ---- */

static inline bool get_integer(const uint8_t *data, size_t len, int64_t *ret_value)
{
	switch (len) {
	case 1: *ret_value = *data != 0; return true; /* bool */
	case 2: *ret_value = (int16_t)get16(data); return true;
	case 4: *ret_value = (int32_t)get32(data); return true;
	case 8: *ret_value = (int64_t)get64(data); return true;
	default: return false;
	}
}

#define INTEGER_DECODER(name_, ctype_, min_, max_)                                                           \
	static int name_(FerryColumn *c, size_t row, const uint8_t *data, size_t len)                        \
	{                                                                                                    \
		int64_t v;                                                                                   \
		if (!get_integer(data, len, &v))                                                             \
			return PG_DECODE_MALFORMED;                                                          \
		if (G_UNLIKELY(v < (min_) || v > (max_)))                                                    \
			return BAD(FERRY_BAD_OUT_OF_RANGE);                                                  \
		((ctype_ *)c->fixed)[row] = (ctype_)v;                                                       \
		return PG_DECODED;                                                                           \
	}

INTEGER_DECODER(to_bool, uint8_t, 0, 1)
INTEGER_DECODER(to_i8, int8_t, INT8_MIN, INT8_MAX)
INTEGER_DECODER(to_i16, int16_t, INT16_MIN, INT16_MAX)
INTEGER_DECODER(to_i32, int32_t, INT32_MIN, INT32_MAX)
INTEGER_DECODER(to_i64, int64_t, INT64_MIN, INT64_MAX)

static int decimal_from_integer(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	char text[24];
	int64_t v;
	if (len == 1 || !get_integer(data, len, &v))
		return PG_DECODE_MALFORMED;
	return ferry_column_append_bytes(c, row, text, ferry_format_int64(text, v)) ? PG_DECODED
										    : PG_DECODE_FULL;
}

/* ---- floats ---- */

static int f32_from_float4(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 4)
		return PG_DECODE_MALFORMED;
	((uint32_t *)c->fixed)[row] = get32(data);
	return PG_DECODED;
}

static int f64_from_float8(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 8)
		return PG_DECODE_MALFORMED;
	((uint64_t *)c->fixed)[row] = get64(data);
	return PG_DECODED;
}

static int f64_from_float4(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 4)
		return PG_DECODE_MALFORMED;
	uint32_t bits = get32(data);
	float v;
	memcpy(&v, &bits, 4);
	((double *)c->fixed)[row] = (double)v;
	return PG_DECODED;
}

static int f32_from_float8(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 8)
		return PG_DECODE_MALFORMED;
	uint64_t bits = get64(data);
	double v;
	memcpy(&v, &bits, 8);
	if (v == v && (double)(float)v != v)
		return BAD(FERRY_BAD_OUT_OF_RANGE);
	((float *)c->fixed)[row] = (float)v;
	return PG_DECODED;
}

/* ---- numeric ---- */

/* "00" to "99" */
static const char two_digits[] = "0001020304050607080910111213141516171819"
				 "2021222324252627282930313233343536373839"
				 "4041424344454647484950515253545556575859"
				 "6061626364656667686970717273747576777879"
				 "8081828384858687888990919293949596979899";

static inline char *put_four(char *out, unsigned v)
{
	memcpy(out, two_digits + v / 100 * 2, 2);
	memcpy(out + 2, two_digits + v % 100 * 2, 2);
	return out + 4;
}

/* A group without its leading zeros; nothing for 0. */
static inline char *put_head(char *out, unsigned v)
{
	char digits[4];
	size_t n = v >= 1000 ? 4 : v >= 100 ? 3 : v >= 10 ? 2 : v > 0;
	put_four(digits, v);
	for (size_t i = 0; i < n; i++)
		out[i] = digits[4 - n + i];
	return out + n;
}

static int special_numeric(FerryColumn *c, size_t row, unsigned sign)
{
	const char *word = sign == 0xC000   ? "NaN"
			   : sign == 0xD000 ? "Infinity"
			   : sign == 0xF000 ? "-Infinity"
					    : NULL;
	if (word == NULL)
		return PG_DECODE_MALFORMED;
	return ferry_column_append_bytes(c, row, word, strlen(word)) ? PG_DECODED : PG_DECODE_FULL;
}

/* Group number i of the value, zeros where none is stored. */
static inline unsigned group_at(const uint8_t *groups, int n_groups, int i)
{
	return i >= 0 && i < n_groups ? get16(groups + 2 * i) : 0;
}

static char *put_integer_part(char *out, const uint8_t *groups, int n_groups, int weight)
{
	const char *start = out;
	for (int i = 0; i <= weight; i++) {
		unsigned v = group_at(groups, n_groups, i);
		out = out > start ? put_four(out, v) : put_head(out, v);
	}
	if (out == start)
		*out++ = '0';
	return out;
}

static int decimal_from_numeric(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len < 8)
		return PG_DECODE_MALFORMED;
	int n_groups = get16(data), weight = (int16_t)get16(data + 2);
	unsigned sign = get16(data + 4), scale = get16(data + 6);
	const uint8_t *groups = data + 8;
	if (len != 8 + 2 * (size_t)n_groups || scale > 0x3fff)
		return PG_DECODE_MALFORMED;
	if (sign != 0 && sign != 0x4000)
		return special_numeric(c, row, sign);
	for (int i = 0; i < n_groups; i++)
		if (get16(groups + 2 * i) > 9999)
			return PG_DECODE_MALFORMED;
	/* Sign, zero, point, the digits on both sides, and what put_four writes beyond the scale. */
	size_t room = 8 + (weight >= 0 ? ((size_t)weight + 1) * 4 : 0) + scale;
	if (!ferry_column_reserve(c, room))
		return PG_DECODE_FULL;
	char *start = (char *)c->bytes + c->bytes_len, *out = start;
	if (sign == 0x4000 && n_groups > 0)
		*out++ = '-';
	out = put_integer_part(out, groups, n_groups, weight);
	if (scale > 0) {
		*out++ = '.';
		char *end = out + scale;
		for (int i = weight + 1; out < end; i++)
			out = put_four(out, group_at(groups, n_groups, i));
		out = end;
	}
	c->bytes_len += (size_t)(out - start);
	c->offsets[row + 1] = (int32_t)c->bytes_len;
	return PG_DECODED;
}

/* ---- dates and times ---- */

static int date_from_date(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 4)
		return PG_DECODE_MALFORMED;
	int32_t v = (int32_t)get32(data);
	if (v != FERRY_DATE_INFINITY && v != FERRY_DATE_NEG_INFINITY) {
		if (v > INT32_MAX - 1 - PG_EPOCH_DAYS)
			return BAD(FERRY_BAD_OUT_OF_RANGE);
		v += PG_EPOCH_DAYS;
	}
	((int32_t *)c->fixed)[row] = v;
	return PG_DECODED;
}

static int time_from_time(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 8)
		return PG_DECODE_MALFORMED;
	((uint64_t *)c->fixed)[row] = get64(data);
	return PG_DECODED;
}

/* The server's last years (from 294247 on) lie beyond what 64 bits count from 1970. */
static int us_from_timestamp(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 8)
		return PG_DECODE_MALFORMED;
	int64_t v = (int64_t)get64(data);
	if (v != FERRY_TIMESTAMP_INFINITY && v != FERRY_TIMESTAMP_NEG_INFINITY) {
		if (G_UNLIKELY(v > INT64_MAX - 1 - PG_EPOCH_US))
			return BAD(FERRY_BAD_OUT_OF_RANGE);
		v += PG_EPOCH_US;
	}
	((int64_t *)c->fixed)[row] = v;
	return PG_DECODED;
}

static int interval_from_interval(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 16)
		return PG_DECODE_MALFORMED;
	FerryInterval *v = (FerryInterval *)c->fixed + row;
	v->us = (int64_t)get64(data);
	v->days = (int32_t)get32(data + 8);
	v->months = (int32_t)get32(data + 12);
	return PG_DECODED;
}

static int time_from_interval(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 16)
		return PG_DECODE_MALFORMED;
	int64_t us = (int64_t)get64(data);
	if (get64(data + 8) != 0 || us < 0 || us > G_GINT64_CONSTANT(86400000000))
		return BAD(FERRY_BAD_OUT_OF_RANGE);
	((int64_t *)c->fixed)[row] = us;
	return PG_DECODED;
}

static int uuid_from_uuid(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len != 16)
		return PG_DECODE_MALFORMED;
	memcpy((uint8_t *)c->fixed + row * 16, data, 16);
	return PG_DECODED;
}

/* ---- bytes ---- */

static int bytes_as_they_are(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	return ferry_column_append_bytes(c, row, data, len) ? PG_DECODED : PG_DECODE_FULL;
}

/* A version byte stands before the text; there has been one version so far. */
static int text_from_jsonb(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len < 1 || data[0] != 1)
		return PG_DECODE_MALFORMED;
	return bytes_as_they_are(c, row, data + 1, len - 1);
}

static int bits_from_bit(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len < 4)
		return PG_DECODE_MALFORMED;
	size_t n_bits = get32(data);
	if (n_bits > INT32_MAX || len - 4 != (n_bits + 7) / 8)
		return PG_DECODE_MALFORMED;
	if (!ferry_column_reserve(c, n_bits))
		return PG_DECODE_FULL;
	uint8_t *out = c->bytes + c->bytes_len;
	for (size_t i = 0; i < n_bits; i++)
		out[i] = (uint8_t)('0' + ((data[4 + i / 8] >> (7 - i % 8)) & 1));
	c->bytes_len += n_bits;
	c->offsets[row + 1] = (int32_t)c->bytes_len;
	return PG_DECODED;
}

/* ---- from the text form ---- */

#define TEXT_INTEGER_DECODER(name_, ctype_, min_, max_)                                                      \
	static int name_(FerryColumn *c, size_t row, const uint8_t *data, size_t len)                        \
	{                                                                                                    \
		int64_t v;                                                                                   \
		if (!ferry_parse_int64((const char *)data, len, &v))                                         \
			return BAD(FERRY_BAD_INVALID_VALUE);                                                 \
		if (v < (min_) || v > (max_))                                                                \
			return BAD(FERRY_BAD_OUT_OF_RANGE);                                                  \
		((ctype_ *)c->fixed)[row] = (ctype_)v;                                                       \
		return PG_DECODED;                                                                           \
	}

TEXT_INTEGER_DECODER(parse_i8, int8_t, INT8_MIN, INT8_MAX)
TEXT_INTEGER_DECODER(parse_i16, int16_t, INT16_MIN, INT16_MAX)
TEXT_INTEGER_DECODER(parse_i32, int32_t, INT32_MIN, INT32_MAX)
TEXT_INTEGER_DECODER(parse_i64, int64_t, INT64_MIN, INT64_MAX)

static int parse_bool(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	bool v;
	if (!ferry_parse_bool((const char *)data, len, &v))
		return BAD(FERRY_BAD_INVALID_VALUE);
	((uint8_t *)c->fixed)[row] = v;
	return PG_DECODED;
}

static int parse_f64(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	return ferry_parse_float64((const char *)data, len, (double *)c->fixed + row)
		       ? PG_DECODED
		       : BAD(FERRY_BAD_INVALID_VALUE);
}

static int parse_f32(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	double v;
	if (!ferry_parse_float64((const char *)data, len, &v))
		return BAD(FERRY_BAD_INVALID_VALUE);
	((float *)c->fixed)[row] = (float)v;
	return PG_DECODED;
}

static int parse_decimal(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (!ferry_parse_decimal((const char *)data, len) || memchr(data, 'e', len) != NULL ||
	    memchr(data, 'E', len) != NULL)
		return BAD(FERRY_BAD_INVALID_VALUE);
	bool has_plus = len > 0 && *data == '+';
	return bytes_as_they_are(c, row, data + has_plus, len - has_plus);
}

static int parse_date(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	return ferry_parse_date((const char *)data, len, (int32_t *)c->fixed + row)
		       ? PG_DECODED
		       : BAD(FERRY_BAD_INVALID_VALUE);
}

static int parse_time(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	return ferry_parse_time((const char *)data, len, (int64_t *)c->fixed + row)
		       ? PG_DECODED
		       : BAD(FERRY_BAD_INVALID_VALUE);
}

static int parse_timestamp(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	bool has_zone;
	return ferry_parse_timestamp((const char *)data, len, (int64_t *)c->fixed + row, &has_zone)
		       ? PG_DECODED
		       : BAD(FERRY_BAD_INVALID_VALUE);
}

static int parse_uuid(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	return ferry_parse_uuid((const char *)data, len, (uint8_t *)c->fixed + row * 16)
		       ? PG_DECODED
		       : BAD(FERRY_BAD_INVALID_VALUE);
}

static int parse_hex(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	if (len < 2 || len % 2 != 0 || data[0] != '\\' || data[1] != 'x')
		return BAD(FERRY_BAD_INVALID_VALUE);
	if (!ferry_column_reserve(c, len / 2))
		return PG_DECODE_FULL;
	uint8_t *out = c->bytes + c->bytes_len;
	for (size_t i = 2; i < len; i += 2) {
		int high = g_ascii_xdigit_value((char)data[i]), low = g_ascii_xdigit_value((char)data[i + 1]);
		if (high < 0 || low < 0)
			return BAD(FERRY_BAD_INVALID_VALUE);
		*out++ = (uint8_t)(high * 16 + low);
	}
	c->bytes_len += len / 2 - 1;
	c->offsets[row + 1] = (int32_t)c->bytes_len;
	return PG_DECODED;
}

static int parse_bits(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] != '0' && data[i] != '1')
			return BAD(FERRY_BAD_INVALID_VALUE);
	return bytes_as_they_are(c, row, data, len);
}

static int no_interval(FerryColumn *c, size_t row, const uint8_t *data, size_t len)
{
	return BAD(FERRY_BAD_INVALID_VALUE); /* only intervals are read as intervals */
}

static const PgDecodeFunc text_decoders[FERRY_N_TYPES] = {
	[FERRY_TYPE_BOOL] = parse_bool,           [FERRY_TYPE_INT8] = parse_i8,
	[FERRY_TYPE_INT16] = parse_i16,           [FERRY_TYPE_INT32] = parse_i32,
	[FERRY_TYPE_INT64] = parse_i64,           [FERRY_TYPE_FLOAT32] = parse_f32,
	[FERRY_TYPE_FLOAT64] = parse_f64,         [FERRY_TYPE_DECIMAL] = parse_decimal,
	[FERRY_TYPE_TEXT] = bytes_as_they_are,    [FERRY_TYPE_BYTES] = parse_hex,
	[FERRY_TYPE_DATE] = parse_date,           [FERRY_TYPE_TIME] = parse_time,
	[FERRY_TYPE_TIMESTAMP] = parse_timestamp, [FERRY_TYPE_TIMESTAMPTZ] = parse_timestamp,
	[FERRY_TYPE_INTERVAL] = no_interval,      [FERRY_TYPE_UUID] = parse_uuid,
	[FERRY_TYPE_JSON] = bytes_as_they_are,    [FERRY_TYPE_BITS] = parse_bits,
};

PgDecodeFunc ferry_pg_text_decoder_for(FerryTypeId id)
{
	return text_decoders[id];
}

/* ---- which one ---- */

typedef struct DecoderRow {
	unsigned oid;
	FerryTypeId id;
	PgDecodeFunc decode;
} DecoderRow;

static const DecoderRow decoders_by_type[] = {
	{PG_FLOAT4, FERRY_TYPE_FLOAT32, f32_from_float4},
	{PG_FLOAT4, FERRY_TYPE_FLOAT64, f64_from_float4},
	{PG_FLOAT8, FERRY_TYPE_FLOAT64, f64_from_float8},
	{PG_FLOAT8, FERRY_TYPE_FLOAT32, f32_from_float8},
	{PG_NUMERIC, FERRY_TYPE_DECIMAL, decimal_from_numeric},
	{PG_BYTEA, FERRY_TYPE_BYTES, bytes_as_they_are},
	{PG_DATE, FERRY_TYPE_DATE, date_from_date},
	{PG_TIME, FERRY_TYPE_TIME, time_from_time},
	{PG_INTERVAL, FERRY_TYPE_TIME, time_from_interval},
	{PG_INTERVAL, FERRY_TYPE_INTERVAL, interval_from_interval},
	{PG_TIMESTAMP, FERRY_TYPE_TIMESTAMP, us_from_timestamp},
	{PG_TIMESTAMPTZ, FERRY_TYPE_TIMESTAMPTZ, us_from_timestamp},
	{PG_UUID, FERRY_TYPE_UUID, uuid_from_uuid},
	{PG_JSON, FERRY_TYPE_JSON, bytes_as_they_are},
	{PG_JSON, FERRY_TYPE_TEXT, bytes_as_they_are},
	{PG_JSONB, FERRY_TYPE_JSON, text_from_jsonb},
	{PG_JSONB, FERRY_TYPE_TEXT, text_from_jsonb},
	{PG_BIT, FERRY_TYPE_BITS, bits_from_bit},
	{PG_VARBIT, FERRY_TYPE_BITS, bits_from_bit},
};

static PgDecodeFunc integer_decoder(FerryTypeId id)
{
	switch (id) {
	case FERRY_TYPE_BOOL: return to_bool;
	case FERRY_TYPE_INT8: return to_i8;
	case FERRY_TYPE_INT16: return to_i16;
	case FERRY_TYPE_INT32: return to_i32;
	case FERRY_TYPE_INT64: return to_i64;
	case FERRY_TYPE_DECIMAL: return decimal_from_integer;
	default: return NULL;
	}
}

/* Types whose binary form is their text; citext is an extension's and has no fixed OID. */
static bool is_sent_as_text(const char *receive, bool is_enum)
{
	static const char *const names[] = {"textrecv", "varcharrecv", "bpcharrecv",
					    "namerecv", "citextrecv",  NULL};
	return is_enum || g_strv_contains(names, receive);
}

PgDecodeFunc ferry_pg_decoder_for(unsigned oid, const char *receive, bool is_enum, FerryTypeId id)
{
	if (is_sent_as_text(receive, is_enum))
		return text_decoders[id];
	if (oid == PG_INT2 || oid == PG_INT4 || oid == PG_INT8 ||
	    (oid == PG_BOOL && id != FERRY_TYPE_DECIMAL))
		return integer_decoder(id);
	for (size_t i = 0; i < G_N_ELEMENTS(decoders_by_type); i++)
		if (decoders_by_type[i].oid == oid && decoders_by_type[i].id == id)
			return decoders_by_type[i].decode;
	return NULL;
}

/* ---- rows ---- */

/* The value for people: its text where the wire has text, a number where it is one, else its bytes. */
static void mark_bad(const PgDecoder *decoder, FerryBatch *batch, size_t k, const uint8_t *data, size_t len,
		     int kind)
{
	char text[24];
	int64_t v;
	if (decoder->is_text)
		ferry_batch_mark_bad(batch, batch->n_rows, k, (FerryBadKind)kind, data, len, false);
	else if (get_integer(data, len, &v) && decoder->oid != PG_FLOAT4 && decoder->oid != PG_FLOAT8)
		ferry_batch_mark_bad(batch, batch->n_rows, k, (FerryBadKind)kind, text,
				     ferry_format_int64(text, v), false);
	else
		ferry_batch_mark_bad(batch, batch->n_rows, k, (FerryBadKind)kind, data, len, true);
}

bool ferry_pg_decode_row(const PgDecoder *decoders, FerryBatch *batch, const uint8_t *data, size_t len,
			 const char **ret_problem)
{
	const uint8_t *p = data, *end = data + len;
	size_t row = batch->n_rows, n = batch->n_columns;
	*ret_problem = "a row that is cut off or malformed";
	if (len < 2 || get16(p) != n)
		return false;
	p += 2;
	for (size_t k = 0; k < n; k++) {
		if (end - p < 4)
			return false;
		uint32_t field_len = get32(p);
		p += 4;
		if (field_len == UINT32_MAX) {
			if (decoders[k].is_variable)
				ferry_column_set_null_bytes(&batch->columns[k], row);
			else
				ferry_column_set_null_fixed(&batch->columns[k], row);
			continue;
		}
		if (field_len > (size_t)(end - p))
			return false;
		int result = decoders[k].decode(&batch->columns[k], row, p, field_len);
		if (G_UNLIKELY(result != PG_DECODED)) {
			if (result == PG_DECODE_FULL)
				*ret_problem = "no room for a value: a column of a batch holds 2 GiB";
			if (result < 0)
				return false;
			mark_bad(&decoders[k], batch, k, p, field_len, result - PG_DECODE_BAD);
		}
		p += field_len;
	}
	if (p != end)
		return false;
	batch->n_rows++;
	return true;
}

size_t ferry_pg_row_len(const uint8_t *data, size_t len)
{
	if (len < 2)
		return 0;
	unsigned n = get16(data);
	if (n == UINT16_MAX)
		return 2;
	size_t at = 2;
	for (unsigned k = 0; k < n; k++) {
		if (len - at < 4)
			return 0;
		uint32_t field_len = get32(data + at);
		at += 4;
		if (field_len == UINT32_MAX)
			continue;
		if (field_len > len - at)
			return 0;
		at += field_len;
	}
	return at;
}
