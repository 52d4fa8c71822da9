/*
 * What the columns of a table really are, on the wire: asked by name when a reader or a writer opens. A
 * domain counts as its base type, with the typmod that the outermost domain or the column gives.
 */
#include "connectors/postgres/private.h"

#include <stdlib.h>
#include <string.h>

static const char columns_sql[] =
	"WITH RECURSIVE t(attname, attnum, oid, typmod, depth) AS ("
	" SELECT attname, attnum, atttypid, atttypmod, 0 FROM pg_catalog.pg_attribute"
	" WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped"
	" UNION ALL SELECT t.attname, t.attnum, y.typbasetype, CASE WHEN t.typmod = -1 THEN y.typtypmod ELSE "
	"t.typmod END,"
	" t.depth + 1 FROM t JOIN pg_catalog.pg_type y ON y.oid = t.oid WHERE y.typtype = 'd') "
	"SELECT DISTINCT ON (t.attnum) t.attname, t.oid, t.typmod, y.typtype, p.proname, "
	"pg_catalog.format_type(t.oid, t.typmod), "
	"t.oid < 16384 AND y.typsend <> 0 AND y.typreceive <> 0 AND y.typname NOT LIKE 'reg%' AND y.typname "
	"NOT LIKE '\\_reg%' "
	"AND y.typname <> 'pg_node_tree' "
	"FROM t JOIN pg_catalog.pg_type y ON y.oid = t.oid LEFT JOIN pg_catalog.pg_proc p ON p.oid = "
	"y.typreceive "
	"ORDER BY t.attnum, t.depth DESC";

static void wire_column_free(gpointer data)
{
	PgWireColumn *column = data;
	g_free(column->name);
	g_free(column->receive);
	g_free(column->native_type);
	g_free(column);
}

GPtrArray *ferry_pg_wire_columns(PgConnection *c, const char *table, GError **error)
{
	const char *params[] = {table};
	g_autoptr(PGresult) found = PQexecParams(c->conn, columns_sql, 1, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(found) != PGRES_TUPLES_OK) {
		ferry_pg_fail(c, found, error, "cannot look up table %s", table);
		return NULL;
	}
	if (PQntuples(found) == 0) {
		ferry_fail(error, FERRY_ERROR_NOT_FOUND, "there is no table %s", table);
		return NULL;
	}
	GPtrArray *columns = g_ptr_array_new_with_free_func(wire_column_free);
	for (int row = 0; row < PQntuples(found); row++) {
		PgWireColumn *column = g_new0(PgWireColumn, 1);
		column->name = g_strdup(PQgetvalue(found, row, 0));
		column->oid = (unsigned)strtoul(PQgetvalue(found, row, 1), NULL, 10);
		column->typmod = (int)g_ascii_strtoll(PQgetvalue(found, row, 2), NULL, 10);
		column->is_enum = *PQgetvalue(found, row, 3) == 'e';
		column->receive = g_strdup(PQgetvalue(found, row, 4));
		column->native_type = g_strdup(PQgetvalue(found, row, 5));
		column->is_portable = column->is_enum || *PQgetvalue(found, row, 6) == 't';
		g_ptr_array_add(columns, column);
	}
	return columns;
}

const PgWireColumn *ferry_pg_find_wire_column(const GPtrArray *columns, const char *table, const char *name,
					      GError **error)
{
	for (guint i = 0; i < columns->len; i++) {
		const PgWireColumn *column = columns->pdata[i];
		if (strcmp(column->name, name) == 0)
			return column;
	}
	ferry_fail(error, FERRY_ERROR_NOT_FOUND, "table %s has no column \"%s\"", table, name);
	return NULL;
}

bool ferry_pg_has_extension_type(FerryConnection *base, const char *schema, const char *name)
{
	static const char sql[] =
		"SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
		"JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = "
		"t.oid "
		"AND d.deptype = 'e' WHERE n.nspname = $1 AND t.typname = $2";
	const char *params[] = {schema, name};
	g_autoptr(PGresult) found =
		PQexecParams(pg_connection(base)->conn, sql, 2, NULL, params, NULL, NULL, 0);
	return PQresultStatus(found) == PGRES_TUPLES_OK && PQntuples(found) > 0;
}
