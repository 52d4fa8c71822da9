/*
 * ferry worker: runs executions of a service whose store several machines share.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/serve_options.h"
#include "cli/signals.h"
#include "service/service.h"

#include <stdio.h>
#include <string.h>

static bool work(const FerryServeOptions *o, GError **error)
{
	const FerryServiceOptions options = {
		.store = o->store,
		.queue = o->queue,
		.bus = o->bus,
		.data_dir = o->data,
		.workers = (guint)MAX(1, o->n_workers),
		.hash_key_prefix = o->hash_key_prefix,
		.log = ferry_serve_log,
	};

	if (!o->store || g_str_has_prefix(o->store, "sqlite"))
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "a worker needs the store that it shares with the service: --store "
				  "postgresql://… or FERRY_STORE");
	FerryService *service = ferry_service_open(&options, error);
	if (!service)
		return false;
	printf("ferry: working, %d executions at a time\n", (int)options.workers);
	fflush(stdout);
	ferry_signals_wait();
	printf("ferry: stopping; what runs here goes back into the queue\n");
	fflush(stdout);
	ferry_service_close(service);
	return true;
}

static int run_worker(const FerryCommand *command, char **args)
{
	g_autoptr(FerryOptions) options = ferry_options_new(command);
	FerryServeOptions o = {.no_sample = TRUE};
	const GOptionEntry entries[] = {
		{"store", 0, 0, G_OPTION_ARG_STRING, &o.store, "The service's store, in PostgreSQL", "URL"},
		{"queue", 0, 0, G_OPTION_ARG_STRING, &o.queue,
		 "The service's RabbitMQ, which tells of work (default: the store is polled)", "URL"},
		{"bus", 0, 0, G_OPTION_ARG_STRING, &o.bus, "The service's Redis, for live events", "URL"},
		{"data", 0, 0, G_OPTION_ARG_FILENAME, &o.data,
		 "Folder of the key and of reject files (default: ~/.local/share/ferry)", "DIR"},
		{"workers", 0, 0, G_OPTION_ARG_STRING, &o.workers, "Executions at a time (default: 2)", "N"},
		{"hash-key-prefix", 0, 0, G_OPTION_ARG_STRING, &o.hash_key_prefix,
		 "Variables that projects may use as keys of hashes begin so "
		 "(default: " FERRY_DEFAULT_HASH_KEY_PREFIX ")",
		 "PREFIX"},
		{"config", 0, 0, G_OPTION_ARG_FILENAME, &o.config,
		 "File with a section [ferry] of these options", "FILE"},
		{NULL},
	};

	ferry_options_add(options, "Working:", entries);
	return ferry_serve_options_run(command, options, args, &o, work);
}

const FerryCommand ferry_worker_command = {
	.name = "worker",
	.arguments = "",
	.summary = "Run executions of a service on this machine",
	.description =
		"The service and its workers share a store in PostgreSQL and the key that seals "
		"secrets: copy secret.key into "
		"the\n"
		"worker's folder, or give it in FERRY_SECRET_KEY. A worker that dies loses nothing: "
		"within 15 seconds another "
		"goes\n"
		"on with its work.\n"
		"\n"
		"Example:\n"
		"  FERRY_STORE=postgresql://ferry@db/ferry FERRY_QUEUE=amqp://ferry:…@mq/ferry ferry worker "
		"--workers 4",
	.run = run_worker,
};
