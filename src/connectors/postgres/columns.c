/*
 * What the columns of a table really are, on the wire: asked by name when a reader or a writer opens. A
 * domain counts as its base type, with the typmod that the outermost domain or the column gives.
 */
#include "connectors/postgres/private.h"

#include <stdlib.h>
#include <string.h>

/* What is asked of a type y with input function p. */
#define PORTABLE                                                                                             \
	"y.typsend <> 0 AND y.typreceive <> 0 AND y.typname NOT LIKE 'reg%' AND y.typname NOT LIKE "         \
	"'\\_reg%' AND y.typname <> 'pg_node_tree' "

/* The columns of a table without domains: two joins over indexes, prepared once a session. */
#define PLAIN_NAME "ferry_columns"
static const char plain_sql[] =
	"SELECT a.attname::text, a.atttypid, a.atttypmod, y.typtype, p.proname, "
	"pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid < 16384 AND " PORTABLE
	"FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid "
	"LEFT JOIN pg_catalog.pg_proc p ON p.oid = y.typreceive "
	"WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped "
	"ORDER BY a.attnum";

/* Columns of a table, or of a query (names, types, modifiers); then each domain down to its base type. */
#define FROM_TABLE                                                                                           \
	"SELECT attname::text, attnum::int, atttypid, atttypmod, 0 FROM pg_catalog.pg_attribute"             \
	" WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped"
#define FROM_QUERY                                                                                           \
	"SELECT u.name, u.place::int, u.oid, u.typmod, 0"                                                    \
	" FROM unnest($1::text[], $2::oid[], $3::int[]) WITH ORDINALITY AS u(name, oid, typmod, place)"
#define COLUMNS_SQL(from)                                                                                    \
	"WITH RECURSIVE t(attname, attnum, oid, typmod, depth) AS (" from                                    \
	" UNION ALL SELECT t.attname, t.attnum, y.typbasetype, CASE WHEN t.typmod = -1 THEN y.typtypmod "    \
	"ELSE "                                                                                              \
	"t.typmod END,"                                                                                      \
	" t.depth + 1 FROM t JOIN pg_catalog.pg_type y ON y.oid = t.oid WHERE y.typtype = 'd') "             \
	"SELECT DISTINCT ON (t.attnum) t.attname, t.oid, t.typmod, y.typtype, p.proname, "                   \
	"pg_catalog.format_type(t.oid, t.typmod), "                                                          \
	"t.oid < 16384 AND " PORTABLE                                                                        \
	"FROM t JOIN pg_catalog.pg_type y ON y.oid = t.oid LEFT JOIN pg_catalog.pg_proc p ON p.oid = "       \
	"y.typreceive "                                                                                      \
	"ORDER BY t.attnum, t.depth DESC"

static void wire_column_free(gpointer data)
{
	PgWireColumn *column = data;
	g_free(column->name);
	g_free(column->receive);
	g_free(column->native_type);
	g_free(column);
}

static GPtrArray *read_columns(const PGresult *found)
{
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

static bool has_domain(const PGresult *found)
{
	for (int row = 0; row < PQntuples(found); row++)
		if (*PQgetvalue(found, row, 3) == 'd')
			return true;
	return false;
}

/* Many tables are asked for in a session, so the plain question is planned once. */
static PGresult *ask_plain(PgConnection *c, const char *const *params)
{
	if (!c->has_columns_statement) {
		PGresult *prepared = PQprepare(c->conn, PLAIN_NAME, plain_sql, 1, NULL);
		if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
			return prepared;
		PQclear(prepared);
		c->has_columns_statement = true;
	}
	return PQexecPrepared(c->conn, PLAIN_NAME, 1, params, NULL, NULL, 0);
}

GPtrArray *ferry_pg_wire_columns(PgConnection *c, const char *table, GError **error)
{
	const char *params[] = {table};
	g_autoptr(PGresult) found = ask_plain(c, params);
	if (has_domain(found)) {
		PQclear(found);
		found = PQexecParams(c->conn, COLUMNS_SQL(FROM_TABLE), 1, NULL, params, NULL, NULL, 0);
	}
	if (PQresultStatus(found) != PGRES_TUPLES_OK) {
		ferry_pg_fail(c, found, error, "cannot look up table %s", table);
		return NULL;
	}
	if (PQntuples(found) == 0) {
		ferry_fail(error, FERRY_ERROR_NOT_FOUND, "there is no table %s", table);
		return NULL;
	}
	return read_columns(found);
}

/* ---- of a query ---- */

static void append_array_text(GString *array, const char *text)
{
	g_string_append(array, array->len > 1 ? ",\"" : "\"");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(array, '\\');
		g_string_append_c(array, *p);
	}
	g_string_append_c(array, '"');
}

static GPtrArray *resolve_columns(PgConnection *c, const PGresult *described, const char *what,
				  GError **error)
{
	g_autoptr(GString) names = g_string_new("{"), oids = g_string_new("{"), mods = g_string_new("{");
	for (int i = 0; i < PQnfields(described); i++) {
		append_array_text(names, PQfname(described, i));
		g_string_append_printf(oids, "%s%u", i > 0 ? "," : "", PQftype(described, i));
		g_string_append_printf(mods, "%s%d", i > 0 ? "," : "", PQfmod(described, i));
	}
	g_string_append_c(names, '}');
	g_string_append_c(oids, '}');
	g_string_append_c(mods, '}');
	const char *params[] = {names->str, oids->str, mods->str};
	g_autoptr(PGresult) found =
		PQexecParams(c->conn, COLUMNS_SQL(FROM_QUERY), 3, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(found) != PGRES_TUPLES_OK) {
		ferry_pg_fail(c, found, error, "cannot look up the columns of %s", what);
		return NULL;
	}
	return read_columns(found);
}

GPtrArray *ferry_pg_query_columns(PgConnection *c, const char *query, const char *what, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT * FROM (%s\n) AS ferry_query", query);
	if (!ferry_pg_enter_user_sql(c, error))
		return NULL;
	g_autoptr(PGresult) prepared = PQprepare(c->conn, "", sql, 0, NULL);
	bool is_prepared = PQresultStatus(prepared) == PGRES_COMMAND_OK;
	g_autoptr(PGresult) described = is_prepared ? PQdescribePrepared(c->conn, "") : NULL;
	ferry_pg_leave_user_sql(c);
	if (!is_prepared) {
		ferry_pg_fail(c, prepared, error, "the query of %s does not work (%s)", what, query);
		return NULL;
	}
	if (PQresultStatus(described) != PGRES_COMMAND_OK) {
		ferry_pg_fail(c, described, error, "cannot describe the query of %s", what);
		return NULL;
	}
	return resolve_columns(c, described, what, error);
}

GPtrArray *ferry_pg_source_columns(PgConnection *c, const FerryTable *table, GError **error)
{
	if (table->query != NULL)
		return ferry_pg_query_columns(c, table->query, table->name, error);
	g_autofree char *name = ferry_pg_table_sql(&c->base, table);
	return ferry_pg_wire_columns(c, name, error);
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
