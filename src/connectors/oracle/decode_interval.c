/*
 * INTERVAL YEAR TO MONTH (5 bytes: years + 2^31, months + 60) and DAY TO SECOND (11 bytes: days + 2^31, hours
 * + 60, minutes + 60, seconds + 60, nanoseconds + 2^31). All parts of a value have one sign.
 */
#include "connectors/oracle/decode.h"

#include <stdio.h>
#include <stdlib.h>

#define MIDDLE        2147483648u
#define US_PER_SECOND G_GINT64_CONSTANT(1000000)

static int32_t read_i32(const uint8_t *p)
{
	uint32_t value = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	return (int32_t)(value - MIDDLE);
}

typedef struct {
	int64_t years, months, days, hours, minutes, seconds, ns;
} Span;

static bool read_span(DecodeColumn *d, FerryOracleWire *w, Span *s, bool *ret_is_null)
{
	bool is_ym = d->field->type == FERRY_ORACLE_TYPE_INTERVAL_YM;
	size_t len;
	const uint8_t *p = read_short(w, &len);

	if (!p)
		return false;
	*ret_is_null = len == 0;
	*s = (Span){0};
	if (len == 0)
		return true;
	if (len != (is_ym ? 5u : 11u))
		return malformed(w, "an interval of another length");
	if (is_ym) {
		s->years = read_i32(p);
		s->months = p[4] - 60;
		return true;
	}
	s->days = read_i32(p);
	s->hours = p[4] - 60;
	s->minutes = p[5] - 60;
	s->seconds = p[6] - 60;
	s->ns = read_i32(p + 7);
	return true;
}

static int64_t round_us(int64_t ns)
{
	return (ns + (ns < 0 ? -500 : 500)) / 1000;
}

static bool decode_interval(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	Span s;
	bool is_null;

	if (!read_span(d, w, &s, &is_null))
		return false;
	if (is_null)
		return set_null(d, batch);
	int64_t months = s.years * 12 + s.months;
	if (months != (int32_t)months) {
		char text[40];
		int len = snprintf(text, sizeof text, "%" G_GINT64_FORMAT " months", months);
		return mark_bad(d, batch, FERRY_BAD_OUT_OF_RANGE, text, (size_t)len);
	}
	((FerryInterval *)column_of(d, batch)->fixed)[batch->n_rows] = (FerryInterval){
		.months = (int32_t)months,
		.days = (int32_t)s.days,
		.us = (s.hours * 3600 + s.minutes * 60 + s.seconds) * US_PER_SECOND + round_us(s.ns),
	};
	return true;
}

static unsigned size_of(int64_t value)
{
	return (unsigned)llabs(value);
}

/* As the server's TO_CHAR writes them: +02-03, -05 04:03:02.123456789. */
static bool decode_interval_text(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	Span s;
	bool is_null;
	char text[96];
	int len;

	if (!read_span(d, w, &s, &is_null))
		return false;
	if (is_null)
		return set_null(d, batch);
	bool is_negative = s.years < 0 || s.months < 0 || s.days < 0 || s.hours < 0 || s.minutes < 0 ||
			   s.seconds < 0 || s.ns < 0;
	char sign = is_negative ? '-' : '+';
	if (d->field->type == FERRY_ORACLE_TYPE_INTERVAL_YM)
		len = snprintf(text, sizeof text, "%c%02u-%02u", sign, size_of(s.years), size_of(s.months));
	else
		len = snprintf(text, sizeof text, "%c%02u %02u:%02u:%02u.%09u", sign, size_of(s.days),
			       size_of(s.hours), size_of(s.minutes), size_of(s.seconds), size_of(s.ns));
	return append_value(d, batch, text, (size_t)len);
}

bool ferry_oracle_choose_interval(DecodeColumn *d)
{
	if (d->field->type != FERRY_ORACLE_TYPE_INTERVAL_YM &&
	    d->field->type != FERRY_ORACLE_TYPE_INTERVAL_DS)
		return false;
	d->func = d->logical == FERRY_TYPE_INTERVAL ? decode_interval : decode_interval_text;
	return d->logical == FERRY_TYPE_INTERVAL || d->logical == FERRY_TYPE_TEXT;
}
