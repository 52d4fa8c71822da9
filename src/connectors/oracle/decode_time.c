/*
 * Dates and timestamps: 7 bytes (century + 100, year + 100, month, day, hour + 1, minute + 1, second + 1), 4
 * more for nanoseconds where there are any, 2 more for the zone of what is in UTC already. Years before
 * Christ are counted without a year 0. The server's calendar is the Julian one before October 1582; dates
 * keep their names, and the few that the Gregorian one does not have (1500-02-29) are marked bad, like bytes
 * that are no moment at all.
 */
#include "connectors/oracle/decode.h"
#include "data/value_text.h"

#include <stdio.h>

#define US_PER_SECOND G_GINT64_CONSTANT(1000000)
#define US_PER_DAY    (86400 * US_PER_SECOND)
#define ZONE_LOCAL    0x40
#define ZONE_REGION   0x80

typedef struct {
	int year; /* as the server counts: -1 is 1 BC */
	unsigned month, day, hour, minute, second, ns;
	bool has_zone;
	int zone;     /* minutes */
	bool is_time; /* the time of the day is one */
} Moment;

/* One more than the number; programs that wrote nothing have left 0. */
static inline unsigned from_one(uint8_t byte)
{
	return byte ? byte - 1u : 0;
}

/* False: it has the wrong length. */
static inline bool read_parts(const uint8_t *p, size_t len, Moment *m)
{
	if (G_UNLIKELY(len != 7 && len != 11 && len != 13))
		return false;
	m->year = (p[0] - 100) * 100 + (p[1] - 100);
	m->month = p[2];
	m->day = p[3];
	m->hour = from_one(p[4]);
	m->minute = from_one(p[5]);
	m->second = from_one(p[6]);
	m->ns = len >= 11 ? (unsigned)p[7] << 24 | (unsigned)p[8] << 16 | (unsigned)p[9] << 8 | p[10] : 0;
	m->has_zone = len == 13;
	m->zone = 0;
	if (m->has_zone && !(p[11] & ZONE_REGION))
		m->zone = ((p[11] & ~ZONE_LOCAL) - 20) * 60 + (p[12] - 60);
	/* Marked as being in local time: back to UTC. */
	if (m->has_zone && p[11] & ZONE_LOCAL && !(p[11] & ZONE_REGION))
		m->has_zone = m->zone != 0;
	else
		m->has_zone = false;
	m->is_time = p[4] && m->hour < 24 && p[5] && m->minute < 60 && p[6] && m->second < 60 &&
		     m->ns < 1000000000u;
	return true;
}

/* False: it is none, like the zero bytes of some old programs. */
static inline bool to_days(const Moment *m, int64_t *ret_days)
{
	int64_t year = m->year < 0 ? m->year + 1 : m->year;

	if (G_UNLIKELY(!m->is_time))
		return false;
	if (G_UNLIKELY(!(m->month - 1 < 12 && m->day - 1 < 28) &&
		       !ferry_is_valid_date(year, m->month, m->day)))
		return false;
	*ret_days = ferry_days_from_civil(year, m->month, m->day);
	return true;
}

/* YYYY-MM-DD HH:MM:SS[.nnnnnnnnn][ BC]. */
static size_t format(const Moment *m, bool has_fraction, char *out, size_t size)
{
	bool is_bc = m->year < 0;
	int n = snprintf(out, size, "%04d-%02u-%02u %02u:%02u:%02u", is_bc ? -m->year : m->year, m->month,
			 m->day, m->hour, m->minute, m->second);

	if (has_fraction && m->ns)
		n += snprintf(out + n, size - (size_t)n, ".%09u", m->ns);
	if (is_bc)
		n += snprintf(out + n, size - (size_t)n, " BC");
	return (size_t)n;
}

static bool mark_moment(DecodeColumn *d, FerryBatch *batch, const Moment *m)
{
	char text[80];
	return mark_bad(d, batch, FERRY_BAD_ZERO_DATE, text, format(m, true, text, sizeof text));
}

/* True with *ret_is_null, or with the parts. */
static bool read_moment(DecodeColumn *d, FerryOracleWire *w, Moment *m, bool *ret_is_null)
{
	size_t len;
	const uint8_t *p = read_short(w, &len);

	if (G_UNLIKELY(!p))
		return false;
	*ret_is_null = len == 0;
	return len == 0 || read_parts(p, len, m) || malformed(w, "a date of an impossible length");
}

static bool decode_timestamp(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	Moment m;
	bool is_null;
	int64_t days;

	if (G_UNLIKELY(!read_moment(d, w, &m, &is_null)))
		return false;
	if (is_null)
		return set_null(d, batch);
	if (G_UNLIKELY(!to_days(&m, &days)))
		return mark_moment(d, batch, &m);
	int64_t us = days * US_PER_DAY + (int64_t)(m.hour * 3600 + m.minute * 60 + m.second) * US_PER_SECOND;
	/* What is finer than a microsecond is rounded, as the target would do. */
	us += (m.ns + 500) / 1000;
	if (G_UNLIKELY(m.has_zone))
		us -= (int64_t)m.zone * 60 * US_PER_SECOND;
	((int64_t *)column_of(d, batch)->fixed)[batch->n_rows] = us;
	return true;
}

static bool decode_date(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	Moment m;
	bool is_null;
	int64_t days;

	if (G_UNLIKELY(!read_moment(d, w, &m, &is_null)))
		return false;
	if (is_null)
		return set_null(d, batch);
	/* A time of the day cannot be left out silently. */
	if (m.hour || m.minute || m.second || m.ns) {
		char text[80];
		return mark_bad(d, batch, FERRY_BAD_INVALID_VALUE, text, format(&m, true, text, sizeof text));
	}
	if (G_UNLIKELY(!to_days(&m, &days)))
		return mark_moment(d, batch, &m);
	((int32_t *)column_of(d, batch)->fixed)[batch->n_rows] = (int32_t)days;
	return true;
}

static bool decode_moment_text(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	Moment m;
	bool is_null;
	char text[80];

	if (G_UNLIKELY(!read_moment(d, w, &m, &is_null)))
		return false;
	if (is_null)
		return set_null(d, batch);
	return append_value(d, batch, text, format(&m, true, text, sizeof text));
}

bool ferry_oracle_choose_time(DecodeColumn *d)
{
	switch (d->field->type) {
	case FERRY_ORACLE_TYPE_DATE:
	case FERRY_ORACLE_TYPE_TIMESTAMP:
	case FERRY_ORACLE_TYPE_TIMESTAMP_TZ: break;
	default: return false;
	}
	switch (d->logical) {
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: d->func = decode_timestamp; return true;
	case FERRY_TYPE_DATE: d->func = decode_date; return true;
	case FERRY_TYPE_TEXT: d->func = decode_moment_text; return true;
	default: return false;
	}
}
