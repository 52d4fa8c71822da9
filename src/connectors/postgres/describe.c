/*
 * What a project's own SQL needs: the columns of a SELECT, and names for it.
 */
#include "connectors/postgres/private.h"

#include <string.h>

static bool check_names(const FerryTable *table, GError **error)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (ferry_table_column_index(table, column->name) == (int)i)
			continue;
		ferry_fail(error, FERRY_ERROR_USAGE, "the query of %s has two columns named \"%s\"",
			   table->name, column->name);
		ferry_error_hint(error, "name one of them with AS");
		return false;
	}
	return true;
}

/* As the catalog settles them: what users have made goes as its text. */
static void add_column(FerryTable *table, const PgWireColumn *wire)
{
	FerryColumnDef *column = ferry_column_def_new(wire->name);
	bool is_built_in = wire->oid < 16384;

	column->native_type = g_strdup(is_built_in ? wire->native_type : "text");
	column->type =
		is_built_in ? ferry_pg_natural_type(wire->oid, wire->typmod) : FERRY_TYPE(FERRY_TYPE_TEXT);
	g_ptr_array_add(table->columns, column);
}

bool ferry_pg_describe(FerryConnection *base, const char *name, const char *query, FerryTable **ret_table,
		       GError **error)
{
	g_autoptr(GPtrArray) found = ferry_pg_query_columns(pg_connection(base), query, name, error);
	if (found == NULL)
		return false;
	FerryTable *table = ferry_table_new(NULL, name);
	table->query = g_strdup(query);
	for (guint i = 0; i < found->len; i++)
		add_column(table, found->pdata[i]);
	if (!check_names(table, error)) {
		ferry_table_free(table);
		return false;
	}
	*ret_table = table;
	return true;
}

char *ferry_pg_quote_name(const char *schema, const char *name)
{
	return ferry_pg_qualified(schema, name);
}
