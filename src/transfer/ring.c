/*
 * Invariant, under the mutex: n_taken <= n_published <= n_taken + n_slots. Slot i % n_slots belongs to the
 * writer while n_taken <= i < n_published, else to the reader.
 */
#include "transfer/ring.h"

struct FerryRing {
	GMutex mutex;
	GCond can_fill, can_take;
	FerrySlot *slots;
	guint n_slots;
	guint64 n_published, n_taken; /* under the mutex */
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
		g_free(ring->slots[i].raw.data);
	}
	g_free(ring->slots);
	g_cond_clear(&ring->can_fill);
	g_cond_clear(&ring->can_take);
	g_mutex_clear(&ring->mutex);
	g_free(ring);
}

FerrySlot *ferry_ring_acquire(FerryRing *ring)
{
	FerrySlot *slot = NULL;

	g_mutex_lock(&ring->mutex);
	while (!ring->is_stopped && ring->n_published == ring->n_taken + ring->n_slots)
		g_cond_wait(&ring->can_fill, &ring->mutex);
	if (!ring->is_stopped)
		slot = &ring->slots[ring->n_published % ring->n_slots];
	g_mutex_unlock(&ring->mutex);
	return slot;
}

void ferry_ring_publish(FerryRing *ring)
{
	g_mutex_lock(&ring->mutex);
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

void ferry_ring_release(FerryRing *ring)
{
	g_mutex_lock(&ring->mutex);
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
