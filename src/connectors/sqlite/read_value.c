/*
 * One function a logical type: it looks at the storage class that the value really has, the expected one
 * first, and puts it into the column exactly, or marks the cell bad. Any type can be asked of any column:
 * this is also how Ferry's own targets are read back, where dates, decimals and intervals are text.
 *
 * Values are "unprotected" in SQLite's words, which is for connections that several threads use at once; ours
 * are not.
 */
#include "connectors/sqlite/values.h"

#include "data/value_text.h"

#include <math.h>
#include <string.h>

/* ---- what all share ---- */

static const char *text_of(sqlite3_value *value, size_t *ret_len)
{
	const char *text = (const char *)sqlite3_value_text(value); /* first: it may convert from UTF-16 */

	*ret_len = (size_t)sqlite3_value_bytes(value);
	return text ? text : "";
}

static const void *blob_of(sqlite3_value *value, size_t *ret_len)
{
	const void *blob = sqlite3_value_blob(value);

	*ret_len = blob ? (size_t)sqlite3_value_bytes(value) : 0;
	return blob ? blob : "";
}

/* The cold edge: the value in its own words. */
G_GNUC_NO_INLINE
static bool bad(FerryBatch *batch, size_t index, sqlite3_value *value, FerryBadKind kind)
{
	char number[SQLITE_REAL_TEXT];
	const void *text = number;
	size_t len;

	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER: len = ferry_format_int64(number, sqlite3_value_int64(value)); break;
	case SQLITE_FLOAT: len = ferry_sqlite_real_to_text(number, sqlite3_value_double(value)); break;
	case SQLITE_BLOB: text = blob_of(value, &len); break;
	default: text = text_of(value, &len); break;
	}
	ferry_batch_mark_bad(batch, batch->n_rows, index, kind, text, len,
			     sqlite3_value_type(value) == SQLITE_BLOB);
	return true;
}

static bool null_fixed(FerryBatch *batch, size_t index)
{
	ferry_column_set_null_fixed(&batch->columns[index], batch->n_rows);
	return true;
}

static bool null_bytes(FerryBatch *batch, size_t index)
{
	ferry_column_set_null_bytes(&batch->columns[index], batch->n_rows);
	return true;
}

static bool append(SqliteReader *r, FerryBatch *batch, size_t index, const void *data, size_t len)
{
	r->bytes += len;
	if (G_UNLIKELY(len > FERRY_GIANT_BYTES))
		ferry_permit_take(&batch->permit, r->base.spec->giants, len);
	return ferry_column_append_bytes(&batch->columns[index], batch->n_rows, data, len);
}

#define FIXED(ctype_, batch_, index_) (((ctype_ *)(batch_)->columns[index_].fixed)[(batch_)->n_rows])

/* ---- numbers ---- */

typedef enum { GOT_VALUE, GOT_NULL, GOT_OUT_OF_RANGE, GOT_NONSENSE } Got;

static Got got_int64(sqlite3_value *value, int64_t *ret)
{
	const char *text;
	size_t len;
	double real;

	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER: *ret = sqlite3_value_int64(value); return GOT_VALUE;
	case SQLITE_NULL: return GOT_NULL;
	case SQLITE_FLOAT:
		real = sqlite3_value_double(value);
		if (real != floor(real) || !(real >= -0x1p63 && real < 0x1p63))
			return GOT_OUT_OF_RANGE;
		*ret = (int64_t)real;
		return GOT_VALUE;
	case SQLITE_TEXT:
		text = text_of(value, &len);
		return ferry_parse_int64(text, len, ret) ? GOT_VALUE : GOT_NONSENSE;
	default: return GOT_NONSENSE;
	}
}

static bool not_got(FerryBatch *batch, size_t index, sqlite3_value *value, Got got)
{
	if (got == GOT_NULL)
		return null_fixed(batch, index);
	return bad(batch, index, value,
		   got == GOT_OUT_OF_RANGE ? FERRY_BAD_OUT_OF_RANGE : FERRY_BAD_INVALID_VALUE);
}

#define DEFINE_READ_INT(name_, ctype_, min_, max_)                                                           \
	static bool name_(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)            \
	{                                                                                                    \
		int64_t i;                                                                                   \
		Got got = got_int64(value, &i);                                                              \
                                                                                                             \
		if (G_UNLIKELY(got == GOT_VALUE && (i < (min_) || i > (max_))))                              \
			got = GOT_OUT_OF_RANGE;                                                              \
		if (G_UNLIKELY(got != GOT_VALUE))                                                            \
			return not_got(batch, index, value, got);                                            \
		FIXED(ctype_, batch, index) = (ctype_)i;                                                     \
		return true;                                                                                 \
	}

DEFINE_READ_INT(read_int8, int8_t, INT8_MIN, INT8_MAX)
DEFINE_READ_INT(read_int16, int16_t, INT16_MIN, INT16_MAX)
DEFINE_READ_INT(read_int32, int32_t, INT32_MIN, INT32_MAX)
DEFINE_READ_INT(read_int64, int64_t, INT64_MIN, INT64_MAX)

static bool read_bool(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	bool flag = false;
	int64_t i;
	Got got = GOT_VALUE;

	if (sqlite3_value_type(value) == SQLITE_TEXT) {
		size_t len;
		const char *text = text_of(value, &len);
		got = ferry_parse_bool(text, len, &flag) ? GOT_VALUE : GOT_NONSENSE;
	} else if ((got = got_int64(value, &i)) == GOT_VALUE) {
		flag = i == 1;
		got = i == 0 || i == 1 ? GOT_VALUE : GOT_OUT_OF_RANGE;
	}
	if (got != GOT_VALUE)
		return not_got(batch, index, value, got);
	FIXED(uint8_t, batch, index) = flag;
	return true;
}

static Got got_double(sqlite3_value *value, double *ret)
{
	const char *text;
	size_t len;
	int64_t i;

	switch (sqlite3_value_type(value)) {
	case SQLITE_FLOAT: *ret = sqlite3_value_double(value); return GOT_VALUE;
	case SQLITE_NULL: return GOT_NULL;
	case SQLITE_INTEGER:
		i = sqlite3_value_int64(value);
		*ret = (double)i;
		return *ret < 0x1p63 && (int64_t)*ret == i ? GOT_VALUE : GOT_OUT_OF_RANGE;
	case SQLITE_TEXT:
		text = text_of(value, &len);
		return ferry_parse_float64(text, len, ret) ? GOT_VALUE : GOT_NONSENSE;
	default: return GOT_NONSENSE;
	}
}

static bool read_float64(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	double real;
	Got got = got_double(value, &real);

	if (G_UNLIKELY(got != GOT_VALUE))
		return not_got(batch, index, value, got);
	FIXED(double, batch, index) = real;
	return true;
}

static bool read_float32(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	double real;
	Got got = got_double(value, &real);

	if (got == GOT_VALUE && (double)(float)real != real && !isnan(real))
		got = GOT_OUT_OF_RANGE;
	if (got != GOT_VALUE)
		return not_got(batch, index, value, got);
	FIXED(float, batch, index) = (float)real;
	return true;
}

/* ---- decimals ---- */

static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
				1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* A REAL that is the double nearest to n / 10^scale with |n| < 10^15 means that decimal: no other decimal of
 * 15 digits is so near. Saves printf for money. */
static size_t short_decimal(char *out, double value, int scale)
{
	double scaled = value * powers[scale], n = nearbyint(scaled);

	if (!(fabs(n) < 1e15) || n / powers[scale] != value)
		return 0;
	char digits[24];
	size_t len = ferry_format_uint64(digits, (uint64_t)fabs(n)), whole, at = 0;
	if (n < 0)
		out[at++] = '-';
	whole = len > (size_t)scale ? len - (size_t)scale : 0;
	if (whole == 0)
		out[at++] = '0';
	memcpy(out + at, digits, whole);
	at += whole;
	if (scale > 0) {
		out[at++] = '.';
		memset(out + at, '0', (size_t)scale);
		memcpy(out + at + (size_t)scale - (len - whole), digits + whole, len - whole);
		at += (size_t)scale;
	}
	return at;
}

/* Plain digits: do they fit DECIMAL(precision, scale)? Zeros at the ends do not count. */
static bool fits_decimal(const FerryType *type, const char *text, size_t len)
{
	const char *end = text + len, *point = memchr(text, '.', len), *whole_end = point ? point : end;

	if (type->precision <= 0)
		return true;
	if (len == 0 || !(g_ascii_isdigit(end[-1]) || end[-1] == '.'))
		return len > 0; /* NaN, Infinity: for the writer to decide */
	while (text < whole_end && (*text == '-' || *text == '0'))
		text++;
	if (whole_end - text > type->precision - type->scale)
		return false;
	while (point && end > point + 1 && end[-1] == '0')
		end--;
	return !point || end - point - 1 <= MAX(type->scale, 0);
}

static bool put_decimal(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value,
			const char *text, size_t len)
{
	if (!fits_decimal(batch->columns[index].type, text, len))
		return bad(batch, index, value, FERRY_BAD_OUT_OF_RANGE);
	return append(r, batch, index, text, len);
}

static bool read_decimal(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	const FerryType *type = batch->columns[index].type;
	char buffer[SQLITE_DECIMAL_TEXT];
	const char *text;
	size_t len = 0;
	double real;

	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER:
		len = ferry_format_int64(buffer, sqlite3_value_int64(value));
		return put_decimal(r, batch, index, value, buffer, len);
	case SQLITE_FLOAT:
		real = sqlite3_value_double(value);
		if (type->precision > 0 && type->scale >= 0 && type->scale < (int)G_N_ELEMENTS(powers))
			len = short_decimal(buffer, real, type->scale);
		if (len == 0)
			len = ferry_sqlite_real_to_decimal(buffer, real);
		return put_decimal(r, batch, index, value, buffer, len);
	case SQLITE_NULL: return null_bytes(batch, index);
	case SQLITE_TEXT:
		text = text_of(value, &len);
		if (!ferry_parse_decimal(text, len))
			return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);
		if (*text != '+' && !memchr(text, 'e', len) && !memchr(text, 'E', len))
			return put_decimal(r, batch, index, value, text, len);
		if (!ferry_sqlite_expand_decimal(text, len, buffer, &len))
			return bad(batch, index, value, FERRY_BAD_OUT_OF_RANGE);
		return put_decimal(r, batch, index, value, buffer, len);
	default: return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);
	}
}

/* ---- text and bytes ---- */

static bool append_number(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	char buffer[SQLITE_REAL_TEXT];
	size_t len = sqlite3_value_type(value) == SQLITE_INTEGER
			     ? ferry_format_int64(buffer, sqlite3_value_int64(value))
			     : ferry_sqlite_real_to_text(buffer, sqlite3_value_double(value));

	return append(r, batch, index, buffer, len);
}

/* Also JSON and bytes: every class keeps its bytes, numbers become their text. */
static bool read_text(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	const void *data;
	size_t len;

	switch (sqlite3_value_type(value)) {
	case SQLITE_TEXT: data = text_of(value, &len); break;
	case SQLITE_NULL: return null_bytes(batch, index);
	case SQLITE_BLOB: data = blob_of(value, &len); break;
	default: return append_number(r, batch, index, value);
	}
	return append(r, batch, index, data, len);
}

static bool read_json(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	if (sqlite3_value_type(value) == SQLITE_FLOAT && !isfinite(sqlite3_value_double(value)))
		return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);
	return read_text(r, batch, index, value);
}

static bool read_bits(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	const char *text;
	size_t len;

	if (sqlite3_value_type(value) == SQLITE_NULL)
		return null_bytes(batch, index);
	if (sqlite3_value_type(value) != SQLITE_TEXT)
		return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);
	text = text_of(value, &len);
	for (size_t i = 0; i < len; i++)
		if (text[i] != '0' && text[i] != '1')
			return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);
	return append(r, batch, index, text, len);
}

/* ---- dates, times, UUIDs: text that is parsed ---- */

#define DEFINE_READ_PARSED(name_, ctype_, parse_)                                                            \
	static bool name_(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)            \
	{                                                                                                    \
		int type = sqlite3_value_type(value);                                                        \
		size_t len;                                                                                  \
		const char *text;                                                                            \
                                                                                                             \
		if (type == SQLITE_NULL)                                                                     \
			return null_fixed(batch, index);                                                     \
		if (type != SQLITE_TEXT)                                                                     \
			return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);                            \
		text = text_of(value, &len);                                                                 \
		if (!parse_(text, len, &FIXED(ctype_, batch, index)))                                        \
			return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);                            \
		return true;                                                                                 \
	}

static bool parse_timestamp(const char *text, size_t len, int64_t *ret_us)
{
	bool has_zone;

	return ferry_parse_timestamp(text, len, ret_us, &has_zone) && !has_zone;
}

/* SQLite's own times are UTC where nothing else is said. */
static bool parse_timestamptz(const char *text, size_t len, int64_t *ret_us)
{
	bool has_zone;

	return ferry_parse_timestamp(text, len, ret_us, &has_zone);
}

DEFINE_READ_PARSED(read_date, int32_t, ferry_parse_date)
DEFINE_READ_PARSED(read_time, int64_t, ferry_parse_time)
DEFINE_READ_PARSED(read_timestamp, int64_t, parse_timestamp)
DEFINE_READ_PARSED(read_timestamptz, int64_t, parse_timestamptz)
DEFINE_READ_PARSED(read_interval, FerryInterval, ferry_sqlite_parse_interval)

static bool read_uuid(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	uint8_t *out = (uint8_t *)batch->columns[index].fixed + 16 * batch->n_rows;
	const void *data;
	size_t len;

	switch (sqlite3_value_type(value)) {
	case SQLITE_NULL: return null_fixed(batch, index);
	case SQLITE_TEXT:
		data = text_of(value, &len);
		return ferry_parse_uuid(data, len, out) || bad(batch, index, value, FERRY_BAD_INVALID_VALUE);
	case SQLITE_BLOB:
		data = blob_of(value, &len);
		if (len == 16) {
			memcpy(out, data, 16);
			return true;
		}
		return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);
	default: return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);
	}
}

/* ---- values of which the storage class is a part ---- */

static bool read_literal(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)
{
	FerryColumn *column = &batch->columns[index];
	size_t before = column->bytes_len;

	if (!ferry_sqlite_literal_put(column, batch->n_rows, value))
		return false;
	r->bytes += column->bytes_len - before;
	return true;
}

/* The type's own storage class or none. */
#define DEFINE_READ_EXACT(name_, class_, read_)                                                              \
	static bool name_(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value)            \
	{                                                                                                    \
		int storage_class = sqlite3_value_type(value);                                               \
                                                                                                             \
		if (G_UNLIKELY(storage_class != (class_) && storage_class != SQLITE_NULL))                   \
			return bad(batch, index, value, FERRY_BAD_INVALID_VALUE);                            \
		return read_(r, batch, index, value);                                                        \
	}

DEFINE_READ_EXACT(read_exact_int64, SQLITE_INTEGER, read_int64)
DEFINE_READ_EXACT(read_exact_float64, SQLITE_FLOAT, read_float64)
DEFINE_READ_EXACT(read_exact_bytes, SQLITE_BLOB, read_text)

static SqliteReadFunc exact_function(FerryTypeId id)
{
	switch (id) {
	case FERRY_TYPE_INT64: return read_exact_int64;
	case FERRY_TYPE_FLOAT64: return read_exact_float64;
	case FERRY_TYPE_BYTES: return read_exact_bytes;
	default: return read_literal;
	}
}

SqliteReadFunc ferry_sqlite_read_func(const FerryType *type)
{
	static const SqliteReadFunc functions[FERRY_N_TYPES] = {
		[FERRY_TYPE_BOOL] = read_bool,           [FERRY_TYPE_INT8] = read_int8,
		[FERRY_TYPE_INT16] = read_int16,         [FERRY_TYPE_INT32] = read_int32,
		[FERRY_TYPE_INT64] = read_int64,         [FERRY_TYPE_FLOAT32] = read_float32,
		[FERRY_TYPE_FLOAT64] = read_float64,     [FERRY_TYPE_DECIMAL] = read_decimal,
		[FERRY_TYPE_TEXT] = read_text,           [FERRY_TYPE_BYTES] = read_text,
		[FERRY_TYPE_DATE] = read_date,           [FERRY_TYPE_TIME] = read_time,
		[FERRY_TYPE_TIMESTAMP] = read_timestamp, [FERRY_TYPE_TIMESTAMPTZ] = read_timestamptz,
		[FERRY_TYPE_INTERVAL] = read_interval,   [FERRY_TYPE_UUID] = read_uuid,
		[FERRY_TYPE_JSON] = read_json,           [FERRY_TYPE_BITS] = read_bits,
	};
	return type->is_exact ? exact_function(type->id) : functions[type->id];
}
