/*
 * Where the options of serving commands come from; see serve_options.h.
 */
#include "cli/serve_options.h"

#include "base/error.h"
#include "base/url.h"

#include <stdio.h>

#define DEFAULT_WORKERS 2
#define MAX_WORKERS     64

void ferry_serve_options_clear(FerryServeOptions *o)
{
	char *const all[] = {o->listen, o->data, o->tls_cert, o->tls_key, o->origin, o->workers, o->config};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		g_free(all[i]);
	ferry_secret_free(o->store);
	ferry_secret_free(o->queue);
	ferry_secret_free(o->bus);
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

bool ferry_serve_options_complete(FerryServeOptions *o, GError **error)
{
	g_autoptr(GKeyFile) file = NULL;
	g_autofree char *data = default_data();

	complete(&o->config, NULL, "CONFIG", NULL);
	if (!load_config(o->config, &file, error))
		return false;
	complete(&o->listen, file, "LISTEN", FERRY_DEFAULT_LISTEN);
	complete(&o->data, file, "DATA", data);
	complete(&o->store, file, "STORE", NULL);
	complete(&o->queue, file, "QUEUE", NULL);
	complete(&o->bus, file, "BUS", NULL);
	complete(&o->tls_cert, file, "TLS_CERT", NULL);
	complete(&o->tls_key, file, "TLS_KEY", NULL);
	complete(&o->origin, file, "ALLOWED_ORIGIN", NULL);
	complete(&o->workers, file, "WORKERS", NULL);
	o->n_workers = DEFAULT_WORKERS;
	return complete_flag(&o->no_sample, file, "NO_SAMPLE", error) &&
	       (!o->workers ||
		ferry_options_parse_number("--workers", o->workers, 0, MAX_WORKERS, &o->n_workers, error));
}
