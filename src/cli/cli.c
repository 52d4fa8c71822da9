/*
 * Picking the command, and what commands share; see cli.h.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "base/nearest.h"
#include "base/url.h"
#include "report/exit_codes.h"
#include "report/human.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const FerryCommand *const commands[] = {
	&ferry_copy_command,    &ferry_plan_command,         &ferry_preview_command,
	&ferry_verify_command,  &ferry_load_rejects_command, &ferry_compare_command,
	&ferry_inspect_command, &ferry_connectors_command,   &ferry_rotate_key_command,
	&ferry_serve_command,   &ferry_worker_command,       &ferry_completion_command,
	&ferry_man_command,     &ferry_help_command,         NULL,
};

const FerryCommand *const *ferry_commands(void)
{
	return commands;
}

const FerryCommand *ferry_command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* ---- talking ---- */

void ferry_cli_print_error(const FerryCommand *command, const GError *error)
{
	bool is_utf8 = g_get_charset(NULL);
	const char *hint = ferry_error_get_hint(error);
	const char *sqlstate = ferry_error_get_sqlstate(error);
	g_autofree char *scrubbed = ferry_url_scrub_text(error->message);
	g_autofree char *message = ferry_human_clean(scrubbed, is_utf8);

	fprintf(stderr, "ferry: %s%s%s", command ? command->name : "", command ? ": " : "", message);
	if (sqlstate && !strstr(message, sqlstate))
		fprintf(stderr, " (SQLSTATE %s)", sqlstate);
	fputc('\n', stderr);
	if (hint) {
		g_autofree char *scrubbed_hint = ferry_url_scrub_text(hint);
		g_autofree char *clean = ferry_human_clean(scrubbed_hint, is_utf8);
		fprintf(stderr, "  hint: %s\n", clean);
	}
}

bool ferry_cli_print(const FerryCommand *command, const char *text)
{
	/* A file or a program gets what was asked for as it is. */
	g_autofree char *clean = isatty(STDOUT_FILENO) ? ferry_human_clean_lines(text) : NULL;
	const char *shown = clean ? clean : text;
	size_t len = strlen(shown);

	fwrite(shown, 1, len, stdout);
	if (len > 0 && shown[len - 1] != '\n')
		fputc('\n', stdout);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	if (errno != EPIPE) /* who closed the pipe has seen enough */
		fprintf(stderr, "ferry: %s: cannot write to standard output: %s\n", command->name,
			g_strerror(errno));
	return false;
}

void ferry_cli_print_usage(bool to_stderr)
{
	g_autoptr(GString) text =
		g_string_new("Usage:\n  ferry COMMAND [options] [arguments]\n\nCommands:\n");

	for (size_t i = 0; commands[i]; i++)
		g_string_append_printf(text, "  %-12s%s\n", commands[i]->name, commands[i]->summary);
	g_string_append(text, "\n\"ferry help COMMAND\" shows options and examples. \"ferry --version\" "
			      "shows the version.\n"
			      "\nA copy in one line:\n"
			      "  ferry copy mysql://me@db1/shop postgresql://me@db2/shop\n");
	fputs(text->str, to_stderr ? stderr : stdout);
}

/* ---- dispatch ---- */

static int fail_unknown(const char *word)
{
	g_autoptr(GError) error = NULL;
	const char *names[G_N_ELEMENTS(commands)] = {NULL};
	static const char *const options[] = {"--help", "--version", NULL};
	const char *nearest;

	for (size_t i = 0; commands[i]; i++)
		names[i] = commands[i]->name;
	nearest = ferry_nearest(word, *word == '-' ? options : names);
	ferry_fail(&error, FERRY_ERROR_USAGE, *word == '-' ? "unknown option %s" : "unknown command \"%s\"",
		   word);
	if (nearest)
		ferry_error_hint(&error, "did you mean %s?", nearest);
	else
		ferry_error_hint(&error, "\"ferry help\" lists the commands");
	ferry_cli_print_error(NULL, error);
	return FERRY_EXIT_USAGE;
}

int ferry_cli_main(char **args)
{
	const char *word = args[0] ? args[1] : NULL;
	const FerryCommand *command;

	g_set_prgname("ferry");
	if (!word) {
		ferry_cli_print_usage(true);
		return FERRY_EXIT_USAGE;
	}
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		printf("ferry %s\n", FERRY_VERSION);
		return FERRY_EXIT_OK;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		ferry_cli_print_usage(false);
		return FERRY_EXIT_OK;
	}
	command = ferry_command_find(word);
	return command ? command->run(command, args + 1) : fail_unknown(word);
}
