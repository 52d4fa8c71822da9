/*
 * ferry serve: migrations as a service, with a REST API, live events and a web application.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/serve_options.h"
#include "cli/signals.h"
#include "http/server.h"
#include "service/accounts.h"
#include "service/service.h"

#include <stdio.h>
#include <string.h>

/* ---- serving ---- */

/* Of a service on all addresses a browser on this machine opens the one that always leads there. */
static char *link_base(const char *url)
{
	g_autoptr(GString) base = g_string_new(url);

	if (!g_string_replace(base, "//0.0.0.0:", "//localhost:", 1))
		g_string_replace(base, "//[::]:", "//localhost:", 1);
	return g_string_free(g_steal_pointer(&base), FALSE);
}

/* The link is the key to the first account, so it goes to the one who started the program, and nowhere else.
 */
static bool tell_ready(FerryService *service, FerryHttpServer *server, gint64 started, GError **error)
{
	bool needs_setup = false;
	g_autofree char *token = ferry_accounts_setup_token(service);
	const char *url = ferry_http_server_get_url(server);

	if (!ferry_accounts_needs_setup(service, &needs_setup, error))
		return false;
	g_autofree char *base = link_base(url);
	printf("ferry: serving at %s (ready in %d ms)\n", url,
	       (int)((g_get_monotonic_time() - started) / 1000));
	if (needs_setup)
		printf("ferry: make the first account, once, at %s/#/setup?token=%s\n", base, token);
	fflush(stdout);
	return true;
}

/* For who sets up machines without a person at the link: only where there is no account yet. */
static bool make_admin(FerryService *service, const FerryServeOptions *o, GError **error)
{
	const FerryActor nobody = {0};
	g_autofree char *token = ferry_accounts_setup_token(service), *session = NULL;
	bool needs_setup = false;

	if (!o->admin_password)
		return true;
	if (!ferry_accounts_needs_setup(service, &needs_setup, error))
		return false;
	if (!needs_setup)
		return true;
	json_t *user = ferry_accounts_setup(service, &nobody, token, o->admin_name, o->admin_password,
					    &session, error);
	json_decref(user);
	if (user && ferry_accounts_logout(service, &nobody, session, error))
		return true;
	g_prefix_error(error, "FERRY_ADMIN_PASSWORD: ");
	return false;
}

static FerryHttpOptions http_options(const FerryServeOptions *o)
{
	const int64_t *limits = o->limits;

	return (FerryHttpOptions){
		.listen = o->listen,
		.tls_cert = o->tls_cert,
		.tls_key = o->tls_key,
		.allowed_origin = o->origin,
		.trusted_proxies = (const char *const *)o->proxies,
		.metrics_token = o->metrics_token,
		.max_connections = (guint)limits[FERRY_LIMIT_CONNECTIONS],
		.max_address_connections = (guint)limits[FERRY_LIMIT_ADDRESS_CONNECTIONS],
		.max_streams = (guint)limits[FERRY_LIMIT_STREAMS],
		.max_user_streams = (guint)limits[FERRY_LIMIT_USER_STREAMS],
		.max_requests = (guint)limits[FERRY_LIMIT_REQUESTS],
		.max_head = (gsize)limits[FERRY_LIMIT_HEAD] * 1024,
		.max_body = (gsize)limits[FERRY_LIMIT_BODY] * 1024,
		.head_timeout = (guint)limits[FERRY_LIMIT_HEAD_SECONDS],
		.body_timeout = (guint)limits[FERRY_LIMIT_BODY_SECONDS],
	};
}

static bool serve(const FerryServeOptions *o, GError **error)
{
	const FerryServiceOptions options = {.store = o->store,
					     .queue = o->queue,
					     .bus = o->bus,
					     .log = ferry_serve_log,
					     .data_dir = o->data,
					     .workers = (guint)o->n_workers,
					     .with_sample = !o->no_sample,
					     .hash_key_prefix = o->hash_key_prefix};
	const FerryHttpOptions http = http_options(o);
	gint64 started = g_get_monotonic_time();
	FerryService *service = ferry_service_open(&options, error);
	FerryHttpServer *server = service && make_admin(service, o, error)
					  ? ferry_http_server_start(service, &http, error)
					  : NULL;
	bool is_ok = server && tell_ready(service, server, started, error);

	if (is_ok) {
		ferry_signals_wait();
		printf("ferry: stopping; what runs goes on at the next start\n");
		fflush(stdout);
	}
	ferry_http_server_stop(server);
	ferry_service_close(service);
	return is_ok;
}

static int run_serve(const FerryCommand *command, char **args)
{
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	FerryServeOptions o = {0};
	const GOptionEntry entries[] = {
		{"listen", 0, 0, G_OPTION_ARG_STRING, &o.listen,
		 "Where to listen (default: " FERRY_DEFAULT_LISTEN ")", "HOST:PORT"},
		{"data", 0, 0, G_OPTION_ARG_FILENAME, &o.data,
		 "Folder of the store, the key and reject files (default: ~/.local/share/ferry)", "DIR"},
		{"store", 0, 0, G_OPTION_ARG_STRING, &o.store, "The store (default: ferry.db in the folder)",
		 "URL"},
		{"queue", 0, 0, G_OPTION_ARG_STRING, &o.queue,
		 "RabbitMQ, which tells workers on other machines of work (default: they poll the store)",
		 "URL"},
		{"bus", 0, 0, G_OPTION_ARG_STRING, &o.bus,
		 "Redis, which brings live events from other machines (default: they come by the store)",
		 "URL"},
		{"workers", 0, 0, G_OPTION_ARG_STRING, &o.workers,
		 "Executions at a time in this process (default: 2)", "N"},
		{"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &o.tls_cert,
		 "Certificate chain in PEM: serve over TLS", "FILE"},
		{"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &o.tls_key, "Its private key in PEM", "FILE"},
		{"allowed-origin", 0, 0, G_OPTION_ARG_STRING, &o.origin,
		 "Another site whose scripts may use the API (CORS; default: none)", "ORIGIN"},
		{"trusted-proxy", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.proxies,
		 "Address or network of a reverse proxy, whose X-Forwarded-For and -Proto count (repeatable; "
		 "default: none)",
		 "CIDR"},
		{"metrics-token-file", 0, 0, G_OPTION_ARG_FILENAME, &o.metrics_token_file,
		 "File with the bearer token that /metrics asks for (default: it asks nobody)", "FILE"},
		{"no-sample", 0, 0, G_OPTION_ARG_NONE, &o.no_sample,
		 "Make no sample database at the first start", NULL},
		{"hash-key-prefix", 0, 0, G_OPTION_ARG_STRING, &o.hash_key_prefix,
		 "Variables that projects may use as keys of hashes begin so "
		 "(default: " FERRY_DEFAULT_HASH_KEY_PREFIX ")",
		 "PREFIX"},
		{"config", 0, 0, G_OPTION_ARG_FILENAME, &o.config,
		 "File with a section [ferry] of these options", "FILE"},
		{NULL},
	};

	ferry_options_add(options, "Serving:", entries);
	ferry_serve_options_add_limits(&o, options);
	return ferry_serve_options_run(command, options, args, &o, serve);
}

const FerryCommand ferry_serve_command = {
	.name = "serve",
	.arguments = "",
	.summary = "Serve the web application and the REST API, and run migrations for them",
	.description = "The first start prints a link that makes the first account. Stop it with Ctrl-C or "
		       "SIGTERM; what was "
		       "running goes\n"
		       "on at the next start.\n"
		       "\n"
		       "Each option can be given in the environment, too: FERRY_LISTEN, FERRY_DATA, "
		       "FERRY_TLS_CERT, …\n"
		       "\n"
		       "Examples:\n"
		       "  ferry serve\n"
		       "  ferry serve --listen 0.0.0.0:8443 --tls-cert chain.pem --tls-key key.pem --data "
		       "/var/lib/ferry",
	.run = run_serve,
};
