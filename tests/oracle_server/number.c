/* Oracle's NUMBER (see number.h): the first byte is 193 + exponent, digits are stored plus one; of negative
 * values all are complemented, and 102 ends them. */
#include "number.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#define MAX_PAIRS  20
#define MAX_DIGITS 128

/* pairs: base-100 digits, the most significant first; their first has the weight 100^exponent */
static int encode_pairs(guint8 *to, gboolean negative, const guint8 *pairs, int n, int exponent)
{
	int len = 1;

	while (n && !*pairs) {
		pairs++;
		n--;
		exponent--;
	}
	n = MIN(n, MAX_PAIRS);
	while (n && !pairs[n - 1])
		n--;
	if (!n || exponent < -65) {
		to[0] = 0x80;
		return 1;
	}
	if (exponent > 62) { /* infinity */
		memcpy(to, "\xff\x65", 2);
		to[0] = negative ? 0 : 0xff;
		return negative ? 1 : 2;
	}
	to[0] = negative ? 62 - exponent : 193 + exponent;
	for (int i = 0; i < n; i++)
		to[len++] = negative ? 101 - pairs[i] : pairs[i] + 1;
	if (negative && n < MAX_PAIRS)
		to[len++] = 102;
	return len;
}

/* value / 100^shift */
static int encode_scaled(guint8 *to, gboolean negative, guint64 value, int shift)
{
	guint8 pairs[10];
	int n = 10;

	do {
		pairs[--n] = value % 100;
		value /= 100;
	} while (value);
	return encode_pairs(to, negative, pairs + n, 10 - n, 9 - n - shift);
}

int number_from_int(guint8 *to, gint64 value)
{
	return encode_scaled(to, value < 0, value < 0 ? -(guint64)value : (guint64)value, 0);
}

/* Money and such: what a few decimals say exactly needs no formatting. */
static int from_short_decimal(guint8 *to, double value)
{
	static const double powers[] = {1, 100, 10000, 1000000};
	double magnitude = fabs(value);

	for (int i = 0; i < 4; i++) {
		double scaled = nearbyint(magnitude * powers[i]);

		if (scaled > 1e15)
			return 0;
		if (scaled / powers[i] == magnitude)
			return encode_scaled(to, value < 0, scaled, i);
	}
	return 0;
}

int number_from_double(guint8 *to, double value)
{
	char text[40];
	int len = from_short_decimal(to, value);

	if (len)
		return len;
	if (isinf(value)) {
		memcpy(to, "\xff\x65", 2);
		to[0] = value < 0 ? 0 : 0xff;
		return value < 0 ? 1 : 2;
	}
	g_snprintf(text, sizeof text, "%.15g", value);
	return number_from_text(to, text, strlen(text));
}

/* Reads [sign] digits [. digits] [e exponent]; -1: no number. The value is 0.DIGITS * 10^exponent. */
static int read_decimal(const char *text, gsize len, guint8 *digits, gboolean *negative, int *exponent)
{
	const char *end = text + len;
	gboolean point = FALSE, any = FALSE;
	int n = 0;

	*exponent = 0;
	*negative = FALSE;
	while (text < end && isspace((guchar)*text))
		text++;
	if (text < end && (*text == '-' || *text == '+'))
		*negative = *text++ == '-';
	for (; text < end && (isdigit((guchar)*text) || (*text == '.' && !point)); text++) {
		if (*text == '.') {
			point = TRUE;
			continue;
		}
		any = TRUE;
		if (n || *text != '0') {
			if (n < MAX_DIGITS)
				digits[n++] = *text - '0';
			*exponent += !point;
		} else if (point) {
			*exponent -= 1;
		}
	}
	if (any && text < end && (*text == 'e' || *text == 'E')) {
		char *stop;

		*exponent += strtol(text + 1, &stop, 10);
		text = stop;
	}
	while (text < end && isspace((guchar)*text))
		text++;
	return any && text == end ? n : -1;
}

int number_from_text(guint8 *to, const char *text, gsize len)
{
	guint8 digits[MAX_DIGITS + 2] = {0}, pairs[MAX_DIGITS / 2 + 2] = {0};
	gboolean negative;
	int exponent, odd, n = read_decimal(text, len, digits, &negative, &exponent);

	if (n < 0)
		return 0;
	odd = exponent & 1; /* the first pair then has one digit */
	for (int i = 0; i < n; i++) {
		int at = i + odd;

		pairs[at / 2] += at % 2 ? digits[i] : digits[i] * 10;
	}
	return encode_pairs(to, negative, pairs, (n + odd + 1) / 2, (exponent + odd) / 2 - 1);
}

/* pairs and exponent as in encode_pairs; the number of pairs, -1 for what is no finite number */
static int decode(const guint8 *from, gsize len, guint8 *pairs, gboolean *negative, int *exponent)
{
	int n = 0;

	*exponent = 0;
	*negative = FALSE;
	if (!len)
		return 0;
	*negative = !(from[0] & 0x80);
	*exponent = *negative ? 62 - from[0] : from[0] - 193;
	if (len == 1)
		return from[0] == 0x80 ? 0 : -1;
	if (from[0] == 0xff)
		return -1;
	for (gsize i = 1; i < MIN(len, 21); i++) {
		if (*negative && from[i] == 102)
			break;
		pairs[n++] = *negative ? 101 - from[i] : from[i] - 1;
	}
	return n;
}

char *number_to_text(const guint8 *from, gsize len)
{
	guint8 pairs[24];
	gboolean negative;
	int exponent, n = decode(from, len, pairs, &negative, &exponent);
	GString *text = g_string_new(NULL);

	if (n < 0)
		return g_string_free(g_string_assign(text, negative ? "-~" : "~"), FALSE);
	for (int i = MIN(0, exponent + 1); i < MAX(n, exponent + 1); i++) {
		int pair = i >= 0 && i < n ? pairs[i] : 0;

		if (i == exponent + 1 && text->len)
			g_string_append_c(text, '.');
		g_string_append_printf(text, "%02d", pair);
	}
	if (exponent < 0)
		g_string_prepend(text, "0.");
	if (exponent + 1 < n || exponent < 0)
		while (text->str[text->len - 1] == '0')
			g_string_truncate(text, text->len - 1);
	while (text->len > 1 && text->str[0] == '0' && text->str[1] != '.')
		g_string_erase(text, 0, 1);
	if (!text->len || text->str[text->len - 1] == '.')
		g_string_append_c(text, '0');
	if (n && negative)
		g_string_prepend_c(text, '-');
	return g_string_free(text, FALSE);
}

void number_bind(sqlite3_stmt *stmt, int at, const guint8 *from, gsize len)
{
	guint8 pairs[24], again[NUMBER_MAX + 2];
	gboolean negative;
	int exponent, n = decode(from, len, pairs, &negative, &exponent);
	guint64 value = 0;
	g_autofree char *text = NULL;
	double d;

	if (n >= 0 && exponent < 9 && n <= exponent + 1) {
		for (int i = 0; i <= exponent; i++)
			value = value * 100 + (i < n ? pairs[i] : 0);
		sqlite3_bind_int64(stmt, at, n && negative ? -(gint64)value : (gint64)value);
		return;
	}
	text = number_to_text(from, len);
	d = n < 0 ? (negative ? -INFINITY : INFINITY) : g_ascii_strtod(text, NULL);
	if (n < 0 || ((gsize)number_from_double(again, d) == len && !memcmp(again, from, len)))
		sqlite3_bind_double(stmt, at, d);
	else
		sqlite3_bind_blob(stmt, at, from, len, SQLITE_TRANSIENT);
}
