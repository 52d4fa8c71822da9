/* data/giants.h: who waits for whom, in which order, and who does not. */
#include "data/giants.h"

#include <stdint.h>

typedef struct Asker {
	FerryGiants *giants;
	size_t bytes;
	FerryPermit permit;
	gint *n_served; /* atomic */
	gint place;     /* atomic; the how-manieth to be served, from 1 */
	GThread *thread;
} Asker;

static gpointer ask(gpointer data)
{
	Asker *a = data;

	ferry_permit_take(&a->permit, a->giants, a->bytes);
	g_atomic_int_set(&a->place, g_atomic_int_add(a->n_served, 1) + 1);
	return NULL;
}

static void begin(Asker *a, FerryGiants *giants, size_t bytes, gint *n_served)
{
	*a = (Asker){.giants = giants, .bytes = bytes, .n_served = n_served};
	a->thread = g_thread_new("ask", ask, a);
	g_usleep(30000); /* until it asks, or a little later: no assertion hangs on it but the order */
}

static void test_room(void)
{
	static const struct {
		size_t budget, first, second;
		bool has_room;
	} cases[] = {
		{100, 40, 60, true},
		{100, 40, 61, false},
		{100, 100, 1, false},
		{100, 500, 1, false},
		/* alone, whatever its size */ {100, 1, SIZE_MAX, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryGiants *giants = ferry_giants_new(cases[i].budget, NULL);
		FerryPermit first = {0};
		gint n_served = 0;
		Asker a;

		ferry_permit_take(&first, giants, cases[i].first);
		begin(&a, giants, cases[i].second, &n_served);
		if (cases[i].has_room)
			g_thread_join(a.thread);
		else
			g_assert_cmpint(g_atomic_int_get(&a.place), ==, 0);
		ferry_permit_give_back(&first);
		g_assert_cmpuint(first.bytes, ==, 0);
		if (!cases[i].has_room)
			g_thread_join(a.thread);
		g_assert_cmpuint(a.permit.bytes, ==, MIN(cases[i].second, cases[i].budget));
		ferry_permit_give_back(&a.permit);
		ferry_giants_free(giants);
	}
}

/* A large one that waits is not passed by a small one for which there would be room. */
static void test_order(void)
{
	FerryGiants *giants = ferry_giants_new(100, NULL);
	FerryPermit first = {0};
	gint n_served = 0;
	Asker large, small;

	ferry_permit_take(&first, giants, 50);
	begin(&large, giants, 100, &n_served);
	begin(&small, giants, 10, &n_served);
	g_assert_cmpint(g_atomic_int_get(&small.place), ==, 0);
	ferry_permit_give_back(&first);
	g_thread_join(large.thread);
	ferry_permit_give_back(&large.permit);
	g_thread_join(small.thread);
	ferry_permit_give_back(&small.permit);
	g_assert_cmpint(large.place, ==, 1);
	g_assert_cmpint(small.place, ==, 2);
	ferry_giants_free(giants);
}

static void test_stop(void)
{
	gint is_stopped = 0, n_served = 0;
	FerryGiants *giants = ferry_giants_new(100, &is_stopped);
	FerryPermit first = {0};
	Asker a, b;

	ferry_permit_take(&first, giants, 100);
	begin(&a, giants, 100, &n_served);
	begin(&b, giants, 100, &n_served);
	g_atomic_int_set(&is_stopped, 1);
	g_thread_join(a.thread);
	g_thread_join(b.thread);
	ferry_permit_give_back(&a.permit);
	ferry_permit_give_back(&b.permit);
	ferry_permit_give_back(&first);
	ferry_giants_free(giants);
}

/* Several giants in one row: none waits for its own. */
static void test_widen(void)
{
	FerryGiants *giants = ferry_giants_new(100, NULL);
	FerryPermit permit = {0}, none = {0};

	ferry_permit_take(&permit, giants, 60);
	ferry_permit_take(&permit, giants, 40);
	g_assert_cmpuint(permit.bytes, ==, 60);
	ferry_permit_take(&permit, giants, SIZE_MAX);
	g_assert_cmpuint(permit.bytes, ==, 100);
	ferry_permit_give_back(&permit);
	ferry_permit_give_back(&permit);
	ferry_permit_take(&none, NULL, SIZE_MAX);
	g_assert_cmpuint(none.bytes, ==, 0);
	ferry_permit_take(&permit, giants, 100); /* all is free again */
	ferry_permit_give_back(&permit);
	ferry_giants_free(giants);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/giants/room", test_room);
	g_test_add_func("/giants/order", test_order);
	g_test_add_func("/giants/stop", test_stop);
	g_test_add_func("/giants/widen", test_widen);
	return g_test_run();
}
