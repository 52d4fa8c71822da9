/* See reject_line.h. Numbers of the row get quotes before the line is parsed. */
#include "transfer/reject_line.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && g_ascii_isdigit(*p))
		p++;
	return p;
}

/* By JSON's grammar, so that what is no number stays an error. 0: there is none. */
static size_t number_len(const char *text, const char *end)
{
	const char *p = text + (*text == '-'), *digits = p;

	p = p < end && *p == '0' ? p + 1 : skip_digits(p, end);
	if (p == digits)
		return 0;
	if (p < end && *p == '.') {
		digits = ++p;
		if ((p = skip_digits(p, end)) == digits)
			return 0;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		digits = p += p < end && (*p == '+' || *p == '-');
		if ((p = skip_digits(p, end)) == digits)
			return 0;
	}
	return p < end && (g_ascii_isalnum(*p) || strchr("+-.", *p)) ? 0 : (size_t)(p - text);
}

static size_t string_len(const char *text, const char *end)
{
	const char *p = text + 1;

	while (p < end && *p != '"')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	return (size_t)(MIN(p + 1, end) - text);
}

static GString *quote_numbers(const char *text, size_t len)
{
	GString *out = g_string_sized_new(len + 64);
	const char *end = text + len;
	int depth = 0;

	for (const char *p = text; p < end;) {
		bool may_be = depth > 1 && (*p == '-' || g_ascii_isdigit(*p));
		size_t n = may_be ? number_len(p, end) : 0;
		if (n) {
			g_string_append_printf(out, "\"%.*s\"", (int)n, p);
		} else {
			depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
			n = *p == '"' ? string_len(p, end) : 1;
			g_string_append_len(out, p, (gssize)n);
		}
		p += n;
	}
	return out;
}

json_t *ferry_reject_line_parse(const char *text, size_t len, json_error_t *ret_why)
{
	GString *quoted = quote_numbers(text, len);
	json_t *line = json_loadb(quoted->str, quoted->len, JSON_ALLOW_NUL, ret_why);

	g_string_free(quoted, TRUE);
	return line ? line : json_loadb(text, len, JSON_ALLOW_NUL, ret_why); /* for the place of its error */
}
