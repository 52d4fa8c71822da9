/* Oracle's date format models (see timeformat.h). */
#include "timeformat.h"
#include <stdlib.h>

typedef enum {
	E_SYYYY,
	E_YYYY,
	E_RRRR,
	E_RR,
	E_YY,
	E_MM,
	E_MON,
	E_MONTH,
	E_DD,
	E_HH24,
	E_HH12,
	E_HH,
	E_MI,
	E_SSXFF,
	E_SS,
	E_FF,
	E_TZH,
	E_TZM,
	E_TZR,
	E_AM,
	E_PM,
	E_TEXT,
} Element;

static const struct {
	const char *text;
	Element element;
} elements[] = {
	{"SYYYY", E_SYYYY}, {"YYYY", E_YYYY}, {"RRRR", E_RRRR}, {"RR", E_RR}, {"YY", E_YY},
	{"MONTH", E_MONTH}, {"MON", E_MON},   {"MM", E_MM},     {"MI", E_MI}, {"DD", E_DD},
	{"HH24", E_HH24},   {"HH12", E_HH12}, {"HH", E_HH},     {"SS", E_SS}, {"FF", E_FF},
	{"TZH", E_TZH},     {"TZM", E_TZM},   {"TZR", E_TZR},   {"AM", E_AM}, {"PM", E_PM},
};
static const char *const months[] = {"JANUARY", "FEBRUARY", "MARCH",     "APRIL",   "MAY",      "JUNE",
				     "JULY",    "AUGUST",   "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"};

static Element next_element(const char **format)
{
	for (guint i = 0; i < G_N_ELEMENTS(elements); i++) {
		gsize len = strlen(elements[i].text);

		if (!g_ascii_strncasecmp(*format, elements[i].text, len)) {
			*format += len;
			return elements[i].element;
		}
	}
	return E_TEXT;
}

/* FF3: how many digits */
static int fraction_digits(const char **format, int otherwise)
{
	return g_ascii_isdigit(**format) ? *(*format)++ - '0' : otherwise;
}

static void write_fraction(GString *s, guint32 nanos, int digits)
{
	char text[12];

	g_snprintf(text, sizeof text, "%09u", nanos);
	g_string_append_len(s, text, CLAMP(digits, 1, 9));
}

static void write_element(GString *s, const DateTime *t, Element e, const char **format)
{
	switch (e) {
	case E_SYYYY: g_string_append_printf(s, "%c%04d", t->year < 0 ? '-' : ' ', ABS(t->year)); break;
	case E_YYYY:
	case E_RRRR: g_string_append_printf(s, "%04d", ABS(t->year)); break;
	case E_RR:
	case E_YY: g_string_append_printf(s, "%02d", ABS(t->year) % 100); break;
	case E_MM: g_string_append_printf(s, "%02d", t->month); break;
	case E_MON: g_string_append_len(s, months[t->month - 1], 3); break;
	case E_MONTH: g_string_append_printf(s, "%-9s", months[t->month - 1]); break;
	case E_DD: g_string_append_printf(s, "%02d", t->day); break;
	case E_HH24: g_string_append_printf(s, "%02d", t->hour); break;
	case E_HH12:
	case E_HH: g_string_append_printf(s, "%02d", t->hour % 12 ? t->hour % 12 : 12); break;
	case E_MI: g_string_append_printf(s, "%02d", t->minute); break;
	case E_SS: g_string_append_printf(s, "%02d", t->second); break;
	case E_FF: write_fraction(s, t->nanos, fraction_digits(format, 6)); break;
	case E_TZH:
		g_string_append_printf(s, "%c%02d", t->offset < 0 ? '-' : '+', ABS(t->offset) / 60);
		break;
	case E_TZM: g_string_append_printf(s, "%02d", ABS(t->offset) % 60); break;
	case E_AM:
	case E_PM: g_string_append(s, t->hour < 12 ? "AM" : "PM"); break;
	default: break;
	}
}

char *timeformat_write(const DateTime *t, const char *format)
{
	GString *s = g_string_new(NULL);

	while (*format) {
		Element e;

		if (*format == '"') {
			for (format++; *format && *format != '"'; format++)
				g_string_append_c(s, *format);
			format += *format == '"';
		} else if ((e = next_element(&format)) == E_TEXT) {
			g_string_append_c(s, *format++);
		} else {
			write_element(s, t, e, &format);
		}
	}
	return g_string_free(s, FALSE);
}

static gboolean read_digits(const char **text, int max, int *ret)
{
	int n = 0, v = 0;

	for (; n < max && g_ascii_isdigit(**text); n++)
		v = v * 10 + *(*text)++ - '0';
	*ret = v;
	return n > 0;
}

static gboolean read_month(const char **text, int *ret)
{
	for (int i = 0; i < 12; i++)
		for (int len = strlen(months[i]); len >= 3; len = len > 3 ? 3 : 0)
			if (!g_ascii_strncasecmp(*text, months[i], len)) {
				*text += len;
				*ret = i + 1;
				return TRUE;
			}
	return read_digits(text, 2, ret);
}

static gboolean read_year(const char **text, int max, gboolean rounds, int *ret)
{
	const char *start = *text;

	if (!read_digits(text, max, ret))
		return FALSE;
	if (*text - start <= 2)
		*ret += rounds && *ret >= 50 ? 1900 : 2000;
	return TRUE;
}

static gboolean read_fraction(const char **text, guint32 *ret)
{
	guint32 v = 0;
	int n = 0;

	for (; g_ascii_isdigit(**text); (*text)++, n++)
		if (n < 9)
			v = v * 10 + **text - '0';
	for (; n < 9; n++)
		v *= 10;
	*ret = v;
	return TRUE;
}

static gboolean read_zone_hour(const char **text, DateTime *t)
{
	int sign = **text == '-' ? -1 : 1, hour;

	*text += **text == '-' || **text == '+';
	t->has_zone = TRUE;
	if (!read_digits(text, 2, &hour))
		return FALSE;
	t->offset = sign * hour * 60;
	return TRUE;
}

static gboolean read_zone_minute(const char **text, DateTime *t)
{
	int minute;

	if (!read_digits(text, 2, &minute))
		return FALSE;
	t->offset += t->offset < 0 ? -minute : minute;
	return TRUE;
}

static gboolean read_element(const char **text, DateTime *t, Element e, const char **format, gboolean *is_pm)
{
	switch (e) {
	case E_SYYYY:
		while (**text == ' ')
			(*text)++;
		if (**text == '-') {
			(*text)++;
			return read_digits(text, 4, &t->year) && (t->year = -t->year);
		}
		return read_digits(text, 4, &t->year);
	case E_YYYY: return read_digits(text, 4, &t->year);
	case E_RRRR: return read_year(text, 4, TRUE, &t->year);
	case E_RR: return read_year(text, 4, TRUE, &t->year);
	case E_YY: return read_year(text, 4, FALSE, &t->year);
	case E_MM: return read_month(text, &t->month);
	case E_MON:
	case E_MONTH: return read_month(text, &t->month);
	case E_DD: return read_digits(text, 2, &t->day);
	case E_HH24:
	case E_HH12:
	case E_HH: return read_digits(text, 2, &t->hour);
	case E_MI: return read_digits(text, 2, &t->minute);
	case E_SS: return read_digits(text, 2, &t->second);
	case E_FF: fraction_digits(format, 0); return read_fraction(text, &t->nanos);
	case E_TZH: return read_zone_hour(text, t);
	case E_TZM: return read_zone_minute(text, t);
	case E_AM:
	case E_PM:
		*is_pm = g_ascii_toupper(**text) == 'P';
		*text += strlen(*text) >= 2 ? 2 : 0;
		return TRUE;
	default: return FALSE;
	}
}

gboolean timeformat_read(const char *text, const char *format, DateTime *ret)
{
	DateTime now;
	gboolean is_pm = FALSE;

	datetime_now(&now);
	*ret = (DateTime){.year = now.year, .month = now.month, .day = 1};
	while (*format && *text) {
		Element e = next_element(&format);

		if (e != E_TEXT) {
			if (!read_element(&text, ret, e, &format, &is_pm))
				return FALSE;
		} else if (*format == '"') {
			for (format++; *format && *format != '"'; format++)
				text += *text == *format;
			format += *format == '"';
		} else {
			format++;
			if (!g_ascii_isalnum(*text))
				text++;
		}
	}
	if (is_pm && ret->hour < 12)
		ret->hour += 12;
	return !*text && ret->month >= 1 && ret->month <= 12 && ret->day >= 1 && ret->day <= 31;
}
