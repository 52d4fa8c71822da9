/*
 * mapping/plan.c and plan_table.c, without a server: selection, schemas, the fingerprint, an existing target,
 * forms.
 */
#include "plan_fixture.h"

#include <string.h>

static void test_simple(void)
{
	g_autoptr(FerryPlan) p = plan(&mysql, &postgres, shop());
	const FerryTablePlan *artist = p->tables->pdata[0], *album = p->tables->pdata[1];

	g_assert_cmpuint(p->tables->len, ==, 2);
	g_assert_cmpuint(n_profiled, ==, 2);
	g_assert_cmpstr(artist->target->name, ==, "artist"); /* biggest first */
	g_assert_cmpuint(artist->index, ==, 0);
	g_assert_cmpuint(album->index, ==, 1);
	g_assert_cmpstr(album->target->schema, ==, "public");
	g_assert_cmpuint(album->columns->len, ==, 3);
	g_assert_cmpuint(album->read_schema->n_fields, ==, 3);
	g_assert_true(album->read_schema->fields[0].is_key);
	g_assert_false(album->write_schema->fields[1].is_key);
	g_assert_cmpstr(album->target->primary_key->name, ==, "album_pkey");
	g_assert_cmpuint(strlen(p->fingerprint), ==, 64);
	g_assert_cmpuint(p->notes->len, ==, 0);
}

static FerryCatalog *two_schemas(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql");

	add_column(add_table(catalog, "a", "t"), "id", FERRY_TYPE_INT32);
	add_column(add_table(catalog, "b", "t"), "id", FERRY_TYPE_INT32);
	return catalog;
}

static void test_schemas(void)
{
	g_autoptr(FerryPlan) kept = plan(&mysql, &postgres, two_schemas());
	g_autoptr(FerryPlan) prefixed = plan(&mysql, &sqlite, two_schemas());
	g_autoptr(FerryPlan) single = NULL;
	static char glob[] = "b.*";
	char *tables[] = {glob, NULL};
	FerryProject options = {.include = tables};

	g_assert_cmpstr(((FerryTable *)kept->target->tables->pdata[0])->schema, ==, "a");
	g_assert_cmpstr(((FerryTable *)kept->target->tables->pdata[1])->schema, ==, "b");
	g_assert_null(((FerryTable *)prefixed->target->tables->pdata[0])->schema);
	g_assert_cmpstr(((FerryTable *)prefixed->target->tables->pdata[0])->name, ==, "a_t");
	assert_note(prefixed, FERRY_SEVERITY_INFO, "table", "b.t", "b_t");
	single = plan_with(&mysql, &postgres, two_schemas(), &options, NULL);
	g_assert_cmpuint(single->tables->len, ==, 1);
	g_assert_cmpuint(single->source->tables->len, ==, 1);
	g_assert_cmpstr(((FerryTable *)single->target->tables->pdata[0])->schema, ==, "public");
}

static void test_selection(void)
{
	static const struct {
		const char *include, *exclude;
		int code;         /* -1: no error */
		const char *word; /* of message or hint, or the one table that is left */
	} cases[] = {
		{"album", NULL, -1, "album"},
		{"al*", NULL, -1, "album"},
		{"shop.alb?m", NULL, -1, "album"},
		{NULL, "art*", -1, "album"},
		{"*", "*.artist", -1, "album"},
		{"Album", NULL, FERRY_ERROR_USAGE, "Album"},
		{"albun", NULL, FERRY_ERROR_USAGE, "shop.album"},
		{"x.*", NULL, FERRY_ERROR_USAGE, "x.*"},
		{NULL, "*", FERRY_ERROR_USAGE, "exclude"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *include[] = {(char *)cases[i].include, NULL},
		     *exclude[] = {(char *)cases[i].exclude, NULL};
		FerryProject options = {.include = include, .exclude = exclude};
		g_autoptr(GError) error = NULL;
		g_autoptr(FerryPlan) p = plan_with(&mysql, &postgres, shop(), &options, &error);
		g_autofree char *said = NULL;

		if (cases[i].code < 0) {
			g_assert_no_error(error);
			g_assert_cmpuint(p->tables->len, ==, 1);
			g_assert_cmpstr(((FerryTablePlan *)p->tables->pdata[0])->source->name, ==,
					cases[i].word);
			continue;
		}
		g_assert_null(p);
		g_assert_error(error, FERRY_ERROR, cases[i].code);
		said = g_strconcat(error->message, " ", ferry_error_get_hint(error), NULL);
		g_assert_nonnull(strstr(said, cases[i].word));
	}
}

static void test_empty(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	FerryProject options = {0};
	g_autoptr(GError) error = NULL;

	catalog->database = g_strdup("void");
	g_assert_null(plan_with(&mysql, &postgres, catalog, &options, &error));
	g_assert_error(error, FERRY_ERROR, FERRY_ERROR_NOT_FOUND);
	g_assert_nonnull(strstr(error->message, "void"));
}

/* The order in which a server lists things must not show. */
static void test_deterministic(void)
{
	char *prints[2];

	for (int i = 0; i < 2; i++) {
		FerryCatalog *catalog = shop();
		g_autoptr(FerryPlan) p = NULL;

		if (i == 1) {
			gpointer first = g_ptr_array_steal_index(catalog->tables, 0);

			g_ptr_array_add(catalog->tables, first);
			((FerryTable *)first)->est_rows = 11; /* an estimate, a little different */
		}
		p = plan(&mysql, &postgres, catalog);
		prints[i] = g_strdup(p->fingerprint);
	}
	g_assert_cmpstr(prints[0], ==, prints[1]);
	g_free(prints[0]);
	g_free(prints[1]);
}

static void test_fingerprint_changes(void)
{
	g_autoptr(FerryPlan) before = plan(&mysql, &postgres, shop());
	FerryCatalog *catalog = shop();
	g_autoptr(FerryPlan) after = NULL;

	add_column(catalog->tables->pdata[0], "more", FERRY_TYPE_INT32);
	after = plan(&mysql, &postgres, catalog);
	g_assert_cmpstr(before->fingerprint, !=, after->fingerprint);
}

static void test_same_system(void)
{
	FerryCatalog *catalog = ferry_catalog_new("postgres");
	FerryTable *table = add_table(catalog, "public", "t");
	FerryColumnDef *id = add_column(table, "id", FERRY_TYPE_INT32),
		       *sum = add_column(table, "sum", FERRY_TYPE_INT32);
	g_autoptr(FerryPlan) p = NULL;
	const FerryTablePlan *planned;

	g_free(id->native_type);
	id->native_type = g_strdup("my_own_type");
	id->default_kind = FERRY_DEFAULT_EXPRESSION;
	id->default_text = g_strdup("anything(at, all)");
	sum->generated = FERRY_GENERATED_STORED;
	sum->generated_expression = g_strdup("strange ~~> id");
	add_index(table, "g", "id")->method = g_strdup("gin");
	g_ptr_array_add(table->checks, ferry_check_new("c", "whatever"));
	p = plan(&own, &postgres, catalog);
	planned = find(p, "t");
	g_assert_cmpstr(column_at(planned, 0)->target->native_type, ==, "my_own_type");
	g_assert_cmpstr(column_at(planned, 0)->target->default_text, ==, "anything(at, all)");
	g_assert_false(column_at(planned, 1)->is_copied);
	g_assert_cmpstr(((FerryIndex *)planned->target->indexes->pdata[0])->method, ==, "gin");
	g_assert_cmpstr(((FerryCheck *)planned->target->checks->pdata[0])->expression, ==, "whatever");
	g_assert_cmpuint(p->notes->len, ==, 0);
}

/* A single schema lands in another one: what speaks of it must follow, text must not. */
static void test_respelled(void)
{
	FerryCatalog *catalog = ferry_catalog_new("postgres");
	FerryTable *table = add_table(catalog, "sales", "t");
	g_autoptr(FerryPlan) p = NULL;

	add_column(table, "m", FERRY_TYPE_TEXT);
	g_ptr_array_add(table->checks,
			ferry_check_new("c", "m = 'sales.x'::sales.mood OR \"sales\".f(presales.g)"));
	p = plan(&own, &postgres, catalog);
	g_assert_cmpstr(((FerryCheck *)find(p, "t")->target->checks->pdata[0])->expression, ==,
			"m = 'sales.x'::<public>.mood OR <public>.f(presales.g)");
}

static void test_data_only(void)
{
	static const struct {
		const char *table,
			*column; /* what the target has instead of album.title; extra: a column more */
		const char *extra;
		const char *word; /* of the error; NULL: none */
	} cases[] = {
		{"album", "title", NULL, NULL},     {"Album", "TITLE", NULL, NULL},
		{"album", "name", NULL, "title"},   {"records", "title", NULL, "album"},
		{"album", "title", "more", "more"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryProject options = {.data_only = true};
		g_autoptr(GError) error = NULL;
		g_autoptr(FerryPlan) p = NULL;
		FerryTable *table;

		existing = ferry_catalog_new("postgres");
		table = add_table(existing, "public", "artist");
		add_column(table, "name", FERRY_TYPE_TEXT);
		add_column(table, "id", FERRY_TYPE_INT64);
		table = add_table(existing, "public", cases[i].table);
		add_column(table, "id", FERRY_TYPE_INT64);
		add_column(table, "artist_id", FERRY_TYPE_INT32);
		add_column(table, cases[i].column, FERRY_TYPE_TEXT);
		if (cases[i].extra)
			add_column(table, cases[i].extra, FERRY_TYPE_TEXT)->not_null = true;
		p = plan_with(&mysql, &postgres, shop(), &options, &error);
		if (cases[i].word) {
			g_assert_null(p);
			g_assert_error(error, FERRY_ERROR, FERRY_ERROR_NOT_FOUND);
			g_assert_nonnull(strstr(error->message, cases[i].word));
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpstr(find(p, "album")->write_schema->fields[1].name, ==, cases[i].column);
		g_assert_cmpstr(column_at(find(p, "album"), 0)->target->native_type, ==, "int64");
	}
	ferry_catalog_free(g_steal_pointer(&existing));
}

static void test_ddl_and_forms(void)
{
	g_autoptr(FerryPlan) p = plan(&mysql, &postgres, shop());
	g_autoptr(GPtrArray) schemas = ferry_plan_ddl(p, FERRY_DDL_SCHEMAS);
	g_autoptr(GPtrArray) tables = ferry_plan_ddl(p, FERRY_DDL_TABLES);
	g_autofree char *text = ferry_plan_to_text(p), *json = ferry_plan_to_json(p);

	g_assert_cmpuint(schemas->len, ==, 1);
	g_assert_cmpuint(tables->len, ==, 2);
	g_assert_cmpstr(((FerryStatement *)tables->pdata[0])->object, ==, "artist");
	g_assert_nonnull(strstr(text, "shop.album -> public.album  (about 10 rows)"));
	g_assert_nonnull(strstr(json, "\"not_converted\": []"));
	g_assert_nonnull(strstr(json, p->fingerprint));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan/simple", test_simple);
	g_test_add_func("/plan/schemas", test_schemas);
	g_test_add_func("/plan/selection", test_selection);
	g_test_add_func("/plan/empty", test_empty);
	g_test_add_func("/plan/deterministic", test_deterministic);
	g_test_add_func("/plan/fingerprint-changes", test_fingerprint_changes);
	g_test_add_func("/plan/same-system", test_same_system);
	g_test_add_func("/plan/respelled", test_respelled);
	g_test_add_func("/plan/data-only", test_data_only);
	g_test_add_func("/plan/ddl-and-forms", test_ddl_and_forms);
	return g_test_run();
}
