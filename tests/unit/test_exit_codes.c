/*
 * Exit codes from errors and outcomes: the table in exit_codes.h, row by row.
 */
#include "report/exit_codes.h"

typedef struct ErrorCase {
	FerryErrorCode code;
	FerryPhase phase;
	FerryExitCode expected;
	const char *why;
} ErrorCase;

static const ErrorCase error_cases[] = {
	{FERRY_ERROR_USAGE, FERRY_PHASE_CONNECT, 1, "a malformed URL"},
	{FERRY_ERROR_USAGE, FERRY_PHASE_PLAN, 1, "a glob without a match"},
	{FERRY_ERROR_CONNECT, FERRY_PHASE_CONNECT, 2, "refused"},
	{FERRY_ERROR_AUTH, FERRY_PHASE_CONNECT, 2, "wrong password"},
	{FERRY_ERROR_NOT_FOUND, FERRY_PHASE_CONNECT, 2, "no such database"},
	{FERRY_ERROR_UNSUPPORTED, FERRY_PHASE_CONNECT, 2, "old server"},
	{FERRY_ERROR_FAILED, FERRY_PHASE_CONNECT, 2, "whatever hinders connecting"},
	{FERRY_ERROR_PERMISSION, FERRY_PHASE_CONNECT, 2, "privilege missing"},
	{FERRY_ERROR_PERMISSION, FERRY_PHASE_PLAN, 2, "privilege missing, told late"},
	{FERRY_ERROR_PERMISSION, FERRY_PHASE_LOAD, 2, "privilege missing, told later"},
	{FERRY_ERROR_EXISTS, FERRY_PHASE_PLAN, 3, "target not empty"},
	{FERRY_ERROR_FAILED, FERRY_PHASE_PLAN, 3, "a schema statement"},
	{FERRY_ERROR_LOST, FERRY_PHASE_PLAN, 2, "nothing has begun"},
	{FERRY_ERROR_LOST, FERRY_PHASE_LOAD, 4, "can be resumed"},
	{FERRY_ERROR_CONNECT, FERRY_PHASE_LOAD, 4, "cannot come back; can be resumed"},
	{FERRY_ERROR_IO, FERRY_PHASE_LOAD, 4, "disk full"},
	{FERRY_ERROR_INTERNAL, FERRY_PHASE_LOAD, 4, "our mistake"},
	{FERRY_ERROR_CANCELLED, FERRY_PHASE_CONNECT, 130, "Ctrl-C"},
	{FERRY_ERROR_CANCELLED, FERRY_PHASE_LOAD, 130, "Ctrl-C"},
};

static void test_errors(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(error_cases); i++) {
		const ErrorCase *c = &error_cases[i];
		g_autoptr(GError) error = NULL;

		g_test_message("%s", c->why);
		ferry_fail(&error, c->code, "x");
		g_assert_cmpint(ferry_exit_from_error(error, c->phase), ==, c->expected);
	}
	g_assert_cmpint(ferry_exit_from_error(NULL, FERRY_PHASE_LOAD), ==, 0);
}

static void test_foreign_errors(void)
{
	g_autoptr(GError) option = g_error_new(G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "x");
	g_autoptr(GError) file = g_error_new(G_FILE_ERROR, G_FILE_ERROR_NOSPC, "x");

	g_assert_cmpint(ferry_exit_from_error(option, FERRY_PHASE_CONNECT), ==, FERRY_EXIT_USAGE);
	g_assert_cmpint(ferry_exit_from_error(file, FERRY_PHASE_LOAD), ==, FERRY_EXIT_LOAD);
}

static void test_outcomes(void)
{
	static const struct {
		FerryOutcome outcome;
		int expected;
		const char *name;
	} cases[] = {
		{FERRY_OUTCOME_VERIFIED, 0, "verified"},   {FERRY_OUTCOME_REJECTED, 5, "rejected"},
		{FERRY_OUTCOME_DIFFERENT, 6, "different"}, {FERRY_OUTCOME_OBJECTS, 3, "objects"},
		{FERRY_OUTCOME_FAILED, 4, "failed"},       {FERRY_OUTCOME_CANCELLED, 130, "cancelled"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(ferry_exit_from_outcome(cases[i].outcome), ==, cases[i].expected);
		g_assert_cmpstr(ferry_outcome_name(cases[i].outcome), ==, cases[i].name);
		g_assert_cmpstr(ferry_exit_meaning((FerryExitCode)cases[i].expected), !=, "unknown");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/exit_codes/errors", test_errors);
	g_test_add_func("/exit_codes/foreign_errors", test_foreign_errors);
	g_test_add_func("/exit_codes/outcomes", test_outcomes);
	return g_test_run();
}
