/* data/table_names.h against the plain look-up, and loosely. */
#include "data/table_names.h"

static const struct {
	const char *schema, *name;
} tables[] = {{"s", "t"}, {"s", "T"}, {"S", "t"}, {NULL, "t"}, {"s", "Käse"}, {"other", "only"}};

static int find(const FerryTableNames *names, const FerryCatalog *catalog, const char *schema,
		const char *name, bool is_loose, bool any_schema)
{
	FerryTable *found = is_loose ? ferry_table_names_find_loosely(names, schema, name, any_schema)
				     : ferry_table_names_find(names, schema, name);
	guint at;

	return found && g_ptr_array_find(catalog->tables, found, &at) ? (int)at : -1;
}

static void test_find(void)
{
	static const struct {
		const char *schema, *name;
		int exact, loose, any;
	} cases[] = {
		{"s", "t", 0, 0, 0},       {"s", "T", 1, 1, 1},         {"S", "t", 2, 2, 2},
		{"S", "T", -1, 2, 2},      {NULL, "t", 3, 3, 3},        {NULL, "T", -1, 3, 0},
		{"x", "t", -1, -1, 3},     {"s", "KäSE", -1, 4, 4},     {"s", "KÄSE", -1, -1, -1},
		{NULL, "only", -1, -1, 5}, {"other", "ONLY", -1, 5, 5}, {"s", "", -1, -1, -1},
	};
	FerryCatalog *catalog = ferry_catalog_new("sqlite");
	FerryTableNames *names;

	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		g_ptr_array_add(catalog->tables, ferry_table_new(tables[i].schema, tables[i].name));
	names = ferry_table_names_new(catalog);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(find(names, catalog, cases[i].schema, cases[i].name, false, false), ==,
				cases[i].exact);
		g_assert_true(ferry_table_names_find(names, cases[i].schema, cases[i].name) ==
			      ferry_catalog_find_table(catalog, cases[i].schema, cases[i].name));
		g_assert_cmpint(find(names, catalog, cases[i].schema, cases[i].name, true, false), ==,
				cases[i].loose);
		g_assert_cmpint(find(names, catalog, cases[i].schema, cases[i].name, true, true), ==,
				cases[i].any);
	}
	ferry_table_names_free(names);
	ferry_catalog_free(catalog);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table_names/find", test_find);
	return g_test_run();
}
