/*
 * ferry plan SOURCE TARGET: what a copy would do, without doing it.
 */
#include "cli/session.h"

typedef struct PlanOptions {
	FerrySelectOptions select;
	gboolean json, data_only, schema_only;
	char *chunk_rows; /* or NULL: not given */
} PlanOptions;

static void add_options(FerryOptions *options, PlanOptions *o)
{
	const GOptionEntry what[] = {
		{"schema-only", 0, 0, G_OPTION_ARG_NONE, &o->schema_only,
		 "As copy --schema-only: no rows, so no chunks", NULL},
		{"data-only", 0, 0, G_OPTION_ARG_NONE, &o->data_only,
		 "As copy --data-only: into tables that are there", NULL},
		{"chunk-rows", 0, 0, G_OPTION_ARG_STRING, &o->chunk_rows,
		 "Rows of one transaction, about (default: 100,000)", "N"},
		{NULL},
	};
	const GOptionEntry output[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->json, "The plan as one JSON document on stdout", NULL},
		{NULL},
	};

	ferry_options_add_select(options, &o->select);
	ferry_options_add(options, "What:", what);
	ferry_options_add(options, "Output:", output);
}

static bool count_chunks(FerrySession *s, const PlanOptions *o)
{
	int64_t n_rows = FERRY_DEFAULT_CHUNK_ROWS;

	if (o->schema_only)
		return true;
	if (o->chunk_rows && !ferry_options_parse_number("--chunk-rows", o->chunk_rows, 1,
							 G_GINT64_CONSTANT(1000000000), &n_rows, &s->error))
		return false;
	return ferry_plan_count_chunks(s->plan, s->source.connection, (size_t)n_rows, &s->error);
}

static int plan(const FerryCommand *command, const PlanOptions *o, char **args)
{
	const FerryOutputOptions output = {.json = o->json};
	FerrySession s;
	int code;

	ferry_session_init(&s, command, args, &output);
	ferry_select_options_apply(&o->select, s.project);
	s.project->data_only = o->data_only;
	s.project->schema_only = o->schema_only;
	if (ferry_session_connect(&s, args[1], args[2], FERRY_TARGET_LOOK) && ferry_session_plan(&s) &&
	    count_chunks(&s, o)) {
		g_autofree char *text = o->json ? ferry_plan_to_json(s.plan) : ferry_plan_to_text(s.plan);
		ferry_progress_stop(s.progress);
		code = ferry_cli_print(command, text) ? FERRY_EXIT_OK : FERRY_EXIT_USAGE;
	} else {
		ferry_progress_stop(s.progress);
		ferry_cli_print_error(command, s.error);
		code = ferry_exit_from_error(s.error, s.phase);
	}
	ferry_endpoint_close(&s.target);
	ferry_endpoint_discard_new_file(&s.target);
	ferry_session_clear(&s);
	return code;
}

static int run_plan(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	PlanOptions o = {0};
	int code = FERRY_EXIT_OK;

	add_options(options, &o);
	switch (ferry_options_parse(options, &rest, 2, 2, &error)) {
	case FERRY_PARSED:
		if (o.schema_only && o.data_only)
			ferry_fail(&error, FERRY_ERROR_USAGE,
				   "--schema-only and --data-only exclude each other");
		else
			code = plan(command, &o, rest);
		break;
	case FERRY_PARSED_HELP:
	case FERRY_PARSE_FAILED: break;
	}
	if (error) {
		ferry_cli_print_error(command, error);
		code = FERRY_EXIT_USAGE;
	}
	ferry_select_options_clear(&o.select);
	g_free(o.chunk_rows);
	return code;
}

const FerryCommand ferry_plan_command = {
	.name = "plan",
	.arguments = "SOURCE TARGET",
	.summary = "Show what a copy would do: DDL, types of every column, losses. Changes nothing",
	.description = "Examples:\n"
		       "  ferry plan mysql://me@db1/shop postgresql://me@db2/shop\n"
		       "  ferry plan sqlite:///app.db postgresql://me@db2/app --table 'order*' --json",
	.run = run_plan,
};
