/*
 * The service: migrations as durable objects. It keeps connections, projects and executions in a store (store/store.h), runs
 * executions with the engine of transfer/ on local workers, and tells what happens to whoever listens (bus/bus.h). The HTTP
 * layer is one caller of these functions; nothing here knows HTTP, and nothing prints.
 *
 * What is read is given as JSON (jansson), as docs/api.md describes it: a new reference, owned by the caller. What is written
 * is checked first; errors are those of service/problem.h (each with a stable word, the field, a hint) or, where a database or
 * the engine said no, of base/error.h.
 *
 * All functions may be called from any thread. They block: on the store for milliseconds, on a source or target for as long
 * as that takes.
 */
#pragma once

#include "service/bus/bus.h"
#include "service/problem.h"
#include "service/store/store.h"

#include <jansson.h>

typedef enum { FERRY_ROLE_NONE, FERRY_ROLE_VIEWER, FERRY_ROLE_OPERATOR, FERRY_ROLE_ADMIN, FERRY_N_ROLES } FerryRole;
extern const char *const ferry_role_words[]; /* "none", "viewer", …; NULL-ended */

/* Who asks: for rights and for the audit log. Borrowed strings. */
typedef struct FerryActor {
	const char *user_id, *user_name; /* NULL: nobody, or the service itself */
	const char *address;             /* or NULL */
	FerryRole role;
} FerryActor;

typedef struct FerryServiceOptions {
	const char *store;    /* URL; NULL: sqlite in data_dir */
	const char *queue;    /* URL of a broker (queue/queue.h); NULL: workers poll the store */
	const char *bus;      /* URL of a Redis (bus/redis.h); NULL: what other processes tell is read from the store */
	const char *data_dir; /* made when it is not there */
	guint workers;        /* executions at a time, in this process; 0: none is run here */
	bool with_sample;     /* a new store in a file gets the built-in sample (sample.h) */
	/* What an operator should know, a sentence: the broker is away, is there again. From any thread. May be NULL. */
	void (*log)(const char *message, gpointer data);
	gpointer log_data;
	const char *hash_key_prefix; /* of variables that projects may name as keys of hashes; NULL: FERRY_HASH_KEY */
} FerryServiceOptions;

#define FERRY_DEFAULT_HASH_KEY_PREFIX "FERRY_HASH_KEY"

typedef struct FerryService FerryService;

/* Opens the store, the key that seals secrets, and starts the workers: executions that were running when the last process
 * ended are queued again and go on where their ledger says. */
FerryService *ferry_service_open(const FerryServiceOptions *options, GError **error);
/* Executions at work are stopped as by a kill, but orderly: the next start goes on with them. */
void ferry_service_close(FerryService *service); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryService, ferry_service_close)

FerryStore *ferry_service_get_store(FerryService *service);
FerryBus *ferry_service_get_bus(FerryService *service);
const char *ferry_service_get_data_dir(const FerryService *service);
/* Whether store and workers are there: for /readyz. */
bool ferry_service_check_ready(FerryService *service, GError **error);
/* "up", "away" (its work is done by polling the store), or NULL: there is none. */
const char *ferry_service_queue_state(FerryService *service);
const char *ferry_service_bus_state(FerryService *service);

/* Page of a list: at most limit items after the cursor (NULL: from the start). */
typedef struct FerryPage {
	const char *cursor;
	guint limit; /* 1…500 */
} FerryPage;
