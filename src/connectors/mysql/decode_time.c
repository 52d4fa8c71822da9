/*
 * Dates, times and timestamps. The server allows dates that no calendar has (0000-00-00, month or day zero,
 * and with a sql_mode also 2021-02-31): they are marked bad with the text that the server would print, never
 * changed.
 */
#include "connectors/mysql/decode.h"
#include "data/value_text.h"

#include <stdio.h>

#define US_PER_SECOND G_GINT64_CONSTANT(1000000)
#define US_PER_DAY    (86400 * US_PER_SECOND)

typedef struct {
	unsigned year, month, day, hour, minute, second, us;
} Moment;

/* NULL where the length is none of the format's. */
static const uint8_t *read_moment(const uint8_t *p, const uint8_t *end, Moment *m)
{
	if (G_UNLIKELY(p >= end))
		return NULL;
	size_t len = *p++;
	if (G_UNLIKELY(len > (size_t)(end - p)))
		return NULL;
	*m = (Moment){0};
	if (len == 0)
		return p;
	if (G_UNLIKELY(len != 4 && len != 7 && len != 11))
		return NULL;
	m->year = read_u16(p);
	m->month = p[2];
	m->day = p[3];
	if (len > 4) {
		m->hour = p[4];
		m->minute = p[5];
		m->second = p[6];
	}
	if (len > 7)
		m->us = read_u32(p + 7);
	return p + len;
}

static inline bool is_date(const Moment *m)
{
	if (G_LIKELY(m->month - 1 < 12 && m->day - 1 < 28))
		return true;
	return ferry_is_valid_date(m->year, m->month, m->day);
}

static inline bool is_clock(const Moment *m)
{
	return m->hour < 24 && m->minute < 60 && m->second < 60 && m->us < US_PER_SECOND;
}

static inline int64_t clock_us(const Moment *m)
{
	return (int64_t)(m->hour * 3600 + m->minute * 60 + m->second) * US_PER_SECOND + m->us;
}

/* As the server writes it. */
static size_t format_moment(const DecodeColumn *d, const Moment *m, char *out, size_t size)
{
	int n;
	if (d->field.wire_type == MYSQL_TYPE_DATE || d->field.wire_type == MYSQL_TYPE_NEWDATE)
		n = snprintf(out, size, "%04u-%02u-%02u", m->year, m->month, m->day);
	else if (m->us)
		n = snprintf(out, size, "%04u-%02u-%02u %02u:%02u:%02u.%06u", m->year, m->month, m->day,
			     m->hour, m->minute, m->second, m->us);
	else
		n = snprintf(out, size, "%04u-%02u-%02u %02u:%02u:%02u", m->year, m->month, m->day, m->hour,
			     m->minute, m->second);
	return (size_t)n;
}

static void mark_bad_moment(const DecodeColumn *d, FerryBatch *batch, const Moment *m)
{
	char text[64];
	size_t len = format_moment(d, m, text, sizeof text);
	mark_bad_text(d, batch, FERRY_BAD_ZERO_DATE, text, len);
}

static const uint8_t *decode_date(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				  FerryBatch *batch)
{
	Moment m;
	p = read_moment(p, end, &m);
	if (G_UNLIKELY(!p))
		return NULL;
	if (G_LIKELY(is_date(&m)))
		((int32_t *)column_of(d, batch)->fixed)[batch->n_rows] =
			ferry_days_from_civil(m.year, m.month, m.day);
	else
		mark_bad_moment(d, batch, &m);
	return p;
}

static const uint8_t *decode_timestamp(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				       FerryBatch *batch)
{
	Moment m;
	p = read_moment(p, end, &m);
	if (G_UNLIKELY(!p))
		return NULL;
	if (G_LIKELY(is_date(&m) && is_clock(&m)))
		((int64_t *)column_of(d, batch)->fixed)[batch->n_rows] =
			ferry_days_from_civil(m.year, m.month, m.day) * US_PER_DAY + clock_us(&m);
	else
		mark_bad_moment(d, batch, &m);
	return p;
}

static const uint8_t *decode_moment_text(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
					 FerryBatch *batch)
{
	Moment m;
	char text[64];
	p = read_moment(p, end, &m);
	if (G_UNLIKELY(!p))
		return NULL;
	return append_value(d, batch, text, format_moment(d, &m, text, sizeof text), p);
}

/* ---- TIME: -838:59:59.999999 … 838:59:59.999999 ---- */

typedef struct {
	bool is_negative;
	Moment clock; /* day counts whole days */
} Span;

static const uint8_t *read_span(const uint8_t *p, const uint8_t *end, Span *s)
{
	if (G_UNLIKELY(p >= end))
		return NULL;
	size_t len = *p++;
	if (G_UNLIKELY(len > (size_t)(end - p)))
		return NULL;
	*s = (Span){0};
	if (len == 0)
		return p;
	if (G_UNLIKELY(len != 8 && len != 12))
		return NULL;
	s->is_negative = p[0] != 0;
	s->clock.day = read_u32(p + 1);
	s->clock.hour = p[5];
	s->clock.minute = p[6];
	s->clock.second = p[7];
	if (len > 8)
		s->clock.us = read_u32(p + 8);
	return is_clock(&s->clock) && s->clock.day < 1000 ? p + len : NULL;
}

static int64_t span_us(const Span *s)
{
	int64_t us = (int64_t)s->clock.day * US_PER_DAY + clock_us(&s->clock);
	return s->is_negative ? -us : us;
}

static size_t format_span(const Span *s, char *out, size_t size)
{
	unsigned hours = s->clock.day * 24 + s->clock.hour;
	int n = snprintf(out, size, "%s%02u:%02u:%02u", s->is_negative ? "-" : "", hours, s->clock.minute,
			 s->clock.second);
	if (s->clock.us)
		n += snprintf(out + n, size - (size_t)n, ".%06u", s->clock.us);
	return (size_t)n;
}

static const uint8_t *decode_time(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				  FerryBatch *batch)
{
	Span s;
	p = read_span(p, end, &s);
	if (G_UNLIKELY(!p))
		return NULL;
	int64_t us = span_us(&s);
	if (G_LIKELY(us >= 0 && us < US_PER_DAY)) {
		((int64_t *)column_of(d, batch)->fixed)[batch->n_rows] = us;
	} else {
		char text[64];
		mark_bad_text(d, batch, FERRY_BAD_OUT_OF_RANGE, text, format_span(&s, text, sizeof text));
	}
	return p;
}

static const uint8_t *decode_interval(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				      FerryBatch *batch)
{
	Span s;
	p = read_span(p, end, &s);
	if (G_UNLIKELY(!p))
		return NULL;
	((FerryInterval *)column_of(d, batch)->fixed)[batch->n_rows] = (FerryInterval){.us = span_us(&s)};
	return p;
}

static const uint8_t *decode_span_text(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				       FerryBatch *batch)
{
	Span s;
	char text[64];
	p = read_span(p, end, &s);
	if (G_UNLIKELY(!p))
		return NULL;
	return append_value(d, batch, text, format_span(&s, text, sizeof text), p);
}

static bool choose_moment(DecodeColumn *d)
{
	switch (d->logical) {
	case FERRY_TYPE_DATE: d->func = decode_date; break;
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: d->func = decode_timestamp; break;
	case FERRY_TYPE_TEXT: d->func = decode_moment_text; break;
	default: return false;
	}
	/* A clock time cannot be left out silently. */
	bool is_date = d->field.wire_type == MYSQL_TYPE_DATE || d->field.wire_type == MYSQL_TYPE_NEWDATE;
	return is_date || d->logical != FERRY_TYPE_DATE;
}

static bool choose_span(DecodeColumn *d)
{
	switch (d->logical) {
	case FERRY_TYPE_TIME: d->func = decode_time; return true;
	case FERRY_TYPE_INTERVAL: d->func = decode_interval; return true;
	case FERRY_TYPE_TEXT: d->func = decode_span_text; return true;
	default: return false;
	}
}

bool ferry_mysql_choose_time(DecodeColumn *d)
{
	switch (d->field.wire_type) {
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_NEWDATE:
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP: return choose_moment(d);
	case MYSQL_TYPE_TIME: return choose_span(d);
	default: return false;
	}
}
