/* Tests what a SQLite column is taken for: catalog and profile over small files, one column a case. */
#include "connectors/sqlite/profile.h"
#include "connectors/sqlite/sqlite.h"

#include <glib/gstdio.h>

static const struct {
	const char *declared, *values, *expected;
	bool has_note;
	const char *why;
} cases[] = {
	{"INTEGER", "(1),(NULL),(9223372036854775807)", "int64", false, "as declared"},
	{"INTEGER", "(1),(1.5)", "float64", true, "a real among integers"},
	{"INTEGER", "(9007199254740993),(1.5)", "decimal", true, "an integer that no double holds"},
	{"INTEGER", "(1),('x')", "text", true, "a text among integers"},
	{"INTEGER", "(NULL)", "int64", false, "nothing but NULL"},
	{"INT", "(2147483647),(-2147483648)", "int32", false, "narrowed, as the data allows"},
	{"INT", "(2147483648)", "int64", true, "beyond 32 bits"},
	{"SMALLINT", "(-32768)", "int16", false, "narrowed"},
	{"BOOLEAN", "(0),(1),(NULL)", "bool", false, "0 and 1"},
	{"BOOLEAN", "('true'),('F'),(0)", "bool", false, "words"},
	{"BOOLEAN", "(0),(2)", "int16", true, "another number"},
	{"BOOLEAN", "('maybe')", "text", true, "another word"},
	{"REAL", "(1),(2.5),('NaN')", "float64", false, "NaN is kept as text"},
	{"DOUBLE PRECISION", "('abc')", "text", true, "no number"},
	{"DECIMAL(5,2)", "(123.45),(1),(-0.5)", "decimal(5,2)", false, "fits"},
	{"DECIMAL(5,2)", "(1.234)", "decimal", true, "more digits behind the point"},
	{"DECIMAL(5,2)", "(1234)", "decimal", true, "more digits before the point"},
	{"DECIMAL(5,2)", "(0.1+0.2)", "float64", true, "17 digits"},
	{"NUMERIC", "(1),(0.5)", "decimal", false, "without a limit"},
	{"DECIMAL_TEXT(30,10)", "('12345678901234567890.0123456789')", "decimal(30,10)", false,
	 "Ferry's own name"},
	{"VARCHAR(3)", "('abc'),('\xc3\xa4\xc3\xb6\xc3\xbc')", "text(3)", false, "characters, not bytes"},
	{"VARCHAR(3)", "('abcd')", "text", true, "longer than declared"},
	{"TEXT", "('a'),(x'4142')", "text", true, "a blob that is text"},
	{"TEXT", "('a'),(x'ff')", "bytes", true, "a blob that is not"},
	{"BLOB", "(x'ff'),(NULL)", "bytes", false, "as declared"},
	{"BLOB", "('a')", "text", true, "texts only"},
	{"BLOB", "('a'),(x'00')", "bytes", true, "NUL is no text"},
	{"BLOB", "(1),(2)", "int64", true, "numbers only"},
	{"DATE", "('2024-02-29')", "date", false, "ISO"},
	{"DATE", "('2024-02-29'),('2024-02-29 10:00')", "timestamp", true, "with a time"},
	{"DATE", "('2023-02-29')", "text", true, "no such day"},
	{"DATE", "(20240229)", "int64", true, "a number"},
	{"DATETIME", "('2024-02-29T10:00:00'),('2024-02-29')", "timestamp", false, "without zones"},
	{"DATETIME", "('2024-02-29T10:00:00Z'),('2024-02-29 10:00+02')", "timestamptz", true,
	 "all with a zone"},
	{"DATETIME", "('2024-02-29T10:00:00Z'),('2024-02-29 10:00')", "text", true, "some with a zone"},
	{"TIMESTAMPTZ", "('2024-02-29 10:00:00+00')", "timestamptz", false, "as declared"},
	{"TIME", "('10:00'),('23:59:59.5')", "time", false, "as declared"},
	{"UUID", "('12345678-1234-1234-1234-123456789abc'),(x'00112233445566778899aabbccddeeff')", "uuid",
	 false, "text and bytes"},
	{"UUID", "('x')", "text", true, "no UUID"},
	{"JSON", "('{\"a\": [1, -2.5e3, \"\\u00e9\", null, {}]}'),('7'),('[]')", "json", false,
	 "numbers are JSON too"},
	{"JSON", "('{a: 1}')", "text", true, "no JSON"},
	{"JSON", "('[1,]')", "text", true, "a comma too many"},
	{"JSON", "('[01]')", "text", true, "a zero too many"},
	{"INTERVAL", "('1 year 2 mons -3 days -04:05:06.5'),('00:00:00')", "interval", false,
	 "Ferry's own form"},
	{"BIT_TEXT(4)", "('0101')", "bits(4)", false, "Ferry's own name"},
	{"", "(1),(2)", "int64", true, "no type: the data alone"},
	{"", "(1),('a')", "text", true, "no type, mixed"},
	{"", "(NULL)", "text", false, "no type, no data"},
	{"GEOMETRY", "('POINT(1 2)')", "text", true, "a name that nobody knows"},
	{"YEAR", "(1999)", "int64", true, "another"},
	{"STRING", "('a'),('b')", "text", false, "a name that SQLite reads as a number"},
	{"STRING", "('12'),('b')", "text", true, "so that 12 became a number"},
};

static char *make_file(const char *sql)
{
	char *path = g_build_filename(g_get_tmp_dir(), "ferry-profile-XXXXXX", NULL);
	sqlite3 *db = NULL;

	g_assert_true(g_close(g_mkstemp(path), NULL));
	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
	return path;
}

static void check_case(size_t i)
{
	g_autofree char *sql = g_strdup_printf("CREATE TABLE t (c %s); INSERT INTO t VALUES %s",
					       cases[i].declared, cases[i].values);
	g_autofree char *path = make_file(sql);
	g_autofree char *text = g_strconcat("sqlite:///", path, NULL);
	g_autoptr(FerryUrl) url = ferry_url_parse(text, NULL);
	g_autoptr(FerryConnection) c = ferry_connection_open(&ferry_sqlite_connector, url, false, NULL);
	g_autoptr(FerryCatalog) catalog = NULL;

	g_assert_nonnull(c);
	g_assert_true(ferry_source(c)->catalog(c, &catalog, NULL));
	FerryTable *table = ferry_catalog_find_table(catalog, NULL, "t");
	g_assert_true(ferry_source(c)->profile(c, table, NULL));
	g_autofree char *type = ferry_type_to_string(&((FerryColumnDef *)table->columns->pdata[0])->type);
	g_test_message("%s %s: %s", cases[i].declared, cases[i].values, cases[i].why);
	g_assert_cmpstr(type, ==, cases[i].expected);
	g_assert_cmpint(table->notes->len > 0, ==, cases[i].has_note);
	g_unlink(path);
}

static void test_columns(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check_case(i);
}

/* Several threads find what one finds. */
static void test_threads(void)
{
	g_autofree char *path = make_file("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT); INSERT "
					  "INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION "
					  "ALL SELECT i + 1 FROM n WHERE i < 450000) SELECT i - 1000, i, 'x' "
					  "FROM n; UPDATE t SET a = 'odd' WHERE id = 300000");
	g_autofree char *text = g_strconcat("sqlite:///", path, NULL);
	g_autoptr(FerryUrl) url = ferry_url_parse(text, NULL);
	g_autoptr(FerryConnection) c = ferry_connection_open(&ferry_sqlite_connector, url, false, NULL);
	g_autoptr(FerryCatalog) catalog = NULL;

	g_assert_true(ferry_source(c)->catalog(c, &catalog, NULL));
	FerryTable *table = ferry_catalog_find_table(catalog, NULL, "t");
	g_assert_true(ferry_source(c)->profile(c, table, NULL));
	g_assert_cmpint(table->est_rows, ==, 450000);
	g_assert_cmpint(ferry_table_find_column(table, "a")->type.id, ==, FERRY_TYPE_TEXT);
	g_assert_cmpint(ferry_table_find_column(table, "b")->type.id, ==, FERRY_TYPE_TEXT);
	g_unlink(path);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sqlite/profile/columns", test_columns);
	g_test_add_func("/sqlite/profile/threads", test_threads);
	return g_test_run();
}
