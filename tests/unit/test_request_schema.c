/* Bodies of requests against the schemas of their routes. */
#include "http/route.h"
#include "http/schema.h"

#include <string.h>

static void test_bodies(void)
{
	static const struct {
		const char *schema, *body, *field, *word; /* field NULL: it fits; "": the body itself */
	} cases[] = {
		{"StartRequest", "{\"project_id\": \"prj_1\"}", NULL, NULL},
		{"StartRequest", "{\"project_id\": \"prj_1\", \"dry_run\": true}", NULL, NULL},
		{"StartRequest", "{}", "project_id", "missing"},
		{"StartRequest", "{\"project_id\": 7}", "project_id", "a text"},
		{"StartRequest", "{\"project_id\": null}", "project_id", "a text"},
		{"StartRequest", "{\"project_id\": \"p\", \"dryrun\": true}", "dryrun", "not known"},
		{"StartRequest", "{\"project_id\": \"p\", \"\": true}", "\"\"", "not known"},
		{"StartRequest", "{\"project_id\": \"p\", \"dry_run\": \"yes\"}", "dry_run", "true or false"},
		{"StartRequest", "[]", "", "an object"},
		{"UserCreate", "{\"name\": \"a\", \"password\": \"b\", \"role\": \"king\"}", "role",
		 "viewer, operator or admin"},
		{"ConnectionPatch", "{\"password\": null}", NULL, NULL},
		{"ConnectionPatch", "{\"password\": []}", "password", "a text or null"},
		{"JobRequest", "{\"source\": \"a\", \"target\": \"b\", \"tables\": [\"t\", 1]}", "tables[1]",
		 "a text"},
		{"ProjectDraft", "{\"name\": \"p\", \"document\": {\"anything\": [1, {}]}}", NULL, NULL},
		{"ProjectDraft", "{\"document\": \"version: 1\"}", "document", "an object"},
		{"no such schema", "{\"x\": 1}", NULL, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		json_t *body = json_loads(cases[i].body, 0, NULL);
		bool is_ok = ferry_schema_check(cases[i].schema, body, &error);
		json_decref(body);
		g_assert_true(is_ok == (cases[i].word == NULL));
		if (is_ok)
			continue;
		g_assert_error(error, FERRY_PROBLEM, FERRY_PROBLEM_INVALID);
		g_assert_cmpstr(ferry_problem_get_field(error), ==, *cases[i].field ? cases[i].field : NULL);
		g_assert_nonnull(strstr(error->message, cases[i].word));
	}
}

/* A route cannot name a schema that is not there: everything would pass. */
static void test_names(void)
{
	for (const FerryRoute *const *part = ferry_routes; *part; part++)
		for (const FerryRoute *route = *part; route->method; route++) {
			g_assert_true(!route->request || json_object_get(ferry_schemas(), route->request));
			g_assert_true(!route->reply || json_object_get(ferry_schemas(), route->reply));
		}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schema/bodies", test_bodies);
	g_test_add_func("/schema/names", test_names);
	return g_test_run();
}
