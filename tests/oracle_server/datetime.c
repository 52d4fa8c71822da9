/* Dates, timestamps and intervals (see datetime.h). */
#include "datetime.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TZ_IS_REGION = 0x80 };

/* Numbers as Oracle gives zones numbers are not known here: these are made up, as clients only see that a
 * region is meant. */
static const char *const regions[] = {NULL,
				      "UTC",
				      "Europe/Berlin",
				      "Europe/London",
				      "America/New_York",
				      "Asia/Tokyo",
				      "Australia/Adelaide",
				      "America/Los_Angeles"};

gint64 datetime_days(int year, int month, int day)
{
	gint64 y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400;
	gint64 yoe = y - era * 400, doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void datetime_of_days(gint64 days, int *year, int *month, int *day)
{
	gint64 z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	gint64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
	       doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	gint64 mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

void datetime_shift(DateTime *t, gint64 minutes)
{
	gint64 total = (datetime_days(t->year, t->month, t->day) * 24 + t->hour) * 60 + t->minute + minutes;
	gint64 day = total >= 0 ? total / 1440 : -((1439 - total) / 1440);

	total -= day * 1440;
	datetime_of_days(day, &t->year, &t->month, &t->day);
	t->hour = total / 60;
	t->minute = total % 60;
}

void datetime_now(DateTime *t)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	*t = (DateTime){
		tm.tm_year + 1900,         tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		now.tv_nsec / 1000 * 1000, FALSE,         0,          0};
}

/* Up to max digits at *at. */
static int digits(const char **at, const char *end, int max)
{
	int v = 0, n = 0;

	for (; *at < end && n < max && g_ascii_isdigit(**at); n++)
		v = v * 10 + *(*at)++ - '0';
	return n ? v : -1;
}

static guint32 fraction(const char **at, const char *end)
{
	guint32 v = 0;
	int n = 0;

	if (*at == end || **at != '.')
		return 0;
	for ((*at)++; *at < end && g_ascii_isdigit(**at); (*at)++)
		if (n < 9) {
			v = v * 10 + **at - '0';
			n++;
		}
	for (; n < 9; n++)
		v *= 10;
	return v;
}

static void region_zone(const char *name, gsize len, DateTime *t)
{
	g_autofree char *text = g_strndup(name, len);
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(text);
	gint64 seconds = datetime_days(t->year, t->month, t->day) * 86400 + t->hour * 3600 + t->minute * 60 +
			 t->second;

	for (guint i = 1; i < G_N_ELEMENTS(regions); i++)
		if (!strcmp(regions[i], text))
			t->region = i;
	if (!t->region)
		t->region = 1;
	if (zone)
		t->offset = g_time_zone_get_offset(
				    zone, g_time_zone_find_interval(zone, G_TIME_TYPE_STANDARD, seconds)) /
			    60;
}

static void zone(const char *at, const char *end, DateTime *t)
{
	int sign, hour, minute = 0;

	while (at < end && *at == ' ')
		at++;
	if (at == end)
		return;
	t->has_zone = TRUE;
	if (*at != '+' && *at != '-') {
		region_zone(at, end - at, t);
		return;
	}
	sign = *at++ == '-' ? -1 : 1;
	hour = digits(&at, end, 2);
	if (at < end && *at == ':') {
		at++;
		minute = digits(&at, end, 2);
	}
	t->offset = sign * (MAX(hour, 0) * 60 + MAX(minute, 0));
}

gboolean datetime_parse(const char *text, gsize len, DateTime *ret)
{
	const char *at = text, *end = text + len;
	gboolean bc = len && *text == '-';

	*ret = (DateTime){0};
	at += bc;
	ret->year = digits(&at, end, 5);
	if (ret->year < 0 || end - at < 6 || at[0] != '-' || at[3] != '-')
		return FALSE;
	ret->month = (at[1] - '0') * 10 + at[2] - '0';
	ret->day = (at[4] - '0') * 10 + at[5] - '0';
	at += 6;
	if (bc)
		ret->year = -ret->year;
	if (end - at >= 9 && (*at == ' ' || *at == 'T') && at[3] == ':' && at[6] == ':') {
		ret->hour = (at[1] - '0') * 10 + at[2] - '0';
		ret->minute = (at[4] - '0') * 10 + at[5] - '0';
		ret->second = (at[7] - '0') * 10 + at[8] - '0';
		at += 9;
		if (at < end) {
			ret->nanos = fraction(&at, end);
			zone(at, end, ret);
		}
	}
	return ret->month >= 1 && ret->month <= 12 && ret->day >= 1 && ret->day <= 31;
}

char *datetime_format(const DateTime *t, gboolean with_zone)
{
	GString *s = g_string_new(NULL);

	g_string_printf(s, "%s%04d-%02d-%02d %02d:%02d:%02d", t->year < 0 ? "-" : "", ABS(t->year), t->month,
			t->day, t->hour, t->minute, t->second);
	if (t->nanos) {
		g_string_append_printf(s, ".%09u", t->nanos);
		while (s->str[s->len - 1] == '0')
			g_string_truncate(s, s->len - 1);
	}
	if (with_zone && t->region)
		g_string_append_printf(s, " %s", regions[t->region]);
	else if (with_zone)
		g_string_append_printf(s, " %c%02d:%02d", t->offset < 0 ? '-' : '+', ABS(t->offset) / 60,
				       ABS(t->offset) % 60);
	return g_string_free(s, FALSE);
}

static void date_bytes(const DateTime *t, guint8 *to)
{
	to[0] = t->year / 100 + 100;
	to[1] = t->year % 100 + 100;
	to[2] = t->month;
	to[3] = t->day;
	to[4] = t->hour + 1;
	to[5] = t->minute + 1;
	to[6] = t->second + 1;
}

static void u32_bytes(guint32 v, guint8 *to)
{
	to[0] = v >> 24;
	to[1] = v >> 16;
	to[2] = v >> 8;
	to[3] = v;
}

void put_date(Bytes *out, const char *text, gsize len)
{
	DateTime t;
	guint8 raw[7];

	if (datetime_parse(text, len, &t))
		date_bytes(&t, raw);
	else
		len = 0;
	put_clr(out, raw, len ? 7 : 0);
}

void put_timestamp(Bytes *out, const char *text, gsize len)
{
	DateTime t;
	guint8 raw[11];

	if (!datetime_parse(text, len, &t)) {
		put_u8(out, 0);
		return;
	}
	date_bytes(&t, raw);
	u32_bytes(t.nanos, raw + 7);
	put_clr(out, raw, t.nanos ? 11 : 7);
}

void put_timestamp_tz(Bytes *out, const char *text, gsize len)
{
	DateTime t, utc;
	guint8 raw[13];

	if (!datetime_parse(text, len, &t)) {
		put_u8(out, 0);
		return;
	}
	utc = t;
	datetime_shift(&utc, -t.offset);
	date_bytes(&utc, raw);
	u32_bytes(t.nanos, raw + 7);
	if (t.region) {
		raw[11] = TZ_IS_REGION | t.region >> 6;
		raw[12] = (t.region & 63) << 2;
	} else {
		raw[11] = t.offset / 60 + 20;
		raw[12] = t.offset % 60 + 60;
	}
	put_clr(out, raw, 13);
}

void put_interval_ym(Bytes *out, const char *text, gsize len)
{
	const char *at = text, *end = text + len;
	int sign = 1, years, months = 0;
	guint8 raw[5];

	if (at < end && (*at == '+' || *at == '-'))
		sign = *at++ == '-' ? -1 : 1;
	years = digits(&at, end, 9);
	if (at < end && *at == '-') {
		at++;
		months = digits(&at, end, 2);
	}
	if (years < 0) {
		put_u8(out, 0);
		return;
	}
	u32_bytes((guint32)(sign * years) + 0x80000000u, raw);
	raw[4] = sign * months + 60;
	put_clr(out, raw, 5);
}

void put_interval_ds(Bytes *out, const char *text, gsize len)
{
	const char *at = text, *end = text + len;
	int sign = 1, part[4] = {0};
	gint32 nanos;
	guint8 raw[11];

	if (at < end && (*at == '+' || *at == '-'))
		sign = *at++ == '-' ? -1 : 1;
	for (int i = 0; i < 4; i++) {
		int v = digits(&at, end, 9);

		part[i] = MAX(v, 0);
		if (i < 3 && at < end)
			at++;
	}
	nanos = sign * (gint32)fraction(&at, end);
	if (!len) {
		put_u8(out, 0);
		return;
	}
	u32_bytes((guint32)(sign * part[0]) + 0x80000000u, raw);
	raw[4] = sign * part[1] + 60;
	raw[5] = sign * part[2] + 60;
	raw[6] = sign * part[3] + 60;
	u32_bytes((guint32)nanos + 0x80000000u, raw + 7);
	put_clr(out, raw, 11);
}

static guint32 u32_of(const guint8 *p)
{
	return (guint32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

char *datetime_of_wire(const guint8 *from, gsize len)
{
	DateTime t;

	if (len < 7)
		return NULL;
	t = (DateTime){(from[0] - 100) * 100 + from[1] - 100,
		       from[2],
		       from[3],
		       from[4] - 1,
		       from[5] - 1,
		       from[6] - 1,
		       len >= 11 ? u32_of(from + 7) : 0,
		       len >= 13,
		       0,
		       0};
	if (len >= 13 && !(from[11] & TZ_IS_REGION)) {
		t.offset = ((from[11] & 0x3f) - 20) * 60 + from[12] - 60;
		datetime_shift(&t, t.offset);
	}
	return datetime_format(&t, t.has_zone);
}

char *interval_ym_of_wire(const guint8 *from, gsize len)
{
	gint32 years = len >= 5 ? (gint32)(u32_of(from) - 0x80000000u) : 0;
	int months = len >= 5 ? from[4] - 60 : 0;

	return len < 5 ? NULL
		       : g_strdup_printf("%c%02d-%02d", years < 0 || months < 0 ? '-' : '+', ABS(years),
					 ABS(months));
}

char *interval_ds_of_wire(const guint8 *from, gsize len)
{
	int days, part[3];
	gint32 nanos;

	if (len < 11)
		return NULL;
	days = (gint32)(u32_of(from) - 0x80000000u);
	for (int i = 0; i < 3; i++)
		part[i] = from[4 + i] - 60;
	nanos = (gint32)(u32_of(from + 7) - 0x80000000u);
	return g_strdup_printf("%c%02d %02d:%02d:%02d.%09d",
			       days < 0 || part[0] < 0 || part[1] < 0 || part[2] < 0 || nanos < 0 ? '-' : '+',
			       ABS(days), ABS(part[0]), ABS(part[1]), ABS(part[2]), ABS(nanos));
}
