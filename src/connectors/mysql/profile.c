/*
 * A look at the data where the declared type does not decide: tinyint(1) is a boolean by custom only, and
 * TIME holds spans of up to 838 hours too. One query a table that has such columns, over all of them.
 */
#include "connectors/mysql/private.h"
#include "connectors/mysql/types.h"

#include <string.h>

static bool is_maybe_bool(const FerryColumnDef *column)
{
	return !g_ascii_strcasecmp(column->native_type, "tinyint(1)");
}

static bool is_maybe_span(const FerryColumnDef *column)
{
	return ferry_mysql_type_is(column->native_type, "time");
}

static bool is_profiled(const FerryColumnDef *column)
{
	return column->native_type && (is_maybe_bool(column) || is_maybe_span(column));
}

/* MIN and MAX of each such column; NULL where there is none. */
static GString *make_query(const FerryTable *table)
{
	g_autoptr(GString) sql = g_string_new("SELECT ");
	gsize empty = sql->len;

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (!is_profiled(column))
			continue;
		g_autoptr(GString) name = g_string_new(NULL);
		ferry_mysql_append_identifier(name, column->name);
		g_string_append_printf(sql, "%sMIN(%s), MAX(%s)", sql->len > empty ? ", " : "", name->str,
				       name->str);
	}
	if (sql->len == empty)
		return NULL;
	g_string_append(sql, " FROM ");
	ferry_mysql_append_table(sql, table);
	return g_steal_pointer(&sql);
}

static void settle_bool(FerryTable *table, FerryColumnDef *column, const char *min, const char *max)
{
	bool is_bool = !min || (g_ascii_strtoll(min, NULL, 10) >= 0 && g_ascii_strtoll(max, NULL, 10) <= 1);
	if (is_bool)
		column->type = FERRY_TYPE(FERRY_TYPE_BOOL);
	else
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
				 "tinyint(1) is no boolean here: its values go from %s to %s", min, max);
}

static void settle_span(FerryTable *table, FerryColumnDef *column, const char *min, const char *max)
{
	/* Texts of the server: times of a day have eight characters before the fraction, and no sign. */
	bool is_time = !min || (*min != '-' && strcspn(max, ":") == 2 && strncmp(max, "24", 2) < 0);
	if (is_time)
		return;
	column->type = FERRY_TYPE_FRACTION(FERRY_TYPE_INTERVAL, column->type.precision);
	ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
			 "time holds spans here (%s to %s), and becomes an interval", min, max);
}

bool ferry_mysql_profile(FerryConnection *base, FerryTable *table, GError **error)
{
	g_autoptr(GString) sql = make_query(table);
	if (!sql)
		return true;
	g_autofree char *doing =
		g_strdup_printf("cannot look at the values of table %s.%s", table->schema, table->name);
	g_autoptr(FerryMysqlRow) row = NULL;
	if (!ferry_mysql_first(ferry_mysql(base), sql->str, doing, &row, error))
		return false;

	for (guint i = 0, at = 0; row && i < table->columns->len; i++) {
		FerryColumnDef *column = table->columns->pdata[i];
		if (!is_profiled(column))
			continue;
		if (is_maybe_bool(column))
			settle_bool(table, column, row->values[at], row->values[at + 1]);
		else
			settle_span(table, column, row->values[at], row->values[at + 1]);
		at += 2;
	}
	return true;
}
