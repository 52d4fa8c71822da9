/*
 * The server's open streams: who holds them, that a dead one shows, and that a right which has ended ends
 * them.
 */
#include "http/server_internal.h"

#include "base/url.h"
#include "http/stream.h"
#include "service/access.h"
#include "service/accounts.h"

void ferry_server_add_stream(FerryExchange *x)
{
	g_mutex_lock(&x->server->lock);
	g_hash_table_insert(x->server->streams, x->reply.stream, x);
	g_mutex_unlock(&x->server->lock);
}

void ferry_server_remove_stream(FerryExchange *x)
{
	g_mutex_lock(&x->server->lock);
	g_hash_table_remove(x->server->streams, x->reply.stream);
	g_mutex_unlock(&x->server->lock);
}

guint ferry_http_server_count_streams(FerryHttpServer *server)
{
	g_mutex_lock(&server->lock);
	guint n = g_hash_table_size(server->streams);
	g_mutex_unlock(&server->lock);
	return n;
}

void ferry_server_for_each_stream(FerryHttpServer *server, void (*func)(FerryStream *stream))
{
	GHashTableIter iter;
	gpointer stream;

	g_mutex_lock(&server->lock);
	g_hash_table_iter_init(&iter, server->streams);
	while (g_hash_table_iter_next(&iter, &stream, NULL))
		func(stream);
	g_mutex_unlock(&server->lock);
}

/* The session's token or the key, by which a stream was opened. Never both. */
static const char *right_of(const FerryExchange *x)
{
	return x->session_token ? x->session_token : x->api_key ? x->api_key : "";
}

/* Each once, however many streams hang on it: token or key -> whether it is a key. */
static GHashTable *collect_rights(FerryHttpServer *server)
{
	GHashTable *rights =
		g_hash_table_new_full(g_str_hash, g_str_equal, (GDestroyNotify)ferry_secret_free, NULL);
	GHashTableIter iter;
	gpointer x;

	g_mutex_lock(&server->lock);
	g_hash_table_iter_init(&iter, server->streams);
	while (g_hash_table_iter_next(&iter, NULL, &x))
		if (!g_hash_table_contains(rights, right_of(x)))
			g_hash_table_insert(rights, g_strdup(right_of(x)),
					    GINT_TO_POINTER(((FerryExchange *)x)->api_key != NULL));
	g_mutex_unlock(&server->lock);
	return rights;
}

/* Who was signed out, disabled, or whose key was revoked, sees no more. The store is asked without the lock.
 */
void ferry_server_end_streams_without_right(FerryHttpServer *server)
{
	g_autoptr(GHashTable) rights = collect_rights(server);
	GHashTableIter iter;
	gpointer right, is_key, stream, x;

	g_hash_table_iter_init(&iter, rights);
	while (g_hash_table_iter_next(&iter, &right, &is_key))
		if (ferry_accounts_may_go_on(server->service, is_key ? NULL : right, is_key ? right : NULL))
			g_hash_table_iter_remove(&iter);
	if (g_hash_table_size(rights) == 0)
		return;
	g_mutex_lock(&server->lock);
	g_hash_table_iter_init(&iter, server->streams);
	while (g_hash_table_iter_next(&iter, &stream, &x))
		if (g_hash_table_contains(rights, right_of(x)))
			ferry_stream_finish(stream);
	g_mutex_unlock(&server->lock);
}

/* With Last-Event-ID nothing is missed, so it does not matter that also those end whom the change is not
 * about. */
void ferry_server_end_outdated_streams(FerryHttpServer *server)
{
	GHashTableIter iter;
	gpointer stream, x;

	if (ferry_http_server_count_streams(server) == 0)
		return;
	int64_t version = ferry_access_version(server->service);
	if (version < 0)
		return;
	g_mutex_lock(&server->lock);
	g_hash_table_iter_init(&iter, server->streams);
	while (g_hash_table_iter_next(&iter, &stream, &x))
		if (((FerryExchange *)x)->access_version != version)
			ferry_stream_finish(stream);
	g_mutex_unlock(&server->lock);
}
