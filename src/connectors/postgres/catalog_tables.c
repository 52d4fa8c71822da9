/*
 * Tables and their columns. Partitions are not listed, their parent stands for them. A column of a type that
 * users have made is told twice: with that type's name, and as it is for a target without the type (a
 * domain's base type with its default and NOT NULL; text for composite, range and extension types).
 */
#include "connectors/postgres/catalog.h"

#include <string.h>

static const char tables_sql[] =
	"SELECT c.oid, n.nspname, c.relname, c.relkind, "
	"CASE WHEN c.relkind = 'p' THEN (SELECT sum(greatest(l.reltuples, 0))::int8 FROM "
	"pg_catalog.pg_partition_tree(c.oid) t "
	"JOIN pg_catalog.pg_class l ON l.oid = t.relid WHERE t.isleaf) "
	"WHEN c.reltuples < 0 OR (c.reltuples = 0 AND c.relpages = 0 AND pg_catalog.pg_relation_size(c.oid) "
	"> 0) THEN -1 "
	"ELSE c.reltuples::int8 END, "
	"CASE WHEN c.relkind = 'p' THEN (SELECT sum(pg_catalog.pg_table_size(t.relid)) FROM "
	"pg_catalog.pg_partition_tree(c.oid) t WHERE t.isleaf) ELSE pg_catalog.pg_table_size(c.oid) END, "
	"pg_catalog.obj_description(c.oid, 'pg_class'), c.relpersistence, "
	"(SELECT string_agg(i.inhparent::regclass::text, ', ') FROM pg_catalog.pg_inherits i WHERE "
	"i.inhrelid = c.oid), "
	"c.relrowsecurity "
	"FROM " PG_USER_TABLES " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

static void note_table(FerryTable *table, const PGresult *result, int row)
{
	if (*PQgetvalue(result, row, 7) == 'u')
		ferry_table_note(table, FERRY_SEVERITY_INFO, NULL,
				 "unlogged in the source; a logged table in the target");
	if (pg_cell(result, row, 8) != NULL)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, NULL,
				 "inherits from %s; the target gets a table of its own with its own rows",
				 pg_cell(result, row, 8));
	if (pg_cell_bool(result, row, 9))
		ferry_table_note(table, FERRY_SEVERITY_WARNING, NULL,
				 "row-level security is not switched on in the target");
}

bool ferry_pg_catalog_tables(PgCatalogReader *r, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, tables_sql, "tables", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryTable *table = ferry_table_new(PQgetvalue(result, row, 1), PQgetvalue(result, row, 2));
		table->is_partitioned = *PQgetvalue(result, row, 3) == 'p';
		table->est_rows = pg_cell_int(result, row, 4);
		table->est_bytes = pg_cell_int(result, row, 5);
		table->comment = g_strdup(pg_cell(result, row, 6));
		note_table(table, result, row);
		g_ptr_array_add(r->catalog->tables, table);
		g_hash_table_insert(r->by_oid, GUINT_TO_POINTER(pg_cell_oid(result, row, 0)), table);
	}
	return true;
}

/* ---- columns ---- */

/* base: each domain with what lies at its bottom. used: which defaults use a sequence, for all at once:
 * looked up for each column it costs, without fresh statistics, a walk through all defaults. A serial's
 * sequence is one that the column owns and only its own default uses, with nothing unusual but its increment.
 */
static const char columns_sql_start[] =
	"WITH RECURSIVE domain(oid, base, typmod, not_null, dflt, depth) AS ("
	" SELECT oid, typbasetype, typtypmod, typnotnull, "
	"pg_catalog.pg_get_expr(typdefaultbin, 'pg_catalog.pg_type'::regclass), 1 FROM pg_catalog.pg_type "
	"WHERE "
	"typtype = 'd'"
	" UNION ALL SELECT d.oid, t.typbasetype, CASE WHEN d.typmod = -1 THEN t.typtypmod ELSE d.typmod END,"
	" d.not_null OR t.typnotnull, coalesce(d.dflt, pg_catalog.pg_get_expr(t.typdefaultbin, "
	"'pg_catalog.pg_type'::regclass)), d.depth + 1"
	" FROM domain d JOIN pg_catalog.pg_type t ON t.oid = d.base WHERE t.typtype = 'd'), "
	"base AS (SELECT DISTINCT ON (oid) * FROM domain ORDER BY oid, depth DESC), "
	"owned AS (SELECT d.refobjid AS relid, d.refobjsubid AS attnum, d.deptype, s.*"
	" FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid"
	" WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = "
	"'pg_catalog.pg_class'::regclass"
	" AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0), "
	"used AS (SELECT u.refobjid AS seqrelid, count(*) AS n, array_agg(u.objid) AS defaults"
	" FROM pg_catalog.pg_depend u JOIN pg_catalog.pg_sequence s ON s.seqrelid = u.refobjid"
	" WHERE u.classid = 'pg_catalog.pg_attrdef'::regclass AND u.refclassid = "
	"'pg_catalog.pg_class'::regclass"
	" GROUP BY u.refobjid), "
	/* what defaults call that is not the system's, and so may not be in the target */
	"calls AS (SELECT u.objid, string_agg(DISTINCT u.refobjid::regprocedure::text, ', ') AS functions"
	" FROM pg_catalog.pg_depend u WHERE u.classid = 'pg_catalog.pg_attrdef'::regclass AND u.refclassid = "
	"'pg_catalog.pg_proc'::regclass AND u.refobjid >= 16384 GROUP BY u.objid), "
	"limits AS (SELECT s.seqrelid, CASE s.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE "
	"9223372036854775807 END AS top FROM pg_catalog.pg_sequence s) "
	"SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), coalesce(b.base, "
	"a.atttypid), "
	"CASE WHEN b.oid IS NULL OR a.atttypmod <> -1 THEN a.atttypmod ELSE b.typmod END, "
	"a.attnotnull OR coalesce(b.not_null, false), a.attidentity, a.attgenerated, "
	"coalesce(pg_catalog.pg_get_expr(f.adbin, f.adrelid), b.dflt), "
	"CASE WHEN co.collname <> 'default' AND a.attcollation <> t.typcollation THEN co.collname END, "
	"cn.nspname, "
	"pg_catalog.col_description(a.attrelid, a.attnum), "
	/* the base type, and for arrays its element: */
	"t.typtype, t.typcategory, e.typtype, tn.nspname, t.typname, en.nspname, e.typname, b.oid IS NOT "
	"NULL, "
	"pg_catalog.format_type(coalesce(b.base, a.atttypid), CASE WHEN b.oid IS NULL OR a.atttypmod <> -1 "
	"THEN a.atttypmod "
	"ELSE b.typmod END), coalesce(e.oid, t.oid) < 16384, "
	"o.seqrelid, o.deptype, o.seqincrement, o.seqcycle OR o.seqcache <> 1 OR (o.seqincrement > 0 AND "
	"o.seqmin <> 1), "
	"coalesce(us.n, 0), coalesce(f.oid = ANY (us.defaults), false), "
	/* the type that users have made, if it is one */
	"un.nspname, ut.typname, a.attnotnull, f.oid IS NOT NULL, a.attcollation <> ct.typcollation, "
	"ca.functions, "
	"nullif(concat(CASE WHEN o.seqmin <> CASE WHEN o.seqincrement > 0 THEN 1 ELSE -l.top - 1 END THEN ' "
	"MINVALUE ' || o.seqmin END, "
	"CASE WHEN o.seqmax <> CASE WHEN o.seqincrement > 0 THEN l.top ELSE -1 END THEN ' MAXVALUE ' || "
	"o.seqmax END, "
	"CASE WHEN o.seqstart <> CASE WHEN o.seqincrement > 0 THEN o.seqmin ELSE o.seqmax END THEN ' START ' "
	"|| o.seqstart END, "
	"CASE WHEN o.seqcache <> 1 THEN ' CACHE ' || o.seqcache END, CASE WHEN o.seqcycle THEN ' CYCLE' "
	"END), "
	"''), o.seqmin, o.seqmax "
	"FROM ";
static const char columns_sql_end[] =
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
	"LEFT JOIN base b ON b.oid = a.atttypid JOIN pg_catalog.pg_type t ON t.oid = coalesce(b.base, "
	"a.atttypid) "
	"JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace "
	"LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' "
	"LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace "
	"LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum "
	"LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation "
	"LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace "
	"JOIN pg_catalog.pg_type ct ON ct.oid = a.atttypid "
	"LEFT JOIN pg_catalog.pg_type ce ON ce.oid = ct.typelem AND ct.typtype = 'b' AND ct.typcategory = "
	"'A' "
	"LEFT JOIN pg_catalog.pg_range cm ON (pg_catalog.to_jsonb(cm) ->> 'rngmultitypid')::oid = "
	"coalesce(ce.oid, ct.oid) "
	"LEFT JOIN pg_catalog.pg_type ut ON ut.oid = coalesce(cm.rngtypid, ce.oid, ct.oid) AND ut.oid >= "
	"16384 "
	"AND ut.typtype <> 'e' "
	"LEFT JOIN pg_catalog.pg_namespace un ON un.oid = ut.typnamespace "
	"LEFT JOIN owned o ON o.relid = a.attrelid AND o.attnum = a.attnum AND (a.attidentity <> '' OR "
	"o.deptype = 'a') "
	"LEFT JOIN used us ON us.seqrelid = o.seqrelid "
	"LEFT JOIN calls ca ON ca.objid = f.oid "
	"LEFT JOIN limits l ON l.seqrelid = o.seqrelid "
	"ORDER BY a.attrelid, a.attnum, o.seqrelid";

enum {
	COL_TABLE,
	COL_NAME,
	COL_TYPE,
	COL_BASE,
	COL_TYPMOD,
	COL_NOT_NULL,
	COL_IDENTITY,
	COL_GENERATED,
	COL_DEFAULT,
	COL_COLLATION,
	COL_COLLATION_SCHEMA,
	COL_COMMENT,
	COL_TYPTYPE,
	COL_CATEGORY,
	COL_ELEMENT_TYPTYPE,
	COL_TYPE_SCHEMA,
	COL_TYPE_NAME,
	COL_ELEMENT_SCHEMA,
	COL_ELEMENT_NAME,
	COL_IS_DOMAIN,
	COL_BASE_TYPE,
	COL_IS_BUILTIN,
	COL_SEQUENCE,
	COL_DEPTYPE,
	COL_INCREMENT,
	COL_IS_UNUSUAL,
	COL_N_USES,
	COL_USED_HERE,
	COL_USER_SCHEMA,
	COL_USER_NAME,
	COL_OWN_NOT_NULL,
	COL_OWN_DEFAULT,
	COL_OWN_COLLATION,
	COL_OWN_FUNCTIONS,
	COL_OPTIONS,
	COL_MIN,
	COL_MAX
};

static void set_enum(FerryColumnDef *column, const PGresult *result, int row)
{
	bool is_array = *PQgetvalue(result, row, COL_CATEGORY) == 'A';
	column->enum_schema =
		g_strdup(PQgetvalue(result, row, is_array ? COL_ELEMENT_SCHEMA : COL_TYPE_SCHEMA));
	column->enum_name = g_strdup(PQgetvalue(result, row, is_array ? COL_ELEMENT_NAME : COL_TYPE_NAME));
}

/* The types of users, and what the column is without them. */
static void settle_type(FerryColumnDef *column, const PGresult *result, int row)
{
	bool is_array = *PQgetvalue(result, row, COL_CATEGORY) == 'A';
	char kind = *PQgetvalue(result, row, is_array ? COL_ELEMENT_TYPTYPE : COL_TYPTYPE);
	if (pg_cell(result, row, COL_USER_NAME) != NULL) {
		column->user_type = g_strdup(PQgetvalue(result, row, COL_TYPE));
		column->type_schema = g_strdup(PQgetvalue(result, row, COL_USER_SCHEMA));
		column->type_name = g_strdup(PQgetvalue(result, row, COL_USER_NAME));
		column->is_domain = pg_cell_bool(result, row, COL_IS_DOMAIN);
	}
	if (pg_cell_bool(result, row, COL_IS_BUILTIN))
		return;
	if (kind == 'e') {
		set_enum(column, result, row);
		return;
	}
	g_free(column->native_type);
	column->native_type = g_strdup("text");
	column->type = FERRY_TYPE(FERRY_TYPE_TEXT);
}

static void settle_collation(FerryTable *table, FerryColumnDef *column, const PGresult *result, int row)
{
	const char *name = pg_cell(result, row, COL_COLLATION);
	if (name == NULL)
		return;
	if (g_strcmp0(pg_cell(result, row, COL_COLLATION_SCHEMA), "pg_catalog") == 0)
		column->collation = g_strdup(name);
	else
		ferry_table_note(
			table, FERRY_SEVERITY_WARNING, column->name,
			"collation %s is not created in the target: the column sorts by the database's",
			name);
}

static bool can_be_identity(const FerryColumnDef *column)
{
	return column->type.id == FERRY_TYPE_INT16 || column->type.id == FERRY_TYPE_INT32 ||
	       column->type.id == FERRY_TYPE_INT64;
}

/* Serial columns count as identities: their sequence is nobody else's. Any other sequence stays an object of
 * its own. */
static void settle_identity(PgCatalogReader *r, FerryTable *table, FerryColumnDef *column,
			    const PGresult *result, int row)
{
	char identity = *PQgetvalue(result, row, COL_IDENTITY);
	bool is_serial = identity == '\0' && pg_cell(result, row, COL_SEQUENCE) != NULL &&
			 can_be_identity(column) && pg_cell_bool(result, row, COL_USED_HERE) &&
			 pg_cell_int(result, row, COL_N_USES) == 1 &&
			 !pg_cell_bool(result, row, COL_IS_UNUSUAL) &&
			 g_str_has_prefix(PQgetvalue(result, row, COL_DEFAULT), "nextval(");
	if (identity == '\0' && !is_serial) {
		ferry_pg_classify_default(column, pg_cell(result, row, COL_DEFAULT));
		return;
	}
	column->identity = identity == 'a'   ? FERRY_IDENTITY_ALWAYS
			   : identity == 'd' ? FERRY_IDENTITY_BY_DEFAULT
					     : FERRY_IDENTITY_AUTO;
	column->identity_increment =
		pg_cell(result, row, COL_INCREMENT) != NULL ? pg_cell_int(result, row, COL_INCREMENT) : 1;
	const char *options = pg_cell(result, row, COL_OPTIONS);
	if (options != NULL) {
		column->identity_options = g_strdup(options + strspn(options, " "));
		column->identity_min = pg_cell_int(result, row, COL_MIN);
		column->identity_max = pg_cell_int(result, row, COL_MAX);
	}
	if (pg_cell(result, row, COL_SEQUENCE) != NULL)
		g_hash_table_insert(r->serials, GUINT_TO_POINTER(pg_cell_oid(result, row, COL_SEQUENCE)),
				    column);
}

static void add_column(PgCatalogReader *r, FerryTable *table, const PGresult *result, int row)
{
	FerryColumnDef *column = ferry_column_def_new(PQgetvalue(result, row, COL_NAME));
	bool is_domain = pg_cell_bool(result, row, COL_IS_DOMAIN);
	column->native_type = g_strdup(PQgetvalue(result, row, is_domain ? COL_BASE_TYPE : COL_TYPE));
	column->type = ferry_pg_natural_type(pg_cell_oid(result, row, COL_BASE),
					     (int)pg_cell_int(result, row, COL_TYPMOD));
	column->not_null = pg_cell_bool(result, row, COL_NOT_NULL);
	column->comment = g_strdup(pg_cell(result, row, COL_COMMENT));
	settle_type(column, result, row);
	settle_collation(table, column, result, row);
	column->has_domain_not_null = is_domain && !pg_cell_bool(result, row, COL_OWN_NOT_NULL);
	column->has_domain_default = is_domain && !pg_cell_bool(result, row, COL_OWN_DEFAULT);
	column->has_domain_collation = is_domain && !pg_cell_bool(result, row, COL_OWN_COLLATION);
	column->own_functions = g_strdup(pg_cell(result, row, COL_OWN_FUNCTIONS));
	char generated = *PQgetvalue(result, row, COL_GENERATED);
	if (generated != '\0') {
		column->generated = generated == 'v' ? FERRY_GENERATED_VIRTUAL : FERRY_GENERATED_STORED;
		column->generated_expression = ferry_pg_strip_parentheses(pg_cell(result, row, COL_DEFAULT));
	} else {
		settle_identity(r, table, column, result, row);
	}
	g_ptr_array_add(table->columns, column);
}

bool ferry_pg_catalog_columns(PgCatalogReader *r, GError **error)
{
	g_autofree char *sql = g_strconcat(columns_sql_start, PG_USER_TABLES, columns_sql_end, NULL);
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, sql, "columns", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryTable *table = ferry_pg_catalog_table(r, result, row);
		/* A column that owns several sequences comes once for each. */
		bool is_again =
			row > 0 &&
			strcmp(PQgetvalue(result, row, COL_TABLE), PQgetvalue(result, row - 1, COL_TABLE)) ==
				0 &&
			strcmp(PQgetvalue(result, row, COL_NAME), PQgetvalue(result, row - 1, COL_NAME)) == 0;
		if (table != NULL && !is_again)
			add_column(r, table, result, row);
	}
	return true;
}
