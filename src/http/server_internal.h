/*
 * What the files of the server share.
 */
#pragma once

#include "http/guard.h"
#include "http/limits.h"
#include "http/proxies.h"
#include "http/request.h"
#include "http/route.h"
#include "http/server.h"

#include <microhttpd.h>

struct FerryHttpServer {
	FerryService *service;
	struct MHD_Daemon *daemon;
	FerryHttpOptions limit; /* numbers of the options, none of them 0 */
	char *url, *allowed_origin, *metrics_token; /* or NULL, but for the URL */
	bool is_tls;
	FerryProxies *proxies;
	FerryLimits *limits;
	FerryGuard *guard;
	GThreadPool *quick, *slow; /* handlers: what the store alone answers does not wait behind what waits for databases */

	GMutex lock;         /* guards what follows */
	GHashTable *streams; /* FerryStream -> the exchange that owns it */
	gsize body_bytes;    /* promised to requests that are being read or handled */
	bool is_closed;      /* no handler is started any more */

	GMutex tick_lock;
	GCond tick_wake;
	GThread *ticker;
	bool is_stopping;
};

/* Who an exchange waits for. */
typedef enum {
	FERRY_EXCHANGE_HEAD,      /* the client: its headers are not whole yet */
	FERRY_EXCHANGE_ADMISSION, /* a worker: route, actor, rights */
	FERRY_EXCHANGE_BODY,      /* the client: its body */
	FERRY_EXCHANGE_ANSWER     /* a worker: the handler */
} FerryExchangeStage;

/* One request and its reply. Belongs to the library's thread, but between push and resume to a worker. */
typedef struct FerryExchange {
	FerryHttpServer *server;
	struct MHD_Connection *connection;
	FerryPeer *peer;
	FerryExchangeStage stage;
	char *method, *path, *address; /* address: the client's, once the headers are there */
	GHashTable *headers, *query;
	GError *malformed; /* what is wrong with its head; or NULL */
	const FerryRoute *route;
	char **params;
	FerryRequest request; /* once it is admitted */
	GByteArray *body;
	gsize max_body, promised;
	bool is_secure; /* the client speaks TLS, to us or to a proxy */
	bool has_body, is_at_end, is_too_large, is_streaming;
	char *stream_client, *session_token, *api_key; /* of a stream: who holds it, by which right; or NULL */
	int64_t access_version; /* of a stream: as of when its rights were looked at */
	FerryReply reply;
} FerryExchange;

/* Finds the route and the actor, checks both. What must not go on has a reply then, with its body unread; so have pages of the
 * web application. On a worker's thread. */
void ferry_exchange_admit(FerryExchange *exchange);
/* Runs the handler of what was admitted; fills the reply whatever happens. On a worker's thread. */
void ferry_exchange_answer(FerryExchange *exchange);

/* ---- server_requests.c: what the library calls with the server as its data ---- */

void *ferry_server_begin_request(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result ferry_server_handle_access(void *server, struct MHD_Connection *connection, const char *path,
                                           const char *method, const char *version, const char *upload, size_t *upload_size,
                                           void **context);
void ferry_server_end_request(void *server, struct MHD_Connection *connection, void **context,
                              enum MHD_RequestTerminationCode code);

/* Of the pools, for an exchange: the quick one also looks at heads; the slow one runs handlers that wait. */
void ferry_server_work(gpointer exchange, gpointer server);
void ferry_server_work_slowly(gpointer exchange, gpointer server);

/* Newly allocated; NULL: it has none. */
char *ferry_server_address_text(const struct sockaddr *address);
char *ferry_server_client_address(struct MHD_Connection *connection);

/* ---- server_streams.c ---- */

void ferry_server_add_stream(FerryExchange *exchange);
void ferry_server_remove_stream(FerryExchange *exchange);
void ferry_server_for_each_stream(FerryHttpServer *server, void (*func)(FerryStream *stream));
void ferry_server_end_streams_without_right(FerryHttpServer *server);
/* Those whose rights may have changed since: their clients come again, and are looked at anew. */
void ferry_server_end_outdated_streams(FerryHttpServer *server);
