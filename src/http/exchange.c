/*
 * From a request to its reply: route, actor, rights, body, handler. Whatever goes wrong becomes a problem.
 */
#include "http/auth.h"
#include "http/route.h"
#include "http/server_internal.h"
#include "http/stream.h"
#include "http/web.h"
#include "service/idempotency.h"

#include <string.h>

#define API "/api/"

static bool find_route(FerryExchange *x, FerryRequest *request, char ***params, GError **error)
{
	g_autofree char *allowed = NULL;

	request->route = ferry_route_find(x->method, x->path, params, &allowed);
	if (request->route)
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
		return true;
	if (request->json)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, NULL, NULL,
				     "the body must be a JSON object");
	return ferry_problem(error, FERRY_PROBLEM_INVALID, NULL, "send a JSON object in UTF-8",
			     "the body is no JSON: line %d, column %d: %s", wrong.line, wrong.column,
			     wrong.text);
}

/* Also what is refused costs a token: guessing keys is a request like others. */
static bool admit(FerryExchange *x, FerryRequest *request, GError **error)
{
	g_autoptr(GError) local = NULL;
	bool is_known = ferry_auth_identify(request, &local);

	if (!ferry_limits_take(x->server->limits, &request->actor, g_get_monotonic_time(), error))
		return false;
	if (is_known)
		return ferry_auth_check(request, error);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
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

static bool call(FerryExchange *x, FerryRequest *request, GError **error)
{
	return request->route->handler(request, &x->reply, error) &&
	       (!x->reply.stream || keep_stream(x, request, error));
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

	if (!admit(x, request, error) || !parse_body(request, error))
		return false;
	return key && (request->route->flags & FERRY_ROUTE_IDEMPOTENT) ? call_once(x, request, key, error)
								       : call(x, request, error);
}

static bool is_page(const FerryExchange *x)
{
	return !g_str_has_prefix(x->path, API) &&
	       (strcmp(x->method, "GET") == 0 || strcmp(x->method, "HEAD") == 0);
}

/* A route that is there, or else, outside the API, a file of the web application. */
static bool answer(FerryExchange *x, FerryRequest *request, char ***params, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (find_route(x, request, params, &local)) {
		request->params = *params;
		return handle(x, request, error);
	}
	if (is_page(x))
		return ferry_web_reply(x->path, x->headers, &x->reply);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

void ferry_exchange_answer(FerryExchange *x)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) params = NULL;
	FerryRequest request = {
		.server = x->server,
		.service = x->server->service,
		.actor = {.address = x->address},
		.method = x->method,
		.path = x->path,
		.headers = x->headers,
		.query = x->query,
		.is_secure = x->server->is_tls,
		.body_len = x->body->len,
	};

	g_byte_array_append(x->body, (const guint8 *)"", 1); /* NUL */
	request.body = (const char *)x->body->data;
	if (!answer(x, &request, &params, &error)) {
		g_clear_pointer(&x->reply.body, g_bytes_unref);
		g_clear_pointer(&x->reply.stream, ferry_stream_free);
		ferry_reply_problem(&x->reply, error);
	}
	ferry_auth_clear(&request);
	json_decref(request.json);
}
