/*
 * The server over libmicrohttpd: listening, connections, start and stop; see server.h. What happens to a
 * request is in server_requests.c.
 */
#include "http/server_internal.h"

#include "base/url.h"
#include "http/stream.h"
#include "service/audit.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/resource.h>

#define N_QUICK        8
#define N_SLOW         16
#define BEAT_SECONDS   15
#define EXPIRY_SECONDS 3600
#define EXPIRY_FIRST   2
#define OWN_FILES      512 /* of the store, of migrations, … */

/* ---- connections ---- */

static enum MHD_Result admit_connection(void *data, const struct sockaddr *address, socklen_t len)
{
	FerryHttpServer *server = data;
	g_autofree char *text = ferry_server_address_text(address);

	/* a proxy has the connections of all its clients */
	return ferry_proxies_trust(server->proxies, text) || ferry_guard_admits(server->guard, text) ? MHD_YES
												     : MHD_NO;
}

static void note_connection(void *data, struct MHD_Connection *connection, void **context,
			    enum MHD_ConnectionNotificationCode code)
{
	FerryHttpServer *server = data;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (code == MHD_CONNECTION_NOTIFY_STARTED && info) {
		g_autofree char *address = ferry_server_client_address(connection);
		*context = ferry_guard_add(server->guard, address, info->connect_fd);
		ferry_guard_set_deadline(server->guard, *context, server->limit.head_timeout);
	} else if (code == MHD_CONNECTION_NOTIFY_CLOSED && *context) {
		ferry_guard_remove(server->guard, *context);
		*context = NULL;
	}
}

/* ---- start and stop ---- */

/* Every second those that are late are cut off; every now and then each stream says that it lives. */
static gpointer tick(gpointer data)
{
	FerryHttpServer *server = data;

	g_mutex_lock(&server->tick_lock);
	for (guint n = 1; !server->is_stopping; n++) {
		gint64 until = g_get_monotonic_time() + G_TIME_SPAN_SECOND;
		while (!server->is_stopping &&
		       g_cond_wait_until(&server->tick_wake, &server->tick_lock, until))
			;
		if (server->is_stopping)
			break;
		g_mutex_unlock(&server->tick_lock);
		ferry_guard_cut(server->guard, g_get_monotonic_time());
		ferry_server_end_outdated_streams(server);
		if (n % EXPIRY_SECONDS ==
		    EXPIRY_FIRST) /* where it fails (the store is busy) it comes again */
			ferry_audit_expire_old(server->service, g_get_real_time(), NULL);
		if (n % BEAT_SECONDS == 0) {
			ferry_server_for_each_stream(server, ferry_stream_beat);
			ferry_server_end_streams_without_right(server);
		}
		g_mutex_lock(&server->tick_lock);
	}
	g_mutex_unlock(&server->tick_lock);
	return NULL;
}

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
	struct MHD_OptionItem tls[4] = {{MHD_OPTION_END, 0, NULL}};

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
		tls[2] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
						 (void *)"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"};
		tls[3] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
		server->is_tls = true;
	}
	errno = 0;
	server->daemon = MHD_start_daemon(
		flags, 0, admit_connection, server, ferry_server_handle_access, server, MHD_OPTION_SOCK_ADDR,
		address->ai_addr, MHD_OPTION_URI_LOG_CALLBACK, ferry_server_begin_request, server,
		MHD_OPTION_NOTIFY_COMPLETED, ferry_server_end_request, server, MHD_OPTION_NOTIFY_CONNECTION,
		note_connection, server, MHD_OPTION_CONNECTION_LIMIT, server->limit.max_connections,
		MHD_OPTION_CONNECTION_TIMEOUT, server->limit.head_timeout, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)server->limit.max_head, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_ARRAY, tls,
		MHD_OPTION_END);
	return server->daemon ||
	       ferry_fail(error, FERRY_ERROR_CONNECT,
			  "cannot listen on %s: %s; is another program there, or is the certificate no good?",
			  options->listen, errno ? g_strerror(errno) : "unknown reason");
}

/* A connection is an open file. Where fewer files may be open than connections are wanted, the connections
 * get fewer, so that the store and the migrations still find some. */
static void make_room(FerryHttpOptions *limit)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0 && getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	if (files.rlim_cur != RLIM_INFINITY && files.rlim_cur < limit->max_connections + OWN_FILES)
		limit->max_connections = files.rlim_cur > 2 * OWN_FILES ? (guint)files.rlim_cur - OWN_FILES
									: (guint)files.rlim_cur / 2;
	limit->max_streams = MIN(limit->max_streams, limit->max_connections * 9 / 10);
}

static FerryHttpOptions complete_limits(const FerryHttpOptions *o)
{
	FerryHttpOptions limit = {
		.max_connections = o->max_connections ? o->max_connections : 12000,
		.max_address_connections = o->max_address_connections ? o->max_address_connections : 2000,
		.max_streams = o->max_streams ? o->max_streams : 10000,
		.max_user_streams = o->max_user_streams ? o->max_user_streams : 500,
		.max_requests = o->max_requests ? o->max_requests : 500,
		.max_head = o->max_head ? o->max_head : 16 * 1024,
		.max_body = o->max_body ? o->max_body : 8 * 1024 * 1024,
		.head_timeout = o->head_timeout ? o->head_timeout : 30,
		.body_timeout = o->body_timeout ? o->body_timeout : 60,
	};

	make_room(&limit);
	return limit;
}

FerryHttpServer *ferry_http_server_start(FerryService *service, const FerryHttpOptions *options,
					 GError **error)
{
	FerryHttpServer *server = g_new0(FerryHttpServer, 1);
	struct addrinfo *addresses = NULL;

	server->service = service;
	server->limit = complete_limits(options);
	server->allowed_origin = g_strdup(options->allowed_origin);
	server->metrics_token = g_strdup(options->metrics_token);
	server->streams = g_hash_table_new(NULL, NULL);
	server->limits = ferry_limits_new(&(FerryLimitOptions){.user_rate = server->limit.max_requests,
							       .user_burst = 2 * server->limit.max_requests,
							       .streams = server->limit.max_user_streams,
							       .all_streams = server->limit.max_streams});
	server->guard = ferry_guard_new(server->limit.max_address_connections);
	g_mutex_init(&server->lock);
	g_mutex_init(&server->tick_lock);
	g_cond_init(&server->tick_wake);
	server->quick = g_thread_pool_new(ferry_server_work, server, N_QUICK, FALSE, NULL);
	server->slow = g_thread_pool_new(ferry_server_work_slowly, server, N_SLOW, FALSE, NULL);
	server->proxies = ferry_proxies_new(options->trusted_proxies, error);
	if (server->proxies && resolve(options->listen, &addresses, error) &&
	    start_daemon(server, options, addresses, error)) {
		server->url = bound_url(server->daemon, addresses, server->is_tls);
		server->ticker = g_thread_new("ferry-tick", tick, server);
	}
	if (addresses)
		freeaddrinfo(addresses);
	if (server->url)
		return server;
	ferry_http_server_stop(server);
	return NULL;
}

static void stop_ticking(FerryHttpServer *server)
{
	g_mutex_lock(&server->tick_lock);
	server->is_stopping = true;
	g_cond_signal(&server->tick_wake);
	g_mutex_unlock(&server->tick_lock);
	if (server->ticker)
		g_thread_join(server->ticker);
}

void ferry_http_server_stop(FerryHttpServer *server)
{
	if (!server)
		return;
	stop_ticking(server);
	if (server->daemon)
		MHD_quiesce_daemon(server->daemon);
	g_mutex_lock(&server->lock);
	server->is_closed = true;
	g_mutex_unlock(&server->lock);
	/* suspended connections are resumed by their workers; the quick ones may still hand some to the slow
	 */
	g_thread_pool_free(server->quick, FALSE, TRUE);
	g_thread_pool_free(server->slow, FALSE, TRUE);
	ferry_server_for_each_stream(server, ferry_stream_finish);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	g_hash_table_unref(server->streams);
	ferry_proxies_free(server->proxies);
	ferry_limits_free(server->limits);
	ferry_guard_free(server->guard);
	g_mutex_clear(&server->lock);
	g_mutex_clear(&server->tick_lock);
	g_cond_clear(&server->tick_wake);
	g_free(server->allowed_origin);
	ferry_secret_free(server->metrics_token);
	g_free(server->url);
	g_free(server);
}

const char *ferry_http_server_get_metrics_token(const FerryHttpServer *server)
{
	return server->metrics_token;
}

const char *ferry_http_server_get_url(const FerryHttpServer *server)
{
	return server->url;
}
