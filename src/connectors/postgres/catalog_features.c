/*
 * What a table or its partitions have beside columns, keys and constraints, and the target does not get: how
 * they are stored, replicated and analyzed, and what only a partition has. Each row of one query is a note.
 */
#include "connectors/postgres/catalog.h"

#include <string.h>

/* mine: the tables and, with the words that tell them from those, their partitions of all levels. A
 * column that came later (tgparentid 13) is asked for by way of JSON. */
/* clang-format off */
static const char features_sql_start[] =
	"WITH mine AS (SELECT c.oid AS root, c.oid AS rel, ''::text AS part FROM ";
static const char features_sql_middle[] =
	" UNION ALL SELECT c.oid, q.oid, 'partition ' || q.relname || ': ' FROM ";
static const char features_sql_end[] =
	" CROSS JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class q ON q.oid = t.relid AND q.oid <> c.oid "
	"WHERE c.relkind = 'p'), "
	"parts AS (SELECT * FROM mine WHERE part <> '') "
	"SELECT m.root, 'info', NULL, m.part || 'its storage parameters are not set in the target (' || "
	"pg_catalog.array_to_string(c.reloptions || (SELECT pg_catalog.array_agg('toast.' || o) FROM pg_catalog.unnest(t.reloptions) o), ', ') || ')' "
	"FROM mine m JOIN pg_catalog.pg_class c ON c.oid = m.rel LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid "
	"WHERE c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL"
	" UNION ALL SELECT m.root, 'warning', NULL, m.part || 'its replica identity is not set in the target (' || CASE c.relreplident "
	"WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE coalesce('USING INDEX ' || (SELECT pg_catalog.quote_ident(x.relname) FROM pg_catalog.pg_index i "
	"JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident), 'an index that is gone') END || ')' "
	"FROM mine m JOIN pg_catalog.pg_class c ON c.oid = m.rel AND c.relreplident <> 'd'"
	" UNION ALL SELECT m.root, 'info', NULL, m.part || 'the mark to CLUSTER it by index ' || x.relname || ' is not set in the target' "
	"FROM mine m JOIN pg_catalog.pg_index i ON i.indrelid = m.rel AND i.indisclustered JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
	" UNION ALL SELECT m.root, 'info', NULL, m.part || 'lies in tablespace ' || s.spcname || '; in the target, in the default one' "
	"FROM mine m JOIN pg_catalog.pg_class c ON c.oid = m.rel JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace"
	" UNION ALL SELECT m.root, 'info', NULL, 'index ' || x.relname || ' lies in tablespace ' || s.spcname || '; in the target, in the default one' "
	"FROM mine m JOIN pg_catalog.pg_index i ON i.indrelid = m.rel AND m.part = '' JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid "
	"JOIN pg_catalog.pg_tablespace s ON s.oid = x.reltablespace"
	" UNION ALL SELECT m.root, 'warning', NULL, m.part || 'its access method ' || a.amname || ' is not set in the target' "
	"FROM mine m JOIN pg_catalog.pg_class c ON c.oid = m.rel JOIN pg_catalog.pg_am a ON a.oid = c.relam AND a.amname <> 'heap'"
	" UNION ALL SELECT m.root, 'info', NULL, 'a table of type ' || pg_catalog.format_type(c.reloftype, NULL) || '; the target gets a plain one' "
	"FROM mine m JOIN pg_catalog.pg_class c ON c.oid = m.rel AND c.reloftype <> 0"
	" UNION ALL SELECT m.root, 'info', NULL, m.part || 'unlogged in the source; logged in the target' "
	"FROM parts m JOIN pg_catalog.pg_class c ON c.oid = m.rel AND c.relpersistence = 'u'"
	" UNION ALL SELECT m.root, 'warning', NULL, m.part || 'its comment is not converted: ' || pg_catalog.obj_description(m.rel, 'pg_class') "
	"FROM parts m WHERE pg_catalog.obj_description(m.rel, 'pg_class') IS NOT NULL"
	" UNION ALL SELECT m.root, 'warning', NULL, m.part || 'a foreign table in the source, a plain one in the target' "
	"FROM parts m JOIN pg_catalog.pg_class c ON c.oid = m.rel AND c.relkind = 'f'"
	" UNION ALL SELECT m.root, 'loss', NULL, m.part || 'its own index ' || x.relname || ' is not made in the target: ' || pg_catalog.pg_get_indexdef(x.oid) "
	"FROM parts m JOIN pg_catalog.pg_index i ON i.indrelid = m.rel JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid "
	"LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = i.indexrelid WHERE h.inhrelid IS NULL"
	" UNION ALL SELECT m.root, 'loss', NULL, m.part || 'its own constraint ' || k.conname || ' is not made in the target: ' || pg_catalog.pg_get_constraintdef(k.oid) "
	"FROM parts m JOIN pg_catalog.pg_constraint k ON k.conrelid = m.rel AND k.contype IN ('c', 'f') AND k.coninhcount = 0 AND k.conparentid = 0"
	" UNION ALL SELECT m.root, 'loss', NULL, m.part || 'its own trigger ' || g.tgname || ' is not made in the target' "
	"FROM parts m JOIN pg_catalog.pg_trigger g ON g.tgrelid = m.rel AND NOT g.tgisinternal AND pg_catalog.to_jsonb(g) ->> 'tgparentid' = '0'"
	" UNION ALL SELECT m.root, 'warning', a.attname::text, m.part || CASE WHEN a.attnotnull AND NOT o.attnotnull THEN 'NOT NULL holds in the source for it only' "
	"ELSE 'has a default of its own, which is not set in the target: ' || coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'none') END "
	"FROM parts m JOIN pg_catalog.pg_attribute a ON a.attrelid = m.rel AND a.attnum > 0 AND NOT a.attisdropped "
	"JOIN pg_catalog.pg_attribute o ON o.attrelid = m.root AND o.attname = a.attname AND NOT o.attisdropped "
	"LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = m.rel AND d.adnum = a.attnum "
	"LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = m.root AND e.adnum = o.attnum "
	"WHERE (a.attnotnull AND NOT o.attnotnull) OR (a.attgenerated = '' AND "
	"pg_catalog.pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_catalog.pg_get_expr(e.adbin, e.adrelid))"
	" UNION ALL SELECT m.root, 'info', f.attname::text, m.part || 'not set in the target: ' || f.settings FROM mine m "
	"JOIN (SELECT a.attrelid, a.attname, pg_catalog.concat_ws(', ', CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage "
	"WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END, "
	"CASE ";
static const char features_sql_last[] =
	" WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END, "
	"CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END, pg_catalog.array_to_string(a.attoptions, ', ')) AS settings "
	"FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attnum > 0 AND NOT a.attisdropped) f "
	"ON f.attrelid = m.rel AND f.settings <> '' AND m.part = ''"
	" UNION ALL SELECT m.root, 'warning', NULL, 'index ' || x.relname || ': collation ' || co.collname || ' is not created in the target' "
	"FROM mine m JOIN pg_catalog.pg_index i ON i.indrelid = m.rel AND m.part = '' JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid "
	"CROSS JOIN LATERAL pg_catalog.unnest(i.indcollation::pg_catalog.oid[]) AS u(id) JOIN pg_catalog.pg_collation co ON co.oid = u.id AND co.oid >= 16384"
	" ORDER BY 1, 4";
/* clang-format on */

static FerrySeverity severity_of(const char *name)
{
	return strcmp(name, "info") == 0      ? FERRY_SEVERITY_INFO
	       : strcmp(name, "warning") == 0 ? FERRY_SEVERITY_WARNING
					      : FERRY_SEVERITY_LOSS;
}

bool ferry_pg_catalog_features(PgCatalogReader *r, GError **error)
{
	/* Of each column there is, so not by way of JSON. */
	const char *compression = r->c->version >= 140000 ? "a.attcompression" : "''";
	g_autofree char *sql =
		g_strconcat(features_sql_start, PG_USER_TABLES, features_sql_middle, PG_USER_TABLES,
			    features_sql_end, compression, features_sql_last, NULL);
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, sql, "settings of the tables", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryTable *table = ferry_pg_catalog_table(r, result, row);
		if (table != NULL)
			ferry_table_note(table, severity_of(PQgetvalue(result, row, 1)),
					 pg_cell(result, row, 2), "%s", PQgetvalue(result, row, 3));
	}
	return true;
}
