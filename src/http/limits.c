/*
 * Limits of one client; see limits.h.
 */
#include "http/limits.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_BUCKETS  20000
#define IPV6_NETWORK 8 /* bytes */

typedef struct Bucket {
	double tokens;
	gint64 at_us;
} Bucket;

struct FerryLimits {
	FerryLimitOptions options; /* set once */
	GMutex lock;               /* guards what follows */
	GHashTable *buckets;       /* client -> Bucket */
	GHashTable *streams;       /* client -> number */
	guint n_streams;           /* of all */
};

static guint or_default(guint value, guint fallback)
{
	return value ? value : fallback;
}

FerryLimits *ferry_limits_new(const FerryLimitOptions *o)
{
	FerryLimits *limits = g_new0(FerryLimits, 1);

	limits->options = (FerryLimitOptions){
		.user_rate = or_default(o->user_rate, 500),
		.user_burst = or_default(o->user_burst, 1000),
		.address_rate = or_default(o->address_rate, 50),
		.address_burst = or_default(o->address_burst, 200),
		.streams = or_default(o->streams, 500),
		.all_streams = or_default(o->all_streams, 10000),
	};
	g_mutex_init(&limits->lock);
	limits->buckets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	limits->streams = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return limits;
}

void ferry_limits_free(FerryLimits *limits)
{
	if (!limits)
		return;
	g_hash_table_unref(limits->buckets);
	g_hash_table_unref(limits->streams);
	g_mutex_clear(&limits->lock);
	g_free(limits);
}

char *ferry_limits_client_of_address(const char *text)
{
	g_autoptr(GInetAddress) address = text ? g_inet_address_new_from_string(text) : NULL;

	if (!address || g_inet_address_get_family(address) != G_SOCKET_FAMILY_IPV6)
		return g_strdup(text ? text : "");
	guint8 bytes[16] = {0};
	memcpy(bytes, g_inet_address_to_bytes(address), IPV6_NETWORK);
	g_autoptr(GInetAddress) network = g_inet_address_new_from_bytes(bytes, G_SOCKET_FAMILY_IPV6);
	return g_inet_address_to_string(network);
}

/* A user's id begins with its kind, an address with a digit or a colon: the two cannot meet. */
static char *client_of(const FerryActor *actor)
{
	return actor->user_id ? g_strdup(actor->user_id) : ferry_limits_client_of_address(actor->address);
}

/* ---- requests ---- */

/* A bucket that has filled up again is as good as none. When all are in use, all start anew: to be kept from
 * limiting anybody for a moment is better than to grow without end. */
static void make_room(FerryLimits *limits, gint64 now_us)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, limits->buckets);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (now_us - ((Bucket *)value)->at_us > 10 * G_USEC_PER_SEC)
			g_hash_table_iter_remove(&iter);
	if (g_hash_table_size(limits->buckets) >= MAX_BUCKETS)
		g_hash_table_remove_all(limits->buckets);
}

static Bucket *find_bucket(FerryLimits *limits, const char *client, guint rate, guint burst, gint64 now_us)
{
	Bucket *bucket = g_hash_table_lookup(limits->buckets, client);

	if (bucket) {
		gint64 passed_us = MAX(now_us - bucket->at_us, 0);
		bucket->tokens = MIN(bucket->tokens + (double)passed_us * rate / G_USEC_PER_SEC, burst);
		bucket->at_us = now_us;
		return bucket;
	}
	if (g_hash_table_size(limits->buckets) >= MAX_BUCKETS)
		make_room(limits, now_us);
	bucket = g_new(Bucket, 1);
	*bucket = (Bucket){.tokens = burst, .at_us = now_us};
	g_hash_table_insert(limits->buckets, g_strdup(client), bucket);
	return bucket;
}

bool ferry_limits_take(FerryLimits *limits, const FerryActor *actor, gint64 now_us, GError **error)
{
	const FerryLimitOptions *o = &limits->options;
	g_autofree char *client = client_of(actor);
	bool is_user = actor->user_id != NULL;

	g_mutex_lock(&limits->lock);
	Bucket *bucket = find_bucket(limits, client, is_user ? o->user_rate : o->address_rate,
				     is_user ? o->user_burst : o->address_burst, now_us);
	bool may = bucket->tokens >= 1;
	if (may)
		bucket->tokens -= 1;
	g_mutex_unlock(&limits->lock);
	return may ||
	       ferry_problem(error, FERRY_PROBLEM_THROTTLED, NULL, "try again in 1 s",
			     "more than %u requests in a second", is_user ? o->user_rate : o->address_rate);
}

/* ---- streams ---- */

bool ferry_limits_open_stream(FerryLimits *limits, const FerryActor *actor, char **ret_client, GError **error)
{
	g_autofree char *client = client_of(actor);

	g_mutex_lock(&limits->lock);
	guint n = GPOINTER_TO_UINT(g_hash_table_lookup(limits->streams, client));
	bool is_full = limits->n_streams >= limits->options.all_streams;
	bool may = n < limits->options.streams && !is_full;
	if (may) {
		g_hash_table_insert(limits->streams, g_strdup(client), GUINT_TO_POINTER(n + 1));
		limits->n_streams++;
	}
	g_mutex_unlock(&limits->lock);
	if (is_full)
		return ferry_problem(error, FERRY_PROBLEM_THROTTLED, NULL, "try again in 30 s",
				     "the service has %u streams of events open, and takes no more",
				     limits->options.all_streams);
	if (!may)
		return ferry_problem(error, FERRY_PROBLEM_THROTTLED, NULL,
				     "try again in 30 s, or close pages that are open elsewhere",
				     "%u streams of events are open already", limits->options.streams);
	*ret_client = g_steal_pointer(&client);
	return true;
}

void ferry_limits_close_stream(FerryLimits *limits, char *client)
{
	if (!client)
		return;
	g_mutex_lock(&limits->lock);
	guint n = GPOINTER_TO_UINT(g_hash_table_lookup(limits->streams, client));
	if (n > 1)
		g_hash_table_insert(limits->streams, g_strdup(client), GUINT_TO_POINTER(n - 1));
	else
		g_hash_table_remove(limits->streams, client);
	limits->n_streams--;
	g_mutex_unlock(&limits->lock);
	g_free(client);
}
