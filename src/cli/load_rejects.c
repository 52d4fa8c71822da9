/*
 * ferry load-rejects FILE TARGET: rows of a reject file that were put right go into the target.
 */
#include "cli/endpoints.h"
#include "cli/options.h"
#include "cli/signals.h"
#include "report/exit_codes.h"
#include "transfer/load_rejects.h"

typedef struct LoadOptions {
	char **tables; /* or NULL: all */
	char *rejects; /* or NULL: FILE.again */
	gboolean json;
} LoadOptions;

static void add_options(FerryOptions *options, LoadOptions *o)
{
	const GOptionEntry rows[] = {
		{"table", 't', 0, G_OPTION_ARG_STRING_ARRAY, &o->tables,
		 "Only rows of target tables that match: * and ? over \"table\" or \"schema.table\"; may be "
		 "repeated",
		 "GLOB"},
		{"rejects", 0, 0, G_OPTION_ARG_FILENAME, &o->rejects,
		 "Rows that are rejected again go to this file, which must not exist (default: FILE.again)",
		 "FILE2"},
		{NULL},
	};
	const GOptionEntry output[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->json, "The result as one JSON document on stdout",
		 NULL},
		{NULL},
	};

	ferry_options_add(options, "Rows:", rows);
	ferry_options_add(options, "Output:", output);
}

static bool print_result(const FerryCommand *command, const LoadOptions *o,
			 const FerryLoadRejectsResult *result, int code)
{
	g_autofree char *text =
		o->json ? g_strdup_printf(
				  "{\"command\": \"load-rejects\", \"exit_code\": %d, \"rows_loaded\": "
				  "%" G_GINT64_FORMAT ", \"rows_rejected\": %" G_GINT64_FORMAT
				  ", \"lines_passed\": %" G_GINT64_FORMAT "}",
				  code, result->rows_loaded, result->rows_rejected, result->lines_passed)
			: g_strdup_printf("%" G_GINT64_FORMAT " rows loaded, %" G_GINT64_FORMAT
					  " rejected again%s%s, %" G_GINT64_FORMAT " lines passed over",
					  result->rows_loaded, result->rows_rejected,
					  result->rows_rejected ? " into " : "",
					  result->rows_rejected ? o->rejects : "", result->lines_passed);

	return ferry_cli_print(command, text);
}

static bool load(const LoadOptions *o, char **args, FerryEndpoint *target, FerryPhase *phase,
		 FerryLoadRejectsResult *result, GError **error)
{
	const FerryLoadRejects what = {
		.file = args[1], .reject_file = o->rejects, .tables = (const char *const *)o->tables};

	if (g_file_test(o->rejects, G_FILE_TEST_EXISTS)) {
		ferry_fail(error, FERRY_ERROR_USAGE, "%s is there already", o->rejects);
		ferry_error_hint(error,
				 "name another file for the rows that are rejected again with --rejects");
		return false;
	}
	/* A file is opened for writing only where it may be made; it must be there all the same. */
	if (!ferry_endpoint_init(target, FERRY_END_TARGET, args[2], error) ||
	    !ferry_endpoint_open(target, true, error))
		return false;
	if (target->is_new_file)
		return ferry_fail(error, FERRY_ERROR_CONNECT, "there is no database %s",
				  target->url->database);
	*phase = FERRY_PHASE_LOAD;
	ferry_signals_watch(NULL, NULL, target->connection);
	bool is_ok = ferry_load_rejects(target->connection, &what, result, error);
	ferry_signals_watch(NULL, NULL, NULL);
	return is_ok;
}

static int load_and_tell(const FerryCommand *command, LoadOptions *o, char **args)
{
	FerryLoadRejectsResult result = {0};
	FerryPhase phase = FERRY_PHASE_CONNECT;
	FerryEndpoint target = {0};
	g_autoptr(GError) error = NULL;

	if (!o->rejects)
		o->rejects = g_strconcat(args[1], ".again", NULL);
	bool is_ok = load(o, args, &target, &phase, &result, &error);
	int code = !is_ok                 ? ferry_exit_from_error(error, phase)
		   : result.rows_rejected ? FERRY_EXIT_REJECTED
					  : FERRY_EXIT_OK;
	if (error)
		ferry_cli_print_error(command, error);
	if (phase == FERRY_PHASE_LOAD && !print_result(command, o, &result, code) && code == FERRY_EXIT_OK)
		code = FERRY_EXIT_USAGE;
	ferry_endpoint_close(&target);
	ferry_endpoint_discard_new_file(&target);
	ferry_endpoint_clear(&target);
	return code;
}

static int run_load_rejects(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	LoadOptions o = {0};
	int code = FERRY_EXIT_OK;

	add_options(options, &o);
	switch (ferry_options_parse(options, &rest, 2, 2, &error)) {
	case FERRY_PARSED: code = load_and_tell(command, &o, rest); break;
	case FERRY_PARSED_HELP:
	case FERRY_PARSE_FAILED: break;
	}
	if (error) {
		ferry_cli_print_error(command, error);
		code = FERRY_EXIT_USAGE;
	}
	g_strfreev(o.tables);
	g_free(o.rejects);
	return code;
}

const FerryCommand ferry_load_rejects_command = {
	.name = "load-rejects",
	.arguments = "FILE TARGET",
	.summary = "Load the rows of a reject file after they were put right",
	.description = "FILE is what a copy wrote, with the values in \"row\" corrected; it is left as it "
		       "is. Each row goes in as\n"
		       "it stands there; one whose key is in the target already is rejected.\n"
		       "\n"
		       "Exit codes: 0 all rows are in, 4 the load failed (what it says is loaded is in), 5 "
		       "rows were\n"
		       "rejected again; the others as in \"ferry help copy\".\n"
		       "\n"
		       "Examples:\n"
		       "  ferry load-rejects shop-rejects.ndjson postgresql://me@db2/shop\n"
		       "  ferry load-rejects shop-rejects.ndjson postgresql://me@db2/shop --table orders "
		       "--rejects left.ndjson",
	.run = run_load_rejects,
};
