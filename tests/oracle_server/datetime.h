/* Dates, timestamps and intervals: SQLite keeps them as text, the wire has bytes.
 *
 * Text: [-]YYYY-MM-DD HH:MM:SS[.fraction without closing zeros][ zone], zone +HH:MM or a region's name;
 * intervals as TO_CHAR shows them: +02-03, +05 04:03:02.123456. One moment has one text, so that texts
 * compare as moments do.
 */
#pragma once
#include "bytes.h"

typedef struct DateTime {
	int year, month, day, hour, minute, second;
	guint32 nanos;
	gboolean has_zone;
	int offset;     /* minutes east of UTC */
	guint16 region; /* 0: the offset only */
} DateTime;

gboolean datetime_parse(const char *text, gsize len, DateTime *ret);
char *datetime_format(const DateTime *t, gboolean with_zone);
void datetime_shift(DateTime *t, gint64 minutes);
gint64 datetime_days(int year, int month, int day); /* since 1970-01-01 */
void datetime_of_days(gint64 days, int *year, int *month, int *day);
void datetime_now(DateTime *t);

/* Appends clr values; text that is none becomes NULL. */
void put_date(Bytes *out, const char *text, gsize len);
void put_timestamp(Bytes *out, const char *text, gsize len);
void put_timestamp_tz(Bytes *out, const char *text, gsize len);
void put_interval_ym(Bytes *out, const char *text, gsize len);
void put_interval_ds(Bytes *out, const char *text, gsize len);

/* Texts of values that a client sent; NULL where they are none. */
char *datetime_of_wire(const guint8 *from, gsize len);
char *interval_ym_of_wire(const guint8 *from, gsize len);
char *interval_ds_of_wire(const guint8 *from, gsize len);
