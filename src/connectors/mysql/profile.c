/*
 * A look at the data where the declared type does not decide: tinyint(1) is a boolean by custom only, and
 * TIME holds spans of up to 838 hours too. One query a table that has such columns, over all of them, and a
 * second one where the first finds such a value.
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

typedef void (*AppendFunc)(GString *sql, const FerryColumnDef *column, const char *name);

/* "MIN(c), MAX(c)" */
static void append_range(GString *sql, const FerryColumnDef *column, const char *name)
{
	g_string_append_printf(sql, "MIN(%s), MAX(%s)", name, name);
}

/* True for a value that the narrow type cannot hold. */
static void append_misfit(GString *sql, const FerryColumnDef *column, const char *name)
{
	if (is_maybe_bool(column))
		g_string_append_printf(sql, "%s NOT BETWEEN 0 AND 1", name);
	else
		g_string_append_printf(sql, "%s < '00:00:00' OR %s >= '24:00:00'", name, name);
}

/* Something for each such column; false where the table has none. */
static bool append_each(GString *sql, const FerryTable *table, const char *separator, AppendFunc append)
{
	bool is_first = true;
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (!is_profiled(column))
			continue;
		g_autoptr(GString) name = g_string_new(NULL);
		ferry_mysql_append_identifier(name, column->name);
		g_string_append(sql, is_first ? "" : separator);
		append(sql, column, name->str);
		is_first = false;
	}
	return !is_first;
}

/* Both take one scan of the table at most; asking for a misfit is the cheaper question, and its answer is
 * mostly no. */
static GString *make_misfit_query(const FerryTable *table)
{
	g_autoptr(GString) sql = g_string_new("SELECT 1 FROM ");
	ferry_mysql_append_table(sql, table);
	g_string_append(sql, " WHERE ");
	if (!append_each(sql, table, " OR ", append_misfit))
		return NULL;
	g_string_append(sql, " LIMIT 1");
	return g_steal_pointer(&sql);
}

static GString *make_range_query(const FerryTable *table)
{
	GString *sql = g_string_new("SELECT ");
	append_each(sql, table, ", ", append_range);
	g_string_append(sql, " FROM ");
	ferry_mysql_append_table(sql, table);
	return sql;
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

static void settle_all(FerryTable *table, FerryMysqlRow *row)
{
	for (guint i = 0, at = 0; i < table->columns->len; i++) {
		FerryColumnDef *column = table->columns->pdata[i];
		if (!is_profiled(column))
			continue;
		const char *min = row ? row->values[at] : NULL, *max = row ? row->values[at + 1] : NULL;
		if (is_maybe_bool(column))
			settle_bool(table, column, min, max);
		else
			settle_span(table, column, min, max);
		at += 2;
	}
}

bool ferry_mysql_profile(FerryConnection *base, FerryTable *table, GError **error)
{
	g_autoptr(GString) misfit = make_misfit_query(table);
	if (!misfit)
		return true;
	g_autofree char *doing =
		g_strdup_printf("cannot look at the values of table %s.%s", table->schema, table->name);
	g_autoptr(FerryMysqlRow) found = NULL, range = NULL;
	if (!ferry_mysql_first(ferry_mysql(base), misfit->str, doing, &found, error))
		return false;
	if (found) {
		g_autoptr(GString) sql = make_range_query(table);
		if (!ferry_mysql_first(ferry_mysql(base), sql->str, doing, &range, error))
			return false;
	}
	settle_all(table, range);
	return true;
}
