/* See giants.h. */
#include "data/giants.h"

#define LOOK_US     (G_USEC_PER_SEC / 20) /* at whether all is stopped */
#define PATIENCE_US (60 * G_USEC_PER_SEC)

struct FerryGiants {
	GMutex mutex;
	GCond changed;
	size_t budget;
	const gint *is_stopped; /* or NULL */
	size_t used;            /* under the mutex, as all that follows */
	guint64 n_asked, n_served;
	guint n_given_back; /* it may wrap */
};

FerryGiants *ferry_giants_new(size_t budget, const gint *is_stopped)
{
	FerryGiants *giants = g_new0(FerryGiants, 1);

	g_mutex_init(&giants->mutex);
	g_cond_init(&giants->changed);
	giants->budget = budget;
	giants->is_stopped = is_stopped;
	return giants;
}

void ferry_giants_free(FerryGiants *giants)
{
	if (!giants)
		return;
	g_cond_clear(&giants->changed);
	g_mutex_clear(&giants->mutex);
	g_free(giants);
}

static bool is_stopped(const FerryGiants *giants)
{
	return giants->is_stopped && g_atomic_int_get(giants->is_stopped);
}

/* Under the mutex. The one that was asked first is served first, so a large one is not passed by small ones
 * for ever. */
static void wait_for_room(FerryGiants *giants, guint64 number, size_t bytes)
{
	gint64 until = g_get_monotonic_time() + PATIENCE_US;
	guint n_seen = giants->n_given_back;

	while (number > giants->n_served ||
	       (giants->used > 0 && bytes > giants->budget - MIN(giants->used, giants->budget))) {
		g_cond_wait_until(&giants->changed, &giants->mutex, g_get_monotonic_time() + LOOK_US);
		if (n_seen != giants->n_given_back) {
			n_seen = giants->n_given_back;
			until = g_get_monotonic_time() + PATIENCE_US;
		}
		if (is_stopped(giants) || g_get_monotonic_time() > until)
			return;
	}
}

void ferry_permit_take(FerryPermit *permit, FerryGiants *giants, size_t bytes)
{
	if (!giants)
		return;
	bytes = MIN(bytes, giants->budget);
	if (permit->bytes >= bytes)
		return;
	g_mutex_lock(&giants->mutex);
	if (permit->bytes == 0) {
		guint64 number = giants->n_asked++;
		wait_for_room(giants, number, bytes);
		giants->n_served++;
		g_cond_broadcast(&giants->changed);
	}
	giants->used += bytes - permit->bytes;
	g_mutex_unlock(&giants->mutex);
	*permit = (FerryPermit){giants, bytes};
}

void ferry_permit_give_back(FerryPermit *permit)
{
	FerryGiants *giants = permit->giants;

	if (permit->bytes == 0)
		return;
	g_mutex_lock(&giants->mutex);
	giants->used -= permit->bytes;
	giants->n_given_back++;
	g_cond_broadcast(&giants->changed);
	g_mutex_unlock(&giants->mutex);
	*permit = (FerryPermit){0};
}
