/*
 * The server over libmicrohttpd; see server.h.
 *
 * The library's one thread reads requests, calls handle_access() for each piece and writes replies. A whole
 * request is pushed to the pool and its connection suspended; a worker runs the handler and resumes the
 * connection, upon which the library calls handle_access() once more, and the reply is queued. A stream's
 * connection is suspended whenever it has nothing to say, and resumed by the bus.
 */
#include "http/server_internal.h"

#include "base/url.h"
#include "http/stream.h"
#include "service/accounts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_MAX_BODY        (8 * 1024 * 1024)
#define DEFAULT_MAX_CONNECTIONS 12000
#define DEFAULT_TIMEOUT         30
#define CONNECTION_MEMORY       (16 * 1024) /* headers of a request must fit */
#define N_WORKERS               16
#define BEAT_SECONDS            15
#define STREAM_BLOCK            4096

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
	if (x->server->is_tls)
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

static enum MHD_Result take_header(void *data, enum MHD_ValueKind kind, const char *key, const char *value)
{
	FerryExchange *x = data;

	g_hash_table_replace(x->headers, g_ascii_strdown(key, -1), g_strdup(value ? value : ""));
	return MHD_YES;
}

static enum MHD_Result take_query(void *data, enum MHD_ValueKind kind, const char *key, const char *value)
{
	FerryExchange *x = data;

	g_hash_table_replace(x->query, g_strdup(key), g_strdup(value ? value : ""));
	return MHD_YES;
}

static char *client_address(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char host[NI_MAXHOST];

	if (!info || !info->client_addr)
		return NULL;
	socklen_t len = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
								 : sizeof(struct sockaddr_in);
	if (getnameinfo(info->client_addr, len, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
		return NULL;
	return g_strdup(host);
}

static FerryExchange *new_exchange(FerryHttpServer *server, struct MHD_Connection *connection,
				   const char *path, const char *method)
{
	FerryExchange *x = g_new0(FerryExchange, 1);

	x->server = server;
	x->connection = connection;
	x->method = g_strdup(method);
	x->path = g_strdup(path);
	x->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	x->query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	x->body = g_byte_array_new();
	x->address = client_address(connection);
	MHD_get_connection_values(connection, MHD_HEADER_KIND, take_header, x);
	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take_query, x);
	return x;
}

static void free_exchange(FerryExchange *x)
{
	if (x->is_streaming)
		ferry_server_remove_stream(x);
	ferry_reply_clear(&x->reply);
	ferry_limits_close_stream(x->server->limits, x->stream_client);
	ferry_secret_free(x->session_token);
	ferry_secret_free(x->api_key);
	g_byte_array_unref(x->body);
	g_hash_table_unref(x->headers);
	g_hash_table_unref(x->query);
	g_free(x->address);
	g_free(x->method);
	g_free(x->path);
	g_free(x);
}

static void work(gpointer data, gpointer user_data)
{
	FerryExchange *x = data;

	ferry_exchange_answer(x);
	MHD_resume_connection(x->connection);
}

static enum MHD_Result refuse_size(FerryExchange *x)
{
	g_autoptr(GError) error = NULL;

	ferry_problem(&error, FERRY_PROBLEM_TOO_LARGE, NULL, NULL, "the body is larger than %zu bytes",
		      x->server->max_body);
	ferry_reply_problem(&x->reply, error);
	ferry_reply_header(&x->reply, "Connection", "close");
	return queue_reply(x);
}

static enum MHD_Result handle_access(void *data, struct MHD_Connection *connection, const char *path,
				     const char *method, const char *version, const char *upload,
				     size_t *upload_size, void **context)
{
	FerryHttpServer *server = data;
	FerryExchange *x = *context;

	if (!x) {
		*context = x = new_exchange(server, connection, path, method);
		const char *length = g_hash_table_lookup(x->headers, "content-length");
		return length && g_ascii_strtoull(length, NULL, 10) > server->max_body ? refuse_size(x)
										       : MHD_YES;
	}
	if (*upload_size > 0) {
		/* a body in chunks has no length that could have been looked at before */
		if (!x->is_too_large && x->body->len + *upload_size <= server->max_body)
			g_byte_array_append(x->body, (const guint8 *)upload, (guint)*upload_size);
		else
			x->is_too_large = true;
		*upload_size = 0;
		return MHD_YES;
	}
	if (x->is_too_large)
		return refuse_size(x);
	if (x->reply.status)
		return queue_reply(x);
	MHD_suspend_connection(connection);
	g_thread_pool_push(server->pool, x, NULL);
	return MHD_YES;
}

static void end_request(void *data, struct MHD_Connection *connection, void **context,
			enum MHD_RequestTerminationCode code)
{
	if (*context)
		free_exchange(*context);
	*context = NULL;
}

/* ---- streams ---- */

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

static void for_each_stream(FerryHttpServer *server, void (*func)(FerryStream *stream))
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
static void end_streams_without_right(FerryHttpServer *server)
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

static gpointer beat(gpointer data)
{
	FerryHttpServer *server = data;

	g_mutex_lock(&server->beat_lock);
	while (!server->is_stopping) {
		gint64 until = g_get_monotonic_time() + BEAT_SECONDS * G_TIME_SPAN_SECOND;
		if (g_cond_wait_until(&server->beat_wake, &server->beat_lock, until) || server->is_stopping)
			continue;
		g_mutex_unlock(&server->beat_lock);
		for_each_stream(server, ferry_stream_beat);
		end_streams_without_right(server);
		g_mutex_lock(&server->beat_lock);
	}
	g_mutex_unlock(&server->beat_lock);
	return NULL;
}

/* ---- start and stop ---- */

/* "HOST:PORT", "[V6]:PORT", ":PORT", "PORT" */
static bool resolve(const char *listen, struct addrinfo **ret_addresses, GError **error)
{
	const char *colon = strrchr(listen, ':');
	const char *port = colon ? colon + 1 : listen;
	g_autofree char *host = colon ? g_strndup(listen, (gsize)(colon - listen)) : g_strdup("127.0.0.1");
	size_t len = strlen(host);
	guint64 number;

	if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
		memmove(host, host + 1, len - 2);
		host[len - 2] = '\0';
	}
	if (!g_ascii_string_to_unsigned(port, 10, 0, 65535, &number, NULL))
		return ferry_fail(error, FERRY_ERROR_USAGE, "--listen takes HOST:PORT, not \"%s\"", listen);
	struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	int status = getaddrinfo(*host ? host : NULL, port, &hints, ret_addresses);
	return status == 0 ||
	       ferry_fail(error, FERRY_ERROR_USAGE, "--listen %s: %s", listen, gai_strerror(status));
}

/* The address it really got: port 0 asks for a free one. */
static char *bound_url(struct MHD_Daemon *daemon, const struct addrinfo *address, bool is_tls)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
	char host[NI_MAXHOST] = "127.0.0.1";

	getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST);
	return g_strdup_printf(address->ai_family == AF_INET6 ? "http%s://[%s]:%u" : "http%s://%s:%u",
			       is_tls ? "s" : "", host, info ? info->port : 0);
}

static bool read_pem(const char *path, char **ret_text, GError **error)
{
	g_autoptr(GError) local = NULL;

	return !path || g_file_get_contents(path, ret_text, NULL, &local) ||
	       ferry_fail(error, FERRY_ERROR_USAGE, "TLS: %s", local->message);
}

static bool start_daemon(FerryHttpServer *server, const FerryHttpOptions *options, struct addrinfo *address,
			 GError **error)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
	g_autofree char *cert = NULL, *key = NULL;
	struct MHD_OptionItem tls[3] = {{MHD_OPTION_END, 0, NULL}};

	if (!options->tls_cert != !options->tls_key)
		return ferry_fail(error, FERRY_ERROR_USAGE, "TLS needs both a certificate and its key");
	if (!read_pem(options->tls_cert, &cert, error) || !read_pem(options->tls_key, &key, error))
		return false;
	if (address->ai_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	if (cert) {
		flags |= MHD_USE_TLS;
		tls[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, cert};
		tls[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, key};
		tls[2] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
		server->is_tls = true;
	}
	errno = 0;
	server->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, handle_access, server, MHD_OPTION_SOCK_ADDR, address->ai_addr,
		MHD_OPTION_NOTIFY_COMPLETED, end_request, NULL, MHD_OPTION_CONNECTION_LIMIT,
		options->max_connections ? options->max_connections : DEFAULT_MAX_CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT,
		options->request_timeout ? options->request_timeout : DEFAULT_TIMEOUT,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	return server->daemon ||
	       ferry_fail(error, FERRY_ERROR_CONNECT,
			  "cannot listen on %s: %s; is another program there, or is the certificate no good?",
			  options->listen, errno ? g_strerror(errno) : "unknown reason");
}

FerryHttpServer *ferry_http_server_start(FerryService *service, const FerryHttpOptions *options,
					 GError **error)
{
	FerryHttpServer *server = g_new0(FerryHttpServer, 1);
	struct addrinfo *addresses = NULL;

	server->service = service;
	server->max_body = options->max_body ? options->max_body : DEFAULT_MAX_BODY;
	server->allowed_origin = g_strdup(options->allowed_origin);
	server->streams = g_hash_table_new(NULL, NULL);
	server->limits = ferry_limits_new(&(FerryLimitOptions){.user_rate = options->max_requests,
							       .user_burst = 2 * options->max_requests,
							       .streams = options->max_streams});
	g_mutex_init(&server->lock);
	g_mutex_init(&server->beat_lock);
	g_cond_init(&server->beat_wake);
	server->pool = g_thread_pool_new(work, server, N_WORKERS, FALSE, NULL);
	if (resolve(options->listen, &addresses, error) && start_daemon(server, options, addresses, error)) {
		server->url = bound_url(server->daemon, addresses, server->is_tls);
		server->beat = g_thread_new("ferry-beat", beat, server);
	}
	if (addresses)
		freeaddrinfo(addresses);
	if (server->url)
		return server;
	ferry_http_server_stop(server);
	return NULL;
}

void ferry_http_server_stop(FerryHttpServer *server)
{
	if (!server)
		return;
	g_mutex_lock(&server->beat_lock);
	server->is_stopping = true;
	g_cond_signal(&server->beat_wake);
	g_mutex_unlock(&server->beat_lock);
	if (server->beat)
		g_thread_join(server->beat);
	if (server->daemon)
		MHD_quiesce_daemon(server->daemon);
	g_thread_pool_free(server->pool, FALSE,
			   TRUE); /* suspended connections are resumed by their workers */
	for_each_stream(server, ferry_stream_finish);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	g_hash_table_unref(server->streams);
	ferry_limits_free(server->limits);
	g_mutex_clear(&server->lock);
	g_mutex_clear(&server->beat_lock);
	g_cond_clear(&server->beat_wake);
	g_free(server->allowed_origin);
	g_free(server->url);
	g_free(server);
}

const char *ferry_http_server_get_url(const FerryHttpServer *server)
{
	return server->url;
}
