/*
 * Options of the commands that serve (serve, worker). Each can also come from the environment (FERRY_LISTEN, FERRY_DATA, …) or
 * from a file with a section [ferry] (--config); a flag wins over the environment, the environment over the file.
 */
#pragma once

#include "cli/options.h"

#define FERRY_DEFAULT_LISTEN "127.0.0.1:8080"

typedef struct FerryServeOptions {
	char *listen, *data, *store, *queue, *bus, *tls_cert, *tls_key, *origin, *workers, *config; /* or NULL */
	char *admin_name, *admin_password; /* or NULL: of the first account, from the environment only */
	gboolean no_sample;
	int64_t n_workers; /* of workers; set by complete */
} FerryServeOptions;

/* What was not given is looked for elsewhere, and is set to its default. */
bool ferry_serve_options_complete(FerryServeOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ferry_serve_options_clear(FerryServeOptions *options);

/* FerryServiceOptions' log: a line to standard error. */
void ferry_serve_log(const char *message, gpointer data);
