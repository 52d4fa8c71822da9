/*
 * Small statements over the simple protocol: one at a time, whole results in memory. Rows in bulk go through
 * COPY (reader.c, writer.c).
 */
#include "connectors/postgres/embed.h"
#include "connectors/postgres/private.h"

#include <string.h>

const char ferry_pg_copy_header[PG_COPY_HEADER_LEN] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";

static bool is_success(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

PGresult *ferry_pg_run(PgConnection *c, const char *sql, const char *doing, GError **error)
{
	g_autoptr(PGresult) result = PQexec(c->conn, sql);
	if (is_success(result))
		return g_steal_pointer(&result);
	ferry_pg_fail(c, result, error, "%s", doing);
	return NULL;
}

/* The statement's beginning, for messages. */
static char *shorten(const char *sql)
{
	g_autofree char *line = g_strdelimit(g_strndup(sql, 120), "\n\t", ' ');
	const char *end;
	g_utf8_validate(line, -1, &end); /* the cut may go through a character */
	line[end - line] = '\0';
	return g_strconcat(line, strlen(sql) > 120 ? " …" : "", NULL);
}

bool ferry_pg_execute(FerryConnection *base, const char *sql, int64_t *ret_affected, GError **error)
{
	PgConnection *c = pg_connection(base);
	g_autoptr(PGresult) result = PQexec(c->conn, sql);
	if (!is_success(result)) {
		g_autofree char *what = shorten(sql);
		return ferry_pg_fail(c, result, error, "cannot execute \"%s\"", what);
	}
	if (ret_affected != NULL)
		*ret_affected = g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
	return true;
}

bool ferry_pg_execute_script(FerryConnection *base, const char *sql, GError **error)
{
	return ferry_pg_execute(base, sql, NULL, error);
}

bool ferry_pg_find_tables(FerryConnection *base, const GPtrArray *tables, bool *ret_is_there, GError **error)
{
	g_autoptr(GString) sql =
		g_string_new("SELECT n, pg_catalog.to_regclass(name) IS NOT NULL FROM (VALUES ");
	g_autoptr(FerryRows) rows = NULL;
	if (tables->len == 0)
		return true;
	for (guint i = 0; i < tables->len; i++) {
		const FerryTable *table = tables->pdata[i];
		g_autofree char *name = ferry_pg_qualified(table->schema, table->name);
		g_string_append_printf(sql, "%s(%u, ", i > 0 ? ", " : "", i);
		ferry_pg_append_literal(sql, name);
		g_string_append_c(sql, ')');
	}
	g_string_append(sql, ") AS t(n, name)");
	if (!ferry_pg_query(base, sql->str, &rows, error))
		return false;
	for (guint i = 0; i < rows->rows->len; i++) {
		char **row = rows->rows->pdata[i];
		ret_is_there[g_ascii_strtoull(row[0], NULL, 10)] = *row[1] == 't';
	}
	return true;
}

void ferry_pg_drain(PGconn *conn)
{
	PGresult *result;
	while ((result = PQgetResult(conn)) != NULL) {
		ExecStatusType status = PQresultStatus(result);
		PQclear(result);
		/* Of a COPY that is still on, or of a dead connection, there would be no end. */
		if (status == PGRES_COPY_IN)
			PQputCopyEnd(conn, "abandoned");
		else if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
			char *row;
			while (PQgetCopyData(conn, &row, 0) > 0)
				PQfreemem(row);
		}
		if (PQstatus(conn) == CONNECTION_BAD)
			break;
	}
}

bool ferry_pg_query(FerryConnection *base, const char *sql, FerryRows **ret_rows, GError **error)
{
	PgConnection *c = pg_connection(base);
	g_autoptr(PGresult) result = PQexec(c->conn, sql);
	if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		g_autofree char *what = shorten(sql);
		return ferry_pg_fail(c, result, error, "cannot execute \"%s\"", what);
	}
	FerryRows *rows = g_new0(FerryRows, 1);
	rows->rows = g_ptr_array_new();
	rows->n_columns = (size_t)PQnfields(result);
	for (int i = 0; i < PQntuples(result); i++) {
		char **row = g_new0(char *, rows->n_columns + 1);
		for (int k = 0; k < PQnfields(result); k++)
			row[k] = PQgetisnull(result, i, k) ? NULL : g_strdup(PQgetvalue(result, i, k));
		g_ptr_array_add(rows->rows, row);
	}
	*ret_rows = rows;
	return true;
}

bool ferry_pg_begin(FerryConnection *base, GError **error)
{
	g_autoptr(PGresult) result =
		ferry_pg_run(pg_connection(base), "BEGIN", "cannot begin a transaction", error);
	return result != NULL;
}

/* COMMIT of a failed transaction answers ROLLBACK, and no error. */
bool ferry_pg_commit(FerryConnection *base, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_run(pg_connection(base), "COMMIT", "cannot commit", error);
	if (result == NULL)
		return false;
	if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
		return ferry_fail(error, FERRY_ERROR_FAILED,
				  "cannot commit: the transaction had failed and was rolled back");
	return true;
}

void ferry_pg_rollback(FerryConnection *base)
{
	PgConnection *c = pg_connection(base);
	if (c->conn == NULL || PQstatus(c->conn) == CONNECTION_BAD)
		return;
	if (PQtransactionStatus(c->conn) == PQTRANS_ACTIVE)
		ferry_pg_drain(c->conn);
	if (PQtransactionStatus(c->conn) != PQTRANS_IDLE)
		PQclear(PQexec(c->conn, "ROLLBACK"));
}

/* ---- embed.h ---- */

PGconn *ferry_pg_get_conn(FerryConnection *connection)
{
	return pg_connection(connection)->conn;
}

bool ferry_pg_fail_with(FerryConnection *connection, const PGresult *result, GError **error,
			const char *doing)
{
	return ferry_pg_fail(pg_connection(connection), result, error, "%s", doing);
}
