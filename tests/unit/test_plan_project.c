/*
 * What a project changes in a plan: names, rows, columns, targets (mapping/plan_items.c, plan_pick.c,
 * plan_names.c).
 */
#include "plan_fixture.h"

#include <string.h>

static FerryProjectTable *add_entry(FerryProject *project, const char *source, const char *target)
{
	FerryProjectTable *entry = ferry_project_table_new(source);

	entry->target = g_strdup(target);
	entry->place = (FerryProjectPlace){.line = 7, .column = 3};
	g_ptr_array_add(project->tables, entry);
	return entry;
}

static FerryProjectColumn *add_change(FerryProjectTable *entry, const char *source, const char *target)
{
	FerryProjectColumn *column = ferry_project_column_new(source);

	column->target = g_strdup(target);
	column->place = (FerryProjectPlace){.line = 8, .column = 5};
	g_ptr_array_add(entry->columns, column);
	return column;
}

static FerryPlan *plan_project(const FerryConnector *from, const FerryConnector *to, FerryCatalog *catalog,
			       const FerryProject *project)
{
	g_autoptr(GError) error = NULL;
	FerryPlan *result = plan_with(from, to, catalog, project, &error);

	g_assert_no_error(error);
	return result;
}

static void test_renames(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	FerryProjectTable *artist = add_entry(project, "artist", "music.performer");
	const FerryTablePlan *plan_of_artist, *album;
	FerryCatalog *catalog = shop();
	const FerryForeignKey *key;

	add_change(artist, "id", "performer_id");
	add_change(artist, "name", NULL)->exclude = true;
	add_key(catalog->tables->pdata[0], "album_artist", "artist_id", "artist");
	add_index(catalog->tables->pdata[1], "artist_name", "name");
	p = plan_project(&mysql, &postgres, catalog, project);
	plan_of_artist = find(p, "artist");
	album = find(p, "album");
	g_assert_cmpstr(plan_of_artist->target->schema, ==, "music");
	g_assert_cmpstr(plan_of_artist->target->name, ==, "performer");
	g_assert_cmpstr(plan_of_artist->name, ==, "shop.artist");
	g_assert_cmpuint(plan_of_artist->columns->len, ==, 1);
	g_assert_cmpstr(plan_of_artist->write_schema->fields[0].name, ==, "performer_id");
	g_assert_cmpstr(plan_of_artist->read_schema->fields[0].name, ==, "id");
	g_assert_cmpuint(album->target->foreign_keys->len, ==, 1);
	key = album->target->foreign_keys->pdata[0];
	g_assert_cmpstr(key->ref_schema, ==, "music");
	g_assert_cmpstr(key->ref_table, ==, "performer");
	g_assert_cmpstr(key->ref_columns->pdata[0], ==, "performer_id");
	g_assert_cmpstr(album->target->schema, ==, "public");
	assert_note(p, FERRY_SEVERITY_LOSS, "index", "shop.artist.artist_name",
		    "its column name is left out");
}

static void test_left_out_keys(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	FerryCatalog *catalog = shop();

	add_change(add_entry(project, "*", NULL), "id", NULL)->exclude = true;
	add_key(catalog->tables->pdata[0], "album_artist", "artist_id", "artist");
	p = plan_project(&mysql, &postgres, catalog, project);
	g_assert_null(find(p, "album")->target->primary_key);
	g_assert_false(find(p, "album")->read_schema->fields[0].is_key);
	assert_note(p, FERRY_SEVERITY_LOSS, "index", "shop.album.primary key (id)", "column id is left out");
	assert_note(p, FERRY_SEVERITY_LOSS, "foreign key", "shop.album.album_artist", "id is left out");
}

static void test_only_listed(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	FerryProjectTable *entry = add_entry(project, "shop.album", NULL);
	g_autofree char *text = NULL, *json = NULL;

	entry->only_listed = true;
	entry->where = g_strdup("id > 3");
	add_change(entry, "id", NULL);
	add_change(entry, "title", "name");
	p = plan_project(&mysql, &postgres, shop(), project);
	g_assert_cmpuint(find(p, "album")->columns->len, ==, 2);
	g_assert_cmpuint(find(p, "artist")->columns->len, ==, 2);
	g_assert_cmpstr(find(p, "album")->source->filter, ==, "id > 3");
	g_assert_cmpint(find(p, "album")->source->est_rows, ==, -1);
	text = ferry_plan_to_text(p);
	g_assert_nonnull(strstr(text, "where: id > 3"));
	g_assert_nonnull(strstr(text, "left out: artist_id"));
	json = ferry_plan_to_json(p);
	g_assert_nonnull(strstr(json, "\"where\": \"id > 3\""));
	g_assert_nonnull(strstr(json, "\"excluded\""));
}

static void test_several_targets(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	FerryProjectTable *old = add_entry(project, "artist", "archive.artist"),
			  *young = add_entry(project, "artist", NULL);
	FerryCatalog *catalog = shop();
	guint n_filters = 0;

	old->where = g_strdup("id < 10");
	young->where = g_strdup("id >= 10");
	add_key(catalog->tables->pdata[0], "album_artist", "artist_id", "artist");
	p = plan_project(&mysql, &postgres, catalog, project);
	g_assert_cmpuint(p->tables->len, ==, 3);
	g_assert_cmpuint(p->source->tables->len, ==, 3);
	for (guint i = 0; i < p->tables->len; i++) {
		const FerryTablePlan *table = p->tables->pdata[i];

		n_filters += table->source->filter != NULL;
		if (table->project == old)
			g_assert_cmpstr(table->name, ==, "shop.artist -> archive.artist");
		if (table->project == young)
			g_assert_cmpstr(table->name, ==, "shop.artist -> public.artist");
	}
	g_assert_cmpuint(n_filters, ==, 2);
	assert_note(p, FERRY_SEVERITY_LOSS, "foreign key", "shop.album.album_artist", "becomes 2 tables");
}

static FerryCatalog *camels(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	FerryTable *table = add_table(catalog, "Shop", "OrderItem");

	add_column(table, "itemID", FERRY_TYPE_INT32)->not_null = true;
	add_column(table, "HTTPStatus", FERRY_TYPE_INT32);
	add_column(table, "Unit Price", FERRY_TYPE_INT32);
	add_column(table, "unit_price", FERRY_TYPE_INT32);
	add_column(table, "_Straße2Go", FERRY_TYPE_INT32);
	set_key(table, "itemID");
	add_index(table, "IX_Status", "HTTPStatus");
	add_column(add_table(catalog, "Other", "T"), "a", FERRY_TYPE_INT32);
	return catalog;
}

static void test_identifiers(void)
{
	static const struct {
		FerryIdentifiers way;
		const char *schema, *table, *index, *columns[4];
	} cases[] = {
		{FERRY_IDENTIFIERS_KEEP,
		 "Shop",
		 "OrderItem",
		 "IX_Status",
		 {"itemID", "HTTPStatus", "Unit Price", "_Straße2Go"}},
		{FERRY_IDENTIFIERS_LOWER,
		 "shop",
		 "orderitem",
		 "ix_status",
		 {"itemid", "httpstatus", "unit price", "_straße2go"}},
		{FERRY_IDENTIFIERS_SNAKE,
		 "shop",
		 "order_item",
		 "ix_status",
		 {"item_id", "http_status", "unit_price", "_straße2_go"}},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(FerryProject) project = ferry_project_new();
		g_autoptr(FerryPlan) p = NULL;
		const FerryTablePlan *table;

		project->identifiers = cases[i].way;
		p = plan_project(&mysql, &postgres, camels(), project);
		table = find(p, "OrderItem");
		g_assert_cmpstr(table->target->schema, ==, cases[i].schema);
		g_assert_cmpstr(table->target->name, ==, cases[i].table);
		g_assert_cmpstr(((FerryIndex *)table->target->indexes->pdata[0])->name, ==, cases[i].index);
		for (guint c = 0; c < 4; c++)
			g_assert_cmpstr(column_at(table, c == 3 ? 4 : c)->target->name, ==,
					cases[i].columns[c]);
		if (cases[i].way == FERRY_IDENTIFIERS_SNAKE)
			assert_note(p, FERRY_SEVERITY_INFO, "column", "Shop.OrderItem.unit_price",
				    "is called unit_price_");
		else
			g_assert_cmpuint(p->notes->len, ==, 0);
	}
}

static void test_schemas(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	g_autoptr(GError) error = NULL;
	FerryRename *rename = g_new0(FerryRename, 1);

	rename->from = g_strdup("shop");
	rename->to = g_strdup("Sales");
	g_ptr_array_add(project->schemas, rename);
	p = plan_project(&mysql, &postgres, shop(), project);
	g_assert_cmpstr(find(p, "album")->target->schema, ==, "Sales");
	g_free(rename->from);
	rename->from = g_strdup("shoop");
	g_assert_null(plan_with(&mysql, &postgres, shop(), project, &error));
	g_assert_nonnull(strstr(error->message, "shoop"));
}

static void test_casts(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	g_autofree char *text = NULL, *json = NULL;
	FerryCatalog *catalog = shop();
	const FerryTablePlan *album;

	ferry_project_add_cast(project->casts, "int32 to text");
	ferry_project_add_cast(project->casts, "text to varchar(20)");
	ferry_project_add_cast(project->casts, "column album.id to citext");
	p = plan_project(&mysql, &postgres, catalog, project);
	album = find(p, "album");
	g_assert_cmpstr(column_at(album, 0)->rule, ==, "column album.id to citext");
	g_assert_cmpstr(column_at(album, 0)->target->native_type, ==, "citext");
	g_assert_cmpint(album->read_schema->fields[0].type.id, ==, FERRY_TYPE_TEXT);
	g_assert_true(album->read_schema->fields[0].is_key);
	g_assert_cmpstr(column_at(album, 1)->target->native_type, ==, "varchar(20)");
	g_assert_cmpstr(column_at(album, 2)->rule, ==, "int32 to text");
	g_assert_cmpint(album->write_schema->fields[2].type.id, ==, FERRY_TYPE_TEXT);
	g_assert_null(album->transform);
	text = ferry_plan_to_text(p);
	g_assert_nonnull(strstr(text, "by the rule \"int32 to text\""));
	json = ferry_plan_to_json(p);
	g_assert_nonnull(strstr(json, "\"rule\": \"int32 to text\""));
}

static void test_cast_mistake(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(GError) error = NULL;

	ferry_project_add_cast(project->casts, "int32 too text")->place =
		(FerryProjectPlace){.line = 3, .column = 4};
	g_assert_null(plan_with(&mysql, &postgres, shop(), project, &error));
	g_assert_cmpstr(
		error->message, ==,
		"line 3, column 4 of the project: cast rule \"int32 too text\": column 15: expected when "
		"with a condition, or to and the target's type, found the end");
}

static void test_column_type(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	FerryProjectTable *entry = add_entry(project, "album", NULL);
	FerryCatalog *catalog = shop();
	FerryColumnDef *id = ((FerryTable *)catalog->tables->pdata[0])->columns->pdata[0];

	ferry_project_add_cast(project->casts, "int32 to decimal");
	add_change(entry, "id", "key")->type = g_strdup("text");
	add_change(entry, "artist_id", NULL)->exclude = true;
	id->identity = FERRY_IDENTITY_AUTO;
	project->include = g_strsplit("album", " ", -1);
	p = plan_project(&mysql, &postgres, catalog, project);
	g_assert_cmpstr(column_at(find(p, "album"), 0)->target->native_type, ==, "text");
	g_assert_null(column_at(find(p, "album"), 0)->rule);
	assert_note(p, FERRY_SEVERITY_LOSS, "column", "shop.album.id", "numbers new rows");
}

static void test_query(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	FerryProjectTable *entry = add_entry(project, "big_albums", "reports.big");
	const FerryTablePlan *table;

	entry->query = g_strdup("SELECT id, count FROM album GROUP BY id");
	entry->where = g_strdup("count > 10");
	g_ptr_array_add(entry->key, g_strdup("id"));
	p = plan_project(&mysql, &postgres, shop(), project);
	table = find(p, "big_albums");
	g_assert_cmpuint(p->tables->len, ==, 3);
	g_assert_cmpstr(table->target->schema, ==, "reports");
	g_assert_cmpstr(table->source->query, ==, "SELECT id, count FROM album GROUP BY id");
	g_assert_cmpstr(table->source->filter, ==, "count > 10");
	g_assert_cmpstr(table->target->primary_key->name, ==, "big_pkey");
	g_assert_true(table->read_schema->fields[0].is_key);
	g_assert_cmpstr(find(p, "album")->target->schema, ==, "public"); /* a query is in no schema */
}

static void test_expressions(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	g_autoptr(GError) error = NULL;
	FerryProjectTable *entry = add_entry(project, "album", NULL);
	FerryProjectColumn *title = add_change(entry, "title", NULL), *twice = add_change(entry, NULL, "id2");
	const FerryTablePlan *table;

	title->expression = g_strdup("length(title)");
	twice->expression = g_strdup("id * 2");
	entry->where = g_strdup("id < 9");
	p = plan_project(&mysql, &postgres, shop(), project);
	table = find(p, "album");
	g_assert_cmpstr(table->source->query, ==,
			"SELECT <id>, (length(title)) AS <title>, <artist_id>, (id * 2) AS <id2> "
			"FROM <shop>.<album> WHERE id < 9");
	g_assert_null(table->source->filter);
	g_assert_cmpuint(table->columns->len, ==, 4);
	g_assert_cmpint(table->read_schema->fields[0].type.id, ==, FERRY_TYPE_INT32);
	g_assert_cmpint(table->read_schema->fields[1].type.id, ==, FERRY_TYPE_INT64);
	g_assert_cmpstr(table->write_schema->fields[3].name, ==, "id2");
	g_free(twice->expression);
	twice->expression = g_strdup("nonsense");
	g_assert_null(plan_with(&mysql, &postgres, shop(), project, &error));
	g_assert_cmpstr(error->message, ==, "the expressions of table album: nonsense is not understood");
}

/* Between two databases of one system texts go over as they are, but for names. */
static void test_verbatim(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	g_autoptr(FerryPlan) p = NULL;
	FerryCatalog *catalog = ferry_catalog_new("postgres");
	FerryTable *table = add_table(catalog, "public", "t");
	FerryProjectTable *entry = add_entry(project, "t", NULL);

	add_column(table, "price", FERRY_TYPE_INT32);
	add_column(table, "date", FERRY_TYPE_DATE);
	add_column(table, "gone", FERRY_TYPE_INT32);
	add_change(entry, "price", "Cost");
	add_change(entry, "date", "day");
	add_change(entry, "gone", NULL)->exclude = true;
	g_ptr_array_add(table->checks,
			ferry_check_new("c1", "((price > 0) AND (date > '2020-01-01 price'::date))"));
	g_ptr_array_add(table->checks, ferry_check_new("c2", "(gone > price)"));
	p = plan_project(&own, &postgres, catalog, project);
	g_assert_cmpuint(find(p, "t")->target->checks->len, ==, 1);
	g_assert_cmpstr(((FerryCheck *)find(p, "t")->target->checks->pdata[0])->expression, ==,
			"((<Cost> > 0) AND (<day> > '2020-01-01 price'::date))");
	assert_note(p, FERRY_SEVERITY_LOSS, "check", "public.t.c2", "gone is left out");
}

static void test_fingerprint(void)
{
	g_autoptr(FerryProject) project = ferry_project_new();
	FerryProjectTable *entry = add_entry(project, "artist", NULL);
	g_autoptr(FerryPlan) bare = plan(&mysql, &postgres, shop());
	g_autoptr(FerryPlan) same = plan_project(&mysql, &postgres, shop(), project);
	g_autoptr(FerryPlan) other = NULL;

	g_assert_cmpstr(bare->fingerprint, ==, same->fingerprint);
	entry->where = g_strdup("id = 1");
	other = plan_project(&mysql, &postgres, shop(), project);
	g_assert_cmpstr(bare->fingerprint, !=, other->fingerprint);
}

static void test_mistakes(void)
{
	static const struct {
		const char *source, *target, *second_target, *column, *column_target, *words;
	} cases[] = {
		{"artst", NULL, NULL, NULL, NULL,
		 "line 7, column 3 of the project: tables[0]: no table of the source"},
		{"artist", "a", "a", NULL, NULL, "an entry with the same target already"},
		{"artist", "album", NULL, "id", NULL, NULL}, /* album gets another name */
		{"artist", NULL, NULL, "nam", NULL,
		 "line 8, column 5 of the project: table shop.artist has no column 'nam'"},
		{"*", NULL, NULL, "nam", NULL, "no table that matches '*' has a column 'nam'"},
		{"*", NULL, NULL, "title", NULL, NULL},     /* artist has none */
		{"artist", NULL, NULL, "id", "name", NULL}, /* name gets another name */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(FerryProject) project = ferry_project_new();
		g_autoptr(GError) error = NULL;
		g_autoptr(FerryPlan) p = NULL;
		FerryProjectTable *entry = add_entry(project, cases[i].source, cases[i].target);

		if (cases[i].second_target)
			add_entry(project, cases[i].source, cases[i].second_target);
		if (cases[i].column)
			add_change(entry, cases[i].column, cases[i].column_target);
		p = plan_with(&mysql, &postgres, shop(), project, &error);
		g_test_message("%s: %s", cases[i].source, error ? error->message : "fine");
		g_assert_true((p != NULL) == (cases[i].words == NULL));
		if (cases[i].words)
			g_assert_nonnull(strstr(error->message, cases[i].words));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan-project/renames", test_renames);
	g_test_add_func("/plan-project/left-out-keys", test_left_out_keys);
	g_test_add_func("/plan-project/only-listed", test_only_listed);
	g_test_add_func("/plan-project/several-targets", test_several_targets);
	g_test_add_func("/plan-project/identifiers", test_identifiers);
	g_test_add_func("/plan-project/schemas", test_schemas);
	g_test_add_func("/plan-project/casts", test_casts);
	g_test_add_func("/plan-project/cast-mistake", test_cast_mistake);
	g_test_add_func("/plan-project/column-type", test_column_type);
	g_test_add_func("/plan-project/query", test_query);
	g_test_add_func("/plan-project/expressions", test_expressions);
	g_test_add_func("/plan-project/verbatim", test_verbatim);
	g_test_add_func("/plan-project/fingerprint", test_fingerprint);
	g_test_add_func("/plan-project/mistakes", test_mistakes);
	return g_test_run();
}
