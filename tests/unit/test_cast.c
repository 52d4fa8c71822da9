/*
 * project/cast.c: what fits a rule, and what a misspelt one says.
 */
#include "project/cast.h"

#include <string.h>

typedef struct Column {
	const char *table, *name, *type, *default_text;
	bool not_null, is_auto;
} Column;

static bool fits(const char *rule, const Column *it)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(FerryCast) cast = ferry_cast_parse(rule, &error);
	FerryTable *table = ferry_table_new("shop", it->table);
	FerryColumnDef *column = ferry_column_def_new(it->name);
	bool result;

	g_assert_no_error(error);
	column->native_type = g_strdup(it->type);
	column->not_null = it->not_null;
	column->identity = it->is_auto ? FERRY_IDENTITY_AUTO : FERRY_IDENTITY_NONE;
	column->default_text = g_strdup(it->default_text);
	column->default_kind = it->default_text ? FERRY_DEFAULT_LITERAL : FERRY_DEFAULT_NONE;
	g_ptr_array_add(table->columns, column);
	result = ferry_cast_matches(cast, table, column);
	ferry_table_free(table);
	return result;
}

static void test_matches(void)
{
	static const Column flag = {"user", "is_active", "tinyint(1)", "0", true},
			    id = {"user", "id", "bigint(20) unsigned", NULL, true, true},
			    price = {"item", "price", "decimal(12,2)"},
			    name = {"item", "name", "character varying(40)"},
			    at = {"item", "created at", "timestamp(3) without time zone"};
	static const struct {
		const char *rule;
		const Column *column;
		bool fits;
	} cases[] = {
		{"tinyint to boolean", &flag, true},
		{"TinyInt TO boolean", &flag, true},
		{"tinyint when precision = 1 to boolean", &flag, true},
		{"tinyint when precision > 1 to smallint", &flag, false},
		{"tinyint when default 0 and not null to boolean", &flag, true},
		{"tinyint when default '1' to boolean", &flag, false},
		{"tinyint when not default null to boolean", &flag, true},
		{"tinyint when unsigned to smallint", &flag, false},
		{"smallint to integer", &flag, false},
		{"bigint to numeric", &id, true},
		{"bigint unsigned to numeric", &id, true},
		{"bigint when not unsigned to bigint", &id, false},
		{"bigint when unsigned and auto_increment to bigint", &id, true},
		{"bigint when not auto_increment to bigint", &id, false},
		{"bigint when default null to bigint", &id, true},
		{"decimal to float8", &price, true},
		{"numeric when scale = 2 and precision >= 12 to float8", &price, true},
		{"numeric when scale != 2 to float8", &price, false},
		{"numeric when precision < 12 to float8", &price, false},
		{"numeric when not precision < 12 to float8", &price, true},
		{"varchar to text", &name, true},
		{"varchar when precision <= 40 to text", &name, true},
		{"timestamp to timestamptz", &at, true},
		{"timestamp without time zone to timestamptz", &at, true},
		{"timestamptz to timestamp", &at, false},
		{"column item.price to money", &price, true},
		{"column shop.item.price to money", &price, true},
		{"column *.price to money", &price, true},
		{"column item.p* when scale = 2 to money", &price, true},
		{"column item.p* when scale = 3 to money", &price, false},
		{"column 'item.created at' to text", &at, true},
		{"column user.price to money", &price, false},
		{"table item decimal to money", &price, true},
		{"table shop.* decimal to money", &price, true},
		{"table user decimal to money", &price, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].rule);
		g_assert_true(fits(cases[i].rule, cases[i].column) == cases[i].fits);
	}
}

static void test_target(void)
{
	g_autoptr(FerryCast) cast = ferry_cast_parse("  column a.b  to  character varying(20) ", NULL);

	g_assert_cmpstr(ferry_cast_get_target(cast), ==, "character varying(20)");
	g_assert_true(ferry_cast_is_for_columns(cast));
}

static void test_mistakes(void)
{
	static const struct {
		const char *rule, *word;
	} cases[] = {
		{"", "column 1: expected the source's type"},
		{"int", "column 4: expected when"},
		{"int to", "expected the target's type, found the end"},
		{"to text", "column 1: expected the source's type"},
		{"tinyint(1) to boolean", "column 1: expected the type's name without numbers"},
		{"int when to text", "column 10: expected precision"},
		{"int when big to text", "column 10: expected precision"},
		{"int when precision 3 to text", "column 20: expected one of ="},
		{"int when precision = x to text", "column 22: expected a number, found \"x to text\""},
		{"int when unsigned or not null to text", "column 19: expected and, or to"},
		{"int when default to text", "expected the default's value"},
		{"column to text", "expected when"},
		{"column", "column 7: expected the column's name"},
		{"table x to text", "expected the source's type"},
		{"int wen unsigned to text", NULL}, /* a type of that name: it fits nothing */
		{"\xff to text", "UTF-8"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(FerryCast) cast = ferry_cast_parse(cases[i].rule, &error);

		g_test_message("%s", error ? error->message : "fine");
		g_assert_true((cast != NULL) == (cases[i].word == NULL));
		if (!cases[i].word)
			continue;
		g_assert_true(ferry_error_is(error, FERRY_ERROR_USAGE));
		g_assert_nonnull(strstr(error->message, cases[i].word));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cast/matches", test_matches);
	g_test_add_func("/cast/target", test_target);
	g_test_add_func("/cast/mistakes", test_mistakes);
	return g_test_run();
}
