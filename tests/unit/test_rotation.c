/* Changing the key that seals secrets, and being interrupted at each step of it. */
#include "service/rotation.h"
#include "service/service_internal.h"
#include "service_fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define N_CONNECTIONS 3

static char *path_of(ServiceFixture *f, const char *name)
{
	return g_build_filename(f->folder, name, NULL);
}

static void add_connections(ServiceFixture *f)
{
	for (int i = 0; i < N_CONNECTIONS; i++) {
		g_autofree char *purpose = g_strdup_printf("connection con_%d", i),
				*text = g_strdup_printf("secret %d", i);
		g_autofree char *sealed = ferry_secret_seal(f->service->key, purpose, text);
		g_autofree char *sql =
			g_strdup_printf("INSERT INTO connections (id, name, connector, url, secret, version, "
					"created_at, updated_at) "
					"VALUES ('con_%d', 'c%d', 'sqlite', 'sqlite:x', '%s', 1, '', '')",
					i, i, sealed);
		service_fixture_run(f, sql);
	}
	service_fixture_run(
		f, "INSERT INTO connections (id, name, connector, url, version, created_at, updated_at) "
		   "VALUES ('con_plain', 'plain', 'sqlite', 'sqlite:x', 1, '', '')");
}

static void assert_opens(ServiceFixture *f)
{
	for (int i = 0; i < N_CONNECTIONS; i++) {
		GError *error = NULL;
		g_autofree char *sql =
			g_strdup_printf("SELECT secret FROM connections WHERE id = 'con_%d'", i);
		g_autofree char *sealed = service_fixture_ask(f, sql),
				*purpose = g_strdup_printf("connection con_%d", i),
				*wanted = g_strdup_printf("secret %d", i);
		g_autofree char *text = ferry_secret_open(f->service->key, purpose, sealed, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(text, ==, wanted);
	}
	g_autofree char *old = path_of(f, "secret.key.old"), *new = path_of(f, "secret.key.new");
	g_assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
	g_assert_false(g_file_test(new, G_FILE_TEST_EXISTS));
}

static char *read_key(ServiceFixture *f)
{
	g_autofree char *path = path_of(f, "secret.key");
	char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static void test_rotate(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *before = read_key(f);
	guint n = 0;

	add_connections(f);
	g_assert_true(ferry_secrets_rotate(f->service, &n, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(n, ==, N_CONNECTIONS);
	g_autofree char *after = read_key(f), *path = path_of(f, "secret.key");
	g_assert_cmpstr(before, !=, after);
	GStatBuf info;
	g_assert_cmpint(g_stat(path, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0600);
	assert_opens(f);
	service_fixture_reopen(f);
	assert_opens(f);
	g_autofree char *entries =
		service_fixture_ask(f, "SELECT count(*) FROM audit WHERE action = 'secrets.rotate'");
	g_assert_cmpstr(entries, ==, "1");
}

/* The files as a kill at each step leaves them. */
static void test_interrupted(ServiceFixture *f, gconstpointer data)
{
	g_autofree char *key = path_of(f, "secret.key"), *old = path_of(f, "secret.key.old"),
			*new = path_of(f, "secret.key.new");
	GError *error = NULL;
	guint n = 0;

	add_connections(f);
	g_test_message("the new key is written, nothing else");
	ferry_secret_key_free(ferry_secret_key_create(new, &error));
	g_assert_no_error(error);
	service_fixture_reopen(f);
	g_assert_true(ferry_secrets_rotate(f->service, &n, &error));
	assert_opens(f);

	g_test_message("the old one has its second name");
	g_assert_cmpint(link(key, old), ==, 0);
	service_fixture_reopen(f);
	assert_opens(f);

	g_test_message("the new one has taken its place");
	g_assert_cmpint(link(key, old), ==, 0);
	ferry_secret_key_free(ferry_secret_key_create(new, &error));
	g_assert_cmpint(g_rename(new, key), ==, 0);
	service_fixture_reopen(f);
	assert_opens(f);

	g_test_message("all is sealed again, the old one is still there");
	g_autofree char *kept = path_of(f, "kept");
	g_assert_cmpint(link(key, kept), ==, 0);
	g_assert_true(ferry_secrets_rotate(f->service, &n, &error));
	g_assert_cmpint(g_rename(kept, old), ==, 0);
	service_fixture_reopen(f);
	assert_opens(f);
}

static void test_environment(ServiceFixture *f, gconstpointer data)
{
	GError *error = NULL;
	g_autofree char *before = read_key(f);
	guint n = 0;

	add_connections(f);
	g_setenv("FERRY_SECRET_KEY_OLD", before, TRUE);
	g_setenv("FERRY_SECRET_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		 TRUE);
	service_fixture_reopen(f);
	assert_opens(f);
	g_unsetenv("FERRY_SECRET_KEY_OLD");
	service_fixture_reopen(f);
	assert_opens(f);
	g_assert_false(ferry_secrets_rotate(f->service, &n, &error));
	g_assert_true(ferry_error_is(error, FERRY_ERROR_USAGE));
	g_clear_error(&error);
	g_unsetenv("FERRY_SECRET_KEY");
}

static void test_wrong_old_key(ServiceFixture *f, gconstpointer data)
{
	g_autofree char *old = path_of(f, "secret.key.old"), *key = path_of(f, "secret.key"),
			*kept = path_of(f, "kept");
	FerryServiceOptions options = {.data_dir = f->folder};
	GError *error = NULL;

	add_connections(f);
	g_assert_cmpint(g_rename(key, kept), ==, 0);
	ferry_secret_key_free(ferry_secret_key_create(key, &error));
	ferry_secret_key_free(ferry_secret_key_create(old, &error));
	ferry_service_close(f->service);
	g_assert_null(ferry_service_open(&options, &error));
	g_assert_true(ferry_error_is(error, FERRY_ERROR_AUTH));
	g_assert_null(strstr(error->message, "secret 0"));
	g_clear_error(&error);
	/* nothing was lost by that */
	g_assert_cmpint(g_rename(kept, key), ==, 0);
	f->service = ferry_service_open(&options, &error);
	g_assert_no_error(error);
	assert_opens(f);
}

/* Nobody changes the key of a service at work. */
static void test_one_process(ServiceFixture *f, gconstpointer data)
{
	FerryServiceOptions options = {.data_dir = f->folder};
	GError *error = NULL;

	g_assert_null(ferry_service_open(&options, &error));
	g_assert_true(ferry_error_is(error, FERRY_ERROR_CONFLICT));
	g_clear_error(&error);
}

static void add(const char *path, void (*test)(ServiceFixture *, gconstpointer))
{
	g_test_add(path, ServiceFixture, NULL, service_fixture_open, test, service_fixture_close);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/rotation/rotate", test_rotate);
	add("/rotation/interrupted", test_interrupted);
	add("/rotation/environment", test_environment);
	add("/rotation/wrong-old-key", test_wrong_old_key);
	add("/rotation/one-process", test_one_process);
	return g_test_run();
}
