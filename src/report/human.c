/*
 * Numbers, times and names for people; see human.h.
 */
#include "report/human.h"

#include <math.h>
#include <string.h>

char *ferry_human_count(int64_t n)
{
	char digits[24];
	GString *out = g_string_new(n < 0 ? "-" : NULL);
	uint64_t magnitude = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;
	size_t len = (size_t)g_snprintf(digits, sizeof(digits), "%" G_GUINT64_FORMAT, magnitude);

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			g_string_append_c(out, ',');
		g_string_append_c(out, digits[i]);
	}
	return g_string_free(out, FALSE);
}

/* Three significant digits and a prefix; 999.7 is 1.00 of the next one. */
static char *with_prefix(double n, const char *const *prefixes, const char *unit)
{
	size_t i = 0;

	if (!(n > 0))
		n = 0;
	while (n >= 999.5 && prefixes[i + 1]) {
		n /= 1000;
		i++;
	}
	const char *gap = *prefixes[i] || *unit ? " " : "";
	if (i == 0 || n >= 99.95)
		return g_strdup_printf("%.0f%s%s%s", n, gap, prefixes[i], unit);
	return g_strdup_printf("%.*f%s%s%s", n >= 9.995 ? 1 : 2, n, gap, prefixes[i], unit);
}

char *ferry_human_count_short(double n)
{
	static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E", NULL};

	return with_prefix(n, prefixes, "");
}

char *ferry_human_bytes(double bytes)
{
	static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E", NULL};

	return with_prefix(bytes, prefixes, "B");
}

char *ferry_human_clock(double seconds)
{
	int64_t s = seconds > 0 ? (int64_t)fmin(ceil(seconds - 1e-9), 1e12) : 0;

	if (s >= 3600)
		return g_strdup_printf("%" G_GINT64_FORMAT ":%02d:%02d", s / 3600, (int)(s / 60 % 60),
				       (int)(s % 60));
	return g_strdup_printf("%d:%02d", (int)(s / 60), (int)(s % 60));
}

char *ferry_human_duration(double seconds)
{
	if (!(seconds > 0))
		seconds = 0;
	if (seconds < 0.9995)
		return g_strdup_printf("%.3f s", seconds);
	if (seconds < 9.995)
		return g_strdup_printf("%.2f s", seconds);
	if (seconds < 99.95)
		return g_strdup_printf("%.1f s", seconds);
	return ferry_human_clock(seconds);
}

char *ferry_human_clean(const char *text, bool is_utf8)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *out = g_string_new(NULL);

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '\n' || c == '\t' || c == '\r')
			g_string_append_c(out, ' ');
		else if (g_unichar_iscntrl(c) || (!is_utf8 && c > 0x7e) || (c >= 0x202a && c <= 0x202e) ||
			 (c >= 0x2066 && c <= 0x2069))
			g_string_append_c(out,
					  '?'); /* the last two: they turn the direction of what follows */
		else
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

char *ferry_human_clean_lines(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++) {
		char *clean = ferry_human_clean(*line, true);
		g_free(*line);
		*line = clean;
	}
	return g_strjoinv("\n", lines);
}

static size_t char_width(gunichar c)
{
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

size_t ferry_human_width(const char *text)
{
	size_t width = 0;

	for (const char *p = text; *p; p = g_utf8_next_char(p))
		width += char_width(g_utf8_get_char(p));
	return width;
}

char *ferry_human_fit(const char *text, size_t width, bool is_utf8)
{
	if (ferry_human_width(text) <= width)
		return g_strdup(text);

	const char *mark = is_utf8 ? "…" : "~";
	if (width <= 1)
		return g_strdup(width ? mark : "");
	size_t head = (width - 1) / 2, tail = width - 1 - head, used = 0;
	GString *out = g_string_new(NULL);
	const char *p = text;
	for (; used + char_width(g_utf8_get_char(p)) <= head; p = g_utf8_next_char(p)) {
		used += char_width(g_utf8_get_char(p));
		g_string_append_unichar(out, g_utf8_get_char(p));
	}
	g_string_append(out, mark);
	const char *end = text + strlen(text);
	for (used = 0; end > p;) {
		const char *prev = g_utf8_prev_char(end);
		used += char_width(g_utf8_get_char(prev));
		if (used > tail)
			break;
		end = prev;
	}
	g_string_append(out, end);
	return g_string_free(out, FALSE);
}

char *ferry_human_cut(const char *text, size_t width)
{
	const char *p = text;

	for (size_t used = 0; *p; p = g_utf8_next_char(p)) {
		used += char_width(g_utf8_get_char(p));
		if (used > width)
			break;
	}
	return g_strndup(text, (gsize)(p - text));
}

void ferry_human_pad(GString *out, const char *text, size_t width, bool right)
{
	size_t used = ferry_human_width(text), blanks = used < width ? width - used : 0;

	if (!right)
		g_string_append(out, text);
	for (size_t i = 0; i < blanks; i++)
		g_string_append_c(out, ' ');
	if (right)
		g_string_append(out, text);
}
