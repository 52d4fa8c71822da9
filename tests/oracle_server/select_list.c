/* What a select list tells: names of expressions, and their types where SQLite has none. */
#include "translate.h"
#include <string.h>

typedef struct FunctionType {
	const char *function, *declared;
} FunctionType;

static const FunctionType function_types[] = {
	{"COUNT", "NUMBER(0,0)"},
	{"SUM", "NUMBER"},
	{"AVG", "NUMBER"},
	{"LENGTH", "NUMBER"},
	{"INSTR", "NUMBER"},
	{"MOD", "NUMBER"},
	{"ROUND", "NUMBER"},
	{"ABS", "NUMBER"},
	{"TO_NUMBER", "NUMBER"},
	{"ORA_HASH", "NUMBER"},
	{"DBMS_LOB.GETLENGTH", "NUMBER"},
	{"ROW_NUMBER", "NUMBER"},
	{"LENGTHB", "NUMBER"},
	{"DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER", "NUMBER"},
	{"TIMESTAMP_TO_SCN", "NUMBER"},
	{"TO_CHAR", "VARCHAR2(4000)"},
	{"ROWIDTOCHAR", "VARCHAR2(18)"},
	{"SUBSTR", "VARCHAR2(4000)"},
	{"UPPER", "VARCHAR2(4000)"},
	{"LOWER", "VARCHAR2(4000)"},
	{"TRIM", "VARCHAR2(4000)"},
	{"LPAD", "VARCHAR2(4000)"},
	{"RPAD", "VARCHAR2(4000)"},
	{"SYS_CONTEXT", "VARCHAR2(256)"},
	{"USERENV", "VARCHAR2(64)"},
	{"RAWTOHEX", "VARCHAR2(4000)"},
	{"CHR", "VARCHAR2(4)"},
	{"LISTAGG", "VARCHAR2(4000)"},
	{"TO_DATE", "DATE"},
	{"SYSDATE", "DATE"},
	{"CURRENT_DATE", "DATE"},
	{"LAST_DAY", "DATE"},
	{"ADD_MONTHS", "DATE"},
	{"TO_TIMESTAMP", "TIMESTAMP(9)"},
	{"SYS_EXTRACT_UTC", "TIMESTAMP(9)"},
	{"LOCALTIMESTAMP", "TIMESTAMP(6)"},
	{"SYSTIMESTAMP", "TIMESTAMP(6) WITH TIME ZONE"},
	{"CURRENT_TIMESTAMP", "TIMESTAMP(6) WITH TIME ZONE"},
	{"TO_TIMESTAMP_TZ", "TIMESTAMP(9) WITH TIME ZONE"},
	{"USER", "VARCHAR2(128)"},
	{"UID", "NUMBER"},
	{"XMLSERIALIZE", "CLOB"},
	{"JSON_SERIALIZE", "CLOB"},
	{"VECTOR_SERIALIZE", "CLOB"},
	{"FROM_VECTOR", "CLOB"},
	{"TO_CLOB", "CLOB"},
	{"EMPTY_CLOB", "CLOB"},
	{"DBMS_METADATA.GET_DDL", "CLOB"},
	{"TO_NCLOB", "NCLOB"},
	{"EMPTY_BLOB", "BLOB"},
	{"TO_BLOB", "BLOB"},
	{"SYS_GUID", "RAW(16)"},
	{"HEXTORAW", "RAW(2000)"},
	{"UTL_RAW.CAST_TO_RAW", "RAW(2000)"},
	{"ROWNUM", "NUMBER"},
	{"CHARTOROWID", "ROWID"},
	{"TO_BINARY_DOUBLE", "BINARY_DOUBLE"},
	{"DBMS_ROWID.ROWID_CREATE", "ROWID"},
	{"TO_NCHAR", "NVARCHAR2(2000)"},
	{"UNISTR", "NVARCHAR2(2000)"},
};

/* Top-level tokens of an item, without what is in parentheses. */
static guint next_at_top(const Tokens *t, guint i)
{
	return tokens_is(t, i, "(") ? tokens_close(t, i) : i + 1;
}

static gboolean is_operand(const Tokens *t, guint i)
{
	TokenKind k = tokens_at(t, i)->kind;

	return k == TOKEN_WORD || k == TOKEN_QUOTED || k == TOKEN_STRING || k == TOKEN_NUMBER ||
	       k == TOKEN_BIND || tokens_is(t, i, ")");
}

/* Where the expression ends and an alias begins. */
static guint expression_end(const Tokens *t, guint from, guint to)
{
	TokenKind last = tokens_at(t, to - 1)->kind;

	if (to - from < 2 || (last != TOKEN_WORD && last != TOKEN_QUOTED) || tokens_is(t, to - 1, "END"))
		return to;
	if (tokens_is(t, to - 2, "AS"))
		return to - 2;
	return is_operand(t, to - 2) && !tokens_is(t, to - 2, "CASE") ? to - 1 : to;
}

/* DBMS_LOB.GETLENGTH, COUNT */
static char *function_name(const Tokens *t, guint from, guint end, guint *ret_behind)
{
	GString *name = g_string_new(NULL);
	guint i = from;

	while (i < end && tokens_at(t, i)->kind == TOKEN_WORD) {
		g_string_append(name, tokens_at(t, i)->text);
		i++;
		if (!tokens_is(t, i, "."))
			break;
		g_string_append_c(name, '.');
		i++;
	}
	*ret_behind = i;
	return g_string_free(name, FALSE);
}

/* CAST(x AS TYPE) */
static char *cast_type(const Tokens *t, guint from, guint end)
{
	for (guint i = from + 2; i < end - 1; i = next_at_top(t, i))
		if (tokens_is(t, i, "AS"))
			return tokens_join(t, i + 1, end - 1);
	return NULL;
}

static char *operator_type(const Tokens *t, guint from, guint end)
{
	gboolean calculates = FALSE;

	for (guint i = from; i < end; i = next_at_top(t, i)) {
		if (tokens_is(t, i, "CASE"))
			return NULL;
		if (tokens_is(t, i, "||"))
			return g_strdup("VARCHAR2(4000)");
		calculates |= i > from && (tokens_is(t, i, "+") || tokens_is(t, i, "-") ||
					   tokens_is(t, i, "*") || tokens_is(t, i, "/"));
	}
	return calculates ? g_strdup("NUMBER") : NULL;
}

static char *literal_type(const Token *token)
{
	if (token->kind == TOKEN_NUMBER)
		return g_strdup("NUMBER");
	if (token->kind == TOKEN_STRING && token->text && *token->text == '\'')
		return g_strdup_printf("CHAR(%ld)", MAX(1, g_utf8_strlen(token->text, -1) - 2));
	return NULL;
}

static char *type_of(const Tokens *t, guint from, guint end)
{
	guint behind;
	g_autofree char *name = NULL;

	if (end - from == 1 &&
	    (tokens_at(t, from)->kind == TOKEN_NUMBER || tokens_at(t, from)->kind == TOKEN_STRING))
		return literal_type(tokens_at(t, from));
	if (end - from == 2 && tokens_at(t, from + 1)->kind == TOKEN_STRING)
		return g_strdup(tokens_is(t, from, "DATE")        ? "DATE"
				: tokens_is(t, from, "TIMESTAMP") ? "TIMESTAMP(9)"
								  : NULL);
	if (end - from > 4 && tokens_is(t, end - 3, "GET_WKB") && tokens_is(t, end - 1, ")"))
		return g_strdup("BLOB");
	name = function_name(t, from, end, &behind);
	if (*name && (behind == end || (tokens_is(t, behind, "(") && tokens_close(t, behind) == end))) {
		if (!strcmp(name, "CAST"))
			return cast_type(t, from, end);
		if ((!strcmp(name, "MIN") || !strcmp(name, "MAX")) && tokens_is(t, end - 2, "ROWID"))
			return g_strdup("ROWID");
		for (guint i = 0; i < G_N_ELEMENTS(function_types); i++)
			if (!strcmp(name, function_types[i].function))
				return g_strdup(function_types[i].declared);
	}
	return operator_type(t, from, end);
}

static gboolean is_plain_column(const Tokens *t, guint from, guint end)
{
	for (guint i = from; i < end; i++)
		if (tokens_is(t, i, "(") || (tokens_at(t, i)->kind != TOKEN_WORD &&
					     tokens_at(t, i)->kind != TOKEN_QUOTED && !tokens_is(t, i, ".")))
			return FALSE;
	return TRUE;
}

/* As Oracle names an expression: its text without blanks, in upper case. */
static char *expression_name(const Tokens *t, guint from, guint end)
{
	GString *name = g_string_new(NULL);

	for (guint i = from; i < end; i++) {
		const Token *token = tokens_at(t, i);

		if (token->kind == TOKEN_WORD || token->kind == TOKEN_BIND) {
			g_autofree char *upper = g_ascii_strup(token->at, token->len);

			g_string_append(name, upper);
		} else {
			g_string_append_len(name, token->at, token->len);
		}
	}
	return g_string_free(name, FALSE);
}

/* CASE WHEN … THEN column END: as Ferry asks for a LOB. */
static char *case_column(const Tokens *t, guint from, guint end)
{
	if (end - from < 5 || !tokens_is(t, from, "CASE") || !tokens_is(t, end - 1, "END") ||
	    !tokens_is(t, end - 3, "THEN"))
		return NULL;
	return tokens_join(t, end - 2, end - 1);
}

/* MIN(column), MAX(column) */
static char *extreme_column(const Tokens *t, guint from, guint end)
{
	if (end - from != 4 || !(tokens_is(t, from, "MIN") || tokens_is(t, from, "MAX")) ||
	    tokens_is(t, from + 2, "ROWID"))
		return NULL;
	return tokens_join(t, from + 2, from + 3);
}

static void add_item(Translation *tr, guint from, guint to)
{
	const Tokens *t = &tr->tokens;
	guint end = expression_end(t, from, to);
	ItemHint item = {.declared = type_of(t, from, end),
			 .is_null = end - from == 1 && tokens_is(t, from, "NULL")};

	item.like = case_column(t, from, end);
	if (!item.like)
		item.like = extreme_column(t, from, end);
	if (end == to && (!is_plain_column(t, from, end) || item.declared || item.is_null))
		item.name = expression_name(t, from, end);
	g_array_append_val(tr->items, item);
}

/* The first SELECT that is not in parentheses: behind WITH's queries. */
static guint select_at(const Tokens *t)
{
	for (guint i = 0; tokens_at(t, i)->kind != TOKEN_END; i = next_at_top(t, i))
		if (tokens_is(t, i, "SELECT"))
			return i;
	return 0;
}

void translation_read_items(Translation *tr)
{
	const Tokens *t = &tr->tokens;
	guint i = select_at(t) + 1, from;

	if (tokens_is(t, i, "DISTINCT") || tokens_is(t, i, "ALL") || tokens_is(t, i, "UNIQUE"))
		i++;
	for (from = i; i < t->list->len; i = next_at_top(t, i)) {
		gboolean ends = tokens_at(t, i)->kind == TOKEN_END || tokens_is(t, i, "FROM");

		if (tokens_is(t, i, "*") && (i == from || tokens_is(t, i - 1, "."))) {
			g_array_set_size(tr->items, 0);
			return;
		}
		if ((ends || tokens_is(t, i, ",")) && i > from) {
			add_item(tr, from, i);
			from = i + 1;
		}
		if (ends) {
			tr->from_at = i;
			return;
		}
	}
}
