/*
 * Defaults, as PRAGMA table_xinfo gives their text. A double-quoted or bare word that is no keyword is a text
 * to SQLite.
 */
#include "connectors/sqlite/ddl_parse.h"
#include "connectors/sqlite/private.h"
#include "connectors/sqlite/tokenizer.h"

#include <string.h>

/* Spellings of "now" that mean the same as the keyword; compared without blanks and in lower case. */
static const struct {
	const char *text;
	FerryDefaultKind kind;
} now_words[] = {
	{"current_timestamp", FERRY_DEFAULT_CURRENT_TIMESTAMP},
	{"current_date", FERRY_DEFAULT_CURRENT_DATE},
	{"current_time", FERRY_DEFAULT_CURRENT_TIME},
	{"datetime('now')", FERRY_DEFAULT_CURRENT_TIMESTAMP},
	{"datetime()", FERRY_DEFAULT_CURRENT_TIMESTAMP},
	{"date('now')", FERRY_DEFAULT_CURRENT_DATE},
	{"date()", FERRY_DEFAULT_CURRENT_DATE},
	{"time('now')", FERRY_DEFAULT_CURRENT_TIME},
	{"time()", FERRY_DEFAULT_CURRENT_TIME},
	{"strftime('%y-%m-%d%h:%m:%s','now')", FERRY_DEFAULT_CURRENT_TIMESTAMP},
	{"strftime('%y-%m-%d','now')", FERRY_DEFAULT_CURRENT_DATE},
};

static void set_default(FerryColumnDef *column, FerryDefaultKind kind, char *take_text)
{
	column->default_kind = kind;
	column->default_text = take_text;
}

static bool take_now(const char *text, FerryColumnDef *column)
{
	g_autoptr(GString) squeezed = g_string_new(NULL);

	for (; *text; text++)
		if (!g_ascii_isspace(*text))
			g_string_append_c(squeezed, g_ascii_tolower(*text));
	while (squeezed->len > 2 && squeezed->str[0] == '(' && squeezed->str[squeezed->len - 1] == ')') {
		g_string_truncate(squeezed, squeezed->len - 1);
		g_string_erase(squeezed, 0, 1);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(now_words); i++) {
		if (strcmp(squeezed->str, now_words[i].text) == 0) {
			set_default(column, now_words[i].kind, NULL);
			return true;
		}
	}
	return false;
}

/* x'ab' as \xab, which is how bytes are written in a catalog. */
static char *blob_text(const SqliteToken *token)
{
	g_autofree char *hex = g_ascii_strdown(token->text + 2, (gssize)token->len - 3);

	return g_strconcat("\\x", hex, NULL);
}

static void take_word(const SqliteToken *token, FerryColumnDef *column)
{
	bool is_bool = column->type.id == FERRY_TYPE_BOOL;

	if (ferry_sqlite_token_is(token, "NULL"))
		set_default(column, FERRY_DEFAULT_NULL, NULL);
	else if (ferry_sqlite_token_is(token, "true"))
		set_default(column, FERRY_DEFAULT_LITERAL, g_strdup(is_bool ? "true" : "1"));
	else if (ferry_sqlite_token_is(token, "false"))
		set_default(column, FERRY_DEFAULT_LITERAL, g_strdup(is_bool ? "false" : "0"));
	else
		set_default(column, FERRY_DEFAULT_LITERAL, ferry_sqlite_token_unquote(token));
}

/* 0x1F means 31, and only to SQLite. */
static char *number_text(const SqliteToken *token, bool is_negative)
{
	g_autofree char *digits = g_strndup(token->text, token->len);

	if (g_ascii_strncasecmp(digits, "0x", 2) == 0)
		return g_strdup_printf("%s%" G_GINT64_FORMAT, is_negative ? "-" : "",
				       (gint64)g_ascii_strtoull(digits + 2, NULL, 16));
	return g_strconcat(is_negative ? "-" : "", digits, NULL);
}

/* One value, perhaps with a sign or in parentheses; false: something else. */
static bool take_value(const char *text, FerryColumnDef *column)
{
	bool is_signed, is_negative;
	int depth = 0;
	SqliteToken token;

	for (token = ferry_sqlite_next_token(&text); ferry_sqlite_token_is(&token, "("); depth++)
		token = ferry_sqlite_next_token(&text);
	is_negative = ferry_sqlite_token_is(&token, "-");
	is_signed = is_negative || ferry_sqlite_token_is(&token, "+");
	if (is_signed)
		token = ferry_sqlite_next_token(&text);
	SqliteToken value = token;
	for (token = ferry_sqlite_next_token(&text); ferry_sqlite_token_is(&token, ")"); depth--)
		token = ferry_sqlite_next_token(&text);
	if (token.kind != SQLITE_TOKEN_END || depth != 0 || (is_signed && value.kind != SQLITE_TOKEN_NUMBER))
		return false;
	if (value.kind == SQLITE_TOKEN_NUMBER || value.kind == SQLITE_TOKEN_BLOB)
		column->default_sql =
			g_strdup_printf("%s%.*s", is_negative ? "-" : "", (int)value.len, value.text);
	switch (value.kind) {
	case SQLITE_TOKEN_NUMBER:
		set_default(column, FERRY_DEFAULT_LITERAL, number_text(&value, is_negative));
		return true;
	case SQLITE_TOKEN_STRING:
	case SQLITE_TOKEN_NAME:
		set_default(column, FERRY_DEFAULT_LITERAL, ferry_sqlite_token_unquote(&value));
		return true;
	case SQLITE_TOKEN_BLOB: set_default(column, FERRY_DEFAULT_LITERAL, blob_text(&value)); return true;
	case SQLITE_TOKEN_WORD: take_word(&value, column); return true;
	default: return false;
	}
}

/* A literal that is neither number nor blob is a text, or one of the words that mean 1 and 0. */
static void set_sql(const char *text, FerryColumnDef *column)
{
	bool is_word = g_ascii_strcasecmp(text, "true") == 0 || g_ascii_strcasecmp(text, "false") == 0;

	if (column->default_kind == FERRY_DEFAULT_LITERAL && !column->default_sql)
		column->default_sql = is_word ? g_strdup(g_ascii_tolower(*text) == 't' ? "1" : "0")
					      : ferry_sqlite_quote_literal(column->default_text);
}

void ferry_sqlite_parse_default(const char *text, FerryColumnDef *column)
{
	if (!text)
		return;
	if (!take_now(text, column) && !take_value(text, column))
		set_default(column, FERRY_DEFAULT_EXPRESSION, g_strdup(text));
	set_sql(text, column);
}
