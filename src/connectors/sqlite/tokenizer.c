/*
 * The tokenizer, after https://www.sqlite.org/lang_keywords.html and lang_comment.html. Bytes from 0x80 on
 * are letters.
 */
#include "connectors/sqlite/tokenizer.h"

#include <string.h>

static bool is_word_char(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static const char *skip_blanks(const char *p)
{
	for (;;) {
		while (*p && strchr(" \t\n\r\f", *p))
			p++;
		if (p[0] == '-' && p[1] == '-') {
			while (*p && *p != '\n')
				p++;
		} else if (p[0] == '/' && p[1] == '*') {
			const char *end = strstr(p + 2, "*/");
			p = end ? end + 2 : p + strlen(p);
		} else {
			return p;
		}
	}
}

/* p is at the opening quote. A doubled closing quote is one character of the text, but not in [ ]. */
static const char *skip_quoted(const char *p)
{
	char close = *p == '[' ? ']' : *p;

	for (p++; *p; p++) {
		if (*p != close)
			continue;
		if (close == ']' || p[1] != close)
			return p + 1;
		p++;
	}
	return p;
}

static const char *skip_number(const char *p)
{
	for (; is_word_char(*p) || *p == '.'; p++)
		if ((*p == 'e' || *p == 'E') && (p[1] == '+' || p[1] == '-'))
			p++;
	return p;
}

SqliteToken ferry_sqlite_next_token(const char **at)
{
	const char *p = skip_blanks(*at), *end = p;
	SqliteTokenKind kind = SQLITE_TOKEN_END;

	if (*p == '\'') {
		kind = SQLITE_TOKEN_STRING;
		end = skip_quoted(p);
	} else if (*p == '"' || *p == '`' || *p == '[') {
		kind = SQLITE_TOKEN_NAME;
		end = skip_quoted(p);
	} else if ((*p == 'x' || *p == 'X') && p[1] == '\'') {
		kind = SQLITE_TOKEN_BLOB;
		end = skip_quoted(p + 1);
	} else if (g_ascii_isdigit(*p) || (*p == '.' && g_ascii_isdigit(p[1]))) {
		kind = SQLITE_TOKEN_NUMBER;
		end = skip_number(p);
	} else if (is_word_char(*p)) {
		kind = SQLITE_TOKEN_WORD;
		while (is_word_char(*end))
			end++;
	} else if (*p) {
		kind = SQLITE_TOKEN_OTHER;
		end = p + 1;
	}
	*at = end;
	return (SqliteToken){kind, p, (size_t)(end - p)};
}

bool ferry_sqlite_token_is(const SqliteToken *token, const char *word)
{
	return (token->kind == SQLITE_TOKEN_WORD || token->kind == SQLITE_TOKEN_OTHER) &&
	       token->len == strlen(word) && g_ascii_strncasecmp(token->text, word, token->len) == 0;
}

char *ferry_sqlite_token_unquote(const SqliteToken *token)
{
	if (token->kind != SQLITE_TOKEN_NAME && token->kind != SQLITE_TOKEN_STRING)
		return g_strndup(token->text, token->len);

	char close = token->text[0] == '[' ? ']' : token->text[0];
	const char *end = token->text + token->len;
	GString *out = g_string_new(NULL);

	if (token->len > 1 && end[-1] == close)
		end--;
	for (const char *p = token->text + 1; p < end; p++) {
		g_string_append_c(out, *p);
		if (*p == close && close != ']' && p + 1 < end)
			p++;
	}
	return g_string_free(out, false);
}
