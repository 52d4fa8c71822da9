/* Oracle's statements as SQLite understands them (see translate.h): token by token, in passes. */
#include "translate.h"
#include "merge.h"
#include "rowid.h"
#include <string.h>

/* Words without parentheses that are functions here. */
static const char *const plain_functions[][2] = {
	{"SYSDATE", "ORA_SYSDATE()"},
	{"CURRENT_DATE", "ORA_SYSDATE()"},
	{"SYSTIMESTAMP", "ORA_SYSTIMESTAMP()"},
	{"CURRENT_TIMESTAMP", "ORA_SYSTIMESTAMP()"},
	{"LOCALTIMESTAMP", "ORA_LOCALTIMESTAMP()"},
	{"USER", "ORA_USER()"},
	{"UID", "107"},
	{"MINUS", "EXCEPT"},
	{"DBTIMEZONE", "'+00:00'"},
	{"SESSIONTIMEZONE", "'+00:00'"},
};
/* Columns of dictionary views and such that are SQLite's own words. */
static const char *const reserved[] = {"DEFERRABLE",    "LIMIT",   "TRANSACTION", "GLOB",
				       "AUTOINCREMENT", "NOTHING", "ISNULL",      "NOTNULL",
				       "INDEXED",       "COMMIT",  "REGEXP",      "MATCH"};
static const char *const packages[] = {"DBMS_ROWID",   "DBMS_LOB",   "DBMS_FLASHBACK", "DBMS_METADATA",
				       "DBMS_SESSION", "DBMS_LOCK",  "UTL_RAW",        "DBMS_UTILITY",
				       "SDO_UTIL",     "DBMS_XMLGEN"};

static gboolean is_one_of(const Tokens *t, guint i, const char *const *words, guint n)
{
	for (guint k = 0; k < n; k++)
		if (tokens_is(t, i, words[k]))
			return TRUE;
	return FALSE;
}

static StatementKind kind_of(const Tokens *t)
{
	static const struct {
		const char *word;
		StatementKind kind;
	} kinds[] = {
		{"SELECT", STATEMENT_QUERY},      {"WITH", STATEMENT_QUERY},
		{"(", STATEMENT_QUERY},           {"INSERT", STATEMENT_INSERT},
		{"UPDATE", STATEMENT_UPDATE},     {"DELETE", STATEMENT_DELETE},
		{"MERGE", STATEMENT_UPDATE},      {"CREATE", STATEMENT_DDL},
		{"DROP", STATEMENT_DDL},          {"TRUNCATE", STATEMENT_DDL},
		{"COMMENT", STATEMENT_DDL},       {"GRANT", STATEMENT_DDL},
		{"BEGIN", STATEMENT_PLSQL},       {"DECLARE", STATEMENT_PLSQL},
		{"CALL", STATEMENT_PLSQL},        {"COMMIT", STATEMENT_COMMIT},
		{"ROLLBACK", STATEMENT_ROLLBACK}, {"SAVEPOINT", STATEMENT_SESSION},
		{"SET", STATEMENT_SESSION},       {"LOCK", STATEMENT_SESSION},
	};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (tokens_is(t, 0, kinds[i].word))
			return kinds[i].kind;
	if (tokens_is(t, 0, "ALTER"))
		return tokens_is(t, 1, "SESSION") ? STATEMENT_SESSION : STATEMENT_DDL;
	return STATEMENT_UNKNOWN;
}

/* Each place counts, also of the same name: so the protocol sends them. */
static void number_binds(Translation *t)
{
	for (guint i = 0; i < t->tokens.list->len; i++)
		if (tokens_at(&t->tokens, i)->kind == TOKEN_BIND) {
			g_autofree char *text = g_strdup_printf("?%u", ++t->n_binds);

			tokens_set(&t->tokens, i, text);
		}
}

/* Behind one value: a number, a bind, a name, a call, something in parentheses. */
static guint value_end(const Tokens *t, guint i)
{
	if (tokens_is(t, i, "("))
		return tokens_close(t, i);
	for (i++; tokens_is(t, i, "."); i += 2)
		;
	return tokens_is(t, i, "(") ? tokens_close(t, i) : i;
}

/* All readers see the same here: AS OF is taken and left out. */
static void drop_as_of(Tokens *t, guint i)
{
	guint end;

	if (!tokens_is(t, i, "AS") || !tokens_is(t, i + 1, "OF"))
		return;
	end = value_end(t, i + 3);
	tokens_drop(t, i, end);
}

/* OFFSET n ROWS FETCH FIRST m ROWS ONLY */
static void limit_rows(Tokens *t, guint i)
{
	guint offset = 0, at = i;
	g_autofree char *text = NULL;
	const char *count = "1";

	if (tokens_is(t, i, "OFFSET") && (tokens_is(t, i + 2, "ROWS") || tokens_is(t, i + 2, "ROW"))) {
		offset = i + 1;
		at = i + 3;
	}
	if (!tokens_is(t, at, "FETCH") || !(tokens_is(t, at + 1, "FIRST") || tokens_is(t, at + 1, "NEXT"))) {
		if (!offset)
			return;
		text = g_strdup_printf("LIMIT -1 OFFSET %s", tokens_at(t, offset)->text);
	} else {
		guint end = at + 2;

		if (!tokens_is(t, end, "ROWS") && !tokens_is(t, end, "ROW"))
			count = tokens_at(t, end++)->text;
		text = offset ? g_strdup_printf("LIMIT %s OFFSET %s", count, tokens_at(t, offset)->text)
			      : g_strdup_printf("LIMIT %s", count);
		at = end + 2;
	}
	tokens_drop(t, i, at);
	tokens_set(t, i, text);
}

/* Appends to what the token already is. */
static void add_behind(Tokens *t, guint i, const char *text)
{
	const char *old = tokens_at(t, i)->text;
	g_autofree char *both = g_strdup_printf("%s %s", old ? old : "", text);

	tokens_set(t, i, both);
}

static void add_before(Tokens *t, guint i, const char *text)
{
	const char *old = tokens_at(t, i)->text;
	g_autofree char *both = g_strdup_printf("%s %s", text, old ? old : "");

	tokens_set(t, i, both);
}

/* ROWNUM <= n in a condition: a LIMIT at the end of its query. Elsewhere it counts rows. */
static void limit_rownum(Tokens *t, guint i)
{
	gboolean less = tokens_is(t, i + 1, "<"),
		 is_limit = less || tokens_is(t, i + 1, "<=") || tokens_is(t, i + 1, "=");
	g_autofree char *text = NULL;
	guint end = i + 2;
	int depth = 0;

	if (!tokens_is(t, i, "ROWNUM"))
		return;
	if (!is_limit) {
		tokens_set(t, i, "ROW_NUMBER() OVER ()");
		return;
	}
	text = g_strdup_printf(less ? "LIMIT %s - 1" : "LIMIT %s", tokens_at(t, i + 2)->text);
	for (; tokens_at(t, end + 1)->kind != TOKEN_END; end++) {
		depth += tokens_is(t, end + 1, "(");
		depth -= tokens_is(t, end + 1, ")");
		if (depth < 0)
			break;
	}
	tokens_drop(t, i, i + 3);
	tokens_set(t, i, "1=1");
	add_behind(t, end, text);
}

/* DATE '…', TIMESTAMP '…' */
static void read_literals(Tokens *t, guint i)
{
	const char *value = tokens_at(t, i + 1)->text;

	if (tokens_at(t, i + 1)->kind != TOKEN_STRING || !value)
		return;
	if (tokens_is(t, i, "DATE")) {
		g_autofree char *text = g_strdup_printf("'%.*s 00:00:00'", (int)strlen(value) - 2, value + 1);

		tokens_set(t, i, text);
		tokens_set(t, i + 1, NULL);
	} else if (tokens_is(t, i, "TIMESTAMP") || tokens_is(t, i, "INTERVAL")) {
		tokens_set(t, i, NULL);
	}
}

/* a || b || c: NULL is nothing there, where SQLite makes all NULL. Operands that are no plain values stay as
 * they are. */
static void join_strings(Tokens *t, guint i)
{
	guint end;

	if (tokens_is(t, i, "||") || tokens_is(t, i, ")") || tokens_is(t, i, ",") ||
	    (i && (tokens_is(t, i - 1, ".") || tokens_is(t, i - 1, "||"))))
		return;
	if (tokens_is(t, i, "(") && i && tokens_at(t, i - 1)->kind == TOKEN_WORD)
		return;
	end = value_end(t, i);
	if (!tokens_is(t, end, "||"))
		return;
	add_before(t, i, "ORA_CONCAT(");
	while (tokens_is(t, end, "||")) {
		tokens_set(t, end, ",");
		end = value_end(t, end + 1);
	}
	add_behind(t, end - 1, ")");
}

/* XMLSERIALIZE(CONTENT c AS CLOB), JSON_SERIALIZE(c RETURNING CLOB): what is between stays. */
static void strip_serializers(Tokens *t, guint i)
{
	guint end;
	int depth = 0;

	if (!tokens_is(t, i + 1, "(") ||
	    !(tokens_is(t, i, "XMLSERIALIZE") || tokens_is(t, i, "JSON_SERIALIZE") ||
	      tokens_is(t, i, "VECTOR_SERIALIZE") || tokens_is(t, i, "FROM_VECTOR")))
		return;
	end = tokens_close(t, i + 1) - 1;
	if (tokens_is(t, i + 2, "CONTENT") || tokens_is(t, i + 2, "DOCUMENT"))
		tokens_set(t, i + 2, NULL);
	for (guint k = i + 1; k < end; k++) {
		depth += tokens_is(t, k, "(");
		depth -= tokens_is(t, k, ")");
		if (depth == 1 && (tokens_is(t, k, "AS") || tokens_is(t, k, "RETURNING"))) {
			tokens_drop(t, k, end);
			return;
		}
	}
}

/* geometry.GET_WKB(): geometries are kept as WKB */
static void strip_method(Tokens *t, guint i)
{
	if (tokens_is(t, i, ".") && tokens_is(t, i + 1, "GET_WKB") && tokens_is(t, i + 2, "("))
		tokens_drop(t, i, i + 4);
}

/* VARCHAR2(20 CHAR) in a CAST */
static void strip_length_unit(Tokens *t, guint i)
{
	if (tokens_at(t, i)->kind == TOKEN_NUMBER &&
	    (tokens_is(t, i + 1, "CHAR") || tokens_is(t, i + 1, "BYTE")) && tokens_is(t, i + 2, ")"))
		tokens_set(t, i + 1, NULL);
}

static void join_package(Tokens *t, guint i)
{
	g_autofree char *text = NULL;

	if (!is_one_of(t, i, packages, G_N_ELEMENTS(packages)) || !tokens_is(t, i + 1, "."))
		return;
	text = g_strdup_printf("%s_%s%s", tokens_at(t, i)->text, tokens_at(t, i + 2)->text,
			       tokens_is(t, i + 3, "(") ? "" : "()");
	tokens_drop(t, i, i + 3);
	tokens_set(t, i, text);
}

static void next_value(Tokens *t, guint i)
{
	g_autofree char *text = NULL;
	gboolean next = tokens_is(t, i + 2, "NEXTVAL");

	if (!tokens_is(t, i + 1, ".") || !(next || tokens_is(t, i + 2, "CURRVAL")))
		return;
	text = g_strdup_printf("ORA_%s('%s')", next ? "NEXTVAL" : "CURRVAL", tokens_at(t, i)->text);
	tokens_drop(t, i, i + 3);
	tokens_set(t, i, text);
}

static void rename_word(Tokens *t, guint i)
{
	gboolean is_member = i && tokens_is(t, i - 1, ".");

	if (tokens_at(t, i)->kind != TOKEN_WORD || !tokens_at(t, i)->text)
		return;
	if (tokens_is(t, i, "SYS") && tokens_is(t, i + 1, ".")) {
		tokens_drop(t, i, i + 2);
		return;
	}
	for (guint k = 0; !is_member && k < G_N_ELEMENTS(plain_functions); k++)
		if (tokens_is(t, i, plain_functions[k][0])) {
			tokens_set(t, i, plain_functions[k][1]);
			return;
		}
	if (is_one_of(t, i, reserved, G_N_ELEMENTS(reserved)) || strchr(tokens_at(t, i)->text, '#')) {
		g_autofree char *text = g_strdup_printf("\"%s\"", tokens_at(t, i)->text);

		tokens_set(t, i, text);
	}
}

/* A ROWID's text: rows are numbers here. */
static void read_rowid(Tokens *t, guint i)
{
	const Token *token = tokens_at(t, i);
	guint32 object;
	gint64 rowid;

	if (token->kind == TOKEN_STRING && token->len == 20 && rowid_is_text(token->at + 1, 18) &&
	    rowid_parse(token->at + 1, 18, &object, &rowid)) {
		g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, rowid);

		tokens_set(t, i, number);
	}
}

/* FOR UPDATE, and ; at the end */
static void drop_clauses(Tokens *t, guint i)
{
	if (tokens_is(t, i, "FOR") && tokens_is(t, i + 1, "UPDATE"))
		tokens_drop(t, i, t->list->len - 1);
	if (tokens_is(t, i, ";") && tokens_at(t, i + 1)->kind == TOKEN_END)
		tokens_set(t, i, NULL);
}

static void rewrite(Tokens *t)
{
	for (guint i = 0; i + 1 < t->list->len; i++)
		if (tokens_at(t, i)->text)
			rename_word(t, i);
	for (guint i = 0; i + 1 < t->list->len; i++) {
		if (!tokens_at(t, i)->text)
			continue;
		drop_as_of(t, i);
		limit_rows(t, i);
		limit_rownum(t, i);
		read_literals(t, i);
		strip_serializers(t, i);
		strip_length_unit(t, i);
		strip_method(t, i);
		join_package(t, i);
		read_rowid(t, i);
		next_value(t, i);
		drop_clauses(t, i);
		join_strings(t, i);
	}
}

void translation_make(Translation *t, const char *sql)
{
	*t = (Translation){0};
	tokens_read(&t->tokens, sql);
	t->kind = kind_of(&t->tokens);
	t->items = g_array_new(FALSE, TRUE, sizeof(ItemHint));
	number_binds(t);
	if (t->kind == STATEMENT_QUERY)
		translation_read_items(t);
	if (t->kind <= STATEMENT_DELETE)
		rewrite(&t->tokens);
	t->sql = tokens_is(&t->tokens, 0, "MERGE") ? merge_translate(&t->tokens)
						   : tokens_join(&t->tokens, 0, t->tokens.list->len);
	if (t->from_at)
		t->from = tokens_join(&t->tokens, t->from_at, t->tokens.list->len);
}

void item_hints_free(GArray *items)
{
	for (guint i = 0; items && i < items->len; i++) {
		g_free(g_array_index(items, ItemHint, i).name);
		g_free(g_array_index(items, ItemHint, i).declared);
		g_free(g_array_index(items, ItemHint, i).like);
	}
	g_clear_pointer(&items, g_array_unref);
}

void translation_clear(Translation *t)
{
	tokens_clear(&t->tokens);
	item_hints_free(g_steal_pointer(&t->items));
	g_clear_pointer(&t->sql, g_free);
	g_clear_pointer(&t->from, g_free);
}
