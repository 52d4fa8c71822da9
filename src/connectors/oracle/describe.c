/* The columns of a user's SELECT, as the server describes them; and the user's statements. */
#include "connectors/oracle/cursor.h"
#include "connectors/oracle/types.h"

#include <string.h>

static const char *type_word(const FerryOracleField *f)
{
	bool is_national = f->form == FERRY_ORACLE_FORM_NATIONAL;

	switch (f->type) {
	case FERRY_ORACLE_TYPE_VARCHAR: return is_national ? "NVARCHAR2" : "VARCHAR2";
	case FERRY_ORACLE_TYPE_CHAR: return is_national ? "NCHAR" : "CHAR";
	case FERRY_ORACLE_TYPE_NUMBER: return "NUMBER";
	case FERRY_ORACLE_TYPE_LONG: return "LONG";
	case FERRY_ORACLE_TYPE_DATE: return "DATE";
	case FERRY_ORACLE_TYPE_RAW: return "RAW";
	case FERRY_ORACLE_TYPE_LONG_RAW: return "LONG RAW";
	case FERRY_ORACLE_TYPE_BINARY_FLOAT: return "BINARY_FLOAT";
	case FERRY_ORACLE_TYPE_BINARY_DOUBLE: return "BINARY_DOUBLE";
	case FERRY_ORACLE_TYPE_CLOB: return is_national ? "NCLOB" : "CLOB";
	case FERRY_ORACLE_TYPE_BLOB: return "BLOB";
	case FERRY_ORACLE_TYPE_BFILE: return "BFILE";
	case FERRY_ORACLE_TYPE_JSON: return "JSON";
	case FERRY_ORACLE_TYPE_VECTOR: return "VECTOR";
	case FERRY_ORACLE_TYPE_INTERVAL_YM: return "INTERVAL YEAR TO MONTH";
	case FERRY_ORACLE_TYPE_INTERVAL_DS: return "INTERVAL DAY TO SECOND";
	case FERRY_ORACLE_TYPE_ROWID: return "ROWID";
	case FERRY_ORACLE_TYPE_UROWID: return "UROWID";
	case FERRY_ORACLE_TYPE_BOOLEAN: return "BOOLEAN";
	case FERRY_ORACLE_TYPE_OBJECT: return f->type_name;
	default: return NULL;
	}
}

static char *native_type(const FerryOracleField *f)
{
	const char *word = type_word(f);

	switch (f->type) {
	case FERRY_ORACLE_TYPE_TIMESTAMP: return g_strdup_printf("TIMESTAMP(%d)", f->scale);
	case FERRY_ORACLE_TYPE_TIMESTAMP_TZ: return g_strdup_printf("TIMESTAMP(%d) WITH TIME ZONE", f->scale);
	case FERRY_ORACLE_TYPE_TIMESTAMP_LTZ:
		return g_strdup_printf("TIMESTAMP(%d) WITH LOCAL TIME ZONE", f->scale);
	default: break;
	}
	if (!word || !*word)
		return NULL;
	FerryOracleTypeFacts facts = {.name = word,
				      .length = f->max_bytes,
				      .char_length = f->max_chars ? f->max_chars : f->max_bytes,
				      .precision = -1,
				      .scale = -1000};
	/* An expression's precision of 0 says nothing, and its scale neither. */
	if (f->type == FERRY_ORACLE_TYPE_NUMBER && f->precision > 0 && f->scale != -127) {
		facts.precision = f->precision;
		facts.scale = f->scale;
	}
	return ferry_oracle_native_type(&facts);
}

static bool add_column(FerryTable *table, const FerryOracleField *f, GError **error)
{
	g_autofree char *native = native_type(f);
	FerryType type;

	if (!native || !ferry_oracle_parse_type(native, &type)) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "the query of %s: Ferry does not read the type of column %s (%s, number %u)",
			   table->name, f->name, native ? native : "unknown", f->type);
		if (f->type == FERRY_ORACLE_TYPE_BFILE)
			ferry_error_hint(error,
					 "what the files hold can be read into a BLOB by a function of yours "
					 "(DBMS_LOB.LOADBLOBFROMFILE)");
		else if (f->type == FERRY_ORACLE_TYPE_OBJECT)
			ferry_error_hint(error, "name its attributes one by one: SELECT t.%s.ATTRIBUTE, …",
					 f->name);
		return false;
	}
	FerryColumnDef *column = ferry_column_def_new(f->name);
	column->native_type = g_steal_pointer(&native);
	column->type = type;
	column->not_null = !f->is_nullable;
	g_ptr_array_add(table->columns, column);
	return true;
}

/* Inside of FROM: so it is read later, and there duplicate names, several statements and changes are refused.
 */
bool ferry_oracle_describe(FerryConnection *base, const char *name, const char *query, FerryTable **ret_table,
			   GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT * FROM (%s\n) ferry_table", query);
	g_autofree char *doing = g_strdup_printf("the query of %s does not work (%s)", name, query);
	g_autoptr(FerryOracleCursor) cursor =
		ferry_oracle_cursor_describe(ferry_oracle(base), sql, doing, error);

	if (!cursor)
		return false;
	FerryTable *table = ferry_table_new(NULL, name);
	table->query = g_strdup(query);
	for (guint i = 0; i < cursor->fields->len; i++) {
		if (add_column(table, &g_array_index(cursor->fields, FerryOracleField, i), error))
			continue;
		ferry_table_free(table);
		return false;
	}
	*ret_table = table;
	return true;
}

bool ferry_oracle_run_sql(FerryConnection *base, const char *sql, GError **error)
{
	return ferry_oracle_execute(ferry_oracle(base), sql, "the statement failed", error);
}
