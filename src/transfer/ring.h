/*
 * The ring between a lane's reader thread and its writer thread: a fixed set of slots that go round. The reader acquires
 * a free slot, fills it and publishes it; the writer takes the oldest published one, uses it and releases it. Full and
 * empty make a side wait: that is the back-pressure, and memory is slots × batch whatever the table's size. A batch with giant
 * values counts for more than its slot: while more than FERRY_RING_BYTES are under way no other slot is given out, so that
 * there is one such batch in the ring, and the writer gives its memory back when it is through.
 *
 * One reader thread, one writer thread. ferry_ring_stop() may come from any thread; both sides then get NULL.
 */
#pragma once

#include "connectors/connector.h"

struct FerryChunk;

typedef enum {
	FERRY_SLOT_BEGIN, /* a chunk begins */
	FERRY_SLOT_BATCH, /* rows of it, in batch */
	FERRY_SLOT_RAW,   /* rows of it, in raw */
	FERRY_SLOT_END,   /* all of its rows have been published */
	FERRY_SLOT_IN,    /* a chunk that another process has loaded: nothing of it follows */
	FERRY_SLOT_ABORT, /* it cannot be read to its end now: roll back, give it back */
} FerrySlotKind;

typedef struct FerrySlot {
	FerrySlotKind kind;
	struct FerryChunk *chunk;
	FerryBatch *batch; /* kept from use to use while the schema stays; NULL before the first */
	FerryRaw raw;
	size_t bytes; /* as published */
} FerrySlot;

typedef struct FerryRing FerryRing;

FerryRing *ferry_ring_new(guint n_slots);
void ferry_ring_free(FerryRing *ring); /* both threads have ended */

#define FERRY_RING_BYTES ((size_t)1 << 20) /* several times a usual batch */

FerrySlot *ferry_ring_acquire(FerryRing *ring); /* reader; NULL: stopped */
/* Reader: the acquired slot, which holds so many bytes of rows. */
void ferry_ring_publish(FerryRing *ring, size_t bytes);
void ferry_ring_finish(FerryRing *ring);        /* reader: nothing more will come */
FerrySlot *ferry_ring_take(FerryRing *ring);    /* writer; NULL: stopped, or finished and empty */
void ferry_ring_release(FerryRing *ring);       /* writer: the slot taken last */
void ferry_ring_stop(FerryRing *ring);
