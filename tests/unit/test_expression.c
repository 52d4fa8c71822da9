/* mapping/expression.c: what is converted, how, and what is refused. */
#include "mapping/expression.h"

#include <string.h>

/* ---- a table to speak of ---- */

static const FerryType BOOL_ = {.id = FERRY_TYPE_BOOL}, SMALL = {.id = FERRY_TYPE_INT16},
		       INT = {.id = FERRY_TYPE_INT32}, BIG = {.id = FERRY_TYPE_INT64},
		       REAL = {.id = FERRY_TYPE_FLOAT64},
		       DECIMAL = {.id = FERRY_TYPE_DECIMAL, .precision = 12, .scale = 2},
		       TEXT = {.id = FERRY_TYPE_TEXT}, DATE = {.id = FERRY_TYPE_DATE},
		       MOMENT = {.id = FERRY_TYPE_TIMESTAMP}, ZONED = {.id = FERRY_TYPE_TIMESTAMPTZ},
		       JSON = {.id = FERRY_TYPE_JSON}, BYTES = {.id = FERRY_TYPE_BYTES};

static const FerryType CHAR = {.id = FERRY_TYPE_TEXT, .length = 5, .is_fixed = true};

static const struct {
	const char *name, *target;
	const FerryType *type;
	bool is_enum, is_generated;
	const char *collation;
} columns[] = {
	{"a", "a", &INT},
	{"b", "b", &INT},
	{"small", "small", &SMALL},
	{"big", "big", &BIG},
	{"price", "price", &DECIMAL},
	{"ratio", "ratio", &REAL},
	{"name", "name", &TEXT},
	{"padded", "padded", &CHAR},
	{"code", "code", &TEXT, .collation = "utf8mb4_bin"},
	{"nick", "nick", &TEXT, .collation = "NOCASE"},
	{"active", "active", &BOOL_},
	{"born", "born", &DATE},
	{"at", "at", &MOMENT},
	{"zoned", "zoned", &ZONED},
	{"doc", "doc", &JSON},
	{"blob", "blob", &BYTES},
	{"mood", "mood", &TEXT, .is_enum = true},
	{"total", "total", &BIG, .is_generated = true},
	{"Order", "order_", &INT},
	{"we\"ird", "we\"ird", &INT},
	{"select", "select", &INT},
};

static bool find(const char *name, FerryExpressionColumn *ret_column, gpointer data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (g_ascii_strcasecmp(columns[i].name, name) != 0)
			continue;
		*ret_column = (FerryExpressionColumn){
			.name = columns[i].target,
			.source = columns[i].type,
			.target = columns[i].type,
			.is_enum = columns[i].is_enum,
			.is_generated = columns[i].is_generated,
			.collation = columns[i].collation,
		};
		return true;
	}
	return false;
}

#define M "mysql"
#define P "postgres"
#define S "sqlite"
#define O "oracle"

typedef struct Case {
	const char *from, *to, *expression;
	const char *expected; /* NULL: refused */
	const char *word; /* of the reason, when refused; of the remark, when converted ("" or NULL: none) */
} Case;

static void run(const Case *cases, size_t n, FerryExpressionUse use, const FerryType *result)
{
	for (size_t i = 0; i < n; i++) {
		const Case *c = &cases[i];
		FerryExpressionContext context = {
			.from = c->from, .to = c->to, .use = use, .result = result, .column = find};
		g_autofree char *reason = NULL, *remark = NULL;
		g_autofree char *text = ferry_expression_translate(c->expression, &context, &remark, &reason);

		g_test_message("%s -> %s: %s => %s (%s)", c->from, c->to, c->expression, text ? text : "-",
			       reason   ? reason
			       : remark ? remark
					: "");
		g_assert_cmpstr(text, ==, c->expected);
		if (!text)
			g_assert_nonnull(reason);
		if (c->word) {
			const char *said = text ? remark : reason;

			g_assert_nonnull(said);
			g_assert_nonnull(strstr(said, c->word));
		} else if (text) {
			g_assert_null(remark);
		}
	}
}

/* ---- checks ---- */

static const Case checks[] = {
	/* names */
	{M, P, "`a` > 0", "\"a\" > 0"},
	{M, P, "(`t`.`a` > 0)", "\"a\" > 0"},
	{S, P, "[a] > 0 AND \"b\" > 0 and `big`>0", "\"a\" > 0 AND \"b\" > 0 AND \"big\" > 0"},
	{M, P, "`Order` >= 1", "\"order_\" >= 1"},
	{M, P, "`select` = 1", "\"select\" = 1"},
	{P, S, "\"we\"\"ird\" > 1", "\"we\"\"ird\" > 1"},
	{M, P, "`nope` > 0", NULL, "nope"},
	/* literals */
	{M, P, "`code` = 'it''s'", "\"code\" = 'it''s'"},
	{M, P, "`code` = 'it\\'s'", "\"code\" = 'it''s'"},
	{M, P, "(`code` <> _utf8mb4'x')", "\"code\" <> 'x'"},
	{M, P, "(`code` <> _utf8mb4\\'it\\\\\\'s\\')", "\"code\" <> 'it''s'"},
	{M, P, "`code` <> 'back\\\\slash'", "\"code\" <> 'back\\slash'"},
	{M, P, "`code` <> \"quoted\"", "\"code\" <> 'quoted'"},
	{S, P, "name <> \"nothing\"", "\"name\" <> 'nothing'"},
	{P, S, "name <> E'a\\'b\\\\c'", "\"name\" <> 'a''b\\c'"},
	{M, P, "`blob` = x'00'", NULL, "x'00'"},
	{M, P, "`code` = 'open", NULL, "not closed"},
	{M, P, "`a` > 0x10", NULL, "0x"},
	{M, P, "`code` = 'nul\\0'", NULL, "escape"},
	{S, P, "a > 0 -- comment", NULL, "comment"},
	/* operators and brackets */
	{M, P, "((`a` > 0) and ((`b` < 5) or (`b` is null)))", "\"a\" > 0 AND (\"b\" < 5 OR \"b\" IS NULL)"},
	{M, P, "`a` > 0 && `b` > 0", "\"a\" > 0 AND \"b\" > 0"},
	{M, P, "`a` > 0 || `b` > 0", NULL, "||"},
	{M, P, "`a` > 0 xor `b` > 0", NULL, "xor"},
	{M, P, "!(`a` > 0)", "NOT (\"a\" > 0)"},
	{M, P, "not `a` > 0", "NOT (\"a\" > 0)"},
	{M, P, "`a` <=> `b`", "\"a\" IS NOT DISTINCT FROM \"b\""},
	{M, S, "`a` <=> NULL", "\"a\" IS NULL"},
	{S, P, "a IS b", "\"a\" IS NOT DISTINCT FROM \"b\""},
	{S, P, "a IS NOT 3", "\"a\" IS DISTINCT FROM 3"},
	{S, P, "a NOTNULL and b isnull", "\"a\" IS NOT NULL AND \"b\" IS NULL"},
	{S, P, "a == 1 AND b != 2", "\"a\" = 1 AND \"b\" <> 2"},
	{M, P, "`a` between 1 and 10 and `b` not between 2 and 3",
	 "\"a\" BETWEEN 1 AND 10 AND \"b\" NOT BETWEEN 2 AND 3"},
	{M, P, "`a` in (1,2,-3)", "\"a\" IN (1, 2, -3)"},
	{M, P, "`a` not in (1)", "\"a\" NOT IN (1)"},
	{S, P, "a IN (SELECT 1)", NULL, "1"},
	{S, P, "(a, b) = (1, 2)", NULL, ","},
	{M, P, "`code` regexp '^a'", NULL, "regexp"},
	{S, P, "name GLOB 'a*'", NULL, "GLOB"},
	{P, S, "name ~ '^a'", NULL, "~"},
	{M, P, "`a` & 1", NULL, "&"},
	{M, P, "", NULL, "end"},
	{M, P, "`a` >", NULL, "end"},
	{M, P, "`a` > 0)", NULL, ")"},
	/* arithmetic */
	{M, P, "`a` + `b` > 0", "CAST(\"a\" AS bigint) + \"b\" > 0"},
	{M, P, "`big` - (`a` - `b`) > 0", "\"big\" - (CAST(\"a\" AS bigint) - \"b\") > 0"},
	{M, P, "`price` * `a` > 0", "\"price\" * \"a\" > 0"},
	{M, P, "`a` / 2 > 0", NULL, "/"},
	{M, P, "`a` % 2 = 0", "CAST(\"a\" AS bigint) % 2 = 0"},
	{M, P, "`a` MOD `b` = 0", "CAST(\"a\" AS bigint) % NULLIF(\"b\", 0) = 0"},
	{M, P, "`a` DIV 2 = 0", "CAST(\"a\" AS bigint) / 2 = 0"},
	{P, S, "a / b > 0", "\"a\" / \"b\" > 0"},
	{S, P, "ratio / a > 0", "\"ratio\" / NULLIF(\"a\", 0) > 0"},
	{P, S, "price * 2 > 10", "\"price\" * 2 > 10", "floats"},
	{M, P, "-`a` < - -5", "-\"a\" < -(-5)"},
	{M, P, "`name` + 1 > 0", NULL, "a text"},
	/* booleans */
	{M, P, "`active` = 1", "\"active\" = TRUE"},
	{M, P, "`active` in (0,1)", "\"active\" IN (FALSE, TRUE)"},
	{M, P, "`a` = true", "\"a\" = 1"},
	{M, P, "`active` = 2", NULL, "boolean"},
	{M, P, "`active`", "\"active\""},
	{M, P, "`a`", "\"a\" <> 0"},
	{S, P, "a AND NOT b", "\"a\" <> 0 AND NOT (\"b\" <> 0)"},
	{P, S, "active = true", "\"active\" = 1"},
	{P, S, "active OR NOT active", "\"active\" OR NOT \"active\""},
	{M, P, "`name`", NULL, "condition"},
	/* text */
	{M, P, "`name` <> ''", "\"name\" <> ''"},
	{M, P, "`name` = 'x'", "\"name\" = 'x'", "regard to case"},
	{M, P, "`code` = 'x'", "\"code\" = 'x'"},
	{M, P, "`mood` in ('a','b')", "\"mood\" IN ('a', 'b')"},
	{S, P, "name < 'm'", "\"name\" COLLATE \"C\" < 'm'"},
	{P, S, "name < 'm'", "\"name\" < 'm'", "collation"},
	{S, P, "name = 'a' COLLATE NOCASE", NULL, "NOCASE"},
	{M, P, "`name` = 5", NULL, "compared"},
	{M, P, "`a` = '5'", "\"a\" = 5"},
	{M, P, "`a` = 'five'", NULL, "five"},
	/* LIKE */
	{M, P, "`name` like '%@%'", "\"name\" LIKE '%@%'"},
	{M, P, "`name` like 'a%'", "\"name\" ILIKE 'a%'", "LIKE"},
	{M, P, "`code` like 'a%'", "\"code\" LIKE 'a%'"},
	{M, P, "`code` not like '50\\%'", "\"code\" NOT LIKE '50\\%'"},
	{S, P, "name LIKE 'a%'", "\"name\" ILIKE 'a%'", "LIKE"},
	{S, P, "name LIKE '\\_'", "\"name\" LIKE '\\_' ESCAPE ''"},
	{P, S, "name LIKE 'a%'", NULL, "case"},
	{P, S, "name ~~ '%@%'::text", "\"name\" LIKE '%@%'"},
	{P, S, "name ~~* 'A%'::text", "\"name\" LIKE 'A%'", "LIKE"},
	{P, S, "name LIKE code", NULL, "literal"},
	{M, P, "`padded` like '%x'", "CAST(\"padded\" AS text) ILIKE '%x'", "LIKE"},
	{M, P, "`padded` <> ''", "\"padded\" <> ''"},
	/* dates */
	{M, P, "`born` > '2000-01-01'", "\"born\" > '2000-01-01'"},
	{M, P, "`born` > '2000-02-31'", NULL, "2000-02-31"},
	{M, S, "`at` > '2000-01-01'", NULL, "2000-01-01"},
	{M, P, "`zoned` > '2000-01-01'", NULL, "time zone"},
	{M, P, "year(`born`) > 1900", "CAST(EXTRACT(year FROM \"born\") AS integer) > 1900"},
	{M, S, "extract(month from `at`) = 1", "CAST(strftime('%m', \"at\") AS integer) = 1"},
	{M, P, "hour(`born`) = 1", NULL, "hour"},
	{M, P, "year(`zoned`) = 1", NULL, "year"},
	{P, S, "born <= CURRENT_DATE", NULL, "changes"},
	/* functions */
	{M, P, "char_length(`name`) > 3", "char_length(\"name\") > 3"},
	{M, P, "length(`name`) > 3", "octet_length(\"name\") > 3", "bytes"},
	{S, P, "length(name) > 3", "char_length(\"name\") > 3"},
	{P, S, "octet_length(name) > 3", "length(CAST(\"name\" AS blob)) > 3"},
	{M, P, "ifnull(`a`,0) > 0", "coalesce(\"a\", 0) > 0"},
	{M, P, "coalesce(`active`,0) = 1", "coalesce(\"active\", FALSE) = TRUE"},
	{M, S, "coalesce(`a`) > 0", "(\"a\") > 0"}, /* SQLite's takes two at least */
	{M, P, "case `a` else 1 end > 0", NULL, "WHEN"},
	{M, P, "isnull(`a`) or `b` > 0", "\"a\" IS NULL OR \"b\" > 0"},
	{M, P, "if(`a` > 0,`b`,1) > 0", "CASE WHEN \"a\" > 0 THEN \"b\" ELSE 1 END > 0"},
	{S, P, "iif(a, 1, 0) = 1", "CASE WHEN \"a\" <> 0 THEN 1 ELSE 0 END = 1"},
	{M, P, "case `a` when 1 then `b` else 0 end > 0", "CASE WHEN \"a\" = 1 THEN \"b\" ELSE 0 END > 0"},
	{M, P, "json_valid(`doc`)", "TRUE"},
	{M, S, "json_valid(`name`)", "json_valid(\"name\")"},
	{M, P, "json_valid(`name`)", NULL, "json_valid"},
	{M, P, "rand() > 0.5", NULL, "rand"},
	{S, P, "typeof(a) = 'integer'", NULL, "typeof"},
	{M, P, "substr(`name`,0,1) = '0'", NULL, "positive"},
	{P, S, "concat(name, code) <> ''", NULL, "concat"},
	{M, P, "abs(`a`,1) > 0", NULL, "arguments"},
	/* as PostgreSQL keeps them */
	{P, S, "((code)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
	 "\"code\" IN ('a', 'b')"},
	{P, S, "(a <> ALL (ARRAY[1, 2]))", "\"a\" NOT IN (1, 2)"},
	{P, S, "(price > (0)::numeric)", "\"price\" > 0"},
	{P, S, "(mood = 'sad'::public.mood)", "\"mood\" = 'sad'"},
	{P, S, "a IS DISTINCT FROM 5", "\"a\" IS NOT 5"},
	{P, S, "(active IS TRUE)", "\"active\" IS TRUE"},
	{P, S, "(TRIM(BOTH FROM name) <> ''::text)", "trim(\"name\") <> ''"},
	{P, S, "(\"left\"(code, 2) <> ''::text)", "substr(\"code\", 1, 2) <> ''"},
	{P, S, "(born > '2000-01-01'::date)", "\"born\" > '2000-01-01'"},
	{P, S, "(a)::text <> ''", "CAST(\"a\" AS text) <> ''"},
	{P, S, "(ratio)::integer > 0", NULL, "cast"},
	{P, S, "my_function(a) > 0", NULL, "my_function"},
	/* unknown systems */
	{M, "odbc", "1", NULL, "odbc"},
	{"db2", P, "1", NULL, "db2"},
};

static void test_checks(void)
{
	run(checks, G_N_ELEMENTS(checks), FERRY_USE_CHECK, NULL);
}

/* ---- generated columns: the value must be the same ---- */

static void test_generated(void)
{
	static const Case texts[] = {
		{M, P, "concat(`code`,' ',`name`)", "\"code\" || ' ' || \"name\""},
		{M, P, "concat(`code`,`a`)", "\"code\" || CAST(\"a\" AS text)"},
		{M, P, "concat(`code`,`price`)", NULL, "decimal"},
		{M, P, "concat_ws(',',`code`)", NULL, "concat_ws"},
		{M, P, "lower(`name`)", "lower(\"name\")", "ASCII"},
		{S, P, "code || name", "\"code\" || \"name\""},
		{S, P, "code || a || 'x'", "\"code\" || CAST(\"a\" AS text) || 'x'"},
		{P, S, "((code || ' '::text) || name)", "\"code\" || ' ' || \"name\""},
		{M, P, "left(`code`,3)", "substr(\"code\", 1, 3)"},
		{M, P, "case when `name` = 'x' then 'a' else 'b' end", NULL, "case"},
		{M, P, "case when `code` = 'x' then 'a' else 'b' end",
		 "CASE WHEN \"code\" = 'x' THEN 'a' ELSE 'b' END"},
		{S, P, "case when nick = 'x' then 'a' end", NULL, "case"},
		{M, P, "trim(`name`)", "trim(\"name\")"},
		{M, P, "replace(`name`,'a','b')", "replace(\"name\", 'a', 'b')"},
		{M, P, "`price`", NULL, "a decimal"},
	};
	static const Case integers[] = {
		{M, P, "`a` * `b`", "CAST(\"a\" AS bigint) * \"b\""},
		{P, S, "a * b", "\"a\" * \"b\""},
		{S, P, "a * 2 + 1", "CAST(\"a\" AS bigint) * 2 + 1"},
		{M, P, "`total` + 1", NULL, "generated"},
		{M, P, "`a` > 0", "CAST(\"a\" > 0 AS integer)"},
		{M, P, "year(`born`)", "CAST(EXTRACT(year FROM \"born\") AS integer)"},
		{M, P, "`price`", "\"price\""},
		{S, P, "ratio", NULL, "float"},
		{M, P, "char_length(`name`)", "char_length(\"name\")"},
	};
	static const Case decimals[] = {
		{M, P, "`price` * `a`", "\"price\" * \"a\""},
		{M, P, "round(`price`,1)", "round(\"price\", 1)"},
		{M, P, "`price` / 3", NULL, "digits"},
		{P, S, "price * 2", NULL, "floats"},
		{M, P, "`ratio`", NULL, "float"},
	};
	static const Case booleans[] = {
		{M, P, "`a` > 0", "\"a\" > 0"},
		{M, P, "`a`", "\"a\" <> 0"},
		{M, P, "1", "TRUE"},
		{M, P, "`name`", NULL, "text"},
	};

	run(texts, G_N_ELEMENTS(texts), FERRY_USE_GENERATED, &TEXT);
	run(integers, G_N_ELEMENTS(integers), FERRY_USE_GENERATED, &BIG);
	run(decimals, G_N_ELEMENTS(decimals), FERRY_USE_GENERATED, &DECIMAL);
	run(booleans, G_N_ELEMENTS(booleans), FERRY_USE_GENERATED, &BOOL_);
}

/* ---- defaults ---- */

static void test_defaults(void)
{
	static const Case moments[] = {
		{S, P, "datetime('now')", "CURRENT_TIMESTAMP"},
		{P, S, "now()", "CURRENT_TIMESTAMP"},
		{M, P, "(now() + interval 1 day)", NULL, "interval"},
		{S, P, "datetime('now', '+1 day')", NULL, "arguments"},
	};
	static const Case texts[] = {
		{M, P, "uuid()", "CAST(gen_random_uuid() AS text)"},
		{P, S, "'new'::text", "'new'"},
		{M, P, "now()", NULL, "text"},
	};
	static const Case jsons[] = {{M, P, "json_array()", "'[]'"}, {M, P, "(json_object())", "'{}'"}};

	run(moments, G_N_ELEMENTS(moments), FERRY_USE_DEFAULT, &ZONED);
	run(texts, G_N_ELEMENTS(texts), FERRY_USE_DEFAULT, &TEXT);
	run(jsons, G_N_ELEMENTS(jsons), FERRY_USE_DEFAULT, &JSON);
}

/* ---- the simple call, and hostile input ---- */

static char *upper(const char *column, gpointer data)
{
	return strcmp(column, "a") == 0 ? g_strdup("A") : NULL;
}

static void test_convert(void)
{
	g_autofree char *reason = NULL;
	g_autofree char *text = ferry_expression_convert("`a` > 0 and length('x') > 1", "mysql", "postgres",
							 upper, NULL, &reason);
	char *none = ferry_expression_convert("`b`", "mysql", "postgres", upper, NULL, &reason);

	g_assert_cmpstr(text, ==, "\"A\" > 0 AND octet_length('x') > 1");
	g_assert_null(none);
	g_assert_nonnull(strstr(reason, "b"));
}

static void test_deep(void)
{
	static const char *const openers[] = {"(", "not ", "!", "-", "case when ", "lower(", "a in ("};

	for (size_t i = 0; i < G_N_ELEMENTS(openers); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autofree char *reason = NULL;

		for (int n = 0; n < 100000; n++)
			g_string_append(text, openers[i]);
		g_assert_null(ferry_expression_convert(text->str, "mysql", "postgres", upper, NULL, &reason));
		g_assert_nonnull(reason);
	}
}

/* Cut anywhere and with any byte changed, an expression is converted or refused, but never read past its end.
 */
static void test_mangled(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
		for (size_t at = 0; at <= strlen(checks[i].expression); at++) {
			FerryExpressionContext context = {
				.from = checks[i].from, .to = checks[i].to, .column = find};
			g_autofree char *cut = g_strndup(checks[i].expression, at);
			g_autofree char *reason = NULL, *reason2 = NULL;

			g_free(ferry_expression_translate(cut, &context, NULL, &reason));
			if (at == 0)
				continue;
			cut[at - 1] = (char)(0x80 + at);
			g_free(ferry_expression_translate(cut, &context, NULL, &reason2));
		}
	}
}

/* ---- Oracle ---- */

static const Case oracle_checks[] = {
	{O, P, "salary2 > 0", NULL, "salary2"},
	{O, P, "PRICE > 0", "\"price\" > 0"},
	{O, P, "\"Order\" >= 1 AND A ^= 2", "\"order_\" >= 1 AND \"a\" <> 2"},
	{O, P, "at > born2", NULL, "born2"},
	{O, P, "NAME IN ('Y', N'N', q'[it's]')", "\"name\" IN ('Y', 'N', 'it''s')"},
	{O, P, "name > 'm'", "\"name\" COLLATE \"C\" > 'm'"},
	{O, P, "name LIKE 'a\\%'", "\"name\" LIKE 'a\\%' ESCAPE ''"},
	{O, P, "TRIM(name) IS NOT NULL", "nullif(trim(\"name\"), '') IS NOT NULL"},
	{O, P, "NVL(a, 0) + NVL(b, 0) = 1", "CAST(coalesce(\"a\", 0) AS numeric) + coalesce(\"b\", 0) = 1"},
	{O, P, "big * a * 2 - ABS(a) > 1", "CAST(\"big\" AS numeric) * \"a\" * 2 - abs(\"a\") > 1"},
	{O, P, "a * (b + 1) > 1", "\"a\" * (CAST(\"b\" AS numeric) + 1) > 1"},
	{O, P, "-(a * b) * 2 > price * a", "-(CAST(\"a\" AS numeric) * \"b\") * 2 > \"price\" * \"a\""},
	{O, S, "a * b > 1", "\"a\" * \"b\" > 1"},
	{O, P, "NVL2(a, b, 0) > 0", "CASE WHEN \"a\" IS NOT NULL THEN \"b\" ELSE 0 END > 0"},
	{O, P, "DECODE(name, 'x', 1, NULL, 2, 3) = 1",
	 "CASE WHEN \"name\" = 'x' THEN 1 WHEN \"name\" IS NULL THEN 2 ELSE 3 END = 1"},
	{O, P, "DECODE(a, b, 1) = 1", "CASE WHEN \"a\" IS NOT DISTINCT FROM \"b\" THEN 1 END = 1"},
	{O, P, "name || code = 'ab'", "nullif(coalesce(\"name\", '') || coalesce(\"code\", ''), '') = 'ab'"},
	{O, P, "name || '-' <> ''", "(coalesce(\"name\", '') || '-') <> NULL"},
	{O, P, "at >= DATE '2020-01-31'", "\"at\" >= '2020-01-31'"},
	{O, P, "at >= DATE'2020-01-31' + 1", "\"at\" >= '2020-01-31' + 1 * INTERVAL '1 day'"},
	{O, P, "at < TO_DATE('31-JAN-2020 23:59', 'DD-MON-YYYY HH24:MI')", "\"at\" < '2020-01-31 23:59:00'"},
	{O, P, "at < TO_DATE('31/02/2020', 'DD/MM/YYYY')", NULL, "to_date"},
	{O, P, "at = TRUNC(at)", "\"at\" = date_trunc('day', \"at\")"},
	{O, P, "price = TRUNC(price)", "\"price\" = trunc(\"price\")"},
	{O, P, "a / 2 > 1", NULL, "forty"},
	{O, P, "REGEXP_LIKE(name, '^[a-z]+$')", "\"name\" ~ '^[a-z]+$'", "regular"},
	{O, P, "INSTR(name, '@') > 1", "strpos(\"name\", '@') > 1"},
	{O, P, "LENGTH(name) = 3", "char_length(\"name\") = 3"},
	{O, P, "SUBSTR(name, 1, 2) = 'ab'", "nullif(substr(\"name\", 1, 2), '') = 'ab'"},
	{O, P, "REPLACE(name, '-', '') = 'ab'", "nullif(replace(\"name\", '-', ''), '') = 'ab'"},
	{O, P, "REPLACE(name, '-') = 'ab'", "nullif(replace(\"name\", '-', ''), '') = 'ab'"},
	{O, P, "REPLACE(name, NULL, 'x') = 'ab'", "nullif(replace(\"name\", '', 'x'), '') = 'ab'"},
	{O, P, "REPLACE(name, code, 'x') = 'ab'",
	 "nullif(replace(\"name\", coalesce(\"code\", ''), 'x'), '') = 'ab'"},
	{O, P, "REPLACE(name, 'x', code) = 'ab'",
	 "nullif(replace(\"name\", 'x', coalesce(\"code\", '')), '') = 'ab'"},
	{O, P, "REPLACE(a, 'x', code) = 'ab'", NULL, "an integer"},
	{O, P, "CAST(price AS DECIMAL) > 1", "round(CAST(\"price\" AS numeric)) > 1"},
	{O, S, "CAST(price AS DECIMAL) > 1", NULL, "cast"},
	{O, P, "CAST(1.5 AS NUMERIC) > price", "round(CAST(1.5 AS numeric)) > \"price\""},
	{O, P, "CAST(price AS NUMBER) > 1", "\"price\" > 1"},
	{O, P, "CAST(price AS NUMBER(5,1)) > 1", "CAST(\"price\" AS numeric(5,1)) > 1"},
	{O, P, "CAST(name AS CHAR(3)) = 'x'", NULL, "CHAR"},
	{O, P, "CAST('abc' AS CHAR) = name", NULL, "CHAR"},
	{O, P, "CAST('abc' AS VARCHAR(2)) = name", NULL, "cast"},
	{O, P, "CAST(blob AS RAW) = blob", NULL, "cast"},
	{O, P, "ISNULL(name)", NULL, "ISNULL"},
	{O, P, "LEFT(name, 1) = 'x'", NULL, "LEFT"},
	{O, P, "IFNULL(a, 1) = YEAR(at)", NULL, "IFNULL"},
	{O, P, "SUBSTRING(name, 1) = 'x'", NULL, "SUBSTRING"},
	{O, P, "EXTRACT(YEAR FROM at) = ABS(a)", "CAST(EXTRACT(year FROM \"at\") AS integer) = abs(\"a\")"},
	{O, P, "UPPER(name) = COALESCE(code, 'x')", "upper(\"name\") = coalesce(\"code\", 'x')", "ASCII"},
	{O, P, "a = b(+)", NULL, "b"},
	{O, P, "ROWNUM < 3", NULL, "ROWNUM"},
	{O, P, "at < SYSDATE", NULL, "sysdate"},
	{O, S, "PRICE > 0 AND name IS NOT NULL", "\"price\" > 0 AND \"name\" IS NOT NULL"},
};

static void test_oracle(void)
{
	static const Case moments[] = {
		{O, P, "SYSDATE", "CURRENT_TIMESTAMP"},
		{O, P, "SYSTIMESTAMP(3)", "CURRENT_TIMESTAMP"},
		{O, P, "SYSDATE + 7", "CURRENT_TIMESTAMP + 7 * INTERVAL '1 day'"},
		{O, P, "TRUNC(SYSDATE)", "date_trunc('day', CURRENT_TIMESTAMP)"},
		{O, P, "TO_DATE('1970', 'YYYY')", NULL, "no month"},
		{O, P, "TO_DATE('31', 'DD')", NULL, "no month"},
		{O, P, "TO_DATE('1970-07', 'YYYY-MM')", "'1970-07-01 00:00:00'"},
	};
	static const Case texts[] = {
		{O, P, "USER", "upper(CAST(session_user AS text))", "target's user"},
		{O, P, "SYS_CONTEXT('USERENV', 'SESSION_USER')", "upper(CAST(session_user AS text))",
		 "target's user"},
		{O, P, "TO_CHAR(SYSDATE, 'YYYYMMDD')", "to_char(CURRENT_TIMESTAMP, 'YYYYMMDD')"},
		{O, P, "EMPTY_CLOB()", "''"},
		{O, P, "LOWER(NOBODY)", NULL, "NOBODY"},
	};
	static const Case guids[] = {
		{O, P, "SYS_GUID()", "decode(replace(CAST(gen_random_uuid() AS text), '-', ''), 'hex')"},
		{O, P, "EMPTY_BLOB()", "'\\x'"}};

	run(oracle_checks, G_N_ELEMENTS(oracle_checks), FERRY_USE_CHECK, NULL);
	run(moments, G_N_ELEMENTS(moments), FERRY_USE_DEFAULT, &MOMENT);
	run(texts, G_N_ELEMENTS(texts), FERRY_USE_DEFAULT, &TEXT);
	run(guids, G_N_ELEMENTS(guids), FERRY_USE_DEFAULT, &BYTES);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/expression/checks", test_checks);
	g_test_add_func("/expression/generated", test_generated);
	g_test_add_func("/expression/defaults", test_defaults);
	g_test_add_func("/expression/convert", test_convert);
	g_test_add_func("/expression/oracle", test_oracle);
	g_test_add_func("/expression/deep", test_deep);
	g_test_add_func("/expression/mangled", test_mangled);
	return g_test_run();
}
