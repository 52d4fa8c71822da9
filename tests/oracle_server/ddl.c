/* Statements of DDL, one after the other (see ddl.h): a transaction of its own each, after what was open is
 * committed. */
#include "ddl.h"
#include <stdlib.h>
#include <string.h>

gboolean ddl_exec(Ddl *d, char *take_sql)
{
	int rc = sqlite3_exec(d->s->db, take_sql, NULL, NULL, NULL);

	if (d->s->server->trace)
		g_printerr("[%u] %s%s%s\n", d->s->number, take_sql, rc == SQLITE_OK ? "" : ": ",
			   rc == SQLITE_OK ? "" : sqlite3_errmsg(d->s->db));
	if (rc != SQLITE_OK && !d->e->number)
		cursor_error(d->s, take_sql, d->e);
	sqlite3_free(take_sql);
	return rc == SQLITE_OK;
}

gint64 ddl_number(Ddl *d, char *take_sql)
{
	sqlite3_stmt *stmt = NULL;
	gint64 number = 0;

	if (sqlite3_prepare_v2(d->s->db, take_sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_free(take_sql);
	return number;
}

char *ddl_name(const Token *token)
{
	return token->kind == TOKEN_QUOTED ? g_strndup(token->at + 1, token->len - 2)
					   : g_ascii_strup(token->at, token->len);
}

void ddl_read_name(Ddl *d, char **ret_owner, char **ret_name)
{
	*ret_owner = g_ascii_strup(d->s->current_schema, -1);
	if (tokens_is(d->t, d->at + 1, ".")) {
		g_free(*ret_owner);
		*ret_owner = ddl_name(tokens_at(d->t, d->at));
		d->at += 2;
	}
	*ret_name = ddl_name(tokens_at(d->t, d->at));
	d->at++;
}

GPtrArray *ddl_read_names(Ddl *d)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	guint end = tokens_close(d->t, d->at);

	for (guint i = d->at + 1; i + 1 < end; i += 2)
		g_ptr_array_add(names, ddl_name(tokens_at(d->t, i)));
	d->at = end;
	return names;
}

char *ddl_text(const Ddl *d, guint from, guint to)
{
	const Token *last = tokens_at(d->t, to - 1);

	return to > from ? g_strndup(tokens_at(d->t, from)->at,
				     last->at + last->len - tokens_at(d->t, from)->at)
			 : g_strdup("");
}

char *ddl_list(const GPtrArray *names, const char *prefix)
{
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(list, "%s%s\"%s\"", i ? ", " : "", prefix, (char *)names->pdata[i]);
	return g_string_free(list, FALSE);
}

/* ---- indexes, comments ---- */

static gboolean create_index(Ddl *d, gboolean is_unique)
{
	g_autofree char *owner = NULL, *name = NULL;
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
	gboolean descends[64] = {0};
	guint end, from;

	ddl_read_name(d, &owner, &name);
	d->at++; /* ON */
	ddl_read_name(d, &d->owner, &d->table);
	end = tokens_close(d->t, d->at) - 1;
	for (from = d->at + 1; from < end && parts->len < 64;) {
		guint to = from, depth = 0;

		for (; to < end && (depth || !tokens_is(d->t, to, ",")); to++)
			depth += tokens_is(d->t, to, "(") ? 1 : tokens_is(d->t, to, ")") ? -1 : 0;
		descends[parts->len] = tokens_is(d->t, to - 1, "DESC");
		to -= descends[parts->len];
		g_ptr_array_add(parts,
				to == from + 1 ? ddl_name(tokens_at(d->t, from)) : ddl_text(d, from, to));
		from = to + descends[parts->len - 1] + 1;
	}
	return ddl_add_index(d, name, parts, descends, is_unique, FALSE);
}

static gboolean comment(Ddl *d)
{
	gboolean is_column = tokens_is(d->t, 2, "COLUMN");
	g_autofree char *column = NULL;
	const Token *text;

	d->at = 3;
	if (is_column && tokens_is(d->t, 6, ".")) {
		ddl_read_name(d, &d->owner, &d->table);
	} else {
		guint at = d->at;

		if (is_column) {
			d->owner = g_ascii_strup(d->s->current_schema, -1);
			d->table = ddl_name(tokens_at(d->t, at));
			d->at++;
		} else {
			ddl_read_name(d, &d->owner, &d->table);
		}
	}
	if (is_column) {
		column = ddl_name(tokens_at(d->t, d->at + 1));
		d->at += 2;
	}
	text = tokens_at(d->t, d->at + 1);
	if (is_column)
		return ddl_exec(
			d, sqlite3_mprintf(
				   "UPDATE \"%w\".\"ora$col_comments\" SET COMMENTS = %s WHERE TABLE_NAME = "
				   "%Q AND COLUMN_NAME = %Q",
				   d->owner, text->text, d->table, column));
	return ddl_exec(
		d,
		sqlite3_mprintf("UPDATE \"%w\".\"ora$tab_comments\" SET COMMENTS = %s WHERE TABLE_NAME = %Q",
				d->owner, text->text, d->table));
}

static gboolean empty_table(Ddl *d)
{
	d->at = 2;
	ddl_read_name(d, &d->owner, &d->table);
	if (ddl_number(
		    d,
		    sqlite3_mprintf(
			    "SELECT 1 FROM \"%w\".\"ora$constraints\" r JOIN \"%w\".\"ora$constraints\" k ON "
			    "r.R_CONSTRAINT_NAME = k.CONSTRAINT_NAME WHERE k.TABLE_NAME = %Q AND "
			    "r.CONSTRAINT_TYPE = 'R' AND r.TABLE_NAME <> %Q AND r.STATUS = 'ENABLED'",
			    d->owner, d->owner, d->table, d->table))) {
		ora_error_set(d->e, 2266, 0,
			      "unique/primary keys in table referenced by enabled foreign keys");
		return FALSE;
	}
	return ddl_exec(d, sqlite3_mprintf("DELETE FROM \"%w\".\"%w\"", d->owner, d->table));
}

static gboolean alter_table(Ddl *d)
{
	d->at = 2;
	ddl_read_name(d, &d->owner, &d->table);
	if (tokens_is(d->t, d->at, "MODIFY"))
		return ddl_modify_identity(d);
	if (!tokens_is(d->t, d->at, "ADD"))
		return TRUE;
	d->at++;
	if (tokens_is(d->t, d->at, "("))
		d->at++;
	if (!ddl_is_constraint(d))
		return TRUE;
	Constraint *k = ddl_read_constraint(d, NULL);
	gboolean is_ok = ddl_add_constraint(d, k);

	ddl_constraint_free(k);
	return is_ok;
}

static gboolean dispatch(Ddl *d)
{
	const Tokens *t = d->t;
	gboolean is_unique = tokens_is(t, 1, "UNIQUE");

	d->at = 2;
	if (tokens_is(t, 0, "TRUNCATE"))
		return empty_table(d);
	if (tokens_is(t, 0, "COMMENT"))
		return comment(d);
	if (tokens_is(t, 0, "ALTER"))
		return !tokens_is(t, 1, "TABLE") || alter_table(d);
	if (tokens_is(t, 0, "DROP"))
		return tokens_is(t, 1, "TABLE")      ? ddl_drop_table(d)
		       : tokens_is(t, 1, "SEQUENCE") ? ddl_drop_sequence(d)
						     : TRUE;
	if (!tokens_is(t, 0, "CREATE"))
		return TRUE;
	d->at = is_unique ? 3 : 2;
	if (tokens_is(t, is_unique ? 2 : 1, "INDEX"))
		return create_index(d, is_unique);
	if (tokens_is(t, 1, "SEQUENCE"))
		return ddl_create_sequence(d);
	return !tokens_is(t, 1, "TABLE") || ddl_create_table(d);
}

gboolean ddl_run(Session *s, const Cursor *c, const Tokens *tokens, OraError *e)
{
	Ddl d = {.s = s, .t = tokens, .e = e};
	gboolean is_ok;

	session_commit(s);
	if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
		cursor_error(s, c->sql, e);
		return FALSE;
	}
	is_ok = dispatch(&d);
	sqlite3_exec(s->db, is_ok ? "COMMIT" : "ROLLBACK", NULL, NULL, NULL);
	if (!is_ok && !e->number)
		ora_error_set(e, 600, 0, "internal error code, arguments: [DDL]");
	g_free(d.owner);
	g_free(d.table);
	return is_ok;
}
