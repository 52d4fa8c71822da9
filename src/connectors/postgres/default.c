/*
 * What a default is, from the server's deparsed expression: literals lose their quotes and cast, the clock's
 * and UUID functions get their kind, everything else stays an expression.
 */
#include "connectors/postgres/catalog.h"
#include "data/value_text.h"

#include <string.h>

static void set_default(FerryColumnDef *column, FerryDefaultKind kind, char *text)
{
	column->default_kind = kind;
	g_free(column->default_text);
	column->default_text = text;
}

/* Behind a literal only a cast may follow: "::character varying(20)", "::app.mood", "::\"odd name\"". */
static bool is_cast_or_end(const char *rest)
{
	if (*rest == '\0')
		return true;
	if (!g_str_has_prefix(rest, "::"))
		return false;
	for (const char *p = rest + 2; *p != '\0'; p++) {
		if (*p == '"') {
			p = strchr(p + 1, '"');
			if (p == NULL)
				return false;
		} else if (!g_ascii_isalnum(*p) && strchr("_. (),[]", *p) == NULL) {
			return false;
		}
	}
	return true;
}

/* 'it''s' or E'a\\b': the bare text, *ret_rest behind the closing quote; NULL where it is none. */
static char *read_literal(const char *text, const char **ret_rest)
{
	bool has_escapes = *text == 'E' && text[1] == '\'';
	const char *p = text + has_escapes;
	if (*p != '\'')
		return NULL;
	GString *out = g_string_new(NULL);
	for (p++; *p != '\0'; p++) {
		if (*p == '\'' && p[1] != '\'') {
			*ret_rest = p + 1;
			return g_string_free(out, FALSE);
		}
		if (*p == '\'' || (has_escapes && *p == '\\' && p[1] == '\\'))
			p++;
		g_string_append_c(out, *p);
	}
	g_string_free(out, TRUE);
	return NULL;
}

/* -5, 1.5, (-5), with or without a cast. */
static char *read_number(const char *text)
{
	g_autofree char *copy = g_strdup(text);
	char *cast = strstr(copy, "::");
	if (cast != NULL && !is_cast_or_end(cast))
		return NULL;
	if (cast != NULL)
		*cast = '\0';
	size_t len = strlen(copy);
	char *bare = copy;
	if (len > 2 && copy[0] == '(' && copy[len - 1] == ')') {
		copy[len - 1] = '\0';
		bare++;
	}
	bool is_number = ferry_parse_decimal(bare, strlen(bare)) && (g_ascii_isdigit(*bare) || *bare == '-');
	return is_number ? g_strdup(bare) : NULL;
}

static bool is_one_of(const char *expression, const char *const *words)
{
	return g_strv_contains(words, expression);
}

static bool is_clock_type(FerryTypeId id)
{
	return id == FERRY_TYPE_DATE || id == FERRY_TYPE_TIME || id == FERRY_TYPE_TIMESTAMP ||
	       id == FERRY_TYPE_TIMESTAMPTZ;
}

static FerryDefaultKind function_kind(const FerryColumnDef *column, const char *expression)
{
	static const char *const timestamps[] = {"CURRENT_TIMESTAMP", "now()", "transaction_timestamp()",
						 "LOCALTIMESTAMP", NULL};
	static const char *const dates[] = {"CURRENT_DATE", "('now'::text)::date", NULL};
	static const char *const times[] = {"CURRENT_TIME", "LOCALTIME", NULL};
	static const char *const uuids[] = {"gen_random_uuid()", "uuid_generate_v4()",
					    "public.gen_random_uuid()", "public.uuid_generate_v4()", NULL};
	if (is_clock_type(column->type.id)) {
		if (is_one_of(expression, timestamps))
			return FERRY_DEFAULT_CURRENT_TIMESTAMP;
		if (is_one_of(expression, dates))
			return FERRY_DEFAULT_CURRENT_DATE;
		if (is_one_of(expression, times))
			return FERRY_DEFAULT_CURRENT_TIME;
	}
	if (column->type.id == FERRY_TYPE_UUID && is_one_of(expression, uuids))
		return FERRY_DEFAULT_UUID;
	return FERRY_DEFAULT_EXPRESSION;
}

void ferry_pg_classify_default(FerryColumnDef *column, const char *expression)
{
	if (expression == NULL)
		return;
	const char *rest = NULL;
	g_autofree char *literal = read_literal(expression, &rest);
	if (literal != NULL && is_cast_or_end(rest)) {
		set_default(column, FERRY_DEFAULT_LITERAL, g_steal_pointer(&literal));
		return;
	}
	char *number = read_number(expression);
	if (number != NULL) {
		set_default(column, FERRY_DEFAULT_LITERAL, number);
		return;
	}
	if (strcmp(expression, "true") == 0 || strcmp(expression, "false") == 0) {
		set_default(column, FERRY_DEFAULT_LITERAL, g_strdup(expression));
		return;
	}
	if (g_str_has_prefix(expression, "NULL") && is_cast_or_end(expression + 4)) {
		set_default(column, FERRY_DEFAULT_NULL, NULL);
		return;
	}
	FerryDefaultKind kind = function_kind(column, expression);
	/* A target of the same system takes the clock's words as they are. */
	set_default(column, kind, kind != FERRY_DEFAULT_UUID ? g_strdup(expression) : NULL);
}
