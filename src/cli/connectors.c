/*
 * ferry connectors [NAME]: the systems that Ferry knows, and the parameters of their URLs.
 */
#include "cli/cli.h"

#include "base/nearest.h"
#include "report/exit_codes.h"
#include "cli/options.h"
#include "report/text_table.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static char *schemes_of(const FerryConnector *connector)
{
	GString *text = g_string_new(NULL);

	for (const char *const *scheme = connector->schemes; *scheme; scheme++)
		g_string_append_printf(text, "%s%s://", text->len ? " " : "", *scheme);
	return g_string_free(text, FALSE);
}

static const char *roles_of(const FerryConnector *connector)
{
	return connector->source && connector->target ? "source, target"
	       : connector->source                    ? "source"
						      : "target";
}

static void append_details(GString *out, const FerryConnector *connector)
{
	g_autofree char *schemes = schemes_of(connector);

	g_string_append_printf(out, "%s: %s\n", connector->name, connector->title);
	g_string_append_printf(out, "  as:        %s\n", roles_of(connector));
	g_string_append_printf(out, "  versions:  %s\n", connector->versions);
	g_string_append_printf(out, "  schemes:   %s\n", schemes);
	g_string_append_printf(out, "  example:   %s\n", connector->url_example);
	if (!connector->options || !connector->options->name)
		return;
	g_string_append(out, "  parameters of the URL (?name=value&…):\n");
	for (const FerryOption *option = connector->options; option->name; option++) {
		g_autofree char *name =
			g_strdup_printf("%s=%s", option->name, option->value ? option->value : "VALUE");
		g_string_append_printf(out, "    %-32s %s\n", name, option->help ? option->help : "");
	}
}

static char *overview(void)
{
	static const char *const headers[] = {"name", "system", "as", "versions", "URL", NULL};
	g_autoptr(FerryTextTable) table = ferry_text_table_new(headers, "lllll");
	GString *out = g_string_new(NULL);

	for (const FerryConnector *const *c = ferry_connectors(); *c; c++) {
		ferry_text_table_take(table, g_strdup((*c)->name));
		ferry_text_table_take(table, g_strdup((*c)->title));
		ferry_text_table_take(table, g_strdup(roles_of(*c)));
		ferry_text_table_take(table, g_strdup((*c)->versions));
		ferry_text_table_take(table, g_strdup((*c)->url_example));
	}
	ferry_text_table_print(table, false, out);
	g_string_append(out, "\nURL schemes:");
	for (const FerryConnector *const *c = ferry_connectors(); *c; c++) {
		g_autofree char *schemes = schemes_of(*c);
		g_string_append_printf(out, " %s", schemes);
	}
	g_string_append(out, "\n\"ferry connectors NAME\" shows the parameters that a URL may have.\n");
	return g_string_free(out, FALSE);
}

static json_t *connector_json(const FerryConnector *connector)
{
	json_t *object = json_object(), *schemes = json_array(), *options = json_array();

	for (const char *const *scheme = connector->schemes; *scheme; scheme++)
		json_array_append_new(schemes, json_string(*scheme));
	for (const FerryOption *o = connector->options; o && o->name; o++) {
		json_t *option = json_object();
		json_object_set_new(option, "name", json_string(o->name));
		json_object_set_new(option, "value", o->value ? json_string(o->value) : json_null());
		json_object_set_new(option, "help", o->help ? json_string(o->help) : json_null());
		json_object_set_new(option, "secret", json_boolean(o->is_secret));
		json_array_append_new(options, option);
	}
	json_object_set_new(object, "name", json_string(connector->name));
	json_object_set_new(object, "title", json_string(connector->title));
	json_object_set_new(object, "source", json_boolean(connector->source != NULL));
	json_object_set_new(object, "target", json_boolean(connector->target != NULL));
	json_object_set_new(object, "versions", json_string(connector->versions));
	json_object_set_new(object, "schemes", schemes);
	json_object_set_new(object, "url_example", json_string(connector->url_example));
	json_object_set_new(object, "options", options);
	return object;
}

static bool has_scheme(const FerryConnector *connector, const char *name)
{
	return g_strv_contains(connector->schemes, name);
}

static char *as_json(const char *name)
{
	json_t *all = json_array();

	for (const FerryConnector *const *c = ferry_connectors(); *c; c++)
		if (!name || strcmp((*c)->name, name) == 0 || has_scheme(*c, name))
			json_array_append_new(all, connector_json(*c));
	char *dumped = json_dumps(all, JSON_INDENT(2));
	char *text = g_strdup(dumped);
	free(dumped);
	json_decref(all);
	return text;
}

static char *details(const char *name)
{
	GString *out = g_string_new(NULL);

	for (const FerryConnector *const *c = ferry_connectors(); *c; c++)
		if (!name || strcmp((*c)->name, name) == 0 || has_scheme(*c, name)) {
			if (out->len)
				g_string_append_c(out, '\n');
			append_details(out, *c);
		}
	return g_string_free(out, FALSE);
}

static bool check_name(const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const FerryConnector *const *c = ferry_connectors(); *c; c++) {
		if (strcmp((*c)->name, name) == 0 || has_scheme(*c, name))
			return true;
		g_ptr_array_add(names, (gpointer)(*c)->name);
	}
	g_ptr_array_add(names, NULL);
	ferry_fail(error, FERRY_ERROR_USAGE, "there is no connector \"%s\"", name);
	const char *nearest = ferry_nearest(name, (const char *const *)names->pdata);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	if (nearest)
		ferry_error_hint(error, "did you mean %s?", nearest);
	else
		ferry_error_hint(error, "there are: %s", all);
	return false;
}

static int run_connectors(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	gboolean verbose = FALSE, json = FALSE;
	const GOptionEntry entries[] = {
		{"verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, "With the parameters of their URLs", NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, "As JSON", NULL},
		{NULL},
	};

	ferry_options_add(options, "Output:", entries);
	switch (ferry_options_parse(options, &rest, 0, 1, &error)) {
	case FERRY_PARSED: break;
	case FERRY_PARSED_HELP: return FERRY_EXIT_OK;
	case FERRY_PARSE_FAILED: ferry_cli_print_error(command, error); return FERRY_EXIT_USAGE;
	}
	if (rest[1] && !check_name(rest[1], &error)) {
		ferry_cli_print_error(command, error);
		return FERRY_EXIT_USAGE;
	}
	g_autofree char *text = json ? as_json(rest[1]) : rest[1] || verbose ? details(rest[1]) : overview();
	return ferry_cli_print(command, text) ? FERRY_EXIT_OK : FERRY_EXIT_USAGE;
}

const FerryCommand ferry_connectors_command = {
	.name = "connectors",
	.arguments = "[NAME]",
	.summary = "List the systems that can be copied from and to, and their URLs",
	.description = "Examples:\n"
		       "  ferry connectors\n"
		       "  ferry connectors postgres",
	.run = run_connectors,
};
