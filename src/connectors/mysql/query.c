/*
 * Small statements over the text protocol: catalog queries, session settings. Rows of tables go through
 * reader.c.
 */
#include "connectors/mysql/private.h"

#include <string.h>

static bool send_query(FerryMysqlConnection *c, const char *sql, const char *doing, GError **error)
{
	if (c->is_lost)
		return ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true,
					 "%s: the connection was lost before", doing);
	if (mysql_real_query(c->mysql, sql, (unsigned long)strlen(sql)))
		return ferry_mysql_fail(c, NULL, error, "%s", doing);
	return true;
}

/* Reads away what is left of a result, so that the connection can be used again. */
static void drain(MYSQL_RES *result)
{
	while (mysql_fetch_row(result))
		;
}

bool ferry_mysql_each(FerryMysqlConnection *c, const char *sql, const char *doing, FerryMysqlRowFunc func,
		      gpointer data, GError **error)
{
	if (!send_query(c, sql, doing, error))
		return false;
	MYSQL_RES *result = mysql_use_result(c->mysql);
	if (!result)
		return mysql_errno(c->mysql) ? ferry_mysql_fail(c, NULL, error, "%s", doing) : true;

	bool ok = true;
	MYSQL_ROW row;
	while (ok && (row = mysql_fetch_row(result)))
		ok = func(row, mysql_fetch_lengths(result), data, error);
	if (ok && mysql_errno(c->mysql))
		ok = ferry_mysql_fail(c, NULL, error, "%s", doing);
	else
		drain(result);
	mysql_free_result(result);
	return ok;
}

static bool ignore_row(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	return true;
}

bool ferry_mysql_execute(FerryMysqlConnection *c, const char *sql, const char *doing, GError **error)
{
	return ferry_mysql_each(c, sql, doing, ignore_row, NULL, error);
}

typedef struct {
	FerryMysqlConnection *connection;
	FerryMysqlRow *row;
} First;

static bool keep_first(char **values, const unsigned long *lengths, gpointer data, GError **error)
{
	First *first = data;
	if (first->row)
		return true;
	size_t n = mysql_field_count(first->connection->mysql);
	first->row = g_malloc0(sizeof(FerryMysqlRow) + n * sizeof(char *));
	first->row->n = n;
	for (size_t i = 0; i < n; i++)
		first->row->values[i] = values[i] ? g_strndup(values[i], lengths[i]) : NULL;
	return true;
}

bool ferry_mysql_first(FerryMysqlConnection *c, const char *sql, const char *doing, FerryMysqlRow **ret_row,
		       GError **error)
{
	First first = {.connection = c};
	if (!ferry_mysql_each(c, sql, doing, keep_first, &first, error)) {
		ferry_mysql_row_free(first.row);
		return false;
	}
	*ret_row = first.row;
	return true;
}

void ferry_mysql_row_free(FerryMysqlRow *row)
{
	if (!row)
		return;
	for (size_t i = 0; i < row->n; i++)
		g_free(row->values[i]);
	g_free(row);
}

void ferry_mysql_append_identifier(GString *out, const char *name)
{
	g_string_append_c(out, '`');
	for (const char *p = name; *p; p++) {
		if (*p == '`')
			g_string_append_c(out, '`');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '`');
}

/* The session's sql_mode is empty (session.c), so a backslash escapes and quotes are doubled. */
void ferry_mysql_append_literal(GString *out, const char *text)
{
	g_string_append_c(out, '\'');
	for (const char *p = text; *p; p++) {
		if (*p == '\'' || *p == '\\')
			g_string_append_c(out, *p);
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '\'');
}

void ferry_mysql_append_table(GString *out, const FerryTable *table)
{
	if (table->schema) {
		ferry_mysql_append_identifier(out, table->schema);
		g_string_append_c(out, '.');
	}
	ferry_mysql_append_identifier(out, table->name);
}

/* The user's SQL may end in a comment: what follows it stands on a line of its own. */
void ferry_mysql_append_from(GString *out, const FerryTable *table)
{
	if (table->query)
		g_string_append_printf(out, "(%s\n) AS ferry_query", table->query);
	else
		ferry_mysql_append_table(out, table);
}

void ferry_mysql_append_where(GString *out, const FerryTable *table, const char *predicate)
{
	if (predicate && !table->query)
		ferry_mysql_append_key_hint(out, table);
	if (table->filter)
		g_string_append_printf(out, " WHERE (%s\n)", table->filter);
	if (predicate)
		g_string_append_printf(out, table->filter ? " AND (%s)" : " WHERE %s", predicate);
}

void ferry_mysql_append_schema_filter(GString *out, const FerryMysqlConnection *c, const char *column)
{
	if (c->database) {
		g_string_append_printf(out, " WHERE %s = ", column);
		ferry_mysql_append_literal(out, c->database);
	} else {
		g_string_append_printf(out,
				       " WHERE %s NOT IN ('mysql', 'information_schema', "
				       "'performance_schema', 'sys', 'ndbinfo'%s)",
				       column, c->is_singlestore ? ", 'memsql', 'cluster'" : "");
	}
}
