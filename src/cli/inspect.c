/*
 * ferry inspect URL: what a database holds, as Ferry sees it.
 */
#include "cli/catalog_text.h"
#include "cli/endpoints.h"
#include "report/exit_codes.h"
#include "cli/options.h"
#include "cli/signals.h"

static bool read_catalog(FerryEndpoint *endpoint, const char *url, FerryPhase *phase,
			 FerryCatalog **ret_catalog, GError **error)
{
	*phase = FERRY_PHASE_CONNECT;
	if (!ferry_endpoint_init(endpoint, FERRY_END_SOURCE, url, error) ||
	    !ferry_endpoint_open(endpoint, false, error))
		return false;
	*phase = FERRY_PHASE_PLAN;
	ferry_signals_watch(NULL, endpoint->connection, NULL);
	bool is_ok = ferry_source(endpoint->connection)->catalog(endpoint->connection, ret_catalog, error);
	ferry_signals_watch(NULL, NULL, NULL);
	return is_ok;
}

static int inspect(const FerryCommand *command, const char *url, bool as_json)
{
	FerryEndpoint endpoint = {0};
	g_autoptr(FerryCatalog) catalog = NULL;
	g_autoptr(GError) error = NULL;
	FerryPhase phase;
	int code;

	if (read_catalog(&endpoint, url, &phase, &catalog, &error)) {
		g_autofree char *text =
			as_json ? ferry_catalog_to_json(catalog) : ferry_catalog_to_text(catalog);
		code = ferry_cli_print(command, text) ? FERRY_EXIT_OK : FERRY_EXIT_USAGE;
	} else {
		ferry_cli_print_error(command, error);
		code = ferry_exit_from_error(error, phase);
	}
	g_clear_pointer(&catalog, ferry_catalog_free); /* before its connection goes */
	ferry_endpoint_clear(&endpoint);
	return code;
}

static int run_inspect(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, "The catalog as one JSON document on stdout", NULL},
		{NULL},
	};

	ferry_options_add(options, "Output:", entries);
	switch (ferry_options_parse(options, &rest, 1, 1, &error)) {
	case FERRY_PARSED: return inspect(command, rest[1], json);
	case FERRY_PARSED_HELP: return FERRY_EXIT_OK;
	case FERRY_PARSE_FAILED: break;
	}
	ferry_cli_print_error(command, error);
	return FERRY_EXIT_USAGE;
}

const FerryCommand ferry_inspect_command = {
	.name = "inspect",
	.arguments = "URL",
	.summary = "Show what a database holds: tables, columns, keys, indexes. Changes nothing",
	.description = "The password comes from the URL, from FERRY_SOURCE_PASSWORD, or you are asked.\n"
		       "\n"
		       "Examples:\n"
		       "  ferry inspect mysql://me@db1/shop\n"
		       "  ferry inspect sqlite:///app.db --json",
	.run = run_inspect,
};
