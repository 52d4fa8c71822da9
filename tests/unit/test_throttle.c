/* The read limit's bucket, under a clock of our own. */
#include "transfer/throttle.h"

static void test_none(void)
{
	g_assert_null(ferry_throttle_new(0, 0));
	ferry_throttle_free(NULL);
}

static void test_steps(void)
{
	static const struct {
		gint64 now_ms;
		int64_t rows, bytes;
		gint64 wait_ms;
		const char *why;
	} steps[] = {
		{10000, 100, 0, 0, "the burst of a tenth of a second"},
		{10000, 500, 0, 500, "debt: half a second of rows"},
		{10100, 0, 0, 400, "which time pays"},
		{10500, 100, 0, 100, "paid, and the next at the rate"},
		{20000, 100, 0, 0, "a long pause allows no more than one burst"},
		{20000, 0, 4000, 1900, "bytes have a bucket of their own"},
		{20000, 1000, 0, 1900, "the slower one decides"},
		{20000, 1500, 0, 2500, "now rows do"},
	};
	FerryThrottle *throttle = ferry_throttle_new(1000, 2000);

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_test_message("%s", steps[i].why);
		g_assert_cmpint(
			ferry_throttle_take(throttle, steps[i].rows, steps[i].bytes, steps[i].now_ms * 1000),
			==, steps[i].wait_ms * 1000);
	}
	ferry_throttle_free(throttle);
}

/* Whoever waits as told reads at the rate, whatever the batches' sizes. */
static void test_rate(void)
{
	static const int64_t batches[] = {1, 7, 100, 2048, 50000};

	for (size_t i = 0; i < G_N_ELEMENTS(batches); i++) {
		FerryThrottle *throttle = ferry_throttle_new(10000, 0);
		gint64 now = 0;
		for (int64_t read = 0; read < 100000; read += batches[i])
			now += ferry_throttle_take(throttle, batches[i], 0, now);
		g_assert_cmpint(now, >=, 9800000);
		g_assert_cmpint(now, <=, 15000000);
		ferry_throttle_free(throttle);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/throttle/none", test_none);
	g_test_add_func("/throttle/steps", test_steps);
	g_test_add_func("/throttle/rate", test_rate);
	return g_test_run();
}
