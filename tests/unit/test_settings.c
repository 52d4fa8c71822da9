/* What an admin forbids, and what is never allowed: hosts, files, SQL. */
#include "service/hosts.h"
#include "service/settings.h"
#include "service_fixture.h"

#include <unistd.h>

static const FerryActor admin = {.user_id = "usr_1", .user_name = "ada", .role = FERRY_ROLE_ADMIN};
static const FerryActor operator= {.user_id = "usr_2", .user_name = "bob", .role = FERRY_ROLE_OPERATOR};

static void put(ServiceFixture *f, const char *body, int code)
{
	GError *error = NULL;
	json_t *request = json_loads(body, 0, NULL);
	json_t *settings = ferry_settings_put(f->service, &admin, request, &error);

	if (code < 0)
		g_assert_no_error(error);
	else
		service_assert_problem(&error, (FerryProblem)code);
	json_decref(settings);
	json_decref(request);
}

static bool may_use(ServiceFixture *f, const FerryActor *actor, const char *text)
{
	GError *error = NULL;
	g_autoptr(FerryUrl) url = ferry_url_parse(text, &error);

	g_assert_no_error(error);
	bool may = ferry_settings_check_url(f->service, actor, url, &error);
	if (!may)
		service_assert_problem(&error, FERRY_PROBLEM_FORBIDDEN);
	return may;
}

static void test_put(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;

	put(f, "{\"operators_may_run_sql\": false, \"denied_hosts\": [\"10.0.0.0/8\", \"*.example.com\"]}",
	    -1);
	put(f, "{\"operators_may_use_files\": 1}", FERRY_PROBLEM_INVALID);
	put(f, "{\"denied_hosts\": \"10.0.0.0/8\"}", FERRY_PROBLEM_INVALID);
	put(f, "{\"denied_hosts\": [\"a b\"]}", FERRY_PROBLEM_INVALID);
	put(f, "{\"colour\": true}", FERRY_PROBLEM_INVALID);
	put(f, "{}", -1);
	service_fixture_reopen(f);
	json_t *settings = ferry_settings_get(f->service, &error);
	g_assert_true(json_is_false(json_object_get(settings, "operators_may_run_sql")));
	g_assert_true(json_is_true(json_object_get(settings, "operators_may_use_files")));
	g_assert_cmpuint(json_array_size(json_object_get(settings, "denied_hosts")), ==, 2);
	json_decref(settings);
	g_autofree char *n =
		service_fixture_ask(f, "SELECT count(*) FROM audit WHERE action = 'settings.update'");
	g_assert_cmpstr(n, ==, "1");
}

static void test_hosts(void)
{
	static const struct {
		const char *url, *denied, *allowed;
		bool may;
		const char *why;
	} cases[] = {
		{"mysql://127.0.0.1/d", "[]", "[]", true, "loopback is an ordinary place for a database"},
		{"mysql:///d", "[]", "[]", true, "no host"},
		{"mysql://169.254.169.254/d", "[]", "[]", false, "link-local"},
		{"mysql://2852039166/d", "[]", "[]", false, "the same as one number"},
		{"mysql://0xA9FEA9FE/d", "[]", "[]", false, "the same in hexadecimal"},
		{"mysql://0251.0376.0251.0376/d", "[]", "[]", false, "the same in octal"},
		{"mysql://[::ffff:169.254.169.254]/d", "[]", "[]", false, "the same as IPv6"},
		{"mysql://[64:ff9b::a9fe:a9fe]/d", "[]", "[]", false, "the same behind NAT64"},
		{"mysql://[fe80::1]/d", "[]", "[]", false, "link-local IPv6"},
		{"mysql://[fd00:ec2::254]/d", "[]", "[]", false, "a cloud's credentials"},
		{"mysql://0.0.0.0/d", "[]", "[]", false, "unspecified"},
		{"mysql://169.254.7.7/d", "[]", "[\"169.254.7.0/24\"]", true, "allowed by an admin"},
		{"mysql://169.254.8.7/d", "[]", "[\"169.254.7.0/24\"]", false, "but not this one"},
		{"mysql://10.1.2.3/d", "[\"10.0.0.0/8\"]", "[]", false, "denied network"},
		{"mysql://10.1.2.3/d", "[\"10.0.0.0/8\"]", "[\"10.1.2.3\"]", false, "denied beats allowed"},
		{"mysql://11.1.2.3/d", "[\"10.0.0.0/8\"]", "[]", true, "another network"},
		{"mysql://11.1.2.3/d", "[]", "[\"10.0.0.0/8\"]", false, "not on the list of allowed"},
		{"mysql://localhost/d", "[\"127.0.0.0/8\"]", "[]", false, "a name, by its address"},
		{"mysql:///d", "[\"localhost\"]", "[]", false, "no host is localhost"},
		{"mysql://db.example.invalid/d", "[\"*.example.invalid\"]", "[]", false, "names below one"},
		{"mysql://DB.Example.invalid./d", "[\"*.example.invalid\"]", "[]", false,
		 "however it is written"},
		{"mysql://example.invalid/d", "[\"*.example.invalid\"]", "[]", true, "not the name itself"},
		{"postgresql://ok.invalid,169.254.169.254/d", "[]", "[]", false, "the second of two"},
		{"postgresql:///d?host=169.254.169.254", "[]", "[]", false, "as a parameter"},
		{"postgresql://ok.invalid/d?hostaddr=169.254.169.254", "[]", "[]", false,
		 "the address beats the name"},
		{"postgresql:///d?host=%2Fvar%2Frun%2Fpostgresql", "[]", "[]", true, "a unix socket"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		g_autoptr(FerryUrl) url = ferry_url_parse(cases[i].url, &error);
		json_t *denied = json_loads(cases[i].denied, 0, NULL),
		       *allowed = json_loads(cases[i].allowed, 0, NULL);
		g_assert_no_error(error);
		g_test_message("%s: %s", cases[i].url, cases[i].why);
		g_assert_cmpint(ferry_hosts_check(url, denied, allowed, &error), ==, cases[i].may);
		if (!cases[i].may)
			service_assert_problem(&error, FERRY_PROBLEM_FORBIDDEN);
		json_decref(denied);
		json_decref(allowed);
	}
}

static void test_own_files(ServiceFixture *f, gconstpointer data)
{
	static const struct {
		const char *name;
		bool may;
	} cases[] = {
		{"ferry.db", false},   {"ferry.db-wal", false}, {"secret.key", false}, {"new.db", false},
		{"./ferry.db", false}, {"../other.db", true},   {"sample.db", true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *url = g_strdup_printf("sqlite:///%s/%s", f->folder, cases[i].name);
		g_test_message("%s", url);
		g_assert_cmpint(may_use(f, &admin, url), ==, cases[i].may);
	}
	/* through a link */
	g_autofree char *link = g_strconcat(f->folder, "-link", NULL),
			*url = g_strdup_printf("sqlite:///%s/ferry.db", link);
	g_assert_cmpint(symlink(f->folder, link), ==, 0);
	g_assert_false(may_use(f, &admin, url));
	g_assert_cmpint(unlink(link), ==, 0);
}

static void test_files(ServiceFixture *f, gconstpointer data)
{
	g_autofree char *sample = g_strdup_printf("sqlite:///%s/sample.db", f->folder);

	g_assert_true(may_use(f, &operator, "sqlite:////tmp/some.db"));
	g_assert_true(may_use(f, &operator, "postgresql://127.0.0.1/d?sslrootcert=/etc/ca.pem"));
	g_assert_false(may_use(f, &operator, "mysql://127.0.0.1/d?plugin-dir=/tmp"));
	put(f, "{\"operators_may_use_files\": false}", -1);
	g_assert_false(may_use(f, &operator, "sqlite:////tmp/some.db"));
	g_assert_false(may_use(f, &operator, "postgresql://127.0.0.1/d?sslrootcert=/etc/ca.pem"));
	g_assert_true(may_use(f, &operator, "postgresql://127.0.0.1/d?sslmode=disable"));
	g_assert_true(may_use(f, &operator, sample));
	g_assert_true(may_use(f, &admin, "sqlite:////tmp/some.db"));
}

static bool may_run(ServiceFixture *f, const FerryActor *actor, bool has_hooks)
{
	GError *error = NULL;
	json_t *settings = ferry_settings_get(f->service, &error);

	g_assert_no_error(error);
	bool may = ferry_settings_allow_sql(actor, settings,
					    has_hooks ? "document.hooks.target_before[0]" : NULL, &error);
	if (!may)
		service_assert_problem(&error, FERRY_PROBLEM_FORBIDDEN);
	json_decref(settings);
	return may;
}

static void test_sql(ServiceFixture *f, gconstpointer data)
{
	g_assert_true(may_run(f, &operator, true));
	put(f, "{\"operators_may_run_sql\": false}", -1);
	g_assert_true(may_run(f, &operator, false));
	g_assert_true(may_run(f, &admin, true));
	g_assert_false(may_run(f, &operator, true));
}

static void add(const char *path, void (*test)(ServiceFixture *, gconstpointer))
{
	g_test_add(path, ServiceFixture, NULL, service_fixture_open, test, service_fixture_close);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/settings/put", test_put);
	g_test_add_func("/settings/hosts", test_hosts);
	add("/settings/own-files", test_own_files);
	add("/settings/files", test_files);
	add("/settings/sql", test_sql);
	return g_test_run();
}
