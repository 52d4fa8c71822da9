/*
 * The objects that are named but not moved: views, routines, triggers and the like. What only needs a look,
 * as nothing of the data or its rules is lost without it, says why.
 */
#include "connectors/postgres/catalog.h"

static const char others_sql[] =
	"SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'foreign table' "
	"END, n.nspname, "
	"c.relname::text, CASE WHEN c.relkind <> 'f' THEN pg_catalog.pg_get_viewdef(c.oid) END "
	"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	"AND " PG_USER_SCHEMAS " WHERE c.relkind IN ('v', 'm', 'f') AND " PG_NOT_OF_EXTENSION(
		"pg_class",
		"c.oid") " UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN "
			 "'aggregate' ELSE 'function' END, n.nspname, "
			 "p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')', "
			 "CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END "
			 "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
			 "AND " PG_USER_SCHEMAS
			 /* constructors that come with a range type are not the user's */
			 " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = "
			 "'pg_catalog.pg_proc'::regclass "
			 "AND e.objid = p.oid AND e.deptype IN ('e', 'i'))"
			 " UNION ALL SELECT 'trigger', n.nspname, t.tgname || ' on ' || c.relname, "
			 "pg_catalog.pg_get_triggerdef(t.oid) "
			 "FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid AND "
			 "NOT c.relispartition "
			 "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND " PG_USER_SCHEMAS
			 " WHERE NOT t.tgisinternal"
			 " UNION ALL SELECT 'rule', n.nspname, w.rulename || ' on ' || c.relname, "
			 "pg_catalog.pg_get_ruledef(w.oid) "
			 "FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_class c ON c.oid = w.ev_class "
			 "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND " PG_USER_SCHEMAS
			 " WHERE w.rulename <> '_RETURN'"
			 " UNION ALL SELECT 'policy', n.nspname, y.polname || ' on ' || c.relname, "
			 "pg_catalog.pg_get_expr(y.polqual, y.polrelid) "
			 "FROM pg_catalog.pg_policy y JOIN pg_catalog.pg_class c ON c.oid = y.polrelid "
			 "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND " PG_USER_SCHEMAS
			 " UNION ALL SELECT 'collation', n.nspname, co.collname::text, NULL "
			 "FROM pg_catalog.pg_collation co "
			 "JOIN pg_catalog.pg_namespace n ON n.oid = co.collnamespace "
			 "AND " PG_USER_SCHEMAS " UNION ALL SELECT 'extension', NULL, x.extname::text, "
			 "x.extversion FROM pg_catalog.pg_extension x "
			 "WHERE x.extname <> 'plpgsql'"
			 " UNION ALL SELECT 'event trigger', NULL, v.evtname::text, NULL "
			 "FROM pg_catalog.pg_event_trigger v"
			 " UNION ALL SELECT 'publication', NULL, b.pubname::text, NULL FROM "
			 "pg_catalog.pg_publication b"
			 " ORDER BY 1, 2, 3";

/* kind, schema, name, definition, reason or NULL, whether a look is enough. Nothing of what may be secret
 * (options of mappings and subscriptions) is asked for. */
/* clang-format off */
static const char rare_sql[] =
	"SELECT 'statistics object', n.nspname, s.stxname::text, pg_catalog.pg_get_statisticsobjdef(s.oid), "
	"'create it in the target, then run ANALYZE', true FROM pg_catalog.pg_statistic_ext s "
	"JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace AND " PG_USER_SCHEMAS
	" UNION ALL SELECT 'operator', n.nspname, o.oprname || ' (' || pg_catalog.concat_ws(', ', pg_catalog.format_type(nullif(o.oprleft, 0), NULL), "
	"pg_catalog.format_type(nullif(o.oprright, 0), NULL)) || ')', NULL, NULL, false FROM pg_catalog.pg_operator o "
	"JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace AND " PG_USER_SCHEMAS " WHERE " PG_NOT_OF_EXTENSION("pg_operator", "o.oid")
	" UNION ALL SELECT 'operator class', n.nspname, o.opcname || ' of ' || m.amname, NULL, NULL, false FROM pg_catalog.pg_opclass o "
	"JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace AND " PG_USER_SCHEMAS
	" JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod WHERE " PG_NOT_OF_EXTENSION("pg_opclass", "o.oid")
	" UNION ALL SELECT 'operator family', n.nspname, f.opfname || ' of ' || m.amname, NULL, NULL, false FROM pg_catalog.pg_opfamily f "
	"JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace AND " PG_USER_SCHEMAS
	" JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod WHERE " PG_NOT_OF_EXTENSION("pg_opfamily", "f.oid")
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_opclass o WHERE o.opcfamily = f.oid)"
	" UNION ALL SELECT 'cast', NULL, pg_catalog.format_type(k.castsource, NULL) || ' AS ' || pg_catalog.format_type(k.casttarget, NULL), NULL, NULL, false "
	"FROM pg_catalog.pg_cast k WHERE k.oid >= 16384 "
	/* those between a range and its multirange come with them */
	"AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_cast'::regclass AND e.objid = k.oid "
	"AND e.deptype IN ('e', 'i'))"
	" UNION ALL SELECT 'conversion', n.nspname, v.conname::text, NULL, NULL, false FROM pg_catalog.pg_conversion v "
	"JOIN pg_catalog.pg_namespace n ON n.oid = v.connamespace AND " PG_USER_SCHEMAS " WHERE " PG_NOT_OF_EXTENSION("pg_conversion", "v.oid")
	" UNION ALL SELECT 'text search configuration', n.nspname, t.cfgname::text, NULL, NULL, false FROM pg_catalog.pg_ts_config t "
	"JOIN pg_catalog.pg_namespace n ON n.oid = t.cfgnamespace AND " PG_USER_SCHEMAS " WHERE " PG_NOT_OF_EXTENSION("pg_ts_config", "t.oid")
	" UNION ALL SELECT 'text search dictionary', n.nspname, t.dictname::text, NULL, NULL, false FROM pg_catalog.pg_ts_dict t "
	"JOIN pg_catalog.pg_namespace n ON n.oid = t.dictnamespace AND " PG_USER_SCHEMAS " WHERE " PG_NOT_OF_EXTENSION("pg_ts_dict", "t.oid")
	" UNION ALL SELECT 'text search parser', n.nspname, t.prsname::text, NULL, NULL, false FROM pg_catalog.pg_ts_parser t "
	"JOIN pg_catalog.pg_namespace n ON n.oid = t.prsnamespace AND " PG_USER_SCHEMAS " WHERE " PG_NOT_OF_EXTENSION("pg_ts_parser", "t.oid")
	" UNION ALL SELECT 'text search template', n.nspname, t.tmplname::text, NULL, NULL, false FROM pg_catalog.pg_ts_template t "
	"JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace AND " PG_USER_SCHEMAS " WHERE " PG_NOT_OF_EXTENSION("pg_ts_template", "t.oid")
	" UNION ALL SELECT 'language', NULL, l.lanname::text, NULL, NULL, false FROM pg_catalog.pg_language l "
	"WHERE l.oid >= 16384 AND " PG_NOT_OF_EXTENSION("pg_language", "l.oid")
	" UNION ALL SELECT 'transform', NULL, pg_catalog.format_type(f.trftype, NULL) || ' in ' || l.lanname, NULL, NULL, false "
	"FROM pg_catalog.pg_transform f JOIN pg_catalog.pg_language l ON l.oid = f.trflang WHERE " PG_NOT_OF_EXTENSION("pg_transform", "f.oid")
	" UNION ALL SELECT 'access method', NULL, m.amname::text, NULL, NULL, false FROM pg_catalog.pg_am m "
	"WHERE m.oid >= 16384 AND " PG_NOT_OF_EXTENSION("pg_am", "m.oid")
	" UNION ALL SELECT 'foreign data wrapper', NULL, w.fdwname::text, NULL, NULL, false FROM pg_catalog.pg_foreign_data_wrapper w "
	"WHERE " PG_NOT_OF_EXTENSION("pg_foreign_data_wrapper", "w.oid")
	" UNION ALL SELECT 'foreign server', NULL, s.srvname::text, NULL, NULL, false FROM pg_catalog.pg_foreign_server s "
	"WHERE " PG_NOT_OF_EXTENSION("pg_foreign_server", "s.oid")
	" UNION ALL SELECT 'user mapping', NULL, u.usename || ' for ' || u.srvname, NULL, NULL, false FROM pg_catalog.pg_user_mappings u"
	" UNION ALL SELECT 'subscription', NULL, s.subname::text, NULL, NULL, false FROM pg_catalog.pg_subscription s "
	"WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())"
	" UNION ALL SELECT 'large object', NULL, count(*) || ' in all', NULL, "
	"'their bytes are not copied; columns of type oid keep the numbers', false FROM pg_catalog.pg_largeobject_metadata HAVING count(*) > 0"
	" UNION ALL SELECT 'default privileges', n.nspname, 'for ' || pg_catalog.pg_get_userbyid(a.defaclrole) || ' on ' || "
	"CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' "
	"ELSE 'large objects' END, NULL, 'Ferry copies no privileges', true FROM pg_catalog.pg_default_acl a "
	"LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace WHERE a.defaclnamespace = 0 OR " PG_USER_SCHEMAS
	" UNION ALL SELECT 'setting', NULL, pg_catalog.split_part(v.setting, '=', 1) || coalesce(' of role ' || r.rolname, ''), NULL, "
	"'it is set for the source''s database', true FROM pg_catalog.pg_db_role_setting g JOIN pg_catalog.pg_database d "
	"ON d.oid = g.setdatabase AND d.datname = pg_catalog.current_database() LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.setrole "
	"CROSS JOIN LATERAL pg_catalog.unnest(g.setconfig) AS v(setting)"
	" UNION ALL SELECT 'comment', NULL, 'on schema ' || n.nspname, pg_catalog.obj_description(n.oid, 'pg_namespace'), "
	"pg_catalog.obj_description(n.oid, 'pg_namespace'), true FROM pg_catalog.pg_namespace n WHERE " PG_USER_SCHEMAS
	" AND pg_catalog.obj_description(n.oid, 'pg_namespace') IS NOT NULL AND n.nspname <> 'public'"
	" UNION ALL SELECT 'comment', n.nspname, 'on sequence ' || c.relname, pg_catalog.obj_description(c.oid, 'pg_class'), "
	"pg_catalog.obj_description(c.oid, 'pg_class'), true FROM pg_catalog.pg_class c "
	"JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND " PG_USER_SCHEMAS
	" WHERE c.relkind = 'S' AND pg_catalog.obj_description(c.oid, 'pg_class') IS NOT NULL AND " PG_NOT_OF_EXTENSION("pg_class", "c.oid")
	" UNION ALL SELECT 'comment', n.nspname, 'on enum ' || t.typname, pg_catalog.obj_description(t.oid, 'pg_type'), "
	"pg_catalog.obj_description(t.oid, 'pg_type'), true FROM pg_catalog.pg_type t "
	"JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace AND " PG_USER_SCHEMAS
	" WHERE t.typtype = 'e' AND pg_catalog.obj_description(t.oid, 'pg_type') IS NOT NULL AND " PG_NOT_OF_EXTENSION("pg_type", "t.oid")
	" UNION ALL SELECT 'partition', n.nspname, c.relname::text, NULL, "
	"'its table ' || h.inhparent::pg_catalog.regclass::text || ' is in another schema than schema= names', false "
	"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND " PG_USER_SCHEMAS
	" JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid JOIN pg_catalog.pg_class p ON p.oid = h.inhparent AND p.relnamespace <> n.oid "
	"WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND $1 IS NOT NULL"
	" ORDER BY 1, 2, 3";
/* clang-format on */

static bool add_others(PgCatalogReader *r, const char *sql, bool has_reasons, GError **error)
{
	g_autoptr(PGresult) result =
		ferry_pg_catalog_query(r, sql, "views, routines and other objects", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryOther *other = ferry_other_new(PQgetvalue(result, row, 0), pg_cell(result, row, 1),
						    PQgetvalue(result, row, 2));
		other->definition = g_strdup(pg_cell(result, row, 3));
		if (has_reasons) {
			other->reason = g_strdup(pg_cell(result, row, 4));
			other->is_harmless = pg_cell_bool(result, row, 5);
		}
		g_ptr_array_add(r->catalog->others, other);
	}
	return true;
}

bool ferry_pg_catalog_others(PgCatalogReader *r, GError **error)
{
	return add_others(r, others_sql, false, error) && add_others(r, rare_sql, true, error);
}
