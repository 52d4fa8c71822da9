/*
 * ferry help [COMMAND]
 */
#include "cli/cli.h"
#include "report/exit_codes.h"
#include "cli/options.h"

static int run_help(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	char *wanted[] = {rest[1], (char *)"--help", NULL};

	switch (ferry_options_parse(options, &rest, 0, 1, &error)) {
	case FERRY_PARSED: break;
	case FERRY_PARSED_HELP: return FERRY_EXIT_OK;
	case FERRY_PARSE_FAILED: ferry_cli_print_error(command, error); return FERRY_EXIT_USAGE;
	}
	if (!rest[1]) {
		ferry_cli_print_usage(false);
		return FERRY_EXIT_OK;
	}
	const FerryCommand *other = ferry_command_find(rest[1]);
	if (other) {
		wanted[0] = rest[1];
		return other->run(other, wanted);
	}
	char *as_command[] = {(char *)"ferry", rest[1], NULL};
	return ferry_cli_main(as_command); /* says that it is unknown, and what was meant */
}

const FerryCommand ferry_help_command = {
	.name = "help",
	.arguments = "[COMMAND]",
	.summary = "Show the help of a command",
	.description = "Examples:\n  ferry help copy",
	.run = run_help,
};
