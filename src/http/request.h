/*
 * A request and its reply, as a handler sees them. A handler runs on a thread of a pool and may block; it reads the
 * request, calls the service, and fills the reply: with one of the ferry_reply_ functions, or by returning false with an error,
 * which becomes a problem (RFC 9457, application/problem+json) with the status that fits.
 *
 * All strings of a request are borrowed and valid until the handler returns.
 */
#pragma once

#include "service/service.h"

typedef struct FerryRoute FerryRoute;
typedef struct FerryHttpServer FerryHttpServer;

typedef struct FerryRequest {
	FerryHttpServer *server;
	FerryService *service;
	const FerryRoute *route;
	FerryActor actor;          /* role NONE: nobody is signed in */
	const char *method, *path; /* path: percent-decoded, without the query */
	GHashTable *headers;       /* char* in lower case -> char* */
	GHashTable *query;         /* char* -> char*, decoded; the last of a name counts */
	char **params;             /* path parameters, in the order of the pattern */
	const char *body;          /* NUL-ended; "" for none */
	gsize body_len;
	json_t *json;              /* the body, where the route takes JSON: an object; else NULL */
	bool is_secure;            /* came over TLS */
	const char *session_token; /* of the cookie; or NULL */
	const char *api_key;       /* or NULL */
} FerryRequest;

const char *ferry_request_header(const FerryRequest *request, const char *lower_case_name); /* or NULL */
const char *ferry_request_query(const FerryRequest *request, const char *name);             /* or NULL */
/* ?limit= and ?cursor=; FERRY_PROBLEM_INVALID when limit is off. */
bool ferry_request_page(const FerryRequest *request, FerryPage *page, GError **error);
/* Of the JSON body. The value is borrowed; NULL where it is missing or null (then *error is set if it is required), or of another
 * type (error). */
const char *ferry_request_text(const FerryRequest *request, const char *name, bool is_required, GError **error);
/* If-Match as a version; -1: not given. An If-Match that is no version of ours is stale. */
bool ferry_request_if_match(const FerryRequest *request, int64_t *ret_version, GError **error);

typedef struct FerryStream FerryStream; /* stream.h */

typedef struct FerryReply {
	guint status;       /* 0: not filled yet */
	const char *type;   /* content type; static */
	GBytes *body;       /* or NULL */
	FerryStream *stream;/* or NULL: instead of a body */
	GPtrArray *headers; /* char*: name, value, name, value, … */
} FerryReply;

/* Each takes what it is given and returns true, so that `return ferry_reply_json(…);` ends a handler. */
bool ferry_reply_json(FerryReply *reply, guint status, json_t *json);
bool ferry_reply_none(FerryReply *reply);
bool ferry_reply_bytes(FerryReply *reply, const char *type, GBytes *body);
bool ferry_reply_stream(FerryReply *reply, FerryStream *stream);
void ferry_reply_header(FerryReply *reply, const char *name, const char *value);
/* JSON, and its member "version" as ETag. */
bool ferry_reply_object(FerryReply *reply, guint status, json_t *json);
/* Makes a problem of an error: also of what the database said. */
void ferry_reply_problem(FerryReply *reply, const GError *error);
void ferry_reply_clear(FerryReply *reply);
