/*
 * Defaults from the dictionary's text. What is a literal or the clock is said so; all else is an expression,
 * which the mapping translates or reports.
 */
#include "connectors/oracle/catalog.h"

#include "data/value_text.h"

#include <string.h>

static void set_default(FerryColumnDef *column, FerryDefaultKind kind, const char *text)
{
	column->default_kind = kind;
	g_free(column->default_text);
	column->default_text = g_strdup(text);
}

static bool is_word(const char *text, const char *word)
{
	return g_ascii_strcasecmp(text, word) == 0;
}

/* One literal, and nothing behind it: 'it''s'. NULL where it is none. */
static char *read_literal(const char *text)
{
	if (*text != '\'')
		return NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	for (const char *p = text + 1; *p; p++) {
		if (*p == '\'' && p[1] == '\'') {
			p++;
		} else if (*p == '\'') {
			p += 1 + strspn(p + 1, " \t\r\n");
			return *p ? NULL : g_string_free(g_steal_pointer(&out), FALSE);
		}
		g_string_append_c(out, *p);
	}
	return NULL;
}

/* DATE '2020-01-01', TIMESTAMP '…': the literal's text. */
static char *read_typed_literal(const char *text)
{
	static const char *const words[] = {"DATE", "TIMESTAMP"};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		size_t len = strlen(words[i]);
		if (g_ascii_strncasecmp(text, words[i], len) == 0 && strchr(" '\t", text[len]) && text[len])
			return read_literal(text + len + strspn(text + len, " \t"));
	}
	return NULL;
}

static bool is_clock(const char *text)
{
	static const char *const words[] = {
		"SYSDATE",      "SYSTIMESTAMP",    "CURRENT_TIMESTAMP",   "LOCALTIMESTAMP",
		"CURRENT_DATE", "SYSTIMESTAMP(6)", "CURRENT_TIMESTAMP(6)"};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (is_word(text, words[i]))
			return true;
	return false;
}

static bool is_moment(FerryTypeId id)
{
	return id == FERRY_TYPE_TIMESTAMP || id == FERRY_TYPE_TIMESTAMPTZ;
}

/* Brackets around the whole are left out. */
static char *strip_brackets(const char *text)
{
	char *out = g_strstrip(g_strdup(text));
	size_t len;

	while ((len = strlen(out)) > 2 && out[0] == '(' && out[len - 1] == ')' && !strpbrk(out + 1, "(") &&
	       strchr(out, ')') == out + len - 1) {
		out[len - 1] = '\0';
		char *inner = g_strstrip(g_strdup(out + 1));
		g_free(out);
		out = inner;
	}
	return out;
}

void ferry_oracle_parse_default(FerryColumnDef *column, const char *text)
{
	g_autofree char *plain = strip_brackets(text);
	g_autofree char *literal = read_literal(plain), *typed = literal ? NULL : read_typed_literal(plain);

	/* An empty text is NULL. */
	if (is_word(plain, "NULL") || (literal && !*literal))
		set_default(column, FERRY_DEFAULT_NULL, NULL);
	else if (literal)
		set_default(column, FERRY_DEFAULT_LITERAL, literal);
	else if (typed && is_moment(column->type.id))
		set_default(column, FERRY_DEFAULT_LITERAL, typed);
	else if (ferry_parse_decimal(plain, strlen(plain)))
		set_default(column, FERRY_DEFAULT_LITERAL, plain);
	else if (is_clock(plain) && is_moment(column->type.id))
		set_default(column, FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL);
	else
		set_default(column, FERRY_DEFAULT_EXPRESSION, plain);
}
