/*
 * The store in a PostgreSQL database, in the schema that the URL names (?schema=, else public): what several
 * machines share.
 */
#include "service/store/backend.h"

#include "connectors/postgres/embed.h"

#include <string.h>

#define BOOL_OID         16
#define UNIQUE_VIOLATION "23505"

/* A text that it could not hold would be refused in the middle of a run. What is declared as bytes holds all.
 */
static bool check_encoding(FerryConnection *c, GError **error)
{
	PGconn *conn = ferry_pg_get_conn(c);
	const char *encoding = PQparameterStatus(conn, "server_encoding");

	return !encoding || strcmp(encoding, "UTF8") == 0 || strcmp(encoding, "SQL_ASCII") == 0 ||
	       ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			  "the database %s is in %s, which cannot hold every text: make one with "
			  "CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0",
			  PQdb(conn), encoding);
}

static bool set_path(FerryConnection *c, const FerryUrl *url, GError **error)
{
	PGconn *conn = ferry_pg_get_conn(c);
	const char *schema = ferry_url_param(url, "schema", "public");
	char *quoted = PQescapeIdentifier(conn, schema, strlen(schema));
	g_autofree char *sql =
		g_strdup_printf("SET search_path = %s, pg_catalog; SET client_min_messages = warning; "
				"SET idle_in_transaction_session_timeout = '5min'",
				quoted ? quoted : "public");
	PGresult *result = PQexec(conn, sql);
	bool is_ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
		     ferry_pg_fail_with(c, result, error, "cannot set the schema");

	PQclear(result);
	PQfreemem(quoted);
	return is_ok;
}

static void disconnect(gpointer connection)
{
	ferry_connection_close(connection);
}

static gpointer connect_server(const FerryUrl *url, GError **error)
{
	const FerryConnector *connector = ferry_connector_for_url(url, error);
	FerryConnection *c = connector ? ferry_connection_open(connector, url, false, error) : NULL;

	if (c && !(check_encoding(c, error) && set_path(c, url, error)))
		g_clear_pointer(&c, disconnect);
	return c;
}

/* "a = ? AND b = ?" -> "a = $1 AND b = $2". A question mark in a literal is none of ours: the service's SQL
 * has none. */
static char *number_params(const char *sql)
{
	GString *out = g_string_new(NULL);
	guint n = 0;

	for (; *sql; sql++)
		if (*sql == '?')
			g_string_append_printf(out, "$%u", ++n);
		else
			g_string_append_c(out, *sql);
	return g_string_free(out, FALSE);
}

static char *copy_cell(const PGresult *result, int row, int column)
{
	const char *value = PQgetvalue(result, row, column);

	if (PQgetisnull(result, row, column))
		return NULL;
	if (PQftype(result, column) == BOOL_OID) /* as SQLite has it */
		return g_strdup(*value == 't' ? "1" : "0");
	return g_strdup(value);
}

static FerryRows *copy_rows(const PGresult *result)
{
	FerryRows *rows = g_new0(FerryRows, 1);
	int n_rows = PQntuples(result), n_columns = PQnfields(result);

	rows->rows = g_ptr_array_sized_new((guint)n_rows);
	rows->n_columns = (size_t)n_columns;
	for (int i = 0; i < n_rows; i++) {
		char **row = g_new0(char *, (gsize)n_columns + 1);
		for (int k = 0; k < n_columns; k++)
			row[k] = copy_cell(result, i, k);
		g_ptr_array_add(rows->rows, row);
	}
	return rows;
}

static bool fail(FerryConnection *c, const PGresult *result, GError **error)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (g_strcmp0(state, UNIQUE_VIOLATION) == 0)
		return ferry_fail_server(error, FERRY_ERROR_EXISTS, state, 0, false, "PostgreSQL: %s",
					 PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	return ferry_pg_fail_with(c, result, error, "PostgreSQL");
}

/* A COMMIT of a transaction that had failed succeeds, as ROLLBACK. */
static bool check_commit(const char *sql, PGresult *result, GError **error)
{
	return strcmp(sql, "COMMIT") != 0 || strcmp(PQcmdStatus(result), "COMMIT") == 0 ||
	       ferry_fail(error, FERRY_ERROR_FAILED, "the transaction had failed before and was rolled back");
}

static bool run(gpointer connection, const char *sql, const char *types, const char *const *params,
		FerryRows **ret_rows, int64_t *ret_changed, GError **error)
{
	PGconn *conn = ferry_pg_get_conn(connection);
	g_autofree char *numbered = number_params(sql);
	/* without parameters several statements may stand in one text, as in a migration */
	PGresult *result =
		*types ? PQexecParams(conn, numbered, (int)strlen(types), NULL, params, NULL, NULL, 0)
		       : PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(result);
	bool is_ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	is_ok = is_ok ? check_commit(sql, result, error) : fail(connection, result, error);
	if (is_ok && ret_changed)
		*ret_changed = g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
	if (is_ok && ret_rows)
		*ret_rows = copy_rows(result);
	PQclear(result);
	return is_ok;
}

const FerryStoreBackend ferry_store_postgres = {
	.name = "postgres",
	.serial_key = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
	.lock_suffix = " FOR UPDATE",
	.serialize_sql = "SELECT pg_advisory_xact_lock(hashtext('ferry store ' || current_schema()))",
	.max_connections = 16,
	.connect = connect_server,
	.disconnect = disconnect,
	.run = run,
	.begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	.begin_write = "BEGIN",
};
