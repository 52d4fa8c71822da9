/*
 * What a plan makes of names, defaults, generated columns and enums, without a server.
 */
#include "plan_fixture.h"

#include <string.h>

static void test_names(void)
{
	FerryCatalog *catalog = shop();
	FerryTable *album = catalog->tables->pdata[0], *artist = catalog->tables->pdata[1];
	g_autoptr(FerryPlan) p = NULL;
	const FerryTablePlan *a, *b;
	char long_name[101] = {0};

	memset(long_name, 'n', 100);
	add_column(album, long_name, FERRY_TYPE_INT32);
	add_index(album, "idx_name", "title");
	add_index(artist, "idx_name", "name");
	add_index(artist, "album", "name"); /* a table has this name */
	add_index(album, NULL, "title");
	p = plan(&mysql, &postgres, catalog);
	a = find(p, "album");
	b = find(p, "artist");
	g_assert_cmpuint(strlen(column_at(a, 3)->target->name), ==, 63);
	assert_note(p, FERRY_SEVERITY_INFO, "column",
		    "shop.album."
		    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		    "nnnnnnnnnnnn",
		    "nnn");
	g_assert_cmpstr(((FerryIndex *)a->target->indexes->pdata[0])->name, ==, "idx_name");
	g_assert_cmpstr(((FerryIndex *)a->target->indexes->pdata[1])->name, ==, "album_title_idx");
	g_assert_cmpstr(((FerryIndex *)b->target->indexes->pdata[0])->name, ==, "artist_idx_name");
	g_assert_cmpstr(((FerryIndex *)b->target->indexes->pdata[1])->name, ==, "artist_album");
	assert_note(p, FERRY_SEVERITY_INFO, "index", "shop.artist.idx_name", "artist_idx_name");
}

static void test_folding(void)
{
	FerryCatalog *catalog = ferry_catalog_new("postgres");
	g_autoptr(FerryPlan) p = NULL;

	add_column(add_table(catalog, "public", "T"), "id", FERRY_TYPE_INT32);
	add_column(add_table(catalog, "public", "t"), "ID", FERRY_TYPE_INT32);
	add_column(catalog->tables->pdata[1], "id", FERRY_TYPE_INT32);
	p = plan(&own, &sqlite, catalog);
	g_assert_cmpstr(find(p, "T")->target->name, ==, "T");
	g_assert_true(g_str_has_prefix(find(p, "t")->target->name, "t_"));
	g_assert_cmpstr(column_at(find(p, "t"), 0)->target->name, ==, "ID");
	g_assert_true(g_str_has_prefix(column_at(find(p, "t"), 1)->target->name, "id_"));
}

static void set_default(FerryColumnDef *column, FerryDefaultKind kind, const char *text)
{
	column->default_kind = kind;
	column->default_text = g_strdup(text);
}

static void test_defaults(void)
{
	static const struct {
		FerryTypeId type;
		FerryDefaultKind kind;
		const char *text;
		FerryDefaultKind expected;
		const char *expected_text;
	} cases[] = {
		{FERRY_TYPE_INT32, FERRY_DEFAULT_LITERAL, "5", FERRY_DEFAULT_LITERAL, "5"},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_LITERAL, "five", FERRY_DEFAULT_NONE, NULL},
		{FERRY_TYPE_TEXT, FERRY_DEFAULT_LITERAL, "", FERRY_DEFAULT_LITERAL, ""},
		{FERRY_TYPE_BOOL, FERRY_DEFAULT_LITERAL, "1", FERRY_DEFAULT_LITERAL, "true"},
		{FERRY_TYPE_DATE, FERRY_DEFAULT_LITERAL, "0000-00-00", FERRY_DEFAULT_NONE, NULL},
		{FERRY_TYPE_DATE, FERRY_DEFAULT_CURRENT_DATE, NULL, FERRY_DEFAULT_CURRENT_DATE, NULL},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL, FERRY_DEFAULT_NONE, NULL},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_EXPRESSION, "1 + 1", FERRY_DEFAULT_EXPRESSION,
		 "CAST(1 AS bigint) + 1"},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_EXPRESSION, "rand()", FERRY_DEFAULT_NONE, NULL},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_NULL, NULL, FERRY_DEFAULT_NULL, NULL},
	};
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	FerryTable *table = add_table(catalog, "shop", "t");
	g_autoptr(FerryPlan) p = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strdup_printf("c%zu", i);

		set_default(add_column(table, name, cases[i].type), cases[i].kind, cases[i].text);
	}
	p = plan(&mysql, &postgres, catalog);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FerryColumnDef *column = column_at(find(p, "t"), i)->target;

		g_assert_cmpint(column->default_kind, ==, cases[i].expected);
		g_assert_cmpstr(column->default_text, ==, cases[i].expected_text);
		if (cases[i].kind != FERRY_DEFAULT_NONE && cases[i].expected == FERRY_DEFAULT_NONE) {
			g_autofree char *object = g_strdup_printf("shop.t.c%u", i);

			assert_note(p, FERRY_SEVERITY_LOSS, "default", object, "not converted");
		}
	}
}

static void test_generated(void)
{
	FerryCatalog *catalog = shop();
	FerryTable *album = catalog->tables->pdata[0];
	FerryColumnDef *sum = add_column(album, "sum", FERRY_TYPE_INT64),
		       *odd = add_column(album, "odd", FERRY_TYPE_INT64);
	g_autoptr(FerryPlan) p = NULL;
	const FerryTablePlan *table;

	sum->generated = FERRY_GENERATED_VIRTUAL;
	sum->generated_expression = g_strdup("`id` + `artist_id`");
	odd->generated = FERRY_GENERATED_STORED;
	odd->generated_expression = g_strdup("crc32(`title`)");
	p = plan(&mysql, &postgres, catalog);
	table = find(p, "album");
	g_assert_false(column_at(table, 3)->is_copied);
	g_assert_cmpint(column_at(table, 3)->target->generated, ==, FERRY_GENERATED_STORED);
	g_assert_cmpstr(column_at(table, 3)->target->generated_expression, ==,
			"CAST(\"id\" AS bigint) + \"artist_id\"");
	g_assert_true(column_at(table, 4)->is_copied);
	g_assert_cmpint(column_at(table, 4)->target->generated, ==, FERRY_GENERATED_NONE);
	g_assert_cmpuint(table->read_schema->n_fields, ==, 4);
	g_assert_cmpstr(table->read_schema->fields[3].name, ==, "odd");
	assert_note(p, FERRY_SEVERITY_WARNING, "column", "shop.album.odd", "crc32");
	assert_note(p, FERRY_SEVERITY_INFO, "column", "shop.album.sum", "stored");
}

static void test_enums(void)
{
	FerryCatalog *catalog = shop(), *again = shop();
	FerryCatalog *both[] = {catalog, again};
	g_autoptr(FerryPlan) pg = NULL, lite = NULL;
	const FerryColumnDef *column;

	for (int i = 0; i < 2; i++) {
		FerryTable *album = both[i]->tables->pdata[0];
		FerryColumnDef *e = add_column(album, "state", FERRY_TYPE_TEXT),
			       *set = add_column(album, "tags", FERRY_TYPE_TEXT);

		e->labels = g_strsplit("new,used", ",", -1);
		set->labels = g_strsplit("a,b", ",", -1);
		set->is_set = true;
	}
	pg = plan(&mysql, &postgres, catalog);
	column = column_at(find(pg, "album"), 3)->target;
	g_assert_cmpstr(column->enum_name, ==, "album_state");
	g_assert_cmpstr(column->enum_schema, ==, "public");
	g_assert_cmpstr(column->native_type, ==, "album_state");
	g_assert_cmpuint(pg->target->enums->len, ==, 1);
	g_assert_null(column_at(find(pg, "album"), 4)->target->labels);
	assert_note(pg, FERRY_SEVERITY_WARNING, "column", "shop.album.tags", "set");
	lite = plan(&mysql, &sqlite, again);
	column = column_at(find(lite, "album"), 3)->target;
	g_assert_null(column->enum_name);
	g_assert_nonnull(column->labels);
	g_assert_cmpuint(lite->target->enums->len, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan-columns/names", test_names);
	g_test_add_func("/plan-columns/folding", test_folding);
	g_test_add_func("/plan-columns/defaults", test_defaults);
	g_test_add_func("/plan-columns/generated", test_generated);
	g_test_add_func("/plan-columns/enums", test_enums);
	return g_test_run();
}
