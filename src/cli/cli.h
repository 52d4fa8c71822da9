/*
 * The command line: a table of commands, one file each, and what they share for talking to a person. A
 * command gets its own arguments (its name first) and returns the exit code; it prints its result to stdout
 * and everything else to stderr.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryCommand FerryCommand;

struct FerryCommand {
	const char *name;
	const char *arguments;                                /* "SOURCE TARGET", for the usage line */
	const char *summary;                                  /* one line */
	const char *description;                              /* below the options in its help: examples */
	int (*run)(const FerryCommand *command, char **args); /* args: NULL-ended, borrowed */
};

/* One in each file of its name. */
extern const FerryCommand ferry_copy_command, ferry_completion_command, ferry_man_command, ferry_plan_command,
	ferry_compare_command, ferry_preview_command, ferry_verify_command, ferry_inspect_command, ferry_connectors_command,
	ferry_load_rejects_command, ferry_rotate_key_command, ferry_serve_command, ferry_worker_command, ferry_help_command;

/* All, in the order of the help; NULL-ended. */
const FerryCommand *const *ferry_commands(void);
const FerryCommand *ferry_command_find(const char *name);

/* The whole program: args are main()'s, copied. Returns the exit code. */
int ferry_cli_main(char **args);

/* Prints the usage and the list of commands. */
void ferry_cli_print_usage(bool to_stderr);

/* "ferry: copy: MESSAGE", then the hint on a line of its own. command may be NULL. */
void ferry_cli_print_error(const FerryCommand *command, const GError *error);

/* Writes the text to stdout, which gets a newline if it lacks one; on a terminal without control characters.
 * False, and said on stderr, when it cannot be written. */
bool ferry_cli_print(const FerryCommand *command, const char *text);
