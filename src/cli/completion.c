/*
 * ferry completion bash: a script for bash, made from the tables that parse the command line. It asks for no
 * other package. Words with ':' and '=' are several words to bash, so the script looks at the line itself and
 * gives back what follows the last of them.
 */
#include "cli/cli.h"
#include "report/exit_codes.h"
#include "cli/options.h"

#include "connectors/connector.h"

#include <string.h>

static const char head[] =
	"# bash completion for ferry; \"ferry completion bash\" writes it\n"
	"\n"
	"_ferry_words()  # what the first argument names, and the word so far\n"
	"{\n"
	"\tlocal IFS=$' \\t\\n' word\n"
	"\tfor word in $1; do\n"
	"\t\tif [[ $word == \"$2\"* ]]; then COMPREPLY+=(\"$3$word\"); fi\n"
	"\tdone\n"
	"}\n"
	"\n"
	"_ferry_files()\n"
	"{\n"
	"\tlocal file\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\twhile IFS= read -r file; do COMPREPLY+=(\"$2$file\"); done < <(compgen -f -- \"$1\")\n"
	"}\n"
	"\n"
	"_ferry_url()\n"
	"{\n"
	"\tcompopt -o nospace 2>/dev/null\n"
	"\tif [[ $1 == sqlite:///* ]]; then\n"
	"\t\t_ferry_files \"${1#sqlite:///}\" sqlite:///\n"
	"\telse\n"
	"\t\t_ferry_words \"$ferry_schemes\" \"$1\"\n"
	"\tfi\n"
	"}\n"
	"\n";

static const char tail[] =
	"\n"
	"_ferry()\n"
	"{\n"
	"\tlocal line=${COMP_LINE:0:COMP_POINT} cur command='' option='' i trim words\n"
	"\tlocal ferry_options='' ferry_arguments='' ferry_schemes ferry_commands\n"
	"\tCOMPREPLY=()\n"
	"\tread -ra words <<<\"$line\"\n"
	"\tcur=${line##*[[:space:]]}\n"
	"\tif [[ -n $cur ]]; then unset \"words[${#words[@]}-1]\"; fi\n"
	"\tif (( ${#words[@]} > 1 )); then command=${words[1]}; option=${words[${#words[@]}-1]}; fi\n"
	"\t_ferry_table \"$command\"\n"
	"\ttrim=${cur%\"${cur##*[=:]}\"}\n"
	"\tif [[ $cur == --*=* ]]; then\n"
	"\t\t_ferry_value \"$command\" \"${cur%%=*}\" \"${cur#*=}\" \"${cur%%=*}=\"\n"
	"\telif [[ $option == -* ]] && _ferry_value \"$command\" \"$option\" \"$cur\" ''; then\n"
	"\t\t:\n"
	"\telif [[ -z $command ]]; then\n"
	"\t\t_ferry_words \"$ferry_commands --help --version\" \"$cur\"\n"
	"\telif [[ $cur == -* ]]; then\n"
	"\t\t_ferry_words \"$ferry_options\" \"$cur\"\n"
	"\telif [[ $ferry_arguments == url ]]; then\n"
	"\t\t_ferry_url \"$cur\"\n"
	"\telse\n"
	"\t\t_ferry_words \"$ferry_arguments\" \"$cur\"\n"
	"\tfi\n"
	"\tif [[ $COMP_WORDBREAKS == *[=:]* ]]; then\n"
	"\t\tfor i in \"${!COMPREPLY[@]}\"; do COMPREPLY[i]=${COMPREPLY[i]#\"$trim\"}; done\n"
	"\tfi\n"
	"}\n"
	"\n"
	"complete -F _ferry ferry\n";

/* "fail|drop|truncate" is a list of words; "FILE" is not. */
static bool is_word_list(const char *argument)
{
	for (const char *p = argument; *p; p++)
		if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && !strchr("|-_", *p))
			return false;
	return strchr(argument, '|') != NULL;
}

static char *command_names(void)
{
	GString *names = g_string_new(NULL);

	for (const FerryCommand *const *c = ferry_commands(); *c; c++)
		g_string_append_printf(names, "%s%s", names->len ? " " : "", (*c)->name);
	return g_string_free(names, FALSE);
}

/* What a command's arguments can be: words, "url", or nothing that is known. */
static char *arguments_of(const FerryCommand *command)
{
	GString *words = g_string_new(NULL);

	if (strstr(command->arguments, "SOURCE") || strstr(command->arguments, "URL"))
		return g_string_free(g_string_append(words, "url"), FALSE);
	if (strstr(command->arguments, "COMMAND")) {
		g_string_free(words, TRUE);
		return command_names();
	}
	for (const FerryConnector *const *c = ferry_connectors(); strstr(command->arguments, "NAME") && *c;
	     c++)
		g_string_append_printf(words, "%s%s", words->len ? " " : "", (*c)->name);
	if (strstr(command->arguments, "bash"))
		g_string_append(words, "bash");
	return g_string_free(words, FALSE);
}

static void append_table(GString *out)
{
	g_autofree char *names = command_names();

	g_string_append(out, "_ferry_table()\n{\n\tferry_schemes='");
	for (const FerryConnector *const *c = ferry_connectors(); *c; c++)
		for (const char *const *scheme = (*c)->schemes; *scheme; scheme++)
			g_string_append_printf(out, "%s://%s ", *scheme,
					       strcmp(*scheme, "sqlite") == 0 ? "/" : "");
	g_string_append_printf(out, "'\n\tferry_commands='%s'\n\tcase $1 in\n", names);
	for (const FerryCommand *const *c = ferry_commands(); *c; c++) {
		g_autoptr(GPtrArray) infos = ferry_options_describe(*c);
		g_autofree char *arguments = arguments_of(*c);

		g_string_append_printf(out, "\t%s)\n\t\tferry_options='", (*c)->name);
		for (guint i = 0; i < infos->len; i++) {
			const FerryOptionInfo *info = infos->pdata[i];
			if (!info->is_hidden)
				g_string_append_printf(out, "%s--%s", i ? " " : "", info->name);
		}
		g_string_append_printf(out, "'\n\t\tferry_arguments='%s' ;;\n", arguments);
	}
	g_string_append(out, "\tesac\n}\n\n");
}

static void append_value(GString *out, const FerryCommand *command, const FerryOptionInfo *info)
{
	bool is_file = strcmp(info->argument, "FILE") == 0;
	g_autoptr(GString) words = g_string_new(info->argument);

	g_string_append_printf(out, "\t%s:--%s", command->name, info->name);
	if (info->letter)
		g_string_append_printf(out, " | %s:-%c", command->name, info->letter);
	g_string_replace(words, "|", " ", 0);
	if (is_file)
		g_string_append(out, ") _ferry_files \"$3\" \"$4\" ;;\n");
	else if (is_word_list(info->argument))
		g_string_append_printf(out, ") _ferry_words '%s' \"$3\" \"$4\" ;;\n", words->str);
	else /* takes something, but nobody knows what */
		g_string_append(out, ") ;;\n");
}

/* False: the option takes no value. */
static void append_values(GString *out)
{
	g_string_append(out, "_ferry_value()  # command, option, its value so far, what stands before it\n{\n"
			     "\tcase $1:$2 in\n");
	for (const FerryCommand *const *c = ferry_commands(); *c; c++) {
		g_autoptr(GPtrArray) infos = ferry_options_describe(*c);

		for (guint i = 0; i < infos->len; i++)
			if (((FerryOptionInfo *)infos->pdata[i])->argument)
				append_value(out, *c, infos->pdata[i]);
	}
	g_string_append(out, "\t*) return 1 ;;\n\tesac\n\treturn 0\n}\n");
}

static int run_completion(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;

	switch (ferry_options_parse(options, &rest, 1, 1, &error)) {
	case FERRY_PARSED:
		if (strcmp(rest[1], "bash") == 0)
			break;
		ferry_fail(&error, FERRY_ERROR_USAGE, "there is no completion for \"%s\", only for bash",
			   rest[1]);
		ferry_cli_print_error(command, error);
		return FERRY_EXIT_USAGE;
	case FERRY_PARSED_HELP: return FERRY_EXIT_OK;
	case FERRY_PARSE_FAILED: ferry_cli_print_error(command, error); return FERRY_EXIT_USAGE;
	}
	g_autoptr(GString) out = g_string_new(head);
	append_table(out);
	append_values(out);
	g_string_append(out, tail);
	return ferry_cli_print(command, out->str) ? FERRY_EXIT_OK : FERRY_EXIT_USAGE;
}

const FerryCommand ferry_completion_command = {
	.name = "completion",
	.arguments = "bash",
	.summary = "Write a script that completes commands, options, their values and URLs in the shell",
	.description = "Examples:\n"
		       "  source <(ferry completion bash)\n"
		       "  ferry completion bash >~/.local/share/bash-completion/completions/ferry",
	.run = run_completion,
};
