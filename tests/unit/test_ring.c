/* transfer/ring.c: order, back-pressure, the end, and stopping, with real threads. */
#include "transfer/ring.h"

#include <glib.h>

typedef struct Case {
	FerryRing *ring;
	guint n_items;
	gint is_done; /* atomic */
} Case;

/* Takes a slot, and does not publish it: the next acquire gives the same one. */
static gpointer acquire_one(gpointer data)
{
	Case *c = data;

	g_assert_nonnull(ferry_ring_acquire(c->ring));
	g_atomic_int_set(&c->is_done, 1);
	return NULL;
}

/* Publishes n_items RAW slots whose raw.n_rows counts up, then finishes. */
static gpointer produce(gpointer data)
{
	Case *c = data;

	for (guint i = 0; i < c->n_items; i++) {
		FerrySlot *slot = ferry_ring_acquire(c->ring);
		if (!slot)
			return NULL;
		slot->kind = FERRY_SLOT_RAW;
		slot->raw.n_rows = i;
		ferry_ring_publish(c->ring, 0);
	}
	ferry_ring_finish(c->ring);
	return NULL;
}

static void test_order(void)
{
	static const guint sizes[] = {1, 2, 3, 4, 7};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		Case c = {.ring = ferry_ring_new(sizes[i]), .n_items = 10000};
		GThread *thread = g_thread_new("produce", produce, &c);
		FerrySlot *slot;
		guint n = 0;

		while ((slot = ferry_ring_take(c.ring))) {
			g_assert_cmpuint(slot->raw.n_rows, ==, n);
			n++;
			ferry_ring_release(c.ring);
		}
		g_assert_cmpuint(n, ==, c.n_items);
		g_thread_join(thread);
		ferry_ring_free(c.ring);
	}
}

static void test_empty(void)
{
	FerryRing *ring = ferry_ring_new(2);

	ferry_ring_finish(ring);
	g_assert_null(ferry_ring_take(ring));
	ferry_ring_free(ring);
}

/* A full ring makes the producer wait; a stop sets both sides free, and what was published is not taken any
 * more. */
static void test_stop(void)
{
	Case c = {.ring = ferry_ring_new(2), .n_items = 100};
	GThread *thread = g_thread_new("produce", produce, &c);

	g_assert_nonnull(ferry_ring_take(c.ring));
	ferry_ring_stop(c.ring);
	g_thread_join(thread);
	g_assert_null(ferry_ring_take(c.ring));
	g_assert_null(ferry_ring_acquire(c.ring));
	ferry_ring_free(c.ring);
}

/* While giant rows are under way no other slot is given out; their memory is given back. */
static void test_giants(void)
{
	FerryRing *ring = ferry_ring_new(4);
	const size_t giant = FERRY_RING_BYTES + 1;

	for (int i = 0; i < 3; i++) {
		FerrySlot *slot = ferry_ring_acquire(ring);
		slot->kind = FERRY_SLOT_RAW;
		slot->raw.data = g_malloc(giant);
		slot->raw.cap = slot->raw.len = giant;
		ferry_ring_publish(ring, giant);
		Case c = {.ring = ring, .n_items = 1};
		GThread *thread = g_thread_new("produce", acquire_one, &c);
		g_usleep(20000);
		g_assert_cmpint(g_atomic_int_get(&c.is_done), ==, 0);
		g_assert_true(ferry_ring_take(ring) == slot);
		ferry_ring_release(ring);
		g_thread_join(thread);
		g_assert_cmpint(g_atomic_int_get(&c.is_done), ==, 1);
		g_assert_null(slot->raw.data);
	}
	ferry_ring_free(ring);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ring/order", test_order);
	g_test_add_func("/ring/empty", test_empty);
	g_test_add_func("/ring/stop", test_stop);
	g_test_add_func("/ring/giants", test_giants);
	return g_test_run();
}
