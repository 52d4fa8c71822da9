/*
 * ferry compare SOURCE TARGET: what the source would become against what the target holds.
 */
#include "cli/session.h"

#include "report/human.h"
#include "cli/signals.h"
#include "mapping/compare.h"

#include <string.h>

typedef struct CompareOptions {
	FerrySelectOptions select;
	gboolean json;
	char *mode, *project; /* or NULL: not given */
} CompareOptions;

static void add_options(FerryOptions *options, CompareOptions *o)
{
	const GOptionEntry how[] = {
		{"mode", 0, 0, G_OPTION_ARG_STRING, &o->mode,
		 "Everything (default), or only the names of tables, columns and other objects",
		 "full|names"},
		{NULL},
	};
	const GOptionEntry project[] = {
		{"project", 0, 0, G_OPTION_ARG_FILENAME, &o->project,
		 "As the project in FILE maps tables, names and types; its URLs, where none are given",
		 "FILE"},
		{NULL},
	};
	const GOptionEntry output[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->json, "The result as one JSON document on stdout",
		 NULL},
		{NULL},
	};

	ferry_options_add(options, "Project:", project);
	ferry_options_add_select(options, &o->select);
	ferry_options_add(options, "How:", how);
	ferry_options_add(options, "Output:", output);
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

/* Loads the project, if there is one, and finds both URLs. */
static bool take_project(FerrySession *s, const CompareOptions *o, char **args, const char *ret_urls[2])
{
	if (o->project) {
		FerryProject *loaded = ferry_project_load(o->project, &s->error);
		if (!loaded)
			return false;
		ferry_project_free(s->project);
		s->project = loaded;
		s->project->data_only = false; /* what would be made is the question */
	}
	ret_urls[0] = args[1] ? args[1] : s->project->source;
	ret_urls[1] = args[1] ? args[2] : s->project->target;
	ferry_select_options_apply(&o->select, s->project);
	if (ret_urls[0] && ret_urls[1])
		return true;
	ferry_fail(&s->error, FERRY_ERROR_USAGE, "SOURCE and TARGET are missing%s",
		   o->project ? ", and the project does not name them" : "");
	return false;
}

static int compare_ends(const FerryCommand *command, const CompareOptions *o, FerryCompareMode mode,
			char **args)
{
	const FerryOutputOptions output = {.json = o->json};
	g_autoptr(FerryCompareResult) result = NULL;
	g_autoptr(FerryCatalog) actual = NULL;
	const char *urls[2];
	FerrySession s;
	int code;

	ferry_session_init(&s, command, args, &output);
	if (take_project(&s, o, args, urls) &&
	    ferry_session_connect(&s, urls[0], urls[1], FERRY_TARGET_COMPARE))
		result = compare(&s, mode, &actual);
	ferry_progress_stop(s.progress);
	if (result) {
		code = print_result(&s, result, actual);
	} else {
		ferry_cli_print_error(command, s.error);
		code = ferry_exit_from_error(s.error, s.phase);
	}
	g_clear_pointer(&actual, ferry_catalog_free); /* before its connection goes */
	ferry_session_clear(&s);
	return code;
}

static bool parse_mode(const char *text, FerryCompareMode *ret_mode, GError **error)
{
	int word = text ? ferry_word_find(ferry_compare_mode_words, text) : FERRY_COMPARE_FULL;

	if (word < 0)
		return ferry_fail(error, FERRY_ERROR_USAGE, "--mode takes full or names, not \"%s\"", text);
	*ret_mode = (FerryCompareMode)word;
	return true;
}

static int run_compare(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	CompareOptions o = {0};
	FerryCompareMode mode = FERRY_COMPARE_FULL;
	int code = FERRY_EXIT_OK;

	add_options(options, &o);
	switch (ferry_options_parse(options, &rest, 0, 2, &error)) {
	case FERRY_PARSED:
		if (parse_mode(o.mode, &mode, &error))
			code = compare_ends(command, &o, mode, rest);
		break;
	case FERRY_PARSED_HELP:
	case FERRY_PARSE_FAILED: break;
	}
	if (error) {
		ferry_cli_print_error(command, error);
		code = FERRY_EXIT_USAGE;
	}
	ferry_select_options_clear(&o.select);
	g_free(o.mode);
	g_free(o.project);
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
