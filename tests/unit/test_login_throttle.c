/* Waits after wrong passwords, under a clock of our own. */
#include "service/accounts_internal.h"
#include "service_fixture.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

static void test_by_name(ServiceFixture *f, gconstpointer data)
{
	static const guint waits[] = {1, 2, 4, 8, 16, 32, 60, 60};
	gint64 now = 1000 * SECOND;

	for (int i = 0; i < 5; i++)
		g_assert_cmpuint(ferry_login_take(f->service, "ada", NULL, now), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(waits); i++) {
		g_assert_cmpuint(ferry_login_take(f->service, "ADA", NULL, now), ==, 0);
		g_assert_cmpuint(ferry_login_take(f->service, "ada", NULL, now), ==, waits[i]);
		g_assert_cmpuint(ferry_login_take(f->service, "bob", NULL, now + (gint64)i * 3601 * SECOND),
				 ==, 0);
		now += waits[i] * SECOND;
	}
	ferry_login_forgive(f->service, "ada", NULL);
	for (int i = 0; i < 5; i++)
		g_assert_cmpuint(ferry_login_take(f->service, "ada", NULL, now), ==, 0);
}

static guint guess_many(ServiceFixture *f, const char *const *addresses, guint n, gint64 now)
{
	guint wait = 0;

	for (guint i = 0; i < n && wait == 0; i++) {
		g_autofree char *name = g_strdup_printf("user%u", i);
		wait = ferry_login_take(f->service, name, addresses[i % g_strv_length((char **)addresses)],
					now);
	}
	return wait;
}

static void test_by_address(ServiceFixture *f, gconstpointer data)
{
	gint64 now = 1000 * SECOND;

	g_assert_cmpuint(guess_many(f, (const char *const[]){"192.0.2.1", NULL}, 30, now), >, 0);
	g_assert_cmpuint(ferry_login_take(f->service, "other", "192.0.2.2", now), ==, 0);
	/* one /64 is one customer */
	g_assert_cmpuint(
		guess_many(f, (const char *const[]){"2001:db8::1", "2001:db8::2", "2001:db8::ffff:1", NULL},
			   30, now),
		>, 0);
	g_assert_cmpuint(ferry_login_take(f->service, "other2", "2001:db8:0:1::1", now), ==, 0);
	/* after an hour of peace */
	g_assert_cmpuint(guess_many(f, (const char *const[]){"192.0.2.1", NULL}, 20, now + 3700 * SECOND), ==,
			 0);
}

/* An account of one's own does not buy more guesses. */
static void test_own_account(ServiceFixture *f, gconstpointer data)
{
	gint64 now = 1000 * SECOND;
	guint wait = 0, n = 0;

	for (; n < 100 && wait == 0; n++) {
		g_autofree char *name = g_strdup_printf("user%u", n);
		wait = ferry_login_take(f->service, name, "192.0.2.1", now);
		if (wait == 0 && ferry_login_take(f->service, "mallory", "192.0.2.1", now) == 0)
			ferry_login_forgive(f->service, "mallory", "192.0.2.1");
	}
	g_assert_cmpuint(wait, >, 0);
	g_assert_cmpuint(n, <=, 25);
}

static void test_memory(ServiceFixture *f, gconstpointer data)
{
	gint64 now = 1000 * SECOND;

	for (int i = 0; i < 8; i++)
		ferry_login_take(f->service, "ada", NULL, now);
	for (guint i = 0; i < 12000; i++) {
		g_autofree char *name = g_strdup_printf("user%u", i),
				*address = g_strdup_printf("10.0.%u.%u", i / 250, i % 250);
		ferry_login_take(f->service, name, address, now);
	}
	g_autofree char *endless = g_strnfill(100000, 'x');
	ferry_login_take(f->service, endless, endless, now);
	/* whoever has failed most is kept */
	g_assert_cmpuint(ferry_login_take(f->service, "ada", NULL, now), >, 0);
}

static void add(const char *path, void (*test)(ServiceFixture *, gconstpointer))
{
	g_test_add(path, ServiceFixture, NULL, service_fixture_open, test, service_fixture_close);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/login-throttle/by-name", test_by_name);
	add("/login-throttle/by-address", test_by_address);
	add("/login-throttle/own-account", test_own_account);
	add("/login-throttle/memory", test_memory);
	return g_test_run();
}
