/* The project document: what is read, what is refused and how that is said, what is written. */
#include "project/project.h"
#include "project/text.h"

#include <string.h>

static FerryProject *parse(const char *text, GError **error)
{
	return ferry_project_parse(text, strlen(text), "shop.yaml", error);
}

/* ---- what is read ---- */

static const char all_members[] =
	"version: 1\n"
	"name: shop\n"
	"source: mysql://me:s3cr@db1/shop\n"
	"target: postgresql://me@db2/shop?password=s3cr&sslkey=/k.pem\n"
	"select: {include: ['order*', customer], exclude: '*_old'}\n"
	"schemas: {shop: public, '12': other}\n"
	"identifiers: snake\n"
	"casts:\n"
	"  - tinyint when precision = 1 to boolean\n"
	"  - column orders.total to numeric(12,2)\n"
	"tables:\n"
	"  - source: orders\n"
	"    target: sales.orders\n"
	"    where: |\n"
	"      created > '2020-01-01'\n"
	"      AND id > 5\n"
	"    columns:\n"
	"      - source: email\n"
	"        target: e_mail\n"
	"        type: text\n"
	"        transform: [trim, {ltrim: ' .'}, upper, {default: x}, {null-if: 'null'}, {type: text},\n"
	"          {substring: {from: -3, length: 2}}, {substring: {from: 1}}, {replace: {text: a, with: "
	"''}},\n"
	"          {hash: {key_env: FERRY_KEY}}, mask, {mask: {keep: 4, with: '#'}}, {constant: ''}]\n"
	"      - target: full\n"
	"        transform: {concat: [{column: first}, ' ', {literal: x}, {column: last}]}\n"
	"      - {target: sum, expression: a + b}\n"
	"      - {source: secret, exclude: yes}\n"
	"    only_listed: true\n"
	"    key: id\n"
	"    cursor: updated\n"
	"    hooks: {source_before: SET x = 1, target_after: [a, b]}\n"
	"    checks: [{name: positive, expression: total >= 0, action: reject}, {name: n, expression: "
	"'true'}]\n"
	"    max_rejects: 100, 0.5%\n"
	"  - {source: big, query: 'SELECT 1 AS one'}\n"
	"hooks: {source_after: c, target_before: d}\n"
	"options:\n"
	"  schema_only: false\n"
	"  data_only: true\n"
	"  if_exists: merge\n"
	"  lanes: 3\n"
	"  chunk_rows: 1000000000\n"
	"  read_limit: 10000rows/s, 5MB/s\n"
	"  keep_ledger: true\n"
	"  no_analyze: true\n"
	"  verify: sample\n"
	"  on_error: skip\n"
	"  max_rejects: 7\n"
	"  max_table_rejects: 1%\n"
	"  bad_values: {zero-date: null, nul-byte: replace, refused: fail}\n"
	"  reject_file: r.ndjson\n"
	"  incremental: true\n"
	"  cursor: changed\n"
	"  staging: true\n"
	"  retries: 0\n"
	"  snapshot_lost: fail\n"
	"  stall_seconds: 5\n";

static void check_options(const FerryProject *p)
{
	g_assert_true(p->data_only && !p->schema_only && p->keep_ledger && p->no_analyze);
	g_assert_cmpint(p->if_exists, ==, FERRY_IF_EXISTS_MERGE);
	g_assert_cmpuint(p->lanes, ==, 3);
	g_assert_cmpuint(p->chunk_rows, ==, 1000000000);
	g_assert_cmpint(p->read_limit_rows, ==, 10000);
	g_assert_cmpint(p->read_limit_bytes, ==, 5000000);
	g_assert_cmpint(p->verify, ==, FERRY_VERIFY_SAMPLE);
	g_assert_cmpint(p->on_error, ==, FERRY_ON_ERROR_SKIP);
	g_assert_cmpint(p->max_rejects.rows, ==, 7);
	g_assert_cmpfloat(p->max_rejects.percent, ==, -1);
	g_assert_cmpint(p->max_rejects_table.rows, ==, -1);
	g_assert_cmpfloat(p->max_rejects_table.percent, ==, 1);
	g_assert_cmpint(p->bad_values[FERRY_BAD_ZERO_DATE], ==, FERRY_BAD_VALUE_NULL);
	g_assert_cmpint(p->bad_values[FERRY_BAD_NUL_BYTE], ==, FERRY_BAD_VALUE_REPLACE);
	g_assert_cmpint(p->bad_values[FERRY_BAD_REFUSED], ==, FERRY_BAD_VALUE_FAIL);
	g_assert_cmpint(p->bad_values[FERRY_BAD_TOO_LONG], ==, FERRY_BAD_VALUE_REJECT);
	g_assert_cmpstr(p->reject_file, ==, "r.ndjson");
	g_assert_true(p->incremental && p->staging);
	g_assert_cmpstr(p->cursor, ==, "changed");
	g_assert_cmpuint(p->retries, ==, 0);
	g_assert_cmpint(p->snapshot_lost, ==, FERRY_SNAPSHOT_LOST_FAIL);
	g_assert_cmpuint(p->stall_seconds, ==, 5);
}

static void check_steps(const GPtrArray *steps)
{
	const FerryTransformStep *step = steps->pdata[0];

	g_assert_cmpuint(steps->len, ==, 13);
	g_assert_cmpint(step->kind, ==, FERRY_TRANSFORM_TRIM);
	g_assert_null(step->text);
	g_assert_cmpuint(step->place.line, ==, 21);
	step = steps->pdata[4];
	g_assert_cmpint(step->kind, ==, FERRY_TRANSFORM_NULL_IF);
	g_assert_cmpstr(step->text, ==, "null");
	step = steps->pdata[6];
	g_assert_cmpint(step->kind, ==, FERRY_TRANSFORM_SUBSTRING);
	g_assert_cmpint(step->from, ==, -3);
	g_assert_cmpint(step->length, ==, 2);
	step = steps->pdata[7];
	g_assert_cmpint(step->length, ==, -1);
	step = steps->pdata[10];
	g_assert_cmpint(step->kind, ==, FERRY_TRANSFORM_MASK);
	g_assert_cmpstr(step->text, ==, "*");
	g_assert_cmpint(step->length, ==, 0);
}

static void check_tables(const FerryProject *p)
{
	const FerryProjectTable *table = p->tables->pdata[0];
	const FerryProjectColumn *column = table->columns->pdata[0];
	const FerryProjectCheck *check = table->checks->pdata[0];

	g_assert_cmpuint(p->tables->len, ==, 2);
	g_assert_cmpstr(table->target, ==, "sales.orders");
	g_assert_cmpstr(table->where, ==, "created > '2020-01-01'\nAND id > 5\n");
	g_assert_cmpuint(table->place.line, ==, 12);
	g_assert_cmpuint(table->place.column, ==, 5);
	g_assert_true(table->only_listed);
	g_assert_cmpstr(table->key->pdata[0], ==, "id");
	g_assert_cmpstr(table->cursor, ==, "updated");
	g_assert_cmpstr(table->hooks.source_before->pdata[0], ==, "SET x = 1");
	g_assert_cmpuint(table->hooks.target_after->len, ==, 2);
	g_assert_cmpint(table->max_rejects.rows, ==, 100);
	g_assert_cmpfloat(table->max_rejects.percent, ==, 0.5);
	g_assert_cmpint(check->action, ==, FERRY_CHECK_REJECT);
	check_steps(column->steps);
	column = table->columns->pdata[1];
	const FerryTransformStep *concat = column->steps->pdata[0];
	const FerryConcatPart *part = concat->parts->pdata[0];
	g_assert_cmpuint(concat->parts->len, ==, 4);
	g_assert_cmpstr(part->column, ==, "first");
	column = table->columns->pdata[3];
	g_assert_true(column->exclude);
	table = p->tables->pdata[1];
	g_assert_cmpstr(table->query, ==, "SELECT 1 AS one");
}

static void test_all_members(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(FerryProject) p = parse(all_members, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(p->name, ==, "shop");
	g_assert_cmpstr(p->source, ==, "mysql://me:s3cr@db1/shop");
	g_assert_cmpstr(p->include[1], ==, "customer");
	g_assert_cmpstr(p->exclude[0], ==, "*_old");
	g_assert_cmpint(p->identifiers, ==, FERRY_IDENTIFIERS_SNAKE);
	const FerryRename *rename = p->schemas->pdata[1];
	g_assert_cmpstr(rename->from, ==, "12");
	g_assert_cmpstr(rename->to, ==, "other");
	const FerryCastRule *cast = p->casts->pdata[1];
	g_assert_cmpstr(cast->text, ==, "column orders.total to numeric(12,2)");
	g_assert_cmpuint(cast->place.line, ==, 10);
	check_tables(p);
	check_options(p);
}

static void test_json(void)
{
	static const char text[] = "\n {\"version\": 1,\t\"name\": \"\\ud83d\\ude00 \\u00e4\\/\\\\ud83d\","
				   "\n\"options\":{\"lanes\":2,\"bad_values\":{\"zero-date\":null}}}";
	g_autoptr(GError) error = NULL;
	g_autoptr(FerryProject) p = parse(text, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(p->name, ==, "😀 ä/\\ud83d");
	g_assert_cmpuint(p->lanes, ==, 2);
	g_assert_cmpint(p->bad_values[FERRY_BAD_ZERO_DATE], ==, FERRY_BAD_VALUE_NULL);
}

/* ---- what is refused ---- */

#define T "version: 1\ntables:\n  - source: t\n"
#define C T "    columns:\n      - source: c\n"

static const struct {
	const char *text, *start, *words, *why;
} bad[] = {
	{"", "shop.yaml:1:1: ", "empty", "nothing"},
	{"# nothing\n", "shop.yaml:2:1: ", "empty", "comments only"},
	{"a: [", "shop.yaml:2:1: ", "", "YAML that ends early"},
	{"a: b: c", "shop.yaml:1:5: ", "", "no YAML"},
	{"{\"version\": 1,, }", "shop.yaml:1:15: ", "", "no JSON"},
	{"version: 1\n\tname: x", "shop.yaml:2:1: ", "", "a tab"},
	{"- version: 1", "shop.yaml:1:1: ", "not a list", "a list"},
	{"version", "shop.yaml:1:1: ", "version: 1", "a word"},
	{"name: x", "shop.yaml:1:1: ", "needs a member \"version\"", "no version"},
	{"version: 2\nnovel: x", "shop.yaml:1:10: version: ", "version 2", "a later version comes first"},
	{"version: one", "shop.yaml:1:10: version: ", "number 1", "a word for the version"},
	{"version: '1'", "shop.yaml:1:10: version: ", "number 1", "a text for the version"},
	{"version: 1\nversion: 1", "shop.yaml:2:1: version: ", "twice", "twice"},
	{"version: 1\nnmae: x", "shop.yaml:2:1: ", "\"nmae\"; expected one of version, name", "misspelt"},
	{"version: 1\n? [a]\n: b", "shop.yaml:2:3: ", "name must be a text", "a list for a name"},
	{"version: 1\nname: [a]", "shop.yaml:2:7: name: ", "a text, not a list", "a list"},
	{"version: 1\nname: ~", "shop.yaml:2:7: name: ", "no value", "null"},
	{"version: 1\nname:", "shop.yaml:2:6: name: ", "no value", "nothing"},
	{"version: 1\nname: &a x", NULL, NULL, "an anchor does no harm"},
	{"version: 1\nname: *a", "shop.yaml:2:7: ", "aliases", "an alias"},
	{"version: 1\nname: !!str x", "shop.yaml:2:7: ", "tags", "a tag"},
	{"version: 1\n---\nversion: 1", "shop.yaml:3:1: ", "second document", "two documents"},
	{"version: 1\nsource: mysql://u:s3cr@s3cr@h/d", "shop.yaml:2:9: source: ", "%40", "a malformed URL"},
	{"version: 1\nsource: shop.db", "shop.yaml:2:9: source: ", "scheme", "no URL"},
	{"version: 1\nidentifiers: camel", "shop.yaml:2:14: identifiers: ", "keep, lower, snake", "a word"},
	{"version: 1\nidentifiers: mysql://u:s3cr@h/d", "shop.yaml:2:14: identifiers: ", "mysql://u:xxx",
	 "a secret"},
	{"version: 1\nschemas: {a: b, a: c}", "shop.yaml:2:17: schemas.a: ", "twice", "a schema twice"},
	{"version: 1\nschemas: {a: [b]}", "shop.yaml:2:14: schemas.a: ", "a schema's name", "a list"},
	{"version: 1\ncasts: {a: b}", "shop.yaml:2:8: casts: ", "rule", "members"},
	{"version: 1\nselect: {include: [a, '']}", "shop.yaml:2:23: select.include[1]: ", "a text", "empty"},
	{"version: 1\ntables: orders", "shop.yaml:2:9: tables: ", "a list, not orders", "no list"},
	{"version: 1\ntables:\n  - target: x", "shop.yaml:3:5: tables[0]: ", "needs a member \"source\"",
	 "missing"},
	{"version: 1\ntables:\n  - source: 'a*'\n    target: x", "shop.yaml:4:13: tables[0].target: ", "many",
	 "a wildcard with a target"},
	{T "    where: a\n    query: b", "shop.yaml:4:12: tables[0].where: ", "query", "both"},
	{T "    max_rejects: many", "shop.yaml:4:18: tables[0].max_rejects: ", "0.5%", "no limit"},
	{T "    max_rejects: 101%", "shop.yaml:4:18: tables[0].max_rejects: ", "", "more than all"},
	{T "    only_listed: true", "shop.yaml:4:18: tables[0].only_listed: ", "no columns", "none listed"},
	{T "    columns: [{type: x}]", "shop.yaml:4:15: tables[0].columns[0]: ", "source, a target",
	 "no name"},
	{T "    columns: [{target: x}]", "shop.yaml:4:15: tables[0].columns[0]: ", "new column", "no value"},
	{T "    columns: [{source: x, exclude: true, type: y}]",
	 "shop.yaml:4:36: tables[0].columns[0].exclude: ", "nothing else", "excluded and changed"},
	{T "    checks: [{name: x}]", "shop.yaml:4:14: tables[0].checks[0]: ", "\"expression\"", "missing"},
	{C "        transform: tirm", "shop.yaml:6:20: tables[0].columns[0].transform: ",
	 "unknown step \"tirm\"; expected one of type, default", "a step"},
	{C "        transform: [trim, {uper: x}]",
	 "shop.yaml:6:28: tables[0].columns[0].transform[1]: ", "uper", "a step"},
	{C "        transform: [{upper: x}]", "shop.yaml:6:29: tables[0].columns[0].transform[0].upper: ",
	 "takes nothing", "an argument too many"},
	{C "        transform: [default]",
	 "shop.yaml:6:21: tables[0].columns[0].transform[0]: ", "{default: …}", "an argument too few"},
	{C "        transform: [{default: null}]",
	 "shop.yaml:6:31: tables[0].columns[0].transform[0].default: ", "no value", "null"},
	{C "        transform: [{substring: {from: 0}}]",
	 "shop.yaml:6:40: tables[0].columns[0].transform[0].substring.from: ", "from 1", "zero"},
	{C "        transform: [{substring: {form: 1}}]",
	 "shop.yaml:6:34: tables[0].columns[0].transform[0].substring: ", "form", "a member of a step"},
	{C "        transform: [{mask: {with: ab}}]",
	 "shop.yaml:6:35: tables[0].columns[0].transform[0].mask.with: ", "one character", "two characters"},
	{C "        transform: [{concat: []}]",
	 "shop.yaml:6:30: tables[0].columns[0].transform[0].concat: ", "texts", "nothing to put together"},
	{C "        transform: [{concat: [{colunm: a}]}]",
	 "shop.yaml:6:32: tables[0].columns[0].transform[0].concat[0]: ", "colunm", "a part"},
	{"version: 1\noptions: {lanes: -1}", "shop.yaml:2:18: options.lanes: ", "from 0 to 256", "too small"},
	{"version: 1\noptions: {lanes: 99999999999999999999}",
	 "shop.yaml:2:18: options.lanes: ", "from 0 to 256", "too large"},
	{"version: 1\noptions: {lanes: 1.5}", "shop.yaml:2:18: options.lanes: ", "whole", "a fraction"},
	{"version: 1\noptions: {lanes: '2'}", "shop.yaml:2:18: options.lanes: ", "not \"2\"", "a text"},
	{"version: 1\noptions: {restart: true}", "shop.yaml:2:11: options.restart: ", "give --restart",
	 "what is done once"},
	{"version: 1\noptions: {staging: 1}", "shop.yaml:2:20: options.staging: ", "true or false",
	 "a number"},
	{"version: 1\noptions: {staging: 'true'}", "shop.yaml:2:20: options.staging: ", "true or false",
	 "a text"},
	{"version: 1\noptions: {read_limit: 5km}", "shop.yaml:2:23: options.read_limit: ", "5MB/s",
	 "no unit"},
	{"version: 1\noptions: {bad_values: {zero_date: null}}",
	 "shop.yaml:2:24: options.bad_values: ", "zero-date", "a kind"},
	{"version: 1\noptions: {bad_values: {refused: null}}",
	 "shop.yaml:2:33: options.bad_values.refused: ", "reject", "nothing to replace"},
};

static void test_bad(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(FerryProject) p = parse(bad[i].text, &error);

		g_test_message("%s: %s", bad[i].why, error ? error->message : "read");
		if (!bad[i].start) {
			g_assert_no_error(error);
			continue;
		}
		g_assert_null(p);
		g_assert_error(error, FERRY_ERROR, FERRY_ERROR_USAGE);
		g_assert_true(g_str_has_prefix(error->message, bad[i].start));
		g_assert_nonnull(strstr(error->message, bad[i].words));
		g_assert_null(strstr(error->message, "s3cr"));
	}
}

static void test_hint(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(parse("version: 1\ntabels: []", &error));
	g_assert_cmpstr(ferry_error_get_hint(error), ==, "did you mean tables?");
}

/* Bytes that no editor writes. */
static void test_bytes(void)
{
	static const struct {
		const char *text;
		size_t len;
		const char *message;
	} cases[] = {
		{"version: 1\nname: \"\303\244\377\"", 22, "shop.yaml:2:9: "},
		{"version: 1\nname: a\0b", 21, "shop.yaml:2:8: "},
		{"version: 1\nname: \"a\\0\"", 22, "shop.yaml:2:7: "},
		{"version: 1\nname: \"a\001\"", 21, "shop.yaml:2:9: "},
		{"\377\376v\0", 4, "shop.yaml:1:1: "},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(ferry_project_parse(cases[i].text, cases[i].len, "shop.yaml", &error));
		g_test_message("%s", error->message);
		g_assert_error(error, FERRY_ERROR, FERRY_ERROR_USAGE);
		g_assert_true(g_str_has_prefix(error->message, cases[i].message));
	}
}

static void test_large(void)
{
	static const char *const units[] = {"[",   "{a: ", "- ",      "a: b\n", "- x\n",
					    "[a,", "\"",   "&a [*a,", "? "};
	const size_t len = (size_t)10 << 20;

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GString) text = g_string_sized_new(len + 16);
		while (text->len < len)
			g_string_append(text, units[i]);
		g_assert_null(ferry_project_parse(text->str, text->len, "x", &error));
		g_assert_nonnull(strstr(error->message, "too large"));
		g_clear_error(&error);
		g_assert_null(ferry_project_parse(text->str, (size_t)1 << 20, "x", &error));
		g_test_message("%s…: %s", units[i], error->message);
		g_assert_error(error, FERRY_ERROR, FERRY_ERROR_USAGE);
	}
}

static void test_load(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(ferry_project_load("/no/such/file.yaml", &error));
	g_assert_error(error, FERRY_ERROR, FERRY_ERROR_USAGE);
	g_assert_nonnull(strstr(error->message, "/no/such/file.yaml"));
	g_clear_error(&error);
	g_assert_null(ferry_project_load("/", &error));
	g_assert_error(error, FERRY_ERROR, FERRY_ERROR_USAGE);
	g_clear_error(&error);
	g_assert_null(ferry_project_load("/dev/zero", &error));
	g_assert_nonnull(strstr(error->message, "too large"));
}

/* ---- what is written ---- */

static void test_round_trip(void)
{
	g_autoptr(FerryProject) p = parse(all_members, NULL);
	g_autofree char *yaml = ferry_project_to_text(p, FERRY_PROJECT_YAML);
	g_autofree char *json = ferry_project_to_text(p, FERRY_PROJECT_JSON);
	g_autoptr(GError) error = NULL;
	g_autoptr(FerryProject) from_yaml = parse(yaml, &error);
	g_assert_no_error(error);
	g_autoptr(FerryProject) from_json = parse(json, &error);
	g_assert_no_error(error);

	g_assert_null(strstr(yaml, "s3cr"));
	g_assert_null(strstr(json, "s3cr"));
	g_assert_nonnull(strstr(yaml, "sslkey=/k.pem"));
	g_assert_nonnull(strstr(yaml, "where: |\n"));
	check_options(from_yaml);
	check_options(from_json);
	g_autofree char *json_again = ferry_project_to_text(from_yaml, FERRY_PROJECT_JSON);
	g_autofree char *yaml_again = ferry_project_to_text(from_json, FERRY_PROJECT_YAML);
	g_assert_cmpstr(json_again, ==, json);
	g_assert_cmpstr(yaml_again, ==, yaml);
}

/* Texts that YAML would read as something else, or cannot hold as they are. */
static void test_odd_texts(void)
{
	static const char *const texts[] = {
		"null",
		"~",
		"yes",
		"12",
		"1.5",
		"-",
		"- a",
		"a: b",
		"a #b",
		"#",
		"'",
		"\"",
		"\\",
		"*a",
		"&a",
		"!a",
		"%",
		"@",
		"`",
		"|",
		">",
		"[",
		"{",
		"a\nb",
		"a\nb\n",
		"a\n\nb",
		"\na",
		" a",
		"a ",
		"a \nb",
		"  a\nb",
		"a\tb",
		"a\r\nb",
		"a\nb\n\n",
		"ä😀",
		"\xc2\x85",
		"\xe2\x80\xa8",
		"a\x7f"
		"b",
		"? a",
		"---",
		"...",
		"a\n---\nb",
		"2020-01-01",
		"0x1f",
		"1:30",
		"=",
		"<<",
		"\xef\xbb\xbf"
		"a",
		"a\001b",
		"",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		for (int format = FERRY_PROJECT_YAML; format <= FERRY_PROJECT_JSON; format++) {
			g_autoptr(FerryProject) p = ferry_project_new();
			g_autoptr(GError) error = NULL;
			FerryProjectTable *table = ferry_project_table_new("t");
			FerryProjectColumn *column = ferry_project_column_new("c");
			FerryTransformStep *step = ferry_transform_step_new(FERRY_TRANSFORM_DEFAULT);
			g_ptr_array_add(p->tables, table);
			g_ptr_array_add(table->columns, column);
			g_ptr_array_add(column->steps, step);
			step->text = g_strdup(texts[i]);
			table->where = g_strdup(texts[i]);
			g_autofree char *text = ferry_project_to_text(p, (FerryProjectFormat)format);
			g_test_message("%s", text);
			g_autoptr(FerryProject) again = parse(text, &error);
			g_assert_no_error(error);
			const FerryProjectTable *read = again->tables->pdata[0];
			const FerryProjectColumn *read_column = read->columns->pdata[0];
			const FerryTransformStep *read_step = read_column->steps->pdata[0];
			g_assert_cmpstr(read->where, ==, texts[i]);
			g_assert_cmpstr(read_step->text, ==, texts[i]);
		}
}

static void test_defaults_are_left_out(void)
{
	g_autoptr(FerryProject) p = ferry_project_new();
	g_autofree char *text = ferry_project_to_text(p, FERRY_PROJECT_YAML);

	g_assert_cmpstr(text, ==, "version: 1\n");
}

/* ---- limits as text ---- */

static void test_limits(void)
{
	static const struct {
		const char *text, *shown;
	} limits[] =
		{
			{"100", "100"},       {"1%", "1%"},     {"0.5 %", "0.5%"}, {"100,1%", "100, 1%"},
			{" 1%, 7 ", "7, 1%"}, {"none", "none"}, {"0", "0"},        {"0%", "0%"},
			{"100%", "100%"},     {"", NULL},       {"1,2", NULL},     {"1%,2%", NULL},
			{"-1", NULL},         {"101%", NULL},   {"%", NULL},       {"1%,2,3", NULL},
			{"nan%", NULL},       {"x", NULL},      {"1e1%", "10%"},   {"none, 1", NULL},
		},
	  rates[] = {
		  {"10000rows/s", "10000rows/s"},
		  {"5MB/s", "5MB/s"},
		  {"5 MB/s, 7rows/s", "7rows/s, 5MB/s"},
		  {"1024KiB/s", "1MiB/s"},
		  {"1000kB/s", "1MB/s"},
		  {"1B/s", "1B/s"},
		  {"1025B/s", "1025B/s"},
		  {"none", "none"},
		  {"5", "5rows/s"},
		  {"0rows/s", NULL},
		  {"MB/s", NULL},
		  {"5MB/s,5kB/s", NULL},
		  {"-5MB/s", NULL},
		  {"1.5MB/s", NULL},
		  {"9223372036854775807GB/s", NULL},
		  {"", NULL},
	  };

	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		FerryRejectLimit limit = FERRY_REJECT_LIMIT_NONE;
		bool is_ok = ferry_reject_limit_parse(limits[i].text, &limit, NULL);
		g_autofree char *shown = is_ok ? ferry_reject_limit_to_text(limit) : NULL;
		g_assert_cmpstr(shown, ==, limits[i].shown);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
		int64_t rows, bytes;
		bool is_ok = ferry_read_limit_parse(rates[i].text, &rows, &bytes, NULL);
		g_autofree char *shown = is_ok ? ferry_read_limit_to_text(rows, bytes) : NULL;
		g_assert_cmpstr(shown, ==, rates[i].shown);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/project/all-members", test_all_members);
	g_test_add_func("/project/json", test_json);
	g_test_add_func("/project/bad", test_bad);
	g_test_add_func("/project/hint", test_hint);
	g_test_add_func("/project/bytes", test_bytes);
	g_test_add_func("/project/large", test_large);
	g_test_add_func("/project/load", test_load);
	g_test_add_func("/project/round-trip", test_round_trip);
	g_test_add_func("/project/odd-texts", test_odd_texts);
	g_test_add_func("/project/defaults", test_defaults_are_left_out);
	g_test_add_func("/project/limits", test_limits);
	return g_test_run();
}
