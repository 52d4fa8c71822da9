/*
 * What a project's own SQL needs: the columns of a SELECT, the FROM of tables that are read through a query
 * or a filter, names, and statements to be run beside a copy. A column of a query that is no plain column has
 * no declared type; as for tables, the profile then settles its type by what the rows hold.
 */
#include "connectors/sqlite/private.h"

void ferry_sqlite_append_from(GString *sql, const FerryTable *table, const char *predicate)
{
	/* the user's SQL may end in a comment: what follows it stands on a line of its own */
	if (table->query) {
		g_string_append_printf(sql, "(%s\n) AS ferry_query", table->query);
	} else {
		ferry_sqlite_append_identifier(sql, table->name);
		if (!table->filter)
			g_string_append(sql, " NOT INDEXED");
	}
	if (table->filter)
		g_string_append_printf(sql, " WHERE (%s\n)", table->filter);
	if (predicate)
		g_string_append_printf(sql, table->filter ? " AND (%s)" : " WHERE %s", predicate);
}

static bool add_column(FerryTable *table, sqlite3_stmt *statement, int i, GError **error)
{
	const char *name = sqlite3_column_name(statement, i),
		   *declared = sqlite3_column_decltype(statement, i);

	if (ferry_table_column_index(table, name) >= 0) {
		ferry_fail(error, FERRY_ERROR_USAGE, "the query of %s has two columns named \"%s\"",
			   table->name, name);
		ferry_error_hint(error, "name one of them with AS");
		return false;
	}
	FerryColumnDef *column = ferry_column_def_new(name);
	column->native_type = g_strdup(declared ? declared : "");
	column->type = ferry_sqlite_declared(declared).type;
	g_ptr_array_add(table->columns, column);
	return true;
}

/* Inside of FROM: so it is read later, and there only a SELECT can stand. Column names are those that the
 * query itself has: the derived table would rename the second of two that are the same. */
bool ferry_sqlite_describe(FerryConnection *base, const char *name, const char *query, FerryTable **ret_table,
			   GError **error)
{
	SqliteConnection *c = ferry_sqlite(base);
	g_autofree char *sql = g_strdup_printf("SELECT * FROM (%s\n) AS ferry_query", query);
	g_autofree char *what = g_strdup_printf("the query of %s (%s)", name, query);
	FerryTable *table = ferry_table_new(NULL, name);

	g_autoptr(sqlite3_stmt) derived = ferry_sqlite_prepare(c, sql, what, error);
	g_autoptr(sqlite3_stmt) own = derived ? ferry_sqlite_prepare(c, query, what, error) : NULL;
	bool is_ok = own != NULL;
	table->query = g_strdup(query);
	for (int i = 0; is_ok && i < sqlite3_column_count(own); i++)
		is_ok = add_column(table, own, i, error);
	if (is_ok)
		*ret_table = table;
	else
		ferry_table_free(table);
	return is_ok;
}

char *ferry_sqlite_quote_name(const char *schema, const char *name)
{
	return ferry_sqlite_quote_identifier(name);
}

bool ferry_sqlite_run_sql(FerryConnection *c, const char *sql, GError **error)
{
	return ferry_sqlite_execute(c, sql, NULL, error);
}
