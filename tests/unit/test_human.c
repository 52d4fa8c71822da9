/*
 * Numbers, times and names for people, and the table of text.
 */
#include "base/nearest.h"
#include "cli/cli.h"
#include "report/human.h"
#include "report/text_table.h"

#include <string.h>

static void test_counts(void)
{
	static const struct {
		int64_t n;
		const char *whole, *shortened;
	} cases[] = {
		{0, "0", "0"},
		{999, "999", "999"},
		{1000, "1,000", "1.00 k"},
		{12345, "12,345", "12.3 k"},
		{999499, "999,499", "999 k"},
		{999500, "999,500", "1.00 M"},
		{1234567, "1,234,567", "1.23 M"},
		{INT64_MAX, "9,223,372,036,854,775,807", "9.22 E"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *whole = ferry_human_count(cases[i].n);
		g_autofree char *shortened = ferry_human_count_short((double)cases[i].n);
		g_assert_cmpstr(whole, ==, cases[i].whole);
		g_assert_cmpstr(shortened, ==, cases[i].shortened);
	}
	g_autofree char *least = ferry_human_count(INT64_MIN);
	g_assert_cmpstr(least, ==, "-9,223,372,036,854,775,808");
}

static void test_bytes(void)
{
	static const struct {
		double n;
		const char *expected;
	} cases[] = {{0, "0 B"},        {999, "999 B"},        {1500, "1.50 kB"},
		     {64e6, "64.0 MB"}, {999.96e6, "1.00 GB"}, {-1, "0 B"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = ferry_human_bytes(cases[i].n);
		g_assert_cmpstr(text, ==, cases[i].expected);
	}
}

static void test_times(void)
{
	static const struct {
		double seconds;
		const char *duration, *clock;
	} cases[] = {
		{0, "0.000 s", "0:00"},    {0.0421, "0.042 s", "0:01"}, {0.9999, "1.00 s", "0:01"},
		{12.34, "12.3 s", "0:13"}, {125, "2:05", "2:05"},       {3723, "1:02:03", "1:02:03"},
		{-1, "0.000 s", "0:00"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *duration = ferry_human_duration(cases[i].seconds);
		g_autofree char *clock = ferry_human_clock(cases[i].seconds);
		g_assert_cmpstr(duration, ==, cases[i].duration);
		g_assert_cmpstr(clock, ==, cases[i].clock);
	}
}

static void test_clean(void)
{
	static const struct {
		const char *text;
		bool is_utf8;
		const char *expected, *why;
	} cases[] = {
		{"album", true, "album", "plain"},
		{"a\033[2Jb", true, "a?[2Jb", "an escape sequence in a name does nothing"},
		{"a\nb\tc", true, "a b c", "one line stays one"},
		{"b\xc3\xa4r", true, "b\xc3\xa4r", "UTF-8"},
		{"b\xc3\xa4r", false, "b?r", "not on an ASCII terminal"},
		{"b\xe4r", true, "b\xef\xbf\xbdr", "broken UTF-8"},
		{"a\xe2\x80\xae"
		 "b",
		 true, "a?b", "right-to-left override"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *clean = ferry_human_clean(cases[i].text, cases[i].is_utf8);
		g_test_message("%s", cases[i].why);
		g_assert_cmpstr(clean, ==, cases[i].expected);
	}
}

/* Whatever the width, the result fits, and what fits is left alone. */
static void test_fit(void)
{
	static const char *const names[] = {"",
					    "a",
					    "album",
					    "a_rather_long_table_name",
					    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e_t",
					    "b\xc3\xa4r"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		for (size_t width = 0; width < 30; width++) {
			g_autofree char *fit = ferry_human_fit(names[i], width, true);
			g_assert_true(g_utf8_validate(fit, -1, NULL));
			g_assert_cmpuint(ferry_human_width(fit), <=, width);
			if (ferry_human_width(names[i]) <= width)
				g_assert_cmpstr(fit, ==, names[i]);
		}
	g_autofree char *cut = ferry_human_fit("customer_addresses", 9, false);
	g_assert_cmpstr(cut, ==, "cust~sses");
}

static void test_table(void)
{
	static const char *const headers[] = {"table", "rows", NULL};
	g_autoptr(FerryTextTable) table = ferry_text_table_new(headers, "lr");
	g_autoptr(GString) plain = g_string_new(NULL), markdown = g_string_new(NULL);

	ferry_text_table_take(table, g_strdup("b\xc3\xa4r"));
	ferry_text_table_take(table, g_strdup("1,000"));
	ferry_text_table_take(table, g_strdup("a|b"));
	ferry_text_table_take(table, NULL);
	ferry_text_table_rule(table);
	ferry_text_table_take(table, g_strdup("total"));
	ferry_text_table_take(table, g_strdup("7"));
	ferry_text_table_print(table, false, plain);
	g_assert_cmpstr(plain->str, ==,
			"table   rows\n-----  -----\nb\xc3\xa4r    1,000\na|b\n-----  -----\ntotal      7\n");
	ferry_text_table_print(table, true, markdown);
	g_assert_cmpstr(markdown->str, ==,
			"| table |  rows |\n| ----- | ----: |\n| b\xc3\xa4r   | 1,000 |\n| a\\|b  |       "
			"|\n| total |     7 |\n");
}

static void test_nearest(void)
{
	static const char *const names[] = {"copy", "plan", "verify", "inspect", "connectors", "help", NULL};
	static const struct {
		const char *word, *expected;
	} cases[] = {{"copi", "copy"},
		     {"cpoy", "copy"},
		     {"verfy", "verify"},
		     {"insp", "inspect"},
		     {"connector", "connectors"},
		     {"zzzz", NULL},
		     {"x", NULL},
		     {"", NULL}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(ferry_nearest(cases[i].word, names), ==, cases[i].expected);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/human/counts", test_counts);
	g_test_add_func("/human/bytes", test_bytes);
	g_test_add_func("/human/times", test_times);
	g_test_add_func("/human/clean", test_clean);
	g_test_add_func("/human/fit", test_fit);
	g_test_add_func("/human/table", test_table);
	g_test_add_func("/human/nearest", test_nearest);
	return g_test_run();
}
