/*
 * HIGH_VALUE of the dictionary: bounds of a partition as the server deparses them, a list of constants.
 *
 *     100, -1.5            numbers
 *     'EU', N'EU'          text
 *     TO_DATE(' 2024-01-01 00:00:00', 'SYYYY-MM-DD HH24:MI:SS', 'NLS_CALENDAR=GREGORIAN')
 *     TIMESTAMP' 2024-01-01 00:00:00'
 *     NULL, MAXVALUE, DEFAULT
 *
 * Whatever else stands there (tuples of a list over several columns, HEXTORAW) is no bound for us.
 */
#include "connectors/oracle/catalog.h"

#include "data/value_text.h"

#include <string.h>

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* The word, in any case, and nothing that would make it another one; where it ends, or NULL. */
static const char *take_word(const char *p, const char *word)
{
	size_t len = strlen(word);

	if (g_ascii_strncasecmp(p, word, len) != 0 || g_ascii_isalnum(p[len]) || p[len] == '_')
		return NULL;
	return p + len;
}

/* 'it''s': the bare text, *p behind the closing quote; NULL where it is none. */
static char *take_quoted(const char **p)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *at = *p;

	if (*at != '\'')
		return NULL;
	for (at++; *at; at++) {
		if (*at == '\'' && at[1] != '\'') {
			*p = at + 1;
			return g_string_free(g_steal_pointer(&out), FALSE);
		}
		at += *at == '\'';
		g_string_append_c(out, *at);
	}
	return NULL;
}

/* The format and calendar are those that the server writes; another one is not read. */
static char *take_to_date(const char **p)
{
	const char *at = skip_blanks(*p);
	g_autofree char *text = NULL, *format = NULL;

	if (*at != '(')
		return NULL;
	at = skip_blanks(at + 1);
	text = take_quoted(&at);
	at = skip_blanks(at);
	if (!text || *at != ',')
		return NULL;
	at = skip_blanks(at + 1);
	format = take_quoted(&at);
	if (!format || (strcmp(format, "SYYYY-MM-DD HH24:MI:SS") && strcmp(format, "YYYY-MM-DD HH24:MI:SS") &&
			strcmp(format, "YYYY-MM-DD") && strcmp(format, "SYYYY-MM-DD")))
		return NULL;
	at = skip_blanks(at);
	if (*at == ',') {
		at = skip_blanks(at + 1);
		g_autofree char *calendar = take_quoted(&at);
		if (g_strcmp0(calendar, "NLS_CALENDAR=GREGORIAN"))
			return NULL;
		at = skip_blanks(at);
	}
	if (*at != ')')
		return NULL;
	*p = at + 1;
	return g_strstrip(g_steal_pointer(&text));
}

static char *take_number(const char **p)
{
	size_t len = strspn(*p, "0123456789.+-eE");
	g_autofree char *text = g_strndup(*p, len);

	if (!len || !ferry_parse_decimal(text, len))
		return NULL;
	*p += len;
	return g_steal_pointer(&text);
}

/* A date alone is its midnight: the column has a time. */
static char *complete(char *date_taken)
{
	if (!date_taken || strlen(date_taken) != strlen("2024-01-01"))
		return date_taken;
	char *moment = g_strconcat(date_taken, " 00:00:00", NULL);
	g_free(date_taken);
	return moment;
}

static char *take_value(const char **p)
{
	const char *at;

	if ((at = take_word(*p, "TO_DATE"))) {
		*p = at;
		return complete(take_to_date(p));
	}
	if ((at = take_word(*p, "TIMESTAMP")) || (at = take_word(*p, "DATE"))) {
		*p = skip_blanks(at);
		char *text = take_quoted(p);
		return text ? complete(g_strstrip(text)) : NULL;
	}
	if ((**p == 'N' || **p == 'n') && (*p)[1] == '\'')
		(*p)++;
	return **p == '\'' ? take_quoted(p) : take_number(p);
}

static FerryBound *take_bound(const char **p, bool *is_default)
{
	static const struct {
		const char *word;
		FerryBoundKind kind;
	} words[] = {{"MAXVALUE", FERRY_BOUND_MAXVALUE}, {"NULL", FERRY_BOUND_NULL}};
	const char *at = take_word(*p, "DEFAULT");

	*is_default = at != NULL;
	if (at) {
		*p = at;
		return ferry_bound_new(FERRY_BOUND_NULL, NULL);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (!(at = take_word(*p, words[i].word)))
			continue;
		*p = at;
		return ferry_bound_new(words[i].kind, NULL);
	}
	g_autofree char *text = take_value(p);
	return text ? ferry_bound_new(FERRY_BOUND_VALUE, text) : NULL;
}

bool ferry_oracle_parse_bounds(const char *high_value, GPtrArray *bounds, bool *ret_is_default)
{
	const char *p = skip_blanks(high_value);

	*ret_is_default = false;
	for (;;) {
		bool is_default;
		FerryBound *bound = take_bound(&p, &is_default);

		if (!bound)
			return false;
		*ret_is_default |= is_default;
		if (is_default)
			ferry_bound_free(bound);
		else
			g_ptr_array_add(bounds, bound);
		p = skip_blanks(p);
		if (!*p)
			return true;
		if (*p != ',')
			return false;
		p = skip_blanks(p + 1);
	}
}
