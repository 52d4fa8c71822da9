/*
 * Health, metrics, the dashboard's summary and the API's own description.
 */
#include "http/auth.h"
#include "http/openapi.h"
#include "http/route.h"
#include "http/server.h"
#include "service/connections.h"
#include "service/executions.h"
#include "service/projects.h"
#include "service/summary.h"

#include <string.h>

static bool healthz(FerryRequest *request, FerryReply *reply, GError **error)
{
	return ferry_reply_json(reply, 200,
				json_pack("{s:s, s:s}", "status", "ok", "version", FERRY_VERSION));
}

static bool readyz(FerryRequest *request, FerryReply *reply, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (ferry_service_check_ready(request->service, &local))
		return ferry_reply_json(reply, 200,
					json_pack("{s:s, s:s*, s:s*}", "status", "ready", "queue",
						  ferry_service_queue_state(request->service), "bus",
						  ferry_service_bus_state(request->service)));
	return ferry_reply_json(reply, 503,
				json_pack("{s:s, s:s}", "status", "not ready", "reason", local->message));
}

static bool metrics(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *token = ferry_http_server_get_metrics_token(request->server);

	if (token && !ferry_auth_check_token(request, token, error))
		return false;
	char *text = ferry_summary_metrics(request->service, ferry_http_server_count_streams(request->server),
					   error);

	return text && ferry_reply_bytes(reply, "text/plain; version=0.0.4; charset=utf-8",
					 g_bytes_new_take(text, strlen(text)));
}

static bool summary(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_summary_json(request->service, &request->actor, error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool openapi(FerryRequest *request, FerryReply *reply, GError **error)
{
	return ferry_reply_json(reply, 200, ferry_openapi_document());
}

const FerryRoute ferry_routes_system[] = {
	{"GET", "/healthz", FERRY_ROLE_NONE, 0, healthz, "Whether the process is alive", .reply = "Health"},
	{"GET", "/readyz", FERRY_ROLE_NONE, 0, readyz, "Whether it can work: its store is there",
	 .reply = "Health"},
	{"GET", "/metrics", FERRY_ROLE_NONE, 0, metrics, "Numbers for Prometheus", .types = "text/plain"},
	{"GET", "/api/openapi.json", FERRY_ROLE_NONE, 0, openapi, "This document",
	 .types = "application/json"},
	{"GET", "/api/v1/summary", FERRY_ROLE_VIEWER, 0, summary,
	 "The dashboard: what runs, what has failed, how much was moved", .reply = "Summary"},
	{NULL},
};
