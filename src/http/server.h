/*
 * The HTTP server (libmicrohttpd): one thread for all sockets (epoll), two pools for handlers, so that a thousand streams cost no
 * thread each, and a slow database keeps nobody else waiting. A request's head comes first: its route, its actor and its rights
 * are looked at, and only then is its body read, up to the route's limit. Every reply carries the security headers.
 */
#pragma once

#include "service/service.h"

typedef struct FerryHttpServer FerryHttpServer;

typedef struct FerryHttpOptions {
	const char *listen;             /* "127.0.0.1:8080", "[::1]:8080", ":8080"; port 0: one that is free */
	const char *tls_cert, *tls_key; /* PEM files, both or none */
	const char *allowed_origin;     /* of another site's scripts (CORS), or NULL: none */
	const char *const *trusted_proxies; /* addresses and networks (proxies.h), NULL-ended; or NULL: none */
	const char *metrics_token;      /* which /metrics asks for, or NULL: it asks nobody */

	/* limits; 0: the default */
	guint max_connections;          /* 12,000 */
	guint max_address_connections;  /* of one address at a time: 2,000 */
	guint max_streams;              /* of all users: 10,000 */
	guint max_user_streams;         /* of one user at a time: 500 */
	guint max_requests;             /* of one user in a second: 500 */
	gsize max_head;                 /* bytes of a request's first line and headers: 16 KiB */
	gsize max_body;                 /* bytes, where a document is sent; elsewhere less: 8 MiB */
	guint head_timeout;             /* seconds from connecting, or from the last answer, to the end of the headers: 30 */
	guint body_timeout;             /* seconds for the rest of a request: 60 */
} FerryHttpOptions;

/* Listens and serves until it is stopped. Raises the process's limit of open files as far as it may. */
FerryHttpServer *ferry_http_server_start(FerryService *service, const FerryHttpOptions *options, GError **error);
/* Ends streams, waits for handlers. */
void ferry_http_server_stop(FerryHttpServer *server); /* NULL is fine; frees */

const char *ferry_http_server_get_url(const FerryHttpServer *server); /* "http://127.0.0.1:8080" */
guint ferry_http_server_count_streams(FerryHttpServer *server);
const char *ferry_http_server_get_metrics_token(const FerryHttpServer *server); /* or NULL */
