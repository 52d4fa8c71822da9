/* The target of a request's first line: what is taken apart, and what is refused. */
#include "http/route.h"
#include "http/target.h"

static void test_paths(void)
{
	static const struct {
		const char *raw, *path; /* NULL: refused */
	} cases[] = {
		{"/", "/"},
		{"/api/v1/projects", "/api/v1/projects"},
		{"/api/v1/projects?limit=2", "/api/v1/projects"},
		{"/a%20b/c", "/a b/c"},
		{"/%C3%BC", "/ü"},
		{"/a//b/", "/a//b/"},
		{"http://host:8080/api", "/api"},
		{"https://host/api?x=1", "/api"},
		{"/...", "/..."},
		{"", NULL},
		{NULL, NULL},
		{"*", NULL},
		{"api", NULL},
		{"http://host", NULL},
		{"/a#b", NULL},
		{"/a b", NULL},
		{"/..", NULL},
		{"/../etc/passwd", NULL},
		{"/a/../b", NULL},
		{"/a/.", NULL},
		{"/%2e%2e/etc/passwd", NULL},
		{"/.%2E/x", NULL},
		{"/a%2fb", NULL},
		{"/a%5Cb", NULL},
		{"/a%00b", NULL},
		{"/a%0ab", NULL},
		{"/a%", NULL},
		{"/a%4", NULL},
		{"/a%zz", NULL},
		{"/%ff", NULL},
		{"/\xff", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GHashTable) query = NULL;
		g_autofree char *path = NULL;
		g_autoptr(GError) error = NULL;
		bool is_ok = ferry_target_parse(cases[i].raw, &path, &query, &error);
		g_assert_cmpstr(path, ==, cases[i].path);
		g_assert_true(is_ok == (cases[i].path != NULL));
		if (!is_ok)
			g_assert_error(error, FERRY_PROBLEM, FERRY_PROBLEM_MALFORMED);
	}
}

static void test_queries(void)
{
	static const struct {
		const char *raw, *name, *value; /* name NULL: refused; value NULL: not there */
	} cases[] = {
		{"/?a=1&b=2", "b", "2"}, {"/?a=1&a=2", "a", "2"},       {"/?a", "a", ""},
		{"/?a=b=c", "a", "b=c"}, {"/?q=x+y%2Bz", "q", "x y+z"}, {"/?q=%2F..%2F", "q", "/../"},
		{"/?&&a=1&", "a", "1"},  {"/?a=?", "a", "?"},           {"/?", "a", NULL},
		{"/?a=%00", NULL, NULL}, {"/?%00=1", NULL, NULL},       {"/?a=%g", NULL, NULL},
		{"/?a=%ff", NULL, NULL},
	};
	g_autoptr(GString) many = g_string_new("/?");

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GHashTable) query = NULL;
		g_autofree char *path = NULL;
		bool is_ok = ferry_target_parse(cases[i].raw, &path, &query, NULL);
		g_assert_true(is_ok == (cases[i].name != NULL));
		if (is_ok)
			g_assert_cmpstr(g_hash_table_lookup(query, cases[i].name), ==, cases[i].value);
	}
	for (guint i = 0; i < 101; i++)
		g_string_append_printf(many, "p%u=1&", i);
	g_autoptr(GHashTable) query = NULL;
	g_autofree char *path = NULL;
	g_assert_false(ferry_target_parse(many->str, &path, &query, NULL));
}

static void test_routes(void)
{
	static const struct {
		const char *method, *path, *param, *allowed; /* param NULL: no route */
	} cases[] = {
		{"GET", "/api/v1/projects/prj_1", "prj_1", NULL},
		{"HEAD", "/api/v1/projects/prj_1", "prj_1", NULL},
		{"POST", "/api/v1/projects/validate", "", NULL},
		{"POST", "/api/v1/projects/prj_1", NULL, "GET, PUT, DELETE"},
		{"GET", "/api/v1/projects/", NULL, NULL},
		{"GET", "/api/v1/projects/prj_1/", NULL, NULL},
		{"GET", "/api/v1/nothing", NULL, NULL},
		{"get", "/healthz", NULL, "GET"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) params = NULL;
		g_autofree char *allowed = NULL;
		const FerryRoute *route = ferry_route_find(cases[i].method, cases[i].path, &params, &allowed);
		g_assert_true((route != NULL) == (cases[i].param != NULL));
		g_assert_cmpstr(allowed, ==, cases[i].allowed);
		if (route && *cases[i].param)
			g_assert_cmpstr(params[0], ==, cases[i].param);
	}
}

/* Nobody unknown may have more than a little kept for him, and nobody more than a document. */
static void test_bodies(void)
{
	for (const FerryRoute *const *part = ferry_routes; *part; part++)
		for (const FerryRoute *route = *part; route->method; route++) {
			gsize max = ferry_route_max_body(route, 8 << 20);
			g_assert_cmpuint(max, <=, route->role == FERRY_ROLE_NONE ? 4096 : 8 << 20);
			g_assert_true(route->flags & FERRY_ROUTE_LARGE || max <= 256 * 1024);
			g_assert_cmpuint(ferry_route_max_body(route, 1024), <=, 1024);
		}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/target/paths", test_paths);
	g_test_add_func("/target/queries", test_queries);
	g_test_add_func("/route/find", test_routes);
	g_test_add_func("/route/bodies", test_bodies);
	return g_test_run();
}
