/*
 * What the files of the server share.
 */
#pragma once

#include "http/limits.h"
#include "http/request.h"
#include "http/server.h"

#include <microhttpd.h>

struct FerryHttpServer {
	FerryService *service;
	struct MHD_Daemon *daemon;
	GThreadPool *pool;
	char *url, *allowed_origin;
	gsize max_body;
	bool is_tls;
	GMutex lock;         /* guards streams */
	GHashTable *streams; /* FerryStream -> the exchange that owns it */
	FerryLimits *limits;
	GMutex beat_lock;
	GCond beat_wake;
	GThread *beat;
	bool is_stopping;
};

/* One request and its reply. Belongs to the library's thread, but between push and resume to a worker. */
typedef struct FerryExchange {
	FerryHttpServer *server;
	struct MHD_Connection *connection;
	char *method, *path, *address;
	GHashTable *headers, *query;
	GByteArray *body;
	bool is_too_large, is_streaming;
	char *stream_client, *session_token, *api_key; /* of a stream: who holds it, by which right; or NULL */
	FerryReply reply;
} FerryExchange;

/* Finds the route, the actor, checks both, runs the handler; fills the reply whatever happens. On a worker's thread. */
void ferry_exchange_answer(FerryExchange *exchange);

void ferry_server_add_stream(FerryExchange *exchange);
void ferry_server_remove_stream(FerryExchange *exchange);
