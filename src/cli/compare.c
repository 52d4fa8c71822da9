/*
 * ferry compare SOURCE TARGET: what the source would become against what the target holds.
 */
#include "cli/session_command.h"

#include "report/human.h"
#include "cli/signals.h"
#include "mapping/compare.h"

typedef struct CompareOptions {
	FerryOutputOptions output; /* of which json is offered */
	char *mode_word;           /* or NULL */
	FerryCompareMode mode;

	/* what is found */
	FerryCatalog *actual;
	FerryCompareResult *result;
} CompareOptions;

static void add_options(FerryOptions *options, gpointer own)
{
	CompareOptions *o = own;
	const GOptionEntry how[] = {
		{"mode", 0, 0, G_OPTION_ARG_STRING, &o->mode_word,
		 "Everything (default), or only the names of tables, columns and other objects",
		 "full|names"},
		{NULL},
	};
	const GOptionEntry output[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->output.json,
		 "The result as one JSON document on stdout", NULL},
		{NULL},
	};

	ferry_options_add(options, "How:", how);
	ferry_options_add(options, "Output:", output);
}

/* What would be made is the question. */
static void prepare(FerrySession *s)
{
	s->project->data_only = s->project->schema_only = false;
}

static void tell_profiling(const char *table, gpointer data)
{
	ferry_progress_activity(data, "looking at the data of %s", table);
}

/* A system that Ferry cannot write has no types of its own to map to. */
static bool make_plan(FerrySession *s, const FerryCatalog *actual)
{
	if (s->target.connector->target)
		return ferry_session_plan(s);
	s->plan = ferry_plan_as_is(s->source.connection, s->target.connection, actual, s->project,
				   tell_profiling, s->progress, &s->error);
	return s->plan != NULL;
}

static FerryCompareResult *compare(FerrySession *s, FerryCompareMode mode, FerryCatalog **ret_actual)
{
	s->phase = FERRY_PHASE_PLAN;
	ferry_progress_activity(s->progress, "reading the catalogs");
	if (!ferry_source(s->target.connection)->catalog(s->target.connection, ret_actual, &s->error)) {
		g_prefix_error(&s->error, "reading the target's catalog: ");
		return NULL;
	}
	if (!make_plan(s, *ret_actual))
		return NULL;
	if (ferry_signals_interrupted()) {
		ferry_fail(&s->error, FERRY_ERROR_CANCELLED, "interrupted");
		return NULL;
	}
	return ferry_compare_catalogs(s->plan, *ret_actual, mode);
}

static int print_result(const FerrySession *s, const FerryCompareResult *result, const FerryCatalog *actual)
{
	g_autofree char *text = s->output->json ? ferry_compare_to_json(result, s->plan, actual)
						: ferry_compare_to_text(result);
	int code = result->is_compatible ? FERRY_EXIT_OK : FERRY_EXIT_DIFFERENT;

	return ferry_cli_print(s->command, text) ? code : FERRY_EXIT_USAGE;
}

static bool parse_mode(const char *text, FerryCompareMode *ret_mode, GError **error)
{
	int word = text ? ferry_word_find(ferry_compare_mode_words, text) : FERRY_COMPARE_FULL;

	if (word < 0)
		return ferry_fail(error, FERRY_ERROR_USAGE, "--mode takes full or names, not \"%s\"", text);
	*ret_mode = (FerryCompareMode)word;
	return true;
}

static bool check(FerrySession *s, gpointer own)
{
	CompareOptions *o = own;

	return parse_mode(o->mode_word, &o->mode, &s->error);
}

static bool work(FerrySession *s, gpointer own)
{
	CompareOptions *o = own;

	o->result = compare(s, o->mode, &o->actual);
	return o->result != NULL;
}

static int finish(FerrySession *s, gpointer own)
{
	CompareOptions *o = own;
	int code;

	ferry_progress_stop(s->progress);
	if (o->result) {
		code = print_result(s, o->result, o->actual);
	} else {
		ferry_cli_print_error(s->command, s->error);
		code = ferry_exit_from_error(s->error, s->phase);
	}
	g_clear_pointer(&o->actual, ferry_catalog_free); /* before its connection goes */
	return code;
}

static int run_compare(const FerryCommand *command, char **args)
{
	static const FerrySessionCommand what = {
		.flags = FERRY_FLAGS_COMPARE,
		.target = FERRY_TARGET_COMPARE,
		.add_options = add_options,
		.prepare = prepare,
		.check = check,
		.work = work,
		.finish = finish,
	};
	CompareOptions o = {0};
	int code = ferry_session_command_run(&what, command, args, &o.output, &o);

	g_clear_pointer(&o.result, ferry_compare_result_free);
	g_free(o.mode_word);
	return code;
}

const FerryCommand ferry_compare_command = {
	.name = "compare",
	.arguments = "[SOURCE TARGET]",
	.summary = "Compare the schemas of both sides: what is missing, extra, different. Changes nothing",
	.description =
		"Exit codes: 0 compatible, 6 not; the others as in \"ferry help copy\".\n"
		"\n"
		"Examples:\n"
		"  ferry compare mysql://me@db1/shop postgresql://me@db2/shop\n"
		"  ferry compare postgresql://me@db1/shop postgresql://me@db2/shop --mode names --json\n"
		"  ferry compare --project shop.yaml",
	.run = run_compare,
};
