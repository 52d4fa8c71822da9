/*
 * The catalog as a whole: which queries, in which order. Expressions come from the server's own deparser,
 * with every name qualified, as the session's search_path holds pg_catalog only.
 */
#include "connectors/postgres/catalog.h"

#include "connectors/own_tables.h"

#include <string.h>

PGresult *ferry_pg_catalog_query(PgCatalogReader *r, const char *sql, const char *doing, GError **error)
{
	const char *params[] = {r->c->schema, r->c->base.only_table};
	int n_params = strstr(sql, "$2") ? 2 : 1; /* the server insists on the number */
	g_autoptr(PGresult) result = PQexecParams(r->c->conn, sql, n_params, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		return g_steal_pointer(&result);
	ferry_pg_fail(r->c, result, error, "cannot list the %s", doing);
	return NULL;
}

FerryTable *ferry_pg_catalog_table(PgCatalogReader *r, const PGresult *result, int row)
{
	return g_hash_table_lookup(r->by_oid, GUINT_TO_POINTER(pg_cell_oid(result, row, 0)));
}

/* The deparser puts the whole into parentheses; ours has none. */
char *ferry_pg_strip_parentheses(const char *expression)
{
	if (expression == NULL)
		return NULL;
	size_t len = strlen(expression);
	int depth = 0;
	bool in_quotes = false;
	if (len < 2 || expression[0] != '(' || expression[len - 1] != ')')
		return g_strdup(expression);
	for (size_t i = 0; i < len; i++) {
		if (expression[i] == '\'')
			in_quotes = !in_quotes;
		if (in_quotes)
			continue;
		depth += (expression[i] == '(') - (expression[i] == ')');
		if (depth == 0 && i < len - 1)
			return g_strdup(expression); /* "(a) AND (b)": not one pair around it all */
	}
	return g_strndup(expression + 1, len - 2);
}

static bool check_schema(PgCatalogReader *r, GError **error)
{
	if (r->c->schema == NULL)
		return true;
	g_autoptr(PGresult) result = ferry_pg_catalog_query(
		r, "SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", "schemas", error);
	if (result == NULL)
		return false;
	if (PQntuples(result) > 0)
		return true;
	ferry_fail(error, FERRY_ERROR_NOT_FOUND, "database \"%s\" has no schema \"%s\"", PQdb(r->c->conn),
		   r->c->schema);
	ferry_error_hint(error, "list the schemas with: psql -c '\\dn'");
	return false;
}

/* The catalog's queries are many joins over few rows, already in a good order. Catalogs that have just grown
 * have no statistics: nested loops over thousands of tables would take minutes. Queries about one table want
 * the opposite, so this holds for the catalog as a whole only. */
static bool set_planner(PgConnection *c, bool is_for_catalog, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_run(
		c,
		is_for_catalog
			? "SET enable_nestloop = off; SET join_collapse_limit = 1; SET from_collapse_limit = "
			  "1"
			: "RESET enable_nestloop; RESET join_collapse_limit; RESET from_collapse_limit",
		"cannot prepare to read the catalog", error);
	return result != NULL;
}

static bool read_all(PgCatalogReader *r, GError **error)
{
	return check_schema(r, error) && ferry_pg_catalog_tables(r, error) &&
	       ferry_pg_catalog_partitions(r, error) && ferry_pg_catalog_columns(r, error) &&
	       ferry_pg_catalog_indexes(r, error) && ferry_pg_catalog_constraints(r, error) &&
	       ferry_pg_catalog_features(r, error) && ferry_pg_catalog_enums(r, error) &&
	       ferry_pg_catalog_types(r, error) &&
	       (r->c->base.only_table ||
		(ferry_pg_catalog_sequences(r, error) && ferry_pg_catalog_others(r, error)));
}

static void note_encoding(FerryCatalog *catalog)
{
	g_ptr_array_add(
		catalog->notes,
		ferry_note_new(
			FERRY_SEVERITY_WARNING, "database", catalog->database,
			"its encoding is SQL_ASCII, so the bytes of its texts are in no declared encoding: "
			"those that are UTF-8 go over as they are, any others are invalid-encoding values "
			"(--bad-value)"));
}

bool ferry_pg_catalog(FerryConnection *base, FerryCatalog **ret_catalog, GError **error)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new(base->connector->name);
	g_autoptr(GHashTable) by_oid = g_hash_table_new(NULL, NULL), serials = g_hash_table_new(NULL, NULL);
	PgCatalogReader r = {
		.c = pg_connection(base), .catalog = catalog, .by_oid = by_oid, .serials = serials};
	catalog->product = g_strdup(base->server_product);
	catalog->version = g_strdup(base->server_version);
	catalog->database = g_strdup(PQdb(r.c->conn));
	if (ferry_pg_has_no_encoding(r.c))
		note_encoding(catalog);
	bool is_whole = !r.c->base.only_table;
	if (is_whole && !set_planner(r.c, true, error))
		return false;
	bool is_read = read_all(&r, error);
	if ((is_whole && !set_planner(r.c, false, is_read ? error : NULL)) || !is_read)
		return false;
	ferry_own_tables_leave_out(base->connector, catalog);
	*ret_catalog = g_steal_pointer(&catalog);
	return true;
}
