/*
 * ferry copy SOURCE TARGET: schema and rows, in one line.
 */
#include "cli/session.h"

#include "project/text.h"

#include <string.h>

typedef struct CopyOptions {
	FerrySelectOptions select;
	FerryOutputOptions output;
	gboolean incremental, schema_only, data_only, no_verify, restart, keep_ledger, no_analyze;
	char *if_exists, *lanes, *chunk_rows, *rejects, *verify, *read_limit,
		*cursor; /* or NULL: not given */
} CopyOptions;

static void add_options(FerryOptions *options, CopyOptions *o)
{
	const GOptionEntry what[] = {
		{"schema-only", 0, 0, G_OPTION_ARG_NONE, &o->schema_only,
		 "Make the tables with keys and indexes, copy no rows", NULL},
		{"data-only", 0, 0, G_OPTION_ARG_NONE, &o->data_only, "Copy rows into tables that are there",
		 NULL},
		{"incremental", 0, 0, G_OPTION_ARG_NONE, &o->incremental,
		 "Copy the rows past the mark that the last such copy has left, merged by key", NULL},
		{"cursor", 0, 0, G_OPTION_ARG_STRING, &o->cursor,
		 "With --incremental: the column that tells what is new", "COLUMN"},
		{"if-exists", 0, 0, G_OPTION_ARG_STRING, &o->if_exists,
		 "A table is there already (default: fail)", "fail|drop|truncate|append"},
		{NULL},
	};
	const GOptionEntry how[] = {
		{"lanes", 'j', 0, G_OPTION_ARG_STRING, &o->lanes,
		 "Copy with N lanes side by side (default: one a processor, at most 8)", "N"},
		{"chunk-rows", 0, 0, G_OPTION_ARG_STRING, &o->chunk_rows,
		 "Rows of one transaction, about (default: 100,000)", "N"},
		{"no-verify", 0, 0, G_OPTION_ARG_NONE, &o->no_verify,
		 "Do not compare both sides after the load", NULL},
		{"verify", 0, 0, G_OPTION_ARG_STRING, &o->verify,
		 "Compare afterwards: full (default), sample, counts or none", "HOW"},
		{"read-limit", 0, 0, G_OPTION_ARG_STRING, &o->read_limit,
		 "Read no more of the source than that, over all lanes: 10000rows/s, 20MB/s, or both with a "
		 "comma",
		 "RATE"},
		{"restart", 0, 0, G_OPTION_ARG_NONE, &o->restart, "Forget an unfinished copy and begin again",
		 NULL},
		{"no-analyze", 0, 0, G_OPTION_ARG_NONE, &o->no_analyze,
		 "Do not gather the target's planner statistics at the end", NULL},
		{"keep-ledger", 0, 0, G_OPTION_ARG_NONE, &o->keep_ledger,
		 "Leave the ledger in the target after a verified copy", NULL},
		{NULL},
	};
	const GOptionEntry rejects[] = {
		{"rejects", 0, 0, G_OPTION_ARG_FILENAME, &o->rejects,
		 "Rejected rows go to FILE (default: ferry-rejects-DATABASE-TIME.ndjson)", "FILE"},
		{NULL},
	};

	ferry_options_add_select(options, &o->select);
	ferry_options_add(options, "What:", what);
	ferry_options_add(options, "How:", how);
	ferry_options_add(options, "Rejected rows:", rejects);
	ferry_options_add_output(options, &o->output);
}

static void clear_options(CopyOptions *o)
{
	ferry_select_options_clear(&o->select);
	ferry_output_options_clear(&o->output);
	g_free(o->if_exists);
	g_free(o->lanes);
	g_free(o->chunk_rows);
	g_free(o->rejects);
	g_free(o->cursor);
	g_free(o->verify);
	g_free(o->read_limit);
}

static bool parse_if_exists(const char *text, FerryIfExists *ret_value, GError **error)
{
	int word = ferry_word_find(ferry_if_exists_words, text);

	if (word >= 0) {
		*ret_value = (FerryIfExists)word;
		return true;
	}
	return ferry_fail(error, FERRY_ERROR_USAGE,
			  "--if-exists takes fail, drop, truncate, append or merge, not \"%s\"", text);
}

static bool fill_project(const CopyOptions *o, FerryProject *project, GError **error)
{
	int64_t lanes = 0, chunk_rows = 0;

	if (o->schema_only && o->data_only)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "--schema-only and --data-only exclude each other");
	if (o->if_exists && !parse_if_exists(o->if_exists, &project->if_exists, error))
		return false;
	if (o->data_only && o->if_exists && project->if_exists == FERRY_IF_EXISTS_DROP)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "--data-only keeps the tables, --if-exists drop drops them");
	if (o->lanes && !ferry_options_parse_number("--lanes", o->lanes, 1, 256, &lanes, error))
		return false;
	if (o->chunk_rows && !ferry_options_parse_number("--chunk-rows", o->chunk_rows, 1,
							 G_GINT64_CONSTANT(1000000000), &chunk_rows, error))
		return false;
	if (o->cursor && !o->incremental)
		return ferry_fail(error, FERRY_ERROR_USAGE, "--cursor is for --incremental");
	ferry_select_options_apply(&o->select, project);
	project->incremental = o->incremental;
	g_free(project->cursor);
	project->cursor = g_strdup(o->cursor);
	project->schema_only = o->schema_only;
	project->data_only = o->data_only;
	project->lanes = (guint)lanes;
	project->chunk_rows = (size_t)chunk_rows;
	project->verify = o->no_verify ? FERRY_VERIFY_NONE : FERRY_VERIFY_FULL;
	if (o->verify && !ferry_options_parse_verify(o->verify, &project->verify, error))
		return false;
	if (o->read_limit && !ferry_read_limit_parse(o->read_limit, &project->read_limit_rows,
						     &project->read_limit_bytes, error))
		return false;
	project->restart = o->restart;
	project->keep_ledger = o->keep_ledger;
	project->no_analyze = o->no_analyze;
	return true;
}

/* ferry-rejects-shop-20240229T120000.ndjson, in the working directory. */
static char *default_reject_file(const FerrySession *s)
{
	const char *database = s->target.url->database;
	g_autofree char *name = database && *database ? g_path_get_basename(database) : g_strdup("target");
	g_autofree char *time = g_date_time_format(s->started, "%Y%m%dT%H%M%S");

	g_strcanon(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.", '_');
	return g_strdup_printf("ferry-rejects-%s-%s.ndjson", name, time);
}

static bool copy(FerrySession *s, const CopyOptions *o, char **args)
{
	if (!fill_project(o, s->project, &s->error) ||
	    !ferry_session_connect(s, args[1], args[2], FERRY_TARGET_WRITE))
		return false;
	s->reject_file = o->rejects ? g_strdup(o->rejects) : default_reject_file(s);
	return ferry_session_plan(s) && ferry_session_run(s);
}

static int run_copy(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	CopyOptions o = {0};
	int code = FERRY_EXIT_OK;

	add_options(options, &o);
	switch (ferry_options_parse(options, &rest, 2, 2, &error)) {
	case FERRY_PARSED: {
		FerrySession session;
		ferry_session_init(&session, command, args, &o.output);
		copy(&session, &o, rest);
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
	clear_options(&o);
	return code;
}

const FerryCommand ferry_copy_command = {
	.name = "copy",
	.arguments = "SOURCE TARGET",
	.summary = "Copy a database: schema, rows, keys, indexes; then prove that both sides are the same",
	.description =
		"SOURCE and TARGET are URLs; \"ferry connectors\" lists them. Leave the password out of the "
		"URL and put it into\n"
		"FERRY_SOURCE_PASSWORD and FERRY_TARGET_PASSWORD, or be asked.\n"
		"\n"
		"A copy that was interrupted goes on where it stopped when the same command is given again.\n"
		"\n"
		"Exit codes: 0 loaded and verified, 1 usage, 2 cannot connect or missing privilege, 3 "
		"schema, 4 load failed\n"
		"(resumable), 5 loaded with rejected rows, 6 verification found differences, 130 interrupted "
		"(resumable).\n"
		"\n"
		"Examples:\n"
		"  ferry copy mysql://me@db1/shop postgresql://me@db2/shop\n"
		"  ferry copy sqlite:///app.db postgresql://me@db2/app --table 'order*' --exclude '*_old'\n"
		"  ferry copy postgresql://me@db1/shop sqlite:///shop.db --lanes 4 --report shop.json",
	.run = run_copy,
};
