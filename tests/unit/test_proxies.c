/*
 * Which address counts behind proxies (http/proxies.c).
 */
#include "http/proxies.h"

static const char *const networks[] = {"10.0.0.0/8", "127.0.0.1", "fd00::/8", NULL};

static void test_trust(void)
{
	static const struct {
		const char *address;
		bool is_trusted;
	} cases[] = {
		{"127.0.0.1", true}, {"127.0.0.2", false}, {"10.255.0.1", true},       {"11.0.0.1", false},
		{"fd00::5", true},   {"fe00::5", false},   {"::ffff:10.0.0.1", true},  {NULL, false},
		{"", false},         {"nonsense", false},  {"::ffff:11.0.0.1", false},
	};
	FerryProxies *proxies = ferry_proxies_new(networks, NULL), *none = ferry_proxies_new(NULL, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(ferry_proxies_trust(proxies, cases[i].address), ==, cases[i].is_trusted);
		g_assert_false(ferry_proxies_trust(none, cases[i].address));
	}
	ferry_proxies_free(proxies);
	ferry_proxies_free(none);
}

static void test_client(void)
{
	static const struct {
		const char *header, *client;
	} cases[] = {
		{NULL, "127.0.0.1"},
		{"", "127.0.0.1"},
		{"203.0.113.7", "203.0.113.7"},
		{"203.0.113.7:4711", "203.0.113.7"},
		{"2001:db8::7", "2001:db8::7"},
		{"[2001:db8::7]:4711", "2001:db8::7"},
		/* what the client wrote itself comes before what the proxy has added */
		{"198.51.100.1, 203.0.113.7", "203.0.113.7"},
		/* a proxy before the proxy */
		{"198.51.100.1, 203.0.113.7, 10.0.0.3", "203.0.113.7"},
		{"10.0.0.4, 10.0.0.3", "10.0.0.4"},
		/* no address: as far as what is known goes */
		{"203.0.113.7, unknown", "127.0.0.1"},
		{"unknown, 10.0.0.3", "10.0.0.3"},
		{",,,", "127.0.0.1"},
	};
	FerryProxies *proxies = ferry_proxies_new(networks, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *client = ferry_proxies_client(proxies, "127.0.0.1", cases[i].header);
		g_assert_cmpstr(client, ==, cases[i].client);
	}
	ferry_proxies_free(proxies);
}

static void test_https(void)
{
	g_assert_true(ferry_proxies_is_https("https"));
	g_assert_true(ferry_proxies_is_https("http, HTTPS "));
	g_assert_false(ferry_proxies_is_https("https, http"));
	g_assert_false(ferry_proxies_is_https(""));
	g_assert_false(ferry_proxies_is_https(NULL));
}

static void test_wrong_network(void)
{
	static const char *const wrong[] = {"proxy.example.com", "10.0.0.0/33", "10.0.0.1/8", ""};

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		const char *const list[] = {wrong[i], NULL};
		g_autoptr(GError) error = NULL;
		g_assert_null(ferry_proxies_new(list, &error));
		g_assert_nonnull(strstr(error->message, "--trusted-proxy"));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/proxies/trust", test_trust);
	g_test_add_func("/proxies/client", test_client);
	g_test_add_func("/proxies/https", test_https);
	g_test_add_func("/proxies/wrong-network", test_wrong_network);
	return g_test_run();
}
