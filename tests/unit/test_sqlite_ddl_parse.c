/* Tests connectors/sqlite/ddl_parse.c, default_parse.c and the tokenizer under them. */
#include "connectors/sqlite/ddl_parse.h"

#include <string.h>

/* Everything that was found, in one line. */
static char *describe_table(const char *sql)
{
	g_autoptr(SqliteDdl) ddl = ferry_sqlite_parse_table(sql);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < ddl->columns->len; i++) {
		const SqliteDdlColumn *column = ddl->columns->pdata[i];
		g_string_append_printf(out, "%s", column->name);
		if (column->generated)
			g_string_append_printf(out, "=%s", column->generated);
		g_string_append_c(out, ';');
	}
	for (guint i = 0; i < ddl->checks->len; i++) {
		const FerryCheck *check = ddl->checks->pdata[i];
		g_string_append_printf(out, " check[%s]:%s", check->name ? check->name : "",
				       check->expression);
	}
	for (guint i = 0; i < ddl->keys->len; i++) {
		const SqliteDdlKey *key = ddl->keys->pdata[i];
		g_string_append_printf(out, " %s[%s]:", key->is_primary ? "pk" : "unique",
				       key->name ? key->name : "");
		for (guint j = 0; j < key->columns->len; j++)
			g_string_append_printf(out, "%s%s", j > 0 ? "," : "", (char *)key->columns->pdata[j]);
	}
	for (guint i = 0; i < ddl->foreign_keys->len; i++) {
		const SqliteDdlForeignKey *key = ddl->foreign_keys->pdata[i];
		g_string_append_printf(out, " fk[%s]%s%s", key->name ? key->name : "",
				       key->deferrable ? ":deferrable" : "",
				       key->initially_deferred ? ":deferred" : "");
	}
	g_string_append(out, ddl->is_autoincrement ? " auto" : "");
	g_string_append(out, ddl->has_conflict_clause ? " conflict" : "");
	return g_string_free(out, false);
}

static const struct {
	const char *sql, *expected, *why;
} table_cases[] = {
	{"CREATE TABLE t(a, b INT, c VARCHAR(10))", "a;b;c;", "no constraints"},
	{"create table if not exists main.\"t (x)\" (\"a b\" TEXT, [c d] INT, `e``f`, 'g')", "a b;c d;e`f;g;",
	 "all four ways to quote a name"},
	{"CREATE TABLE t(a INTEGER PRIMARY KEY AUTOINCREMENT, b)", "a;b; pk[]:a auto", "autoincrement"},
	{"CREATE TABLE t(a INTEGER, CONSTRAINT p PRIMARY KEY(a AUTOINCREMENT))", "a; pk[p]:a auto",
	 "autoincrement in a table constraint"},
	{"CREATE TABLE t(a CHECK (a > (1 + 2) /* ) */ -- )\n AND a <> ')'))",
	 "a; check[]:a > (1 + 2) AND a <> ')'",
	 "parentheses in comments and strings do not count; comments go"},
	{"CREATE TABLE t(a CONSTRAINT c1 CHECK(a>0) CONSTRAINT c2 NOT NULL CHECK(a<9), CHECK(a<>5) "
	 "CONSTRAINT c3 CHECK(a<>6))",
	 "a; check[c1]:a>0 check[]:a<9 check[]:a<>5 check[c3]:a<>6",
	 "names belong to the next constraint only"},
	{"CREATE TABLE t(a, b AS (a*2), c GENERATED ALWAYS AS (a || ',') STORED NOT NULL)",
	 "a;b=a*2;c=a || ',';", "both spellings of generated columns"},
	{"CREATE TABLE t(a DEFAULT (1, (2)), b DEFAULT -1 CHECK(b), c DEFAULT 'x)' UNIQUE)",
	 "a;b;c; check[]:b unique[]:c", "defaults are skipped whole"},
	{"CREATE TABLE t(a REFERENCES p, b NOT NULL REFERENCES p(x) ON DELETE SET NULL ON UPDATE NO ACTION "
	 "DEFERRABLE "
	 "INITIALLY DEFERRED NOT NULL, c CONSTRAINT f REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED)",
	 "a;b;c; fk[] fk[]:deferrable:deferred fk[f]", "references of columns"},
	{"CREATE TABLE t(a REFERENCES p NOT NULL CHECK(a))", "a; check[]:a fk[]",
	 "NOT NULL behind a reference"},
	{"CREATE TABLE t(a, b, CONSTRAINT k FOREIGN KEY (a, b) REFERENCES p(x, y) MATCH FULL ON DELETE "
	 "CASCADE UNIQUE (a, b) "
	 "ON CONFLICT REPLACE)",
	 "a;b; unique[]:a,b fk[k] conflict", "table constraints without a comma between them"},
	{"CREATE TABLE t(a, b, UNIQUE(b COLLATE NOCASE DESC, \"a\"), PRIMARY KEY(a DESC)) WITHOUT ROWID",
	 "a;b; unique[]:b,a pk[]:a", "sorting in keys"},
	{"CREATE TABLE t(a DOUBLE PRECISION(3,4) NOT NULL ON CONFLICT ROLLBACK)", "a; conflict",
	 "type of two words"},
	{"CREATE TABLE t(\xc3\xa4 INT, \xe2\x82\xac CHECK(\xe2\x82\xac>0))",
	 "\xc3\xa4;\xe2\x82\xac; check[]:\xe2\x82\xac>0", "names beyond ASCII"},
	{"CREATE TABLE t(a CHECK(a", "a; check[]:a", "text that ends early"},
	{"CREATE TABLE t(a CHECK('unclosed", "a; check[]:'unclosed", "a string that ends early"},
	{"", "", "nothing"},
};

static void test_tables(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table_cases); i++) {
		g_autofree char *found = describe_table(table_cases[i].sql);
		g_test_message("%s", table_cases[i].why);
		g_assert_cmpstr(found, ==, table_cases[i].expected);
	}
}

/* No prefix of a statement may run past its end or hang. */
static void test_cut_tables(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table_cases); i++) {
		for (size_t len = 0; len < strlen(table_cases[i].sql); len++) {
			g_autofree char *cut = g_strndup(table_cases[i].sql, len);
			g_autofree char *found = describe_table(cut);
			g_assert_nonnull(found);
		}
	}
}

static const struct {
	const char *sql, *terms, *predicate;
} index_cases[] = {
	{"CREATE INDEX i ON t(a)", "a", NULL},
	{"CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t (a DESC, lower(b) COLLATE NOCASE ASC, a + b)",
	 "a|lower(b)|a + b", NULL},
	{"CREATE INDEX i ON t(substr(a, 1, 2), 'x,y') WHERE a > 0 AND b <> ')' -- end",
	 "substr(a, 1, 2)|'x,y'", "a > 0 AND b <> ')'"},
	{"CREATE INDEX \"i(\" ON \"t(\" ((a || ')') COLLATE RTRIM)", "(a || ')')", NULL},
};

static void test_indexes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(index_cases); i++) {
		g_autoptr(GPtrArray) terms = NULL;
		g_autofree char *predicate = NULL;

		ferry_sqlite_parse_index(index_cases[i].sql, &terms, &predicate);
		g_ptr_array_add(terms, NULL);
		g_autofree char *joined = g_strjoinv("|", (char **)terms->pdata);
		g_assert_cmpstr(joined, ==, index_cases[i].terms);
		g_assert_cmpstr(predicate, ==, index_cases[i].predicate);
	}
}

static const struct {
	const char *text;
	FerryTypeId type;
	FerryDefaultKind kind;
	const char *expected;
} default_cases[] = {
	{NULL, FERRY_TYPE_TEXT, FERRY_DEFAULT_NONE, NULL},
	{"NULL", FERRY_TYPE_TEXT, FERRY_DEFAULT_NULL, NULL},
	{"'it''s'", FERRY_TYPE_TEXT, FERRY_DEFAULT_LITERAL, "it's"},
	{"\"quoted\"", FERRY_TYPE_TEXT, FERRY_DEFAULT_LITERAL, "quoted"},
	{"bare", FERRY_TYPE_TEXT, FERRY_DEFAULT_LITERAL, "bare"},
	{"-1.50", FERRY_TYPE_DECIMAL, FERRY_DEFAULT_LITERAL, "-1.50"},
	{"+ 5", FERRY_TYPE_INT64, FERRY_DEFAULT_LITERAL, "5"},
	{"0x1F", FERRY_TYPE_INT64, FERRY_DEFAULT_LITERAL, "31"},
	{"(7)", FERRY_TYPE_INT64, FERRY_DEFAULT_LITERAL, "7"},
	{"1e3", FERRY_TYPE_FLOAT64, FERRY_DEFAULT_LITERAL, "1e3"},
	{"TRUE", FERRY_TYPE_BOOL, FERRY_DEFAULT_LITERAL, "true"},
	{"false", FERRY_TYPE_INT64, FERRY_DEFAULT_LITERAL, "0"},
	{"x'0aFF'", FERRY_TYPE_BYTES, FERRY_DEFAULT_LITERAL, "\\x0aff"},
	{"CURRENT_TIMESTAMP", FERRY_TYPE_TIMESTAMP, FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL},
	{"datetime( 'now' )", FERRY_TYPE_TIMESTAMP, FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL},
	{"(date('now'))", FERRY_TYPE_DATE, FERRY_DEFAULT_CURRENT_DATE, NULL},
	{"current_time", FERRY_TYPE_TIME, FERRY_DEFAULT_CURRENT_TIME, NULL},
	{"'CURRENT_TIMESTAMP'", FERRY_TYPE_TEXT, FERRY_DEFAULT_LITERAL, "CURRENT_TIMESTAMP"},
	{"datetime('now','localtime')", FERRY_TYPE_TIMESTAMP, FERRY_DEFAULT_EXPRESSION,
	 "datetime('now','localtime')"},
	{"1+2", FERRY_TYPE_INT64, FERRY_DEFAULT_EXPRESSION, "1+2"},
	{"-'a'", FERRY_TYPE_TEXT, FERRY_DEFAULT_EXPRESSION, "-'a'"},
};

static void test_defaults(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(default_cases); i++) {
		FerryColumnDef *column = ferry_column_def_new("c");

		column->type = FERRY_TYPE(default_cases[i].type);
		ferry_sqlite_parse_default(default_cases[i].text, column);
		g_test_message("%s", default_cases[i].text ? default_cases[i].text : "none");
		g_assert_cmpint(column->default_kind, ==, default_cases[i].kind);
		g_assert_cmpstr(column->default_text, ==, default_cases[i].expected);
		ferry_column_def_free(column);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sqlite/ddl_parse/tables", test_tables);
	g_test_add_func("/sqlite/ddl_parse/cut_tables", test_cut_tables);
	g_test_add_func("/sqlite/ddl_parse/indexes", test_indexes);
	g_test_add_func("/sqlite/ddl_parse/defaults", test_defaults);
	return g_test_run();
}
