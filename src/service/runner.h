/*
 * The runner: local workers that take queued executions from the store, oldest first, and run them with the engine. They look
 * when they are woken, here or by the queue (queue/queue.h), and every two seconds; where a queue wakes them, every ten, for
 * messages may be lost. What a user asks a running one for (pause, cancel) is found in the store: at once when it is woken, else
 * within two seconds.
 *
 * At its start every execution that this process's predecessor left RUNNING is queued again: the ledger in the target
 * knows what is done.
 */
#pragma once

#include "service/service.h"

typedef struct FerryRunner FerryRunner;

/* Becomes the service's. n_workers 0: nothing is run, but wake and the rest may be called. */
bool ferry_runner_start(FerryService *service, guint n_workers, GError **error);
/* Running executions are interrupted and stay RUNNING in the store: the next start goes on with them. */
void ferry_runner_stop(FerryRunner *runner); /* NULL is fine */
void ferry_runner_free(FerryRunner *runner); /* stopped; NULL is fine */
/* Something is in the queue, or was asked for. */
void ferry_runner_wake(FerryRunner *runner); /* NULL is fine */
/* The execution is QUEUED, and that is committed: workers here and elsewhere hear of it. */
void ferry_runner_announce(FerryService *service, const char *execution_id);
