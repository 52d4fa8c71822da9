/*
 * The way that copy, plan and verify go; see session_command.h.
 */
#include "cli/session_command.h"

static bool connect_and_work(const FerrySessionCommand *what, FerrySession *s, gpointer own)
{
	return (!what->check || what->check(s, own)) &&
	       ferry_session_connect(s, s->project->source, s->project->target, what->target) &&
	       what->work(s, own);
}

/* Takes the project. */
static int run_session(const FerrySessionCommand *what, const FerryCommand *command, char **args,
		       const FerryOutputOptions *output, FerryProject *project, gpointer own)
{
	FerrySession s;
	int code;

	ferry_session_init(&s, command, args, output);
	ferry_project_free(s.project);
	s.project = project;
	if (what->prepare)
		what->prepare(&s);
	connect_and_work(what, &s, own);
	code = what->finish ? what->finish(&s, own) : ferry_session_finish(&s);
	ferry_session_clear(&s);
	return code;
}

int ferry_session_command_run(const FerrySessionCommand *what, const FerryCommand *command, char **args,
			      const FerryOutputOptions *output, gpointer own)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(FerryProjectFlags) flags = ferry_project_flags_new(what->flags);
	g_autoptr(GError) error = NULL;
	FerryProject *project = NULL;

	ferry_project_flags_add(flags, options);
	if (what->add_options)
		what->add_options(options, own);
	switch (ferry_options_parse(options, &rest, 0, 2, &error)) {
	case FERRY_PARSED: project = ferry_project_flags_make(flags, command, rest, &error); break;
	case FERRY_PARSED_HELP: return FERRY_EXIT_OK;
	case FERRY_PARSE_FAILED: break;
	}
	if (project)
		return run_session(what, command, args, output, project, own);
	ferry_cli_print_error(command, error);
	return FERRY_EXIT_USAGE;
}
