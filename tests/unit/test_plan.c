/*
 * mapping/plan.c and its parts, without a server: a source whose catalog the test makes up, and a target that
 * has the capabilities the test asks for.
 */
#include "mapping/plan.h"

#include <string.h>

/* ---- a source and a target of our own ---- */

static FerryCatalog *prepared; /* what the next catalog() gives away */
static FerryCatalog *existing; /* the same of the target */
static guint n_profiled;

static bool source_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error)
{
	*ret_catalog = g_steal_pointer(&prepared);
	return *ret_catalog != NULL || ferry_fail(error, FERRY_ERROR_INTERNAL, "no catalog was prepared");
}

static bool source_profile(FerryConnection *c, FerryTable *table, GError **error)
{
	n_profiled++;
	return true;
}

static bool target_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error)
{
	*ret_catalog = g_steal_pointer(&existing);
	return *ret_catalog != NULL;
}

static void map_type(const FerryCatalog *source, FerryTable *table, FerryColumnDef *column)
{
	if (strcmp(source->connector, "postgres") == 0)
		return;
	g_free(column->native_type);
	column->native_type =
		column->enum_name ? g_strdup(column->enum_name) : ferry_type_to_string(&column->type);
	if (column->type.id == FERRY_TYPE_JSON)
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name, "json it is");
}

static void ddl(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
		GPtrArray *statements)
{
	if (phase == FERRY_DDL_TABLES && table)
		g_ptr_array_add(statements, ferry_statement_new("table", table->name, table->name));
	if (phase == FERRY_DDL_SCHEMAS && !table)
		g_ptr_array_add(statements, ferry_statement_new("schema", "x", "x"));
}

static char *quote(const char *text)
{
	return g_strdup_printf("<%s>", text);
}

static char *default_schema(FerryConnection *c)
{
	return c->connector->caps.has_schemas ? g_strdup("public") : NULL;
}

static const FerrySourceOps source_ops = {.catalog = source_catalog, .profile = source_profile};
static const FerrySourceOps target_source_ops = {.catalog = target_catalog};
static const FerryTargetOps target_ops = {.map_type = map_type,
					  .ddl = ddl,
					  .quote_identifier = quote,
					  .quote_literal = quote,
					  .default_schema = default_schema};
static const FerryConnector mysql = {.name = "mysql", .title = "MySQL", .source = &source_ops};
static const FerryConnector own = {.name = "postgres", .title = "PostgreSQL", .source = &source_ops};
static const FerryConnector postgres = {
	.name = "postgres",
	.title = "PostgreSQL",
	.caps = {.has_schemas = true, .has_enum_types = true, .max_identifier = 63},
	.source = &target_source_ops,
	.target = &target_ops};
static const FerryConnector sqlite = {.name = "sqlite",
				      .title = "SQLite",
				      .caps = {.keys_in_create = true, .folds_case = true},
				      .source = &target_source_ops,
				      .target = &target_ops};

static FerryPlan *plan_with(const FerryConnector *from, const FerryConnector *to, FerryCatalog *catalog,
			    const FerryProject *options, GError **error)
{
	FerryConnection source = {.connector = from}, target = {.connector = to};

	prepared = catalog;
	n_profiled = 0;
	return ferry_plan_new(&source, &target, options, NULL, NULL, error);
}

static FerryPlan *plan(const FerryConnector *from, const FerryConnector *to, FerryCatalog *catalog)
{
	FerryProject options = {0};
	g_autoptr(GError) error = NULL;
	FerryPlan *result = plan_with(from, to, catalog, &options, &error);

	g_assert_no_error(error);
	return result;
}

/* ---- making catalogs ---- */

static FerryTable *add_table(FerryCatalog *catalog, const char *schema, const char *name)
{
	FerryTable *table = ferry_table_new(schema, name);

	table->est_rows = table->est_bytes = -1;
	g_ptr_array_add(catalog->tables, table);
	return table;
}

static FerryColumnDef *add_column(FerryTable *table, const char *name, FerryTypeId type)
{
	FerryColumnDef *column = ferry_column_def_new(name);

	column->type = FERRY_TYPE(type);
	column->native_type = g_strdup(ferry_type_id_name(type));
	g_ptr_array_add(table->columns, column);
	return column;
}

static FerryIndex *make_index(const char *name, const char *column)
{
	FerryIndex *index = ferry_index_new(name);

	g_ptr_array_add(index->parts, ferry_index_part_new(column));
	return index;
}

static FerryIndex *add_index(FerryTable *table, const char *name, const char *column)
{
	FerryIndex *index = make_index(name, column);

	g_ptr_array_add(table->indexes, index);
	return index;
}

static void set_key(FerryTable *table, const char *column)
{
	table->primary_key = make_index("PRIMARY", column);
	table->primary_key->is_primary = table->primary_key->is_unique = true;
}

static FerryForeignKey *add_key(FerryTable *table, const char *name, const char *column, const char *ref)
{
	FerryForeignKey *key = ferry_foreign_key_new(name, NULL, ref);

	g_ptr_array_add(key->columns, g_strdup(column));
	g_ptr_array_add(table->foreign_keys, key);
	return key;
}

/* album(id, title, artist_id) and artist(id, name), in schema shop. */
static FerryCatalog *shop(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	FerryTable *album = add_table(catalog, "shop", "album");
	FerryTable *artist = add_table(catalog, "shop", "artist");

	catalog->database = g_strdup("shop");
	add_column(album, "id", FERRY_TYPE_INT32)->not_null = true;
	add_column(album, "title", FERRY_TYPE_TEXT);
	add_column(album, "artist_id", FERRY_TYPE_INT32);
	add_column(artist, "id", FERRY_TYPE_INT32)->not_null = true;
	add_column(artist, "name", FERRY_TYPE_TEXT);
	set_key(album, "id");
	set_key(artist, "id");
	album->est_rows = 10;
	artist->est_rows = 1000000;
	return catalog;
}

static const FerryTablePlan *find(const FerryPlan *p, const char *source)
{
	for (guint i = 0; i < p->tables->len; i++) {
		const FerryTablePlan *table = p->tables->pdata[i];

		if (strcmp(table->source->name, source) == 0)
			return table;
	}
	g_assert_not_reached();
}

static const FerryColumnPlan *column_at(const FerryTablePlan *table, guint i)
{
	return &g_array_index(table->columns, FerryColumnPlan, i);
}

static void assert_note(const FerryPlan *p, FerrySeverity severity, const char *kind, const char *object,
			const char *part)
{
	for (guint i = 0; i < p->notes->len; i++) {
		const FerryNote *note = p->notes->pdata[i];

		if (note->severity == severity && strcmp(note->kind, kind) == 0 &&
		    g_strcmp0(note->object, object) == 0 && strstr(note->text, part))
			return;
	}
	for (guint i = 0; i < p->notes->len; i++) {
		const FerryNote *note = p->notes->pdata[i];

		g_test_message("%s %s %s: %s", ferry_severity_name(note->severity), note->kind, note->object,
			       note->text);
	}
	g_test_message("missing: %s %s %s: …%s…", ferry_severity_name(severity), kind, object, part);
	g_assert_not_reached();
}

/* ---- tests ---- */

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

static void test_indexes(void)
{
	FerryCatalog *catalog = shop();
	FerryTable *album = catalog->tables->pdata[0];
	FerryIndex *index;
	g_autoptr(FerryPlan) p = NULL;
	const FerryTable *target;

	((FerryColumnDef *)album->columns->pdata[1])->type.length = 100;
	add_column(album, "body", FERRY_TYPE_TEXT);
	((FerryIndexPart *)add_index(album, "short", "title")->parts->pdata[0])->prefix_len = 10;
	((FerryIndexPart *)add_index(album, "long", "body")->parts->pdata[0])->prefix_len = 20;
	index = add_index(album, "start", "title");
	index->is_unique = true;
	((FerryIndexPart *)index->parts->pdata[0])->prefix_len = 10;
	add_index(album, "words", "title")->method = g_strdup("fulltext");
	add_index(album, "fast", "title")->method = g_strdup("HASH");
	index = add_index(album, "sum", NULL);
	((FerryIndexPart *)index->parts->pdata[0])->expression = g_strdup("`id` * 2");
	index = add_index(album, "odd", NULL);
	((FerryIndexPart *)index->parts->pdata[0])->expression = g_strdup("crc32(`title`)");
	add_index(album, "some", "title")->predicate = g_strdup("`id` > 5");
	add_index(album, "none", "title")->predicate = g_strdup("crc32(`title`) > 5");
	p = plan(&mysql, &postgres, catalog);
	target = find(p, "album")->target;
	g_assert_cmpuint(target->indexes->len, ==, 5);
	g_assert_cmpint(
		((FerryIndexPart *)((FerryIndex *)target->indexes->pdata[0])->parts->pdata[0])->prefix_len,
		==, 0);
	g_assert_cmpstr(
		((FerryIndexPart *)((FerryIndex *)target->indexes->pdata[1])->parts->pdata[0])->expression,
		==, "substr(<body>, 1, 20)");
	g_assert_null(((FerryIndex *)target->indexes->pdata[2])->method);
	g_assert_cmpstr(
		((FerryIndexPart *)((FerryIndex *)target->indexes->pdata[3])->parts->pdata[0])->expression,
		==, "CAST(\"id\" AS bigint) * 2");
	g_assert_cmpstr(((FerryIndex *)target->indexes->pdata[4])->predicate, ==, "\"id\" > 5");
	assert_note(p, FERRY_SEVERITY_INFO, "index", "shop.album.short", "whole column");
	assert_note(p, FERRY_SEVERITY_LOSS, "index", "shop.album.start", "first characters");
	assert_note(p, FERRY_SEVERITY_LOSS, "index", "shop.album.words", "fulltext");
	assert_note(p, FERRY_SEVERITY_INFO, "index", "shop.album.fast", "btree");
	assert_note(p, FERRY_SEVERITY_LOSS, "index", "shop.album.odd", "crc32");
	assert_note(p, FERRY_SEVERITY_LOSS, "index", "shop.album.none", "crc32");
}

static void test_foreign_keys(void)
{
	FerryCatalog *catalog = shop();
	FerryTable *album = catalog->tables->pdata[0];
	g_autoptr(FerryPlan) p = NULL;
	const FerryTable *target;
	const FerryForeignKey *key;

	add_key(album, "good", "artist_id", "artist")->on_delete = FERRY_FK_CASCADE;
	g_ptr_array_add(add_key(album, "self", "artist_id", "album")->ref_columns, g_strdup("id"));
	add_key(album, "gone", "artist_id", "nowhere");
	g_ptr_array_add(add_key(album, "loose", "title", "artist")->ref_columns, g_strdup("name"));
	add_key(album, "types", "title", "artist");
	add_key(album, NULL, "artist_id", "ARTIST");
	p = plan(&mysql, &postgres, catalog);
	target = find(p, "album")->target;
	g_assert_cmpuint(target->foreign_keys->len, ==, 3);
	key = target->foreign_keys->pdata[0];
	g_assert_cmpstr(key->name, ==, "good");
	g_assert_cmpstr(key->ref_schema, ==, "public");
	g_assert_cmpstr(key->ref_columns->pdata[0], ==, "id");
	g_assert_cmpint(key->on_delete, ==, FERRY_FK_CASCADE);
	g_assert_cmpstr(((FerryForeignKey *)target->foreign_keys->pdata[2])->name, ==,
			"album_artist_id_fkey");
	assert_note(p, FERRY_SEVERITY_LOSS, "foreign key", "shop.album.gone", "nowhere");
	assert_note(p, FERRY_SEVERITY_LOSS, "foreign key", "shop.album.loose", "not unique");
	assert_note(p, FERRY_SEVERITY_LOSS, "foreign key", "shop.album.types", "int32");
}

static void test_checks_and_the_rest(void)
{
	FerryCatalog *catalog = shop();
	FerryTable *album = catalog->tables->pdata[0];
	FerryColumnDef *hidden = add_column(album, "hidden", FERRY_TYPE_TIMESTAMP),
		       *doc = add_column(album, "doc", FERRY_TYPE_JSON);
	FerrySequence *sequence = ferry_sequence_new("shop", "numbers");
	g_autoptr(FerryPlan) p = NULL;
	const FerryTable *target;

	hidden->is_invisible = hidden->on_update_now = true;
	(void)doc;
	((FerryColumnDef *)album->columns->pdata[1])->collation = g_strdup("utf8mb4_general_ci");
	g_ptr_array_add(album->checks, ferry_check_new("positive", "`id` > 0"));
	g_ptr_array_add(album->checks, ferry_check_new("doc", "json_valid(`doc`)"));
	g_ptr_array_add(album->checks, ferry_check_new("odd", "crc32(`title`) > 0"));
	g_ptr_array_add(catalog->others, ferry_other_new("view", "shop", "v"));
	g_ptr_array_add(catalog->others, ferry_other_new("policy", "shop", "p"));
	g_ptr_array_add(catalog->sequences, sequence);
	album->is_partitioned = true;
	p = plan(&mysql, &postgres, catalog);
	target = find(p, "album")->target;
	g_assert_cmpuint(target->checks->len, ==, 1);
	g_assert_cmpstr(((FerryCheck *)target->checks->pdata[0])->expression, ==, "\"id\" > 0");
	g_assert_cmpuint(p->target->sequences->len, ==, 1);
	assert_note(p, FERRY_SEVERITY_INFO, "check", "shop.album.doc", "left out");
	assert_note(p, FERRY_SEVERITY_LOSS, "check", "shop.album.odd", "crc32");
	assert_note(p, FERRY_SEVERITY_LOSS, "view", "shop.v", "does not convert views yet");
	assert_note(p, FERRY_SEVERITY_LOSS, "policy", "shop.p", "policies");
	assert_note(p, FERRY_SEVERITY_INFO, "column", "shop.album.hidden", "visible");
	assert_note(p, FERRY_SEVERITY_LOSS, "column", "shop.album.hidden", "ON UPDATE");
	assert_note(p, FERRY_SEVERITY_INFO, "column", "shop.album.doc",
		    "json it is"); /* in the source's names */
	assert_note(p, FERRY_SEVERITY_WARNING, "table", "shop.album", "utf8mb4_general_ci");
	assert_note(p, FERRY_SEVERITY_WARNING, "table", "shop.album", "partitions");
	for (guint i = 1; i < p->notes->len; i++)
		g_assert_cmpint(((FerryNote *)p->notes->pdata[i - 1])->severity, >=,
				((FerryNote *)p->notes->pdata[i])->severity);
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
	set_default(id, FERRY_DEFAULT_EXPRESSION, "anything(at, all)");
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
	g_test_add_func("/plan/names", test_names);
	g_test_add_func("/plan/folding", test_folding);
	g_test_add_func("/plan/deterministic", test_deterministic);
	g_test_add_func("/plan/fingerprint-changes", test_fingerprint_changes);
	g_test_add_func("/plan/defaults", test_defaults);
	g_test_add_func("/plan/generated", test_generated);
	g_test_add_func("/plan/enums", test_enums);
	g_test_add_func("/plan/indexes", test_indexes);
	g_test_add_func("/plan/foreign-keys", test_foreign_keys);
	g_test_add_func("/plan/checks-and-the-rest", test_checks_and_the_rest);
	g_test_add_func("/plan/same-system", test_same_system);
	g_test_add_func("/plan/respelled", test_respelled);
	g_test_add_func("/plan/data-only", test_data_only);
	g_test_add_func("/plan/ddl-and-forms", test_ddl_and_forms);
	return g_test_run();
}
