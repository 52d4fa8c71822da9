/*
 * Presence: whether a server that the service can do without is there (the broker, Redis). Several threads
 * have a connection each, its parts; all must be there. Who asked is told once each time that it changes.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* reason: NULL, or why it is away. Quick; on one of the parts' threads, one at a time. */
typedef void (*FerryPresenceFunc)(bool is_up, const char *reason, gpointer data);

typedef struct FerryPresence {
	FerryPresenceFunc changed;
	gpointer data;
	guint n_parts;
	GMutex lock; /* guards what follows, and each part's own flag */
	guint n_up;
	bool has_told;
} FerryPresence;

void ferry_presence_init(FerryPresence *presence, guint n_parts, FerryPresenceFunc changed, gpointer data);
void ferry_presence_clear(FerryPresence *presence);
/* part: the flag of the caller's part, false at first. */
void ferry_presence_set(FerryPresence *presence, bool *part, bool is_up, const char *reason);
bool ferry_presence_is_up(FerryPresence *presence);

/* The wait before the next try, with jitter, so that not all processes come back in the same moment; *wait_ms
 * grows. Ends when *is_stopping (under the lock) is set and the condition signalled. */
#define FERRY_PRESENCE_FIRST_WAIT_MS 250
void ferry_presence_wait(guint *wait_ms, GMutex *lock, GCond *stop, const gint *is_stopping);
