/*
 * ferry copy SOURCE TARGET: schema and rows, in one line, or as a project says.
 */
#include "cli/session_command.h"

#include <string.h>

static void add_options(FerryOptions *options, gpointer own)
{
	ferry_options_add_output(options, own);
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

static bool copy(FerrySession *s, gpointer own)
{
	const char *file = s->project->reject_file;

	s->reject_file = file ? g_strdup(file) : default_reject_file(s);
	s->saves_sources = true;
	return ferry_session_plan(s) && ferry_session_run(s);
}

static int run_copy(const FerryCommand *command, char **args)
{
	static const FerrySessionCommand what = {
		.flags = FERRY_FLAGS_COPY,
		.target = FERRY_TARGET_WRITE,
		.add_options = add_options,
		.work = copy,
	};
	FerryOutputOptions output = {0};
	int code = ferry_session_command_run(&what, command, args, &output, &output);

	ferry_output_options_clear(&output);
	return code;
}

const FerryCommand ferry_copy_command = {
	.name = "copy",
	.arguments = "[SOURCE TARGET]",
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
		"  ferry copy postgresql://me@db1/shop sqlite:///shop.db --lanes 4 --report shop.json\n"
		"  ferry copy --project shop.yaml",
	.run = run_copy,
};
