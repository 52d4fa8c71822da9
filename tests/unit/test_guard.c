/* Connections of one address, and deadlines, on sockets of our own. */
#include "http/guard.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND G_TIME_SPAN_SECOND

static void test_addresses(void)
{
	FerryGuard *guard = ferry_guard_new(2);
	FerryPeer *a, *b, *c;

	g_assert_true(ferry_guard_admits(guard, "2001:db8::1"));
	a = ferry_guard_add(guard, "2001:db8::1", -1);
	b = ferry_guard_add(guard, "2001:db8::2", -1);
	g_assert_false(ferry_guard_admits(guard, "2001:db8::3"));
	g_assert_true(ferry_guard_admits(guard, "2001:db8:0:1::3"));
	g_assert_true(ferry_guard_admits(guard, "192.0.2.1"));
	g_assert_true(ferry_guard_admits(guard, NULL));
	c = ferry_guard_add(guard, NULL, -1);
	ferry_guard_remove(guard, a);
	g_assert_true(ferry_guard_admits(guard, "2001:db8::3"));
	ferry_guard_remove(guard, b);
	ferry_guard_remove(guard, c);
	ferry_guard_free(guard);
	ferry_guard_free(NULL);
}

static bool is_open(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static void test_deadlines(void)
{
	FerryGuard *guard = ferry_guard_new(10);
	int late[2], patient[2];
	gint64 now = g_get_monotonic_time();

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, late), ==, 0);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, patient), ==, 0);
	FerryPeer *one = ferry_guard_add(guard, "192.0.2.1", late[0]);
	FerryPeer *two = ferry_guard_add(guard, "192.0.2.1", patient[0]);
	g_assert_cmpuint(ferry_guard_cut(guard, now + 3600 * SECOND), ==, 0);
	ferry_guard_set_deadline(guard, one, 10);
	ferry_guard_set_deadline(guard, two, 10);
	g_assert_cmpuint(ferry_guard_cut(guard, now + 9 * SECOND), ==, 0);
	ferry_guard_set_deadline(guard, two, 0);
	g_assert_cmpuint(ferry_guard_cut(guard, now + 11 * SECOND), ==, 1);
	g_assert_cmpuint(ferry_guard_cut(guard, now + 12 * SECOND), ==, 0);
	g_assert_false(is_open(late[1]));
	g_assert_true(is_open(patient[1]));
	ferry_guard_remove(guard, one);
	ferry_guard_remove(guard, two);
	for (int i = 0; i < 2; i++) {
		close(late[i]);
		close(patient[i]);
	}
	ferry_guard_free(guard);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard/addresses", test_addresses);
	g_test_add_func("/guard/deadlines", test_deadlines);
	return g_test_run();
}
