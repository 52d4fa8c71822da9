/* Opening the tables, and statements that SQLite does not have (see store.h). */
#include "ddl.h"
#include "rowid.h"
#include "store.h"
#include <stdlib.h>

static gboolean run(Session *s, char *take)
{
	int rc = sqlite3_exec(s->db, take, NULL, NULL, NULL);

	sqlite3_free(take);
	return rc == SQLITE_OK;
}

/* While SQLite works, the client may send a marker. */
static int look_up(void *data)
{
	Session *s = data;

	if (!s->has_more_rows && net_has_input(&s->net))
		s->is_interrupted = TRUE;
	return s->is_interrupted;
}

/* Unqualified names are looked for in the order of attaching. */
static void attach_all(Session *s)
{
	const GPtrArray *schemas = s->server->schemas;

	for (int own = 1; own >= 0; own--)
		for (guint i = 0; i < schemas->len; i++) {
			const Schema *schema = g_ptr_array_index(schemas, i);

			if ((g_ascii_strcasecmp(schema->owner, s->current_schema) == 0) != own)
				continue;
			run(s, sqlite3_mprintf("ATTACH %Q AS %Q", schema->path, schema->owner));
			run(s, sqlite3_mprintf("PRAGMA \"%w\".synchronous=OFF", schema->owner));
			run(s, sqlite3_mprintf("PRAGMA \"%w\".mmap_size=1073741824", schema->owner));
		}
}

gboolean store_open(Session *s, OraError *e)
{
	if (sqlite3_open_v2(":memory:", &s->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		ora_error_set(e, 1034, 0, "ORACLE not available");
		return FALSE;
	}
	sqlite3_busy_timeout(s->db, 20000);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	run(s, sqlite3_mprintf("PRAGMA case_sensitive_like=ON"));
	functions_register(s);
	attach_all(s);
	dictionary_make(s);
	sqlite3_progress_handler(s->db, 20000, look_up, s);
	return TRUE;
}

guint32 store_object_number(Session *s, const char *schema, const char *table)
{
	sqlite3_stmt *stmt = NULL;
	char *sql = sqlite3_mprintf("SELECT DATA_OBJECT_ID FROM \"%w\".\"ora$objects\" WHERE OBJECT_NAME = "
				    "?1 AND OBJECT_TYPE = 'TABLE'",
				    schema);
	guint32 number = ROWID_ANY_OBJECT;

	if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) == SQLITE_OK) {
		sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
		if (sqlite3_step(stmt) == SQLITE_ROW)
			number = sqlite3_column_int(stmt, 0);
	}
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return number;
}

/* ---- statements ---- */

static char *unquoted(const Token *token)
{
	return token->kind == TOKEN_QUOTED ? g_strndup(token->at + 1, token->len - 2)
					   : g_ascii_strup(token->at, token->len);
}

static gboolean is_schema(Session *s, const char *name)
{
	for (guint i = 0; i < s->server->schemas->len; i++)
		if (!g_ascii_strcasecmp(((Schema *)g_ptr_array_index(s->server->schemas, i))->owner, name))
			return TRUE;
	return FALSE;
}

gboolean store_set_schema(Session *s, const char *schema)
{
	if (!is_schema(s, schema))
		return FALSE;
	g_free(s->current_schema);
	s->current_schema = g_strdup(schema);
	if (!s->db)
		return TRUE;
	for (guint i = 0; i < s->server->schemas->len; i++)
		run(s, sqlite3_mprintf("DETACH \"%w\"",
				       ((Schema *)g_ptr_array_index(s->server->schemas, i))->owner));
	attach_all(s);
	return TRUE;
}

static gboolean set_schema(Session *s, const Token *name, OraError *e)
{
	g_autofree char *schema = unquoted(name);

	if (store_set_schema(s, schema))
		return TRUE;
	ora_error_set(e, 1435, 0, "user does not exist");
	return FALSE;
}

static gboolean alter_session(Session *s, const Translation *t, OraError *e)
{
	for (guint i = 0; i < t->tokens.list->len; i++)
		if (tokens_is(&t->tokens, i, "CURRENT_SCHEMA"))
			return set_schema(s, tokens_at(&t->tokens, i + 2), e);
	return TRUE;
}

/* BEGIN DBMS_SESSION.SLEEP(n); END; waits; other calls are taken and do nothing. */
static gboolean call_plsql(Session *s, Cursor *c, const Translation *t, OraError *e)
{
	if (t->n_binds) {
		ora_error_set(e, 6550, 0, "PL/SQL with bind variables is not for this server");
		return FALSE;
	}
	for (guint i = 0; i < t->tokens.list->len; i++)
		if (tokens_is(&t->tokens, i, "SLEEP") && tokens_is(&t->tokens, i + 1, "("))
			c->sleep_ms = 1000 * g_ascii_strtod(tokens_at(&t->tokens, i + 2)->at, NULL);
	return TRUE;
}

/* SAVEPOINT name, ROLLBACK TO [SAVEPOINT] name */
static gboolean run_savepoint(Session *s, Cursor *c, const Translation *t, OraError *e)
{
	gboolean is_rollback = tokens_is(&t->tokens, 0, "ROLLBACK");
	g_autofree char *name = unquoted(tokens_at(&t->tokens, t->tokens.list->len - 2));

	if (!is_rollback)
		session_begin(s);
	if (run(s, sqlite3_mprintf(is_rollback ? "ROLLBACK TO \"%w\"" : "SAVEPOINT \"%w\"", name)))
		return TRUE;
	if (is_rollback)
		ora_error_set(e, 1086, 0, "savepoint '%s' never established in this session or is invalid",
			      name);
	else
		cursor_error(s, c->sql, e);
	return FALSE;
}

gboolean store_special(Session *s, Cursor *c, const Translation *t, OraError *e)
{
	switch (t->kind) {
	case STATEMENT_COMMIT: session_commit(s); return TRUE;
	case STATEMENT_ROLLBACK:
		if (tokens_is(&t->tokens, 1, "TO"))
			return run_savepoint(s, c, t, e);
		session_rollback(s);
		return TRUE;
	case STATEMENT_PLSQL: return call_plsql(s, c, t, e);
	case STATEMENT_DDL: return ddl_run(s, c, &t->tokens, e);
	case STATEMENT_SESSION:
		if (tokens_is(&t->tokens, 0, "SAVEPOINT"))
			return run_savepoint(s, c, t, e);
		return tokens_is(&t->tokens, 0, "ALTER") ? alter_session(s, t, e) : TRUE;
	default: return TRUE;
	}
}

/* ---- sequences: LAST_NUMBER of the loader's row moves on ---- */

static sqlite3_stmt *find_sequence(Session *s, const char *owner, const char *name)
{
	char *sql = sqlite3_mprintf(
		"SELECT LAST_NUMBER, INCREMENT_BY FROM \"%w\".\"ora$sequences\" WHERE SEQUENCE_NAME = %Q",
		owner, name);
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) != SQLITE_OK || sqlite3_step(stmt) != SQLITE_ROW)
		g_clear_pointer(&stmt, sqlite3_finalize);
	sqlite3_free(sql);
	return stmt;
}

gboolean store_next_value(Session *s, const char *name, gint64 *ret_value)
{
	for (guint i = 0; i < s->server->schemas->len; i++) {
		const char *owner = ((Schema *)g_ptr_array_index(s->server->schemas, i))->owner;
		sqlite3_stmt *stmt = find_sequence(s, owner, name);

		if (!stmt)
			continue;
		*ret_value = sqlite3_column_int64(stmt, 0);
		run(s, sqlite3_mprintf("UPDATE \"%w\".\"ora$sequences\" SET LAST_NUMBER = LAST_NUMBER + "
				       "INCREMENT_BY WHERE SEQUENCE_NAME = %Q",
				       owner, name));
		sqlite3_finalize(stmt);
		return TRUE;
	}
	return FALSE;
}
