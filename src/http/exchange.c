/*
 * From a request to its reply: route, actor, rights, body, handler. Whatever goes wrong becomes a problem.
 */
#include "http/auth.h"
#include "http/schema.h"
#include "http/server_internal.h"
#include "http/stream.h"
#include "http/web.h"
#include "service/access.h"
#include "service/idempotency.h"

#include <string.h>

#define API        "/api/"
#define MAX_BODIES 32 /* largest ones, at a time */

static bool find_route(FerryExchange *x, GError **error)
{
	g_autofree char *allowed = NULL;

	x->route = ferry_route_find(x->method, x->path, &x->params, &allowed);
	if (x->route)
		return true;
	if (!allowed)
		return ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, NULL,
				     "/api/openapi.json lists what there is", "nothing is at %s", x->path);
	ferry_reply_header(&x->reply, "Allow", allowed);
	return ferry_problem(error, FERRY_PROBLEM_METHOD, NULL, NULL, "%s cannot be done at %s, only %s",
			     x->method, x->path, allowed);
}

/* An empty body stands for {} where the route says so. */
static bool parse_body(FerryRequest *request, GError **error)
{
	json_error_t wrong;

	if (!(request->route->flags & FERRY_ROUTE_JSON))
		return true;
	if (request->body_len == 0 && (request->route->flags & FERRY_ROUTE_BODY_OPTIONAL)) {
		request->json = json_object();
		return true;
	}
	request->json = json_loadb(request->body, request->body_len, JSON_REJECT_DUPLICATES, &wrong);
	if (json_is_object(request->json))
		return !request->route->request ||
		       ferry_schema_check(request->route->request, request->json, error);
	if (request->json)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, NULL, NULL,
				     "the body must be a JSON object");
	return ferry_problem(error, FERRY_PROBLEM_INVALID, NULL, "send a JSON object in UTF-8",
			     "the body is no JSON: line %d, column %d: %s", wrong.line, wrong.column,
			     wrong.text);
}

/* A stream outlives its request: it is counted, and remembers by which right it was opened. */
static bool keep_stream(FerryExchange *x, const FerryRequest *request, GError **error)
{
	if (!ferry_limits_open_stream(x->server->limits, &request->actor, &x->stream_client, error))
		return false;
	x->session_token = g_strdup(request->session_token);
	x->api_key = g_strdup(request->api_key);
	return true;
}

/* Whether the actor may in the project that the path is about. */
static bool check_scope(const FerryExchange *x, GError **error)
{
	const FerryRequest *request = &x->request;
	FerryRole needed = x->route->role;

	switch (ferry_route_get_scope(x->route)) {
	case FERRY_SCOPE_PROJECT:
		return ferry_access_check_project(request->service, &request->actor, x->params[0], needed,
						  error);
	case FERRY_SCOPE_EXECUTION:
		return ferry_access_check_execution(request->service, &request->actor, x->params[0], needed,
						    error);
	default: return true;
	}
}

static bool call(FerryExchange *x, FerryRequest *request, GError **error)
{
	return request->route->handler(request, &x->reply, error) &&
	       (!x->reply.stream || keep_stream(x, request, error));
}

/* An execution that was started then may be out of sight now. */
static bool may_see_again(const FerryRequest *request, const char *response, GError **error)
{
	json_t *reply = json_loads(response, 0, NULL);
	const char *id = json_string_value(json_object_get(reply, "job_id"));

	if (!id)
		id = json_string_value(json_object_get(reply, "id"));
	bool may =
		!id || !g_str_has_prefix(id, "exe_") ||
		ferry_access_check_execution(request->service, &request->actor, id, FERRY_ROLE_VIEWER, error);
	json_decref(reply);
	return may;
}

/* A key belongs to one person and one request; another body with the same key is the caller's mistake, not
 * ours. */
static bool call_once(FerryExchange *x, FerryRequest *request, const char *key, GError **error)
{
	g_autofree char *name = g_strdup_printf("%s %s %s %s",
						request->actor.user_id ? request->actor.user_id : "",
						request->method, request->path, key),
			*response = NULL;
	FerryIdempotencyState state;
	guint status;

	if (!ferry_idempotency_begin(request->service, name, &state, &status, &response, error))
		return false;
	if (state == FERRY_IDEMPOTENCY_KNOWN) {
		if (!may_see_again(request, response, error))
			return false;
		ferry_reply_header(&x->reply, "Idempotency-Replayed", "true");
		return ferry_reply_json(&x->reply, status, json_loads(response, 0, NULL));
	}
	if (!call(x, request, error)) {
		ferry_idempotency_forget(request->service, name);
		return false;
	}
	gsize len;
	const char *body = g_bytes_get_data(x->reply.body, &len);
	g_autofree char *kept = g_strndup(body, len);
	return ferry_idempotency_keep(request->service, name, x->reply.status, kept, error);
}

static bool handle(FerryExchange *x, FerryRequest *request, GError **error)
{
	const char *key = ferry_request_header(request, "idempotency-key");

	if (!parse_body(request, error))
		return false;
	return key && (request->route->flags & FERRY_ROUTE_IDEMPOTENT) ? call_once(x, request, key, error)
								       : call(x, request, error);
}

static void fail(FerryExchange *x, const GError *error)
{
	g_clear_pointer(&x->reply.body, g_bytes_unref);
	g_clear_pointer(&x->reply.stream, ferry_stream_free);
	ferry_reply_problem(&x->reply, error);
	/* what is not going to be read, or whose end is in doubt, must not be taken for the next request */
	if ((x->has_body && x->stage == FERRY_EXCHANGE_ADMISSION) ||
	    g_error_matches(error, FERRY_PROBLEM, FERRY_PROBLEM_MALFORMED))
		ferry_reply_header(&x->reply, "Connection", "close");
}

void ferry_exchange_answer(FerryExchange *x)
{
	g_autoptr(GError) error = NULL;

	x->request.body_len = x->body->len;
	g_byte_array_append(x->body, (const guint8 *)"", 1); /* NUL */
	x->request.body = (const char *)x->body->data;
	/* A body may have been on its way for long. */
	if ((x->has_body && !check_scope(x, &error)) || !handle(x, &x->request, &error))
		fail(x, error);
}

/* ---- admission ---- */

static bool identify(FerryExchange *x, GError **error)
{
	g_autoptr(GError) local = NULL;

	/* Rights that change while they are looked at are looked at again. */
	if (x->route->flags & FERRY_ROUTE_STREAM)
		x->access_version = ferry_access_version(x->request.service);
	bool is_known = ferry_auth_identify(&x->request, &local);

	/* Also what is refused costs a token: guessing keys is a request like others. */
	if (!ferry_limits_take(x->server->limits, &x->request.actor, g_get_monotonic_time(), error))
		return false;
	if (is_known)
		return ferry_auth_check(&x->request, error) && check_scope(x, error);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

/* Memory for the body is promised before it is read, and not more of it than there is. */
static bool promise_body(FerryExchange *x, GError **error)
{
	FerryHttpServer *server = x->server;
	const char *length = g_hash_table_lookup(x->headers, "content-length");
	gsize max = ferry_route_max_body(x->route, server->limit.max_body), size = max;

	if (length)
		size = (gsize)g_ascii_strtoull(length, NULL, 10);
	if (size > max)
		return ferry_problem(error, FERRY_PROBLEM_TOO_LARGE, NULL, NULL,
				     "the body is larger than %zu bytes", max);
	g_mutex_lock(&server->lock);
	bool may = server->body_bytes + size <= MAX_BODIES * server->limit.max_body;
	if (may)
		server->body_bytes += size;
	g_mutex_unlock(&server->lock);
	if (!may)
		return ferry_problem(error, FERRY_PROBLEM_THROTTLED, NULL, "try again in 5 s",
				     "too many large requests are under way");
	x->promised = size;
	x->max_body = max;
	return true;
}

static bool is_page(const FerryExchange *x)
{
	return !g_str_has_prefix(x->path, API) &&
	       (strcmp(x->method, "GET") == 0 || strcmp(x->method, "HEAD") == 0);
}

/* What a browser asks before a script of the other site may send JSON, or a key. */
static bool is_preflight(const FerryExchange *x)
{
	const char *origin = g_hash_table_lookup(x->headers, "origin");

	return x->server->allowed_origin && strcmp(x->method, "OPTIONS") == 0 &&
	       g_strcmp0(origin, x->server->allowed_origin) == 0;
}

static bool reply_preflight(FerryExchange *x)
{
	ferry_reply_header(&x->reply, "Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
	ferry_reply_header(&x->reply, "Access-Control-Allow-Headers",
			   "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID");
	ferry_reply_header(&x->reply, "Access-Control-Max-Age", "600");
	return ferry_reply_none(&x->reply);
}

static void make_request(FerryExchange *x)
{
	x->request = (FerryRequest){
		.server = x->server,
		.service = x->server->service,
		.route = x->route,
		.actor = {.address = x->address},
		.method = x->method,
		.path = x->path,
		.headers = x->headers,
		.query = x->query,
		.params = x->params,
		.is_secure = x->is_secure,
		.body = "",
	};
}

/* A route that is there, or else, outside the API, a file of the web application. */
static bool admit(FerryExchange *x, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (x->malformed) {
		g_propagate_error(error, g_steal_pointer(&x->malformed));
		return false;
	}
	if (is_preflight(x))
		return reply_preflight(x);
	if (!find_route(x, &local)) {
		if (is_page(x) && !x->has_body)
			return ferry_web_reply(x->path, x->headers, &x->reply);
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	make_request(x);
	return identify(x, error) && (!x->has_body || promise_body(x, error));
}

void ferry_exchange_admit(FerryExchange *x)
{
	g_autoptr(GError) error = NULL;

	if (!admit(x, &error))
		fail(x, error);
}
