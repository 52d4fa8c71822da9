/*
 * ferry rotate-key: gives the service a new key for its secrets. The service must not be running.
 */
#include "cli/cli.h"

#include "cli/options.h"
#include "report/exit_codes.h"
#include "service/rotation.h"

#include <stdio.h>

static bool rotate(const FerryServiceOptions *options, guint *ret_n, GError **error)
{
	g_autoptr(FerryService) service = ferry_service_open(options, error);

	return service && ferry_secrets_rotate(service, ret_n, error);
}

static int run_rotate_key(const FerryCommand *command, char **args)
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	g_autoptr(GError) error = NULL;
	g_autofree char *data = NULL, *store = NULL;
	guint n = 0;
	const GOptionEntry entries[] = {
		{"data", 0, 0, G_OPTION_ARG_FILENAME, &data,
		 "Folder of the store and the key (default: ~/.local/share/ferry)", "DIR"},
		{"store", 0, 0, G_OPTION_ARG_STRING, &store,
		 "The service's store, where it is not in that folder", "URL"},
		{NULL},
	};

	ferry_options_add(options, "Service:", entries);
	switch (ferry_options_parse(options, &rest, 0, 0, &error)) {
	case FERRY_PARSED: break;
	case FERRY_PARSED_HELP: return FERRY_EXIT_OK;
	case FERRY_PARSE_FAILED: ferry_cli_print_error(command, error); return FERRY_EXIT_USAGE;
	}
	if (!data)
		data = g_getenv("FERRY_DATA") ? g_strdup(g_getenv("FERRY_DATA"))
					      : g_build_filename(g_get_user_data_dir(), "ferry", NULL);
	FerryServiceOptions service = {.data_dir = data, .store = store ? store : g_getenv("FERRY_STORE")};
	if (!g_file_test(service.data_dir, G_FILE_TEST_IS_DIR))
		ferry_fail(&error, FERRY_ERROR_USAGE, "there is no folder %s", service.data_dir);
	else
		rotate(&service, &n, &error);
	if (error) {
		ferry_cli_print_error(command, error);
		return ferry_exit_from_error(error, FERRY_PHASE_CONNECT);
	}
	g_autofree char *text =
		g_strdup_printf("%u secrets are sealed with a new key: %s/secret.key", n, service.data_dir);
	return ferry_cli_print(command, text) ? FERRY_EXIT_OK : FERRY_EXIT_USAGE;
}

const FerryCommand ferry_rotate_key_command = {
	.name = "rotate-key",
	.arguments = "",
	.summary = "Seal the secrets of a service that is not running with a new key",
	.description = "Examples:\n"
		       "  ferry rotate-key --data /var/lib/ferry",
	.run = run_rotate_key,
};
