/*
 * Presence of a server with several connections: told once each time that all are there, or one is not.
 */
#include "service/presence.h"

typedef struct Told {
	GString *words; /* "+" there, "-" away */
} Told;

static void take(bool is_up, const char *reason, gpointer data)
{
	g_string_append_c(((Told *)data)->words, is_up ? '+' : '-');
	g_assert_true(is_up == (reason == NULL));
}

/* Steps: a letter for the part, upper case when it comes, lower case when it goes. */
static const struct {
	const char *steps, *told, *why;
} cases[] = {
	{"A", "", "one of two is not all"},        {"AB", "+", "both"},
	{"a", "-", "away from the start is told"}, {"ab", "-", "once"},
	{"aABb", "-+-", "there, and away again"},  {"ABabAB", "+-+", "both lost are one loss"},
	{"ABaA", "+-+", "one lost is a loss"},     {"ABaabb", "+-", "each failed try says nothing new"},
};

static void test_told(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Told told = {.words = g_string_new(NULL)};
		FerryPresence presence;
		bool parts[2] = {false, false};
		ferry_presence_init(&presence, 2, take, &told);
		for (const char *step = cases[i].steps; *step; step++)
			ferry_presence_set(&presence, &parts[g_ascii_toupper(*step) - 'A'],
					   g_ascii_isupper(*step), g_ascii_isupper(*step) ? NULL : "lost");
		g_test_message("%s: %s", cases[i].steps, cases[i].why);
		g_assert_cmpstr(told.words->str, ==, cases[i].told);
		g_assert_true(ferry_presence_is_up(&presence) == (parts[0] && parts[1]));
		ferry_presence_clear(&presence);
		g_string_free(told.words, TRUE);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/presence/told", test_told);
	return g_test_run();
}
