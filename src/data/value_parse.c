/*
 * Text forms of values: the parsers. All are strict (one value, nothing around it) and exact (what does not
 * fit is refused, never rounded or wrapped). They read by a cursor that never passes its end; texts need no
 * NUL.
 */
#include "data/value_text.h"

#include <errno.h>
#include <math.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define US_PER_SECOND   INT64_C(1000000)
#define US_PER_DAY      (INT64_C(86400) * US_PER_SECOND)
#define MAX_FLOAT_LEN   (64u << 10)
#define MAX_YEAR_DIGITS 7 /* int32 days reach to the year 5,881,580 */

typedef struct Cursor {
	const char *at, *end;
} Cursor;

static bool take_char(Cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool equals_nocase(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && g_ascii_strncasecmp(text, word, len) == 0;
}

/* Exactly n digits. */
static bool take_digits(Cursor *c, size_t n, unsigned *ret_value)
{
	unsigned value = 0;

	if ((size_t)(c->end - c->at) < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(c->at[i]))
			return false;
		value = value * 10 + (unsigned)(c->at[i] - '0');
	}
	c->at += n;
	*ret_value = value;
	return true;
}

static size_t skip_digits(Cursor *c)
{
	const char *start = c->at;
	while (c->at < c->end && is_digit(*c->at))
		c->at++;
	return (size_t)(c->at - start);
}

/* ---- numbers ---- */

bool ferry_parse_int64(const char *text, size_t len, int64_t *ret_value)
{
	Cursor c = {text, text + len};
	bool is_negative = take_char(&c, '-');
	int64_t value = 0;

	if (!is_negative)
		take_char(&c, '+');
	if (c.at == c.end)
		return false;
	for (; c.at < c.end; c.at++) {
		int digit = *c.at - '0';
		if (!is_digit(*c.at) || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, is_negative ? -digit : digit, &value))
			return false;
	}
	*ret_value = value;
	return true;
}

/* ±inf, ±infinity, nan. */
static bool parse_special_float(const char *text, size_t len, double *ret_value)
{
	bool is_negative = len > 0 && text[0] == '-';
	size_t sign = len > 0 && (text[0] == '-' || text[0] == '+');

	if (equals_nocase(text, len, "nan")) {
		*ret_value = NAN;
		return true;
	}
	if (!equals_nocase(text + sign, len - sign, "inf") &&
	    !equals_nocase(text + sign, len - sign, "infinity"))
		return false;
	*ret_value = is_negative ? -INFINITY : INFINITY;
	return true;
}

/* [+-](digits[.[digits]]|.digits)[e[+-]digits]; the mantissa's end tells whether it holds anything but zeros.
 */
static bool is_float_text(const char *text, size_t len, const char **ret_mantissa_end)
{
	Cursor c = {text, text + len};

	if (!take_char(&c, '-'))
		take_char(&c, '+');
	size_t n = skip_digits(&c);
	if (take_char(&c, '.'))
		n += skip_digits(&c);
	if (n == 0)
		return false;
	*ret_mantissa_end = c.at;
	if (take_char(&c, 'e') || take_char(&c, 'E')) {
		if (!take_char(&c, '-'))
			take_char(&c, '+');
		if (skip_digits(&c) == 0)
			return false;
	}
	return c.at == c.end;
}

static bool has_nonzero_digit(const char *text, const char *end)
{
	for (; text < end; text++)
		if (*text >= '1' && *text <= '9')
			return true;
	return false;
}

/* Rounds to nearest as strtod does. Numbers that would become infinite or zero lie outside of the type. */
static bool convert_float(const char *terminated, const char *text, const char *mantissa_end,
			  double *ret_value)
{
	double value = g_ascii_strtod(terminated, NULL);

	if (isinf(value) || (value == 0 && has_nonzero_digit(text, mantissa_end)))
		return false;
	*ret_value = value;
	return true;
}

bool ferry_parse_float64(const char *text, size_t len, double *ret_value)
{
	char buffer[128];
	const char *mantissa_end;

	if (!is_float_text(text, len, &mantissa_end))
		return parse_special_float(text, len, ret_value);
	if (len > MAX_FLOAT_LEN)
		return false;
	if (len < sizeof(buffer)) {
		memcpy(buffer, text, len);
		buffer[len] = '\0';
		return convert_float(buffer, text, mantissa_end, ret_value);
	}
	g_autofree char *copy =
		g_strndup(text, len); /* a hundred digits and more: no source prints its floats so */
	return convert_float(copy, text, mantissa_end, ret_value);
}

bool ferry_parse_decimal(const char *text, size_t len)
{
	Cursor c = {text, text + len};

	if (!take_char(&c, '-'))
		take_char(&c, '+');
	if (c.at < c.end && !is_digit(*c.at)) {
		size_t rest = (size_t)(c.end - c.at);
		return equals_nocase(text, len, "nan") || equals_nocase(c.at, rest, "infinity");
	}
	if (skip_digits(&c) == 0)
		return false;
	if (take_char(&c, '.') && skip_digits(&c) == 0)
		return false;
	if (take_char(&c, 'e') || take_char(&c, 'E')) {
		if (!take_char(&c, '-'))
			take_char(&c, '+');
		if (skip_digits(&c) == 0)
			return false;
	}
	return c.at == c.end;
}

bool ferry_parse_bool(const char *text, size_t len, bool *ret_value)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"t", true},      {"f", false},  {"1", true},   {"0", false}, {"true", true},
		     {"false", false}, {"yes", true}, {"no", false}, {"on", true}, {"off", false}};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (equals_nocase(text, len, words[i].word)) {
			*ret_value = words[i].value;
			return true;
		}
	}
	return false;
}

/* ---- dates and times ---- */

bool ferry_is_valid_date(int64_t year, unsigned month, unsigned day)
{
	static const uint8_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month < 1 || month > 12 || day < 1)
		return false;
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return day <= (unsigned)month_days[month - 1] + (month == 2 && is_leap);
}

/* infinity or -infinity: 1 or -1; else 0. */
static int infinity_sign(const char *text, size_t len)
{
	if (len > 0 && text[0] == '-')
		return equals_nocase(text + 1, len - 1, "infinity") ? -1 : 0;
	size_t plus = len > 0 && text[0] == '+';
	return equals_nocase(text + plus, len - plus, "infinity") ? 1 : 0;
}

/* Cuts " BC" off the end. */
static bool cut_bc(Cursor *c)
{
	if (c->end - c->at < 3 || memcmp(c->end - 3, " BC", 3) != 0)
		return false;
	c->end -= 3;
	return true;
}

/* [-]YYYY-MM-DD as days in 64 bits. The year is astronomical (0000 is 1 BC) unless is_bc, which the caller
 * has cut off. */
static bool take_date(Cursor *c, bool is_bc, int64_t *ret_days)
{
	bool is_negative = take_char(c, '-');
	int64_t year = 0;
	unsigned month, day;

	const char *digits = c->at;
	size_t n = skip_digits(c);
	if (n < 4 || n > MAX_YEAR_DIGITS)
		return false;
	for (size_t i = 0; i < n; i++)
		year = year * 10 + (digits[i] - '0');
	if (!take_char(c, '-') || !take_digits(c, 2, &month) || !take_char(c, '-') ||
	    !take_digits(c, 2, &day))
		return false;
	if (is_bc && (is_negative || year == 0))
		return false;
	if (is_bc)
		year = 1 - year;
	else if (is_negative)
		year = -year;
	if (year < -5877641 || year > 5881580 || !ferry_is_valid_date(year, month, day))
		return false;

	/* At both ends of the range only part of the year has days that fit: compute by a year of the same
	 * shape. */
	int64_t eras = year / 400;
	int64_t days = ferry_days_from_civil(year - eras * 400, month, day) + eras * 146097;
	if (days <= FERRY_DATE_NEG_INFINITY || days >= FERRY_DATE_INFINITY)
		return false;
	*ret_days = days;
	return true;
}

bool ferry_parse_date(const char *text, size_t len, int32_t *ret_days)
{
	Cursor c = {text, text + len};
	int64_t days;
	int infinity = infinity_sign(text, len);

	if (infinity != 0) {
		*ret_days = infinity > 0 ? FERRY_DATE_INFINITY : FERRY_DATE_NEG_INFINITY;
		return true;
	}
	bool is_bc = cut_bc(&c);
	if (!take_date(&c, is_bc, &days) || c.at != c.end)
		return false;
	*ret_days = (int32_t)days;
	return true;
}

/* .ffffff: up to six digits, then zeros only. */
static bool take_fraction(Cursor *c, int64_t *ret_us)
{
	int64_t us = 0, unit = US_PER_SECOND / 10;

	if (c->at == c->end || !is_digit(*c->at))
		return false;
	for (; c->at < c->end && is_digit(*c->at); c->at++) {
		if (unit == 0 && *c->at != '0')
			return false;
		us += (*c->at - '0') * unit;
		unit /= 10;
	}
	*ret_us = us;
	return true;
}

/* HH:MM[:SS[.ffffff]] up to 24:00:00. */
static bool take_time(Cursor *c, int64_t *ret_us)
{
	unsigned hour, minute, second = 0;
	int64_t fraction = 0;

	if (!take_digits(c, 2, &hour) || !take_char(c, ':') || !take_digits(c, 2, &minute))
		return false;
	if (take_char(c, ':')) {
		if (!take_digits(c, 2, &second))
			return false;
		if (take_char(c, '.') && !take_fraction(c, &fraction))
			return false;
	}
	int64_t us = ((int64_t)hour * 3600 + minute * 60 + second) * US_PER_SECOND + fraction;
	if (minute > 59 || second > 59 || us > US_PER_DAY)
		return false;
	*ret_us = us;
	return true;
}

bool ferry_parse_time(const char *text, size_t len, int64_t *ret_us)
{
	Cursor c = {text, text + len};
	int64_t us;

	if (!take_time(&c, &us) || c.at != c.end)
		return false;
	*ret_us = us;
	return true;
}

/* Z or ±HH[:MM[:SS]], if there is one. Seconds: PostgreSQL prints them for local mean times of before 1900.
 */
static bool take_zone(Cursor *c, int64_t *ret_offset_us, bool *ret_has_zone)
{
	unsigned hour, minute = 0, second = 0;

	*ret_offset_us = 0;
	*ret_has_zone = true;
	if (take_char(c, 'Z') || take_char(c, 'z'))
		return true;
	bool is_west = take_char(c, '-');
	if (!is_west && !take_char(c, '+')) {
		*ret_has_zone = false;
		return true;
	}
	if (!take_digits(c, 2, &hour))
		return false;
	if (take_char(c, ':') && !take_digits(c, 2, &minute))
		return false;
	if (take_char(c, ':') && !take_digits(c, 2, &second))
		return false;
	if (hour > 15 || minute > 59 || second > 59)
		return false;
	*ret_offset_us = ((int64_t)hour * 3600 + minute * 60 + second) * US_PER_SECOND * (is_west ? -1 : 1);
	return true;
}

bool ferry_parse_timestamp(const char *text, size_t len, int64_t *ret_us, bool *ret_has_zone)
{
	Cursor c = {text, text + len};
	int64_t days, time = 0, offset, us;
	bool has_zone;
	int infinity = infinity_sign(text, len);

	if (infinity != 0) {
		*ret_us = infinity > 0 ? FERRY_TIMESTAMP_INFINITY : FERRY_TIMESTAMP_NEG_INFINITY;
		*ret_has_zone = false;
		return true;
	}
	bool is_bc = cut_bc(&c);
	if (!take_date(&c, is_bc, &days))
		return false;
	if ((take_char(&c, ' ') || take_char(&c, 'T') || take_char(&c, 't')) &&
	    (!take_time(&c, &time) || time >= US_PER_DAY))
		return false;
	if (!take_zone(&c, &offset, &has_zone) || c.at != c.end)
		return false;

	/* Before 1970 the day's start may lie outside where the moment does not: count from the next
	 * midnight. */
	if (days < 0) {
		days++;
		time -= US_PER_DAY;
	}
	if (__builtin_mul_overflow(days, US_PER_DAY, &us) || __builtin_add_overflow(us, time - offset, &us) ||
	    us == FERRY_TIMESTAMP_INFINITY || us == FERRY_TIMESTAMP_NEG_INFINITY)
		return false;
	*ret_us = us;
	*ret_has_zone = has_zone;
	return true;
}

/* ---- UUIDs ---- */

/* One look-up a digit; the value is one more than the digit's, so that 0 says "no digit". */
static const uint8_t hex_values[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool ferry_parse_uuid(const char *text, size_t len, uint8_t ret_uuid[16])
{
	uint8_t uuid[16];

	if (len >= 2 && text[0] == '{' && text[len - 1] == '}') {
		text++;
		len -= 2;
	}
	if (len != 32 && len != 36)
		return false;
	for (int i = 0; i < 16; i++) {
		if (len == 36 && (i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
			return false;
		uint8_t high = hex_values[(uint8_t)text[0]], low = hex_values[(uint8_t)text[1]];
		if (!high || !low)
			return false;
		uuid[i] = (uint8_t)((high - 1) << 4 | (low - 1));
		text += 2;
	}
	memcpy(ret_uuid, uuid, sizeof(uuid));
	return true;
}

/* ---- UTF-8 ---- */

/* How many of the bytes from at on are ASCII for sure: whole blocks only. */
static inline size_t skip_ascii_blocks(const uint8_t *data, size_t at, size_t len)
{
#ifdef __SSE2__
	while (len - at >= 16) {
		int high = _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(const void *)(data + at)));
		if (high)
			return at + (size_t)__builtin_ctz((unsigned)high);
		at += 16;
	}
#endif
	while (len - at >= 8) {
		uint64_t word;
		memcpy(&word, data + at, 8);
		if (word & UINT64_C(0x8080808080808080))
			break;
		at += 8;
	}
	return at;
}

/* Length of the well-formed character of two bytes or more at p, or 0. Table 3-7 of the Unicode standard: the
 * second byte's range excludes overlong forms, surrogates and what is above U+10FFFF. */
static inline size_t multibyte_len(const uint8_t *p, size_t left)
{
	uint8_t lead = p[0];
	uint8_t low = 0x80, high = 0xbf;

	if (lead < 0xc2 || lead > 0xf4 || left < 2)
		return 0;
	if (lead < 0xe0)
		return (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	if (left < 3 || p[1] < low || p[1] > high || (p[2] & 0xc0) != 0x80)
		return 0;
	if (lead < 0xf0)
		return 3;
	return left >= 4 && (p[3] & 0xc0) == 0x80 ? 4 : 0;
}

size_t ferry_utf8_valid_len(const uint8_t *data, size_t len)
{
	size_t at = 0;

	while (at < len) {
		at = skip_ascii_blocks(data, at, len);
		while (at < len &&
		       data[at] < 0x80) /* the tail, and what lies before a character in its block */
			at++;
		while (at < len && data[at] >= 0x80) {
			size_t n = multibyte_len(data + at, len - at);
			if (n == 0)
				return at;
			at += n;
		}
	}
	return at;
}

size_t ferry_utf8_count(const uint8_t *data, size_t len)
{
	size_t continuations = 0;

	for (size_t i = 0; i < len; i++) /* the compiler makes vectors of it */
		continuations += (data[i] & 0xc0) == 0x80;
	return len - continuations;
}
