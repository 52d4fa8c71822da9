/*
 * ferry man [COMMAND]: the manual page of the program or of a command, in roff, made from what the command's
 * help is made from. The build installs them.
 */
#include "cli/cli.h"
#include "report/exit_codes.h"
#include "cli/options.h"

#include <string.h>

/* A '-' that is typed, a '\' that is shown, and no line that roff takes for a request. */
static void append_escaped(GString *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		g_string_append(out, "\\&");
	for (; *text; text++) {
		if (*text == '-')
			g_string_append(out, "\\-");
		else if (*text == '\\')
			g_string_append(out, "\\e");
		else
			g_string_append_c(out, *text);
		if (*text == '\n' && (text[1] == '.' || text[1] == '\''))
			g_string_append(out, "\\&");
	}
}

static void append_title(GString *out, const char *name, const char *summary)
{
	g_autofree char *upper = g_ascii_strup(name, -1);

	g_string_append(out, ".TH ");
	append_escaped(out, upper);
	g_string_append_printf(out, " 1 \"\" \"ferry %s\" \"Ferry manual\"\n.SH NAME\n", FERRY_VERSION);
	append_escaped(out, name);
	g_string_append(out, " \\- ");
	append_escaped(out, summary);
	g_string_append_c(out, '\n');
}

static void append_option(GString *out, const FerryOptionInfo *info)
{
	g_string_append(out, ".TP\n");
	if (info->letter)
		g_string_append_printf(out, "\\fB\\-%c\\fR, ", info->letter);
	g_string_append(out, "\\fB\\-\\-");
	append_escaped(out, info->name);
	g_string_append(out, "\\fR");
	if (info->argument) {
		g_string_append(out, "=\\fI");
		append_escaped(out, info->argument);
		g_string_append(out, "\\fR");
	}
	g_string_append_c(out, '\n');
	append_escaped(out, info->help ? info->help : "");
	g_string_append_c(out, '\n');
}

static void append_group(GString *out, const GPtrArray *infos, const char *group)
{
	g_autofree char *title = g_strndup(group, strcspn(group, ":"));

	g_string_append(out, ".SS ");
	append_escaped(out, title);
	g_string_append_c(out, '\n');
	for (guint i = 0; i < infos->len; i++) {
		const FerryOptionInfo *info = infos->pdata[i];
		if (!info->is_hidden && strcmp(info->group, group) == 0)
			append_option(out, info);
	}
}

/* Groups in the order in which they were added; the general one, which comes first, goes last. */
static void append_options(GString *out, const FerryCommand *command)
{
	g_autoptr(GPtrArray) infos = ferry_options_describe(command);
	const char *last = NULL;

	g_string_append(out, ".SH OPTIONS\n");
	for (guint i = 1; i < infos->len; i++) {
		const FerryOptionInfo *info = infos->pdata[i];
		if (!last || strcmp(last, info->group) != 0)
			append_group(out, infos, info->group);
		last = info->group;
	}
	append_group(out, infos, ((FerryOptionInfo *)infos->pdata[0])->group);
}

static char *command_page(const FerryCommand *command)
{
	GString *out = g_string_new(NULL);
	g_autofree char *name = g_strdup_printf("ferry-%s", command->name);

	append_title(out, name, command->summary);
	g_string_append_printf(out, ".SH SYNOPSIS\n\\fBferry %s\\fR [\\fIoptions\\fR] ", command->name);
	append_escaped(out, command->arguments);
	g_string_append_c(out, '\n');
	append_options(out, command);
	if (command->description) {
		g_string_append(out, ".SH DESCRIPTION\n.nf\n");
		append_escaped(out, command->description);
		g_string_append(out, "\n.fi\n");
	}
	g_string_append(out, ".SH SEE ALSO\n\\fBferry\\fR(1)\n");
	return g_string_free(out, FALSE);
}

static void append_exit_codes(GString *out)
{
	static const FerryExitCode codes[] = {
		FERRY_EXIT_OK,   FERRY_EXIT_USAGE,    FERRY_EXIT_CONNECT,   FERRY_EXIT_SCHEMA,
		FERRY_EXIT_LOAD, FERRY_EXIT_REJECTED, FERRY_EXIT_DIFFERENT, FERRY_EXIT_INTERRUPTED};

	g_string_append(out, ".SH EXIT STATUS\n");
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_string_append_printf(out, ".TP\n\\fB%d\\fR\n", (int)codes[i]);
		append_escaped(out, ferry_exit_meaning(codes[i]));
		g_string_append_c(out, '\n');
	}
}

static char *program_page(void)
{
	GString *out = g_string_new(NULL);

	append_title(out, "ferry", "move databases from one system to another");
	g_string_append(out,
			".SH SYNOPSIS\n\\fBferry\\fR \\fICOMMAND\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n"
			".SH DESCRIPTION\n"
			"Copies a database, schema and rows, and proves that both sides hold the same.\n"
			".SH COMMANDS\n");
	for (const FerryCommand *const *c = ferry_commands(); *c; c++) {
		g_string_append_printf(out, ".TP\n\\fBferry\\-%s\\fR(1)\n", (*c)->name);
		append_escaped(out, (*c)->summary);
		g_string_append_c(out, '\n');
	}
	append_exit_codes(out);
	g_string_append(out,
			".SH ENVIRONMENT\n.TP\n\\fBFERRY_SOURCE_PASSWORD\\fR, \\fBFERRY_TARGET_PASSWORD\\fR\n"
			"Passwords; that of a URL comes first.\n.TP\n\\fBNO_COLOR\\fR\n"
			"Set and not empty: progress without colours.\n");
	return g_string_free(out, FALSE);
}

static int run_man(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	const FerryCommand *other = NULL;

	switch (ferry_options_parse(options, &rest, 0, 1, &error)) {
	case FERRY_PARSED: break;
	case FERRY_PARSED_HELP: return FERRY_EXIT_OK;
	case FERRY_PARSE_FAILED: ferry_cli_print_error(command, error); return FERRY_EXIT_USAGE;
	}
	if (rest[1])
		other = ferry_command_find(rest[1]);
	if (rest[1] && !other) {
		ferry_fail(&error, FERRY_ERROR_USAGE, "there is no command \"%s\"", rest[1]);
		ferry_cli_print_error(command, error);
		return FERRY_EXIT_USAGE;
	}
	g_autofree char *page = other ? command_page(other) : program_page();
	return ferry_cli_print(command, page) ? FERRY_EXIT_OK : FERRY_EXIT_USAGE;
}

const FerryCommand ferry_man_command = {
	.name = "man",
	.arguments = "[COMMAND]",
	.summary = "Write the manual page of the program or of a command, in roff",
	.description = "Examples:\n"
		       "  ferry man copy | man -l -",
	.run = run_man,
};
