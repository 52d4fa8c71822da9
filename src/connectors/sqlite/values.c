/* The wire format and the literals of values.h. */
#include "connectors/sqlite/values.h"

#include "data/value_text.h"

#include <math.h>
#include <string.h>

const char ferry_sqlite_values_format[] = "sqlite-values";

/* ---- the wire format ---- */

#define MAX_FIXED 9 /* a class and a number */

G_GNUC_NO_INLINE
static bool grow_raw(FerryRaw *raw, size_t room)
{
	size_t cap = MAX(MAX(raw->cap * 2, raw->len + room), 64 * 1024);
	uint8_t *bigger = g_try_realloc(raw->data, cap);

	if (!bigger)
		return false;
	raw->data = bigger;
	raw->cap = cap;
	return true;
}

static bool reserve_raw(FerryRaw *raw, size_t room)
{
	return G_LIKELY(room <= raw->cap - raw->len) || grow_raw(raw, room);
}

static void put_fixed(FerryRaw *raw, int storage_class, const void *value, size_t len)
{
	raw->data[raw->len] = (uint8_t)storage_class;
	memcpy(raw->data + raw->len + 1, value, len);
	raw->len += 1 + len;
}

bool ferry_sqlite_values_put(FerryRaw *raw, sqlite3_value *value)
{
	int storage_class = sqlite3_value_type(value);
	const void *bytes;
	sqlite3_int64 integer;
	double real;
	uint32_t len;

	if (!reserve_raw(raw, MAX_FIXED))
		return false;
	switch (storage_class) {
	case SQLITE_INTEGER:
		integer = sqlite3_value_int64(value);
		put_fixed(raw, storage_class, &integer, sizeof(integer));
		return true;
	case SQLITE_FLOAT:
		real = sqlite3_value_double(value);
		put_fixed(raw, storage_class, &real, sizeof(real));
		return true;
	case SQLITE_NULL: put_fixed(raw, storage_class, "", 0); return true;
	case SQLITE_TEXT: bytes = sqlite3_value_text(value); break;
	default: bytes = sqlite3_value_blob(value); break;
	}
	len = bytes ? (uint32_t)sqlite3_value_bytes(value) : 0;
	if (!reserve_raw(raw, MAX_FIXED + (size_t)len))
		return false;
	put_fixed(raw, storage_class, &len, sizeof(len));
	if (len > 0)
		memcpy(raw->data + raw->len, bytes, len);
	raw->len += len;
	return true;
}

static bool take_fixed(const uint8_t **at, const uint8_t *end, void *ret_value, size_t len)
{
	if ((size_t)(end - *at) < len)
		return false;
	memcpy(ret_value, *at, len);
	*at += len;
	return true;
}

static bool take_cell(const uint8_t **at, const uint8_t *end, SqliteCell *cell)
{
	uint32_t len;

	if (*at == end)
		return false;
	cell->storage_class = *(*at)++;
	switch (cell->storage_class) {
	case SQLITE_INTEGER: return take_fixed(at, end, &cell->integer, sizeof(cell->integer));
	case SQLITE_FLOAT: return take_fixed(at, end, &cell->real, sizeof(cell->real));
	case SQLITE_NULL: return true;
	case SQLITE_TEXT:
	case SQLITE_BLOB:
		if (!take_fixed(at, end, &len, sizeof(len)) || (size_t)(end - *at) < len)
			return false;
		cell->bytes = *at;
		cell->len = len;
		*at += len;
		return true;
	default: return false;
	}
}

bool ferry_sqlite_values_take(const uint8_t **at, const uint8_t *end, SqliteCell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!take_cell(at, end, &cells[i]))
			return false;
	return true;
}

void ferry_sqlite_cell_give(sqlite3_context *context, const SqliteCell *cell)
{
	switch (cell->storage_class) {
	case SQLITE_INTEGER: sqlite3_result_int64(context, cell->integer); break;
	case SQLITE_FLOAT: sqlite3_result_double(context, cell->real); break;
	case SQLITE_TEXT:
		sqlite3_result_text64(context, (const char *)cell->bytes, cell->len, SQLITE_STATIC,
				      SQLITE_UTF8);
		break;
	case SQLITE_BLOB: sqlite3_result_blob64(context, cell->bytes, cell->len, SQLITE_STATIC); break;
	default: break; /* a context that gets nothing is NULL */
	}
}

/* ---- literals ---- */

static size_t count_quotes(const char *text, size_t len)
{
	const char *end = text + len;
	size_t n = 0;

	while (text < end && (text = memchr(text, '\'', (size_t)(end - text)))) {
		n++;
		text++;
	}
	return n;
}

static char *quote(char *out, const char *text, size_t len)
{
	const char *end = text + len, *at;

	*out++ = '\'';
	while (text < end && (at = memchr(text, '\'', (size_t)(end - text)))) {
		memcpy(out, text, (size_t)(at + 1 - text));
		out += at + 1 - text;
		*out++ = '\'';
		text = at + 1;
	}
	memcpy(out, text, (size_t)(end - text));
	out += end - text;
	*out++ = '\'';
	return out;
}

static bool put_text(FerryColumn *column, size_t row, const char *text, size_t len)
{
	size_t n_quotes = count_quotes(text, len);

	if (!ferry_column_reserve(column, len + n_quotes + 2))
		return false;
	quote((char *)column->bytes + column->bytes_len, text, len);
	column->bytes_len += len + n_quotes + 2;
	column->offsets[row + 1] = (int32_t)column->bytes_len;
	return true;
}

static bool put_blob(FerryColumn *column, size_t row, const uint8_t *blob, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	if (!ferry_column_reserve(column, 2 * len + 3))
		return false;
	char *out = (char *)column->bytes + column->bytes_len;
	*out++ = 'x';
	*out++ = '\'';
	for (size_t i = 0; i < len; i++) {
		*out++ = digits[blob[i] >> 4];
		*out++ = digits[blob[i] & 15];
	}
	*out = '\'';
	column->bytes_len += 2 * len + 3;
	column->offsets[row + 1] = (int32_t)column->bytes_len;
	return true;
}

/* A number that is too big is infinity to SQL; the sign of a zero is kept. */
static size_t format_real(char *out, double value)
{
	const char *special = NULL;

	if (isinf(value))
		special = value < 0 ? "-9e999" : "9e999";
	else if (value == 0 && signbit(value))
		special = "-0.0";
	if (special) {
		size_t len = strlen(special);
		memcpy(out, special, len);
		return len;
	}
	return ferry_sqlite_real_to_text(out, value);
}

bool ferry_sqlite_literal_put(FerryColumn *column, size_t row, sqlite3_value *value)
{
	char number[SQLITE_REAL_TEXT];
	const void *bytes;

	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER:
		return ferry_column_append_bytes(column, row, number,
						 ferry_format_int64(number, sqlite3_value_int64(value)));
	case SQLITE_FLOAT:
		return ferry_column_append_bytes(column, row, number,
						 format_real(number, sqlite3_value_double(value)));
	case SQLITE_TEXT:
		bytes = sqlite3_value_text(value); /* first: it may convert from UTF-16 */
		return put_text(column, row, bytes ? bytes : "",
				bytes ? (size_t)sqlite3_value_bytes(value) : 0);
	case SQLITE_BLOB:
		bytes = sqlite3_value_blob(value);
		return put_blob(column, row, bytes ? bytes : (const void *)"",
				bytes ? (size_t)sqlite3_value_bytes(value) : 0);
	default: ferry_column_set_null_bytes(column, row); return true;
	}
}

static void give_error(sqlite3_context *context)
{
	sqlite3_result_error(context, "a value that is no literal", -1);
}

/* Between the quotes; a quote stands there twice. */
static void give_quoted(sqlite3_context *context, const char *text, size_t len)
{
	const char *end = text + len;
	char *copy, *out;

	if (!memchr(text, '\'', len)) {
		sqlite3_result_text64(context, text, len, SQLITE_STATIC, SQLITE_UTF8);
		return;
	}
	if (!(copy = out = sqlite3_malloc64(len))) {
		sqlite3_result_error_nomem(context);
		return;
	}
	while (text < end) {
		*out++ = *text;
		text += *text == '\'' && text + 1 < end ? 2 : 1;
	}
	sqlite3_result_text64(context, copy, (sqlite3_uint64)(out - copy), sqlite3_free, SQLITE_UTF8);
}

static void give_hex(sqlite3_context *context, const char *text, size_t len)
{
	uint8_t *blob = sqlite3_malloc64(len / 2 + 1);

	if (!blob) {
		sqlite3_result_error_nomem(context);
		return;
	}
	for (size_t i = 0; i < len / 2; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);
		if (high < 0 || low < 0) {
			sqlite3_free(blob);
			give_error(context);
			return;
		}
		blob[i] = (uint8_t)(high << 4 | low);
	}
	sqlite3_result_blob64(context, blob, len / 2, sqlite3_free);
}

static void give_number(sqlite3_context *context, const char *text, size_t len)
{
	int64_t integer;
	double real;

	if (ferry_parse_int64(text, len, &integer))
		sqlite3_result_int64(context, integer);
	else if (strcmp("9e999", text + (*text == '-')) == 0)
		sqlite3_result_double(context, *text == '-' ? -INFINITY : INFINITY);
	else if (ferry_parse_float64(text, len, &real))
		sqlite3_result_double(context, real);
	else
		give_error(context);
}

void ferry_sqlite_literal_give(sqlite3_context *context, const char *text, size_t len)
{
	char number[SQLITE_REAL_TEXT + 1] = {0};

	if (len >= 2 && *text == '\'' && text[len - 1] == '\'') {
		give_quoted(context, text + 1, len - 2);
	} else if (len >= 3 && len % 2 == 1 && text[0] == 'x' && text[1] == '\'' && text[len - 1] == '\'') {
		give_hex(context, text + 2, len - 3);
	} else if (len > 0 && len < sizeof(number)) {
		memcpy(number, text, len);
		give_number(context, number, len);
	} else {
		give_error(context);
	}
}
