/* The audit log only grows, but by the one way in which old entries go. */
#include "service/audit.h"
#include "service/settings.h"
#include "service_fixture.h"

static const FerryActor ada = {.user_id = "usr_1", .user_name = "ada", .role = FERRY_ROLE_ADMIN};

static void add(ServiceFixture *f, const char *action)
{
	GError *error = NULL;

	g_assert_true(ferry_audit_add_now(f->service, &ada, action, NULL, NULL, &error));
	g_assert_no_error(error);
}

static bool run(ServiceFixture *f, const char *sql)
{
	g_autoptr(FerryStoreTx) tx =
		ferry_store_begin(ferry_service_get_store(f->service), FERRY_STORE_WRITE, NULL);

	return ferry_store_exec(tx, NULL, NULL, sql, "") && ferry_store_commit(g_steal_pointer(&tx), NULL);
}

static void assert_actions(ServiceFixture *f, const char *expected)
{
	g_autofree char *actions = service_fixture_ask(
		f, "SELECT group_concat(action, ' ') FROM (SELECT action FROM audit ORDER BY id)");

	g_assert_cmpstr(actions, ==, expected);
}

static void test_nothing_changes(ServiceFixture *f, gconstpointer data)
{
	static const char *const attempts[] = {
		"UPDATE audit SET user_name = 'bob'",
		"UPDATE audit SET id = id + 1",
		"DELETE FROM audit",
		"DELETE FROM audit WHERE id = 1",
		"INSERT OR REPLACE INTO audit (id, at, action) VALUES (1, '2026-01-01T00:00:00.000Z', 'x')",
		"REPLACE INTO audit (id, at, action) VALUES (1, '2026-01-01T00:00:00.000Z', 'x')",
	};

	add(f, "a");
	add(f, "b");
	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
		g_assert_false(run(f, attempts[i]));
		assert_actions(f, "a b");
	}
	add(f, "c");
	service_fixture_reopen(f);
	assert_actions(f, "a b c");
}

static void test_old_ones_go(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	gint64 now = g_get_real_time();
	int64_t n = -1;

	g_assert_true(ferry_audit_expire(f->service, &ada, now, &n, &error));
	g_assert_cmpint(n, ==, 0);
	service_fixture_run(f, "INSERT INTO audit (at, action) VALUES ('2020-01-01T00:00:00.000Z', 'old')");
	add(f, "new");
	g_assert_true(ferry_audit_expire(f->service, &ada, now - G_TIME_SPAN_DAY, &n, &error));
	g_assert_no_error(error);
	g_assert_cmpint(n, ==, 1);
	assert_actions(f, "new audit.expire");
	g_assert_false(run(f, "DELETE FROM audit"));
}

static void test_as_settings_say(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	gint64 now = g_get_real_time();
	json_t *request = json_pack("{s:i}", "audit_days", 30);

	service_fixture_run(f, "INSERT INTO audit (at, action) VALUES ('2020-01-01T00:00:00.000Z', 'old')");
	g_assert_true(
		ferry_audit_expire_old(f->service, now, &error)); /* for ever, where nobody says otherwise */
	assert_actions(f, "old");
	json_t *settings = ferry_settings_put(f->service, &ada, request, &error);
	g_assert_no_error(error);
	g_assert_cmpint(json_integer_value(json_object_get(settings, "audit_days")), ==, 30);
	g_assert_true(ferry_audit_expire_old(f->service, now, &error));
	assert_actions(f, "settings.update audit.expire");
	g_assert_true(ferry_audit_expire_old(f->service, now, &error));
	assert_actions(f, "settings.update audit.expire");
	json_object_set_new(request, "audit_days", json_integer(3));
	g_assert_null(ferry_settings_put(f->service, &ada, request, &error));
	service_assert_problem(&error, FERRY_PROBLEM_INVALID);
	json_decref(settings);
	json_decref(request);
}

#define ADD(path, func)                                                                                      \
	g_test_add(path, ServiceFixture, NULL, service_fixture_open, func, service_fixture_close)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("/audit/nothing-changes", test_nothing_changes);
	ADD("/audit/old-ones-go", test_old_ones_go);
	ADD("/audit/as-settings-say", test_as_settings_say);
	return g_test_run();
}
