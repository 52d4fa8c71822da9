/*
 * The watchdog: a thread beside the lanes that names the lane which makes no progress, and what it waits for; where the
 * server can tell why (a lock, and who holds it), over a connection of its own. It warns after the project's
 * stall_seconds, then at doubling intervals; it never stops anything. It also raises the lock's heartbeat (transfer/lock.h).
 *
 * Lanes say what they are at by storing a word, and count what they have done: nothing that a batch would notice.
 */
#pragma once

#include "transfer/run_internal.h"

typedef enum {
	FERRY_AT_REST,      /* no chunk left for it, or none yet */
	FERRY_AT_SOURCE,    /* waits for rows of the source */
	FERRY_AT_RING,      /* waits for the lane's other thread */
	FERRY_AT_CLAIM,     /* waits for the chunk's row in the ledger */
	FERRY_AT_TARGET,    /* sends rows to the target */
	FERRY_AT_COMMIT,
	FERRY_AT_BACKOFF,   /* waits before the next try: said when it began */
	FERRY_N_AT
} FerryAt;

/* All atomic. */
typedef struct FerryWatch {
	gint reader, writer; /* FerryAt */
	gint table;
	guint n_done;        /* batches read and written, chunks committed; it may wrap */
} FerryWatch;

static inline void ferry_watch_at(gint *place, FerryAt at)
{
	g_atomic_int_set(place, (gint)at);
}

static inline void ferry_watch_done(FerryWatch *watch)
{
	g_atomic_int_inc(&watch->n_done);
}

/* While a stage with lanes runs. */
typedef struct FerryWatchdog FerryWatchdog;
FerryWatchdog *ferry_watchdog_start(FerryRun *run);
void ferry_watchdog_stop(FerryWatchdog *dog); /* NULL is fine */

/* "the reader waits for rows of the source, the writer for the reader"; newly allocated. */
char *ferry_watch_describe(FerryAt reader, FerryAt writer);
