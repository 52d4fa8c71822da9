/*
 * The types that users make of others: domains, composite types and ranges, each as the text that makes it
 * again. Enums are in catalog_objects.c; what an extension brings is the extension's.
 *
 * What a definition needs beside types (functions, operators, sequences, collations of the users) is not
 * moved or comes too late, so a part that needs such is left out, with a note; a type that is nothing without
 * it has no definition.
 */
#include "connectors/postgres/catalog.h"

#include <string.h>

/* True where an object refers to something that users made and that is no type (a field of a composite type
 * is one). */
#define NEEDS_OWN(class_, oid_, more_)                                                                       \
	"EXISTS (SELECT FROM pg_catalog.pg_depend u WHERE u.classid = 'pg_catalog." class_                   \
	"'::regclass AND u.objid = " oid_ " AND u.refobjid >= 16384 AND u.refclassid IN "                    \
	"('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass, "                              \
	"'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_collation'::regclass) AND NOT (u.refclassid = "     \
	"'pg_catalog.pg_class'::regclass AND EXISTS (SELECT FROM pg_catalog.pg_class uc WHERE uc.oid = "     \
	"u.refobjid AND uc.relkind = 'c'))" more_ ")"

/* A type over one of an extension refers to that type's functions: they come with it. */
#define DEFAULT_NEEDS_OWN                                                                                    \
	NEEDS_OWN("pg_type", "t.oid",                                                                        \
		  " AND u.refclassid <> 'pg_catalog.pg_collation'::regclass AND u.refobjid NOT IN "          \
		  "(t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, "             \
		  "t.typanalyze)")

#define CHECK_STAYS  "(NOT k.convalidated OR " NEEDS_OWN("pg_constraint", "k.oid", "") ")"
#define DEFAULT_EXPR "pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::regclass)"
#define COLLATE(namespace_, collation_)                                                                      \
	"CASE WHEN " namespace_ ".nspname = 'pg_catalog' THEN ' COLLATE pg_catalog.' || "                    \
	"pg_catalog.quote_ident(" collation_ ".collname) ELSE '' END"
#define USER_TYPES                                                                                           \
	"pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace AND " PG_USER_SCHEMAS
#define NOT_OF_EXTENSION PG_NOT_OF_EXTENSION("pg_type", "t.oid")

/* Columns: oid, schema, name, kind, comment, definition, and what is left out of it: collation, default,
 * checks; why there is no definition. */
static const char types_sql[] =
	/* domains */
	"SELECT t.oid, n.nspname, t.typname, 'd', pg_catalog.obj_description(t.oid, 'pg_type'), "
	"'AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) || "
	"CASE WHEN co.oid IS NOT NULL THEN " COLLATE(
		"con",
		"co") " ELSE '' END || "
		      "CASE WHEN t.typdefaultbin IS NOT NULL AND NOT " DEFAULT_NEEDS_OWN
		      " THEN ' DEFAULT ' || " DEFAULT_EXPR
		      " ELSE '' END || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END || "
		      "coalesce((SELECT string_agg(' CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' "
		      "' || "
		      "pg_catalog.pg_get_constraintdef(k.oid), '' ORDER BY k.conname COLLATE \"C\") FROM "
		      "pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND "
		      "NOT " CHECK_STAYS "), ''), "
		      "CASE WHEN con.nspname <> 'pg_catalog' THEN co.collname END, "
		      "CASE WHEN t.typdefaultbin IS NOT NULL AND " DEFAULT_NEEDS_OWN " THEN " DEFAULT_EXPR
		      " END, "
		      "(SELECT string_agg(k.conname || ': ' || pg_catalog.pg_get_constraintdef(k.oid), '; ' "
		      "ORDER BY "
		      "k.conname COLLATE \"C\") FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND "
		      "k.contype = 'c' "
		      "AND " CHECK_STAYS "), NULL "
		      "FROM " USER_TYPES " JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype "
		      "LEFT JOIN pg_catalog.pg_collation co ON co.oid = t.typcollation AND t.typcollation <> "
		      "b.typcollation "
		      "LEFT JOIN pg_catalog.pg_namespace con ON con.oid = co.collnamespace "
		      "WHERE t.typtype = 'd' AND " NOT_OF_EXTENSION
		      /* composite types */
		      " UNION ALL SELECT t.oid, n.nspname, t.typname, 'c', pg_catalog.obj_description(t.oid, "
		      "'pg_type'), "
		      "'AS (' || coalesce((SELECT string_agg(pg_catalog.quote_ident(a.attname) || ' ' || "
		      "pg_catalog.format_type(a.atttypid, a.atttypmod) || CASE WHEN co.oid IS NOT NULL "
		      "THEN " COLLATE(
			      "con",
			      "co") " ELSE '' END, ', ' ORDER BY a.attnum) "
				    "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type b ON b.oid = "
				    "a.atttypid "
				    "LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND "
				    "a.attcollation <> b.typcollation "
				    "LEFT JOIN pg_catalog.pg_namespace con ON con.oid = co.collnamespace "
				    "WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), "
				    "'') || ')', "
				    "(SELECT string_agg(co.collname, ', ') FROM pg_catalog.pg_attribute a "
				    "JOIN pg_catalog.pg_collation co ON "
				    "co.oid = a.attcollation JOIN pg_catalog.pg_namespace con ON con.oid = "
				    "co.collnamespace AND con.nspname "
				    "<> 'pg_catalog' JOIN pg_catalog.pg_type b ON b.oid = a.atttypid AND "
				    "b.typcollation <> a.attcollation "
				    "WHERE a.attrelid = t.typrelid AND a.attnum > 0), NULL, NULL, NULL "
				    "FROM " USER_TYPES
				    " JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' "
				    "WHERE t.typtype = 'c' AND " NOT_OF_EXTENSION
				    /* ranges; a multirange's name is said only where it is not the one that
				       the server would choose */
				    " UNION ALL SELECT t.oid, n.nspname, t.typname, 'r', "
				    "pg_catalog.obj_description(t.oid, 'pg_type'), "
				    "CASE WHEN r.rngcanonical = 0 AND r.rngsubopc < 16384 THEN "
				    "'AS RANGE (SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL) || "
				    "CASE WHEN NOT oc.opcdefault THEN ', SUBTYPE_OPCLASS = pg_catalog.' || "
				    "pg_catalog.quote_ident(oc.opcname) ELSE '' END || "
				    "CASE WHEN con.nspname = 'pg_catalog' THEN ', COLLATION = pg_catalog.' "
				    "|| "
				    "pg_catalog.quote_ident(co.collname) ELSE '' END || "
				    "CASE WHEN r.rngsubdiff <> 0 AND r.rngsubdiff < 16384 THEN ', "
				    "SUBTYPE_DIFF = pg_catalog.' || "
				    "pg_catalog.quote_ident(f.proname) ELSE '' END || "
				    "CASE WHEN m.typname <> CASE WHEN t.typname LIKE '%range%' THEN "
				    "pg_catalog.regexp_replace(t.typname, "
				    "'range', 'multirange') ELSE t.typname || '_multirange' END THEN ', "
				    "MULTIRANGE_TYPE_NAME = ' || "
				    "pg_catalog.quote_ident(n.nspname) || '.' || "
				    "pg_catalog.quote_ident(m.typname) ELSE '' END || ')' END, "
				    "CASE WHEN con.nspname <> 'pg_catalog' THEN co.collname END, NULL, NULL, "
				    "CASE WHEN r.rngcanonical <> 0 OR r.rngsubopc >= 16384 THEN 'it needs a "
				    "function or operator class of "
				    "its own' END "
				    "FROM " USER_TYPES " JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid "
				    "JOIN pg_catalog.pg_type b ON b.oid = r.rngsubtype JOIN "
				    "pg_catalog.pg_opclass oc ON oc.oid = r.rngsubopc "
				    "LEFT JOIN pg_catalog.pg_collation co ON co.oid = r.rngcollation AND "
				    "r.rngcollation <> b.typcollation "
				    "LEFT JOIN pg_catalog.pg_namespace con ON con.oid = co.collnamespace "
				    "LEFT JOIN pg_catalog.pg_proc f ON f.oid = r.rngsubdiff "
				    "LEFT JOIN pg_catalog.pg_type m ON m.oid = (pg_catalog.to_jsonb(r) ->> "
				    "'rngmultitypid')::oid "
				    "WHERE t.typtype = 'r' AND " NOT_OF_EXTENSION " ORDER BY 2, 3";

/* Which of the users' types are in a definition: the server has noted it. An array stands for its elements, a
 * multirange for its range. */
static const char needs_sql[] =
	"WITH d AS (SELECT t.oid, p.refobjid AS needed FROM " USER_TYPES " JOIN pg_catalog.pg_depend p ON "
	"p.refclassid = 'pg_catalog.pg_type'::regclass AND ((p.classid = 'pg_catalog.pg_type'::regclass AND "
	"p.objid = t.oid) OR (p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = t.typrelid AND "
	"t.typrelid <> 0)) WHERE t.typtype IN ('d', 'c', 'r') "
	"UNION SELECT t.oid, p.refobjid FROM " USER_TYPES
	" JOIN pg_catalog.pg_constraint k ON k.contypid = t.oid AND k.contype = 'c' AND NOT " CHECK_STAYS
	" JOIN pg_catalog.pg_depend p ON p.refclassid = 'pg_catalog.pg_type'::regclass AND p.classid = "
	"'pg_catalog.pg_constraint'::regclass AND p.objid = k.oid WHERE t.typtype = 'd') "
	"SELECT DISTINCT d.oid, xn.nspname, x.typname FROM d JOIN pg_catalog.pg_type y ON y.oid = d.needed "
	"LEFT JOIN pg_catalog.pg_type e ON e.oid = y.typelem AND y.typtype = 'b' AND y.typcategory = 'A' "
	"LEFT JOIN pg_catalog.pg_range m ON (pg_catalog.to_jsonb(m) ->> 'rngmultitypid')::oid = "
	"coalesce(e.oid, "
	"y.oid) JOIN pg_catalog.pg_type x ON x.oid = coalesce(m.rngtypid, e.oid, y.oid) "
	"JOIN pg_catalog.pg_namespace xn ON xn.oid = x.typnamespace "
	"WHERE x.oid <> d.oid AND x.oid >= 16384 ORDER BY 1, 2, 3";

enum {
	COL_OID,
	COL_SCHEMA,
	COL_NAME,
	COL_KIND,
	COL_COMMENT,
	COL_DEFINITION,
	COL_LOST_COLLATION,
	COL_LOST_DEFAULT,
	COL_LOST_CHECKS,
	COL_REASON
};

static FerryUserTypeKind kind_of(char letter)
{
	return letter == 'd'   ? FERRY_USER_TYPE_DOMAIN
	       : letter == 'c' ? FERRY_USER_TYPE_COMPOSITE
			       : FERRY_USER_TYPE_RANGE;
}

/* start and what make a sentence; nothing where what is NULL. */
static void add_note(FerryUserType *type, FerrySeverity severity, const char *start, const char *what)
{
	if (what == NULL)
		return;
	g_autofree char *object = g_strdup_printf("%s.%s", type->schema, type->name);
	g_autofree char *text = g_strconcat(start, what, NULL);
	g_ptr_array_add(type->notes,
			ferry_note_new(severity, ferry_user_type_kind_name(type->kind), object, text));
}

static FerryUserType *make_type(const PGresult *result, int row)
{
	FerryUserType *type =
		ferry_user_type_new(kind_of(*PQgetvalue(result, row, COL_KIND)),
				    PQgetvalue(result, row, COL_SCHEMA), PQgetvalue(result, row, COL_NAME));
	type->definition = g_strdup(pg_cell(result, row, COL_DEFINITION));
	type->comment = g_strdup(pg_cell(result, row, COL_COMMENT));
	add_note(type, FERRY_SEVERITY_WARNING,
		 "sorts by the database's collation in the target, where its own is not created: ",
		 pg_cell(result, row, COL_LOST_COLLATION));
	add_note(type, FERRY_SEVERITY_LOSS,
		 "has no default in the target, as it needs a function or sequence, which come later or not "
		 "at "
		 "all: ",
		 pg_cell(result, row, COL_LOST_DEFAULT));
	add_note(type, FERRY_SEVERITY_LOSS,
		 "is made without checks that are NOT VALID or need a function that Ferry does not convert: ",
		 pg_cell(result, row, COL_LOST_CHECKS));
	add_note(type, FERRY_SEVERITY_LOSS, "not converted: ", pg_cell(result, row, COL_REASON));
	return type;
}

static bool add_needs(PgCatalogReader *r, GHashTable *types, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, needs_sql, "types", error);
	if (result == NULL)
		return false;
	int n = PQntuples(result);
	for (int row = 0, end; row < n; row = end) {
		gpointer oid = GUINT_TO_POINTER(pg_cell_oid(result, row, 0));
		for (end = row + 1; end < n && pg_cell_oid(result, end, 0) == GPOINTER_TO_UINT(oid);)
			end++;
		FerryUserType *type = g_hash_table_lookup(types, oid);
		if (type == NULL)
			continue;
		g_strfreev(type->needs);
		type->needs = g_new0(char *, 2 * (size_t)(end - row) + 1);
		for (int i = 0; i < end - row; i++) {
			type->needs[2 * i] = g_strdup(PQgetvalue(result, row + i, 1));
			type->needs[2 * i + 1] = g_strdup(PQgetvalue(result, row + i, 2));
		}
	}
	return true;
}

bool ferry_pg_catalog_types(PgCatalogReader *r, GError **error)
{
	g_autoptr(GHashTable) types = g_hash_table_new(NULL, NULL);
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, types_sql, "types", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryUserType *type = make_type(result, row);
		g_ptr_array_add(r->catalog->types, type);
		g_hash_table_insert(types, GUINT_TO_POINTER(pg_cell_oid(result, row, COL_OID)), type);
	}
	return g_hash_table_size(types) == 0 || add_needs(r, types, error);
}
