/*
 * Names without a plan (mapping/naming.c) are those that a plan then gives.
 */
#include "plan_fixture.h"

#include "mapping/naming.h"

#include <string.h>

static const FerryConnector capitals = {
	.name = "oracle", .title = "Oracle", .caps = {.folds_to_capitals = true}};

static void assert_place(const FerryNaming *naming, const FerryTable *table, const char *schema,
			 const char *name)
{
	g_autofree char *got_schema = NULL, *got_name = NULL;

	ferry_naming_place(naming, table, &got_schema, &got_name);
	g_assert_cmpstr(got_schema, ==, schema);
	g_assert_cmpstr(got_name, ==, name);
}

static void assert_column(const FerryNaming *naming, const char *column, const char *name)
{
	g_autofree char *got = ferry_naming_column(naming, column);

	g_assert_cmpstr(got, ==, name);
}

static FerryCatalog *orders(const char *connector, bool in_capitals)
{
	FerryCatalog *catalog = ferry_catalog_new(connector);

	catalog->folds_to_capitals = in_capitals;
	add_column(add_table(catalog, "SHOP", "ORDERS"), "ORDER_ID", FERRY_TYPE_INT64);
	return catalog;
}

static void test_capitals(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryCatalog) catalog = orders("oracle", true);
	FerryConnection target = {.connector = &postgres};
	g_autoptr(FerryNaming) naming = ferry_naming_new(project, catalog, &postgres, &target);
	g_autoptr(FerryCatalog) small = ferry_catalog_new("postgres");
	g_autoptr(FerryNaming) back = ferry_naming_new(project, small, &capitals, NULL);
	g_autoptr(FerryNaming) same = ferry_naming_new(project, catalog, &capitals, NULL);

	assert_place(naming, catalog->tables->pdata[0], "public", "orders");
	assert_column(naming, "ORDER_ID", "order_id");
	assert_column(naming, "Order_Id", "Order_Id");
	assert_column(back, "order_id", "ORDER_ID");
	assert_column(back, "order id", "order id");
	assert_column(same, "ORDER_ID", "ORDER_ID");
}

static void test_as_planned(void)
{
	static const char *const columns[] = {"price ($)", "Order.No", "HTTPServer", "id_"};

	for (int identifiers = FERRY_IDENTIFIERS_KEEP; identifiers <= FERRY_IDENTIFIERS_SNAKE;
	     identifiers++) {
		g_autoptr(FerryProject) project = ferry_project_new();
		g_autoptr(GError) error = NULL;
		FerryCatalog *catalog = ferry_catalog_new("mysql");
		FerryTable *table = add_table(catalog, "shop", "OrderItems");
		FerryConnection target = {.connector = &postgres};

		for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
			add_column(table, columns[i], FERRY_TYPE_INT64);
		project->identifiers = (FerryIdentifiers)identifiers;
		g_autoptr(FerryNaming) naming = ferry_naming_new(project, catalog, &postgres, &target);
		g_autoptr(FerryPlan) p = plan_with(&mysql, &postgres, catalog, project, &error);
		g_assert_no_error(error);
		const FerryTablePlan *planned = find(p, "OrderItems");
		assert_place(naming, planned->source, planned->target->schema, planned->target->name);
		for (guint i = 0; i < planned->columns->len; i++)
			assert_column(naming, column_at(planned, i)->source->name,
				      column_at(planned, i)->target->name);
	}
}

static void test_schemas(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("mysql");
	FerryTable *a = add_table(catalog, "shop", "orders"), *b = add_table(catalog, "archive", "orders");
	FerryConnection target = {.connector = &postgres};
	g_autoptr(FerryNaming) both = ferry_naming_new(project, catalog, &postgres, &target);
	g_autoptr(FerryNaming) without = ferry_naming_new(project, catalog, &sqlite, NULL);

	assert_place(both, b, "archive", "orders");
	assert_place(without, b, NULL, "archive_orders");
	project->exclude = g_strsplit("archive.*", " ", 0);
	g_autoptr(FerryNaming) one = ferry_naming_new(project, catalog, &postgres, &target);
	assert_place(one, a, "public", "orders");
	g_autoptr(FerryNaming) unreached = ferry_naming_new(project, catalog, &postgres, NULL);
	assert_place(unreached, a, NULL, "orders");
	/* Nobody has chosen a target: nothing is known of it. */
	g_autoptr(FerryNaming) nowhere = ferry_naming_new(project, catalog, NULL, NULL);
	assert_place(nowhere, b, NULL, "orders");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/naming/capitals", test_capitals);
	g_test_add_func("/naming/as-planned", test_as_planned);
	g_test_add_func("/naming/schemas", test_schemas);
	return g_test_run();
}
