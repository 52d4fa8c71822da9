/* What one client may ask for, under a clock of our own. */
#include "http/limits.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

static const FerryActor ada = {.user_id = "usr_ada", .address = "192.0.2.1"};
static const FerryActor bob = {.user_id = "usr_bob", .address = "192.0.2.1"};
static const FerryActor nobody = {.address = "192.0.2.1"};

static guint take_all(FerryLimits *limits, const FerryActor *actor, gint64 now)
{
	guint n = 0;

	while (n < 100000 && ferry_limits_take(limits, actor, now, NULL))
		n++;
	return n;
}

static void test_requests(void)
{
	const FerryLimitOptions options = {
		.user_rate = 10, .user_burst = 20, .address_rate = 2, .address_burst = 4};
	FerryLimits *limits = ferry_limits_new(&options);
	GError *error = NULL;
	gint64 now = 1000 * SECOND;

	g_assert_cmpuint(take_all(limits, &ada, now), ==, 20);
	g_assert_false(ferry_limits_take(limits, &ada, now, &error));
	g_assert_error(error, FERRY_PROBLEM, FERRY_PROBLEM_THROTTLED);
	g_assert_nonnull(ferry_problem_get_hint(error));
	g_clear_error(&error);
	/* others are not in it */
	g_assert_cmpuint(take_all(limits, &bob, now), ==, 20);
	g_assert_cmpuint(take_all(limits, &nobody, now), ==, 4);
	g_assert_cmpuint(take_all(limits, &ada, now + SECOND / 2), ==, 5);
	g_assert_cmpuint(take_all(limits, &ada, now + 3600 * SECOND), ==, 20);
	g_assert_cmpuint(take_all(limits, &ada, now), ==, 0); /* a clock that goes back */
	ferry_limits_free(limits);
}

static void test_networks(void)
{
	const FerryLimitOptions options = {.address_rate = 1, .address_burst = 3};
	static const struct {
		const char *address;
		guint n;
	} cases[] = {
		{"2001:db8::1", 3},
		{"2001:db8::2", 0},
		{"2001:db8:0:0:ffff::1", 0},
		{"2001:db8:0:1::1", 3},
		{"192.0.2.1", 3},
		{"192.0.2.2", 3},
		{NULL, 3},
	};
	FerryLimits *limits = ferry_limits_new(&options);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryActor actor = {.address = cases[i].address};
		g_assert_cmpuint(take_all(limits, &actor, SECOND), ==, cases[i].n);
	}
	ferry_limits_free(limits);
}

static void test_memory(void)
{
	FerryLimits *limits = ferry_limits_new(&(FerryLimitOptions){0});

	for (guint i = 0; i < 50000; i++) {
		g_autofree char *address = g_strdup_printf("10.%u.%u.%u", i / 65536, i / 256 % 256, i % 256);
		FerryActor actor = {.address = address};
		g_assert_true(ferry_limits_take(limits, &actor, SECOND, NULL));
	}
	ferry_limits_free(limits);
}

static void test_streams(void)
{
	FerryLimits *limits = ferry_limits_new(&(FerryLimitOptions){.streams = 2});
	char *first = NULL, *second = NULL, *third = NULL, *other = NULL;
	GError *error = NULL;

	g_assert_true(ferry_limits_open_stream(limits, &ada, &first, &error));
	g_assert_true(ferry_limits_open_stream(limits, &ada, &second, &error));
	g_assert_false(ferry_limits_open_stream(limits, &ada, &third, &error));
	g_assert_error(error, FERRY_PROBLEM, FERRY_PROBLEM_THROTTLED);
	g_clear_error(&error);
	g_assert_true(ferry_limits_open_stream(limits, &bob, &other, &error));
	ferry_limits_close_stream(limits, first);
	g_assert_true(ferry_limits_open_stream(limits, &ada, &third, &error));
	ferry_limits_close_stream(limits, second);
	ferry_limits_close_stream(limits, third);
	ferry_limits_close_stream(limits, other);
	ferry_limits_close_stream(limits, NULL);
	ferry_limits_free(limits);
}

static void test_all_streams(void)
{
	FerryLimits *limits = ferry_limits_new(&(FerryLimitOptions){.streams = 2, .all_streams = 2});
	char *first = NULL, *second = NULL, *third = NULL;

	g_assert_true(ferry_limits_open_stream(limits, &ada, &first, NULL));
	g_assert_true(ferry_limits_open_stream(limits, &bob, &second, NULL));
	g_assert_false(ferry_limits_open_stream(limits, &bob, &third, NULL));
	ferry_limits_close_stream(limits, first);
	g_assert_true(ferry_limits_open_stream(limits, &bob, &third, NULL));
	ferry_limits_close_stream(limits, second);
	ferry_limits_close_stream(limits, third);
	ferry_limits_free(limits);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/limits/requests", test_requests);
	g_test_add_func("/limits/networks", test_networks);
	g_test_add_func("/limits/memory", test_memory);
	g_test_add_func("/limits/streams", test_streams);
	g_test_add_func("/limits/all-streams", test_all_streams);
	return g_test_run();
}
