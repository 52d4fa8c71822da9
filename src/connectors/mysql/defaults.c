/*
 * Defaults and expressions as information_schema writes them. MariaDB (10.2.7 and later) writes what DDL
 * would say: 'text' quoted, numbers bare, NULL as the word, functions as calls. MySQL writes a literal's
 * content without quotes, and marks expressions with DEFAULT_GENERATED in EXTRA (8.0.13 and later);
 * CURRENT_TIMESTAMP has no mark before that.
 */
#include "connectors/mysql/types.h"

#include <string.h>

/* "now()", "current_timestamp(6)", "curdate()": the word, then nothing or parentheses with digits. */
static bool is_call(const char *text, const char *word)
{
	size_t n = strlen(word);
	if (g_ascii_strncasecmp(text, word, n))
		return false;
	text += n;
	if (!*text)
		return true;
	if (*text++ != '(')
		return false;
	text += strspn(text, "0123456789");
	return !strcmp(text, ")");
}

static FerryDefaultKind classify_expression(const char *text)
{
	static const struct {
		const char *word;
		FerryDefaultKind kind;
	} calls[] = {
		{"current_timestamp", FERRY_DEFAULT_CURRENT_TIMESTAMP},
		{"now", FERRY_DEFAULT_CURRENT_TIMESTAMP},
		{"localtimestamp", FERRY_DEFAULT_CURRENT_TIMESTAMP},
		{"localtime", FERRY_DEFAULT_CURRENT_TIMESTAMP},
		{"curdate", FERRY_DEFAULT_CURRENT_DATE},
		{"current_date", FERRY_DEFAULT_CURRENT_DATE},
		{"curtime", FERRY_DEFAULT_CURRENT_TIME},
		{"current_time", FERRY_DEFAULT_CURRENT_TIME},
		{"uuid", FERRY_DEFAULT_UUID},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
		if (is_call(text, calls[i].word))
			return calls[i].kind;
	return FERRY_DEFAULT_EXPRESSION;
}

static void set_expression(FerryColumnDef *column, const char *text)
{
	g_autofree char *clean = ferry_mysql_clean_expression(text);
	column->default_kind = classify_expression(clean);
	if (column->default_kind == FERRY_DEFAULT_EXPRESSION)
		column->default_text = g_steal_pointer(&clean);
}

/* b'101' in the column's width; NULL where it is none. */
static char *read_bits(const FerryColumnDef *column, const char *text)
{
	if (g_ascii_strncasecmp(text, "b'", 2))
		return NULL;
	text += 2;
	size_t n = strspn(text, "01");
	if (strcmp(text + n, "'"))
		return NULL;
	GString *out = g_string_new(NULL);
	for (gint64 i = (gint64)n; i < column->type.length; i++)
		g_string_append_c(out, '0');
	g_string_append_len(out, text, (gssize)n);
	return g_string_free(out, FALSE);
}

/* The text form of bytes: \x and hexadecimal digits. */
static char *to_byte_text(const GString *bytes)
{
	GString *out = g_string_new("\\x");
	for (gsize i = 0; i < bytes->len; i++)
		g_string_append_printf(out, "%02x", (unsigned)(guchar)bytes->str[i]);
	return g_string_free(out, FALSE);
}

/* MySQL 8 gives 0x… itself. NULL where it is not that. */
static char *read_spelled_bytes(const FerryColumnDef *column, const char *text)
{
	size_t n = strlen(text);
	if (column->type.id != FERRY_TYPE_BYTES || strncmp(text, "0x", 2) ||
	    n != 2 + strspn(text + 2, "0123456789abcdefABCDEF"))
		return NULL;
	return g_strdup_printf("\\x%s", text + 2);
}

/* 0000-00-00, and months or days that are zero. */
static bool is_zero_date(const char *text)
{
	return strlen(text) >= 10 &&
	       (!strncmp(text, "0000-", 5) || !strncmp(text + 5, "00", 2) || !strncmp(text + 8, "00", 2));
}

static bool set_literal(FerryColumnDef *column, const GString *literal)
{
	const char *text = literal->str;

	switch (column->type.id) {
	case FERRY_TYPE_BITS: {
		char *bits = read_bits(column, text);
		if (!bits)
			return false;
		column->default_text = bits;
		break;
	}
	case FERRY_TYPE_BYTES: column->default_text = to_byte_text(literal); break;
	case FERRY_TYPE_DATE:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
		if (is_zero_date(text))
			return false;
		/* The session's zone is UTC, and so is what the server prints. */
		column->default_text =
			g_strconcat(text, column->type.id == FERRY_TYPE_TIMESTAMPTZ ? "+00" : "", NULL);
		break;
	default: column->default_text = g_strdup(text);
	}
	column->default_kind = FERRY_DEFAULT_LITERAL;
	return true;
}

static bool parse_mariadb(FerryColumnDef *column, const char *text)
{
	const char *end;
	g_autoptr(GString) literal = ferry_mysql_unquote(text, &end);
	if (literal && !*end)
		return set_literal(column, literal);
	if (!strcmp(text, "NULL")) {
		column->default_kind = FERRY_DEFAULT_NULL;
		return true;
	}
	char *rest;
	(void)g_ascii_strtod(text, &rest);
	g_autoptr(GString) bare = g_string_new(text);
	if ((rest != text && !*rest) || !g_ascii_strncasecmp(text, "b'", 2))
		return set_literal(column, bare);
	set_expression(column, text);
	return true;
}

static bool parse_mysql(FerryColumnDef *column, const char *text, const char *extra)
{
	bool is_moment = column->type.id == FERRY_TYPE_TIMESTAMP || column->type.id == FERRY_TYPE_TIMESTAMPTZ;
	if (strstr(extra, "DEFAULT_GENERATED") || (is_moment && is_call(text, "CURRENT_TIMESTAMP"))) {
		set_expression(column, text);
		return true;
	}
	column->default_text = read_spelled_bytes(column, text);
	if (column->default_text) {
		column->default_kind = FERRY_DEFAULT_LITERAL;
		return true;
	}
	g_autoptr(GString) bare = g_string_new(text);
	return set_literal(column, bare);
}

bool ferry_mysql_parse_default(FerryColumnDef *column, const char *text, const char *extra, bool is_mariadb)
{
	column->default_kind = FERRY_DEFAULT_NONE;
	if (!text) {
		if (!is_mariadb && !column->not_null)
			column->default_kind = FERRY_DEFAULT_NULL;
		return true;
	}
	return is_mariadb ? parse_mariadb(column, text) : parse_mysql(column, text, extra);
}

/* MySQL 8 stores expressions with their quotes escaped: _utf8mb4\'it\\\'s\'. True where the first quote is
 * such a one. */
static bool is_escaped(const char *text)
{
	const char *quote = strpbrk(text, "'`");
	while (quote && *quote == '`') {
		quote = strchr(quote + 1, '`');
		quote = quote ? strpbrk(quote + 1, "'`") : NULL;
	}
	return quote && quote > text && quote[-1] == '\\';
}

static char *resolve_escapes(const char *text)
{
	GString *out = g_string_new(NULL);
	for (const char *p = text; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

/* Takes a word such as _utf8mb4 back, where it is what a literal begins with. */
static void drop_introducer(GString *out)
{
	gsize at = out->len;
	while (at > 0 && (g_ascii_isalnum(out->str[at - 1]) || out->str[at - 1] == '_'))
		at--;
	if (out->str[at] == '_' && out->len - at > 1)
		g_string_truncate(out, at);
}

static void append_literal(GString *out, const char *content)
{
	g_string_append_c(out, '\'');
	for (const char *p = content; *p; p++) {
		if (*p == '\'' || *p == '\\')
			g_string_append_c(out, *p);
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '\'');
}

char *ferry_mysql_clean_expression(const char *expression)
{
	g_autofree char *resolved =
		is_escaped(expression) ? resolve_escapes(expression) : g_strdup(expression);
	GString *out = g_string_new(NULL);

	for (const char *p = resolved; *p;) {
		if (*p == '`') {
			const char *end = strchr(p + 1, '`');
			end = end ? end + 1 : p + strlen(p);
			g_string_append_len(out, p, end - p);
			p = end;
		} else if (*p == '\'') {
			const char *end;
			g_autoptr(GString) content = ferry_mysql_unquote(p, &end);
			if (!content) {
				g_string_append(out, p);
				break;
			}
			drop_introducer(out);
			append_literal(out, content->str);
			p = end;
		} else {
			g_string_append_c(out, *p++);
		}
	}
	return g_string_free(out, FALSE);
}
