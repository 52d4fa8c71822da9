/* Partitions: Oracle's bounds into the catalog, the catalog into a plan, the plan into PostgreSQL's DDL. */
#include "connectors/oracle/catalog.h"
#include "connectors/postgres/postgres.h"
#include "plan_fixture.h"

#include <string.h>

/* ---- bounds ---- */

static char *show(const GPtrArray *bounds)
{
	static const char *const words[] = {NULL, "NULL", "MINVALUE", "MAXVALUE"};
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < bounds->len; i++) {
		const FerryBound *bound = bounds->pdata[i];
		g_string_append_printf(out, "%s%s", i > 0 ? "|" : "",
				       bound->text ? bound->text : words[bound->kind]);
	}
	return g_string_free(out, FALSE);
}

static void test_bounds(void)
{
	static const struct {
		const char *text, *expected; /* NULL: not read */
		bool is_default;
	} cases[] = {
		{"100", "100", false},
		{" -1.5 , 2", "-1.5|2", false},
		{"1E3", "1E3", false},
		{"'EU'", "EU", false},
		{"'it''s', N'x', NULL", "it's|x|NULL", false},
		{"MAXVALUE", "MAXVALUE", false},
		{"maxvalue, 7", "MAXVALUE|7", false},
		{"DEFAULT", "", true},
		{"TO_DATE(' 2024-01-01 00:00:00', 'SYYYY-MM-DD HH24:MI:SS', 'NLS_CALENDAR=GREGORIAN')",
		 "2024-01-01 00:00:00", false},
		{"TO_DATE('2024-01-01', 'YYYY-MM-DD')", "2024-01-01 00:00:00", false},
		{"TIMESTAMP' 2024-01-01 12:30:00.5'", "2024-01-01 12:30:00.5", false},
		{"DATE '2024-01-01', 5", "2024-01-01 00:00:00|5", false},
		{"TO_DATE('01/02/24', 'DD/MM/RR')", NULL, false},
		{"TO_DATE(' 1402-10-11 00:00:00', 'SYYYY-MM-DD HH24:MI:SS', 'NLS_CALENDAR=PERSIAN')", NULL,
		 false},
		{"( 'a', 1 ), ( 'b', 2 )", NULL, false},
		{"HEXTORAW('FF')", NULL, false},
		{"'open", NULL, false},
		{"1,", NULL, false},
		{"1 2", NULL, false},
		{"", NULL, false},
		{"TO_DATE", NULL, false},
		{"MAXVALUES", NULL, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) bounds =
			g_ptr_array_new_with_free_func((GDestroyNotify)ferry_bound_free);
		bool is_default, is_read = ferry_oracle_parse_bounds(cases[i].text, bounds, &is_default);

		g_test_message("%s", cases[i].text);
		g_assert_cmpint(is_read, ==, cases[i].expected != NULL);
		if (!is_read)
			continue;
		g_autofree char *shown = show(bounds);
		g_assert_cmpstr(shown, ==, cases[i].expected);
		g_assert_cmpint(is_default, ==, cases[i].is_default);
	}
}

/* ---- plans ---- */

static FerryTargetOps ops;
static FerryConnector target;

static FerryTable *add_divided(FerryCatalog *catalog, const char *name, FerryPartitionKind kind,
			       const char *key)
{
	FerryTable *table = add_table(catalog, "shop", name);

	table->is_partitioned = true;
	table->partitioning = ferry_partitioning_new(kind);
	g_ptr_array_add(table->partitioning->columns, g_strdup(key));
	add_column(table, "id", FERRY_TYPE_INT32)->not_null = true;
	add_column(table, "at", FERRY_TYPE_TIMESTAMP);
	add_column(table, "region", FERRY_TYPE_TEXT);
	return table;
}

/* bound NULL: without an end, or the default. */
static FerryPartition *add_part(FerryPartitioning *partitioning, const char *name, const char *bound)
{
	FerryPartition *partition = ferry_partition_new(name);
	bool is_range = partitioning->kind == FERRY_PARTITION_RANGE;

	if (!bound && !is_range)
		partition->is_default = true;
	else
		g_ptr_array_add(is_range ? partition->to : partition->values,
				ferry_bound_new(bound ? FERRY_BOUND_VALUE : FERRY_BOUND_MAXVALUE, bound));
	g_ptr_array_add(partitioning->partitions, partition);
	return partition;
}

static void add_hashes(FerryPartitioning *partitioning, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_autofree char *name = g_strdup_printf("h%u", i);
		FerryPartition *partition = ferry_partition_new(name);

		partition->modulus = n;
		partition->remainder = i;
		g_ptr_array_add(partitioning->partitions, partition);
	}
}

static FerryPlan *plan_partitions(FerryCatalog *catalog, FerryPartitions wish)
{
	static FerryProject project;
	g_autoptr(GError) error = NULL;

	project.partitions = wish;
	FerryPlan *p = plan_with(&mysql, &target, catalog, &project, &error);
	g_assert_no_error(error);
	return p;
}

static char *ddl_of(const FerryPlan *p, const char *table)
{
	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);
	GString *out = g_string_new(NULL);

	ops.ddl(p->target, find(p, table)->target, FERRY_DDL_TABLES, statements);
	for (guint i = 0; i < statements->len; i++) {
		const char *sql = ((FerryStatement *)statements->pdata[i])->sql;
		const char *by = i == 0 ? strrchr(sql, '\n') + 2 : sql + strlen("CREATE TABLE public.");
		g_string_append_printf(out, "%s\n", by);
	}
	return g_string_free(out, FALSE);
}

static void expect(const FerryPlan *p, const char *table, const char *expected)
{
	g_autofree char *text = ddl_of(p, table);

	g_assert_cmpstr(text, ==, expected);
}

static void test_kept(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	FerryTable *sales = add_divided(catalog, "sales", FERRY_PARTITION_RANGE, "at"),
		   *people = add_divided(catalog, "people", FERRY_PARTITION_LIST, "region"),
		   *log = add_divided(catalog, "log", FERRY_PARTITION_HASH, "id"),
		   *open = add_divided(catalog, "open", FERRY_PARTITION_RANGE, "id"),
		   *texts = add_divided(catalog, "texts", FERRY_PARTITION_RANGE, "region");
	g_autoptr(FerryPlan) p = NULL;

	add_part(sales->partitioning, "p1", "2024-01-01 00:00:00");
	add_part(sales->partitioning, "p2", "2025-01-01 00:00:00");
	add_part(sales->partitioning, "rest", NULL);
	ferry_partitioning_chain(sales->partitioning);
	FerryPartition *eu = add_part(people->partitioning, "people_eu", "EU");
	g_ptr_array_add(eu->values, ferry_bound_new(FERRY_BOUND_NULL, NULL));
	eu->parts = ferry_partitioning_new(FERRY_PARTITION_HASH);
	g_ptr_array_add(eu->parts->columns, g_strdup("id"));
	add_hashes(eu->parts, 2);
	add_part(people->partitioning, "other", NULL);
	add_hashes(log->partitioning, 2);
	set_key(log, "id");
	add_part(open->partitioning, "p1", "-5");
	open->partitioning->is_open = true;
	ferry_partitioning_chain(open->partitioning);
	add_part(texts->partitioning, "p1", "it's");
	ferry_partitioning_chain(texts->partitioning);
	p = plan_partitions(catalog, FERRY_PARTITIONS_KEEP);
	expect(p, "sales",
	       " PARTITION BY RANGE (at)\n"
	       "sales_p1 PARTITION OF public.sales FOR VALUES FROM (MINVALUE) TO ('2024-01-01 00:00:00')\n"
	       "sales_p2 PARTITION OF public.sales FOR VALUES FROM ('2024-01-01 00:00:00') TO ('2025-01-01 "
	       "00:00:00')\n"
	       "sales_rest PARTITION OF public.sales DEFAULT\n");
	expect(p, "people",
	       " PARTITION BY LIST (region)\n"
	       "people_eu PARTITION OF public.people FOR VALUES IN ('EU', NULL) PARTITION BY HASH (id)\n"
	       "people_h0 PARTITION OF public.people_eu FOR VALUES WITH (MODULUS 2, REMAINDER 0)\n"
	       "people_h1 PARTITION OF public.people_eu FOR VALUES WITH (MODULUS 2, REMAINDER 1)\n"
	       "people_other PARTITION OF public.people DEFAULT\n");
	expect(p, "log",
	       " PARTITION BY HASH (id)\n"
	       "log_h0 PARTITION OF public.log FOR VALUES WITH (MODULUS 2, REMAINDER 0)\n"
	       "log_h1 PARTITION OF public.log FOR VALUES WITH (MODULUS 2, REMAINDER 1)\n");
	expect(p, "open",
	       " PARTITION BY RANGE (id)\n"
	       "open_p1 PARTITION OF public.open FOR VALUES FROM (MINVALUE) TO ('-5')\n"
	       "open_default PARTITION OF public.open DEFAULT\n");
	expect(p, "texts",
	       " PARTITION BY RANGE (region COLLATE \"C\")\n"
	       "texts_p1 PARTITION OF public.texts FOR VALUES FROM (MINVALUE) TO ('it''s')\n");
	g_assert_true(find(p, "sales")->target->is_partitioned);
	assert_note(p, FERRY_SEVERITY_INFO, "table", "shop.people", "by list in the target, too: 3");
	assert_note(p, FERRY_SEVERITY_WARNING, "table", "shop.open", "makes no partitions by itself");
}

static void test_flat(void)
{
	static const struct {
		const char *name, *part;
	} notes[] = {
		{"keyed", "in each unique key, and the primary key is without it"},
		{"unique", "the unique key u is without it"},
		{"odd", "the bound 1.5 is no value"},
		{"known", "by the application"},
		{"computed", "generated"},
		{"texts", "by bytes"},
	};
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	FerryTable *keyed = add_divided(catalog, "keyed", FERRY_PARTITION_RANGE, "at"),
		   *unique = add_divided(catalog, "unique", FERRY_PARTITION_LIST, "region"),
		   *odd = add_divided(catalog, "odd", FERRY_PARTITION_RANGE, "id"),
		   *known = add_divided(catalog, "known", FERRY_PARTITION_HASH, "id"),
		   *computed = add_divided(catalog, "computed", FERRY_PARTITION_HASH, "id"),
		   *texts = add_divided(catalog, "texts", FERRY_PARTITION_RANGE, "region");
	g_autoptr(FerryPlan) p = NULL;

	add_part(keyed->partitioning, "p", "2024-01-01 00:00:00");
	set_key(keyed, "id");
	add_part(unique->partitioning, "p", "EU");
	add_index(unique, "u", "id")->is_unique = true;
	add_part(odd->partitioning, "p", "1.5");
	add_hashes(known->partitioning, 2);
	known->partitioning->obstacle = g_strdup("by the application");
	add_hashes(computed->partitioning, 2);
	FerryColumnDef *id = computed->columns->pdata[0];
	id->generated = FERRY_GENERATED_STORED;
	id->generated_expression = g_strdup("1 + 1");
	add_part(texts->partitioning, "p", "m");
	set_key(texts, "region");
	p = plan_partitions(catalog, FERRY_PARTITIONS_KEEP);
	for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
		g_autofree char *object = g_strconcat("shop.", notes[i].name, NULL);

		assert_note(p, FERRY_SEVERITY_WARNING, "table", object, notes[i].part);
		assert_note(p, FERRY_SEVERITY_WARNING, "table", object, "one plain table");
		g_assert_null(find(p, notes[i].name)->target->partitioning);
		g_assert_false(find(p, notes[i].name)->target->is_partitioned);
		expect(p, notes[i].name, "\n");
	}
	g_assert_nonnull(find(p, "keyed")->target->primary_key);
}

/* PostgreSQL refuses a bound that its column cannot hold, and would round one with too many digits. */
static void test_range_of_types(void)
{
	static const struct {
		const char *name;
		FerryType type;
		const char *bound;
		bool is_kept;
	} cases[] = {
		{"i16", FERRY_TYPE(FERRY_TYPE_INT16), "32767", true},
		{"i16n", FERRY_TYPE(FERRY_TYPE_INT16), "-32768", true},
		{"i16x", FERRY_TYPE(FERRY_TYPE_INT16), "32768", false},
		{"i32", FERRY_TYPE(FERRY_TYPE_INT32), "2147483647", true},
		{"i32x", FERRY_TYPE(FERRY_TYPE_INT32), "2147483648", false},
		{"i32n", FERRY_TYPE(FERRY_TYPE_INT32), "-2147483649", false},
		{"i64", FERRY_TYPE(FERRY_TYPE_INT64), "9223372036854775807", true},
		{"i64x", FERRY_TYPE(FERRY_TYPE_INT64), "9223372036854775808", false},
		{"d", FERRY_TYPE_NUMERIC(5, 2), "-999.990", true},
		{"dl", FERRY_TYPE_NUMERIC(5, 2), "1000", false},
		{"dz", FERRY_TYPE_NUMERIC(5, 2), "000100.5", true},
		{"dr", FERRY_TYPE_NUMERIC(5, 2), "1.005", false},
		{"de", FERRY_TYPE_NUMERIC(5, 2), "99900E-2", true},
		{"dx", FERRY_TYPE_NUMERIC(5, 2), "1E3", false},
		{"du", FERRY_TYPE_NUMERIC(0, 0), "123456789012345678901234567890.5", true},
	};
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	g_autoptr(FerryPlan) p = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryTable *t = add_divided(catalog, cases[i].name, FERRY_PARTITION_RANGE, "id");

		((FerryColumnDef *)t->columns->pdata[0])->type = cases[i].type;
		add_part(t->partitioning, "p", cases[i].bound);
		ferry_partitioning_chain(t->partitioning);
	}
	p = plan_partitions(catalog, FERRY_PARTITIONS_KEEP);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *object = g_strconcat("shop.", cases[i].name, NULL);
		g_autofree char *note = g_strdup_printf("the bound %s is no value", cases[i].bound);

		g_test_message("%s", cases[i].name);
		g_assert_cmpint(find(p, cases[i].name)->target->is_partitioned, ==, cases[i].is_kept);
		if (!cases[i].is_kept)
			assert_note(p, FERRY_SEVERITY_WARNING, "table", object, note);
	}
}

/* A level below that cannot be had leaves the one above. */
static void test_first_level(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	FerryTable *t = add_divided(catalog, "t", FERRY_PARTITION_RANGE, "id");
	FerryPartition *part = add_part(t->partitioning, "p1", "10");
	g_autoptr(FerryPlan) p = NULL;

	part->parts = ferry_partitioning_new(FERRY_PARTITION_LIST);
	part->parts->obstacle = g_strdup("nobody knows how");
	ferry_partitioning_chain(t->partitioning);
	p = plan_partitions(catalog, FERRY_PARTITIONS_KEEP);
	expect(p, "t",
	       " PARTITION BY RANGE (id)\nt_p1 PARTITION OF public.t FOR VALUES FROM (MINVALUE) TO ('10')\n");
	assert_note(p, FERRY_SEVERITY_WARNING, "table", "shop.t",
		    "subpartitions are not converted: nobody knows how");
}

static void test_wish_and_others(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql"), *again = ferry_catalog_new("mysql");
	g_autoptr(FerryPlan) p = NULL, other = NULL;

	add_hashes(add_divided(catalog, "t", FERRY_PARTITION_HASH, "id")->partitioning, 2);
	p = plan_partitions(catalog, FERRY_PARTITIONS_FLAT);
	g_assert_null(find(p, "t")->target->partitioning);
	assert_note(p, FERRY_SEVERITY_INFO, "table", "shop.t", "as the project says");
	add_hashes(add_divided(again, "t", FERRY_PARTITION_HASH, "id")->partitioning, 2);
	other = plan(&mysql, &sqlite, again);
	g_assert_null(find(other, "t")->target->partitioning);
	assert_note(other, FERRY_SEVERITY_WARNING, "table", "shop.t", "one plain table");
}

/* Many tables have a P1, and a table may have a partition's name. */
static void test_names(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	g_autoptr(FerryPlan) p = NULL;

	add_hashes(add_divided(catalog, "t", FERRY_PARTITION_HASH, "id")->partitioning, 1);
	add_column(add_table(catalog, "shop", "t_h0"), "id", FERRY_TYPE_INT32);
	p = plan_partitions(catalog, FERRY_PARTITIONS_KEEP);
	const FerryPartition *partition = find(p, "t")->target->partitioning->partitions->pdata[0];
	g_assert_cmpstr(partition->name, !=, "t_h0");
	g_assert_true(g_str_has_prefix(partition->name, "t_h0_"));
	g_assert_cmpstr(((FerryPartition *)find(p, "t")->source->partitioning->partitions->pdata[0])->name,
			==, "h0");
}

int main(int argc, char **argv)
{
	ops = *postgres.target;
	ops.ddl = ferry_postgres_connector.target->ddl;
	ops.refuse_partitions = ferry_postgres_connector.target->refuse_partitions;
	target = postgres;
	target.target = &ops;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan-partitions/bounds", test_bounds);
	g_test_add_func("/plan-partitions/kept", test_kept);
	g_test_add_func("/plan-partitions/flat", test_flat);
	g_test_add_func("/plan-partitions/range-of-types", test_range_of_types);
	g_test_add_func("/plan-partitions/first-level", test_first_level);
	g_test_add_func("/plan-partitions/wish-and-others", test_wish_and_others);
	g_test_add_func("/plan-partitions/names", test_names);
	return g_test_run();
}
