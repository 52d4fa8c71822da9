/*
 * Reading a request and filling a reply; see request.h.
 */
#include "http/request.h"

#include "http/stream.h"

#include <string.h>

#define DEFAULT_LIMIT 50
#define MAX_LIMIT     500

/* ---- request ---- */

const char *ferry_request_header(const FerryRequest *request, const char *name)
{
	return g_hash_table_lookup(request->headers, name);
}

const char *ferry_request_query(const FerryRequest *request, const char *name)
{
	return g_hash_table_lookup(request->query, name);
}

bool ferry_request_page(const FerryRequest *request, FerryPage *page, GError **error)
{
	const char *limit = ferry_request_query(request, "limit");
	guint64 n = DEFAULT_LIMIT;

	page->cursor = ferry_request_query(request, "cursor");
	if (page->cursor && !*page->cursor)
		page->cursor = NULL;
	if (limit && !g_ascii_string_to_unsigned(limit, 10, 1, MAX_LIMIT, &n, NULL))
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "limit", NULL,
				     "limit must be a number from 1 to %d, not \"%s\"", MAX_LIMIT, limit);
	page->limit = (guint)n;
	return true;
}

const char *ferry_request_text(const FerryRequest *request, const char *name, bool is_required,
			       GError **error)
{
	const json_t *value = json_object_get(request->json, name);

	if (json_is_string(value))
		return json_string_value(value);
	if (value && !json_is_null(value))
		ferry_problem(error, FERRY_PROBLEM_INVALID, name, NULL, "%s must be a text", name);
	else if (is_required)
		ferry_problem(error, FERRY_PROBLEM_INVALID, name, NULL, "%s is missing", name);
	return NULL;
}

bool ferry_request_if_match(const FerryRequest *request, int64_t *ret_version, GError **error)
{
	const char *text = ferry_request_header(request, "if-match");
	size_t len = text ? strlen(text) : 0;
	guint64 version;

	*ret_version = -1;
	if (!text || strcmp(text, "*") == 0)
		return true;
	g_autofree char *bare = len >= 2 && text[0] == '"' ? g_strndup(text + 1, len - 2) : g_strdup(text);
	if (!g_ascii_string_to_unsigned(bare, 10, 1, G_MAXINT32, &version, NULL))
		return ferry_problem(error, FERRY_PROBLEM_STALE, "If-Match",
				     "read it again and repeat the change",
				     "If-Match %s is no version of this object", text);
	*ret_version = (int64_t)version;
	return true;
}

/* ---- reply ---- */

void ferry_reply_header(FerryReply *reply, const char *name, const char *value)
{
	if (!reply->headers)
		reply->headers = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(reply->headers, g_strdup(name));
	g_ptr_array_add(reply->headers, g_strdup(value));
}

static void set_json(FerryReply *reply, guint status, const char *type, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	json_decref(json);
	reply->status = status;
	reply->type = type;
	reply->body = text ? g_bytes_new_with_free_func(text, strlen(text), free, text)
			   : g_bytes_new_static("{}", 2);
}

bool ferry_reply_json(FerryReply *reply, guint status, json_t *json)
{
	set_json(reply, status, "application/json", json);
	return true;
}

bool ferry_reply_object(FerryReply *reply, guint status, json_t *json)
{
	const json_t *version = json_object_get(json, "version");
	char tag[32];

	if (json_is_integer(version)) {
		g_snprintf(tag, sizeof tag, "\"%" JSON_INTEGER_FORMAT "\"", json_integer_value(version));
		ferry_reply_header(reply, "ETag", tag);
	}
	return ferry_reply_json(reply, status, json);
}

bool ferry_reply_none(FerryReply *reply)
{
	reply->status = 204;
	return true;
}

bool ferry_reply_bytes(FerryReply *reply, const char *type, GBytes *body)
{
	reply->status = 200;
	reply->type = type;
	reply->body = body;
	return true;
}

bool ferry_reply_stream(FerryReply *reply, FerryStream *stream)
{
	reply->status = 200;
	reply->type = "text/event-stream";
	reply->stream = stream;
	ferry_reply_header(reply, "Cache-Control", "no-store");
	ferry_reply_header(reply, "X-Accel-Buffering", "no");
	return true;
}

static const struct {
	guint status;
	const char *title;
} problem_kinds[FERRY_N_PROBLEMS] = {
	[FERRY_PROBLEM_INVALID] = {422, "The request is not valid"},
	[FERRY_PROBLEM_UNAUTHORIZED] = {401, "Nobody is signed in"},
	[FERRY_PROBLEM_CREDENTIALS] = {401, "Name or password is wrong"},
	[FERRY_PROBLEM_CSRF] = {403, "The request lacks its CSRF token"},
	[FERRY_PROBLEM_FORBIDDEN] = {403, "Not allowed"},
	[FERRY_PROBLEM_NOT_FOUND] = {404, "Not found"},
	[FERRY_PROBLEM_CONFLICT] = {409, "The state does not allow it"},
	[FERRY_PROBLEM_STALE] = {412, "Changed by somebody else"},
	[FERRY_PROBLEM_TOO_LARGE] = {413, "Too large"},
	[FERRY_PROBLEM_THROTTLED] = {429, "Too many requests"},
	[FERRY_PROBLEM_METHOD] = {405, "The method is not allowed here"},
	[FERRY_PROBLEM_MALFORMED] = {400, "The request is malformed"},
};

/* Of what a database or the engine said. */
static guint engine_status(const GError *error)
{
	if (error->domain != FERRY_ERROR)
		return 500;
	switch (error->code) {
	case FERRY_ERROR_USAGE: return 422;
	case FERRY_ERROR_NOT_FOUND:
	case FERRY_ERROR_EXISTS:
	case FERRY_ERROR_UNSUPPORTED:
	case FERRY_ERROR_DATA:
	case FERRY_ERROR_INTEGRITY:
	case FERRY_ERROR_CONFLICT:
	case FERRY_ERROR_CANCELLED: return 409;
	case FERRY_ERROR_CONNECT:
	case FERRY_ERROR_AUTH:
	case FERRY_ERROR_PERMISSION:
	case FERRY_ERROR_LOST: return 502; /* of the database, not of the caller */
	default: return 500;
	}
}

static const char *engine_title(guint status)
{
	switch (status) {
	case 409: return "The database or the engine does not allow it";
	case 422: return "The request is not valid";
	case 502: return "The database cannot be used";
	default: return "Something went wrong";
	}
}

/* The hint says it to people: "try again in 12 s". */
static void set_retry_after(FerryReply *reply, const char *hint)
{
	size_t i = hint ? strcspn(hint, "0123456789") : 0;
	g_autofree char *seconds =
		hint && hint[i] ? g_strndup(hint + i, strspn(hint + i, "0123456789")) : NULL;

	ferry_reply_header(reply, "Retry-After", seconds ? seconds : "1");
}

void ferry_reply_problem(FerryReply *reply, const GError *error)
{
	bool is_ours = error->domain == FERRY_PROBLEM;
	guint status = is_ours ? problem_kinds[error->code].status : engine_status(error);
	const char *hint = ferry_problem_get_hint(error), *field = ferry_problem_get_field(error);
	const char *title = is_ours ? problem_kinds[error->code].title : engine_title(status);

	if (status == 401)
		ferry_reply_header(reply, "WWW-Authenticate", "Bearer realm=\"ferry\"");
	if (status == 429)
		set_retry_after(reply, hint);
	json_t *json = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title", title, "status",
				 (int)status, "code", ferry_problem_get_word(error));
	g_autofree char *detail = g_utf8_make_valid(error->message, -1);
	json_object_set_new(json, "detail", json_string(detail));
	if (field)
		json_object_set_new(json, "field", json_string(field));
	if (hint) {
		g_autofree char *valid = g_utf8_make_valid(hint, -1);
		json_object_set_new(json, "hint", json_string(valid));
	}
	set_json(reply, status, "application/problem+json", json);
}

void ferry_reply_clear(FerryReply *reply)
{
	g_clear_pointer(&reply->body, g_bytes_unref);
	g_clear_pointer(&reply->stream, ferry_stream_free);
	g_clear_pointer(&reply->headers, g_ptr_array_unref);
}
