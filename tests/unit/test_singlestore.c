/* What SingleStore's kinds of indexes become. */
#include "connectors/mysql/singlestore.h"
#include "connectors/mysql/types.h"

static void test_index_kinds(void)
{
	static const struct {
		const char *type;
		bool is_unique;
		FerrySinglestoreIndexKind kind;
		const char *why;
	} cases[] = {
		{"BTREE", false, FERRY_SINGLESTORE_INDEX, "rowstores have skip lists, by this name"},
		{"COLUMNSTORE HASH", true, FERRY_SINGLESTORE_INDEX, "a primary key of a columnstore"},
		{"COLUMNSTORE HASH", false, FERRY_SINGLESTORE_INDEX, ""},
		{"SHARD", false, FERRY_SINGLESTORE_SHARD, ""},
		{"shard", false, FERRY_SINGLESTORE_SHARD, "case means nothing"},
		{"METADATA_ONLY", false, FERRY_SINGLESTORE_SHARD, "a shard key without an index"},
		{"METADATA_ONLY", true, FERRY_SINGLESTORE_INDEX, "it still says that rows are unique"},
		{"CLUSTERED COLUMNSTORE", false, FERRY_SINGLESTORE_SORT, ""},
		{"FULLTEXT", false, FERRY_SINGLESTORE_SPECIAL, ""},
		{"VECTOR", false, FERRY_SINGLESTORE_SPECIAL, ""},
		{NULL, false, FERRY_SINGLESTORE_INDEX, "not told"},
		{"SOMETHING NEW", false, FERRY_SINGLESTORE_INDEX, "an index more is better than one less"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s: %s", cases[i].type, cases[i].why);
		g_assert_cmpint(ferry_singlestore_index_kind(cases[i].type, cases[i].is_unique), ==,
				cases[i].kind);
	}
}

static void test_types(void)
{
	static const char *const words[] = {"geography", "geographypoint"};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		bool is_known;
		g_assert_cmpint(ferry_mysql_parse_type(words[i], &is_known).id, ==, FERRY_TYPE_TEXT);
		g_assert_true(is_known);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/singlestore/index-kinds", test_index_kinds);
	g_test_add_func("/singlestore/types", test_types);
	return g_test_run();
}
