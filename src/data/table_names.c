/* See table_names.h. One hash, by the name in small letters, serves both ways of looking. */
#include "data/table_names.h"

#include <string.h>

struct FerryTableNames {
	GHashTable *by_name; /* name in small letters -> GPtrArray of FerryTable, in the catalog's order */
};

FerryTableNames *ferry_table_names_new(const FerryCatalog *catalog)
{
	FerryTableNames *names = g_new0(FerryTableNames, 1);

	names->by_name =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	for (guint i = 0; i < catalog->tables->len; i++) {
		FerryTable *table = catalog->tables->pdata[i];
		g_autofree char *folded = g_ascii_strdown(table->name, -1);
		GPtrArray *called = g_hash_table_lookup(names->by_name, folded);
		if (!called) {
			called = g_ptr_array_new();
			g_hash_table_insert(names->by_name, g_steal_pointer(&folded), called);
		}
		g_ptr_array_add(called, table);
	}
	return names;
}

void ferry_table_names_free(FerryTableNames *names)
{
	if (!names)
		return;
	g_hash_table_destroy(names->by_name);
	g_free(names);
}

/* All whose name is the same but for its case; NULL: none. */
static const GPtrArray *find_called(const FerryTableNames *names, const char *name)
{
	g_autofree char *folded = g_ascii_strdown(name, -1);

	return g_hash_table_lookup(names->by_name, folded);
}

FerryTable *ferry_table_names_find(const FerryTableNames *names, const char *schema, const char *name)
{
	const GPtrArray *called = find_called(names, name);

	for (guint i = 0; called && i < called->len; i++) {
		FerryTable *table = called->pdata[i];
		if (g_strcmp0(table->schema, schema) == 0 && strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

FerryTable *ferry_table_names_find_loosely(const FerryTableNames *names, const char *schema, const char *name,
					   bool any_schema)
{
	FerryTable *found = ferry_table_names_find(names, schema, name);
	const GPtrArray *called = found ? NULL : find_called(names, name);

	for (guint i = 0; called && i < called->len; i++) {
		FerryTable *table = called->pdata[i];
		if (g_strcmp0(table->schema, schema) == 0 || (any_schema && (!table->schema || !schema)))
			return table;
	}
	return found;
}
