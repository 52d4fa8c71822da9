/*
 * Does the user have what a source needs: to read every table of the database. Grants come from many sides
 * (global, database, table, roles), so tables are tried instead, many in one statement that reads no row.
 */
#include "connectors/mysql/private.h"

#include <string.h>

#define TABLES_A_QUERY         50
#define ER_TABLEACCESS_DENIED  1142
#define ER_COLUMNACCESS_DENIED 1143

static bool on_name(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	GString *name = g_string_new(NULL);
	ferry_mysql_append_identifier(name, row[0]);
	g_string_append_c(name, '.');
	ferry_mysql_append_identifier(name, row[1]);
	g_ptr_array_add(data, g_string_free(name, FALSE));
	return true;
}

static bool try_tables(FerryMysqlConnection *c, const GPtrArray *names, guint first, bool *ret_is_denied,
		       GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT ");
	g_autoptr(GError) own = NULL;

	for (guint i = first; i < MIN(names->len, first + TABLES_A_QUERY); i++)
		g_string_append_printf(sql, "%s(SELECT 1 FROM %s LIMIT 0)", i > first ? ", " : "",
				       (char *)names->pdata[i]);
	if (ferry_mysql_execute(c, sql->str, "cannot try the tables", &own))
		return true;
	int code = ferry_error_get_vendor_code(own);
	*ret_is_denied = code == ER_TABLEACCESS_DENIED || code == ER_COLUMNACCESS_DENIED;
	/* A broken table is not a matter of privileges. */
	if (*ret_is_denied || !c->is_lost)
		return true;
	g_propagate_error(error, g_steal_pointer(&own));
	return false;
}

static bool add_missing(FerryMysqlConnection *c, GPtrArray *missing, GError **error)
{
	g_autoptr(FerryMysqlRow) row = NULL;
	if (!ferry_mysql_first(c, "SELECT CURRENT_USER()", "cannot ask for the user", &row, error))
		return false;
	g_autoptr(GString) text = g_string_new("GRANT SELECT, SHOW VIEW ON ");
	if (c->database)
		ferry_mysql_append_identifier(text, c->database);
	else
		g_string_append_c(text, '*');
	char **parts = g_strsplit(row && row->values[0] ? row->values[0] : "", "@", 2);
	g_string_append_printf(text, ".* TO '%s'@'%s'", parts[0] ? parts[0] : "",
			       parts[0] && parts[1] ? parts[1] : "%");
	g_strfreev(parts);
	g_ptr_array_add(missing, g_string_free(g_steal_pointer(&text), FALSE));
	return true;
}

bool ferry_mysql_ping(FerryConnection *base, bool as_target, GPtrArray **ret_missing, GError **error)
{
	FerryMysqlConnection *c = ferry_mysql(base);
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) sql =
		g_string_new("SELECT table_schema, table_name FROM information_schema.tables");
	bool is_denied = false;

	ferry_mysql_append_schema_filter(sql, c, "table_schema");
	g_string_append(sql, " AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')");
	if (!ferry_mysql_each(c, sql->str, "cannot list the tables", on_name, names, error))
		return false;
	for (guint first = 0; first < names->len && !is_denied; first += TABLES_A_QUERY)
		if (!try_tables(c, names, first, &is_denied, error))
			return false;
	if (is_denied && !add_missing(c, missing, error))
		return false;
	*ret_missing = g_steal_pointer(&missing);
	return true;
}
