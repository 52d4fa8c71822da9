/*
 * Where the options of serving commands come from; see serve_options.h.
 */
#include "cli/serve_options.h"

#include "base/error.h"
#include "base/url.h"
#include "report/exit_codes.h"
#include "service/service.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_WORKERS   2
#define MAX_WORKERS       64
#define MIN_METRICS_TOKEN 16

static const struct {
	const char *name, *argument;
	int64_t min, max, fallback;
	const char *help;
} limits[FERRY_N_LIMITS] = {
	[FERRY_LIMIT_CONNECTIONS] = {"max-connections", "N", 16, 1000000, 12000,
				     "Connections at a time (default: 12000)"},
	[FERRY_LIMIT_ADDRESS_CONNECTIONS] = {"max-address-connections", "N", 1, 1000000, 2000,
					     "Connections of one address (default: 2000)"},
	[FERRY_LIMIT_STREAMS] = {"max-streams", "N", 1, 1000000, 10000,
				 "Streams of live events at a time (default: 10000)"},
	[FERRY_LIMIT_USER_STREAMS] = {"max-user-streams", "N", 1, 1000000, 500,
				      "Streams of one user (default: 500)"},
	[FERRY_LIMIT_REQUESTS] = {"max-requests", "N", 1, 1000000, 500,
				  "Requests of one user in a second (default: 500)"},
	[FERRY_LIMIT_HEAD] = {"max-head", "KIB", 2, 1024, 16,
			      "Size of a request's address and headers, in KiB (default: 16)"},
	[FERRY_LIMIT_BODY] = {"max-body", "KIB", 16, 1048576, 8192,
			      "Size of a document that is sent, in KiB (default: 8192)"},
	[FERRY_LIMIT_HEAD_SECONDS] = {"head-timeout", "SECONDS", 1, 3600, 30,
				      "Time for a request's headers, and of silence (default: 30)"},
	[FERRY_LIMIT_BODY_SECONDS] = {"body-timeout", "SECONDS", 1, 86400, 60,
				      "Time for the rest of a request (default: 60)"},
};

void ferry_serve_options_add_limits(FerryServeOptions *o, FerryOptions *to)
{
	GOptionEntry entries[FERRY_N_LIMITS + 1] = {0};

	for (size_t i = 0; i < FERRY_N_LIMITS; i++)
		entries[i] = (GOptionEntry){
			limits[i].name,    0, 0, G_OPTION_ARG_STRING, &o->limit_texts[i], limits[i].help,
			limits[i].argument};
	ferry_options_add(to, "Limits:", entries);
}

void ferry_serve_options_clear(FerryServeOptions *o)
{
	char *const all[] = {o->listen,  o->data,   o->tls_cert,        o->tls_key,           o->origin,
			     o->workers, o->config, o->hash_key_prefix, o->metrics_token_file};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		g_free(all[i]);
	ferry_secret_free(o->store);
	ferry_secret_free(o->queue);
	ferry_secret_free(o->bus);
	ferry_secret_free(o->admin_password);
	ferry_secret_free(o->metrics_token);
	g_free(o->admin_name);
	g_strfreev(o->proxies);
	for (size_t i = 0; i < FERRY_N_LIMITS; i++)
		g_free(o->limit_texts[i]);
}

void ferry_serve_log(const char *message, gpointer data)
{
	fprintf(stderr, "ferry: %s\n", message);
	fflush(stderr);
}

static char *from_config(GKeyFile *file, const char *key)
{
	g_autofree char *lower = g_ascii_strdown(key, -1);

	return file ? g_key_file_get_string(file, "ferry", lower, NULL) : NULL;
}

/* FERRY_TLS_CERT, or tls_cert in the file. */
static void complete(char **value, GKeyFile *file, const char *key, const char *fallback)
{
	g_autofree char *variable = g_strconcat("FERRY_", key, NULL);

	if (!*value)
		*value = g_strdup(g_getenv(variable));
	if (!*value)
		*value = from_config(file, key);
	if (!*value || (!**value && !fallback)) {
		g_free(*value); /* FERRY_QUEUE= is none */
		*value = g_strdup(fallback);
	}
}

/* A flag of the command line as a word elsewhere. */
static bool complete_flag(gboolean *value, GKeyFile *file, const char *key, GError **error)
{
	static const char *const yes[] = {"1", "true", "yes", "on", NULL}, *const no[] = {"",      "0",
											  "false", "no",
											  "off",   NULL};
	g_autofree char *text = NULL;

	if (*value)
		return true;
	complete(&text, file, key, "");
	*value = g_strv_contains(yes, text);
	return *value || g_strv_contains(no, text) ||
	       ferry_fail(error, FERRY_ERROR_USAGE, "FERRY_%s must be true or false, not \"%s\"", key, text);
}

/* --max-head, FERRY_MAX_HEAD, max_head */
static bool complete_limits(FerryServeOptions *o, GKeyFile *file, GError **error)
{
	for (size_t i = 0; i < FERRY_N_LIMITS; i++) {
		g_autofree char *key = g_strdelimit(g_ascii_strup(limits[i].name, -1), "-", '_');
		g_autofree char *option = g_strconcat("--", limits[i].name, NULL);
		complete(&o->limit_texts[i], file, key, NULL);
		o->limits[i] = limits[i].fallback;
		if (o->limit_texts[i] && !ferry_options_parse_number(option, o->limit_texts[i], limits[i].min,
								     limits[i].max, &o->limits[i], error))
			return false;
	}
	return true;
}

/* The option may be there several times; elsewhere commas and blanks part its values. */
static void complete_list(char ***values, GKeyFile *file, const char *key)
{
	g_autofree char *text = NULL;

	if (*values)
		return;
	complete(&text, file, key, "");
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) words = g_strsplit_set(text, ", ", -1);
	for (char **word = words; *word; word++)
		if (**word)
			g_strv_builder_add(builder, *word);
	*values = g_strv_builder_end(builder);
}

static bool load_config(const char *path, GKeyFile **ret_file, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (!path)
		return true;
	*ret_file = g_key_file_new();
	if (g_key_file_load_from_file(*ret_file, path, G_KEY_FILE_NONE, &local))
		return true;
	return ferry_fail(error, FERRY_ERROR_USAGE, "--config %s: %s", path, local->message);
}

static char *default_data(void)
{
	return g_build_filename(g_get_user_data_dir(), "ferry", NULL);
}

/* A password that stands in a file of its own: FERRY_STORE_FILE=/run/secrets/store, or --store
 * file:/run/secrets/store. The file holds the value, on one line. */
static bool read_secret(char **value, const char *path, const char *what, GError **error)
{
	g_autoptr(GError) local = NULL;
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, &local))
		return ferry_fail(error, FERRY_ERROR_USAGE, "%s: %s", what, local->message);
	ferry_secret_free(*value);
	*value = g_strchomp(text);
	return **value || ferry_fail(error, FERRY_ERROR_USAGE, "%s: the file %s is empty", what, path);
}

static bool complete_secret(char **value, GKeyFile *file, const char *key, GError **error)
{
	g_autofree char *variable = g_strconcat("FERRY_", key, NULL),
			*file_key = g_strconcat(key, "_FILE", NULL),
			*file_variable = g_strconcat(variable, "_FILE", NULL), *path = NULL;

	if (!*value && g_getenv(variable) && *g_getenv(variable) && g_getenv(file_variable))
		return ferry_fail(error, FERRY_ERROR_USAGE, "%s and %s are both set: one must do", variable,
				  file_variable);
	bool is_given = *value || (g_getenv(variable) && *g_getenv(variable));
	complete(&path, is_given ? NULL : file, file_key, NULL);
	if (!is_given && path)
		return read_secret(value, path, file_variable, error);
	complete(value, file, key, NULL);
	if (!*value || !g_str_has_prefix(*value, "file:"))
		return true;
	g_autofree char *from = g_strdup(*value + strlen("file:"));
	return read_secret(value, from, variable, error);
}

/* Who may read /metrics; a token that is guessed in an hour keeps nobody out. */
static bool complete_metrics_token(FerryServeOptions *o, GKeyFile *file, GError **error)
{
	if (o->metrics_token_file
		    ? !read_secret(&o->metrics_token, o->metrics_token_file, "--metrics-token-file", error)
		    : !complete_secret(&o->metrics_token, file, "METRICS_TOKEN", error))
		return false;
	if (!o->metrics_token || strlen(o->metrics_token) >= MIN_METRICS_TOKEN)
		return true;
	ferry_fail(error, FERRY_ERROR_USAGE, "the token for /metrics is shorter than %d characters",
		   MIN_METRICS_TOKEN);
	ferry_error_hint(error, "make one with: openssl rand -hex 32");
	return false;
}

bool ferry_serve_options_complete(FerryServeOptions *o, GError **error)
{
	g_autoptr(GKeyFile) file = NULL;
	g_autofree char *data = default_data();

	complete(&o->config, NULL, "CONFIG", NULL);
	if (!load_config(o->config, &file, error))
		return false;
	complete(&o->listen, file, "LISTEN", FERRY_DEFAULT_LISTEN);
	complete(&o->data, file, "DATA", data);
	if (!complete_secret(&o->store, file, "STORE", error) ||
	    !complete_secret(&o->queue, file, "QUEUE", error) ||
	    !complete_secret(&o->bus, file, "BUS", error) ||
	    !complete_secret(&o->admin_password, NULL, "ADMIN_PASSWORD", error) ||
	    !complete_metrics_token(o, file, error))
		return false;
	complete(&o->admin_name, NULL, "ADMIN_NAME", "admin");
	complete(&o->tls_cert, file, "TLS_CERT", NULL);
	complete(&o->tls_key, file, "TLS_KEY", NULL);
	complete(&o->origin, file, "ALLOWED_ORIGIN", NULL);
	complete_list(&o->proxies, file, "TRUSTED_PROXY");
	complete(&o->workers, file, "WORKERS", NULL);
	complete(&o->hash_key_prefix, file, "HASH_KEY_PREFIX", FERRY_DEFAULT_HASH_KEY_PREFIX);
	if (!*o->hash_key_prefix)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "--hash-key-prefix must not be empty: every variable would be allowed");
	o->n_workers = DEFAULT_WORKERS;
	return complete_flag(&o->no_sample, file, "NO_SAMPLE", error) && complete_limits(o, file, error) &&
	       (!o->workers ||
		ferry_options_parse_number("--workers", o->workers, 0, MAX_WORKERS, &o->n_workers, error));
}

static int complete_and_run(const FerryCommand *command, FerryServeOptions *options,
			    bool (*run)(const FerryServeOptions *, GError **))
{
	g_autoptr(GError) error = NULL;

	if (ferry_serve_options_complete(options, &error) && run(options, &error))
		return FERRY_EXIT_OK;
	ferry_cli_print_error(command, error);
	return ferry_exit_from_error(error, FERRY_PHASE_CONNECT);
}

int ferry_serve_options_run(const FerryCommand *command, FerryOptions *parser, char **args,
			    FerryServeOptions *options, bool (*run)(const FerryServeOptions *, GError **))
{
	g_auto(GStrv) rest = g_strdupv(args);
	g_autoptr(GError) error = NULL;
	int code = FERRY_EXIT_USAGE;

	switch (ferry_options_parse(parser, &rest, 0, 0, &error)) {
	case FERRY_PARSED: code = complete_and_run(command, options, run); break;
	case FERRY_PARSED_HELP: code = FERRY_EXIT_OK; break;
	case FERRY_PARSE_FAILED: ferry_cli_print_error(command, error); break;
	}
	ferry_serve_options_clear(options);
	return code;
}
