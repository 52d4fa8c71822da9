/*
 * Options of the commands that serve (serve, worker). Each can also come from the environment (FERRY_LISTEN, FERRY_DATA, …) or
 * from a file with a section [ferry] (--config); a flag wins over the environment, the environment over the file.
 */
#pragma once

#include "cli/options.h"

#define FERRY_DEFAULT_LISTEN "127.0.0.1:8080"

/* Numbers that keep clients within bounds; http/server.h says what each is. */
typedef enum {
	FERRY_LIMIT_CONNECTIONS,
	FERRY_LIMIT_ADDRESS_CONNECTIONS,
	FERRY_LIMIT_STREAMS,
	FERRY_LIMIT_USER_STREAMS,
	FERRY_LIMIT_REQUESTS,
	FERRY_LIMIT_HEAD,
	FERRY_LIMIT_BODY,
	FERRY_LIMIT_HEAD_SECONDS,
	FERRY_LIMIT_BODY_SECONDS,
	FERRY_N_LIMITS
} FerryServeLimit;

typedef struct FerryServeOptions {
	char *listen, *data, *store, *queue, *bus, *tls_cert, *tls_key, *origin, *workers, *config; /* or NULL */
	char *admin_name, *admin_password; /* or NULL: of the first account, from the environment only */
	char *metrics_token, *metrics_token_file; /* or NULL; the token is never an option, which others could see */
	char *hash_key_prefix;
	char **proxies; /* --trusted-proxy, or NULL */
	gboolean no_sample;
	int64_t n_workers; /* of workers; set by complete */
	char *limit_texts[FERRY_N_LIMITS]; /* or NULL */
	int64_t limits[FERRY_N_LIMITS];    /* set by complete */
} FerryServeOptions;

/* --max-connections and its like, as a group of their own. */
void ferry_serve_options_add_limits(FerryServeOptions *options, FerryOptions *to);

/* What was not given is looked for elsewhere, and is set to its default. */
bool ferry_serve_options_complete(FerryServeOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ferry_serve_options_clear(FerryServeOptions *options);

/* The command from its arguments to its exit code: parses them, completes what options was filled with, runs, prints the error, and
 * clears options. */
int ferry_serve_options_run(const FerryCommand *command, FerryOptions *parser, char **args, FerryServeOptions *options,
                            bool (*run)(const FerryServeOptions *options, GError **error));

/* FerryServiceOptions' log: a line to standard error. */
void ferry_serve_log(const char *message, gpointer data);
