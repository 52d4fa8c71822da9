/*
 * The user's own SQL: queries, conditions, hooks. The session's search_path holds pg_catalog only, so that no
 * object can be taken for another in our statements and the server qualifies the names that it tells. The
 * user's SQL finds names as in psql: in the URL's schema, then in the path that server, database or role
 * give.
 */
#include "connectors/postgres/private.h"

#include <string.h>

#define OUR_PATH "SET search_path = pg_catalog"

static void append_schema(GString *sql, const char *schema)
{
	if (schema == NULL)
		return;
	g_autofree char *name = ferry_pg_quote_identifier(schema);
	g_string_append(sql, ", ");
	ferry_pg_append_literal(sql, name);
}

/* An expression. concat_ws leaves out what is NULL. */
static void append_path(GString *sql, const PgConnection *c)
{
	if (c->user_path != NULL) {
		ferry_pg_append_literal(sql, c->user_path);
		return;
	}
	g_string_append(sql, "pg_catalog.concat_ws(', '");
	append_schema(sql, c->base.first_schema);
	append_schema(sql, c->schema);
	g_string_append(sql, ", nullif(pg_catalog.current_setting('" FERRY_PG_SESSION_PATH "'), ''))");
}

void ferry_pg_append_enter(GString *sql, const PgConnection *c)
{
	g_string_append(sql, "SELECT pg_catalog.set_config('search_path', ");
	append_path(sql, c);
	g_string_append(sql, ", false); ");
}

void ferry_pg_append_leave(GString *sql)
{
	g_string_append(sql, "; " OUR_PATH);
}

static char *query_text(PgConnection *c, const char *sql, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_run(c, sql, "cannot set the search path", error);

	return result != NULL ? g_strdup(PQgetvalue(result, 0, 0)) : NULL;
}

bool ferry_pg_enter_user_sql(PgConnection *c, GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);

	ferry_pg_append_enter(sql, c);
	g_autofree char *path = query_text(c, sql->str, error);
	return path != NULL;
}

void ferry_pg_leave_user_sql(PgConnection *c)
{
	/* In a transaction that has failed it fails too, and goes with the transaction. */
	PQclear(PQexec(c->conn, OUR_PATH));
}

/* A path that the statement itself has set is meant for those after it. */
static bool keep_path(PgConnection *c, const char *given, GError **error)
{
	g_autofree char *now = query_text(c, "SELECT pg_catalog.current_setting('search_path')", error);

	if (now == NULL)
		return false;
	if (strcmp(now, given) != 0) {
		g_free(c->user_path);
		c->user_path = g_steal_pointer(&now);
	}
	return true;
}

bool ferry_pg_run_sql(FerryConnection *base, const char *sql, GError **error)
{
	PgConnection *c = pg_connection(base);
	g_autoptr(GString) enter = g_string_new(NULL);

	ferry_pg_append_enter(enter, c);
	g_autofree char *path = query_text(c, enter->str, error);
	if (path == NULL)
		return false;
	g_autoptr(PGresult) result = ferry_pg_run(c, sql, "the statement failed", error);
	bool is_ok = result != NULL && keep_path(c, path, error);
	ferry_pg_leave_user_sql(c);
	return is_ok;
}
