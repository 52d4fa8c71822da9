#include "base/error.h"

static void test_fail_sets_code_and_message(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(ferry_fail(&error, FERRY_ERROR_NOT_FOUND, "no table %s in %d schemas", "album", 3));
	g_assert_error(error, FERRY_ERROR, FERRY_ERROR_NOT_FOUND);
	g_assert_cmpstr(error->message, ==, "no table album in 3 schemas");
	g_assert_true(ferry_error_is(error, FERRY_ERROR_NOT_FOUND));
	g_assert_false(ferry_error_is(error, FERRY_ERROR_EXISTS));
	g_assert_null(ferry_error_get_hint(error));
	g_assert_null(ferry_error_get_sqlstate(error));
	g_assert_cmpint(ferry_error_get_vendor_code(error), ==, 0);
	g_assert_false(ferry_error_can_heal(error));
}

static void test_null_error_is_fine(void)
{
	g_assert_false(ferry_fail(NULL, FERRY_ERROR_IO, "nobody %s", "listens"));
	g_assert_false(ferry_fail_server(NULL, FERRY_ERROR_IO, "08006", 1, true, "nobody %s", "listens"));
	ferry_error_hint(NULL, "nothing");
}

static void test_server_facts_ride_along(void)
{
	GError *error = NULL;

	g_assert_false(
		ferry_fail_server(&error, FERRY_ERROR_CONFLICT, "40P01", 1213, true, "deadlock on %s", "t"));
	ferry_error_hint(&error, "try %d times", 2);
	ferry_error_hint(&error, "old hint was: %s", ferry_error_get_hint(error));
	g_prefix_error(&error, "copying t: ");

	g_autoptr(GError) copy = g_error_copy(error);
	g_clear_error(&error); /* the copy must not borrow from it */
	g_assert_cmpstr(copy->message, ==, "copying t: deadlock on t");
	g_assert_cmpstr(ferry_error_get_sqlstate(copy), ==, "40P01");
	g_assert_cmpint(ferry_error_get_vendor_code(copy), ==, 1213);
	g_assert_true(ferry_error_can_heal(copy));
	g_assert_cmpstr(ferry_error_get_hint(copy), ==, "old hint was: try 2 times");
}

static void test_foreign_errors_have_nothing(void)
{
	g_autoptr(GError) error = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "no such file");
	GError *none = NULL;

	ferry_error_hint(&error, "ignored");
	ferry_error_hint(&none, "ignored");
	g_assert_null(none);
	const GError *errors[] = {error, NULL};
	for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
		g_assert_null(ferry_error_get_hint(errors[i]));
		g_assert_null(ferry_error_get_sqlstate(errors[i]));
		g_assert_cmpint(ferry_error_get_vendor_code(errors[i]), ==, 0);
		g_assert_false(ferry_error_can_heal(errors[i]));
		g_assert_false(ferry_error_is(errors[i], FERRY_ERROR_FAILED));
	}
}

static void test_code_names(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (int code = 0; code < FERRY_N_ERROR_CODES; code++) {
		const char *name = ferry_error_code_name((FerryErrorCode)code);
		g_assert_nonnull(name);
		g_assert_true(g_hash_table_add(seen, (gpointer)name)); /* all differ */
	}
	g_assert_cmpstr(ferry_error_code_name(FERRY_ERROR_NOT_FOUND), ==, "not-found");
	g_assert_cmpstr(ferry_error_code_name((FerryErrorCode)1000), ==, "failed");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/fail", test_fail_sets_code_and_message);
	g_test_add_func("/error/null", test_null_error_is_fine);
	g_test_add_func("/error/server", test_server_facts_ride_along);
	g_test_add_func("/error/foreign", test_foreign_errors_have_nothing);
	g_test_add_func("/error/names", test_code_names);
	return g_test_run();
}
