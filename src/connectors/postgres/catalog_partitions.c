/*
 * Partitions, of all levels in one query: a row is a partitioned table, a partition, or both. They are kept
 * in the server's own words (definition) for a target that speaks them, as keys may be expressions, with
 * collations and operator classes.
 */
#include "connectors/postgres/catalog.h"

#include <string.h>

enum { P_OID, P_NAME, P_PARENT, P_STRATEGY, P_KEY, P_COLUMNS, P_BOUND };

static const char partitions_sql[] =
	"SELECT c.oid, c.relname, i.inhparent, p.partstrat, pg_catalog.pg_get_partkeydef(p.partrelid), "
	"(SELECT string_agg(a.attname, E'\\n' ORDER BY k.n) FROM unnest(p.partattrs) WITH ORDINALITY "
	"k(attnum, n) "
	"JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum), "
	"pg_catalog.pg_get_expr(c.relpartbound, c.oid) "
	"FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND "
	"c.relispartition "
	"LEFT JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = c.oid "
	"WHERE (c.relispartition AND c.relkind IN ('r', 'p', 'f')) OR c.relkind = 'p' "
	"ORDER BY c.relname COLLATE \"C\", c.oid";

/* "RANGE (a, lower(b))" without the word and the parentheses. */
static char *key_text(const char *definition)
{
	const char *start = strchr(definition, '(');
	size_t len = start != NULL ? strlen(start) : 0;
	return len > 2 ? g_strndup(start + 1, len - 2) : g_strdup("");
}

static FerryPartitioning *new_partitioning(const PGresult *result, int row)
{
	char strategy = *PQgetvalue(result, row, P_STRATEGY);
	FerryPartitioning *partitioning = ferry_partitioning_new(strategy == 'r'   ? FERRY_PARTITION_RANGE
								 : strategy == 'l' ? FERRY_PARTITION_LIST
										   : FERRY_PARTITION_HASH);
	const char *columns = pg_cell(result, row, P_COLUMNS);
	g_auto(GStrv) names = g_strsplit(columns != NULL ? columns : "", "\n", -1);
	partitioning->definition = key_text(PQgetvalue(result, row, P_KEY));
	for (size_t i = 0; names[i] != NULL; i++)
		g_ptr_array_add(partitioning->columns, g_strdup(names[i]));
	return partitioning;
}

static gpointer oid_at(const PGresult *result, int row, int column)
{
	return GUINT_TO_POINTER(pg_cell_oid(result, row, column));
}

/* Its own partitions, if it has some, go from the table into it. */
static void add_partition(GHashTable *by_oid, const PGresult *result, int row)
{
	FerryPartitioning *above = g_hash_table_lookup(by_oid, oid_at(result, row, P_PARENT));
	FerryPartition *partition = ferry_partition_new(PQgetvalue(result, row, P_NAME));
	partition->definition = g_strdup(pg_cell(result, row, P_BOUND));
	partition->is_default = g_strcmp0(partition->definition, "DEFAULT") == 0;
	partition->parts = g_hash_table_lookup(by_oid, oid_at(result, row, P_OID));
	g_ptr_array_add(above->partitions, partition);
}

/* With no server of another kind in mind: its words are only ours. */
static void give_to_tables(PgCatalogReader *r, GHashTable *by_oid)
{
	GHashTableIter iter;
	gpointer oid, value;
	g_hash_table_iter_init(&iter, by_oid);
	while (g_hash_table_iter_next(&iter, &oid, &value)) {
		FerryTable *table = g_hash_table_lookup(r->by_oid, oid);
		FerryPartitioning *partitioning = value;
		partitioning->obstacle = g_strdup("PostgreSQL's partitions go to PostgreSQL only");
		if (table != NULL)
			table->partitioning = partitioning;
	}
}

/* Of tables that are not ours (another schema, an extension). */
static void free_others(PgCatalogReader *r, GHashTable *by_oid, const PGresult *result)
{
	for (int row = 0; row < PQntuples(result); row++)
		if (pg_cell(result, row, P_PARENT) == NULL &&
		    g_hash_table_lookup(r->by_oid, oid_at(result, row, P_OID)) == NULL)
			ferry_partitioning_free(g_hash_table_lookup(by_oid, oid_at(result, row, P_OID)));
}

bool ferry_pg_catalog_partitions(PgCatalogReader *r, GError **error)
{
	g_autoptr(GHashTable) by_oid = g_hash_table_new(NULL, NULL);
	g_autoptr(PGresult) result = ferry_pg_run(r->c, partitions_sql, "cannot list the partitions", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++)
		if (pg_cell(result, row, P_STRATEGY) != NULL)
			g_hash_table_insert(by_oid, oid_at(result, row, P_OID),
					    new_partitioning(result, row));
	for (int row = 0; row < PQntuples(result); row++)
		if (pg_cell(result, row, P_PARENT) != NULL &&
		    g_hash_table_contains(by_oid, oid_at(result, row, P_PARENT)))
			add_partition(by_oid, result, row);
	give_to_tables(r, by_oid);
	free_others(r, by_oid, result);
	return true;
}
