/*
 * Connections by address, and their deadlines; see guard.h.
 */
#include "http/guard.h"

#include "http/limits.h"

#include <sys/socket.h>

struct FerryPeer {
	char *client;
	int fd;
	gint64 deadline_us; /* 0: none */
};

struct FerryGuard {
	guint max_per_address;
	GMutex lock;        /* guards what follows, peers included */
	GHashTable *peers;  /* set of FerryPeer */
	GHashTable *counts; /* client -> number of connections */
};

FerryGuard *ferry_guard_new(guint max_per_address)
{
	FerryGuard *guard = g_new0(FerryGuard, 1);

	guard->max_per_address = max_per_address;
	g_mutex_init(&guard->lock);
	guard->peers = g_hash_table_new(NULL, NULL);
	guard->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return guard;
}

void ferry_guard_free(FerryGuard *guard)
{
	if (!guard)
		return;
	g_hash_table_unref(guard->peers);
	g_hash_table_unref(guard->counts);
	g_mutex_clear(&guard->lock);
	g_free(guard);
}

static guint count(FerryGuard *guard, const char *client)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(guard->counts, client));
}

bool ferry_guard_admits(FerryGuard *guard, const char *address)
{
	g_autofree char *client = ferry_limits_client_of_address(address);

	g_mutex_lock(&guard->lock);
	bool may = count(guard, client) < guard->max_per_address;
	g_mutex_unlock(&guard->lock);
	return may;
}

FerryPeer *ferry_guard_add(FerryGuard *guard, const char *address, int fd)
{
	FerryPeer *peer = g_new0(FerryPeer, 1);

	peer->client = ferry_limits_client_of_address(address);
	peer->fd = fd;
	g_mutex_lock(&guard->lock);
	g_hash_table_add(guard->peers, peer);
	g_hash_table_insert(guard->counts, g_strdup(peer->client),
			    GUINT_TO_POINTER(count(guard, peer->client) + 1));
	g_mutex_unlock(&guard->lock);
	return peer;
}

void ferry_guard_remove(FerryGuard *guard, FerryPeer *peer)
{
	g_mutex_lock(&guard->lock);
	guint n = count(guard, peer->client);
	if (n > 1)
		g_hash_table_insert(guard->counts, g_strdup(peer->client), GUINT_TO_POINTER(n - 1));
	else
		g_hash_table_remove(guard->counts, peer->client);
	g_hash_table_remove(guard->peers, peer);
	g_mutex_unlock(&guard->lock);
	g_free(peer->client);
	g_free(peer);
}

void ferry_guard_set_deadline(FerryGuard *guard, FerryPeer *peer, guint seconds)
{
	g_mutex_lock(&guard->lock);
	peer->deadline_us = seconds ? g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND : 0;
	g_mutex_unlock(&guard->lock);
}

guint ferry_guard_cut(FerryGuard *guard, gint64 now_us)
{
	GHashTableIter iter;
	gpointer key;
	guint n = 0;

	g_mutex_lock(&guard->lock);
	g_hash_table_iter_init(&iter, guard->peers);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		FerryPeer *peer = key;
		if (!peer->deadline_us || peer->deadline_us > now_us)
			continue;
		peer->deadline_us = 0;
		shutdown(peer->fd, SHUT_RDWR);
		n++;
	}
	g_mutex_unlock(&guard->lock);
	return n;
}
