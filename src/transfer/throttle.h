/*
 * A limit on what is read from a source, in rows and bytes a second over all lanes, so that a production server
 * survives a copy. Each resource is a token bucket that may run into debt: whoever has read says how much, and is told
 * how long to wait until the debt is paid. A batch is never cut, so a rate holds on average, not for each batch.
 *
 * Calls from any thread. The clock is passed in, in microseconds, so that a test can turn it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct FerryThrottle FerryThrottle;

/* Limits a second; 0: none. NULL where there is neither. */
FerryThrottle *ferry_throttle_new(int64_t rows, int64_t bytes);
void ferry_throttle_free(FerryThrottle *throttle); /* NULL is fine */

/* Rows and bytes were read at now: the microseconds to wait before the next read; 0: none. */
gint64 ferry_throttle_take(FerryThrottle *throttle, int64_t rows, int64_t bytes, gint64 now);
