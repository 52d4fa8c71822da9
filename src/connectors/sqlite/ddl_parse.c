/*
 * The walk over CREATE TABLE and CREATE INDEX. A walker holds one token of look-ahead.
 */
#include "connectors/sqlite/ddl_parse.h"

#include "connectors/sqlite/tokenizer.h"

#include <string.h>

typedef struct Walker {
	const char *at;
	SqliteToken token;
	char *constraint; /* name of the CONSTRAINT that is open, or NULL */
} Walker;

static void advance(Walker *w)
{
	w->token = ferry_sqlite_next_token(&w->at);
}

static bool is(const Walker *w, const char *word)
{
	return ferry_sqlite_token_is(&w->token, word);
}

static bool accept(Walker *w, const char *word)
{
	if (!is(w, word))
		return false;
	advance(w);
	return true;
}

static bool at_end(const Walker *w)
{
	return w->token.kind == SQLITE_TOKEN_END;
}

static bool is_name(const Walker *w)
{
	return w->token.kind == SQLITE_TOKEN_WORD || w->token.kind == SQLITE_TOKEN_NAME ||
	       w->token.kind == SQLITE_TOKEN_STRING;
}

static char *take_name(Walker *w)
{
	char *name = ferry_sqlite_token_unquote(&w->token);

	advance(w);
	return name;
}

/* Adds the token with the blanks before it reduced to one; previous_end NULL: the first. */
static void append_token(GString *out, const SqliteToken *token, const char *previous_end)
{
	if (previous_end && token->text > previous_end)
		g_string_append_c(out, ' ');
	g_string_append_len(out, token->text, (gssize)token->len);
}

/* Text up to the closing parenthesis of the level we are in (which stays), or to a comma where stop_at_comma.
 */
static char *take_expression(Walker *w, bool stop_at_comma)
{
	GString *out = g_string_new(NULL);
	const char *previous_end = NULL;
	int depth = 0;

	for (; !at_end(w); advance(w)) {
		if (depth == 0 && (is(w, ")") || (stop_at_comma && is(w, ","))))
			break;
		depth += is(w, "(") ? 1 : is(w, ")") ? -1 : 0;
		append_token(out, &w->token, previous_end);
		previous_end = w->token.text + w->token.len;
	}
	return g_string_free(out, false);
}

/* At "(": the text inside, behind ")" afterwards. */
static char *take_parenthesised(Walker *w)
{
	advance(w);
	char *text = take_expression(w, false);
	accept(w, ")");
	return text;
}

static void skip_parenthesised(Walker *w)
{
	g_free(take_parenthesised(w));
}

/* ---- constraints ---- */

static void key_free(SqliteDdlKey *key)
{
	g_free(key->name);
	g_ptr_array_unref(key->columns);
	g_free(key);
}

static SqliteDdlKey *add_key(SqliteDdl *ddl, Walker *w, bool is_primary)
{
	SqliteDdlKey *key = g_new0(SqliteDdlKey, 1);

	key->name = g_steal_pointer(&w->constraint);
	key->is_primary = is_primary;
	key->columns = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(ddl->keys, key);
	return key;
}

static void skip_conflict_clause(SqliteDdl *ddl, Walker *w)
{
	if (!is(w, "ON"))
		return;
	advance(w);
	if (accept(w, "CONFLICT")) {
		ddl->has_conflict_clause = true;
		advance(w);
	}
}

static void take_deferrable(Walker *w, SqliteDdlForeignKey *key)
{
	bool is_not = accept(w, "NOT");

	if (!accept(w, "DEFERRABLE"))
		return;
	if (key)
		key->deferrable = !is_not;
	if (accept(w, "INITIALLY")) {
		if (key)
			key->initially_deferred = !is_not && is(w, "DEFERRED");
		advance(w);
	}
}

/* At REFERENCES. */
static void take_references(SqliteDdl *ddl, Walker *w)
{
	SqliteDdlForeignKey *key = g_new0(SqliteDdlForeignKey, 1);

	key->name = g_steal_pointer(&w->constraint);
	g_ptr_array_add(ddl->foreign_keys, key);
	advance(w);
	advance(w); /* the table */
	if (is(w, "("))
		skip_parenthesised(w);
	for (;;) {
		if (accept(w, "ON")) {
			advance(w); /* DELETE or UPDATE */
			if (accept(w, "SET") || accept(w, "NO"))
				advance(w);
			else
				advance(w);
		} else if (accept(w, "MATCH")) {
			advance(w);
		} else {
			break;
		}
	}
	/* NOT NULL may follow, so that NOT alone decides nothing. */
	const char *peek_at = w->at;
	SqliteToken peek = ferry_sqlite_next_token(&peek_at);
	if (is(w, "DEFERRABLE") || (is(w, "NOT") && ferry_sqlite_token_is(&peek, "DEFERRABLE")))
		take_deferrable(w, key);
}

static void take_check(SqliteDdl *ddl, Walker *w)
{
	advance(w);
	if (!is(w, "("))
		return;
	g_autofree char *expression = take_parenthesised(w);
	g_ptr_array_add(ddl->checks, ferry_check_new(w->constraint, expression));
	g_clear_pointer(&w->constraint, g_free);
	skip_conflict_clause(ddl, w);
}

static void take_constraint_name(Walker *w)
{
	advance(w);
	g_free(w->constraint);
	w->constraint = take_name(w);
}

/* At "(": the names of the columns in a key. */
static void take_key_columns(SqliteDdl *ddl, Walker *w, SqliteDdlKey *key)
{
	advance(w);
	while (!at_end(w) && !is(w, ")")) {
		g_ptr_array_add(key->columns, take_name(w));
		while (!at_end(w) && !is(w, ",") && !is(w, ")")) {
			ddl->is_autoincrement |= is(w, "AUTOINCREMENT");
			advance(w);
		}
		accept(w, ",");
	}
	accept(w, ")");
}

static void take_table_constraint(SqliteDdl *ddl, Walker *w)
{
	if (is(w, "CONSTRAINT")) {
		take_constraint_name(w);
	} else if (is(w, "CHECK")) {
		take_check(ddl, w);
	} else if (is(w, "PRIMARY") || is(w, "UNIQUE")) {
		SqliteDdlKey *key = add_key(ddl, w, is(w, "PRIMARY"));
		advance(w);
		accept(w, "KEY");
		if (is(w, "("))
			take_key_columns(ddl, w, key);
		skip_conflict_clause(ddl, w);
	} else if (is(w, "FOREIGN")) {
		advance(w);
		accept(w, "KEY");
		if (is(w, "("))
			skip_parenthesised(w);
		if (is(w, "REFERENCES"))
			take_references(ddl, w);
	} else if (is(w, "(")) {
		skip_parenthesised(w);
	} else {
		advance(w);
	}
}

/* ---- columns ---- */

static void column_free(SqliteDdlColumn *column)
{
	g_free(column->name);
	g_free(column->generated);
	g_free(column);
}

static void take_column_key(SqliteDdl *ddl, Walker *w, const SqliteDdlColumn *column)
{
	SqliteDdlKey *key = add_key(ddl, w, is(w, "PRIMARY"));

	g_ptr_array_add(key->columns, g_strdup(column->name));
	advance(w);
	accept(w, "KEY");
	if (!accept(w, "ASC"))
		accept(w, "DESC");
	skip_conflict_clause(ddl, w);
	if (accept(w, "AUTOINCREMENT"))
		ddl->is_autoincrement = true;
}

static void take_default(Walker *w)
{
	advance(w);
	if (is(w, "(")) {
		skip_parenthesised(w);
		return;
	}
	if (is(w, "+") || is(w, "-"))
		advance(w);
	advance(w);
}

static void take_column_constraint(SqliteDdl *ddl, Walker *w, SqliteDdlColumn *column)
{
	if (is(w, "CONSTRAINT")) {
		take_constraint_name(w);
	} else if (is(w, "CHECK")) {
		take_check(ddl, w);
	} else if (is(w, "PRIMARY") || is(w, "UNIQUE")) {
		take_column_key(ddl, w, column);
	} else if (is(w, "REFERENCES")) {
		take_references(ddl, w);
	} else if (is(w, "DEFAULT")) {
		take_default(w);
	} else if (accept(w, "COLLATE")) {
		advance(w);
	} else if (accept(w, "AS")) {
		if (is(w, "(") && !column->generated)
			column->generated = take_parenthesised(w);
	} else if (accept(w, "NULL")) { /* also the NULL of NOT NULL */
		skip_conflict_clause(ddl, w);
		g_clear_pointer(&w->constraint, g_free);
	} else if (is(w, "(")) {
		skip_parenthesised(w);
	} else {
		advance(w); /* words of the type, NOT, GENERATED, ALWAYS, STORED, … */
	}
}

static void take_column(SqliteDdl *ddl, Walker *w)
{
	SqliteDdlColumn *column = g_new0(SqliteDdlColumn, 1);

	column->name = take_name(w);
	g_ptr_array_add(ddl->columns, column);
	while (!at_end(w) && !is(w, ",") && !is(w, ")"))
		take_column_constraint(ddl, w, column);
	g_clear_pointer(&w->constraint, g_free);
}

static bool starts_table_constraint(const Walker *w)
{
	return is(w, "CONSTRAINT") || is(w, "PRIMARY") || is(w, "UNIQUE") || is(w, "CHECK") ||
	       is(w, "FOREIGN");
}

/* ---- the statements ---- */

static void foreign_key_free(SqliteDdlForeignKey *key)
{
	g_free(key->name);
	g_free(key);
}

SqliteDdl *ferry_sqlite_parse_table(const char *sql)
{
	SqliteDdl *ddl = g_new0(SqliteDdl, 1);
	Walker w = {.at = sql};

	ddl->columns = g_ptr_array_new_with_free_func((GDestroyNotify)column_free);
	ddl->checks = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_check_free);
	ddl->keys = g_ptr_array_new_with_free_func((GDestroyNotify)key_free);
	ddl->foreign_keys = g_ptr_array_new_with_free_func((GDestroyNotify)foreign_key_free);

	for (advance(&w); !at_end(&w) && !is(&w, "("); advance(&w))
		;
	advance(&w);
	while (is_name(&w) && !starts_table_constraint(&w)) {
		take_column(ddl, &w);
		if (!accept(&w, ","))
			break;
	}
	/* Commas between table constraints may be missing. */
	while (!at_end(&w) && !is(&w, ")"))
		take_table_constraint(ddl, &w);
	g_free(w.constraint);
	return ddl;
}

void ferry_sqlite_ddl_free(SqliteDdl *ddl)
{
	if (!ddl)
		return;
	g_ptr_array_unref(ddl->columns);
	g_ptr_array_unref(ddl->checks);
	g_ptr_array_unref(ddl->keys);
	g_ptr_array_unref(ddl->foreign_keys);
	g_free(ddl);
}

/* One term of an index up to its comma, without what follows the expression. Of several COLLATEs the last is
 * the index's; PRAGMA index_xinfo tells it. */
static char *take_term(Walker *w)
{
	GString *out = g_string_new(NULL);
	const char *previous_end = NULL;
	gssize collate_at = -1;
	int depth = 0;

	for (; !at_end(w); advance(w)) {
		if (depth == 0 && (is(w, ")") || is(w, ",")))
			break;
		if (depth == 0 && (is(w, "ASC") || is(w, "DESC")))
			continue;
		if (depth == 0 && is(w, "COLLATE"))
			collate_at = (gssize)out->len;
		depth += is(w, "(") ? 1 : is(w, ")") ? -1 : 0;
		append_token(out, &w->token, previous_end);
		previous_end = w->token.text + w->token.len;
	}
	if (collate_at > 0)
		g_string_truncate(out, (gsize)collate_at);
	return g_string_free(out, false);
}

void ferry_sqlite_parse_index(const char *sql, GPtrArray **ret_terms, char **ret_predicate)
{
	Walker w = {.at = sql};

	*ret_terms = g_ptr_array_new_with_free_func(g_free);
	*ret_predicate = NULL;
	for (advance(&w); !at_end(&w) && !is(&w, "("); advance(&w))
		;
	advance(&w);
	while (!at_end(&w) && !is(&w, ")")) {
		g_ptr_array_add(*ret_terms, g_strstrip(take_term(&w)));
		accept(&w, ",");
	}
	accept(&w, ")");
	if (accept(&w, "WHERE"))
		*ret_predicate = take_expression(&w, false);
}
