/*
 * The wire formats that two servers of this kind share: the bytes of COPY as they are, binary or text.
 *
 * Binary carries type OIDs inside of arrays, composites and ranges, and a user's type has another OID on the
 * other server; so binary needs columns whose types are built in, or enums (sent as their labels) and domains
 * (sent as their base type). Anything else goes as text. A server without an encoding (SQL_ASCII) may hold
 * anything: its rows have to be looked at.
 */
#include "connectors/postgres/private.h"

#include <string.h>

static const char binary_format[] = "pgcopy-binary", text_format[] = "pgcopy-text";

const char *ferry_pg_wire_format(FerryConnection *base, const FerryTable *table, const FerrySchema *schema)
{
	PgConnection *c = pg_connection(base);
	if (schema->n_fields == 0 || ferry_pg_has_no_encoding(c))
		return NULL;
	g_autofree char *name = ferry_pg_table_sql(base, table);
	g_autoptr(GPtrArray) found =
		ferry_pg_set_savepoint(c, NULL) ? ferry_pg_source_columns(c, table, NULL) : NULL;
	ferry_pg_return_to_savepoint(c);
	bool is_portable = true;
	for (size_t i = 0; found != NULL && i < schema->n_fields; i++) {
		const PgWireColumn *wire =
			ferry_pg_find_wire_column(found, name, schema->fields[i].name, NULL);
		if (wire == NULL)
			return NULL;
		is_portable &= wire->is_portable;
	}
	return found == NULL ? NULL : is_portable ? binary_format : text_format;
}

/* Labels of the source that the target's enum does not have would fail the whole load. */
static bool has_labels(PgConnection *c, const PgWireColumn *wire, char **labels)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = %u", wire->oid);
	g_autoptr(PGresult) result = ferry_pg_run(c, sql, "cannot read the labels of an enum", NULL);
	if (result == NULL || labels == NULL)
		return false;
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	for (int i = 0; i < PQntuples(result); i++)
		g_hash_table_add(known, PQgetvalue(result, i, 0));
	for (char **label = labels; *label != NULL; label++)
		if (!g_hash_table_contains(known, *label))
			return false;
	return true;
}

/* Types that users have made, under the same last part of the name: the plan has seen to it that they are the
 * same. */
static bool is_same_user_type(const FerryColumnDef *target, const FerryColumnDef *source)
{
	return target != NULL && target->user_type != NULL && source->user_type != NULL &&
	       g_strcmp0(target->type_name, source->type_name) == 0 &&
	       g_str_has_suffix(target->user_type, "[]") == g_str_has_suffix(source->user_type, "[]");
}

/* Where a type is a user's its schema may differ, so the last part of the name has to do; in binary an enum
 * is told by its labels. */
static bool is_same_type(PgConnection *c, const PgWireColumn *wire, const FerryColumnDef *target,
			 const FerryColumnDef *source, bool is_binary)
{
	if (!is_binary && is_same_user_type(target, source))
		return true;
	if (wire->is_enum)
		return source->enum_name != NULL && has_labels(c, wire, source->labels);
	if (g_strcmp0(wire->native_type, source->native_type) == 0)
		return true;
	const char *mine = strrchr(wire->native_type, '.'), *theirs = strrchr(source->native_type, '.');
	return !is_binary && source->enum_name != NULL && mine != NULL && theirs != NULL &&
	       strcmp(mine, theirs) == 0;
}

bool ferry_pg_accepts(FerryConnection *base, const FerryTable *table, const FerrySchema *schema,
		      const FerryTable *source_table, const char *wire_format)
{
	PgConnection *c = pg_connection(base);
	bool is_binary = strcmp(wire_format, binary_format) == 0;
	if (!is_binary && strcmp(wire_format, text_format) != 0)
		return false;
	g_autofree char *name = ferry_pg_table_sql(base, table);
	g_autoptr(GPtrArray) found = ferry_pg_wire_columns(c, name, NULL);
	if (found == NULL)
		return false;
	for (size_t i = 0; i < schema->n_fields; i++) {
		const PgWireColumn *wire =
			ferry_pg_find_wire_column(found, name, schema->fields[i].name, NULL);
		int at = ferry_table_column_index(table, schema->fields[i].name);
		const FerryColumnDef *source = NULL;
		/* Names may have changed on the way: where they have, columns correspond by place. */
		if ((source = ferry_table_find_column(source_table, schema->fields[i].name)) == NULL &&
		    at >= 0 && (guint)at < source_table->columns->len &&
		    table->columns->len == source_table->columns->len)
			source = source_table->columns->pdata[at];
		if (wire == NULL || source == NULL || source->native_type == NULL ||
		    !is_same_type(c, wire, at >= 0 ? table->columns->pdata[at] : NULL, source, is_binary))
			return false;
	}
	return true;
}
