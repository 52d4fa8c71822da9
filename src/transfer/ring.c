/*
 * Invariant, under the mutex: n_taken <= n_published <= n_taken + n_slots. Slot i % n_slots belongs to the
 * writer while n_taken <= i < n_published, else to the reader. bytes is the sum over the writer's slots.
 */
#include "transfer/ring.h"

struct FerryRing {
	GMutex mutex;
	GCond can_fill, can_take;
	FerrySlot *slots;
	guint n_slots;
	guint64 n_published, n_taken; /* under the mutex */
	size_t bytes;                 /* under the mutex */
	bool is_finished, is_stopped; /* under the mutex */
};

FerryRing *ferry_ring_new(guint n_slots)
{
	FerryRing *ring = g_new0(FerryRing, 1);
	g_mutex_init(&ring->mutex);
	g_cond_init(&ring->can_fill);
	g_cond_init(&ring->can_take);
	ring->slots = g_new0(FerrySlot, n_slots);
	ring->n_slots = n_slots;
	return ring;
}

void ferry_ring_free(FerryRing *ring)
{
	if (!ring)
		return;
	for (guint i = 0; i < ring->n_slots; i++) {
		ferry_batch_free(ring->slots[i].batch);
		ferry_permit_give_back(&ring->slots[i].raw.permit);
		g_free(ring->slots[i].raw.data);
	}
	g_free(ring->slots);
	g_cond_clear(&ring->can_fill);
	g_cond_clear(&ring->can_take);
	g_mutex_clear(&ring->mutex);
	g_free(ring);
}

/* Under the mutex. An empty ring takes a batch of any size. */
static bool is_full(const FerryRing *ring)
{
	return ring->n_published == ring->n_taken + ring->n_slots || ring->bytes > FERRY_RING_BYTES;
}

FerrySlot *ferry_ring_acquire(FerryRing *ring)
{
	FerrySlot *slot = NULL;

	g_mutex_lock(&ring->mutex);
	while (!ring->is_stopped && is_full(ring))
		g_cond_wait(&ring->can_fill, &ring->mutex);
	if (!ring->is_stopped)
		slot = &ring->slots[ring->n_published % ring->n_slots];
	g_mutex_unlock(&ring->mutex);
	return slot;
}

void ferry_ring_publish(FerryRing *ring, size_t bytes)
{
	g_mutex_lock(&ring->mutex);
	ring->slots[ring->n_published % ring->n_slots].bytes = bytes;
	ring->bytes += bytes;
	ring->n_published++;
	g_cond_signal(&ring->can_take);
	g_mutex_unlock(&ring->mutex);
}

void ferry_ring_finish(FerryRing *ring)
{
	g_mutex_lock(&ring->mutex);
	ring->is_finished = true;
	g_cond_signal(&ring->can_take);
	g_mutex_unlock(&ring->mutex);
}

FerrySlot *ferry_ring_take(FerryRing *ring)
{
	FerrySlot *slot = NULL;

	g_mutex_lock(&ring->mutex);
	while (!ring->is_stopped && !ring->is_finished && ring->n_taken == ring->n_published)
		g_cond_wait(&ring->can_take, &ring->mutex);
	if (!ring->is_stopped && ring->n_taken < ring->n_published)
		slot = &ring->slots[ring->n_taken % ring->n_slots];
	g_mutex_unlock(&ring->mutex);
	return slot;
}

/* What one giant value has needed is not kept for the slot's next rows. */
static void give_back(FerrySlot *slot)
{
	if (slot->batch)
		ferry_batch_clear(slot->batch);
	if (slot->raw.cap > FERRY_RING_BYTES) {
		g_clear_pointer(&slot->raw.data, g_free);
		slot->raw.cap = slot->raw.len = 0;
	}
	ferry_permit_give_back(&slot->raw.permit);
}

/* Also one that was begun with a giant row and could not be read to its end. */
static bool is_giant(const FerrySlot *slot)
{
	return slot->bytes > FERRY_RING_BYTES || slot->raw.permit.bytes > 0 ||
	       (slot->batch && slot->batch->permit.bytes > 0);
}

void ferry_ring_release(FerryRing *ring)
{
	FerrySlot *slot = &ring->slots[ring->n_taken % ring->n_slots]; /* the writer's own */

	if (G_UNLIKELY(is_giant(slot)))
		give_back(slot);
	g_mutex_lock(&ring->mutex);
	ring->bytes -= slot->bytes;
	ring->n_taken++;
	g_cond_signal(&ring->can_fill);
	g_mutex_unlock(&ring->mutex);
}

void ferry_ring_stop(FerryRing *ring)
{
	g_mutex_lock(&ring->mutex);
	ring->is_stopped = true;
	g_cond_broadcast(&ring->can_fill);
	g_cond_broadcast(&ring->can_take);
	g_mutex_unlock(&ring->mutex);
}
