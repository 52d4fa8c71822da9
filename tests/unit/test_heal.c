/* Healing: how long is waited, and what is tried again. */
#include "transfer/heal.h"

static void test_backoff(void)
{
	static const struct {
		guint n_failures, ms;
	} cases[] = {{1, 250}, {2, 500}, {3, 1000}, {7, 16000}, {8, 30000}, {9, 30000}, {1000000, 30000}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpuint(ferry_heal_backoff_ms(cases[i].n_failures), ==, cases[i].ms);
}

static GError *make_error(FerryErrorCode code, const char *sqlstate, bool can_heal)
{
	GError *error = NULL;

	ferry_fail_server(&error, code, sqlstate, 0, can_heal, "failed");
	return error;
}

static void test_may(void)
{
	static const struct {
		FerryErrorCode code;
		const char *sqlstate;
		bool can_heal, may;
	} cases[] = {
		{FERRY_ERROR_LOST, "57P01", true, true},
		{FERRY_ERROR_CONFLICT, "40P01", true, true},
		{FERRY_ERROR_CONNECT, "53300", true, true},
		{FERRY_ERROR_CANCELLED, "57014", false, true},
		{FERRY_ERROR_IO, "53100", false, true},
		{FERRY_ERROR_AUTH, "28P01", false, false},
		{FERRY_ERROR_NOT_FOUND, "42P01", false, false},
		{FERRY_ERROR_DATA, "22003", false, false},
		{FERRY_ERROR_PERMISSION, "42501", false, false},
		{FERRY_ERROR_INTEGRITY, "23505", false, false},
	};
	FerryRun run = {0};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = make_error(cases[i].code, cases[i].sqlstate, cases[i].can_heal);
		g_assert_true(ferry_heal_may(&run, error) == cases[i].may);
	}
	run.is_stopped = 1;
	g_autoptr(GError) lost = make_error(FERRY_ERROR_LOST, NULL, true);
	g_assert_false(ferry_heal_may(&run, lost));
	g_assert_false(ferry_heal_may(&run, NULL));
}

/* That an end cannot be opened heals only where it was open before. */
static void test_planning(void)
{
	g_autoptr(GError) refused = make_error(FERRY_ERROR_CONNECT, NULL, true);
	g_autoptr(GError) lost = make_error(FERRY_ERROR_LOST, NULL, true);
	g_autoptr(GError) auth = make_error(FERRY_ERROR_AUTH, NULL, false);
	FerryPlanHealing healing = {0};
	guint ms = 0;

	g_assert_false(ferry_heal_planning(&healing, 2, refused, &ms));
	g_assert_true(ferry_heal_planning(&healing, 2, lost, &ms));
	g_assert_cmpuint(ms, <=, 250);
	g_assert_false(ferry_heal_planning(&healing, 2, auth, &ms));
	g_assert_true(ferry_heal_planning(&healing, 2, refused, &ms));
	g_assert_cmpuint(ms, <=, 500);
	g_assert_false(ferry_heal_planning(&healing, 2, lost, &ms));
	g_assert_cmpuint(healing.n_failures, ==, 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/heal/backoff", test_backoff);
	g_test_add_func("/heal/may", test_may);
	g_test_add_func("/heal/planning", test_planning);
	return g_test_run();
}
