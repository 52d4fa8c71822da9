/*
 * Text forms that are SQLite's or that data/value_text.h has no parser for: REAL as SQLite prints it,
 * decimals without exponents, intervals.
 */
#include "connectors/sqlite/private.h"

#include "data/value_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* d1d2d3… with the point behind digit number `point` (which may lie outside of the digits). */
typedef struct Digits {
	bool is_negative;
	char digits[SQLITE_DECIMAL_TEXT];
	int n, point;
} Digits;

/* Any number of the form [+-]digits[.digits][e±n]; leading and trailing zeros go. False: too many digits. */
static bool take_apart(const char *text, size_t len, Digits *d)
{
	const char *end = text + len;
	bool is_behind_point = false;

	*d = (Digits){.n = 0};
	if (text < end && (*text == '-' || *text == '+'))
		d->is_negative = *text++ == '-';
	for (; text < end && *text != 'e' && *text != 'E'; text++) {
		if (*text == '.') {
			is_behind_point = true;
			continue;
		}
		if (!is_behind_point && (d->n > 0 || *text != '0'))
			d->point++;
		if (is_behind_point && d->n == 0 && *text == '0')
			d->point--;
		if (d->n == 0 && *text == '0')
			continue;
		if (d->n >= (int)sizeof(d->digits))
			return false;
		d->digits[d->n++] = *text;
	}
	if (text < end) {
		char exponent[8] = {0};
		size_t n = (size_t)(end - text - 1);
		if (n >= sizeof(exponent))
			return false;
		memcpy(exponent, text + 1, n);
		d->point += (int)g_ascii_strtoll(exponent, NULL, 10);
	}
	while (d->n > 0 && d->digits[d->n - 1] == '0')
		d->n--;
	return true;
}

/* False: more than SQLITE_DECIMAL_TEXT characters. */
static bool lay_out_plain(const Digits *d, char *out, size_t *ret_len)
{
	char *p = out;

	if (d->n == 0) {
		*out = '0';
		*ret_len = 1;
		return true;
	}
	if (d->point > SQLITE_DECIMAL_TEXT - 2 || d->n - d->point > SQLITE_DECIMAL_TEXT - 4 ||
	    d->n + 2 > SQLITE_DECIMAL_TEXT)
		return false;
	if (d->is_negative)
		*p++ = '-';
	if (d->point <= 0)
		*p++ = '0';
	for (int i = 0; i < d->point; i++)
		*p++ = i < d->n ? d->digits[i] : '0';
	if (d->n > d->point) {
		*p++ = '.';
		for (int i = d->point; i < 0; i++)
			*p++ = '0';
		memcpy(p, d->digits + MAX(d->point, 0), (size_t)(d->n - MAX(d->point, 0)));
		p += d->n - MAX(d->point, 0);
	}
	*ret_len = (size_t)(p - out);
	return true;
}

bool ferry_sqlite_expand_decimal(const char *text, size_t len, char *out, size_t *ret_len)
{
	Digits d;

	return take_apart(text, len, &d) && lay_out_plain(&d, out, ret_len);
}

size_t ferry_sqlite_real_to_decimal(char *out, double value)
{
	char text[FERRY_MAX_FLOAT_TEXT];
	size_t len = ferry_format_float64(text, value), plain_len;

	if (isfinite(value) && ferry_sqlite_expand_decimal(text, len, out, &plain_len))
		return plain_len;
	memcpy(out, text, len);
	return len;
}

/* As %!.15g lays it out: an exponent below -4 and above 14, and always a point. */
size_t ferry_sqlite_real_to_text(char *out, double value)
{
	char text[FERRY_MAX_FLOAT_TEXT];
	Digits d;
	char *p = out;

	if (isnan(value) || isinf(value)) {
		const char *word = isnan(value) ? "NaN" : value < 0 ? "-Inf" : "Inf";
		memcpy(out, word, strlen(word));
		return strlen(word);
	}
	take_apart(text, ferry_format_float64(text, value), &d);
	if (d.n == 0) {
		memcpy(out, "0.0", 3);
		return 3;
	}
	if (d.point > -4 && d.point <= 15) {
		size_t len = 0;
		lay_out_plain(&d, out, &len);
		if (d.n <= d.point) {
			memcpy(out + len, ".0", 2);
			len += 2;
		}
		return len;
	}
	if (d.is_negative)
		*p++ = '-';
	*p++ = d.digits[0];
	*p++ = '.';
	if (d.n == 1)
		*p++ = '0';
	memcpy(p, d.digits + 1, (size_t)d.n - 1);
	p += d.n - 1;
	return (size_t)(p - out) +
	       (size_t)g_snprintf(p, 8, "e%c%02d", d.point < 1 ? '-' : '+', abs(d.point - 1));
}

/* ---- intervals: [n year[s]] [n mon[s]] [n day[s]] [[-+]HH:MM:SS[.ffffff]], at least one of them ---- */

static bool take_number(const char **at, const char *end, int64_t *ret)
{
	const char *p = *at;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	while (p < end && g_ascii_isdigit(*p))
		p++;
	if (p - *at > 19 ||
	    !ferry_parse_int64(**at == '+' ? *at + 1 : *at, (size_t)(p - *at - (**at == '+')), ret))
		return false;
	*at = p;
	return true;
}

/* The clock may show more than a day. */
static bool take_clock(const char *text, const char *end, int64_t *ret_us)
{
	bool is_negative = *text == '-';
	int64_t hours, minutes, seconds, us = 0;
	const char *p = text + (*text == '-' || *text == '+');

	if (!take_number(&p, end, &hours) || end - p < 6 || p[0] != ':' || p[3] != ':')
		return false;
	p++;
	if (!ferry_parse_int64(p, 2, &minutes) || !ferry_parse_int64(p + 3, 2, &seconds) || minutes > 59 ||
	    seconds > 59)
		return false;
	p += 5;
	if (p < end && *p == '.') {
		int64_t unit = 100000;
		for (p++; p < end && g_ascii_isdigit(*p) && unit > 0; p++, unit /= 10)
			us += (*p - '0') * unit;
	}
	if (p != end || hours > INT64_MAX / INT64_C(3600000000) - 1)
		return false;
	us += ((hours * 60 + minutes) * 60 + seconds) * 1000000;
	*ret_us = is_negative ? -us : us;
	return true;
}

static bool add_unit(FerryInterval *interval, int64_t n, const char *unit, size_t len)
{
	int64_t months = interval->months, days = interval->days;

	if (n > INT32_MAX || n < INT32_MIN)
		return false;
	if (len > 1 && unit[len - 1] == 's')
		len--;
	if (len == 4 && memcmp(unit, "year", 4) == 0)
		months += n * 12;
	else if (len == 3 && memcmp(unit, "mon", 3) == 0)
		months += n;
	else if (len == 3 && memcmp(unit, "day", 3) == 0)
		days += n;
	else
		return false;
	interval->months = (int32_t)months;
	interval->days = (int32_t)days;
	return months == interval->months && days == interval->days;
}

bool ferry_sqlite_parse_interval(const char *text, size_t len, FerryInterval *ret_interval)
{
	const char *p = text, *end = text + len;
	FerryInterval interval = {0};

	while (p < end) {
		const char *word_end = memchr(p, ' ', (size_t)(end - p));
		int64_t n;

		word_end = word_end ? word_end : end;
		if (memchr(p, ':', (size_t)(word_end - p))) {
			if (word_end != end || !take_clock(p, end, &interval.us))
				return false;
			*ret_interval = interval;
			return true;
		}
		if (!take_number(&p, word_end, &n) || p != word_end || p == end)
			return false;
		p++;
		word_end = memchr(p, ' ', (size_t)(end - p));
		word_end = word_end ? word_end : end;
		if (!add_unit(&interval, n, p, (size_t)(word_end - p)))
			return false;
		p = word_end < end ? word_end + 1 : end;
	}
	*ret_interval = interval;
	return len > 0;
}
