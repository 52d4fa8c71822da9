/*
 * A connection to RabbitMQ; see amqp_link.h. librabbitmq serves one thread, and sends heartbeats only while
 * it waits for frames: so whoever has a link does nothing else.
 */
#include "service/queue/amqp_link.h"

#include "base/error.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <poll.h>
#include <string.h>

#define CONNECT_SECONDS   5
#define RPC_SECONDS       10
#define HEARTBEAT_SECONDS 10
#define FRAME_BYTES       131072
#define DELIVERY_LIMIT    20
#define DEAD              "ferry.dead"
#define SYSTEM_CAS        "/etc/ssl/certs/ca-certificates.crt"

struct FerryAmqpLink {
	amqp_connection_state_t state;
	guint poll_ms; /* at most between two looks at the heartbeats */
};

/* ---- the URL ---- */

static bool parse_heartbeat(const FerryUrl *url, guint64 *ret_seconds, GError **error)
{
	const char *text = ferry_url_param(url, "heartbeat", NULL);

	*ret_seconds = HEARTBEAT_SECONDS;
	return !text || g_ascii_string_to_unsigned(text, 10, 5, 600, ret_seconds, NULL) ||
	       ferry_fail(error, FERRY_ERROR_USAGE,
			  "the queue's URL: heartbeat must be 5 to 600 seconds, not \"%s\"", text);
}

static bool check_params(const FerryUrl *url, GError **error)
{
	static const char *const known[] = {"cacertfile", "certfile", "keyfile", "verify", "heartbeat", NULL};
	const char *verify = ferry_url_param(url, "verify", "verify_peer");
	guint64 ignored;
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, url->params);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (!g_strv_contains(known, key))
			return ferry_fail(error, FERRY_ERROR_USAGE,
					  "the queue's URL: \"%s\" is not known (cacertfile, certfile, "
					  "keyfile, verify, heartbeat)",
					  (char *)key);
	if (strcmp(verify, "verify_peer") != 0 && strcmp(verify, "verify_none") != 0)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "the queue's URL: verify is verify_peer or verify_none, not \"%s\"",
				  verify);
	if (!ferry_url_param(url, "certfile", NULL) != !ferry_url_param(url, "keyfile", NULL))
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "the queue's URL: certfile and keyfile go together");
	return parse_heartbeat(url, &ignored, error);
}

FerryUrl *ferry_amqp_url_parse(const char *text, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_url_parse(text, error);

	if (!url) {
		g_prefix_error(error, "the queue: ");
		return NULL;
	}
	if (strcmp(url->scheme, "amqp") != 0 && strcmp(url->scheme, "amqps") != 0) {
		ferry_fail(error, FERRY_ERROR_USAGE,
			   "the queue is amqp://USER:PASSWORD@HOST/VHOST or amqps://…, not %s://",
			   url->scheme);
		return NULL;
	}
	return check_params(url, error) ? g_steal_pointer(&url) : NULL;
}

/* ---- errors ---- */

bool ferry_amqp_check_status(int status, const char *doing, GError **error)
{
	if (status >= AMQP_STATUS_OK)
		return true;
	bool is_tls = status <= AMQP_STATUS_SSL_ERROR && status > AMQP_STATUS_SSL_ERROR - 0x100;
	ferry_fail_server(error, is_tls ? FERRY_ERROR_CONNECT : FERRY_ERROR_LOST, NULL, status, !is_tls,
			  "RabbitMQ, %s: %s", doing, amqp_error_string2(status));
	if (is_tls)
		ferry_error_hint(error, "is the certificate of an authority that is known here, and for this "
					"host name? cacertfile= "
					"names others");
	return false;
}

static FerryErrorCode code_of(uint16_t reply_code, const char *text)
{
	switch (reply_code) {
	case AMQP_ACCESS_REFUSED:
		return strstr(text, "Login was refused") || strstr(text, "refused using authentication")
			       ? FERRY_ERROR_AUTH
			       : FERRY_ERROR_PERMISSION;
	case AMQP_NOT_ALLOWED:
		return strstr(text, "not found") ? FERRY_ERROR_NOT_FOUND : FERRY_ERROR_PERMISSION;
	case AMQP_PRECONDITION_FAILED: return FERRY_ERROR_CONFLICT;
	default: return FERRY_ERROR_LOST;
	}
}

static bool fail_close(const char *doing, uint16_t reply_code, amqp_bytes_t reply_text, GError **error)
{
	g_autofree char *text = g_strndup(reply_text.bytes, reply_text.len);
	FerryErrorCode code = code_of(reply_code, text);

	ferry_fail_server(error, code, NULL, reply_code, code == FERRY_ERROR_LOST, "RabbitMQ, %s: %s", doing,
			  text);
	if (code == FERRY_ERROR_CONFLICT)
		ferry_error_hint(
			error,
			"the queue %s is there with other arguments: delete it, nothing is lost with it",
			FERRY_AMQP_QUEUE);
	if (code == FERRY_ERROR_PERMISSION)
		ferry_error_hint(error, "grant it: rabbitmqctl set_permissions -p VHOST USER '^ferry\\.' "
					"'^ferry\\.|^amq\\.default$' "
					"'^ferry\\.'");
	return false;
}

static bool fail_method(const char *doing, const amqp_method_t *method, GError **error)
{
	if (method->id == AMQP_CONNECTION_CLOSE_METHOD) {
		const amqp_connection_close_t *close = method->decoded;
		return fail_close(doing, close->reply_code, close->reply_text, error);
	}
	if (method->id == AMQP_CHANNEL_CLOSE_METHOD) {
		const amqp_channel_close_t *close = method->decoded;
		return fail_close(doing, close->reply_code, close->reply_text, error);
	}
	return ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true,
				 "RabbitMQ, %s: an answer that nobody has asked for", doing);
}

bool ferry_amqp_check(FerryAmqpLink *link, amqp_rpc_reply_t reply, const char *doing, GError **error)
{
	switch (reply.reply_type) {
	case AMQP_RESPONSE_NORMAL: return true;
	case AMQP_RESPONSE_SERVER_EXCEPTION: return fail_method(doing, &reply.reply, error);
	case AMQP_RESPONSE_LIBRARY_EXCEPTION:
		return ferry_amqp_check_status(reply.library_error, doing, error);
	default:
		return ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true, "RabbitMQ, %s: no answer",
					 doing);
	}
}

static bool check(FerryAmqpLink *link, const char *doing, GError **error)
{
	return ferry_amqp_check(link, amqp_get_rpc_reply(link->state), doing, error);
}

/* ---- opening ---- */

static bool set_up_tls(amqp_socket_t *socket, const FerryUrl *url, GError **error)
{
	bool verifies = strcmp(ferry_url_param(url, "verify", "verify_peer"), "verify_peer") == 0;
	const char *ca = ferry_url_param(url, "cacertfile", SYSTEM_CAS),
		   *cert = ferry_url_param(url, "certfile", NULL);

	amqp_ssl_socket_set_verify_peer(socket, verifies);
	amqp_ssl_socket_set_verify_hostname(socket, verifies);
	if (verifies && amqp_ssl_socket_set_cacert(socket, ca) != AMQP_STATUS_OK)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "the queue's URL: cacertfile %s cannot be read as certificates", ca);
	if (cert &&
	    amqp_ssl_socket_set_key(socket, cert, ferry_url_param(url, "keyfile", "")) != AMQP_STATUS_OK)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "the queue's URL: certfile or keyfile cannot be read, or do not match");
	return true;
}

static bool open_socket(FerryAmqpLink *link, const FerryUrl *url, GError **error)
{
	bool is_tls = strcmp(url->scheme, "amqps") == 0;
	amqp_socket_t *socket = is_tls ? amqp_ssl_socket_new(link->state) : amqp_tcp_socket_new(link->state);
	const char *host = url->host ? url->host : "localhost";
	int port = url->port > 0 ? url->port : is_tls ? 5671 : 5672;
	struct timeval patience = {.tv_sec = CONNECT_SECONDS};

	if (!socket)
		return ferry_fail(error, FERRY_ERROR_INTERNAL, "RabbitMQ: no socket");
	if (is_tls && !set_up_tls(socket, url, error))
		return false;
	g_autofree char *doing = g_strdup_printf("connecting to %s:%d", host, port);
	if (ferry_amqp_check_status(amqp_socket_open_noblock(socket, host, port, &patience), doing, error))
		return true;
	if (error && *error)
		(*error)->code = FERRY_ERROR_CONNECT;
	return false;
}

static amqp_table_entry_t text_entry(const char *key, const char *value)
{
	return (amqp_table_entry_t){
		.key = amqp_cstring_bytes(key),
		.value = {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = amqp_cstring_bytes(value)}};
}

static amqp_table_entry_t true_entry(const char *key)
{
	return (amqp_table_entry_t){.key = amqp_cstring_bytes(key),
				    .value = {.kind = AMQP_FIELD_KIND_BOOLEAN, .value.boolean = 1}};
}

static bool log_in(FerryAmqpLink *link, const FerryUrl *url, const char *name, GError **error)
{
	struct timeval patience = {.tv_sec = RPC_SECONDS};
	amqp_table_entry_t abilities[] = {true_entry("consumer_cancel_notify"),
					  true_entry("publisher_confirms"), true_entry("connection.blocked")};
	amqp_table_entry_t facts[] = {
		text_entry("product", "Ferry"),
		text_entry("version", FERRY_VERSION),
		text_entry("connection_name", name),
		{.key = amqp_cstring_bytes("capabilities"),
		 .value = {.kind = AMQP_FIELD_KIND_TABLE,
			   .value.table = {.num_entries = G_N_ELEMENTS(abilities), .entries = abilities}}}};
	const amqp_table_t properties = {.num_entries = G_N_ELEMENTS(facts), .entries = facts};
	const char *vhost = url->database && *url->database ? url->database : "/";
	guint64 heartbeat;

	if (!parse_heartbeat(url, &heartbeat, error))
		return false;
	amqp_set_handshake_timeout(link->state, &patience);
	amqp_set_rpc_timeout(link->state, &patience);
	amqp_rpc_reply_t reply = amqp_login_with_properties(
		link->state, vhost, 0, FRAME_BYTES, (int)heartbeat, &properties, AMQP_SASL_METHOD_PLAIN,
		url->user ? url->user : "guest", url->password ? url->password : "guest");
	link->poll_ms = (guint)amqp_get_heartbeat(link->state) * 1000 / 4;
	return ferry_amqp_check(link, reply, "signing in", error);
}

static bool declare_queue(FerryAmqpLink *link, const char *name, const amqp_table_t *arguments,
			  GError **error)
{
	g_autofree char *doing = g_strdup_printf("declaring the queue %s", name);

	amqp_queue_declare(link->state, FERRY_AMQP_CHANNEL, amqp_cstring_bytes(name), 0, 1, 0, 0, *arguments);
	return check(link, doing, error);
}

static bool declare(FerryAmqpLink *link, GError **error)
{
	amqp_table_entry_t plain[] = {text_entry("x-queue-type", "quorum")};
	amqp_table_entry_t tasks[] = {text_entry("x-queue-type", "quorum"),
				      text_entry("x-dead-letter-exchange", DEAD),
				      text_entry("x-dead-letter-routing-key", DEAD),
				      {.key = amqp_cstring_bytes("x-delivery-limit"),
				       .value = {.kind = AMQP_FIELD_KIND_I32, .value.i32 = DELIVERY_LIMIT}}};
	const amqp_table_t plain_table = {.num_entries = G_N_ELEMENTS(plain), .entries = plain},
			   tasks_table = {.num_entries = G_N_ELEMENTS(tasks), .entries = tasks};

	amqp_exchange_declare(link->state, FERRY_AMQP_CHANNEL, amqp_cstring_bytes(DEAD),
			      amqp_cstring_bytes("direct"), 0, 1, 0, 0, amqp_empty_table);
	if (!check(link, "declaring the exchange " DEAD, error) ||
	    !declare_queue(link, DEAD, &plain_table, error))
		return false;
	amqp_queue_bind(link->state, FERRY_AMQP_CHANNEL, amqp_cstring_bytes(DEAD), amqp_cstring_bytes(DEAD),
			amqp_cstring_bytes(DEAD), amqp_empty_table);
	return check(link, "binding the queue " DEAD, error) &&
	       declare_queue(link, FERRY_AMQP_QUEUE, &tasks_table, error);
}

static bool open_link(FerryAmqpLink *link, const FerryUrl *url, const char *name, GError **error)
{
	if (!open_socket(link, url, error) || !log_in(link, url, name, error))
		return false;
	amqp_channel_open(link->state, FERRY_AMQP_CHANNEL);
	return check(link, "opening a channel", error) && declare(link, error);
}

FerryAmqpLink *ferry_amqp_open(const FerryUrl *url, const char *name, GError **error)
{
	FerryAmqpLink *link = g_new0(FerryAmqpLink, 1);

	link->state = amqp_new_connection();
	if (open_link(link, url, name, error))
		return link;
	ferry_amqp_close(link);
	return NULL;
}

/* Without the closing handshake, which would wait for a broker that may be gone: the server sees the socket's
 * end. */
void ferry_amqp_close(FerryAmqpLink *link)
{
	if (!link)
		return;
	amqp_destroy_connection(link->state);
	g_free(link);
}

amqp_connection_state_t ferry_amqp_state(FerryAmqpLink *link)
{
	return link->state;
}

/* ---- frames ---- */

static void wait_for_input(FerryAmqpLink *link, int wake_fd, guint wait_ms)
{
	struct pollfd fds[] = {{.fd = amqp_get_sockfd(link->state), .events = POLLIN},
			       {.fd = wake_fd, .events = POLLIN}};

	if (amqp_frames_enqueued(link->state) || amqp_data_in_buffer(link->state))
		return;
	poll(fds, G_N_ELEMENTS(fds), (int)MIN(wait_ms, MAX(link->poll_ms, 100)));
}

bool ferry_amqp_next_frame(FerryAmqpLink *link, int wake_fd, guint wait_ms, amqp_frame_t *ret_frame,
			   bool *ret_has_frame, GError **error)
{
	struct timeval now = {0};

	amqp_maybe_release_buffers(link->state);
	wait_for_input(link, wake_fd, wait_ms);
	int status = amqp_simple_wait_frame_noblock(link->state, ret_frame, &now);
	*ret_has_frame = status == AMQP_STATUS_OK;
	if (status != AMQP_STATUS_OK && status != AMQP_STATUS_TIMEOUT)
		return ferry_amqp_check_status(status, "waiting", error);
	if (!*ret_has_frame || ret_frame->frame_type != AMQP_FRAME_METHOD)
		return true;
	const amqp_method_t *method = &ret_frame->payload.method;
	if (method->id == AMQP_CONNECTION_CLOSE_METHOD || method->id == AMQP_CHANNEL_CLOSE_METHOD)
		return fail_method("waiting", method, error);
	return true;
}
