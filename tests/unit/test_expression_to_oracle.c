/* mapping/expression_to_oracle.c: what is converted, how, and what is refused. */
#include "mapping/expression.h"

#include <string.h>

static const FerryType BOOL_ = {.id = FERRY_TYPE_BOOL}, INT = {.id = FERRY_TYPE_INT32},
		       DECIMAL = {.id = FERRY_TYPE_DECIMAL, .precision = 12, .scale = 2},
		       TEXT = {.id = FERRY_TYPE_TEXT, .length = 20}, CLOB = {.id = FERRY_TYPE_TEXT},
		       DATE = {.id = FERRY_TYPE_DATE}, MOMENT = {.id = FERRY_TYPE_TIMESTAMP},
		       TIME = {.id = FERRY_TYPE_TIME}, TIME_TEXT = {.id = FERRY_TYPE_TEXT, .length = 15},
		       JSON = {.id = FERRY_TYPE_JSON};

static const struct {
	const char *name, *target;
	const FerryType *source, *type;
	bool is_generated;
} columns[] = {
	{"a", "A", &INT, &INT, false},
	{"b", "B", &INT, &INT, false},
	{"price", "PRICE", &DECIMAL, &DECIMAL, false},
	{"name", "NAME", &TEXT, &TEXT, false},
	{"note", "NOTE", &CLOB, &CLOB, false},
	{"active", "ACTIVE", &BOOL_, &BOOL_, false},
	{"born", "BORN", &DATE, &DATE, false},
	{"at", "AT", &MOMENT, &MOMENT, false},
	{"opens", "OPENS", &TIME, &TIME_TEXT, false},
	{"doc", "DOC", &JSON, &JSON, false},
	{"two words", "two words", &INT, &INT, false},
	{"total", "TOTAL", &INT, &INT, true},
};

static bool find(const char *name, FerryExpressionColumn *ret_column, gpointer data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (g_ascii_strcasecmp(columns[i].name, name) != 0)
			continue;
		*ret_column = (FerryExpressionColumn){.name = columns[i].target,
						      .source = columns[i].source,
						      .target = columns[i].type,
						      .is_generated = columns[i].is_generated};
		return true;
	}
	return false;
}

typedef struct Case {
	const char *from, *text, *expected; /* NULL: refused */
} Case;

static void expect(const Case *c, FerryExpressionUse use, const FerryType *result)
{
	FerryExpressionContext context = {
		.from = c->from, .to = "oracle", .use = use, .result = result, .column = find};
	g_autofree char *reason = NULL, *remark = NULL;
	g_autofree char *text = ferry_expression_translate(c->text, &context, &remark, &reason);

	g_test_message("%s %.100s: %.100s", c->from, c->text, reason ? reason : "");
	g_assert_cmpstr(text, ==, c->expected);
	g_assert_true((text == NULL) == (reason != NULL));
}

static void test_checks(void)
{
	static const Case cases[] = {
		{"postgres", "a > 0", "\"A\" > 0"},
		{"mysql", "(`a` > 0) and (`b` != 10)", "(\"A\" > 0) AND (\"B\" <> 10)"},
		{"postgres", "((price >= (0)::numeric))", "\"PRICE\" >= 0"},
		{"postgres", "(name)::text = 'x'::text", "\"NAME\" = 'x'"},
		{"postgres",
		 "(name)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[])",
		 "\"NAME\" IN ('a', 'it''s')"},
		{"postgres", "(a <> ALL (ARRAY[1, 2]))", "\"A\" NOT IN (1, 2)"},
		{"mysql", "`name` in ('a','b')", "\"NAME\" IN ('a', 'b')"},
		{"sqlite", "a NOT IN (1, -2)", "\"A\" NOT IN (1, -2)"},
		{"sqlite", "a BETWEEN 1 AND 5 OR b IS NULL", "(\"A\" BETWEEN 1 AND 5) OR (\"B\" IS NULL)"},
		{"sqlite", "NOT a IS NULL", "NOT (\"A\" IS NULL)"},
		{"postgres", "active", "\"ACTIVE\" = 1"},
		{"postgres", "(NOT active)", "NOT (\"ACTIVE\" = 1)"},
		{"postgres", "active = true", "\"ACTIVE\" = 1"},
		{"mysql", "`active` = 1", "\"ACTIVE\" = 1"},
		{"sqlite", "a", "\"A\" <> 0"},
		{"postgres", "a + b * 2 < 10 - a", "(\"A\" + (\"B\" * 2)) < (10 - \"A\")"},
		{"postgres", "born > '2000-01-01'::date", "\"BORN\" > DATE '2000-01-01'"},
		{"mysql", "`at` >= '2000-01-01 12:00:00'", "\"AT\" >= TIMESTAMP '2000-01-01 12:00:00'"},
		{"postgres", "born < at", "\"BORN\" < \"AT\""},
		{"mysql", "`two words` > 1", "\"two words\" > 1"},
		{"postgres", "a > '5'", "\"A\" > 5"},
		{"postgres", "note IS NOT NULL", "\"NOTE\" IS NOT NULL"},
		{"postgres", "opens IS NULL", "\"OPENS\" IS NULL"},
		{"postgres", "name <> ''", NULL},
		{"postgres", "note = 'x'", NULL},
		{"postgres", "opens > '10:00'", NULL},
		{"postgres", "born < CURRENT_DATE", NULL},
		{"postgres", "at < now()", NULL},
		{"postgres", "lower(name) = 'x'", NULL},
		{"mysql", "json_valid(`doc`)", NULL},
		{"postgres", "a / 2 = 1", NULL},
		{"postgres", "name > 5", NULL},
		{"postgres", "name", NULL},
		{"postgres", "active > false", "\"ACTIVE\" > 0"},
		{"postgres", "a = 1 b", NULL},
		{"postgres", "(a = 1", NULL},
		{"postgres", "nobody = 1", NULL},
		{"postgres", "born = '2000-13-01'", NULL},
		{"postgres", "(price)::integer > 1", NULL},
		{"postgres", "a = NULL", NULL},
		{"postgres", "", NULL},
		{"sqlite", "CASE WHEN a THEN 1 END", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		expect(&cases[i], FERRY_USE_CHECK, NULL);
}

static void test_values(void)
{
	static const Case generated[] = {
		{"postgres", "a + b", "\"A\" + \"B\""},
		{"postgres", "total + 1", NULL},
		{"postgres", "price * 2", NULL}, /* a fraction into an integer */
		{"postgres", "name", NULL},
		{"postgres", "a > b", NULL},
	};
	static const Case decimals[] = {{"mysql", "`price` * `a`", "ROUND(\"PRICE\" * \"A\", 2)"},
					{"mysql", "`a` - 1", "\"A\" - 1"}};
	static const Case moments[] = {{"postgres", "now()", "SYSTIMESTAMP"},
				       {"sqlite", "CURRENT_TIMESTAMP", "SYSTIMESTAMP"},
				       {"postgres", "now", NULL},
				       {"postgres", "'2000-01-01'", NULL}};
	static const Case defaults[] = {{"mysql", "1 + 2", "1 + 2"}, {"postgres", "random()", NULL}};

	for (size_t i = 0; i < G_N_ELEMENTS(generated); i++)
		expect(&generated[i], FERRY_USE_GENERATED, &INT);
	for (size_t i = 0; i < G_N_ELEMENTS(decimals); i++)
		expect(&decimals[i], FERRY_USE_GENERATED, &DECIMAL);
	for (size_t i = 0; i < G_N_ELEMENTS(moments); i++)
		expect(&moments[i], FERRY_USE_DEFAULT, &MOMENT);
	for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++)
		expect(&defaults[i], FERRY_USE_DEFAULT, &INT);
}

static void test_depth(void)
{
	g_autoptr(GString) deep = g_string_new(NULL), signs = g_string_new("a = "), nots = g_string_new(NULL);

	for (int i = 0; i < 20000; i++) {
		g_string_append_c(deep, '(');
		g_string_append(signs, "- ");
		g_string_append(nots, "NOT ");
	}
	g_string_append_c(signs, '1');
	expect(&(Case){"postgres", deep->str, NULL}, FERRY_USE_CHECK, NULL);
	expect(&(Case){"postgres", signs->str, NULL}, FERRY_USE_CHECK, NULL);
	expect(&(Case){"postgres", nots->str, NULL}, FERRY_USE_CHECK, NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/expression-to-oracle/checks", test_checks);
	g_test_add_func("/expression-to-oracle/values", test_values);
	g_test_add_func("/expression-to-oracle/depth", test_depth);
	return g_test_run();
}
