/* See service_fixture.h. */
#include "service_fixture.h"

#include <glib/gstdio.h>

static void open_service(ServiceFixture *fixture)
{
	FerryServiceOptions options = {.data_dir = fixture->folder};
	GError *error = NULL;

	fixture->service = ferry_service_open(&options, &error);
	g_assert_no_error(error);
}

void service_fixture_open(ServiceFixture *fixture, gconstpointer data)
{
	GError *error = NULL;

	fixture->folder = g_dir_make_tmp("ferry-service-XXXXXX", &error);
	g_assert_no_error(error);
	open_service(fixture);
}

void service_fixture_close(ServiceFixture *fixture, gconstpointer data)
{
	const char *name;

	ferry_service_close(fixture->service);
	GDir *dir = g_dir_open(fixture->folder, 0, NULL);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
		g_remove(path);
	}
	g_dir_close(dir);
	g_rmdir(fixture->folder);
	g_free(fixture->folder);
}

void service_fixture_reopen(ServiceFixture *fixture)
{
	ferry_service_close(fixture->service);
	open_service(fixture);
}

char *service_fixture_ask(ServiceFixture *fixture, const char *sql)
{
	GError *error = NULL;
	FerryStoreTx *tx =
		ferry_store_begin(ferry_service_get_store(fixture->service), FERRY_STORE_READ, &error);
	FerryRows *rows = ferry_store_query(tx, &error, sql, "");

	g_assert_no_error(error);
	g_assert_cmpuint(rows->rows->len, >, 0);
	char **row = g_ptr_array_index(rows->rows, 0);
	char *text = g_strdup(row[0] ? row[0] : "");
	ferry_rows_free(rows);
	ferry_store_rollback(tx);
	return text;
}

void service_fixture_run(ServiceFixture *fixture, const char *sql)
{
	GError *error = NULL;
	FerryStoreTx *tx =
		ferry_store_begin(ferry_service_get_store(fixture->service), FERRY_STORE_WRITE, &error);

	ferry_store_exec(tx, NULL, &error, sql, "");
	g_assert_no_error(error);
	g_assert_true(ferry_store_commit(tx, &error));
}

void service_assert_problem(GError **error, FerryProblem code)
{
	g_assert_error(*error, FERRY_PROBLEM, (int)code);
	g_clear_error(error);
}
