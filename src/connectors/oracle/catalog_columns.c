/*
 * Columns, in one query, and identities. Hidden columns are the server's own for function-based indexes
 * (their expressions are kept for those), or the users' invisible ones.
 */
#include "connectors/oracle/catalog.h"
#include "connectors/oracle/types.h"

#include <stdlib.h>
#include <string.h>

enum {
	C_TABLE,
	C_NAME,
	C_TYPE,
	C_TYPE_OWNER,
	C_LENGTH,
	C_CHAR_LENGTH,
	C_CHAR_USED,
	C_PRECISION,
	C_SCALE,
	C_NULLABLE,
	C_DEFAULT,
	C_HIDDEN,
	C_VIRTUAL,
	C_USER_GENERATED,
	C_ON_NULL,
};

static bool is_yes(const char *value)
{
	return value && value[0] == 'Y';
}

static char *native_type(char **row)
{
	FerryOracleTypeFacts facts = {
		.name = row[C_TYPE] ? row[C_TYPE] : "?",
		.length = row[C_LENGTH] ? g_ascii_strtoll(row[C_LENGTH], NULL, 10) : 0,
		.char_length = row[C_CHAR_LENGTH] ? g_ascii_strtoll(row[C_CHAR_LENGTH], NULL, 10) : 0,
		.is_in_chars = g_strcmp0(row[C_CHAR_USED], "C") == 0,
		.precision = row[C_PRECISION] ? (int)strtol(row[C_PRECISION], NULL, 10) : -1,
		.scale = row[C_SCALE] ? (int)strtol(row[C_SCALE], NULL, 10) : -1000,
	};
	return ferry_oracle_native_type(&facts);
}

static void add_type_notes(FerryTable *table, const FerryColumnDef *column)
{
	if (g_str_has_prefix(column->native_type, "TIMESTAMP(") &&
	    strtol(column->native_type + 10, NULL, 10) > 6)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "digits beyond the microsecond are rounded away");
	if (strstr(column->native_type, "WITH TIME ZONE"))
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
				 "the moments are kept, the zones are not");
}

static void set_value_source(FerryTable *table, FerryColumnDef *column, char **row)
{
	g_autofree char *text = row[C_DEFAULT] ? g_strstrip(g_strdup(row[C_DEFAULT])) : NULL;

	if (!text || !*text)
		return;
	if (is_yes(row[C_VIRTUAL])) {
		column->generated = FERRY_GENERATED_VIRTUAL;
		column->generated_expression = g_steal_pointer(&text);
		return;
	}
	ferry_oracle_parse_default(column, text);
	if (is_yes(row[C_ON_NULL]))
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "DEFAULT ON NULL: a NULL that is given gets the default in the source only");
}

/* What is no table may be a view. */
static void add_view_column(FerryOracleCatalogBuilder *b, const char *view, const char *column)
{
	GPtrArray *columns = g_hash_table_lookup(b->view_columns, view);

	if (!columns) {
		columns = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(b->view_columns, g_strdup(view), columns);
	}
	g_ptr_array_add(columns, g_strdup(column));
}

/* Users may call their types as the server calls its own. */
static bool is_of_server(const char *type_owner)
{
	static const char *const owners[] = {"SYS", "PUBLIC", "MDSYS"};

	for (size_t i = 0; type_owner && i < G_N_ELEMENTS(owners); i++)
		if (strcmp(type_owner, owners[i]) == 0)
			return true;
	return !type_owner;
}

static bool on_column(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryTable *table = ferry_oracle_builder_find(b, row[C_TABLE]);

	if (!table && row[C_TABLE] && row[C_NAME] && !is_yes(row[C_HIDDEN]))
		add_view_column(b, row[C_TABLE], row[C_NAME]);
	if (!table || !row[C_NAME])
		return true;
	if (is_yes(row[C_HIDDEN]) && !is_yes(row[C_USER_GENERATED])) {
		if (row[C_DEFAULT])
			g_hash_table_insert(b->hidden, g_strconcat(row[C_TABLE], "\n", row[C_NAME], NULL),
					    g_strstrip(g_strdup(row[C_DEFAULT])));
		return true;
	}
	FerryColumnDef *column = ferry_column_def_new(row[C_NAME]);
	column->native_type = native_type(row);
	if (!is_of_server(row[C_TYPE_OWNER]) ||
	    !ferry_oracle_parse_type(column->native_type, &column->type)) {
		ferry_oracle_leave_out(b, table, column->name, row[C_TYPE_OWNER], column->native_type);
		ferry_column_def_free(column);
		return true;
	}
	column->not_null = g_strcmp0(row[C_NULLABLE], "N") == 0;
	column->is_invisible = is_yes(row[C_HIDDEN]);
	set_value_source(table, column, row);
	add_type_notes(table, column);
	g_ptr_array_add(table->columns, column);
	return true;
}

/* ---- identities ---- */

/* "START WITH: 1, INCREMENT BY: 1, …" */
static int64_t option_of(const char *options, const char *word)
{
	const char *found = options ? strstr(options, word) : NULL;
	return found ? g_ascii_strtoll(found + strlen(word), NULL, 10) : 1;
}

/* table, column, generation type, sequence, options */
static bool on_identity(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryTable *table = ferry_oracle_builder_find(b, row[0]);
	FerryColumnDef *column = table && row[1] ? ferry_table_find_column(table, row[1]) : NULL;
	const FerrySequence *sequence = row[3] ? g_hash_table_lookup(b->sequences, row[3]) : NULL;

	if (!column)
		return true;
	column->identity =
		g_strcmp0(row[2], "ALWAYS") == 0 ? FERRY_IDENTITY_ALWAYS : FERRY_IDENTITY_BY_DEFAULT;
	column->default_kind = FERRY_DEFAULT_NONE;
	g_clear_pointer(&column->default_text, g_free);
	column->identity_increment = option_of(row[4], "INCREMENT BY: ");
	column->has_identity_next = sequence != NULL;
	if (sequence)
		column->identity_next = sequence->next_value;
	/* PostgreSQL has identities of integers only, and Oracle's are NUMBER. */
	if (column->type.id == FERRY_TYPE_DECIMAL && column->type.scale == 0) {
		column->type = FERRY_TYPE(FERRY_TYPE_INT64);
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
				 "an identity: the type is a 64-bit integer");
	}
	return true;
}

bool ferry_oracle_read_columns(FerryOracleCatalogBuilder *b, GError **error)
{
	return ferry_oracle_builder_each(b,
					 "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, DATA_TYPE_OWNER, "
					 "DATA_LENGTH, CHAR_LENGTH, CHAR_USED,"
					 " DATA_PRECISION, DATA_SCALE, NULLABLE, DATA_DEFAULT, "
					 "HIDDEN_COLUMN, VIRTUAL_COLUMN, USER_GENERATED,"
					 " DEFAULT_ON_NULL FROM ALL_TAB_COLS WHERE OWNER = %s ORDER BY "
					 "TABLE_NAME, INTERNAL_COLUMN_ID",
					 "cannot list the columns", on_column, error) &&
	       ferry_oracle_builder_each(
		       b,
		       "SELECT TABLE_NAME, COLUMN_NAME, GENERATION_TYPE, SEQUENCE_NAME, IDENTITY_OPTIONS"
		       " FROM ALL_TAB_IDENTITY_COLS WHERE OWNER = %s",
		       "cannot list the identities", on_identity, error);
}
