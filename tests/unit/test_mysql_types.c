/* MySQL's and MariaDB's catalog words: column types, labels, defaults of both styles, expressions. */
#include "connectors/mysql/types.h"

#include <string.h>

static void test_types(void)
{
	static const struct {
		const char *column_type, *logical, *why;
	} cases[] = {
		{"tinyint(4)", "int8", "display width means nothing"},
		{"tinyint(3) unsigned", "int16", "0 … 255"},
		{"tinyint(1)", "int8", "what it is is left to profile"},
		{"smallint(5) unsigned", "int32", ""},
		{"mediumint(8) unsigned", "int32", "24 bits fit"},
		{"int", "int32", "MySQL 8 prints no width"},
		{"int(10) unsigned zerofill", "int64", ""},
		{"bigint(20)", "int64", ""},
		{"bigint unsigned", "decimal(20,0)", "beyond int64"},
		{"decimal(65,30)", "decimal(65,30)", "the widest"},
		{"decimal(10,2) unsigned zerofill", "decimal(10,2)", ""},
		{"float", "float32", ""},
		{"float(7,3)", "float32", "the old form with digits"},
		{"double unsigned", "float64", ""},
		{"year(4)", "int16", ""},
		{"bit(9)", "bits(9) fixed", ""},
		{"date", "date", ""},
		{"time(3)", "time(3)", ""},
		{"datetime", "timestamp(0)", ""},
		{"datetime(6)", "timestamp(6)", ""},
		{"timestamp(3)", "timestamptz(3)", ""},
		{"timestamp /* mariadb-5.3 */", "timestamptz(0)", "old tables carry such a remark"},
		{"char(10)", "text(10) fixed", ""},
		{"varchar(255)", "text(255)", ""},
		{"longtext", "text", ""},
		{"binary(16)", "bytes(16) fixed", ""},
		{"varbinary(40)", "bytes(40)", ""},
		{"mediumblob", "bytes", ""},
		{"json", "json binary", ""},
		{"enum('a','b')", "text", ""},
		{"set('a','b')", "text", ""},
		{"point", "bytes", ""},
		{"geomcollection", "bytes", "MySQL 8's short name"},
		{"uuid", "uuid", ""},
		{"inet6", "text", ""},
		{"vector(3)", "bytes", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool is_known;
		FerryType type = ferry_mysql_parse_type(cases[i].column_type, &is_known);
		g_autofree char *text = ferry_type_to_string(&type);
		g_test_message("%s: %s", cases[i].column_type, cases[i].why);
		g_assert_true(is_known);
		g_assert_cmpstr(text, ==, cases[i].logical);
	}
	bool is_known;
	g_assert_cmpint(ferry_mysql_parse_type("quaternion(4)", &is_known).id, ==, FERRY_TYPE_TEXT);
	g_assert_false(is_known);
}

static void test_labels(void)
{
	static const struct {
		const char *column_type, *joined;
	} cases[] = {
		{"enum('a','b')", "a|b"},
		{"enum('b''c','d,e',')')", "b'c|d,e|)"},
		{"enum('x\\\\y','')", "x\\y|"},
		{"set('p','q r')", "p|q r"},
		{"enum('broken", ""},
		{"enum()", ""},
		{"enum", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) labels = ferry_mysql_parse_labels(cases[i].column_type);
		g_autofree char *joined = g_strjoinv("|", labels);
		g_assert_cmpstr(joined, ==, cases[i].joined);
	}
	g_assert_null(ferry_mysql_parse_labels("varchar(10)"));
}

typedef struct {
	const char *why, *column_type;
	bool not_null, is_mariadb;
	const char *text, *extra;
	FerryDefaultKind kind;
	const char *expected; /* default_text */
	bool is_left_out;
} DefaultCase;

static const DefaultCase defaults[] = {
	{"MariaDB: none", "int(11)", true, true, NULL, "", FERRY_DEFAULT_NONE, NULL},
	{"MariaDB: NULL is a word", "int(11)", false, true, "NULL", "", FERRY_DEFAULT_NULL, NULL},
	{"MariaDB: the text NULL is quoted", "varchar(9)", false, true, "'NULL'", "", FERRY_DEFAULT_LITERAL,
	 "NULL"},
	{"MariaDB: number", "decimal(5,2)", false, true, "1.50", "", FERRY_DEFAULT_LITERAL, "1.50"},
	{"MariaDB: negative", "int(11)", false, true, "-7", "", FERRY_DEFAULT_LITERAL, "-7"},
	{"MariaDB: quotes", "varchar(9)", false, true, "'it''s'", "", FERRY_DEFAULT_LITERAL, "it's"},
	{"MariaDB: backslashes", "varchar(9)", false, true, "'a\\\\b\\n'", "", FERRY_DEFAULT_LITERAL,
	 "a\\b\n"},
	{"MariaDB: empty", "varchar(9)", true, true, "''", "", FERRY_DEFAULT_LITERAL, ""},
	{"MariaDB: bits", "bit(9)", false, true, "b'101'", "", FERRY_DEFAULT_LITERAL, "000000101"},
	{"MariaDB: bytes with a NUL", "varbinary(5)", false, true, "'a\\0b'", "", FERRY_DEFAULT_LITERAL,
	 "\\x610062"},
	{"MariaDB: now", "datetime(6)", false, true, "current_timestamp(6)", "",
	 FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL},
	{"MariaDB: today", "date", false, true, "curdate()", "", FERRY_DEFAULT_CURRENT_DATE, NULL},
	{"MariaDB: uuid", "uuid", false, true, "uuid()", "", FERRY_DEFAULT_UUID, NULL},
	{"MariaDB: expression", "int(11)", false, true, "(1 + 2)", "", FERRY_DEFAULT_EXPRESSION, "(1 + 2)"},
	{"MariaDB: zero date", "datetime", true, true, "'0000-00-00 00:00:00'", "", FERRY_DEFAULT_NONE, NULL,
	 true},
	{"timestamps are UTC", "timestamp", true, true, "'2020-02-03 04:05:06'", "", FERRY_DEFAULT_LITERAL,
	 "2020-02-03 04:05:06+00"},
	{"MySQL: nullable without one", "int", false, false, NULL, "", FERRY_DEFAULT_NULL, NULL},
	{"MySQL: none", "int", true, false, NULL, "", FERRY_DEFAULT_NONE, NULL},
	{"MySQL: bare text", "varchar(9)", true, false, "it's", "", FERRY_DEFAULT_LITERAL, "it's"},
	{"MySQL: text that looks like a call", "varchar(40)", true, false, "uuid()", "",
	 FERRY_DEFAULT_LITERAL, "uuid()"},
	{"MySQL: expression", "varchar(40)", true, false, "uuid()", "DEFAULT_GENERATED", FERRY_DEFAULT_UUID,
	 NULL},
	{"MySQL 8: now", "datetime", true, false, "CURRENT_TIMESTAMP", "DEFAULT_GENERATED",
	 FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL},
	{"MySQL 5.7: now", "timestamp(3)", true, false, "CURRENT_TIMESTAMP(3)", "",
	 FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL},
	{"MySQL: bytes", "varbinary(5)", true, false, "0x6100", "", FERRY_DEFAULT_LITERAL, "\\x6100"},
	{"MySQL: escaped literal in an expression", "varchar(9)", true, false, "concat(_utf8mb4\\'a\\',`b`)",
	 "DEFAULT_GENERATED", FERRY_DEFAULT_EXPRESSION, "concat('a',`b`)"},
};

static void test_defaults(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++) {
		const DefaultCase *c = &defaults[i];
		bool is_known;
		FerryColumnDef *column = ferry_column_def_new("c");
		column->native_type = g_strdup(c->column_type);
		column->type = ferry_mysql_parse_type(c->column_type, &is_known);
		column->not_null = c->not_null;
		g_test_message("%s", c->why);
		g_assert_cmpint(ferry_mysql_parse_default(column, c->text, c->extra, c->is_mariadb), ==,
				!c->is_left_out);
		g_assert_cmpint(column->default_kind, ==, c->kind);
		g_assert_cmpstr(column->default_text, ==, c->expected);
		ferry_column_def_free(column);
	}
}

static void test_expressions(void)
{
	static const struct {
		const char *from, *to, *why;
	} cases[] = {
		{"`a` + 1", "`a` + 1", "nothing to do"},
		{"`b` <> 'x\\'y'", "`b` <> 'x''y'", "MariaDB escapes quotes with a backslash"},
		{"concat(`a`,_utf8mb4\\' \\',`b`)", "concat(`a`,' ',`b`)",
		 "MySQL 8 escapes the literal's quotes too"},
		{"(`a` = _latin1'x')", "(`a` = 'x')", "introducers are dropped"},
		{"`a'b` = 'c'", "`a'b` = 'c'", "a quote in a name is no literal"},
		{"`a_` = 'c\\\\d'", "`a_` = 'c\\\\d'", "a backslash stays one"},
		{"'broken", "'broken", "passes"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *clean = ferry_mysql_clean_expression(cases[i].from);
		g_test_message("%s", cases[i].why);
		g_assert_cmpstr(clean, ==, cases[i].to);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mysql/types/types", test_types);
	g_test_add_func("/mysql/types/labels", test_labels);
	g_test_add_func("/mysql/types/defaults", test_defaults);
	g_test_add_func("/mysql/types/expressions", test_expressions);
	return g_test_run();
}
