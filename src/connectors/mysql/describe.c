/*
 * The columns of a SELECT, from the metadata of its prepared statement. The native types are put together
 * from what the protocol tells of a column (https://mariadb.com/kb/en/result-set-packets/), so that they read
 * like those of the catalog: "varchar(40)", "bigint(20) unsigned". Labels of enums and sets are not told;
 * such columns are varchar.
 */
#include "connectors/mysql/private.h"
#include "connectors/mysql/types.h"

#include <string.h>

#define BINARY_CHARSET     63
#define BYTES_OF_CHARACTER 4   /* the session speaks utf8mb4 */
#define MYSQL_TYPE_JSON_   245 /* MySQL only: libmariadb has no name for it */
#define MAX_VARCHAR        16383

static char *fraction(const char *name, const MYSQL_FIELD *field)
{
	return field->decimals > 0 && field->decimals <= 6 ? g_strdup_printf("%s(%u)", name, field->decimals)
							   : g_strdup(name);
}

static char *integer(const char *name, const MYSQL_FIELD *field)
{
	return g_strdup_printf("%s(%lu)%s", name, field->length,
			       field->flags & UNSIGNED_FLAG ? " unsigned" : "");
}

static char *decimal(const MYSQL_FIELD *field)
{
	/* the length counts the point and the sign */
	unsigned long precision = field->length - (field->decimals > 0) - !(field->flags & UNSIGNED_FLAG);

	return g_strdup_printf("decimal(%lu,%u)%s", CLAMP(precision, 1, 65), field->decimals,
			       field->flags & UNSIGNED_FLAG ? " unsigned" : "");
}

static char *string(const MYSQL_FIELD *field)
{
	bool is_binary = field->charsetnr == BINARY_CHARSET;
	unsigned long length = is_binary ? field->length : field->length / BYTES_OF_CHARACTER;

	if (length > (is_binary ? 65535 : MAX_VARCHAR))
		return g_strdup(is_binary ? "longblob" : "longtext");
	if (field->type == MYSQL_TYPE_STRING && !(field->flags & (ENUM_FLAG | SET_FLAG)))
		return g_strdup_printf(is_binary ? "binary(%lu)" : "char(%lu)", MAX(length, 1));
	return g_strdup_printf(is_binary ? "varbinary(%lu)" : "varchar(%lu)", MAX(length, 1));
}

static char *native_type(const MYSQL_FIELD *field)
{
	switch ((int)field->type) {
	case MYSQL_TYPE_TINY: return integer("tinyint", field);
	case MYSQL_TYPE_SHORT: return integer("smallint", field);
	case MYSQL_TYPE_INT24: return integer("mediumint", field);
	case MYSQL_TYPE_LONG: return integer("int", field);
	case MYSQL_TYPE_LONGLONG: return integer("bigint", field);
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL: return decimal(field);
	case MYSQL_TYPE_FLOAT: return g_strdup("float");
	case MYSQL_TYPE_DOUBLE: return g_strdup("double");
	case MYSQL_TYPE_BIT: return g_strdup_printf("bit(%lu)", MAX(field->length, 1));
	case MYSQL_TYPE_YEAR: return g_strdup("year(4)");
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_NEWDATE: return g_strdup("date");
	case MYSQL_TYPE_TIME: return fraction("time", field);
	case MYSQL_TYPE_DATETIME: return fraction("datetime", field);
	case MYSQL_TYPE_TIMESTAMP: return fraction("timestamp", field);
	case MYSQL_TYPE_JSON_: return g_strdup("json");
	case MYSQL_TYPE_GEOMETRY: return g_strdup("geometry");
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
	case MYSQL_TYPE_BLOB: return g_strdup(field->charsetnr == BINARY_CHARSET ? "longblob" : "longtext");
	case MYSQL_TYPE_NULL: return g_strdup("varchar(1)");
	default: return string(field);
	}
}

static void add_column(FerryTable *table, const MYSQL_FIELD *field)
{
	FerryColumnDef *column = ferry_column_def_new(field->name);
	bool is_known;

	column->native_type = native_type(field);
	column->type = ferry_mysql_parse_type(column->native_type, &is_known);
	column->not_null = (field->flags & NOT_NULL_FLAG) != 0;
	g_ptr_array_add(table->columns, column);
}

static bool describe_statement(FerryMysqlConnection *c, MYSQL_STMT *stmt, const char *sql, const char *query,
			       FerryTable *table, GError **error)
{
	if (mysql_stmt_prepare(stmt, sql, strlen(sql)))
		return ferry_mysql_fail(c, stmt, error, "the query of %s does not work (%s)", table->name,
					query);
	if (stmt->field_count == 0)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "the query of %s gives no rows: it must be a SELECT", table->name);
	for (unsigned i = 0; i < stmt->field_count; i++)
		add_column(table, &stmt->fields[i]);
	return true;
}

/* Inside of FROM: so it is read later, and there duplicate names, several statements and changes are refused.
 */
bool ferry_mysql_describe(FerryConnection *base, const char *name, const char *query, FerryTable **ret_table,
			  GError **error)
{
	FerryMysqlConnection *c = ferry_mysql(base);
	FerryTable *table = ferry_table_new(NULL, name);
	g_autofree char *sql = g_strdup_printf("SELECT * FROM (%s\n) AS ferry_query", query);
	MYSQL_STMT *stmt = c->is_lost ? NULL : mysql_stmt_init(c->mysql);

	table->query = g_strdup(query);
	bool is_ok =
		stmt ? describe_statement(c, stmt, sql, query, table, error)
		     : ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true,
					 "cannot describe the query of %s: the connection was lost", name);
	if (stmt)
		mysql_stmt_close(stmt);
	if (is_ok)
		*ret_table = table;
	else
		ferry_table_free(table);
	return is_ok;
}

char *ferry_mysql_quote_name(const char *schema, const char *name)
{
	GString *out = g_string_new(NULL);

	if (schema) {
		ferry_mysql_append_identifier(out, schema);
		g_string_append_c(out, '.');
	}
	ferry_mysql_append_identifier(out, name);
	return g_string_free(out, FALSE);
}

/* One statement, whose results (a procedure may have several) are thrown away. */
bool ferry_mysql_run_sql(FerryConnection *base, const char *sql, GError **error)
{
	FerryMysqlConnection *c = ferry_mysql(base);
	int more;

	if (!ferry_mysql_execute(c, sql, "the statement failed", error))
		return false;
	while ((more = mysql_next_result(c->mysql)) == 0) {
		MYSQL_RES *result = mysql_use_result(c->mysql);
		if (result)
			mysql_free_result(result);
	}
	return more < 0 || ferry_mysql_fail(c, NULL, error, "the statement failed");
}
