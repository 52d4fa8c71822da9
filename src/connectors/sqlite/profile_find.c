/*
 * What is counted of a value. This runs once a value of the whole database, so each column looks only at what
 * its declaration leaves open.
 */
#include "connectors/sqlite/profile.h"

#include "data/value_text.h"

#include <math.h>
#include <string.h>

#define MAX_JSON_DEPTH 512

/* ---- JSON, checked without recursion: a bit a level says whether we are in an object ---- */

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static const char *json_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p != '\\')
			continue;
		if (++p == end || !strchr("\"\\/bfnrtu", *p) || !*p)
			return NULL;
		if (*p == 'u') {
			for (int i = 0; i < 4; i++)
				if (++p == end || !g_ascii_isxdigit(*p))
					return NULL;
		}
	}
	return p < end ? p + 1 : NULL;
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && g_ascii_isdigit(*p))
		p++;
	return p;
}

static const char *json_number(const char *p, const char *end)
{
	if (*p == '-')
		p++;
	if (p == end || !g_ascii_isdigit(*p) || (*p == '0' && p + 1 < end && g_ascii_isdigit(p[1])))
		return NULL;
	p = skip_digits(p, end);
	if (p < end && *p == '.') {
		if (skip_digits(p + 1, end) == p + 1)
			return NULL;
		p = skip_digits(p + 1, end);
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		if (skip_digits(p, end) == p)
			return NULL;
		p = skip_digits(p, end);
	}
	return p;
}

/* A value that has no values inside. */
static const char *json_scalar(const char *p, const char *end)
{
	static const char *const words[] = {"true", "false", "null"};

	if (p == end)
		return NULL;
	if (*p == '"')
		return json_string(p, end);
	if (*p == '-' || g_ascii_isdigit(*p))
		return json_number(p, end);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		size_t len = strlen(words[i]);
		if ((size_t)(end - p) >= len && memcmp(p, words[i], len) == 0)
			return p + len;
	}
	return NULL;
}

static const char *json_key(const char *p, const char *end)
{
	p = skip_space(p, end);
	if (p == end || *p != '"' || !(p = json_string(p, end)))
		return NULL;
	p = skip_space(p, end);
	return p < end && *p == ':' ? skip_space(p + 1, end) : NULL;
}

bool ferry_sqlite_is_json(const char *text, size_t len)
{
	const char *p = skip_space(text, text + len), *end = text + len;
	bool in_object[MAX_JSON_DEPTH];
	int depth = 0;

	for (;;) {
		/* at a value */
		if (p < end && (*p == '{' || *p == '[')) {
			bool is_object = *p == '{';
			p = skip_space(p + 1, end);
			if (p == end || *p != (is_object ? '}' : ']')) {
				if (depth == MAX_JSON_DEPTH || (is_object && !(p = json_key(p, end))))
					return false;
				in_object[depth++] = is_object;
				continue;
			}
			p++;
		} else if (!(p = json_scalar(p, end))) {
			return false;
		}
		/* behind a value: closing brackets, then a comma or the end */
		for (p = skip_space(p, end); depth > 0 && p < end && *p == (in_object[depth - 1] ? '}' : ']');
		     p = skip_space(p + 1, end))
			depth--;
		if (depth == 0)
			return p == end;
		if (p == end || *p != ',')
			return false;
		p = skip_space(p + 1, end);
		if (in_object[depth - 1] && !(p = json_key(p, end)))
			return false;
	}
}

/* ---- texts, by declared type ---- */

static void look_at_length(SqliteFindings *f, const char *text, size_t len)
{
	f->max_text_bytes = MAX(f->max_text_bytes, len);
	/* Characters are not counted where even the bytes fit. */
	if ((int64_t)len <= f->declared.type.length)
		f->max_text_chars = MAX(f->max_text_chars, 1);
	else
		f->max_text_chars = MAX(f->max_text_chars, ferry_utf8_count((const uint8_t *)text, len));
}

static void look_for_bool(SqliteFindings *f, const char *text, size_t len)
{
	static const char *const words[] = {"true", "false", "t", "f"};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		f->n_as_declared += strlen(words[i]) == len && g_ascii_strncasecmp(text, words[i], len) == 0;
}

static void look_for_float(SqliteFindings *f, const char *text, size_t len)
{
	double real;

	f->n_as_declared += ferry_parse_float64(text, len, &real);
}

static void count_digits(SqliteFindings *f, const char *text, size_t len)
{
	const char *end = text + len, *point = memchr(text, '.', len), *whole_end = point ? point : end;

	while (text < whole_end && (*text == '-' || *text == '0'))
		text++;
	while (point && end > point + 1 && end[-1] == '0')
		end--;
	f->max_whole = MAX(f->max_whole, (int)(whole_end - text));
	f->max_scale = MAX(f->max_scale, point ? (int)(end - point - 1) : 0);
}

static void look_for_decimal(SqliteFindings *f, const char *text, size_t len)
{
	char plain[SQLITE_DECIMAL_TEXT];

	if (!ferry_parse_decimal(text, len))
		return;
	if (!g_ascii_isdigit(text[len - 1]) && text[len - 1] != '.') { /* NaN, Infinity */
		f->n_as_declared++;
		return;
	}
	if (ferry_sqlite_expand_decimal(text, len, plain, &len)) {
		f->n_as_declared++;
		count_digits(f, plain, len);
	}
}

/* Dates that turn out to be timestamps are still no text. */
static void look_for_date(SqliteFindings *f, const char *text, size_t len)
{
	int32_t days;
	int64_t us;
	bool has_zone;

	if (ferry_parse_date(text, len, &days)) {
		f->n_as_declared++;
		f->n_timestamps++;
	} else if (ferry_parse_timestamp(text, len, &us, &has_zone)) {
		f->n_timestamps++;
		f->n_with_zone += has_zone;
	}
}

static void look_for_timestamp(SqliteFindings *f, const char *text, size_t len)
{
	int64_t us;
	bool has_zone;

	if (!ferry_parse_timestamp(text, len, &us, &has_zone))
		return;
	f->n_timestamps++;
	f->n_with_zone += has_zone;
	f->n_as_declared += has_zone == (f->declared.type.id == FERRY_TYPE_TIMESTAMPTZ);
}

static void look_for_time(SqliteFindings *f, const char *text, size_t len)
{
	int64_t us;

	f->n_as_declared += ferry_parse_time(text, len, &us);
}

static void look_for_interval(SqliteFindings *f, const char *text, size_t len)
{
	FerryInterval interval;

	f->n_as_declared += ferry_sqlite_parse_interval(text, len, &interval);
}

static void look_for_uuid(SqliteFindings *f, const char *text, size_t len)
{
	uint8_t uuid[16];

	f->n_as_declared += ferry_parse_uuid(text, len, uuid);
}

static void look_for_json(SqliteFindings *f, const char *text, size_t len)
{
	f->n_as_declared += ferry_sqlite_is_json(text, len);
}

static void look_for_bits(SqliteFindings *f, const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && (text[n] == '0' || text[n] == '1'))
		n++;
	f->n_as_declared +=
		n == len && (f->declared.type.length == 0 || (int64_t)len <= f->declared.type.length);
}

static const SqliteTextFunc text_functions[FERRY_N_TYPES] = {
	[FERRY_TYPE_BOOL] = look_for_bool,           [FERRY_TYPE_FLOAT64] = look_for_float,
	[FERRY_TYPE_DECIMAL] = look_for_decimal,     [FERRY_TYPE_DATE] = look_for_date,
	[FERRY_TYPE_TIMESTAMP] = look_for_timestamp, [FERRY_TYPE_TIMESTAMPTZ] = look_for_timestamp,
	[FERRY_TYPE_TIME] = look_for_time,           [FERRY_TYPE_INTERVAL] = look_for_interval,
	[FERRY_TYPE_UUID] = look_for_uuid,           [FERRY_TYPE_JSON] = look_for_json,
	[FERRY_TYPE_BITS] = look_for_bits,
};

/* ---- values ---- */

void ferry_sqlite_findings_init(SqliteFindings *f, const char *declared_type, bool is_class_only)
{
	*f = (SqliteFindings){.declared = ferry_sqlite_declared(declared_type)};
	FerryTypeId id = f->declared.type.id;

	f->is_class_only =
		is_class_only &&
		(id == FERRY_TYPE_BYTES ||
		 (id == FERRY_TYPE_TEXT && f->declared.type.length == 0 && !f->declared.is_unnamed));
	f->look_at_text = text_functions[id];
	if (id == FERRY_TYPE_TEXT && f->declared.type.length > 0)
		f->look_at_text = look_at_length;
	f->min_int = INT64_MAX;
	f->max_int = INT64_MIN;
}

/* Most reals of a decimal column are the doubles nearest to a decimal of its scale: found without printing
 * them. */
static bool has_scale(SqliteFindings *f, double real, int scale)
{
	static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
	int digits = 0;

	if (scale < 0 || scale >= (int)G_N_ELEMENTS(powers))
		return false;
	double n = nearbyint(real * powers[scale]);
	if (!(fabs(n) < 1e15) || n / powers[scale] != real)
		return false;
	for (double limit = 1, whole = fabs(trunc(real)); whole >= limit; limit *= 10)
		digits++;
	f->max_whole = MAX(f->max_whole, digits);
	f->max_scale = MAX(f->max_scale, scale);
	return true;
}

/* Plain digits: without the zeros at both ends. */
static int significant_digits(const char *text, size_t len)
{
	const char *end = text + len;
	int n = 0;

	while (end > text && (end[-1] == '0' || end[-1] == '.'))
		end--;
	while (text < end && !(*text >= '1' && *text <= '9'))
		text++;
	for (; text < end; text++)
		n += *text != '.';
	return n;
}

static void add_real(SqliteFindings *f, double real)
{
	char text[SQLITE_DECIMAL_TEXT];

	f->n_reals++;
	/* To a float column all reals are welcome, and one that has more than 15 digits decides for any
	 * other. */
	if (f->declared.type.id == FERRY_TYPE_FLOAT64 || f->n_wide_reals > 0 ||
	    has_scale(f, real, f->declared.type.precision > 0 ? f->declared.type.scale : 2))
		return;
	if (!isfinite(real)) {
		f->n_wide_reals++;
		return;
	}
	size_t len = ferry_sqlite_real_to_decimal(text, real);
	f->n_wide_reals += significant_digits(text, len) > 15;
	count_digits(f, text, len);
}

static void add_blob(SqliteFindings *f, sqlite3_value *value)
{
	const uint8_t *blob = sqlite3_value_blob(value);
	size_t len = (size_t)sqlite3_value_bytes(value);

	f->n_blobs++;
	f->n_uuid_blobs += len == 16;
	if (f->n_utf8_blobs == f->n_blobs - 1)
		f->n_utf8_blobs +=
			len == 0 || (ferry_utf8_valid_len(blob, len) == len && !memchr(blob, 0, len));
}

void ferry_sqlite_findings_add(SqliteFindings *f, sqlite3_value *value)
{
	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER: {
		int64_t i = sqlite3_value_int64(value);
		f->n_ints++;
		f->min_int = MIN(f->min_int, i);
		f->max_int = MAX(f->max_int, i);
		break;
	}
	case SQLITE_TEXT:
		f->n_texts++;
		if (f->look_at_text) {
			const char *text = (const char *)sqlite3_value_text(value);
			f->look_at_text(f, text ? text : "", (size_t)sqlite3_value_bytes(value));
		}
		break;
	case SQLITE_FLOAT: add_real(f, sqlite3_value_double(value)); break;
	case SQLITE_NULL: f->n_nulls++; break;
	default: add_blob(f, value); break;
	}
}

void ferry_sqlite_findings_add_class(SqliteFindings *f, sqlite3_value *value)
{
	switch (*sqlite3_value_text(value)) {
	case 't': f->n_texts++; break;
	case 'b': f->n_blobs++; break;
	case 'n': f->n_nulls++; break;
	case 'i': f->n_ints++; break;
	default: f->n_reals++; break;
	}
}

bool ferry_sqlite_findings_need_values(const SqliteFindings *f)
{
	if (!f->is_class_only)
		return false;
	if (f->n_ints + f->n_reals > 0)
		return true;
	return f->declared.type.id == FERRY_TYPE_TEXT ? f->n_blobs > 0 : f->n_texts > 0 && f->n_blobs > 0;
}

void ferry_sqlite_findings_merge(SqliteFindings *into, const SqliteFindings *from)
{
	into->n_nulls += from->n_nulls;
	into->n_ints += from->n_ints;
	into->n_reals += from->n_reals;
	into->n_texts += from->n_texts;
	into->n_blobs += from->n_blobs;
	into->min_int = MIN(into->min_int, from->min_int);
	into->max_int = MAX(into->max_int, from->max_int);
	into->n_wide_reals += from->n_wide_reals;
	into->max_whole = MAX(into->max_whole, from->max_whole);
	into->max_scale = MAX(into->max_scale, from->max_scale);
	into->max_text_bytes = MAX(into->max_text_bytes, from->max_text_bytes);
	into->max_text_chars = MAX(into->max_text_chars, from->max_text_chars);
	into->n_as_declared += from->n_as_declared;
	into->n_timestamps += from->n_timestamps;
	into->n_with_zone += from->n_with_zone;
	into->n_utf8_blobs += from->n_utf8_blobs;
	into->n_uuid_blobs += from->n_uuid_blobs;
}
