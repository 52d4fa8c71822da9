/*
 * Whether a server is there; see presence.h.
 */
#include "service/presence.h"

#define MAX_WAIT_MS 15000

void ferry_presence_init(FerryPresence *p, guint n_parts, FerryPresenceFunc changed, gpointer data)
{
	*p = (FerryPresence){.n_parts = n_parts, .changed = changed, .data = data};
	g_mutex_init(&p->lock);
}

void ferry_presence_clear(FerryPresence *p)
{
	g_mutex_clear(&p->lock);
}

void ferry_presence_set(FerryPresence *p, bool *part, bool is_up, const char *reason)
{
	g_mutex_lock(&p->lock);
	bool was_all_up = p->n_up == p->n_parts;
	if (*part != is_up)
		p->n_up += is_up ? 1 : (guint)-1;
	*part = is_up;
	bool is_all_up = p->n_up == p->n_parts;
	/* At the start nothing has been told yet, and nothing is there. */
	bool is_news = was_all_up != is_all_up || (!is_up && !p->has_told);
	p->has_told = p->has_told || is_news;
	if (is_news)
		p->changed(is_all_up, reason, p->data);
	g_mutex_unlock(&p->lock);
}

bool ferry_presence_is_up(FerryPresence *p)
{
	g_mutex_lock(&p->lock);
	bool is_up = p->n_up == p->n_parts;
	g_mutex_unlock(&p->lock);
	return is_up;
}

void ferry_presence_wait(guint *wait_ms, GMutex *lock, GCond *stop, const gint *is_stopping)
{
	gint64 ms = g_random_int_range((gint32)*wait_ms / 2, (gint32)*wait_ms);
	gint64 until = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;

	*wait_ms = MIN(*wait_ms * 2, MAX_WAIT_MS);
	g_mutex_lock(lock);
	while (!g_atomic_int_get(is_stopping) && g_cond_wait_until(stop, lock, until))
		;
	g_mutex_unlock(lock);
}
