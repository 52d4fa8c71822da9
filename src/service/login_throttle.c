/*
 * Slowing down who guesses passwords; see accounts_internal.h.
 *
 * Failures are counted by name and by address (an IPv6 one by its /64, which is what one customer gets). The
 * first few are free, then each one doubles the wait: for a name up to a minute, so that nobody can lock
 * somebody else out for long, for an address up to a quarter of an hour. After an hour of peace a count is
 * forgotten. Memory is bounded: when the table is full, the entry with the fewest failures goes.
 */
#include "service/accounts_internal.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_ENTRIES  10000
#define FORGET_US    (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)
#define KEY_BYTES    64
#define IPV6_NETWORK 8 /* bytes */

typedef struct Limit {
	char mark; /* of its keys */
	guint n_free, max_wait;
} Limit;

static const Limit by_name = {'n', 5, 60}, by_address = {'a', 20, 900};

typedef struct Attempts {
	guint failures;
	gint64 last_us, until_us;
} Attempts;

static char *name_key(const char *name)
{
	g_autofree char *folded =
		g_utf8_validate(name, -1, NULL) ? g_utf8_casefold(name, -1) : g_strdup(name);

	return g_strdup_printf("%c%.*s", by_name.mark, KEY_BYTES, folded);
}

static char *address_key(const char *text)
{
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);

	if (!address || g_inet_address_get_family(address) != G_SOCKET_FAMILY_IPV6)
		return g_strdup_printf("%c%.*s", by_address.mark, KEY_BYTES, text);
	const guint8 *bytes = g_inet_address_to_bytes(address);
	GString *key = g_string_new(NULL);
	g_string_append_c(key, by_address.mark);
	for (int i = 0; i < IPV6_NETWORK; i++)
		g_string_append_printf(key, "%02x", bytes[i]);
	return g_string_free(key, FALSE);
}

static void make_room(GHashTable *logins, gint64 now_us)
{
	GHashTableIter iter;
	gpointer key, value, worst = NULL;
	const Attempts *least = NULL;

	g_hash_table_iter_init(&iter, logins);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const Attempts *attempts = value;
		if (now_us - attempts->last_us > FORGET_US) {
			g_hash_table_iter_remove(&iter);
		} else if (!least || attempts->failures < least->failures ||
			   (attempts->failures == least->failures && attempts->last_us < least->last_us)) {
			least = attempts;
			worst = key;
		}
	}
	if (worst && g_hash_table_size(logins) >= MAX_ENTRIES)
		g_hash_table_remove(logins, worst);
}

static Attempts *find(FerryService *service, const char *key, gint64 now_us)
{
	if (!service->logins)
		service->logins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	Attempts *attempts = g_hash_table_lookup(service->logins, key);
	if (!attempts) {
		if (g_hash_table_size(service->logins) >= MAX_ENTRIES)
			make_room(service->logins, now_us);
		attempts = g_new0(Attempts, 1);
		g_hash_table_insert(service->logins, g_strdup(key), attempts);
	} else if (now_us - attempts->last_us > FORGET_US) {
		*attempts = (Attempts){0};
	}
	return attempts;
}

static void count(Attempts *attempts, const Limit *limit, gint64 now_us)
{
	attempts->failures++;
	attempts->last_us = now_us;
	if (attempts->failures <= limit->n_free)
		return;
	guint doublings = MIN(attempts->failures - limit->n_free - 1, 16);
	attempts->until_us = now_us + (gint64)MIN(1U << doublings, limit->max_wait) * G_USEC_PER_SEC;
}

guint ferry_login_take(FerryService *service, const char *name, const char *address, gint64 now_us)
{
	g_autofree char *key = name_key(name), *origin = address ? address_key(address) : NULL;

	g_mutex_lock(&service->login_lock);
	Attempts *of_origin = origin ? find(service, origin, now_us) : NULL;
	gint64 until = of_origin ? of_origin->until_us : 0;
	/* looked up only then: an address that must wait cannot fill the table with names */
	Attempts *of_name = until <= now_us ? find(service, key, now_us) : NULL;
	if (of_name)
		until = MAX(until, of_name->until_us);
	if (until <= now_us) {
		count(of_name, &by_name, now_us);
		/* the other look-up may have pushed this one out of a full table */
		of_origin = origin ? find(service, origin, now_us) : NULL;
		if (of_origin)
			count(of_origin, &by_address, now_us);
	}
	g_mutex_unlock(&service->login_lock);
	return until <= now_us ? 0 : (guint)((until - now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

void ferry_login_forgive(FerryService *service, const char *name, const char *address)
{
	g_autofree char *key = name_key(name), *origin = address ? address_key(address) : NULL;

	g_mutex_lock(&service->login_lock);
	if (service->logins) {
		Attempts *of_origin = origin ? g_hash_table_lookup(service->logins, origin) : NULL;
		g_hash_table_remove(service->logins, key);
		/* an account of one's own must not buy more guesses at others: only this attempt is taken
		 * back */
		if (of_origin && of_origin->failures > 0)
			of_origin->failures--;
		if (of_origin)
			of_origin->until_us = 0;
	}
	g_mutex_unlock(&service->login_lock);
}

bool ferry_login_must_wait(guint seconds, GError **error)
{
	g_autofree char *hint = g_strdup_printf("try again in %u s", seconds);

	return ferry_problem(error, FERRY_PROBLEM_THROTTLED, NULL, hint, "too many attempts to sign in");
}
