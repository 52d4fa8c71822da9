/* See own_tables.h. */
#include "connectors/own_tables.h"

static const struct {
	const char *name, *column; /* that no other system's table of that name is likely to have */
} own_tables[] = {
	{"copy", "fingerprint"}, {"chunk", "chunk_no"}, {"mark", "pending"},
	{"step", "copy_id"},     {"runner", "machine"},
};

bool ferry_own_tables_have_schema(const FerryCaps *caps)
{
	return caps->has_schemas && !caps->has_fixed_schemas;
}

void ferry_own_table_name(const FerryCaps *caps, const char *which, const char **ret_schema, char **ret_name)
{
	bool has_schema = ferry_own_tables_have_schema(caps);
	g_autofree char *plain = has_schema ? g_strdup(which) : g_strconcat("ferry_", which, NULL);

	*ret_schema = has_schema ? FERRY_OWN_SCHEMA : NULL;
	*ret_name =
		!has_schema && caps->folds_to_capitals ? g_ascii_strup(plain, -1) : g_steal_pointer(&plain);
}

GPtrArray *ferry_own_table_names(const FerryCaps *caps, const char *schema)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(own_tables); i++) {
		const char *own_schema;
		g_autofree char *name = NULL;
		ferry_own_table_name(caps, own_tables[i].name, &own_schema, &name);
		if (own_schema && g_strcmp0(own_schema, schema))
			continue;
		g_ptr_array_add(names, g_strconcat(name, "_pkey", NULL));
		g_ptr_array_add(names, g_steal_pointer(&name));
	}
	return names;
}

static bool is_own(const FerryCaps *caps, const FerryTable *table)
{
	for (size_t i = 0; i < G_N_ELEMENTS(own_tables); i++) {
		const char *schema;
		g_autofree char *name = NULL;
		ferry_own_table_name(caps, own_tables[i].name, &schema, &name);
		if ((schema && g_strcmp0(schema, table->schema)) || g_ascii_strcasecmp(name, table->name))
			continue;
		for (guint k = 0; k < table->columns->len; k++) {
			const FerryColumnDef *column = table->columns->pdata[k];
			if (g_ascii_strcasecmp(column->name, own_tables[i].column) == 0)
				return true;
		}
	}
	return false;
}

void ferry_own_tables_leave_out(const FerryConnector *connector, FerryCatalog *catalog)
{
	for (guint i = catalog->tables->len; i-- > 0;)
		if (is_own(&connector->caps, catalog->tables->pdata[i]))
			g_ptr_array_remove_index(catalog->tables, i);
}
