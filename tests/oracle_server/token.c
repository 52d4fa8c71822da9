/* Oracle SQL cut into tokens (see token.h). */
#include "token.h"
#include <string.h>

void tokens_clear(Tokens *t)
{
	if (t->list)
		for (guint i = 0; i < t->list->len; i++)
			g_free(g_array_index(t->list, Token, i).text);
	g_clear_pointer(&t->list, g_array_unref);
}

Token *tokens_at(const Tokens *t, guint i)
{
	return &g_array_index(t->list, Token, MIN(i, t->list->len - 1));
}

gboolean tokens_is(const Tokens *t, guint i, const char *text)
{
	const Token *token = tokens_at(t, i);

	return (token->kind == TOKEN_WORD || token->kind == TOKEN_SYMBOL) && strlen(text) == token->len &&
	       !g_ascii_strncasecmp(token->at, text, token->len);
}

void tokens_set(Tokens *t, guint i, const char *text)
{
	Token *token = tokens_at(t, i);

	g_free(token->text);
	token->text = g_strdup(text);
}

void tokens_drop(Tokens *t, guint from, guint to)
{
	for (; from < to; from++)
		tokens_set(t, from, NULL);
}

guint tokens_close(const Tokens *t, guint i)
{
	int depth = 0;

	for (; tokens_at(t, i)->kind != TOKEN_END; i++) {
		depth += tokens_is(t, i, "(");
		depth -= tokens_is(t, i, ")");
		if (depth <= 0)
			return i + 1;
	}
	return i;
}

char *tokens_join(const Tokens *t, guint from, guint to)
{
	GString *s = g_string_new(NULL);

	for (; from < to; from++) {
		const char *text = tokens_at(t, from)->text;

		if (text && *text) {
			if (s->len && *text != ',' && *text != ')' && *text != '.' &&
			    s->str[s->len - 1] != '.' && s->str[s->len - 1] != '(')
				g_string_append_c(s, ' ');
			g_string_append(s, text);
		}
	}
	return g_string_free(s, FALSE);
}

static const char *skip_blank(const char *at)
{
	for (;;) {
		if (g_ascii_isspace(*at)) {
			at++;
		} else if (at[0] == '-' && at[1] == '-') {
			at += strcspn(at, "\n");
		} else if (at[0] == '/' && at[1] == '*') {
			const char *end = strstr(at + 2, "*/");

			at = end ? end + 2 : at + strlen(at);
		} else {
			return at;
		}
	}
}

static const char *skip_quoted(const char *at, char quote)
{
	for (at++; *at; at++)
		if (*at == quote) {
			if (at[1] != quote)
				return at + 1;
			at++;
		}
	return at;
}

/* q'[…]' */
static const char *skip_q_string(const char *at, GString *body)
{
	char open = at[2], close[3] = {open, '\'', 0};
	const char *end;

	close[0] = open == '[' ? ']' : open == '{' ? '}' : open == '(' ? ')' : open == '<' ? '>' : open;
	end = strstr(at + 3, close);
	if (!end)
		end = at + strlen(at);
	for (const char *c = at + 3; c < end; c++) {
		g_string_append_c(body, *c);
		if (*c == '\'')
			g_string_append_c(body, '\'');
	}
	return *end ? end + 2 : end;
}

static gboolean is_word(guchar c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || c == '#' || c >= 0x80;
}

static const char *number_end(const char *at)
{
	while (g_ascii_isdigit(*at))
		at++;
	if (*at == '.' && at[1] != '.')
		for (at++; g_ascii_isdigit(*at);)
			at++;
	if ((*at == 'e' || *at == 'E') &&
	    (g_ascii_isdigit(at[1]) || ((at[1] == '-' || at[1] == '+') && g_ascii_isdigit(at[2]))))
		for (at += 2; g_ascii_isdigit(*at);)
			at++;
	return at;
}

static const char *read_string(Token *t, const char *at)
{
	g_autoptr(GString) body = g_string_new("'");
	const char *start = at;

	t->kind = TOKEN_STRING;
	if (*at == 'n' || *at == 'N')
		at++;
	if (*at == 'q' || *at == 'Q') {
		at = skip_q_string(at, body);
		g_string_append_c(body, '\'');
	} else {
		const char *from = at;

		at = skip_quoted(at, '\'');
		g_string_assign(body, "");
		g_string_append_len(body, from, at - from);
	}
	/* '' is NULL */
	t->text = g_strdup(!strcmp(body->str, "''") ? "NULL" : body->str);
	t->len = at - start;
	return at;
}

static gboolean begins_string(const char *at)
{
	if (*at == 'n' || *at == 'N')
		at++;
	if ((*at == 'q' || *at == 'Q') && at[1] == '\'')
		return TRUE;
	return *at == '\'';
}

static const char *read_token(Token *t, const char *at)
{
	const char *start = at;

	if (begins_string(at))
		return read_string(t, at);
	if (*at == '"') {
		t->kind = TOKEN_QUOTED;
		at = skip_quoted(at, '"');
	} else if (g_ascii_isdigit(*at) || (*at == '.' && g_ascii_isdigit(at[1]))) {
		t->kind = TOKEN_NUMBER;
		at = number_end(at);
	} else if (is_word(*at)) {
		t->kind = TOKEN_WORD;
		while (is_word(*at))
			at++;
	} else if (*at == ':' && is_word(at[1])) {
		t->kind = TOKEN_BIND;
		for (at++; is_word(*at);)
			at++;
	} else {
		t->kind = TOKEN_SYMBOL;
		at += !strncmp(at, "||", 2) || !strncmp(at, "<=", 2) || !strncmp(at, ">=", 2) ||
				      !strncmp(at, "<>", 2) || !strncmp(at, "!=", 2) ||
				      !strncmp(at, "^=", 2) || !strncmp(at, ":=", 2) || !strncmp(at, "=>", 2)
			      ? 2
			      : 1;
	}
	t->len = at - start;
	t->text = t->kind == TOKEN_WORD ? g_ascii_strup(start, t->len) : g_strndup(start, t->len);
	return at;
}

void tokens_read(Tokens *t, const char *sql)
{
	const char *at = skip_blank(sql);

	t->list = g_array_new(FALSE, TRUE, sizeof(Token));
	while (*at) {
		Token token = {.at = at, .position = g_utf8_pointer_to_offset(sql, at)};

		at = skip_blank(read_token(&token, at));
		g_array_append_val(t->list, token);
	}
	g_array_append_val(t->list, ((Token){.kind = TOKEN_END, .at = at}));
}
