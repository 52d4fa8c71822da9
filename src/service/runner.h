/*
 * The runner: local workers that take queued executions from the store, oldest first, and run them with the engine. What a
 * user asks a running one for (pause, cancel) it finds in the store: at once when it is woken, else within two seconds.
 *
 * At its start every execution that this process's predecessor left RUNNING is queued again: the ledger in the target
 * knows what is done.
 */
#pragma once

#include "service/service.h"

typedef struct FerryRunner FerryRunner;

/* n_workers 0: nothing is run, but wake and the rest may be called. */
FerryRunner *ferry_runner_start(FerryService *service, guint n_workers, GError **error);
/* Running executions are interrupted and stay RUNNING in the store: the next start goes on with them. */
void ferry_runner_stop(FerryRunner *runner); /* NULL is fine; frees */
/* Something is in the queue, or was asked for. */
void ferry_runner_wake(FerryRunner *runner);
