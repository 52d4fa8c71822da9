/*
 * A command's options: GOptionContext with what Ferry wants beside it: groups that the help shows under their
 * own titles,
 * --help for every command, a suggestion for a misspelt option, and groups that several commands share.
 *
 * Arguments and file names are taken as bytes, whatever the locale says.
 */
#pragma once

#include "cli/cli.h"
#include "project/project.h"
#include "mapping/plan.h"

typedef struct FerryOptions FerryOptions;

FerryOptions *ferry_options_new(const FerryCommand *command);
void ferry_options_free(FerryOptions *options); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryOptions, ferry_options_free)

/* entries end with a NULL name, and are copied; what they point to must live until parse. */
void ferry_options_add(FerryOptions *options, const char *title, const GOptionEntry *entries);
/* The same; data is handed to those that are callbacks. */
void ferry_options_add_with(FerryOptions *options, const char *title, const GOptionEntry *entries,
			    gpointer data);

typedef enum {
	FERRY_PARSED,      /* go on */
	FERRY_PARSED_HELP, /* help was asked for and printed */
	FERRY_PARSE_FAILED
} FerryParsed;

/* args: NULL-ended, the command's name first. On success the arguments that are no options stay in *args,
 * again behind the command's name; fewer than min or more than max of them is an error. */
FerryParsed ferry_options_parse(FerryOptions *options, char ***args, guint min, guint max, GError **error);

/* ---- what a command takes ---- */

typedef struct FerryOptionInfo {
	char *group;    /* its title: "What:" */
	char *name;     /* "if-exists" */
	char letter;    /* or 0 */
	char *argument; /* or NULL: "FILE"; words that it may be as "fail|drop" */
	char *help;
	bool is_hidden;
} FerryOptionInfo;

/* FerryOptionInfo, in the order of the tables, --help first: for completion and manual pages. Runs the
 * command as far as ferry_options_parse(), which is why every command calls that before anything else. */
GPtrArray *ferry_options_describe(const FerryCommand *command);

/* ---- shared groups ---- */

typedef struct FerryOutputOptions {
	gboolean json, quiet;
	char *report, *html; /* or NULL */
	char *log_level;     /* or NULL; the session checks the word */
} FerryOutputOptions;

/* --json, --quiet, --report, --html. */
void ferry_options_add_output(FerryOptions *options, FerryOutputOptions *output);
void ferry_output_options_clear(FerryOutputOptions *output);

/* Reads a whole number from min to max; the message names the option. */
bool ferry_options_parse_number(const char *option, const char *text, int64_t min, int64_t max,
				int64_t *ret_value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
