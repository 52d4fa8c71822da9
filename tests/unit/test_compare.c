/*
 * mapping/compare*.c, without a server: types as a table, and what is said of catalogs that the test makes
 * up.
 */
#include "plan_fixture.h"

#include "mapping/compare.h"

#include <string.h>

/* ---- types ---- */

/* Short names of the verdicts, for the tables. */
enum {
	EQUAL = FERRY_TYPES_EQUAL,
	FITS = FERRY_TYPES_EQUIVALENT,
	LOSSY = FERRY_TYPES_LOSSY,
	NO = FERRY_TYPES_INCOMPATIBLE
};

typedef struct Pair {
	FerryType from, to;
	int verdict;
	const char *reason; /* a part of it */
} Pair;

static const Pair integers[] = {
	{{.id = FERRY_TYPE_INT32}, {.id = FERRY_TYPE_INT32}, EQUAL, NULL},
	{{.id = FERRY_TYPE_INT32}, {.id = FERRY_TYPE_INT64}, FITS, "widens"},
	{{.id = FERRY_TYPE_INT64}, {.id = FERRY_TYPE_INT32}, LOSSY, "overflow"},
	{{.id = FERRY_TYPE_INT32}, {.id = FERRY_TYPE_DECIMAL, .precision = 10}, FITS, "every value"},
	{{.id = FERRY_TYPE_INT32},
	 {.id = FERRY_TYPE_DECIMAL, .precision = 10, .scale = 2},
	 LOSSY,
	 "overflow"},
	{{.id = FERRY_TYPE_INT16}, {.id = FERRY_TYPE_FLOAT32}, FITS, "every value"},
	{{.id = FERRY_TYPE_INT32}, {.id = FERRY_TYPE_FLOAT32}, LOSSY, "rounds"},
	{{.id = FERRY_TYPE_INT64}, {.id = FERRY_TYPE_FLOAT64}, LOSSY, "rounds"},
	{{.id = FERRY_TYPE_INT8}, {.id = FERRY_TYPE_BOOL}, LOSSY, "zero"},
	{{.id = FERRY_TYPE_BOOL}, {.id = FERRY_TYPE_INT8}, FITS, "1 and 0"},
	{{.id = FERRY_TYPE_INT8}, {.id = FERRY_TYPE_DATE}, NO, "no numbers"},
	{{.id = FERRY_TYPE_INT64}, {.id = FERRY_TYPE_TEXT}, FITS, "as text"},
	{{.id = FERRY_TYPE_INT64}, {.id = FERRY_TYPE_TEXT, .length = 5}, LOSSY, "too short"},
};

static const Pair fractions[] = {
	{{.id = FERRY_TYPE_DECIMAL, .precision = 10, .scale = 2},
	 {.id = FERRY_TYPE_DECIMAL, .precision = 12, .scale = 2},
	 FITS,
	 "widens"},
	{{.id = FERRY_TYPE_DECIMAL, .precision = 10, .scale = 2},
	 {.id = FERRY_TYPE_DECIMAL, .precision = 10, .scale = 1},
	 LOSSY,
	 "rounds"},
	{{.id = FERRY_TYPE_DECIMAL, .precision = 10, .scale = 2},
	 {.id = FERRY_TYPE_DECIMAL, .precision = 10, .scale = 3},
	 LOSSY,
	 "overflow"},
	{{.id = FERRY_TYPE_DECIMAL, .precision = 10, .scale = 2}, {.id = FERRY_TYPE_DECIMAL}, FITS, "widens"},
	{{.id = FERRY_TYPE_DECIMAL},
	 {.id = FERRY_TYPE_DECIMAL, .precision = 10, .scale = 2},
	 LOSSY,
	 "overflow or round"},
	{{.id = FERRY_TYPE_DECIMAL, .precision = 9}, {.id = FERRY_TYPE_INT32}, FITS, "every value"},
	{{.id = FERRY_TYPE_DECIMAL, .precision = 20}, {.id = FERRY_TYPE_INT64}, LOSSY, "overflow"},
	{{.id = FERRY_TYPE_DECIMAL, .precision = 9, .scale = 2},
	 {.id = FERRY_TYPE_INT64},
	 LOSSY,
	 "after the point"},
	{{.id = FERRY_TYPE_DECIMAL, .precision = 12, .scale = 2}, {.id = FERRY_TYPE_FLOAT64}, FITS, "binary"},
	{{.id = FERRY_TYPE_DECIMAL, .precision = 30, .scale = 2},
	 {.id = FERRY_TYPE_FLOAT64},
	 LOSSY,
	 "binary"},
	{{.id = FERRY_TYPE_FLOAT32}, {.id = FERRY_TYPE_FLOAT64}, FITS, "widens"},
	{{.id = FERRY_TYPE_FLOAT64}, {.id = FERRY_TYPE_FLOAT32}, LOSSY, "7 digits"},
	{{.id = FERRY_TYPE_FLOAT64}, {.id = FERRY_TYPE_DECIMAL}, LOSSY, "NaN"},
};

static const Pair texts[] = {
	{{.id = FERRY_TYPE_TEXT, .length = 100}, {.id = FERRY_TYPE_TEXT, .length = 50}, LOSSY, "can cut"},
	{{.id = FERRY_TYPE_TEXT}, {.id = FERRY_TYPE_TEXT, .length = 50}, LOSSY, "can cut"},
	{{.id = FERRY_TYPE_TEXT, .length = 50}, {.id = FERRY_TYPE_TEXT, .length = 100}, FITS, "widens"},
	{{.id = FERRY_TYPE_TEXT, .length = 50}, {.id = FERRY_TYPE_TEXT}, FITS, "widens"},
	{{.id = FERRY_TYPE_TEXT, .length = 5},
	 {.id = FERRY_TYPE_TEXT, .length = 5, .is_fixed = true},
	 FITS,
	 "pads"},
	{{.id = FERRY_TYPE_TEXT}, {.id = FERRY_TYPE_INT32}, NO, "every text"},
	{{.id = FERRY_TYPE_TEXT}, {.id = FERRY_TYPE_BYTES}, FITS, "bytes"},
	{{.id = FERRY_TYPE_BYTES}, {.id = FERRY_TYPE_TEXT}, NO, "not all bytes"},
	{{.id = FERRY_TYPE_BITS, .length = 3},
	 {.id = FERRY_TYPE_BITS, .length = 5, .is_fixed = true},
	 LOSSY,
	 "one length"},
	{{.id = FERRY_TYPE_UUID}, {.id = FERRY_TYPE_TEXT, .length = 36}, FITS, "as text"},
	{{.id = FERRY_TYPE_UUID}, {.id = FERRY_TYPE_TEXT, .length = 35}, LOSSY, "too short"},
	{{.id = FERRY_TYPE_JSON}, {.id = FERRY_TYPE_JSON, .is_binary_json = true}, FITS, "not its spelling"},
	{{.id = FERRY_TYPE_UUID}, {.id = FERRY_TYPE_DATE}, NO, "no such values"},
};

static const Pair moments[] = {
	{{.id = FERRY_TYPE_TIMESTAMP, .precision = -1}, {.id = FERRY_TYPE_DATE}, LOSSY, "loses the time"},
	{{.id = FERRY_TYPE_TIMESTAMP, .precision = -1}, {.id = FERRY_TYPE_TIME}, LOSSY, "loses the date"},
	{{.id = FERRY_TYPE_TIMESTAMP, .precision = -1},
	 {.id = FERRY_TYPE_TIMESTAMP, .precision = 6},
	 EQUAL,
	 NULL},
	{{.id = FERRY_TYPE_TIMESTAMP, .precision = 6},
	 {.id = FERRY_TYPE_TIMESTAMP, .precision = 0},
	 LOSSY,
	 "fractions"},
	{{.id = FERRY_TYPE_TIMESTAMP, .precision = 0},
	 {.id = FERRY_TYPE_TIMESTAMP, .precision = 3},
	 FITS,
	 "more digits"},
	{{.id = FERRY_TYPE_TIMESTAMPTZ}, {.id = FERRY_TYPE_TIMESTAMP}, LOSSY, "time zone"},
	{{.id = FERRY_TYPE_TIMESTAMP}, {.id = FERRY_TYPE_TIMESTAMPTZ}, FITS, "session's"},
	{{.id = FERRY_TYPE_DATE}, {.id = FERRY_TYPE_TIMESTAMP}, FITS, "midnight"},
	{{.id = FERRY_TYPE_DATE}, {.id = FERRY_TYPE_INT32}, NO, "no such values"},
	{{.id = FERRY_TYPE_INTERVAL, .precision = -1},
	 {.id = FERRY_TYPE_TIME, .precision = -1},
	 LOSSY,
	 "longer than a day"},
};

static void check_pairs(const Pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		g_autofree char *reason = NULL, *from = ferry_type_to_string(&pairs[i].from),
				*to = ferry_type_to_string(&pairs[i].to);
		FerryTypesVerdict verdict =
			ferry_compare_types(&pairs[i].from, &pairs[i].to, false, NULL, &reason);

		g_test_message("%s -> %s: %d %s", from, to, (int)verdict, reason ? reason : "");
		g_assert_cmpint((int)verdict, ==, pairs[i].verdict);
		if (pairs[i].reason)
			g_assert_nonnull(strstr(reason, pairs[i].reason));
		else
			g_assert_null(reason);
	}
}

static void test_types(void)
{
	check_pairs(integers, G_N_ELEMENTS(integers));
	check_pairs(fractions, G_N_ELEMENTS(fractions));
	check_pairs(texts, G_N_ELEMENTS(texts));
	check_pairs(moments, G_N_ELEMENTS(moments));
}

/* Every pair has an answer, and a reason where it is not equal. */
static void test_all_pairs(void)
{
	for (int from = 0; from < FERRY_N_TYPES; from++)
		for (int to = 0; to < FERRY_N_TYPES; to++) {
			FerryType a = FERRY_TYPE((FerryTypeId)from), b = FERRY_TYPE((FerryTypeId)to);
			g_autofree char *reason = NULL;
			FerryTypesVerdict verdict = ferry_compare_types(&a, &b, from % 2, NULL, &reason);

			g_assert_true((verdict == FERRY_TYPES_EQUAL) == (from == to));
			g_assert_true((reason == NULL) == (from == to));
		}
}

static void test_lax(void)
{
	FerryType from = FERRY_TYPE_SIZED(FERRY_TYPE_TEXT, 100), to = FERRY_TYPE_SIZED(FERRY_TYPE_TEXT, 50);
	g_autofree char *reason = NULL;

	g_assert_cmpint(ferry_compare_types(&from, &to, true, NULL, &reason), ==, FERRY_TYPES_EQUIVALENT);
	g_assert_nonnull(strstr(reason, "does not enforce"));
}

static void test_native_names(void)
{
	static const struct {
		const char *a, *b;
		bool is_equal;
	} cases[] = {
		{"varchar(10)", "character varying(10)", true},
		{"VARCHAR (10)", "varchar(10)", true},
		{"varchar(10)", "varchar(11)", false},
		{"timestamp(3)", "timestamp(3) without time zone", true},
		{"timestamptz", "timestamp with time zone", true},
		{"numeric(10, 2)", "decimal(10,2)", true},
		{"enum('a','B')", "enum('a','b')", false},
		{"int", "bigint", false},
		{NULL, "", true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_true(ferry_compare_native_equal(cases[i].a, cases[i].b) == cases[i].is_equal);
}

/* ---- catalogs ---- */

/* The target as the plan wants it. */
static FerryCatalog *as_wanted(const FerryPlan *p)
{
	FerryCatalog *catalog = ferry_catalog_new("postgres");

	for (guint i = 0; i < p->target->tables->len; i++)
		g_ptr_array_add(catalog->tables, ferry_table_copy(p->target->tables->pdata[i]));
	return catalog;
}

static FerryTable *table_of(FerryCatalog *catalog, const char *name)
{
	return ferry_catalog_find_table(catalog, "public", name);
}

static bool has_issue(const FerryCompareResult *result, FerryIssueSeverity severity,
		      FerryIssueVerdict verdict, const char *kind, const char *part)
{
	for (guint i = 0; i < result->issues->len; i++) {
		const FerryIssue *issue = result->issues->pdata[i];

		g_test_message("%s %s %s %s: %s", ferry_issue_severity_name(issue->severity), issue->kind,
			       issue->table, issue->column, issue->reason);
		if (issue->severity == severity && issue->verdict == verdict &&
		    strcmp(issue->kind, kind) == 0 &&
		    (strstr(issue->reason, part) || g_strcmp0(issue->column, part) == 0 ||
		     g_strcmp0(issue->object, part) == 0))
			return true;
	}
	return false;
}

static FerryPlan *full_plan(void)
{
	FerryCatalog *catalog = shop();
	FerryTable *album = catalog->tables->pdata[0];

	add_index(album, "album_title", "title");
	add_index(album, "album_unique", "title")->is_unique = true;
	add_key(album, "album_artist", "artist_id", "artist")->on_delete = FERRY_FK_CASCADE;
	g_ptr_array_add(album->checks, ferry_check_new("positive", "`id` > 0"));
	g_ptr_array_add(catalog->others, ferry_other_new("view", "shop", "v"));
	g_ptr_array_add(catalog->sequences, ferry_sequence_new("shop", "numbers"));
	return plan(&mysql, &postgres, catalog);
}

/* What is changed in the target, and what must be said of it. */
static void change(FerryCatalog *c, int i)
{
	FerryTable *album = table_of(c, "album");
	FerryColumnDef *title = album->columns->pdata[1];

	switch (i) {
	case 0: g_ptr_array_remove(c->tables, table_of(c, "artist")); break;
	case 1: g_ptr_array_remove(album->columns, title); break;
	case 2: add_column(album, "more", FERRY_TYPE_INT32)->not_null = true; break;
	case 3: add_column(album, "more", FERRY_TYPE_INT32); break;
	case 4:
		title->type = FERRY_TYPE_SIZED(FERRY_TYPE_TEXT, 5);
		g_free(title->native_type);
		title->native_type = g_strdup("varchar(5)");
		break;
	case 5: title->not_null = true; break;
	case 6:
		title->default_kind = FERRY_DEFAULT_LITERAL;
		title->default_text = g_strdup("x");
		break;
	case 7: g_clear_pointer(&album->primary_key, ferry_index_free); break;
	case 8: g_ptr_array_remove_index(album->indexes, 0); break;
	case 9: g_ptr_array_remove_index(album->indexes, 1); break;
	case 10: g_ptr_array_set_size(album->foreign_keys, 0); break;
	case 11: ((FerryForeignKey *)album->foreign_keys->pdata[0])->on_delete = FERRY_FK_SET_NULL; break;
	case 12: g_ptr_array_set_size(album->checks, 0); break;
	case 13: g_ptr_array_add(album->checks, ferry_check_new("other", "title <> ''")); break;
	case 14: g_ptr_array_insert(album->columns, 0, g_ptr_array_steal_index(album->columns, 2)); break;
	case 15: title->generated = FERRY_GENERATED_STORED; break;
	case 16: g_ptr_array_add(c->others, ferry_other_new("view", "public", "w")); break;
	default: add_column(add_table(c, "public", "records"), "id", FERRY_TYPE_INT32); break;
	}
}

static void test_changes(void)
{
	static const struct {
		FerryIssueSeverity severity;
		FerryIssueVerdict verdict;
		const char *kind, *part;
	} cases[] = {
		{FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "table", "no such table"},
		{FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "column", "title"},
		{FERRY_ISSUE_ERROR, FERRY_ISSUE_EXTRA, "column", "demands a value"},
		{FERRY_ISSUE_INFO, FERRY_ISSUE_EXTRA, "column", "more"},
		{FERRY_ISSUE_ERROR, FERRY_ISSUE_LOSSY, "type", "can cut"},
		{FERRY_ISSUE_ERROR, FERRY_ISSUE_DIFFERENT, "nullability", "title"},
		{FERRY_ISSUE_WARNING, FERRY_ISSUE_DIFFERENT, "default", "'x'"},
		{FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "primary key", "no primary key"},
		{FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, "index", "slow"},
		{FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "unique key", "equal values"},
		{FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, "foreign key", "artist"},
		{FERRY_ISSUE_WARNING, FERRY_ISSUE_DIFFERENT, "foreign key", "changed or deleted"},
		{FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, "check", "\"id\" > 0"},
		{FERRY_ISSUE_WARNING, FERRY_ISSUE_EXTRA, "check", "title <> ''"},
		{FERRY_ISSUE_INFO, FERRY_ISSUE_DIFFERENT, "order", "order"},
		{FERRY_ISSUE_ERROR, FERRY_ISSUE_DIFFERENT, "generated", "cannot be written"},
		{FERRY_ISSUE_INFO, FERRY_ISSUE_EXTRA, "view", "public.w"},
		{FERRY_ISSUE_INFO, FERRY_ISSUE_EXTRA, "table", "no such table"},
	};

	for (int i = 0; i < (int)G_N_ELEMENTS(cases); i++) {
		g_autoptr(FerryPlan) p = full_plan();
		g_autoptr(FerryCatalog) actual = as_wanted(p);
		g_autoptr(FerryCompareResult) result = NULL;

		g_ptr_array_add(actual->sequences, ferry_sequence_new("public", "numbers"));
		change(actual, i);
		result = ferry_compare_catalogs(p, actual, FERRY_COMPARE_FULL);
		g_test_message("case %d", i);
		g_assert_true(
			has_issue(result, cases[i].severity, cases[i].verdict, cases[i].kind, cases[i].part));
		g_assert_true(result->is_compatible == (cases[i].severity != FERRY_ISSUE_ERROR));
		for (guint k = 1; k < result->issues->len; k++) /* the worst first */
			g_assert_cmpint(((FerryIssue *)result->issues->pdata[0])->severity, >=,
					((FerryIssue *)result->issues->pdata[k])->severity);
	}
}

static void test_same(void)
{
	g_autoptr(FerryPlan) p = full_plan();
	g_autoptr(FerryCatalog) actual = as_wanted(p);
	g_autoptr(FerryCompareResult) result = NULL;
	g_autofree char *text = NULL, *json = NULL;

	g_ptr_array_add(actual->others, ferry_other_new("view", "public", "v"));
	result = ferry_compare_catalogs(p, actual, FERRY_COMPARE_FULL);
	g_assert_true(
		has_issue(result, FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "sequence", "public.numbers"));
	g_assert_cmpuint(result->issues->len, ==, 1);
	text = ferry_compare_to_text(result);
	json = ferry_compare_to_json(result, p, actual);
	g_assert_nonnull(strstr(text, "Not compatible: 2 tables compared, 1 error, 0 warnings"));
	g_assert_nonnull(strstr(json, "\"is_compatible\": false"));
}

/* Names only: nothing that is named alike is looked into. */
static void test_names_only(void)
{
	g_autoptr(FerryPlan) p = full_plan();
	g_autoptr(FerryCatalog) actual = as_wanted(p);
	g_autoptr(FerryCompareResult) result = NULL;

	g_ptr_array_add(actual->sequences, ferry_sequence_new("public", "numbers"));
	change(actual, 4);
	change(actual, 2);
	change(actual, 7);
	result = ferry_compare_catalogs(p, actual, FERRY_COMPARE_NAMES);
	g_assert_true(result->is_compatible);
	g_assert_true(has_issue(result, FERRY_ISSUE_INFO, FERRY_ISSUE_EXTRA, "column", "more"));
	g_assert_true(has_issue(result, FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, "view", "shop.v"));
}

/* Two systems write one expression in two ways. */
static void test_expressions(void)
{
	static const struct {
		const char *in_target;
		FerryIssueSeverity severity; /* N: nothing is said */
	} cases[] = {
		{"(id > 0)", FERRY_N_ISSUE_SEVERITIES},
		{"((\"id\")::bigint > 0)", FERRY_N_ISSUE_SEVERITIES},
		{"NOT id <= 0", FERRY_ISSUE_INFO},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(FerryPlan) p = full_plan();
		g_autoptr(FerryCatalog) actual = as_wanted(p);
		g_autoptr(FerryCompareResult) result = NULL;
		FerryCheck *check = table_of(actual, "album")->checks->pdata[0];

		g_free(check->expression);
		check->expression = g_strdup(cases[i].in_target);
		result = ferry_compare_catalogs(p, actual, FERRY_COMPARE_FULL);
		g_assert_true(has_issue(result, FERRY_ISSUE_INFO, FERRY_ISSUE_DIFFERENT, "check", "reads") ==
			      (cases[i].severity == FERRY_ISSUE_INFO));
		g_assert_false(has_issue(result, FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, "check", ""));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/compare/types", test_types);
	g_test_add_func("/compare/all-pairs", test_all_pairs);
	g_test_add_func("/compare/lax", test_lax);
	g_test_add_func("/compare/native-names", test_native_names);
	g_test_add_func("/compare/changes", test_changes);
	g_test_add_func("/compare/same", test_same);
	g_test_add_func("/compare/names-only", test_names_only);
	g_test_add_func("/compare/expressions", test_expressions);
	return g_test_run();
}
