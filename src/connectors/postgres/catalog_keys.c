/*
 * Indexes with their parts, exclusion constraints as the text that makes them, foreign keys and checks.
 */
#include "connectors/postgres/catalog.h"

#include <string.h>

/* ---- indexes ---- */

/* Columns that came later (indnullsnotdistinct 15, conenforced and conperiod 18) are asked for by way of
 * JSON, where a missing one is NULL. */
static const char indexes_sql[] =
	"SELECT i.indrelid, i.indexrelid, x.relname, m.amname, i.indisprimary, i.indisunique, k.oid IS NOT "
	"NULL, "
	"coalesce(k.condeferrable, false), coalesce(k.condeferred, false), "
	"pg_catalog.pg_get_expr(i.indpred, i.indrelid), CASE k.contype WHEN 'x' THEN "
	"pg_catalog.pg_get_constraintdef(k.oid) ELSE pg_catalog.pg_get_indexdef(i.indexrelid) END, "
	"pg_catalog.obj_description(i.indexrelid, 'pg_class'), coalesce((pg_catalog.to_jsonb(i) ->> "
	"'indnullsnotdistinct')::bool, false), i.indisexclusion AND k.contype <> 'x', "
	"i.indisvalid, coalesce(k.contype = 'x', false), pg_catalog.array_to_string(x.reloptions, ', '), "
	"pg_catalog.obj_description(k.oid, 'pg_constraint') "
	"FROM " PG_USER_TABLES " JOIN pg_catalog.pg_index i ON i.indrelid = c.oid "
	"JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam "
	"LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') "
	"AND k.conrelid = i.indrelid ORDER BY i.indrelid, x.relname COLLATE \"C\"";

static const char parts_sql[] =
	"SELECT i.indrelid, i.indexrelid, g.k > i.indnkeyatts, a.attname, "
	"CASE WHEN a.attname IS NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid, g.k, false) END, "
	"CASE WHEN g.k <= i.indnkeyatts THEN i.indoption[g.k - 1] ELSE 0 END, "
	"CASE WHEN NOT oc.opcdefault THEN CASE WHEN ocn.nspname = 'pg_catalog' THEN "
	"pg_catalog.quote_ident(oc.opcname) ELSE "
	"pg_catalog.quote_ident(ocn.nspname) || '.' || pg_catalog.quote_ident(oc.opcname) END END, "
	"CASE WHEN co.oid <> coalesce(a.attcollation, 100) AND con.nspname = 'pg_catalog' THEN co.collname "
	"END "
	"FROM " PG_USER_TABLES " JOIN pg_catalog.pg_index i ON i.indrelid = c.oid "
	"CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnatts) AS g(k) "
	"LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[g.k - 1] AND "
	"a.attnum > 0 "
	"LEFT JOIN pg_catalog.pg_opclass oc ON g.k <= i.indnkeyatts AND oc.oid = i.indclass[g.k - 1] "
	"LEFT JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace "
	"LEFT JOIN pg_catalog.pg_collation co ON g.k <= i.indnkeyatts AND co.oid = i.indcollation[g.k - 1] "
	"LEFT JOIN pg_catalog.pg_namespace con ON con.oid = co.collnamespace "
	"ORDER BY i.indrelid, i.indexrelid, g.k";

static FerryIndex *make_index(const PGresult *result, int row)
{
	FerryIndex *index = ferry_index_new(PQgetvalue(result, row, 2));
	const char *method = PQgetvalue(result, row, 3);
	index->method = strcmp(method, "btree") == 0 ? NULL : g_strdup(method);
	index->is_primary = pg_cell_bool(result, row, 4);
	index->is_unique = pg_cell_bool(result, row, 5);
	index->is_constraint = pg_cell_bool(result, row, 6);
	index->deferrable = pg_cell_bool(result, row, 7);
	index->initially_deferred = pg_cell_bool(result, row, 8);
	index->predicate = ferry_pg_strip_parentheses(pg_cell(result, row, 9));
	index->definition = g_strdup(pg_cell(result, row, 10));
	index->comment = g_strdup(pg_cell(result, row, 11));
	index->nulls_not_distinct = pg_cell_bool(result, row, 12);
	index->is_exclusion = pg_cell_bool(result, row, 15);
	return index;
}

/* A key WITHOUT OVERLAPS, or an index that a failed CREATE INDEX CONCURRENTLY left behind, is not made. */
static bool is_left_out(FerryTable *table, const PGresult *result, int row)
{
	if (pg_cell_bool(result, row, 13)) {
		ferry_table_note(table, FERRY_SEVERITY_LOSS, NULL,
				 "key %s is not converted: Ferry does not make keys over periods yet",
				 PQgetvalue(result, row, 2));
		return true;
	}
	if (!pg_cell_bool(result, row, 14)) {
		ferry_table_note(table, FERRY_SEVERITY_INFO, NULL,
				 "index %s is invalid in the source and not made in the target",
				 PQgetvalue(result, row, 2));
		return true;
	}
	return false;
}

/* Comments of constraints have no place in the catalog; that of the index below it has one. */
static void note_comment(FerryTable *table, const char *what, const char *name, const char *comment)
{
	if (comment != NULL)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, NULL,
				 "the comment on %s %s is not converted: %s", what, name, comment);
}

static void note_index(FerryTable *table, const PGresult *result, int row)
{
	const char *name = PQgetvalue(result, row, 2), *storage = pg_cell(result, row, 16);
	bool is_exclusion = pg_cell_bool(result, row, 15); /* whose definition holds them */
	if (storage != NULL && !is_exclusion)
		ferry_table_note(table, FERRY_SEVERITY_INFO, NULL,
				 "index %s: its storage parameters are not set in the target (%s)", name,
				 storage);
	note_comment(table, "constraint", name, pg_cell(result, row, 17));
}

static bool add_indexes(PgCatalogReader *r, GHashTable *indexes, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, indexes_sql, "indexes", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryTable *table = ferry_pg_catalog_table(r, result, row);
		if (table == NULL || is_left_out(table, result, row))
			continue;
		note_index(table, result, row);
		FerryIndex *index = make_index(result, row);
		if (index->is_primary)
			table->primary_key = index;
		else
			g_ptr_array_add(table->indexes, index);
		g_hash_table_insert(indexes, GUINT_TO_POINTER(pg_cell_oid(result, row, 1)), index);
	}
	return true;
}

enum { OPTION_DESC = 1, OPTION_NULLS_FIRST = 2 };

static void add_part(FerryIndex *index, const PGresult *result, int row)
{
	const char *column = pg_cell(result, row, 3);
	if (pg_cell_bool(result, row, 2)) {
		if (column != NULL)
			g_ptr_array_add(index->include, g_strdup(column));
		return;
	}
	FerryIndexPart *part = ferry_index_part_new(column);
	int options = (int)pg_cell_int(result, row, 5);
	part->expression = ferry_pg_strip_parentheses(pg_cell(result, row, 4));
	part->descending = options & OPTION_DESC;
	/* Nulls come last by default, first where the order is descending. */
	if (!(options & OPTION_NULLS_FIRST) != !part->descending)
		part->nulls_order = options & OPTION_NULLS_FIRST ? 1 : 2;
	part->opclass = g_strdup(pg_cell(result, row, 6));
	part->collation = g_strdup(pg_cell(result, row, 7));
	g_ptr_array_add(index->parts, part);
}

bool ferry_pg_catalog_indexes(PgCatalogReader *r, GError **error)
{
	g_autoptr(GHashTable) indexes = g_hash_table_new(NULL, NULL);
	if (!add_indexes(r, indexes, error))
		return false;
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, parts_sql, "columns of the indexes", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryIndex *index =
			g_hash_table_lookup(indexes, GUINT_TO_POINTER(pg_cell_oid(result, row, 1)));
		if (index != NULL)
			add_part(index, result, row);
	}
	return true;
}

/* ---- foreign keys: one row a pair of columns ---- */

#define NOT_CONVERTED                                                                                        \
	"CASE WHEN pg_catalog.to_jsonb(k) ->> 'conenforced' = 'false' THEN 'it is not enforced in the "      \
	"source' "                                                                                           \
	"WHEN pg_catalog.to_jsonb(k) ->> 'conperiod' = 'true' THEN 'Ferry does not make keys over periods "  \
	"yet' END"

static const char foreign_keys_sql[] =
	"SELECT k.conrelid, k.oid, k.conname, rn.nspname, rc.relname, k.confupdtype, k.confdeltype, "
	"k.confmatchtype, "
	"k.condeferrable, k.condeferred, k.convalidated, a.attname, ra.attname, " NOT_CONVERTED
	", coalesce((pg_catalog.to_jsonb(k) -> 'confdelsetcols') @> pg_catalog.to_jsonb(u.mine), false), "
	"pg_catalog.obj_description(k.oid, 'pg_constraint') "
	"FROM " PG_USER_TABLES
	" JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0 "
	"JOIN pg_catalog.pg_class rc ON rc.oid = k.confrelid JOIN pg_catalog.pg_namespace rn ON rn.oid = "
	"rc.relnamespace "
	"CROSS JOIN LATERAL ROWS FROM (unnest(k.conkey), unnest(k.confkey)) WITH ORDINALITY AS u(mine, "
	"theirs, place) "
	"JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.mine "
	"JOIN pg_catalog.pg_attribute ra ON ra.attrelid = k.confrelid AND ra.attnum = u.theirs "
	"ORDER BY k.conrelid, k.conname COLLATE \"C\", k.oid, u.place";

static FerryFkAction action_of(char letter)
{
	switch (letter) {
	case 'r': return FERRY_FK_RESTRICT;
	case 'c': return FERRY_FK_CASCADE;
	case 'n': return FERRY_FK_SET_NULL;
	case 'd': return FERRY_FK_SET_DEFAULT;
	default: return FERRY_FK_NO_ACTION;
	}
}

/* True, and noted, where the constraint is one that is not made in the target. */
static bool is_not_converted(FerryTable *table, const char *what, const char *name, const char *reason)
{
	if (reason != NULL)
		ferry_table_note(table, FERRY_SEVERITY_LOSS, NULL, "%s %s is not converted: %s", what, name,
				 reason);
	return reason != NULL;
}

static FerryForeignKey *make_foreign_key(const PGresult *result, int row)
{
	FerryForeignKey *key = ferry_foreign_key_new(PQgetvalue(result, row, 2), PQgetvalue(result, row, 3),
						     PQgetvalue(result, row, 4));
	key->on_update = action_of(*PQgetvalue(result, row, 5));
	key->on_delete = action_of(*PQgetvalue(result, row, 6));
	key->match_full = *PQgetvalue(result, row, 7) == 'f';
	key->deferrable = pg_cell_bool(result, row, 8);
	key->initially_deferred = pg_cell_bool(result, row, 9);
	key->not_valid = !pg_cell_bool(result, row, 10);
	return key;
}

static bool add_foreign_keys(PgCatalogReader *r, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, foreign_keys_sql, "foreign keys", error);
	if (result == NULL)
		return false;
	FerryForeignKey *key = NULL;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryTable *table = ferry_pg_catalog_table(r, result, row);
		bool is_first =
			row == 0 || strcmp(PQgetvalue(result, row, 1), PQgetvalue(result, row - 1, 1)) != 0;
		if (table == NULL || pg_cell(result, row, 13) != NULL) {
			if (table != NULL && is_first)
				is_not_converted(table, "foreign key", PQgetvalue(result, row, 2),
						 pg_cell(result, row, 13));
			continue;
		}
		if (is_first) {
			key = make_foreign_key(result, row);
			g_ptr_array_add(table->foreign_keys, key);
			note_comment(table, "foreign key", key->name, pg_cell(result, row, 15));
		}
		g_ptr_array_add(key->columns, g_strdup(PQgetvalue(result, row, 11)));
		g_ptr_array_add(key->ref_columns, g_strdup(PQgetvalue(result, row, 12)));
		if (pg_cell_bool(result, row, 14))
			g_ptr_array_add(key->set_columns, g_strdup(PQgetvalue(result, row, 11)));
	}
	return true;
}

/* ---- checks ---- */

static const char checks_sql[] =
	"SELECT k.conrelid, k.conname, pg_catalog.pg_get_expr(k.conbin, k.conrelid), " NOT_CONVERTED
	", pg_catalog.obj_description(k.oid, 'pg_constraint') "
	"FROM " PG_USER_TABLES " JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'c' "
	"ORDER BY k.conrelid, k.conname COLLATE \"C\"";

bool ferry_pg_catalog_constraints(PgCatalogReader *r, GError **error)
{
	if (!add_foreign_keys(r, error))
		return false;
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, checks_sql, "checks", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		FerryTable *table = ferry_pg_catalog_table(r, result, row);
		const char *expression = pg_cell(result, row, 2);
		if (table == NULL || expression == NULL ||
		    is_not_converted(table, "check", PQgetvalue(result, row, 1), pg_cell(result, row, 3)))
			continue;
		note_comment(table, "check", PQgetvalue(result, row, 1), pg_cell(result, row, 4));
		g_autofree char *bare = ferry_pg_strip_parentheses(expression);
		g_ptr_array_add(table->checks, ferry_check_new(PQgetvalue(result, row, 1), bare));
	}
	return true;
}
