/*
 * Expressions as text, for the comparison: two spellings of one expression differ in quotes, brackets, casts,
 * blanks and capitals; what is left after those are taken away is compared. Literals keep their case and
 * blanks.
 */
#include "mapping/compare_internal.h"

#include <string.h>

/* Copies a literal with its quotes; returns what follows it. */
static const char *copy_literal(const char *p, GString *out)
{
	g_string_append_c(out, *p++);
	while (*p) {
		g_string_append_c(out, *p);
		if (*p++ == '\'' && *p != '\'')
			break;
		if (p[-1] == '\'')
			g_string_append_c(out, *p++);
	}
	return p;
}

/* ::character varying(10)[] */
static const char *skip_cast(const char *p)
{
	p += 2;
	while (g_ascii_isalnum(*p) || (*p && strchr("_\".[] ", *p) && !g_str_has_prefix(p, " )"))) {
		if (*p == ' ' && !g_str_has_prefix(p, " varying") && !g_str_has_prefix(p, " with") &&
		    !g_str_has_prefix(p, " precision") && !g_str_has_prefix(p, " time") &&
		    !g_str_has_prefix(p, " zone"))
			break;
		p++;
	}
	if (*p == '(' && g_ascii_isdigit(p[1]))
		while (*p && *p++ != ')')
			;
	return p;
}

char *ferry_compare_plain(const char *expression)
{
	GString *out = g_string_new(NULL);

	for (const char *p = expression ? expression : ""; *p;) {
		if (*p == '\'')
			p = copy_literal(p, out);
		else if (g_str_has_prefix(p, "::"))
			p = skip_cast(p);
		else if (strchr(" \t\n()\"`", *p))
			p++;
		else
			g_string_append_c(out, g_ascii_tolower(*p++));
	}
	return g_string_free(out, FALSE);
}

bool ferry_compare_same_text(const char *a, const char *b)
{
	g_autofree char *x = ferry_compare_plain(a), *y = ferry_compare_plain(b);

	return strcmp(x, y) == 0;
}

static bool is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_' || (signed char)c < 0;
}

bool ferry_compare_mentions(const char *expression, const char *column)
{
	size_t len = strlen(column);

	for (const char *p = expression; *p; p++) {
		if (*p == '\'') { /* not in literals */
			g_autoptr(GString) skipped = g_string_new(NULL);
			p = copy_literal(p, skipped) - 1;
			continue;
		}
		if (g_ascii_strncasecmp(p, column, len) == 0 && !is_word(p[len]) &&
		    (p == expression || !is_word(p[-1])))
			return true;
	}
	return false;
}
