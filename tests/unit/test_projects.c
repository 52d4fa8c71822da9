/* Versions of a project: which edits stay apart, which are put together, and what the version protects. */
#include "service/projects.h"
#include "service_fixture.h"

static const FerryActor ada = {.user_id = "usr_1", .user_name = "ada", .role = FERRY_ROLE_ADMIN};
static const FerryActor bob = {.user_id = "usr_2", .user_name = "bob", .role = FERRY_ROLE_OPERATOR};

/* Newly allocated id. */
static char *make(ServiceFixture *f)
{
	GError *error = NULL;
	json_t *request = json_pack("{s:s}", "name", "Shop");
	json_t *made = ferry_projects_create(f->service, &ada, request, &error);
	char *id = g_strdup(json_string_value(json_object_get(made, "id")));

	g_assert_no_error(error);
	json_decref(request);
	json_decref(made);
	return id;
}

/* The version that comes of it; 0: it was refused. */
static int64_t save(ServiceFixture *f, const FerryActor *actor, const char *id, int64_t version, int lanes,
		    bool is_autosave)
{
	GError *error = NULL;
	json_t *request = json_pack("{s:{s:i, s:{s:i}}, s:b}", "document", "version", 1, "options", "lanes",
				    lanes, "is_autosave", is_autosave);
	json_t *saved = ferry_projects_update(f->service, actor, id, version, request, &error);
	int64_t now = json_integer_value(json_object_get(saved, "version"));

	json_decref(request);
	json_decref(saved);
	if (now == 0)
		service_assert_problem(&error, FERRY_PROBLEM_STALE);
	return now;
}

static void assert_versions(ServiceFixture *f, const char *expected)
{
	g_autofree char *versions = service_fixture_ask(f, "SELECT group_concat(version, ' ') FROM (SELECT "
							   "version FROM project_versions ORDER BY version)");

	g_assert_cmpstr(versions, ==, expected);
}

/* Each step is saved on top of the one before. */
static void test_what_is_kept(ServiceFixture *f, gconstpointer data)
{
	static const struct {
		const FerryActor *actor;
		bool is_autosave;
		const char *before; /* SQL, or NULL */
		const char *expected;
	} steps[] = {
		{&ada, true, NULL, "1 2"}, /* what was made stays */
		{&ada, true, NULL, "1 3"}, /* typed on */
		{&ada, true, NULL, "1 4"},
		{&bob, true, NULL, "1 4 5"}, /* by somebody else */
		{&bob, true, NULL, "1 4 6"},
		{&bob, false, NULL, "1 4 6 7"}, /* a save of its own */
		{&bob, true, NULL, "1 4 6 7 8"},
		/* something was run from it */
		{&bob, true,
		 "INSERT INTO executions (id, project_id, project_name, project_version, document, "
		 "source_connection_id, target_connection_id, state, attempt, dry_run, restart, created_at, "
		 "endpoints) SELECT 'exe_1', id, name, version, document, 'a', 'b', 'COMPLETED', 1, 0, 0, "
		 "updated_at, '{}' FROM projects",
		 "1 4 6 7 8 9"},
		{&bob, true, NULL, "1 4 6 7 8 10"},
		/* begun too long ago, whenever the last save was */
		{&bob, true, "UPDATE project_versions SET autosave_since = '2020-01-01T00:00:00.000Z'",
		 "1 4 6 7 8 10 11"},
	};
	g_autofree char *id = make(f);

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].before)
			service_fixture_run(f, steps[i].before);
		g_assert_cmpint(save(f, steps[i].actor, id, (int64_t)i + 1, (int)i + 1, steps[i].is_autosave),
				==, (int64_t)i + 2);
		assert_versions(f, steps[i].expected);
	}
}

/* A version that has given way is still no longer current: an edit made from it is refused. */
static void test_stale(ServiceFixture *f, gconstpointer data)
{
	g_autofree char *id = make(f);

	g_assert_cmpint(save(f, &ada, id, 1, 1, true), ==, 2);
	g_assert_cmpint(save(f, &ada, id, 2, 2, true), ==, 3);
	g_assert_cmpint(save(f, &ada, id, 2, 3, true), ==, 0);
	g_assert_cmpint(save(f, &ada, id, 1, 4, false), ==, 0);
	assert_versions(f, "1 3");
}

static void test_what_is_in_them(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *id = make(f);
	int lanes = 0;

	save(f, &ada, id, 1, 4, true);
	save(f, &ada, id, 2, 5, true);
	json_t *version = ferry_projects_get_version(f->service, &ada, id, 3, &error);
	g_assert_no_error(error);
	g_assert_cmpint(json_unpack(version, "{s:{s:{s:i}}}", "document", "options", "lanes", &lanes), ==, 0);
	g_assert_cmpint(lanes, ==, 5);
	json_decref(version);
	g_assert_null(ferry_projects_get_version(f->service, &ada, id, 2, &error));
	service_assert_problem(&error, FERRY_PROBLEM_NOT_FOUND);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/projects/versions/kept", ServiceFixture, NULL, service_fixture_open, test_what_is_kept,
		   service_fixture_close);
	g_test_add("/projects/versions/stale", ServiceFixture, NULL, service_fixture_open, test_stale,
		   service_fixture_close);
	g_test_add("/projects/versions/contents", ServiceFixture, NULL, service_fixture_open,
		   test_what_is_in_them, service_fixture_close);
	return g_test_run();
}
