/*
 * Indexes that are no constraint's. A part of a function-based index is a hidden column whose expression is
 * kept with the columns; a descending part is one whose expression is the plain column.
 */
#include "connectors/oracle/catalog.h"

#include <string.h>

enum { I_NAME, I_TABLE, I_TYPE, I_UNIQUENESS, I_VISIBILITY };

static void add_index_notes(FerryTable *table, const char *name, const char *type)
{
	if (g_str_has_prefix(type, "BITMAP") || strstr(type, "BITMAP"))
		ferry_table_note(table, FERRY_SEVERITY_INFO, NULL, "bitmap index %s becomes a btree index",
				 name);
	if (g_str_has_suffix(type, "/REV"))
		ferry_table_note(table, FERRY_SEVERITY_INFO, NULL,
				 "index %s has its keys reversed in the source only", name);
}

static bool on_index(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryTable *table = ferry_oracle_builder_find(b, row[I_TABLE]);
	const char *type = row[I_TYPE] ? row[I_TYPE] : "NORMAL";

	if (!table || !row[I_NAME] || g_hash_table_contains(b->key_indexes, row[I_NAME]) ||
	    !strcmp(type, "LOB") || !strcmp(type, "CLUSTER") || g_str_has_prefix(type, "IOT"))
		return true;
	FerryIndex *index = ferry_index_new(row[I_NAME]);
	index->is_unique = g_strcmp0(row[I_UNIQUENESS], "UNIQUE") == 0;
	if (strstr(type, "DOMAIN"))
		index->method = g_strdup("domain");
	if (g_strcmp0(row[I_VISIBILITY], "INVISIBLE") == 0)
		ferry_table_note(table, FERRY_SEVERITY_INFO, NULL, "index %s is invisible in the source",
				 row[I_NAME]);
	add_index_notes(table, row[I_NAME], type);
	g_ptr_array_add(table->indexes, index);
	g_hash_table_insert(b->indexes, g_strdup(row[I_NAME]), index);
	return true;
}

/* "COL", and nothing else: its name. */
static char *plain_column(const char *expression)
{
	size_t len = strlen(expression);

	if (len < 3 || expression[0] != '"' || expression[len - 1] != '"')
		return NULL;
	char *name = g_strndup(expression + 1, len - 2);
	if (strchr(name, '"'))
		g_clear_pointer(&name, g_free);
	return name;
}

/* index, table, column, descending; in order */
static bool on_index_column(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryIndex *index = row[0] ? g_hash_table_lookup(b->indexes, row[0]) : NULL;

	if (!index || !row[1] || !row[2])
		return true;
	g_autofree char *key = g_strconcat(row[1], "\n", row[2], NULL);
	const char *expression = g_hash_table_lookup(b->hidden, key);
	g_autofree char *column = expression ? plain_column(expression) : g_strdup(row[2]);
	FerryIndexPart *part = ferry_index_part_new(column);

	if (!column)
		part->expression = g_strdup(expression);
	part->descending = g_strcmp0(row[3], "DESC") == 0;
	g_ptr_array_add(index->parts, part);
	return true;
}

bool ferry_oracle_read_indexes(FerryOracleCatalogBuilder *b, GError **error)
{
	return ferry_oracle_builder_each(
		       b,
		       "SELECT INDEX_NAME, TABLE_NAME, INDEX_TYPE, UNIQUENESS, VISIBILITY FROM ALL_INDEXES"
		       " WHERE TABLE_OWNER = %s ORDER BY TABLE_NAME, INDEX_NAME",
		       "cannot list the indexes", on_index, error) &&
	       ferry_oracle_builder_each(
		       b,
		       "SELECT INDEX_NAME, TABLE_NAME, COLUMN_NAME, DESCEND FROM ALL_IND_COLUMNS"
		       " WHERE TABLE_OWNER = %s ORDER BY INDEX_NAME, COLUMN_POSITION",
		       "cannot list the indexes' columns", on_index_column, error);
}
