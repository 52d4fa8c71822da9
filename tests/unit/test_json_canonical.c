#include "data/json_canonical.h"
#include "count_allocations.h"

#include <string.h>

static uint64_t hash_text(const char *text, bool *ret_is_json)
{
	g_autoptr(FerryJsonHasher) hasher = ferry_json_hasher_new();
	size_t len = strlen(text);
	g_autofree uint8_t *exact = g_memdup2(text, MAX(len, 1)); /* so that a sanitizer sees a read beyond */
	return ferry_json_hasher_hash(hasher, exact, len, ret_is_json);
}

static const struct {
	const char *a, *b;
	bool is_equal;
	const char *why;
} pairs[] = {
	{"{\"a\":1,\"b\":2}", " { \"b\" : 2 ,\n\t\"a\" : 1 } ", true, "order and blanks"},
	{"{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}", false, "values changed places"},
	{"{\"a\":1,\"a\":2}", "{\"a\":2}", true, "the last duplicate wins"},
	{"{\"a\":2,\"a\":1}", "{\"a\":2}", false, "the last duplicate wins"},
	{"{\"a\":1,\"\\u0061\":2}", "{\"a\":2}", true, "keys are unescaped before they are compared"},
	{"{\"a\":1}", "{\"a\":1,\"b\":null}", false, "a null is a key"},
	{"{}", "[]", false, "object and array"},
	{"{\"a\":{\"b\":1}}", "{\"a\":{},\"b\":1}", false, "nesting"},
	{"{\"a\":{\"x\":1,\"y\":2},\"b\":3}", "{\"b\":3,\"a\":{\"y\":2,\"x\":1}}", true,
	 "order in nested objects"},
	{"[1,2]", "[ 1 , 2 ]", true, "blanks"},
	{"[1,2]", "[2,1]", false, "arrays have an order"},
	{"[[1],2]", "[[1,2]]", false, "nesting of arrays"},
	{"[1]", "1", false, "an array of one"},
	{"[]", "[[]]", false, "empty arrays"},
	{"[null]", "[]", false, "null is an item"},
	{"[0]", "[false]", false, "zero and false"},
	{"\"1\"", "1", false, "string and number"},
	{"\"\"", "null", false, "empty and null"},
	{"\"true\"", "true", false, "string and word"},
	{"true", "false", false, "words"},
	{"1", "1.0", true, "trailing zeros"},
	{"1", "1e0", true, "exponent 0"},
	{"1", "10e-1", true, "negative exponent"},
	{"1", "0.1E+1", true, "E and +"},
	{"100", "1e2", true, "zeros before the point"},
	{"100", "1.000e2", true, "both"},
	{"0.001", "1e-3", true, "leading zeros"},
	{"0.001", "0.0010", true, "both ends"},
	{"1.5", "15e-1", true, "a fraction"},
	{"-0", "0", true, "minus zero"},
	{"0", "0.000e99", true, "zero with an exponent"},
	{"1", "-1", false, "sign"},
	{"1", "10", false, "a power of ten"},
	{"1.5", "15", false, "the point"},
	{"12345678901234567890", "12345678901234567891", false, "beyond a double"},
	{"0.1", "0.10000000000000001", false, "doubles would be equal"},
	{"1e400", "10e399", true, "beyond a double's range"},
	{"1e400", "1e401", false, "beyond a double's range"},
	{"1e1000000000000", "10e999999999999", true, "huge, but counted"},
	{"1e99999999999999999999", "1e99999999999999999999", true, "too huge: itself"},
	{"1e99999999999999999999", "1e99999999999999999998", false, "too huge: nothing else"},
	{"1e-99999999999999999999", "1e99999999999999999999", false, "too huge: sign"},
	{"\"\\u00e9\"", "\"\xc3\xa9\"", true, "escaped é"},
	{"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"", true, "surrogate pair"},
	{"\"\\uD83D\\uDE00\"", "\"\\ud83d\\ude00\"", true, "case of digits"},
	{"\"\\ud83d\"", "\"\\ud83e\"", false, "lone surrogates"},
	{"\"\\ud83dx\"", "\"\\ud83d\"", false, "a lone surrogate and a letter"},
	{"\"\\ud83d\\u0041\"", "\"\\ud83dA\"", true, "a lone surrogate and an escape"},
	{"\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"", "\"/\\u0008\\u000c\\u000a\\u000D\\u0009\\u0022\\u005C\"", true,
	 "escapes"},
	{"\"\\u0000\"", "\"\"", false, "NUL is a character"},
	{"\"\\u0000\"", "\"\\u0000\\u0000\"", false, "and so are two"},
	{"\"a\nb\"", "\"a\\nb\"", true, "a bare control character, as MariaDB lets it in"},
	{"\"\\\\n\"", "\"\\n\"", false, "an escaped backslash"},
	{"{1}", "{1 }", false, "no JSON: bytes"},
	{"{1}", "{1}", true, "no JSON: bytes"},
};

static void test_pairs(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_test_message("%s | %s: %s", pairs[i].a, pairs[i].b, pairs[i].why);
		bool is_equal = hash_text(pairs[i].a, NULL) == hash_text(pairs[i].b, NULL);
		g_assert_true(is_equal == pairs[i].is_equal);
	}
}

static void test_what_is_json(void)
{
	static const char *const good[] = {"0",  "-1.5e-3", "\"\"",       "null",          " true ",     "[]",
					   "{}", "[[],{}]", "{\"a\":[]}", "[1,\n2]\r\n\t", "\"\\uFFFF\""};
	static const char *const bad[] = {
		"",
		" ",
		"nul",
		"nulls",
		"True",
		"01",
		"-",
		"1.",
		".5",
		"1e",
		"1e+",
		"+1",
		"[",
		"[1",
		"[1,",
		"[1,]",
		"[,1]",
		"]",
		"{",
		"{\"a\"",
		"{\"a\":",
		"{\"a\":1",
		"{\"a\":1,}",
		"{a:1}",
		"{\"a\" 1}",
		"{1:2}",
		"\"",
		"\"\\\"",
		"\"\\x\"",
		"\"\\u12\"",
		"\"\\u12g4\"",
		"\"\\",
		"1 2",
		"{} {}",
		"NaN",
		"Infinity",
		"'a'",
		"/**/1",
		"\"\\ud83d\\uzzzz\"",
		"[1 2]",
		"0x10",
	};
	bool is_json;

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_test_message("%s", good[i]);
		hash_text(good[i], &is_json);
		g_assert_true(is_json);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_test_message("%s", bad[i]);
		hash_text(bad[i], &is_json);
		g_assert_false(is_json);
	}
}

static void test_depth(void)
{
	g_autoptr(FerryJsonHasher) hasher = ferry_json_hasher_new();
	bool is_json;

	for (size_t depth = FERRY_JSON_MAX_DEPTH - 1; depth <= FERRY_JSON_MAX_DEPTH + 1; depth++) {
		g_autofree char *text = g_strnfill(depth * 2, '[');
		memset(text + depth, ']', depth);
		ferry_json_hasher_hash(hasher, (const uint8_t *)text, depth * 2, &is_json);
		g_assert_true(is_json == (depth <= FERRY_JSON_MAX_DEPTH));
	}
	g_autofree char *endless = g_strnfill(10 << 20, '[');
	ferry_json_hasher_hash(hasher, (const uint8_t *)endless, 10 << 20, &is_json);
	g_assert_false(is_json);
}

/* Objects of all sizes on both sides of where the sorting changes, in two orders and with duplicates. */
static void test_object_sizes(void)
{
	for (int n = 0; n < 120; n++) {
		g_autoptr(GString) up = g_string_new("{"), down = g_string_new("{"),
				   other = g_string_new("{");
		for (int i = 0; i < n; i++) {
			g_string_append_printf(up, "%s\"k%d\":%d", i ? "," : "", i, i);
			g_string_append_printf(down, "%s\"k%d\":-1", i ? "," : "", i);
			g_string_append_printf(other, "%s\"k%d\":%d", i ? "," : "", i, i == n / 2 ? -1 : i);
		}
		for (int i = n; i-- > 0;)
			g_string_append_printf(down, ",\"k%d\":%d", i, i);
		g_string_append_c(up, '}');
		g_string_append_c(down, '}');
		g_string_append_c(other, '}');
		g_assert_cmpuint(hash_text(up->str, NULL), ==, hash_text(down->str, NULL));
		if (n > 0)
			g_assert_cmpuint(hash_text(up->str, NULL), !=, hash_text(other->str, NULL));
	}
}

static void test_steady_run_allocates_nothing(void)
{
	g_autoptr(FerryJsonHasher) hasher = ferry_json_hasher_new();

	for (int round = 0; round < 3; round++) {
		size_t before = n_allocations;
		for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
			ferry_json_hasher_hash(hasher, (const uint8_t *)pairs[i].a, strlen(pairs[i].a), NULL);
		if (round > 0)
			g_assert_cmpuint(n_allocations, ==, before);
	}
	ferry_json_hasher_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json-canonical/pairs", test_pairs);
	g_test_add_func("/json-canonical/valid", test_what_is_json);
	g_test_add_func("/json-canonical/depth", test_depth);
	g_test_add_func("/json-canonical/sizes", test_object_sizes);
	g_test_add_func("/json-canonical/steady", test_steady_run_allocates_nothing);
	return g_test_run();
}
