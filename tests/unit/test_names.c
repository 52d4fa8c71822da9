/* mapping/names.c: names the target can hold and tell apart. */
#include "mapping/names.h"

#include <string.h>

static void test_cut(void)
{
	static const struct {
		const char *name;
		size_t max;
		const char *prefix; /* what is left before the suffix; NULL: unchanged */
		const char *why;
	} cases[] = {
		{"album", 63, NULL, "short names stay"},
		{"album", 0, NULL, "no limit"},
		{"abcdefghijkl", 12, NULL, "exactly at the limit"},
		{"abcdefghijklm", 12, "abc", "one byte over: three bytes and a suffix of nine"},
		{"a\303\244\303\244\303\244\303\244\303\244\303\244", 12, "a\303\244",
		 "whole characters that fit exactly"},
		{"ab\303\244\303\244\303\244\303\244\303\244\303\244", 12, "ab", "no half characters"},
		{"\360\237\230\200\360\237\230\200\360\237\230\200\360\237\230\200", 12, "", "none fits"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = ferry_name_cut(cases[i].name, NULL, cases[i].max);

		g_test_message("%s", cases[i].why);
		if (!cases[i].prefix) {
			g_assert_cmpstr(name, ==, cases[i].name);
			continue;
		}
		g_assert_true(g_str_has_prefix(name, cases[i].prefix));
		g_assert_cmpuint(strlen(name), ==, strlen(cases[i].prefix) + 9);
		g_assert_cmpint(name[strlen(cases[i].prefix)], ==, '_');
		g_assert_true(g_utf8_validate(name, -1, NULL));
	}
}

static void test_collisions(void)
{
	g_autoptr(FerryNameScope) exact = ferry_name_scope_new(63, false);
	g_autoptr(FerryNameScope) folding = ferry_name_scope_new(63, true);
	g_autofree char *a = ferry_name_scope_claim(exact, "Name", NULL);
	g_autofree char *b = ferry_name_scope_claim(exact, "name", NULL);
	g_autofree char *c = ferry_name_scope_claim(folding, "Name", "x.Name");
	g_autofree char *d = ferry_name_scope_claim(folding, "name", "x.name");
	g_autofree char *e = ferry_name_scope_claim(folding, "NAME", "x.NAME");
	g_autofree char *f = ferry_name_scope_claim_either(exact, "name", "album_name", "album.name");
	g_autofree char *g = ferry_name_scope_claim_either(exact, "name", "album_name", "album.name");

	g_assert_cmpstr(a, ==, "Name");
	g_assert_cmpstr(b, ==, "name");
	g_assert_cmpstr(c, ==, "Name");
	g_assert_true(g_str_has_prefix(d, "name_") && strlen(d) == 13);
	g_assert_true(g_str_has_prefix(e, "NAME_") && strlen(e) == 13);
	g_assert_cmpint(g_ascii_strcasecmp(d, e), !=, 0);
	g_assert_cmpstr(f, ==, "album_name");
	g_assert_true(g_str_has_prefix(g, "album_name_"));
	g_assert_true(ferry_name_scope_has(folding, "nAmE"));
	g_assert_false(ferry_name_scope_has(exact, "nAmE"));
}

/* Names get their suffix from what they are, not from the order in which they come. */
static void test_suffix_is_stable(void)
{
	char wish[101];
	g_autofree char *first = NULL, *second = NULL, *again = NULL;
	g_autoptr(FerryNameScope) one = ferry_name_scope_new(63, false);
	g_autoptr(FerryNameScope) two = ferry_name_scope_new(63, false);

	memset(wish, 'x', 100);
	wish[100] = '\0';
	first = ferry_name_scope_claim(one, wish, "a.x");
	second = ferry_name_scope_claim(one, wish, "b.x");
	again = ferry_name_scope_claim(two, wish, "b.x");
	g_assert_cmpuint(strlen(first), ==, 63);
	g_assert_cmpstr(first, !=, second);
	g_assert_cmpstr(second, ==, again);
}

/* A thousand claims of one name all come back different and within the limit. */
static void test_many(void)
{
	g_autoptr(FerryNameScope) scope = ferry_name_scope_new(20, true);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (int i = 0; i < 1000; i++) {
		char *name = ferry_name_scope_claim(scope, "the_same_long_name_again", "full");

		g_assert_cmpuint(strlen(name), <=, 20);
		g_assert_true(g_hash_table_add(seen, name));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/names/cut", test_cut);
	g_test_add_func("/names/collisions", test_collisions);
	g_test_add_func("/names/suffix-is-stable", test_suffix_is_stable);
	g_test_add_func("/names/many", test_many);
	return g_test_run();
}
