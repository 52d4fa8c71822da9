/*
 * Live events (server-sent events) over HTTP; see docs/api.md.
 */
#include "http/route.h"
#include "http/stream.h"
#include "service/access.h"
#include "service/executions.h"
#include "service/relay.h"

/* The id up to which the client knows everything; -1: it comes for the first time. */
static int64_t last_event_id(const FerryRequest *request)
{
	const char *text = ferry_request_header(request, "last-event-id");
	guint64 id;

	if (!text || !*text)
		text = ferry_request_query(request, "last_event_id");
	return text && g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &id, NULL) ? (int64_t)id : -1;
}

/* Subscribed before the store is read, so that nothing falls in between. */
static bool follow_one(FerryRequest *request, FerryReply *reply, GError **error)
{
	g_autofree char *channel = ferry_executions_channel(request->params[0]);
	FerryStream *stream = ferry_stream_new(ferry_service_get_bus(request->service), channel, NULL);
	guint64 seq = 0;
	bool is_last = false;

	ferry_relay_follow(request->service, request->params[0]);
	g_autoptr(GPtrArray) texts = ferry_executions_catch_up(request->service, request->params[0],
							       last_event_id(request), &seq, &is_last, error);

	if (!texts) {
		ferry_stream_free(stream);
		return false;
	}
	for (guint i = 0; i < texts->len; i++)
		ferry_stream_push(stream, g_bytes_ref(g_ptr_array_index(texts, i)));
	ferry_stream_start(stream,
			   is_last ? G_MAXUINT64 : seq); /* what the bus has brought is for the next time */
	if (is_last)
		ferry_stream_finish(stream);
	return ferry_reply_stream(reply, stream);
}

/* What is running comes first, so that a page can be drawn from the stream alone. */
static bool follow_all(FerryRequest *request, FerryReply *reply, GError **error)
{
	const FerryExecutionFilter filter = {.state = "QUEUED,RUNNING,PAUSED"};
	const FerryPage page = {.limit = 100};
	char **scopes;

	if (!ferry_access_scopes(request->service, &request->actor, &scopes, error))
		return false;
	FerryStream *stream =
		ferry_stream_new(ferry_service_get_bus(request->service), FERRY_CHANNEL_ALL, scopes);
	json_t *running = ferry_executions_list(request->service, &request->actor, &filter, &page, error);
	if (!running) {
		ferry_stream_free(stream);
		return false;
	}
	char *text = json_dumps(running, JSON_COMPACT);
	ferry_stream_push(stream, ferry_message_text(0, "snapshot", text));
	free(text);
	json_decref(running);
	ferry_stream_start(stream, 0);
	return ferry_reply_stream(reply, stream);
}

const FerryRoute ferry_routes_live[] = {
	{"GET", "/api/v1/executions/{id}/events", FERRY_ROLE_VIEWER, FERRY_ROUTE_STREAM, follow_one,
	 "An execution's events, live; ends with it", .query = "last_event_id"},
	{"GET", "/api/v1/events", FERRY_ROLE_VIEWER, FERRY_ROUTE_STREAM, follow_all,
	 "States and progress of all executions that one may see, live"},
	{NULL},
};
