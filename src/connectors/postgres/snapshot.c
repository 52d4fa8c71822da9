/*
 * One consistent point for all lanes: the first connection exports its snapshot, the others take it over.
 * Each then stays in a read-only transaction until it is closed
 * (https://www.postgresql.org/docs/current/functions-admin.html, Snapshot Synchronization Functions).
 */
#include "connectors/postgres/private.h"

#include <string.h>

#define BEGIN_SQL "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"

static bool begin(PgConnection *c, GError **error)
{
	if (c->is_pinned)
		return true;
	g_autoptr(PGresult) result = ferry_pg_run(c, BEGIN_SQL, "cannot begin a snapshot", error);
	c->is_pinned = result != NULL;
	return c->is_pinned;
}

/* NULL: the server gives none (*ret_reason), and the transaction is begun anew. */
static char *export_snapshot(PgConnection *c, char **ret_reason)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(PGresult) result =
		ferry_pg_run(c, "SELECT pg_catalog.pg_export_snapshot()", "no snapshot to share", &error);
	if (result != NULL)
		return g_strdup(PQgetvalue(result, 0, 0));
	*ret_reason = g_strdup(error->message);
	PQclear(PQexec(c->conn, "ROLLBACK"));
	c->is_pinned = false;
	c->cannot_export = true;
	return NULL;
}

static bool import_snapshot(PgConnection *c, const char *id, GError **error)
{
	g_autofree char *literal = ferry_pg_quote_literal(id);
	g_autofree char *sql = g_strconcat("SET TRANSACTION SNAPSHOT ", literal, NULL);
	g_autoptr(PGresult) result = ferry_pg_run(c, sql, "cannot take over the snapshot", error);
	return result != NULL;
}

bool ferry_pg_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error)
{
	g_autofree char *reason = NULL;
	if (n == 0 || !begin(pg_connection(connections[0]), error))
		return n == 0;
	if (n == 1) {
		*ret_description = g_strdup("one snapshot (repeatable read)");
		return true;
	}
	g_autofree char *id = export_snapshot(pg_connection(connections[0]), &reason);
	for (size_t i = 0; i < n; i++) {
		PgConnection *c = pg_connection(connections[i]);
		bool was_begun = c->is_pinned;
		if (!begin(c, error))
			return false;
		if (id != NULL && i > 0 && !was_begun && !import_snapshot(c, id, error))
			return false;
	}
	*ret_description = id != NULL
				   ? g_strdup_printf("one snapshot for all lanes (exported snapshot %s)", id)
				   : g_strdup_printf("each lane has a snapshot of its own: %s", reason);
	return true;
}

bool ferry_pg_set_savepoint(PgConnection *c, GError **error)
{
	if (!c->is_pinned || c->has_savepoint)
		return true;
	g_autoptr(PGresult) result = ferry_pg_run(c, "SAVEPOINT ferry_read", "cannot set a savepoint", error);
	c->has_savepoint = result != NULL;
	return c->has_savepoint;
}

void ferry_pg_return_to_savepoint(PgConnection *c)
{
	if (c->has_savepoint && PQtransactionStatus(c->conn) == PQTRANS_INERROR)
		PQclear(PQexec(c->conn, "ROLLBACK TO SAVEPOINT ferry_read"));
}

/* Behind a savepoint the server exports none. */
static bool release_savepoint(PgConnection *c, GError **error)
{
	if (!c->has_savepoint)
		return true;
	g_autoptr(PGresult) result =
		ferry_pg_run(c, "RELEASE SAVEPOINT ferry_read", "no snapshot to share", error);
	c->has_savepoint = false;
	return result != NULL;
}

bool ferry_pg_share_snapshot(FerryConnection *connection, char **ret_name, GError **error)
{
	PgConnection *c = pg_connection(connection);

	if (!c->is_pinned)
		return ferry_fail(error, FERRY_ERROR_FAILED, "the source's snapshot was lost");
	if (c->cannot_export)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "the server exports no snapshots");
	if (!release_savepoint(c, error))
		return false;
	g_autoptr(PGresult) result =
		ferry_pg_run(c, "SELECT pg_catalog.pg_export_snapshot()", "no snapshot to share", error);
	if (result != NULL)
		*ret_name = g_strdup(PQgetvalue(result, 0, 0));
	return result != NULL;
}

bool ferry_pg_join_snapshot(FerryConnection **connections, size_t n, const char *name, GError **error)
{
	for (size_t i = 0; i < n; i++) {
		PgConnection *c = pg_connection(connections[i]);
		if (!begin(c, error))
			return false;
		if (import_snapshot(c, name, error))
			continue;
		PQclear(PQexec(c->conn, "ROLLBACK"));
		c->is_pinned = false;
		return false;
	}
	return true;
}

/* ---- rows that have moved ---- */

/* Transactions below it are in the snapshot, with their rows where they are. */
char *ferry_pg_mark(FerryConnection *connection, GError **error)
{
	g_autoptr(PGresult) result =
		ferry_pg_run(pg_connection(connection),
			     "SELECT pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot())",
			     "cannot look at the snapshot", error);

	return result != NULL ? g_strdup(PQgetvalue(result, 0, 0)) : NULL;
}

/* Half of the 32 bits that a row has of a transaction's number, and some way to go. */
#define MAX_AGE 2000000000

/*
 * A row that was changed since is another one, of a later transaction (xmin), and so is the table's own entry
 * in pg_class once VACUUM FULL, CLUSTER or ALTER TABLE have written the table anew. Plain VACUUM moves no
 * row.
 */
bool ferry_pg_has_moved(FerryConnection *connection, const FerryTable *table, const char *predicate,
			const char *mark, bool *ret_has_moved, GError **error)
{
	PgConnection *c = pg_connection(connection);
	guint64 number;

	*ret_has_moved = false;
	if (strstr(predicate, "ctid >= '(") == NULL && strstr(predicate, "ctid < '(") == NULL)
		return true;
	*ret_has_moved = true;
	if (mark == NULL || !g_ascii_string_to_unsigned(mark, 10, 0, G_MAXINT64, &number, NULL))
		return true;
	g_autofree char *name = ferry_pg_table_sql(connection, table);
	g_autofree char *literal = ferry_pg_quote_literal(name);
	g_autofree char *from = ferry_pg_from_sql(connection, table);
	g_autofree char *later = g_strdup_printf(
		"pg_catalog.age(xmin) <= pg_catalog.age('%u'::pg_catalog.xid)", (guint32)number);
	g_autofree char *sql = g_strdup_printf(
		"SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) NOT BETWEEN "
		"%" G_GUINT64_FORMAT " AND %" G_GUINT64_FORMAT
		" OR EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE oid = %s::pg_catalog.regclass AND %s)"
		" OR EXISTS (SELECT 1 FROM %s WHERE %s)",
		number, number + MAX_AGE, literal, later, from, later);
	g_autoptr(PGresult) result =
		ferry_pg_run(c, sql, "cannot look for rows that have moved in the source", error);
	if (result == NULL)
		return false;
	*ret_has_moved = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
	return true;
}
