/*
 * Text forms of values: the writers. Each writes into a buffer that the caller has sized by the header's
 * constants, from left to right, and answers how much it wrote; nothing is allocated but by
 * ferry_value_to_text()'s GString.
 */
#include "data/value_text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY    (INT64_C(86400) * US_PER_SECOND)

static size_t put(char *out, const char *text)
{
	size_t len = strlen(text);
	memcpy(out, text, len);
	return len;
}

/* Zero-padded to at least width digits. */
static size_t put_padded(char *out, uint64_t value, size_t width)
{
	char digits[20];
	size_t n = ferry_format_uint64(digits, value);
	size_t zeros = n < width ? width - n : 0;

	memset(out, '0', zeros);
	memcpy(out + zeros, digits, n);
	return zeros + n;
}

/* ---- integers ---- */

size_t ferry_format_uint64(char *out, uint64_t value)
{
	static const char pairs[] =
		"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
		"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
		"8081828384858687888990919293949596979899";
	char buffer[20];
	char *p = buffer + sizeof(buffer);

	while (value >= 100) {
		p -= 2;
		memcpy(p, pairs + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10) {
		p -= 2;
		memcpy(p, pairs + value * 2, 2);
	} else {
		*--p = (char)('0' + value);
	}
	size_t len = (size_t)(buffer + sizeof(buffer) - p);
	memcpy(out, p, len);
	return len;
}

size_t ferry_format_int64(char *out, int64_t value)
{
	if (value >= 0)
		return ferry_format_uint64(out, (uint64_t)value);
	out[0] = '-';
	return 1 + ferry_format_uint64(out + 1, 0 - (uint64_t)value);
}

/* ---- floats ---- */

/* Lays out digits d1d2d3… that mean d1.d2d3… × 10^exponent: plainly while max_plain digits before the point
 * (or three zeros after it) suffice, else with an exponent of at least two digits. PostgreSQL's float output
 * does the same. */
static size_t lay_out_digits(char *out, const char *digits, size_t n, int exponent, int max_plain)
{
	char *p = out;

	if (exponent < -4 || exponent >= max_plain) {
		*p++ = digits[0];
		if (n > 1) {
			*p++ = '.';
			memcpy(p, digits + 1, n - 1);
			p += n - 1;
		}
		*p++ = 'e';
		*p++ = exponent < 0 ? '-' : '+';
		p += put_padded(p, (uint64_t)abs(exponent), 2);
	} else if (exponent < 0) {
		memcpy(p, "0.000", (size_t)(1 - exponent));
		p += 1 - exponent;
		memcpy(p, digits, n);
		p += n;
	} else {
		for (int i = 0; i < (int)n || i <= exponent; i++) {
			if (i == exponent + 1)
				*p++ = '.';
			*p++ = i < (int)n ? digits[i] : '0';
		}
	}
	return (size_t)(p - out);
}

/* Takes apart what printf's %e wrote in the current locale, whose point may be any character: digits without
 * trailing zeros into digits, their number as the result. */
static size_t take_digits(const char *text, char *digits, int *ret_exponent)
{
	size_t n = 0;

	for (; *text != 'e'; text++)
		if (*text >= '0' && *text <= '9')
			digits[n++] = *text;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	*ret_exponent = (int)g_ascii_strtoll(text + 1, NULL, 10);
	return n;
}

/* Most floats in databases were decimals of few digits. Finds the whole number m < limit and the smallest k
 * with m / 10^k == value: no two decimals of so few digits (DBL_DIG, FLT_DIG) mean the same float, so these
 * are the shortest digits. Several times faster than printf, which is left the rest. For float32 k stays
 * below 9, so that the division in double precision cannot round differently than the exact quotient. */
static bool find_decimal(double value, bool is_single, uint64_t *ret_m, int *ret_k)
{
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
	double limit = is_single ? 1e6 : 1e15;
	int max_k = is_single ? 8 : 9;

	for (int k = 0; k <= max_k; k++) {
		double m = nearbyint(value * powers[k]);
		if (m >= limit)
			return false;
		double quotient = m / powers[k];
		if (quotient == value || (is_single && (double)(float)quotient == value)) {
			*ret_m = (uint64_t)m;
			*ret_k = k;
			return true;
		}
	}
	return false;
}

/* The fewest digits of a positive finite value that read back, by trial; the number of digits is the result.
 */
static size_t find_digits(double value, bool is_single, char *digits, int *ret_exponent)
{
	int first = is_single ? FLT_DIG - 1 : DBL_DIG - 1;
	int last = is_single ? FLT_DECIMAL_DIG - 1 : DBL_DECIMAL_DIG - 1;
	char text[48];

	for (int precision = first; precision <= last; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if ((is_single ? (double)strtof(text, NULL) : strtod(text, NULL)) == value)
			break;
	}
	return take_digits(text, digits, ret_exponent);
}

static size_t format_float(char *out, double value, bool is_single)
{
	char digits[24];
	uint64_t m;
	int k, exponent;
	size_t n;

	if (isnan(value))
		return put(out, "NaN");
	size_t sign = signbit(value) ? put(out, "-") : 0;
	value = fabs(value);
	if (isinf(value))
		return sign + put(out + sign, "Infinity");

	if (find_decimal(value, is_single, &m, &k)) {
		if (k == 0)
			return sign + ferry_format_uint64(out + sign, m);
		n = ferry_format_uint64(digits, m);
		exponent = (int)n - 1 - k;
	} else {
		n = find_digits(value, is_single, digits, &exponent);
	}
	return sign + lay_out_digits(out + sign, digits, n, exponent, is_single ? FLT_DIG : DBL_DIG);
}

size_t ferry_format_float64(char *out, double value)
{
	return format_float(out, value, false);
}

size_t ferry_format_float32(char *out, float value)
{
	return format_float(out, (double)value, true);
}

/* ---- dates and times ---- */

int32_t ferry_days_from_civil(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2; /* years begin in March, so that the leap day is a year's last */
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	unsigned year_of_era = (unsigned)(year - era * 400);
	unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return (int32_t)(era * 146097 + (int64_t)day_of_era - 719468);
}

void ferry_civil_from_days(int32_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day)
{
	int64_t z = (int64_t)days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned day_of_era = (unsigned)(z - era * 146097);
	unsigned year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned month = (5 * day_of_year + 2) / 153;

	*ret_day = day_of_year - (153 * month + 2) / 5 + 1;
	*ret_month = month < 10 ? month + 3 : month - 9;
	*ret_year = (int64_t)year_of_era + era * 400 + (*ret_month <= 2);
}

/* YYYY-MM-DD; tells whether the year is before Christ, which is written behind everything else. */
static size_t put_date(char *out, int32_t days, bool *ret_is_bc)
{
	int64_t year;
	unsigned month, day;

	ferry_civil_from_days(days, &year, &month, &day);
	*ret_is_bc = year <= 0;
	size_t n = put_padded(out, (uint64_t)(year <= 0 ? 1 - year : year), 4);
	out[n++] = '-';
	n += put_padded(out + n, month, 2);
	out[n++] = '-';
	return n + put_padded(out + n, day, 2);
}

size_t ferry_format_date(char *out, int32_t days)
{
	bool is_bc;

	if (days == FERRY_DATE_INFINITY)
		return put(out, "infinity");
	if (days == FERRY_DATE_NEG_INFINITY)
		return put(out, "-infinity");
	size_t n = put_date(out, days, &is_bc);
	return is_bc ? n + put(out + n, " BC") : n;
}

/* us is not negative; hours may have more than two digits (intervals). */
static size_t put_time(char *out, uint64_t us)
{
	uint64_t seconds = us / US_PER_SECOND, fraction = us % US_PER_SECOND;
	size_t n = put_padded(out, seconds / 3600, 2);

	out[n++] = ':';
	n += put_padded(out + n, seconds / 60 % 60, 2);
	out[n++] = ':';
	n += put_padded(out + n, seconds % 60, 2);
	if (fraction > 0) {
		out[n++] = '.';
		n += put_padded(out + n, fraction, 6);
		while (out[n - 1] == '0')
			n--;
	}
	return n;
}

size_t ferry_format_time(char *out, int64_t us)
{
	if (us < 0) { /* outside of the type; shown rather than hidden */
		out[0] = '-';
		return 1 + put_time(out + 1, 0 - (uint64_t)us);
	}
	return put_time(out, (uint64_t)us);
}

size_t ferry_format_timestamp(char *out, int64_t us, bool with_zone)
{
	bool is_bc;

	if (us == FERRY_TIMESTAMP_INFINITY)
		return put(out, "infinity");
	if (us == FERRY_TIMESTAMP_NEG_INFINITY)
		return put(out, "-infinity");

	int64_t days = us / US_PER_DAY, rest = us % US_PER_DAY;
	if (rest < 0) {
		days--;
		rest += US_PER_DAY;
	}
	size_t n = put_date(out, (int32_t)days, &is_bc);
	out[n++] = ' ';
	n += put_time(out + n, (uint64_t)rest);
	if (with_zone)
		n += put(out + n, "+00");
	return is_bc ? n + put(out + n, " BC") : n;
}

/* A part of an interval, if it is not zero. After a negative part a positive one carries its '+'. */
static size_t put_interval_part(char *out, size_t n, int64_t value, const char *unit, bool *was_negative)
{
	if (value == 0)
		return n;
	if (n > 0)
		out[n++] = ' ';
	if (*was_negative && value > 0)
		out[n++] = '+';
	n += ferry_format_int64(out + n, value);
	out[n++] = ' ';
	n += put(out + n, unit);
	if (value != 1)
		out[n++] = 's';
	*was_negative = value < 0;
	return n;
}

size_t ferry_format_interval(char *out, FerryInterval interval)
{
	bool was_negative = false;
	size_t n = 0;

	/* How PostgreSQL 17 keeps infinite intervals. */
	if (interval.months == INT32_MAX && interval.days == INT32_MAX && interval.us == INT64_MAX)
		return put(out, "infinity");
	if (interval.months == INT32_MIN && interval.days == INT32_MIN && interval.us == INT64_MIN)
		return put(out, "-infinity");

	n = put_interval_part(out, n, interval.months / 12, "year", &was_negative);
	n = put_interval_part(out, n, interval.months % 12, "mon", &was_negative);
	n = put_interval_part(out, n, interval.days, "day", &was_negative);
	if (n > 0 && interval.us == 0)
		return n;
	if (n > 0)
		out[n++] = ' ';
	if (interval.us < 0)
		out[n++] = '-';
	else if (was_negative)
		out[n++] = '+';
	return n + put_time(out + n, interval.us < 0 ? 0 - (uint64_t)interval.us : (uint64_t)interval.us);
}

/* ---- bytes ---- */

static const char hex_digits[] = "0123456789abcdef";

size_t ferry_format_uuid(char *out, const uint8_t uuid[16])
{
	char *p = out;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = hex_digits[uuid[i] >> 4];
		*p++ = hex_digits[uuid[i] & 15];
	}
	return (size_t)(p - out);
}

static void append_hex(GString *out, const uint8_t *data, size_t len)
{
	gsize at = out->len;

	g_string_append(out, "\\x");
	g_string_set_size(out, at + 2 + len * 2);
	for (size_t i = 0; i < len; i++) {
		out->str[at + 2 + i * 2] = hex_digits[data[i] >> 4];
		out->str[at + 3 + i * 2] = hex_digits[data[i] & 15];
	}
}

/* ---- any value ---- */

size_t ferry_format_max(FerryTypeId type)
{
	switch (type) {
	case FERRY_TYPE_BOOL: return 1;
	case FERRY_TYPE_INT8: return 4;
	case FERRY_TYPE_INT16: return 6;
	case FERRY_TYPE_INT32: return 11;
	case FERRY_TYPE_INT64: return 20;
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64: return FERRY_MAX_FLOAT_TEXT;
	case FERRY_TYPE_INTERVAL: return FERRY_MAX_INTERVAL_TEXT;
	default: return FERRY_MAX_TIMESTAMP_TEXT;
	}
}

size_t ferry_format_fixed(char *out, const FerryColumn *c, size_t row)
{
	switch (c->type->id) {
	case FERRY_TYPE_BOOL: return put(out, ((const uint8_t *)c->fixed)[row] ? "t" : "f");
	case FERRY_TYPE_INT8: return ferry_format_int64(out, ((const int8_t *)c->fixed)[row]);
	case FERRY_TYPE_INT16: return ferry_format_int64(out, ((const int16_t *)c->fixed)[row]);
	case FERRY_TYPE_INT32: return ferry_format_int64(out, ((const int32_t *)c->fixed)[row]);
	case FERRY_TYPE_INT64: return ferry_format_int64(out, ((const int64_t *)c->fixed)[row]);
	case FERRY_TYPE_FLOAT32: return ferry_format_float32(out, ((const float *)c->fixed)[row]);
	case FERRY_TYPE_FLOAT64: return ferry_format_float64(out, ((const double *)c->fixed)[row]);
	case FERRY_TYPE_DATE: return ferry_format_date(out, ((const int32_t *)c->fixed)[row]);
	case FERRY_TYPE_TIME: return ferry_format_time(out, ((const int64_t *)c->fixed)[row]);
	case FERRY_TYPE_TIMESTAMP:
		return ferry_format_timestamp(out, ((const int64_t *)c->fixed)[row], false);
	case FERRY_TYPE_TIMESTAMPTZ:
		return ferry_format_timestamp(out, ((const int64_t *)c->fixed)[row], true);
	case FERRY_TYPE_INTERVAL: return ferry_format_interval(out, ((const FerryInterval *)c->fixed)[row]);
	case FERRY_TYPE_UUID: return ferry_format_uuid(out, (const uint8_t *)c->fixed + row * 16);
	default: return 0;
	}
}

bool ferry_value_to_text(const FerryColumn *column, size_t row, GString *out)
{
	char text[FERRY_MAX_INTERVAL_TEXT];
	size_t len;

	if (ferry_column_is_null(column, row))
		return false;
	if (ferry_type_width(column->type->id) > 0) {
		len = ferry_format_fixed(text, column, row);
		g_string_append_len(out, text, (gssize)len);
		return true;
	}
	const uint8_t *data = ferry_column_get_bytes(column, row, &len);
	if (column->type->id == FERRY_TYPE_BYTES)
		append_hex(out, data, len);
	else
		g_string_append_len(out, (const char *)data, (gssize)len);
	return true;
}
