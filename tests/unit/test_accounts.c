/* Accounts over a real store: set-up, passwords, sessions, users, keys. */
#include "service/accounts_internal.h"
#include "service/audit.h"
#include "service_fixture.h"

#include <string.h>

#define PASSWORD "correct horse battery"

static const FerryActor nobody = {.address = "192.0.2.7"};

/* The first admin, signed in. */
static json_t *set_up(ServiceFixture *f, char **ret_token)
{
	GError *error = NULL;
	g_autofree char *link = ferry_accounts_setup_token(f->service);
	json_t *session = ferry_accounts_setup(f->service, &nobody, link, "ada", PASSWORD, ret_token, &error);

	g_assert_no_error(error);
	return session;
}

static FerryActor admin_actor(json_t *session)
{
	return (FerryActor){
		.user_id = json_string_value(json_object_get(json_object_get(session, "user"), "id")),
		.user_name = "ada",
		.address = "192.0.2.7",
		.role = FERRY_ROLE_ADMIN};
}

static json_t *add_user(ServiceFixture *f, const FerryActor *admin, const char *name, const char *role)
{
	GError *error = NULL;
	json_t *request = json_pack("{s:s, s:s, s:s}", "name", name, "password", PASSWORD, "role", role);
	json_t *user = ferry_users_create(f->service, admin, request, &error);

	g_assert_no_error(error);
	json_decref(request);
	return user;
}

static const char *text(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void test_setup(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *link = ferry_accounts_setup_token(f->service), *token = NULL;
	bool needs = false;

	g_assert_true(ferry_accounts_needs_setup(f->service, &needs, &error));
	g_assert_true(needs);
	g_assert_null(ferry_accounts_setup(f->service, &nobody, "guessed", "ada", PASSWORD, &token, &error));
	service_assert_problem(&error, FERRY_PROBLEM_FORBIDDEN);
	g_assert_null(ferry_accounts_setup(f->service, &nobody, link, "ada", "short", &token, &error));
	service_assert_problem(&error, FERRY_PROBLEM_INVALID);

	json_t *session = set_up(f, &token);
	g_assert_cmpstr(text(json_object_get(session, "user"), "role"), ==, "admin");
	json_decref(session);
	g_assert_true(ferry_accounts_needs_setup(f->service, &needs, &error));
	g_assert_false(needs);
	g_assert_null(ferry_accounts_setup_token(f->service));
	g_assert_null(ferry_accounts_setup(f->service, &nobody, link, "eve", PASSWORD, &token, &error));
	service_assert_problem(&error, FERRY_PROBLEM_CONFLICT);

	/* a new start makes a new link, which is of no use either */
	service_fixture_reopen(f);
	g_autofree char *second = ferry_accounts_setup_token(f->service);
	g_assert_null(ferry_accounts_setup(f->service, &nobody, second, "eve", PASSWORD, &token, &error));
	service_assert_problem(&error, FERRY_PROBLEM_CONFLICT);
	g_autofree char *n = service_fixture_ask(f, "SELECT count(*) FROM users");
	g_assert_cmpstr(n, ==, "1");
}

static void test_password_rule(void)
{
	static const struct {
		const char *name, *password;
		bool is_ok;
		const char *why;
	} cases[] = {
		{"ada", "correct horse", true, "words"},
		{"ada", "123456789", false, "nine characters"},
		{"ada", "äöüßäöüß12", true, "ten characters, not bytes"},
		{"ada", "äöüß", false, "four characters in eight bytes"},
		{"ada", "aaaaaaaaaaaaaaaa", false, "one character"},
		{"ada", "abcabcabcabc", false, "three of them"},
		{"ada", "my name is ADA!", false, "holds the name"},
		{"al", "all is well here", true, "a short name is no matter"},
		{"ada", "\xff\xfe not utf-8 at all", false, "not UTF-8"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		g_test_message("%s", cases[i].why);
		g_assert_cmpint(ferry_password_check(cases[i].name, cases[i].password, "password", &error),
				==, cases[i].is_ok);
		if (!cases[i].is_ok) {
			g_assert_nonnull(ferry_problem_get_hint(error));
			g_assert_null(strstr(error->message, cases[i].password));
			service_assert_problem(&error, FERRY_PROBLEM_INVALID);
		}
	}
	g_autofree char *long_one = g_strnfill(513, 'x');
	g_assert_false(ferry_password_check("ada", long_one, "password", NULL));
}

static void test_login(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *first = NULL, *token = NULL;
	FerryCaller caller = {0};

	json_decref(set_up(f, &first));
	g_assert_null(ferry_accounts_login(f->service, &nobody, "ada", "wrong password", &token, &error));
	g_autofree char *said = g_strdup(error->message);
	service_assert_problem(&error, FERRY_PROBLEM_CREDENTIALS);
	g_assert_null(ferry_accounts_login(f->service, &nobody, "bob", PASSWORD, &token, &error));
	g_assert_cmpstr(error->message, ==, said); /* an unknown name does not show */
	service_assert_problem(&error, FERRY_PROBLEM_CREDENTIALS);
	g_assert_null(token);

	json_t *session = ferry_accounts_login(f->service, &nobody, "ada", PASSWORD, &token, &error);
	g_assert_no_error(error);
	g_assert_true(ferry_accounts_find_session(f->service, token, &caller, &error));
	g_assert_cmpstr(caller.user_name, ==, "ada");
	g_assert_cmpint(caller.role, ==, FERRY_ROLE_ADMIN);
	g_assert_cmpstr(caller.csrf_token, ==, text(session, "csrf_token"));
	ferry_caller_clear(&caller);

	/* neither token nor password is in the store */
	g_autofree char *hash = service_fixture_ask(f, "SELECT password_hash FROM users");
	g_assert_true(g_str_has_prefix(hash, "$argon2id$"));
	g_autofree char *in_store =
		g_strdup_printf("SELECT count(*) FROM sessions WHERE token_hash = '%s'", token);
	g_autofree char *n = service_fixture_ask(f, in_store);
	g_assert_cmpstr(n, ==, "0");

	FerryActor actor = admin_actor(session);
	g_assert_true(ferry_accounts_logout(f->service, &actor, token, &error));
	g_assert_false(ferry_accounts_find_session(f->service, token, &caller, &error));
	service_assert_problem(&error, FERRY_PROBLEM_UNAUTHORIZED);
	g_assert_true(
		ferry_accounts_find_session(f->service, first, &caller, &error)); /* the other one goes on */
	ferry_caller_clear(&caller);
	json_decref(session);
}

static void test_session_end(ServiceFixture *f, gconstpointer data)
{
	static const struct {
		const char *change;
		bool is_alive;
		const char *why;
	} cases[] = {
		{"seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-11 hours')", true, "idle for 11 hours"},
		{"seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-13 hours')", false, "idle for 13 hours"},
		{"expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 seconds')", false,
		 "its week is over"},
	};
	g_autofree char *first = NULL;

	json_decref(set_up(f, &first));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *token = NULL;
		FerryCaller caller = {0};
		GError *error = NULL;
		g_test_message("%s", cases[i].why);
		json_decref(ferry_accounts_login(f->service, &nobody, "ada", PASSWORD, &token, &error));
		g_assert_no_error(error);
		g_autofree char *hash = ferry_token_hash(token);
		g_autofree char *sql = g_strdup_printf("UPDATE sessions SET %s WHERE token_hash = '%s'",
						       cases[i].change, hash);
		service_fixture_run(f, sql);
		g_assert_cmpint(ferry_accounts_find_session(f->service, token, &caller, NULL), ==,
				cases[i].is_alive);
		ferry_caller_clear(&caller);
	}
	/* the one that was idle for 11 hours was noted as in use */
	g_autofree char *n = service_fixture_ask(f, "SELECT count(*) FROM sessions WHERE seen_at > "
						    "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hours')");
	g_assert_cmpstr(n, ==, "3");
}

static void test_change_password(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *first = NULL, *other = NULL, *token = NULL;
	FerryCaller caller = {0};
	json_t *session = set_up(f, &first);
	FerryActor actor = admin_actor(session);

	json_decref(ferry_accounts_login(f->service, &nobody, "ada", PASSWORD, &other, &error));
	g_assert_false(ferry_accounts_change_password(f->service, &actor, first, "not it", "another password",
						      &error));
	service_assert_problem(&error, FERRY_PROBLEM_INVALID);
	g_assert_false(ferry_accounts_change_password(f->service, &actor, first, PASSWORD, "short", &error));
	service_assert_problem(&error, FERRY_PROBLEM_INVALID);
	g_assert_true(ferry_accounts_change_password(f->service, &actor, first, PASSWORD, "another password",
						     &error));
	g_assert_true(ferry_accounts_find_session(f->service, first, &caller, &error));
	ferry_caller_clear(&caller);
	g_assert_false(ferry_accounts_find_session(f->service, other, &caller, NULL));
	g_assert_null(ferry_accounts_login(f->service, &nobody, "ada", PASSWORD, &token, NULL));
	json_decref(ferry_accounts_login(f->service, &nobody, "ada", "another password", &token, &error));
	g_assert_no_error(error);
	json_decref(session);
}

static void update(ServiceFixture *f, const FerryActor *admin, const char *id, const char *body, int code)
{
	GError *error = NULL;
	json_t *request = json_loads(body, 0, NULL);
	json_t *user = ferry_users_update(f->service, admin, id, request, &error);

	if (code < 0)
		g_assert_no_error(error);
	else
		service_assert_problem(&error, (FerryProblem)code);
	json_decref(user);
	json_decref(request);
}

static void test_last_admin(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *token = NULL;
	json_t *session = set_up(f, &token);
	FerryActor admin = admin_actor(session);
	g_autofree char *ada = g_strdup(admin.user_id);

	update(f, &admin, ada, "{\"role\": \"operator\"}", FERRY_PROBLEM_CONFLICT);
	update(f, &admin, ada, "{\"is_disabled\": true}", FERRY_PROBLEM_CONFLICT);
	g_assert_false(ferry_users_delete(f->service, &admin, ada, &error));
	service_assert_problem(&error, FERRY_PROBLEM_CONFLICT);

	/* a disabled admin is none */
	json_t *second = add_user(f, &admin, "grace", "admin");
	update(f, &admin, text(second, "id"), "{\"is_disabled\": true}", -1);
	update(f, &admin, ada, "{\"role\": \"viewer\"}", FERRY_PROBLEM_CONFLICT);
	update(f, &admin, text(second, "id"), "{\"is_disabled\": false}", -1);
	update(f, &admin, ada, "{\"role\": \"viewer\"}", -1);
	g_assert_false(ferry_users_delete(f->service, &admin, text(second, "id"), &error));
	service_assert_problem(&error, FERRY_PROBLEM_CONFLICT);
	g_assert_true(ferry_users_delete(f->service, &admin, ada, &error));
	json_decref(second);
	json_decref(session);
}

static void test_users(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *token = NULL, *bobs = NULL;
	FerryCaller caller = {0};
	json_t *session = set_up(f, &token);
	FerryActor admin = admin_actor(session);
	json_t *bob = add_user(f, &admin, "bob", "operator");
	const char *id = text(bob, "id");

	g_assert_null(json_object_get(bob, "password_hash"));
	json_t *twice = json_pack("{s:s, s:s, s:s}", "name", "bob", "password", PASSWORD, "role", "viewer");
	g_assert_null(ferry_users_create(f->service, &admin, twice, &error));
	service_assert_problem(&error, FERRY_PROBLEM_CONFLICT);
	json_object_set_new(twice, "name", json_string(" bob"));
	g_assert_null(ferry_users_create(f->service, &admin, twice, &error));
	service_assert_problem(&error, FERRY_PROBLEM_INVALID);
	json_decref(twice);

	/* a new role counts at once, being disabled ends the session */
	json_decref(ferry_accounts_login(f->service, &nobody, "bob", PASSWORD, &bobs, &error));
	update(f, &admin, id, "{\"role\": \"viewer\"}", -1);
	g_assert_true(ferry_accounts_find_session(f->service, bobs, &caller, &error));
	g_assert_cmpint(caller.role, ==, FERRY_ROLE_VIEWER);
	ferry_caller_clear(&caller);
	update(f, &admin, id, "{\"is_disabled\": true}", -1);
	g_assert_false(ferry_accounts_find_session(f->service, bobs, &caller, NULL));
	g_autofree char *none = NULL;
	g_assert_null(ferry_accounts_login(f->service, &nobody, "bob", PASSWORD, &none, &error));
	service_assert_problem(&error, FERRY_PROBLEM_CREDENTIALS);
	update(f, &admin, id, "{\"is_disabled\": false}", -1);
	g_assert_false(ferry_accounts_find_session(f->service, bobs, &caller, NULL)); /* it stays ended */

	update(f, &admin, id, "{\"role\": \"king\"}", FERRY_PROBLEM_INVALID);
	update(f, &admin, id, "{\"is_disabled\": 1}", FERRY_PROBLEM_INVALID);
	update(f, &admin, id, "{\"password\": \"short\"}", FERRY_PROBLEM_INVALID);
	update(f, &admin, "usr_none", "{\"role\": \"viewer\"}", FERRY_PROBLEM_NOT_FOUND);

	json_t *page = ferry_users_list(f->service, &(FerryPage){.limit = 1}, &error);
	g_assert_cmpuint(json_array_size(json_object_get(page, "items")), ==, 1);
	json_t *rest = ferry_users_list(
		f->service, &(FerryPage){.cursor = text(page, "next_cursor"), .limit = 1}, &error);
	g_assert_cmpstr(text(json_array_get(json_object_get(rest, "items"), 0), "name"), ==, "bob");
	g_assert_true(json_is_null(json_object_get(rest, "next_cursor")));
	json_decref(page);
	json_decref(rest);
	json_decref(bob);
	json_decref(session);
}

static void test_keys(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *token = NULL;
	FerryCaller caller = {0};
	json_t *session = set_up(f, &token);
	FerryActor admin = admin_actor(session);
	json_t *request = json_pack("{s:s, s:s, s:s}", "name", "ci", "role", "operator", "expires_at",
				    "2099-01-01T00:00:00Z");
	json_t *key = ferry_api_keys_create(f->service, &admin, request, &error);

	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(text(key, "key"), "ferry_"));
	g_assert_true(ferry_accounts_find_key(f->service, text(key, "key"), &caller, &error));
	g_assert_cmpstr(caller.user_name, ==, "ada (key ci)");
	g_assert_cmpint(caller.role, ==, FERRY_ROLE_OPERATOR);
	g_assert_null(caller.csrf_token);
	ferry_caller_clear(&caller);
	json_t *list = ferry_api_keys_list(f->service, &(FerryPage){.limit = 10}, &error);
	json_t *shown = json_array_get(json_object_get(list, "items"), 0);
	g_assert_null(json_object_get(shown, "key"));
	g_assert_nonnull(text(shown, "last_used_at"));
	json_decref(list);

	service_fixture_run(f, "UPDATE api_keys SET expires_at = '2020-01-01T00:00:00.000Z'");
	g_assert_false(ferry_accounts_find_key(f->service, text(key, "key"), &caller, &error));
	service_assert_problem(&error, FERRY_PROBLEM_UNAUTHORIZED);
	service_fixture_run(f, "UPDATE api_keys SET expires_at = NULL, role = 'admin'");

	/* never more than its user */
	json_t *grace = add_user(f, &admin, "grace", "admin");
	update(f, &admin, admin.user_id, "{\"role\": \"viewer\"}", -1);
	g_assert_true(ferry_accounts_find_key(f->service, text(key, "key"), &caller, &error));
	g_assert_cmpint(caller.role, ==, FERRY_ROLE_VIEWER);
	ferry_caller_clear(&caller);
	update(f, &admin, admin.user_id, "{\"is_disabled\": true}", -1);
	g_assert_false(ferry_accounts_find_key(f->service, text(key, "key"), &caller, NULL));
	update(f, &admin, admin.user_id, "{\"is_disabled\": false}", -1);
	g_assert_true(ferry_api_keys_delete(f->service, &admin, text(key, "id"), &error));
	g_assert_false(ferry_accounts_find_key(f->service, text(key, "key"), &caller, NULL));
	g_assert_false(ferry_api_keys_delete(f->service, &admin, text(key, "id"), &error));
	service_assert_problem(&error, FERRY_PROBLEM_NOT_FOUND);

	json_object_set_new(request, "expires_at", json_string("2020-01-01T00:00:00Z"));
	g_assert_null(ferry_api_keys_create(f->service, &admin, request, &error));
	service_assert_problem(&error, FERRY_PROBLEM_INVALID);
	json_object_set_new(request, "expires_at", json_string("tomorrow"));
	g_assert_null(ferry_api_keys_create(f->service, &admin, request, &error));
	service_assert_problem(&error, FERRY_PROBLEM_INVALID);
	json_decref(request);
	json_decref(grace);
	json_decref(key);
	json_decref(session);
}

static guint count_audit(ServiceFixture *f, FerryAuditFilter filter)
{
	GError *error = NULL;
	json_t *list = ferry_audit_list(f->service, &filter, &(FerryPage){.limit = 100}, &error);

	g_assert_no_error(error);
	guint n = (guint)json_array_size(json_object_get(list, "items"));
	json_decref(list);
	return n;
}

static void test_audit(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *token = NULL, *none = NULL;
	json_t *session = set_up(f, &token);
	FerryActor admin = admin_actor(session);

	json_decref(add_user(f, &admin, "bob", "viewer"));
	g_assert_null(ferry_accounts_login(f->service, &nobody, "bob", "wrong", &none, NULL));
	g_assert_null(ferry_accounts_login(f->service, &nobody, "my secret password", "x", &none, NULL));
	g_assert_cmpuint(count_audit(f, (FerryAuditFilter){0}), ==, 4);
	g_assert_cmpuint(count_audit(f, (FerryAuditFilter){.action = "user."}), ==, 2);
	g_assert_cmpuint(count_audit(f, (FerryAuditFilter){.action = "user"}), ==, 0);
	g_assert_cmpuint(count_audit(f, (FerryAuditFilter){.action = "session.refuse"}), ==, 2);
	g_assert_cmpuint(count_audit(f, (FerryAuditFilter){.user = "ada"}), ==, 2);
	g_assert_cmpuint(count_audit(f, (FerryAuditFilter){.from = "2020-01-01", .to = "2020-01-02"}), ==, 0);
	g_assert_cmpuint(count_audit(f, (FerryAuditFilter){.from = "2020-01-01T00:00:00+02:00"}), ==, 4);
	g_assert_null(ferry_audit_list(f->service, &(FerryAuditFilter){.to = "soon"},
				       &(FerryPage){.limit = 1}, &error));
	service_assert_problem(&error, FERRY_PROBLEM_INVALID);

	json_t *page = ferry_audit_list(f->service, &(FerryAuditFilter){0}, &(FerryPage){.limit = 3}, &error);
	json_t *newest = json_array_get(json_object_get(page, "items"), 0);
	g_assert_cmpstr(text(newest, "address"), ==, "192.0.2.7");
	g_assert_true(json_is_null(json_object_get(newest, "object"))); /* not what was typed */
	json_t *rest =
		ferry_audit_list(f->service, &(FerryAuditFilter){0},
				 &(FerryPage){.cursor = text(page, "next_cursor"), .limit = 3}, &error);
	g_assert_cmpuint(json_array_size(json_object_get(rest, "items")), ==, 1);
	json_decref(page);
	json_decref(rest);
	json_decref(session);
}

/* What is refused leaves neither a change nor an entry. */
static void test_audit_goes_with_change(ServiceFixture *f, gconstpointer data)
{
	g_autofree char *token = NULL;
	json_t *session = set_up(f, &token);
	FerryActor admin = admin_actor(session);

	service_fixture_run(f, "DROP TABLE audit");
	json_t *request = json_pack("{s:s, s:s, s:s}", "name", "bob", "password", PASSWORD, "role", "viewer");
	g_assert_null(ferry_users_create(f->service, &admin, request, NULL));
	g_autofree char *n = service_fixture_ask(f, "SELECT count(*) FROM users");
	g_assert_cmpstr(n, ==, "1");
	json_decref(request);
	json_decref(session);
}

static void add(const char *path, void (*test)(ServiceFixture *, gconstpointer))
{
	g_test_add(path, ServiceFixture, NULL, service_fixture_open, test, service_fixture_close);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/accounts/password-rule", test_password_rule);
	add("/accounts/setup", test_setup);
	add("/accounts/login", test_login);
	add("/accounts/session-end", test_session_end);
	add("/accounts/change-password", test_change_password);
	add("/accounts/last-admin", test_last_admin);
	add("/accounts/users", test_users);
	add("/accounts/keys", test_keys);
	add("/accounts/audit", test_audit);
	add("/accounts/audit-goes-with-change", test_audit_goes_with_change);
	return g_test_run();
}
