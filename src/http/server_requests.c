/*
 * Requests as libmicrohttpd brings them; see server.h.
 *
 * The library's one thread reads requests and writes replies. It calls ferry_server_begin_request() with a
 * request's first line, ferry_server_handle_access() when the headers are there, for each piece of the body,
 * and at its end. Between these a connection is suspended while a worker looks at it, and resumed by the
 * worker, upon which the library calls ferry_server_handle_access() once more. A stream's connection is
 * suspended whenever it has nothing to say, and resumed by the bus.
 */
#include "http/server_internal.h"

#include "base/url.h"
#include "http/auth.h"
#include "http/stream.h"
#include "http/target.h"

#include <netdb.h>
#include <string.h>

#define STREAM_BLOCK  4096
#define FORWARDED_FOR "x-forwarded-for"

/* ---- replies ---- */

static void wake_connection(gpointer data)
{
	MHD_resume_connection(data);
}

static void suspend_connection(gpointer data)
{
	MHD_suspend_connection(data);
}

static ssize_t read_stream(void *data, uint64_t position, char *buffer, size_t max)
{
	ssize_t n = ferry_stream_read(data, buffer, max, suspend_connection);

	return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void add_headers(struct MHD_Response *response, const FerryExchange *x)
{
	const FerryReply *reply = &x->reply;

	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "X-Frame-Options", "DENY");
	MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
	MHD_add_response_header(response, "Cross-Origin-Opener-Policy", "same-origin");
	MHD_add_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");
	MHD_add_response_header(response, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
	MHD_add_response_header(
		response, "Content-Security-Policy",
		"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
		"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
	if (x->is_secure)
		MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
	if (reply->type)
		MHD_add_response_header(response, "Content-Type", reply->type);
	bool has_cache = false;
	for (guint i = 0; reply->headers && i + 1 < reply->headers->len; i += 2) {
		const char *name = g_ptr_array_index(reply->headers, i);
		has_cache = has_cache || g_ascii_strcasecmp(name, "Cache-Control") == 0;
		MHD_add_response_header(response, name, g_ptr_array_index(reply->headers, i + 1));
	}
	if (!has_cache)
		MHD_add_response_header(response, "Cache-Control", "no-store");
	if (x->server->allowed_origin &&
	    g_strcmp0(g_hash_table_lookup(x->headers, "origin"), x->server->allowed_origin) == 0) {
		MHD_add_response_header(response, "Access-Control-Allow-Origin", x->server->allowed_origin);
		MHD_add_response_header(response, "Access-Control-Allow-Credentials", "true");
		MHD_add_response_header(response, "Vary", "Origin");
	}
}

static struct MHD_Response *make_response(FerryExchange *x)
{
	gsize size = 0;

	if (x->reply.stream) {
		ferry_stream_set_wake(x->reply.stream, wake_connection, x->connection);
		ferry_server_add_stream(x);
		x->is_streaming = true;
		/* the exchange owns the stream: it ends with the connection's request */
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream,
							 x->reply.stream, NULL);
	}
	if (!x->reply.body)
		return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	const void *data = g_bytes_get_data(x->reply.body, &size);
	return MHD_create_response_from_buffer(size, (void *)data, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result queue_reply(FerryExchange *x)
{
	struct MHD_Response *response = make_response(x);

	add_headers(response, x);
	enum MHD_Result result = MHD_queue_response(x->connection, x->reply.status, response);
	MHD_destroy_response(response);
	return result;
}

/* ---- requests ---- */

/* A header that decides where a request ends, or whom it is for, must not be there twice. */
static bool is_single(const char *name)
{
	static const char *const names[] = {"content-length", "transfer-encoding", "host", "authorization",
					    NULL};

	return g_strv_contains(names, name);
}

static bool malformed(FerryExchange *x, const char *what)
{
	if (!x->malformed)
		ferry_problem(&x->malformed, FERRY_PROBLEM_MALFORMED, NULL, NULL, "%s", what);
	return false;
}

static enum MHD_Result take_header(void *data, enum MHD_ValueKind kind, const char *key, const char *value)
{
	FerryExchange *x = data;
	g_autofree char *name = g_ascii_strdown(key, -1);

	if (is_single(name) && g_hash_table_contains(x->headers, name))
		malformed(x, "a header that may be there once is there twice");
	const char *before = strcmp(name, FORWARDED_FOR) == 0 ? g_hash_table_lookup(x->headers, name) : NULL;
	if (before) { /* each proxy may add a line of its own */
		g_hash_table_replace(x->headers, g_steal_pointer(&name),
				     g_strconcat(before, ",", value, NULL));
		return MHD_YES;
	}
	g_hash_table_replace(x->headers, g_steal_pointer(&name), g_strdup(value ? value : ""));
	return MHD_YES;
}

char *ferry_server_address_text(const struct sockaddr *address)
{
	char host[NI_MAXHOST];
	socklen_t len = address && address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
								  : sizeof(struct sockaddr_in);

	if (!address || getnameinfo(address, len, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
		return NULL;
	return g_strdup(host);
}

char *ferry_server_client_address(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return info ? ferry_server_address_text(info->client_addr) : NULL;
}

/* The first line is there. What the library makes of the target is not looked at: we read it as it came. */
void *ferry_server_begin_request(void *data, const char *target, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	FerryExchange *x = g_new0(FerryExchange, 1);

	x->server = data;
	x->connection = connection;
	x->peer = info ? info->socket_context : NULL;
	x->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	x->body = g_byte_array_new();
	x->address = ferry_server_client_address(connection);
	x->is_secure = x->server->is_tls;
	if (!ferry_target_parse(target, &x->path, &x->query, &x->malformed)) {
		x->path = g_strdup("");
		x->query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	}
	return x;
}

static void free_exchange(FerryExchange *x)
{
	if (x->is_streaming)
		ferry_server_remove_stream(x);
	ferry_reply_clear(&x->reply);
	ferry_limits_close_stream(x->server->limits, x->stream_client);
	if (x->promised) {
		g_mutex_lock(&x->server->lock);
		x->server->body_bytes -= x->promised;
		g_mutex_unlock(&x->server->lock);
	}
	ferry_auth_clear(&x->request);
	json_decref(x->request.json);
	ferry_secret_free(x->session_token);
	ferry_secret_free(x->api_key);
	g_byte_array_unref(x->body);
	g_hash_table_unref(x->headers);
	g_hash_table_unref(x->query);
	g_clear_error(&x->malformed);
	g_strfreev(x->params);
	g_free(x->address);
	g_free(x->method);
	g_free(x->path);
	g_free(x);
}

/* The answer was sent, or the connection has gone. What is kept open for another request must send it in
 * time. */
void ferry_server_end_request(void *data, struct MHD_Connection *connection, void **context,
			      enum MHD_RequestTerminationCode code)
{
	FerryHttpServer *server = data;
	FerryExchange *x = *context;

	if (!x)
		return;
	if (x->peer)
		ferry_guard_set_deadline(server->guard, x->peer, server->limit.head_timeout);
	free_exchange(x);
	*context = NULL;
}

/* ---- workers ---- */

static void resume(FerryExchange *x)
{
	MHD_resume_connection(x->connection);
}

void ferry_server_work_slowly(gpointer data, gpointer user_data)
{
	FerryExchange *x = data;

	ferry_exchange_answer(x);
	resume(x);
}

static GThreadPool *pool_of(const FerryExchange *x)
{
	bool is_slow = x->stage == FERRY_EXCHANGE_ANSWER && x->route->flags & FERRY_ROUTE_SLOW;

	return is_slow ? x->server->slow : x->server->quick;
}

void ferry_server_work(gpointer data, gpointer user_data)
{
	FerryExchange *x = data;

	if (x->stage == FERRY_EXCHANGE_ADMISSION) {
		ferry_exchange_admit(x);
		if (x->reply.status || x->has_body) {
			resume(x);
			return;
		}
		x->stage = FERRY_EXCHANGE_ANSWER; /* there is nothing more to read */
		if (pool_of(x) != x->server->quick) {
			g_thread_pool_push(x->server->slow, x, NULL);
			return;
		}
	}
	ferry_exchange_answer(x);
	resume(x);
}

/* The connection sleeps until a worker is done. */
static enum MHD_Result hand_over(FerryExchange *x, FerryExchangeStage stage)
{
	FerryHttpServer *server = x->server;

	if (x->peer)
		ferry_guard_set_deadline(server->guard, x->peer, 0);
	x->stage = stage;
	g_mutex_lock(&server->lock);
	bool may = !server->is_closed;
	if (may) {
		MHD_suspend_connection(x->connection);
		g_thread_pool_push(pool_of(x), x, NULL);
	}
	g_mutex_unlock(&server->lock);
	return may ? MHD_YES : MHD_NO;
}

/* ---- reading ---- */

/* Two readers that disagree where a request ends would read different requests. */
static void check_framing(FerryExchange *x, const char *version)
{
	const char *encoding = g_hash_table_lookup(x->headers, "transfer-encoding"),
		   *length = g_hash_table_lookup(x->headers, "content-length");

	if (strcmp(version, "HTTP/1.1") == 0 && !g_hash_table_contains(x->headers, "host"))
		malformed(x, "the Host header is missing");
	else if (encoding && length)
		malformed(x, "a request has either a Content-Length or a Transfer-Encoding");
	else if (encoding && g_ascii_strcasecmp(encoding, "chunked") != 0)
		malformed(x, "the only transfer encoding that is understood is \"chunked\"");
	x->has_body = encoding || (length && strcmp(length, "0") != 0);
}

/* Whom a trusted proxy speaks for. */
static void see_through_proxy(FerryExchange *x)
{
	const FerryProxies *proxies = x->server->proxies;

	if (!ferry_proxies_trust(proxies, x->address))
		return;
	g_autofree char *peer = g_steal_pointer(&x->address);
	x->address = ferry_proxies_client(proxies, peer, g_hash_table_lookup(x->headers, FORWARDED_FOR));
	x->is_secure = x->server->is_tls ||
		       ferry_proxies_is_https(g_hash_table_lookup(x->headers, "x-forwarded-proto"));
}

static enum MHD_Result take_head(FerryExchange *x, const char *method, const char *version)
{
	x->method = g_strdup(method);
	MHD_get_connection_values(x->connection, MHD_HEADER_KIND, take_header, x);
	see_through_proxy(x);
	check_framing(x, version);
	return hand_over(x, FERRY_EXCHANGE_ADMISSION);
}

static enum MHD_Result read_body(FerryExchange *x)
{
	x->stage = FERRY_EXCHANGE_BODY;
	if (x->peer)
		ferry_guard_set_deadline(x->server->guard, x->peer, x->server->limit.body_timeout);
	return MHD_YES;
}

/* A body in chunks has no length that could have been looked at before: a little too much gets an answer,
 * much is cut off. */
static enum MHD_Result take_body(FerryExchange *x, const char *data, size_t size)
{
	if (!x->is_too_large && x->body->len + size <= x->max_body) {
		g_byte_array_append(x->body, (const guint8 *)data, (guint)size);
		return MHD_YES;
	}
	x->is_too_large = true;
	x->max_body -= MIN(x->max_body, size);
	return x->max_body > 0 ? MHD_YES : MHD_NO;
}

static enum MHD_Result end_body(FerryExchange *x)
{
	g_autoptr(GError) error = NULL;

	if (!x->is_too_large)
		return hand_over(x, FERRY_EXCHANGE_ANSWER);
	ferry_problem(&error, FERRY_PROBLEM_TOO_LARGE, NULL, NULL, "the body is larger than %zu bytes",
		      ferry_route_max_body(x->route, x->server->limit.max_body));
	ferry_reply_problem(&x->reply, error);
	ferry_reply_header(&x->reply, "Connection", "close");
	return queue_reply(x);
}

/* The library ends a connection whose answer comes before the end of its request. That is right where a body
 * is refused; a request without one is first let go on to its end, where the library asks again. */
static enum MHD_Result reply_now_or_next(FerryExchange *x)
{
	if (x->has_body || x->is_at_end)
		return queue_reply(x);
	x->is_at_end = true;
	return MHD_YES;
}

enum MHD_Result ferry_server_handle_access(void *data, struct MHD_Connection *connection, const char *path,
					   const char *method, const char *version, const char *upload,
					   size_t *upload_size, void **context)
{
	FerryExchange *x = *context;

	if (!x) /* cannot be: there was a first line */
		return MHD_NO;
	switch (x->stage) {
	case FERRY_EXCHANGE_HEAD: return take_head(x, method, version);
	case FERRY_EXCHANGE_ADMISSION: return x->reply.status ? reply_now_or_next(x) : read_body(x);
	case FERRY_EXCHANGE_BODY: {
		size_t size = *upload_size;
		*upload_size = 0;
		return size ? take_body(x, upload, size) : end_body(x);
	}
	default: return reply_now_or_next(x);
	}
}
