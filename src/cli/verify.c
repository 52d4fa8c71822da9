/*
 * ferry verify SOURCE TARGET: compares rows on both sides, loads nothing.
 */
#include "cli/session.h"

#include "project/text.h"

typedef struct VerifyOptions {
	FerrySelectOptions select;
	FerryOutputOptions output;
	char *lanes, *chunk_rows, *verify, *read_limit; /* or NULL: not given */
} VerifyOptions;

static void add_options(FerryOptions *options, VerifyOptions *o)
{
	const GOptionEntry how[] = {
		{"lanes", 'j', 0, G_OPTION_ARG_STRING, &o->lanes,
		 "Read with N lanes side by side (default: one a processor, at most 8)", "N"},
		{"chunk-rows", 0, 0, G_OPTION_ARG_STRING, &o->chunk_rows,
		 "Rows that are compared at once, about (default: 100,000)", "N"},
		{"verify", 0, 0, G_OPTION_ARG_STRING, &o->verify,
		 "Compare all rows (full, default), a sample of them, or counts", "HOW"},
		{"read-limit", 0, 0, G_OPTION_ARG_STRING, &o->read_limit,
		 "Read no more of the source than that, over all lanes: 10000rows/s, 20MB/s, or both with a "
		 "comma",
		 "RATE"},
		{NULL},
	};

	ferry_options_add_select(options, &o->select);
	ferry_options_add(options, "How:", how);
	ferry_options_add_output(options, &o->output);
}

static bool fill_project(const VerifyOptions *o, FerryProject *project, GError **error)
{
	int64_t lanes = 0, chunk_rows = 0;

	if (o->lanes && !ferry_options_parse_number("--lanes", o->lanes, 1, 256, &lanes, error))
		return false;
	if (o->chunk_rows && !ferry_options_parse_number("--chunk-rows", o->chunk_rows, 1,
							 G_GINT64_CONSTANT(1000000000), &chunk_rows, error))
		return false;
	if (o->verify && !ferry_options_parse_verify(o->verify, &project->verify, error))
		return false;
	if (project->verify == FERRY_VERIFY_NONE)
		return ferry_fail(error, FERRY_ERROR_USAGE, "ferry verify takes full, sample or counts");
	if (o->read_limit && !ferry_read_limit_parse(o->read_limit, &project->read_limit_rows,
						     &project->read_limit_bytes, error))
		return false;
	ferry_select_options_apply(&o->select, project);
	project->data_only = true; /* the target's tables are what they are */
	project->lanes = (guint)lanes;
	project->chunk_rows = (size_t)chunk_rows;
	return true;
}

static bool verify(FerrySession *s, const VerifyOptions *o, char **args)
{
	s->is_verification = true;
	return fill_project(o, s->project, &s->error) &&
	       ferry_session_connect(s, args[1], args[2], FERRY_TARGET_READ) && ferry_session_plan(s) &&
	       ferry_session_run(s);
}

static int run_verify(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	VerifyOptions o = {0};
	int code = FERRY_EXIT_OK;

	add_options(options, &o);
	switch (ferry_options_parse(options, &rest, 2, 2, &error)) {
	case FERRY_PARSED: {
		FerrySession session;
		ferry_session_init(&session, command, args, &o.output);
		verify(&session, &o, rest);
		code = ferry_session_finish(&session);
		ferry_session_clear(&session);
		break;
	}
	case FERRY_PARSED_HELP: break;
	case FERRY_PARSE_FAILED:
		ferry_cli_print_error(command, error);
		code = FERRY_EXIT_USAGE;
		break;
	}
	ferry_select_options_clear(&o.select);
	ferry_output_options_clear(&o.output);
	g_free(o.lanes);
	g_free(o.chunk_rows);
	g_free(o.verify);
	g_free(o.read_limit);
	return code;
}

const FerryCommand ferry_verify_command = {
	.name = "verify",
	.arguments = "SOURCE TARGET",
	.summary = "Compare the rows of both sides, and name those that differ. Changes nothing",
	.description =
		"Exit codes: 0 the same, 6 differences were found; the others as in \"ferry help copy\".\n"
		"\n"
		"Examples:\n"
		"  ferry verify mysql://me@db1/shop postgresql://me@db2/shop\n"
		"  ferry verify sqlite:///app.db postgresql://me@db2/app --table orders --json",
	.run = run_verify,
};
