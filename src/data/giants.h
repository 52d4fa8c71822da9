/*
 * Giants: rows so large that memory must not hold one for each lane. Of rows beyond FERRY_GIANT_BYTES only as many are under
 * way at a time, over all lanes and both sides of a comparison, as a budget of bytes allows; one alone always is, whatever
 * its size. A reader takes a permit when it knows that such a row comes, before it makes room for it, and leaves it with the
 * batch (or the raw bytes) that the row goes into; who clears that gives the permit back with the memory.
 *
 * Permits are given in the order in which they were asked for. The budget is a wish, not a lock: who has waited for long
 * while nobody gave one back goes on all the same, for the one with the permit may be waiting for him (in a lock of the
 * target). Any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define FERRY_GIANT_BYTES ((size_t)1 << 20)

typedef struct FerryGiants FerryGiants;

/* is_stopped: atomic, or NULL; nobody waits any more when it is not 0. Borrowed. */
FerryGiants *ferry_giants_new(size_t budget, const gint *is_stopped);
void ferry_giants_free(FerryGiants *giants); /* no permit is out; NULL is fine */

/* Zeroed: none. */
typedef struct FerryPermit {
	FerryGiants *giants; /* borrowed */
	size_t bytes;
} FerryPermit;

/* Waits for a permit for so many bytes (SIZE_MAX: for a row of unknown size, which is to be alone). Where one is held already it
 * is widened, without waiting. giants NULL: nobody counts. */
void ferry_permit_take(FerryPermit *permit, FerryGiants *giants, size_t bytes);
void ferry_permit_give_back(FerryPermit *permit); /* also where none is held */
