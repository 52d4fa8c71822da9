#include "data/catalog.h"

#include <jansson.h>
#include <string.h>

static int n_freed;

static void count_free(gpointer data)
{
	n_freed++;
	g_free(data);
}

static FerryColumnDef *add_column(FerryTable *table, const char *name, FerryTypeId id, bool not_null)
{
	FerryColumnDef *column = ferry_column_def_new(name);
	column->native_type = g_strdup(ferry_type_id_name(id));
	column->type = FERRY_TYPE(id);
	column->not_null = not_null;
	g_ptr_array_add(table->columns, column);
	return column;
}

static FerryIndex *make_index(const char *name, const char *first, const char *second, bool is_unique)
{
	FerryIndex *index = ferry_index_new(name);
	index->is_unique = is_unique;
	g_ptr_array_add(index->parts, ferry_index_part_new(first));
	if (second)
		g_ptr_array_add(index->parts, ferry_index_part_new(second));
	return index;
}

/* Every pointer of a table is set, so that a copy that misses one shows up in the JSON or as a double free.
 */
static FerryTable *make_full_table(void)
{
	FerryTable *table = ferry_table_new("shop", "track");

	FerryColumnDef *id = add_column(table, "id", FERRY_TYPE_INT64, true);
	id->identity = FERRY_IDENTITY_AUTO;
	id->has_identity_next = true;
	id->identity_next = 42;
	id->identity_increment = 2;
	FerryColumnDef *genre = add_column(table, "genre", FERRY_TYPE_TEXT, false);
	genre->default_kind = FERRY_DEFAULT_LITERAL;
	genre->default_text = g_strdup("rock");
	genre->enum_schema = g_strdup("shop");
	genre->enum_name = g_strdup("genre");
	genre->labels = g_strsplit("rock,jazz", ",", -1);
	genre->collation = g_strdup("C");
	genre->comment = g_strdup("what it sounds like");
	FerryColumnDef *total = add_column(table, "total", FERRY_TYPE_DECIMAL, false);
	total->generated = FERRY_GENERATED_STORED;
	total->generated_expression = g_strdup("price * 2");

	table->primary_key = make_index("track_pkey", "id", NULL, true);
	table->primary_key->is_primary = true;
	FerryIndex *index = make_index("track_genre", "genre", "total", false);
	index->method = g_strdup("btree");
	index->predicate = g_strdup("genre <> ''");
	index->definition = g_strdup("CREATE INDEX …");
	index->comment = g_strdup("for the search");
	g_ptr_array_add(index->include, g_strdup("id"));
	FerryIndexPart *part = g_ptr_array_index(index->parts, 1);
	part->descending = true;
	part->nulls_order = 2;
	part->opclass = g_strdup("numeric_ops");
	part->collation = g_strdup("C");
	part = ferry_index_part_new(NULL);
	part->expression = g_strdup("lower(genre)");
	g_ptr_array_add(index->parts, part);
	g_ptr_array_add(table->indexes, index);

	FerryForeignKey *key = ferry_foreign_key_new("track_album", "shop", "album");
	g_ptr_array_add(key->columns, g_strdup("id"));
	g_ptr_array_add(key->ref_columns, g_strdup("album_id"));
	key->on_delete = FERRY_FK_CASCADE;
	g_ptr_array_add(table->foreign_keys, key);
	g_ptr_array_add(table->checks, ferry_check_new("positive", "total > 0"));
	ferry_table_note(table, FERRY_SEVERITY_WARNING, "genre", "%d labels", 2);
	ferry_table_note(table, FERRY_SEVERITY_INFO, NULL, "a table");
	table->comment = g_strdup("tracks");
	table->est_rows = 1000;
	table->connector_data = g_strdup("oid");
	table->connector_data_free = count_free;
	return table;
}

static char *table_json(FerryTable *table)
{
	FerryCatalog *catalog = ferry_catalog_new("test");
	g_ptr_array_add(catalog->tables, table);
	char *json = ferry_catalog_to_json(catalog);
	ferry_catalog_free(catalog);
	return json;
}

static void test_copy_is_deep(void)
{
	n_freed = 0;
	FerryTable *table = make_full_table();
	FerryTable *copy = ferry_table_copy(table);
	g_assert_null(copy->connector_data);

	g_autofree char *before = table_json(table); /* and the table is gone */
	g_assert_cmpint(n_freed, ==, 1);
	g_autofree char *after = table_json(copy);
	g_assert_cmpstr(before, ==, after);
	g_assert_cmpint(n_freed, ==, 1);
}

static void test_null_is_fine(void)
{
	ferry_catalog_free(NULL);
	ferry_table_free(NULL);
	ferry_column_def_free(NULL);
	ferry_index_free(NULL);
	ferry_index_part_free(NULL);
	ferry_foreign_key_free(NULL);
	ferry_check_free(NULL);
	ferry_enum_free(NULL);
	ferry_sequence_free(NULL);
	ferry_other_free(NULL);
	ferry_note_free(NULL);
}

static void test_look_ups(void)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("test");
	FerryTable *with_schema = make_full_table();
	FerryTable *without = ferry_table_new(NULL, "track");
	FerryEnum *genre = ferry_enum_new("shop", "genre");
	g_ptr_array_add(catalog->tables, with_schema);
	g_ptr_array_add(catalog->tables, without);
	g_ptr_array_add(catalog->enums, genre);

	g_assert_true(ferry_catalog_find_table(catalog, "shop", "track") == with_schema);
	g_assert_true(ferry_catalog_find_table(catalog, NULL, "track") == without);
	g_assert_null(ferry_catalog_find_table(catalog, "shop", "Track"));
	g_assert_null(ferry_catalog_find_table(catalog, "", "track"));
	g_assert_true(ferry_catalog_find_enum(catalog, "shop", "genre") == genre);
	g_assert_null(ferry_catalog_find_enum(catalog, NULL, "genre"));
	g_assert_cmpint(ferry_table_column_index(with_schema, "total"), ==, 2);
	g_assert_cmpint(ferry_table_column_index(with_schema, "TOTAL"), ==, -1);
	g_assert_cmpstr(ferry_table_find_column(with_schema, "genre")->name, ==, "genre");
	g_assert_null(ferry_table_find_column(without, "genre"));

	g_autofree char *name = ferry_table_display_name(with_schema);
	g_autofree char *bare_name = ferry_table_display_name(without);
	g_assert_cmpstr(name, ==, "shop.track");
	g_assert_cmpstr(bare_name, ==, "track");
	const FerryNote *note = g_ptr_array_index(with_schema->notes, 0);
	g_assert_cmpstr(note->object, ==, "shop.track.genre");
	g_assert_cmpstr(note->kind, ==, "column");
	g_assert_cmpstr(note->text, ==, "2 labels");
	note = g_ptr_array_index(with_schema->notes, 1);
	g_assert_cmpstr(note->object, ==, "shop.track");
	g_assert_cmpstr(note->kind, ==, "table");
}

/* Which index makes the key of a table with columns a, b (NOT NULL) and n (nullable). */
static void test_row_key(void)
{
	FerryTable *table = ferry_table_new(NULL, "t");
	add_column(table, "a", FERRY_TYPE_INT32, true);
	add_column(table, "b", FERRY_TYPE_INT32, true);
	add_column(table, "n", FERRY_TYPE_INT32, false);
	g_assert_null(ferry_table_row_key(table));

	g_ptr_array_add(table->indexes, make_index("plain", "a", NULL, false));
	g_ptr_array_add(table->indexes, make_index("nullable", "a", "n", true));
	g_ptr_array_add(table->indexes, make_index("unknown", "gone", NULL, true));
	FerryIndex *prefix = make_index("prefix", "a", NULL, true);
	((FerryIndexPart *)g_ptr_array_index(prefix->parts, 0))->prefix_len = 10;
	g_ptr_array_add(table->indexes, prefix);
	FerryIndex *partial = make_index("partial", "a", NULL, true);
	partial->predicate = g_strdup("a > 0");
	g_ptr_array_add(table->indexes, partial);
	FerryIndex *expression = make_index("expression", NULL, NULL, true);
	g_ptr_array_add(table->indexes, expression);
	FerryIndex *empty = ferry_index_new("empty");
	empty->is_unique = true;
	g_ptr_array_add(table->indexes, empty);
	g_assert_null(ferry_table_row_key(table));

	g_ptr_array_add(table->indexes, make_index("good", "b", "a", true));
	g_assert_cmpstr(ferry_table_row_key(table)->name, ==, "good");
	table->primary_key = make_index("pk", "n", NULL, true); /* SQLite has nullable primary keys */
	g_assert_cmpstr(ferry_table_row_key(table)->name, ==, "pk");
	ferry_table_free(table);
}

static void test_json(void)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("mysql");
	catalog->product = g_strdup("MariaDB");
	catalog->database = g_strdup("caf\xe9"); /* Latin-1 from somewhere: must not vanish */
	g_ptr_array_add(catalog->tables, make_full_table());
	FerryEnum *genre = ferry_enum_new(NULL, "genre");
	g_strfreev(genre->labels);
	genre->labels = g_strsplit("a,b", ",", -1);
	g_ptr_array_add(catalog->enums, genre);
	FerrySequence *sequence = ferry_sequence_new("shop", "ids");
	sequence->max_value = INT64_MAX;
	g_ptr_array_add(catalog->sequences, sequence);
	g_ptr_array_add(catalog->others, ferry_other_new("view", "shop", "best"));
	g_ptr_array_add(catalog->notes,
			ferry_note_new(FERRY_SEVERITY_LOSS, "view", "shop.best", "not moved"));

	g_autofree char *text = ferry_catalog_to_json(catalog);
	g_assert_true(g_str_has_prefix(text, "{\n  \"connector\": \"mysql\",\n  \"product\": \"MariaDB\""));
	g_assert_nonnull(strstr(text, "\"caf\xef\xbf\xbd\""));

	json_t *root = json_loads(text, 0, NULL);
	json_t *table = json_array_get(json_object_get(root, "tables"), 0);
	json_t *column = json_array_get(json_object_get(table, "columns"), 0);
	json_t *sequence_node = json_array_get(json_object_get(root, "sequences"), 0);
	json_t *note = json_array_get(json_object_get(root, "notes"), 0);
	g_assert_cmpstr(json_string_value(json_object_get(table, "name")), ==, "track");
	g_assert_cmpint(json_integer_value(json_object_get(json_object_get(column, "identity"), "next")), ==,
			42);
	g_assert_cmpint(json_integer_value(json_object_get(sequence_node, "max_value")), ==, INT64_MAX);
	g_assert_cmpstr(json_string_value(json_object_get(note, "severity")), ==, "loss");
	g_assert_cmpuint(json_array_size(json_object_get(root, "others")), ==, 1);
	json_decref(root);

	g_autoptr(FerryCatalog) empty = ferry_catalog_new("sqlite");
	g_autofree char *short_text = ferry_catalog_to_json(empty);
	g_assert_cmpstr(short_text, ==, "{\n  \"connector\": \"sqlite\",\n  \"tables\": []\n}");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/catalog/copy", test_copy_is_deep);
	g_test_add_func("/catalog/null", test_null_is_fine);
	g_test_add_func("/catalog/look-ups", test_look_ups);
	g_test_add_func("/catalog/row-key", test_row_key);
	g_test_add_func("/catalog/json", test_json);
	return g_test_run();
}
