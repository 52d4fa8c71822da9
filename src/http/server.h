/*
 * The HTTP server (libmicrohttpd): one thread for all sockets (epoll), a pool for handlers, so that a thousand streams cost no
 * thread each. A request is read whole (up to a limit), its connection suspended while a handler works, and resumed for the
 * reply. Every reply carries the security headers.
 */
#pragma once

#include "service/service.h"

typedef struct FerryHttpServer FerryHttpServer;

typedef struct FerryHttpOptions {
	const char *listen;             /* "127.0.0.1:8080", "[::1]:8080", ":8080"; port 0: one that is free */
	const char *tls_cert, *tls_key; /* PEM files, both or none */
	const char *allowed_origin;     /* of another site's scripts (CORS), or NULL: none */
	gsize max_body;                 /* bytes; 0: 8 MiB */
	guint max_connections;          /* 0: 12,000 */
	guint request_timeout;          /* seconds for a whole request, and of silence; 0: 30 */
	guint max_requests;             /* of one user in a second; 0: 500 */
	guint max_streams;              /* of one user at a time; 0: 3,000 */
} FerryHttpOptions;

/* Listens and serves until it is stopped. */
FerryHttpServer *ferry_http_server_start(FerryService *service, const FerryHttpOptions *options, GError **error);
/* Ends streams, waits for handlers. */
void ferry_http_server_stop(FerryHttpServer *server); /* NULL is fine; frees */

const char *ferry_http_server_get_url(const FerryHttpServer *server); /* "http://127.0.0.1:8080" */
guint ferry_http_server_count_streams(FerryHttpServer *server);
