/*
 * Tokens of SQL expressions: see expression_lex.h.
 *
 * Quoting by dialect:
 *             'x'                 "x"                     `x`    [x]
 *   mysql     text, \ escapes     text, \ escapes         name   -
 *   postgres  text; E'x' escapes  name                    -      (array)
 *   sqlite    text                name (or text)          name   name
 *   oracle    text; N'x', q'[x]'  name                    -      -
 *
 * MySQL 8 keeps generation and check expressions in information_schema with one more round of escapes:
 * _utf8mb4\'it\\\'s\'. A backslash outside of a literal is the sign of it (it means nothing else in MySQL);
 * that round is undone first.
 */
#include "mapping/expression_lex.h"

#include <string.h>

typedef struct Lexer {
	const char *at;
	bool is_mysql, is_postgres, is_sqlite, is_oracle;
	GArray *tokens;
	char *reason;
} Lexer;

static const char *const operators[] = {
	"!~~*", "^=", "->>", "#>>", "<=>", "!~~", "~~*", "!~*", "::", "||", "&&", "<>", "!=",
	"<=",   ">=", "==",  "<<",  ">>",  "->",  "~~",  "~*",  "!~", "@>", "<@", "#>", NULL,
};

static void free_token(gpointer data)
{
	g_free(((Token *)data)->text);
}

static void add(Lexer *lexer, TokenKind kind, char *text)
{
	Token token = {.kind = kind, .text = text};

	g_array_append_val(lexer->tokens, token);
}

static bool refuse(Lexer *lexer, const char *what, const char *word, int len)
{
	g_autofree char *cut = g_utf8_make_valid(word, MIN(len, 40)); /* the cut may have split a character */

	lexer->reason = g_strdup_printf("%s %s", what, cut);
	return false;
}

/* One escape of MySQL's and of E''. False for what is none, and for \0. */
static bool append_escape(GString *out, char c, bool is_mysql)
{
	switch (c) {
	case '0': return false;
	case 'n': g_string_append_c(out, '\n'); return true;
	case 't': g_string_append_c(out, '\t'); return true;
	case 'r': g_string_append_c(out, '\r'); return true;
	case 'b': g_string_append_c(out, '\b'); return true;
	case 'Z': g_string_append_c(out, is_mysql ? '\032' : 'Z'); return true;
	case '%':
	case '_': /* MySQL keeps the backslash: they matter to LIKE only */
		g_string_append_c(out, '\\');
		g_string_append_c(out, c);
		return is_mysql;
	case 'x':
	case 'u':
	case 'U': g_string_append_c(out, c); return is_mysql;
	case '\0': return false;
	default: g_string_append_c(out, c); return is_mysql || !g_ascii_isdigit(c);
	}
}

/* From an opening quote to the closing one; doubled quotes stand for themselves. */
static bool read_quoted(Lexer *lexer, char close, bool has_escapes, TokenKind kind)
{
	const char *start = lexer->at++;
	g_autoptr(GString) out = g_string_new(NULL);

	for (;; lexer->at++) {
		char c = *lexer->at;

		if (c == '\0')
			return refuse(lexer, "a quote is not closed at", start, (int)strlen(start));
		if (c == '\\' && has_escapes) {
			if (!append_escape(out, *++lexer->at, lexer->is_mysql))
				return refuse(lexer, "an escape in the literal", start,
					      (int)(lexer->at - start));
			continue;
		}
		if (c == close) {
			if (lexer->at[1] != close || close == ']')
				break;
			lexer->at++;
		}
		g_string_append_c(out, c);
	}
	lexer->at++;
	add(lexer, kind, g_string_free(g_steal_pointer(&out), FALSE));
	return true;
}

static bool is_word_start(char c)
{
	return g_ascii_isalpha(c) || c == '_' || (unsigned char)c >= 0x80;
}

static size_t word_len(const Lexer *lexer, const char *text)
{
	size_t len = 0;

	while (is_word_start(text[len]) || g_ascii_isdigit(text[len]) || (len && text[len] == '$') ||
	       (len && text[len] == '#' && lexer->is_oracle))
		len++;
	return len;
}

/* Oracle's q'[it's]', from its opening quote: a character, and the same or its counterpart before the closing
 * quote. */
static bool read_chosen_quotes(Lexer *lexer)
{
	const char *start = lexer->at, *begin = start + 2;
	static const char opening[] = "[({<", closing[] = "])}>";
	const char *pair = start[1] ? strchr(opening, start[1]) : NULL;
	char end[3] = {pair ? closing[pair - opening] : start[1], '\'', '\0'};
	const char *found = start[1] ? strstr(begin, end) : NULL;

	if (!found)
		return refuse(lexer, "a quote is not closed at", start, (int)strlen(start));
	add(lexer, TOKEN_STRING, g_strndup(begin, (gsize)(found - begin)));
	lexer->at = found + 2;
	return true;
}

/* What stands before a quote: E'…' in PostgreSQL, N'…' and q'…' in Oracle. */
static bool read_marked_literal(Lexer *lexer, const char *word, size_t len)
{
	char mark = len == 1 ? g_ascii_toupper(*word) : '\0';

	lexer->at = word + len;
	if (lexer->is_postgres && mark == 'E')
		return read_quoted(lexer, '\'', true, TOKEN_STRING);
	if (lexer->is_oracle && mark == 'N')
		return read_quoted(lexer, '\'', false, TOKEN_STRING);
	if (lexer->is_oracle && mark == 'Q')
		return read_chosen_quotes(lexer);
	return refuse(lexer, "the literal", word, (int)strlen(word));
}

/* _utf8mb4'x': the literal is in our encoding already, as the whole expression is. */
static bool is_introducer(const char *word, size_t len)
{
	static const char *const known[] = {"_utf8mb4", "_utf8mb3", "_utf8", "_ascii", "_latin1", NULL};

	for (size_t i = 0; known[i]; i++)
		if (strlen(known[i]) == len && g_ascii_strncasecmp(known[i], word, len) == 0)
			return true;
	return false;
}

static bool read_word(Lexer *lexer)
{
	const char *word = lexer->at;
	size_t len = word_len(lexer, word);
	const char *after = word + len;

	if (lexer->is_mysql && word[0] == '_') {
		const char *quote = after + strspn(after, " ");

		if (*quote == '\'' && is_introducer(word, len)) {
			lexer->at = quote;
			return true;
		}
	}
	/* DATE'2020-01-01' needs no blank. */
	if (*after == '\'' && !(lexer->is_oracle && len > 1))
		return read_marked_literal(lexer, word, len);
	add(lexer, TOKEN_WORD, g_strndup(word, len));
	lexer->at = after;
	return true;
}

static bool read_number(Lexer *lexer)
{
	const char *start = lexer->at, *p = start;

	while (g_ascii_isdigit(*p))
		p++;
	if (*p == '.')
		for (p++; g_ascii_isdigit(*p);)
			p++;
	if ((*p == 'e' || *p == 'E') &&
	    (g_ascii_isdigit(p[1]) || ((p[1] == '+' || p[1] == '-') && g_ascii_isdigit(p[2]))))
		for (p += 2; g_ascii_isdigit(*p);)
			p++;
	if (is_word_start(*p))
		return refuse(lexer, "the number", start, (int)(p - start + 1));
	add(lexer, TOKEN_NUMBER, g_strndup(start, (gsize)(p - start)));
	lexer->at = p;
	return true;
}

static bool read_operator(Lexer *lexer)
{
	if (g_str_has_prefix(lexer->at, "--") || g_str_has_prefix(lexer->at, "/*") ||
	    (*lexer->at == '#' && lexer->is_mysql))
		return refuse(lexer, "a comment at", lexer->at, (int)strlen(lexer->at));
	for (size_t i = 0; operators[i]; i++)
		if (g_str_has_prefix(lexer->at, operators[i])) {
			add(lexer, TOKEN_OPERATOR, g_strdup(operators[i]));
			lexer->at += strlen(operators[i]);
			return true;
		}
	if (!strchr("()[],.=<>+-*/%!~&|^@#?:", *lexer->at))
		return refuse(lexer, "the character", lexer->at, 1);
	add(lexer, TOKEN_OPERATOR, g_strndup(lexer->at++, 1));
	return true;
}

static bool read_token(Lexer *lexer)
{
	char c = *lexer->at;

	if (c == '\'')
		return read_quoted(lexer, '\'', lexer->is_mysql, TOKEN_STRING);
	if (c == '"' && lexer->is_mysql)
		return read_quoted(lexer, '"', true, TOKEN_STRING);
	if (c == '"') {
		if (!read_quoted(lexer, '"', false, TOKEN_QUOTED))
			return false;
		g_array_index(lexer->tokens, Token, lexer->tokens->len - 1).is_double_quoted = true;
		return true;
	}
	if (c == '`' && !lexer->is_postgres && !lexer->is_oracle)
		return read_quoted(lexer, '`', false, TOKEN_QUOTED);
	if (c == '[' && lexer->is_sqlite)
		return read_quoted(lexer, ']', false, TOKEN_QUOTED);
	if (g_ascii_isdigit(c) || (c == '.' && g_ascii_isdigit(lexer->at[1])))
		return read_number(lexer);
	if (is_word_start(c))
		return read_word(lexer);
	return read_operator(lexer);
}

/* Is there a backslash outside of literals and names? */
static bool is_escaped_twice(const char *text)
{
	char quote = '\0';

	for (const char *p = text; *p; p++) {
		if (!quote && *p == '\\')
			return true;
		if (!quote && (*p == '\'' || *p == '"' || *p == '`'))
			quote = *p;
		else if (quote && *p == '\\' && quote != '`' && p[1])
			p++;
		else if (quote == *p)
			quote = '\0';
	}
	return false;
}

static char *unescape_once(const char *text)
{
	GString *out = g_string_new(NULL);

	for (const char *p = text; *p; p++) {
		if (*p == '\\' && p[1])
			g_string_append_c(out, *++p == 'n' ? '\n' : *p);
		else
			g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

/* White space; in Oracle, whose views keep them, comments and hints, too. */
static void skip_space(Lexer *lexer)
{
	for (;;) {
		const char *end = NULL;

		while (g_ascii_isspace(*lexer->at))
			lexer->at++;
		if (lexer->is_oracle && g_str_has_prefix(lexer->at, "--"))
			lexer->at += strcspn(lexer->at, "\n");
		else if (lexer->is_oracle && g_str_has_prefix(lexer->at, "/*") &&
			 (end = strstr(lexer->at + 2, "*/")) != NULL)
			lexer->at = end + 2;
		else
			return;
	}
}

GArray *ferry_expression_lex(const char *expression, const char *dialect, char **ret_reason)
{
	Lexer lexer = {
		.is_mysql = strcmp(dialect, "mysql") == 0,
		.is_postgres = strcmp(dialect, "postgres") == 0,
		.is_sqlite = strcmp(dialect, "sqlite") == 0,
		.is_oracle = strcmp(dialect, "oracle") == 0,
	};
	g_autofree char *unescaped =
		lexer.is_mysql && is_escaped_twice(expression) ? unescape_once(expression) : NULL;

	lexer.at = unescaped ? unescaped : expression;
	lexer.tokens = g_array_new(FALSE, TRUE, sizeof(Token));
	g_array_set_clear_func(lexer.tokens, free_token);
	for (;;) {
		skip_space(&lexer);
		if (!*lexer.at)
			break;
		if (!read_token(&lexer)) {
			g_array_unref(lexer.tokens);
			*ret_reason = lexer.reason;
			return NULL;
		}
	}
	add(&lexer, TOKEN_END, g_strdup("its end"));
	return lexer.tokens;
}
