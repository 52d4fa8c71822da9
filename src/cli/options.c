/*
 * Parsing a command's options; see options.h.
 */
#include "cli/options.h"

#include "base/nearest.h"
#include "data/value_text.h"

#include <string.h>

struct FerryOptions {
	const FerryCommand *command;
	GOptionContext *context;
	GPtrArray *infos; /* FerryOptionInfo of all groups, in order */
	gboolean help;
};

/* Where the command that is being described leaves what it takes; NULL: commands do their work. Commands run
 * on the main thread, one at a time. */
static GPtrArray *described;

/* ---- what a command takes ---- */

static void free_info(gpointer data)
{
	FerryOptionInfo *info = data;

	g_free(info->group);
	g_free(info->name);
	g_free(info->argument);
	g_free(info->help);
	g_free(info);
}

static void add_infos(FerryOptions *options, const char *group, const GOptionEntry *entries)
{
	for (; entries->long_name; entries++) {
		FerryOptionInfo *info = g_new0(FerryOptionInfo, 1);
		info->group = g_strdup(group);
		info->name = g_strdup(entries->long_name);
		info->letter = entries->short_name;
		info->argument = g_strdup(entries->arg_description);
		info->help = g_strdup(entries->description);
		info->is_hidden = (entries->flags & G_OPTION_FLAG_HIDDEN) != 0;
		g_ptr_array_add(options->infos, info);
	}
}

GPtrArray *ferry_options_describe(const FerryCommand *command)
{
	GPtrArray *infos = g_ptr_array_new_with_free_func(free_info);
	char *args[] = {(char *)command->name, NULL};

	described = infos;
	command->run(command, args);
	described = NULL;
	return infos;
}

FerryOptions *ferry_options_new(const FerryCommand *command)
{
	FerryOptions *options = g_new0(FerryOptions, 1);
	const GOptionEntry help[] = {
		{"help", 'h', 0, G_OPTION_ARG_NONE, &options->help, "Show this help", NULL},
		{NULL},
	};

	options->command = command;
	options->context = g_option_context_new(command->arguments);
	options->infos = g_ptr_array_new_with_free_func(free_info);
	g_option_context_set_help_enabled(options->context, FALSE);
	g_option_context_set_summary(options->context, command->summary);
	g_option_context_set_description(options->context, command->description);
	g_option_context_add_main_entries(options->context, help, NULL);
	add_infos(options, "Other:", help);
	return options;
}

void ferry_options_free(FerryOptions *options)
{
	if (!options)
		return;
	g_option_context_free(options->context);
	g_ptr_array_unref(options->infos);
	g_free(options);
}

void ferry_options_add(FerryOptions *options, const char *title, const GOptionEntry *entries)
{
	ferry_options_add_with(options, title, entries, NULL);
}

void ferry_options_add_with(FerryOptions *options, const char *title, const GOptionEntry *entries,
			    gpointer data)
{
	GOptionGroup *group = g_option_group_new(title, title, title, data, NULL);

	g_option_group_add_entries(group, entries);
	g_option_context_add_group(options->context, group);
	add_infos(options, title, entries);
}

static void print_help(FerryOptions *options)
{
	g_autofree char *name = g_strdup_printf("ferry %s", options->command->name);

	g_set_prgname(name);
	/* every group, not only the main one; GLib calls that one "Application Options" */
	g_autofree char *text = g_option_context_get_help(options->context, FALSE, NULL);
	g_autoptr(GString) out = g_string_new(text);
	g_string_replace(out, "Application Options:", "Other:", 0);
	g_print("%s", out->str);
	g_set_prgname("ferry");
}

/* GLib: "Unknown option --tabel". */
static void suggest_option(FerryOptions *options, GError **error)
{
	const char *given = strstr((*error)->message, "--");
	const char *nearest = NULL;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	if (given) {
		g_autofree char *name = g_strndup(given, strcspn(given, "= "));
		for (guint i = 0; i < options->infos->len; i++)
			g_ptr_array_add(
				names,
				g_strconcat("--", ((FerryOptionInfo *)options->infos->pdata[i])->name, NULL));
		g_ptr_array_add(names, NULL);
		nearest = ferry_nearest(name, (const char *const *)names->pdata);
	}
	g_autofree char *message = g_strdup((*error)->message);
	message[0] = g_ascii_tolower(message[0]);
	g_clear_error(error);
	ferry_fail(error, FERRY_ERROR_USAGE, "%s", message);
	if (nearest)
		ferry_error_hint(error, "did you mean %s?", nearest);
	else
		ferry_error_hint(error, "\"ferry %s --help\" lists the options", options->command->name);
}

static bool check_count(FerryOptions *options, char **args, guint min, guint max, GError **error)
{
	guint n = g_strv_length(args) - 1;

	if (n >= min && n <= max)
		return true;
	if (n < min)
		ferry_fail(error, FERRY_ERROR_USAGE,
			   n == 0 ? "arguments are missing: %s" : "an argument is missing: %s",
			   options->command->arguments);
	else {
		g_autoptr(FerryUrl) url = ferry_url_parse(args[max + 1], NULL);
		g_autofree char *shown = url ? ferry_url_to_string(url) : g_strdup(args[max + 1]);
		ferry_fail(error, FERRY_ERROR_USAGE, "too many arguments, beginning with \"%s\"", shown);
	}
	ferry_error_hint(error, "usage: ferry %s [options] %s", options->command->name,
			 options->command->arguments);
	return false;
}

FerryParsed ferry_options_parse(FerryOptions *options, char ***args, guint min, guint max, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (described) {
		g_ptr_array_extend_and_steal(described, g_steal_pointer(&options->infos));
		options->infos = g_ptr_array_new_with_free_func(free_info);
		return FERRY_PARSED_HELP;
	}
	if (!g_option_context_parse_strv(options->context, args, &local)) {
		suggest_option(options, &local);
		g_propagate_error(error, g_steal_pointer(&local));
		return FERRY_PARSE_FAILED;
	}
	if (options->help) {
		print_help(options);
		return FERRY_PARSED_HELP;
	}
	/* GLib leaves a "--" that ended the options */
	for (char **arg = *args + 1; *arg; arg++)
		if (strcmp(*arg, "--") == 0) {
			g_free(*arg);
			memmove(arg, arg + 1, (g_strv_length(arg + 1) + 1) * sizeof(*arg));
			break;
		}
	return check_count(options, *args, min, max, error) ? FERRY_PARSED : FERRY_PARSE_FAILED;
}

void ferry_options_add_output(FerryOptions *options, FerryOutputOptions *output)
{
	const GOptionEntry entries[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &output->json, "The result as one JSON document on stdout",
		 NULL},
		{"report", 0, 0, G_OPTION_ARG_FILENAME, &output->report,
		 "Write the report to FILE: JSON if it ends in .json, else Markdown", "FILE"},
		{"html", 0, 0, G_OPTION_ARG_FILENAME, &output->html,
		 "Write a report to FILE that a browser shows, with risks, hours and charts", "FILE"},
		{"quiet", 'q', 0, G_OPTION_ARG_NONE, &output->quiet,
		 "No progress and no table; only what went wrong", NULL},
		{"log-level", 0, 0, G_OPTION_ARG_STRING, &output->log_level,
		 "What is told beside progress (default: info)", "error|warning|info|debug"},
		{NULL},
	};

	ferry_options_add(options, "Output:", entries);
}

void ferry_output_options_clear(FerryOutputOptions *output)
{
	g_clear_pointer(&output->report, g_free);
	g_clear_pointer(&output->log_level, g_free);
	g_clear_pointer(&output->html, g_free);
}

bool ferry_options_parse_number(const char *option, const char *text, int64_t min, int64_t max,
				int64_t *ret_value, GError **error)
{
	int64_t value;

	if (!ferry_parse_int64(text, strlen(text), &value) || value < min || value > max)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "%s takes a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
				  ", not \"%s\"",
				  option, min, max, text);
	*ret_value = value;
	return true;
}
