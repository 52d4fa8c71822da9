/*
 * What a plan makes of keys, indexes, checks and the objects beside the tables, without a server.
 */
#include "plan_fixture.h"

#include <string.h>

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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan-keys/indexes", test_indexes);
	g_test_add_func("/plan-keys/foreign-keys", test_foreign_keys);
	g_test_add_func("/plan-keys/checks-and-the-rest", test_checks_and_the_rest);
	return g_test_run();
}
