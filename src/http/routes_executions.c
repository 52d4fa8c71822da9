/*
 * Executions over HTTP; see docs/api.md. Live events are in routes_live.c.
 */
#include "http/route.h"
#include "service/executions.h"

#include <string.h>

#define DEFAULT_LINES 200
#define MAX_LINES     5000

static bool start(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *project = ferry_request_text(request, "project_id", true, error);
	bool is_dry_run = json_is_true(json_object_get(request->json, "dry_run"));
	json_t *json = project ? ferry_executions_start(request->service, &request->actor, project,
							is_dry_run, error)
			       : NULL;

	return json && ferry_reply_object(reply, 201, json);
}

static bool list(FerryRequest *request, FerryReply *reply, GError **error)
{
	const FerryExecutionFilter filter = {.state = ferry_request_query(request, "state"),
					     .project_id = ferry_request_query(request, "project_id")};
	FerryPage page;
	json_t *json = NULL;

	if (ferry_request_page(request, &page, error))
		json = ferry_executions_list(request->service, &request->actor, &filter, &page, error);
	return json && ferry_reply_json(reply, 200, json);
}

static bool get(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_executions_get(request->service, request->params[0], error);

	return json && ferry_reply_object(reply, 200, json);
}

static bool pause_one(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_executions_pause(request->service, &request->actor, request->params[0], error);

	return json && ferry_reply_object(reply, 200, json);
}

static bool resume(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_executions_resume(request->service, &request->actor, request->params[0], error);

	return json && ferry_reply_object(reply, 200, json);
}

static bool cancel(FerryRequest *request, FerryReply *reply, GError **error)
{
	bool cleans_up = json_is_true(json_object_get(request->json, "clean_up"));
	json_t *json = ferry_executions_cancel(request->service, &request->actor, request->params[0],
					       cleans_up, error);

	return json && ferry_reply_object(reply, 200, json);
}

static bool retry(FerryRequest *request, FerryReply *reply, GError **error)
{
	g_autoptr(GError) local = NULL;
	const char *mode = ferry_request_text(request, "mode", false, &local);
	bool is_all = g_strcmp0(mode, "all") == 0;
	json_t *json;

	if (local || (mode && !is_all && strcmp(mode, "failed") != 0))
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "mode", NULL,
				     "mode must be failed or all");
	json = ferry_executions_retry(request->service, &request->actor, request->params[0], is_all, error);
	return json && ferry_reply_object(reply, 200, json);
}

static bool remove_one(FerryRequest *request, FerryReply *reply, GError **error)
{
	return ferry_executions_delete(request->service, &request->actor, request->params[0], error) &&
	       ferry_reply_none(reply);
}

static bool stages(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_executions_stages(request->service, request->params[0], error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool tables(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryPage page;
	json_t *json = NULL;

	if (ferry_request_page(request, &page, error))
		json = ferry_executions_tables(request->service, request->params[0],
					       ferry_request_query(request, "search"), &page, error);
	return json && ferry_reply_json(reply, 200, json);
}

static bool objects(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryPage page;
	json_t *json = NULL;

	if (ferry_request_page(request, &page, error))
		json = ferry_executions_objects(request->service, request->params[0], &page, error);
	return json && ferry_reply_json(reply, 200, json);
}

static bool parse_number(const FerryRequest *request, const char *name, guint64 min, guint64 max,
			 guint64 fallback, guint64 *ret_number, GError **error)
{
	const char *text = ferry_request_query(request, name);

	*ret_number = fallback;
	return !text || g_ascii_string_to_unsigned(text, 10, min, max, ret_number, NULL) ||
	       ferry_problem(error, FERRY_PROBLEM_INVALID, name, NULL, "%s must be a number, not \"%s\"",
			     name, text);
}

static bool logs(FerryRequest *request, FerryReply *reply, GError **error)
{
	guint64 after, before, limit;
	json_t *json;

	if (!parse_number(request, "after", 0, G_MAXINT64, 0, &after, error) ||
	    !parse_number(request, "before", 0, G_MAXINT64, 0, &before, error) ||
	    !parse_number(request, "limit", 1, MAX_LINES, DEFAULT_LINES, &limit, error))
		return false;
	const FerryLogFilter filter = {.after = (int64_t)after,
				       .before = (int64_t)before,
				       .level = ferry_request_query(request, "level"),
				       .search = ferry_request_query(request, "search")};
	json = ferry_executions_logs(request->service, request->params[0], &filter, (guint)limit, error);
	return json && ferry_reply_json(reply, 200, json);
}

static bool metrics(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_executions_metrics(request->service, request->params[0], error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool rejects(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryPage page;
	json_t *json = NULL;

	if (ferry_request_page(request, &page, error))
		json = ferry_executions_rejects(request->service, &request->actor, request->params[0], &page,
						error);
	return json && ferry_reply_json(reply, 200, json);
}

static bool download_rejects(FerryRequest *request, FerryReply *reply, GError **error)
{
	GBytes *bytes =
		ferry_executions_rejects_file(request->service, &request->actor, request->params[0], error);

	if (!bytes)
		return false;
	ferry_reply_header(reply, "Content-Disposition", "attachment; filename=\"rejects.ndjson\"");
	return ferry_reply_bytes(reply, "application/x-ndjson", bytes);
}

static bool report(FerryRequest *request, FerryReply *reply, GError **error)
{
	static const struct {
		const char *format, *type, *disposition;
	} formats[] = {
		{"json", "application/json", "attachment; filename=\"report.json\""},
		{"html", "text/html; charset=utf-8", "inline; filename=\"report.html\""},
		{"csv", "text/csv; charset=utf-8", "attachment; filename=\"report.csv\""},
	};
	const char *format = ferry_request_query(request, "format");

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (format ? strcmp(format, formats[i].format) != 0 : i != 0)
			continue;
		GBytes *bytes = ferry_executions_report(request->service, request->params[0],
							formats[i].format, error);
		if (!bytes)
			return false;
		ferry_reply_header(reply, "Content-Disposition", formats[i].disposition);
		return ferry_reply_bytes(reply, formats[i].type, bytes);
	}
	return ferry_problem(error, FERRY_PROBLEM_INVALID, "format", NULL,
			     "format must be json, html or csv");
}

#define ONE           "/api/v1/executions/{id}"
#define BODY_OPTIONAL FERRY_ROUTE_JSON | FERRY_ROUTE_BODY_OPTIONAL

const FerryRoute ferry_routes_executions[] = {
	{"GET", "/api/v1/executions", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, list, "Executions, newest first",
	 .reply = "Execution", .query = "state project_id"},
	{"POST", "/api/v1/executions", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_IDEMPOTENT, start,
	 "Start an execution", .request = "StartRequest", .reply = "Execution", .status = 201},
	{"GET", ONE, FERRY_ROLE_VIEWER, 0, get, "One execution", .reply = "Execution"},
	{"DELETE", ONE, FERRY_ROLE_OPERATOR, 0, remove_one, "Remove an execution that has ended",
	 .status = 204},
	{"POST", ONE "/pause", FERRY_ROLE_OPERATOR, BODY_OPTIONAL, pause_one,
	 "Finish what is in flight, then rest", .reply = "Execution"},
	{"POST", ONE "/resume", FERRY_ROLE_OPERATOR, BODY_OPTIONAL, resume, "Go on after a pause",
	 .reply = "Execution"},
	{"POST", ONE "/cancel", FERRY_ROLE_OPERATOR, BODY_OPTIONAL, cancel,
	 "Roll back what is in flight, and end", .request = "CancelOptions", .reply = "Execution"},
	{"POST", ONE "/retry", FERRY_ROLE_OPERATOR, BODY_OPTIONAL | FERRY_ROUTE_IDEMPOTENT, retry,
	 "Another attempt: what has failed, or all", .request = "RetryOptions", .reply = "Execution"},
	{"GET", ONE "/stages", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, stages, "Stages and their times",
	 .reply = "Stage"},
	{"GET", ONE "/tables", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, tables, "Tables and how far they are",
	 .reply = "TableProgress", .query = "search"},
	{"GET", ONE "/objects", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, objects,
	 "Keys, indexes and other objects built", .reply = "ObjectResult"},
	{"GET", ONE "/logs", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, logs, "The log", .reply = "LogLine",
	 .query = "after before level search"},
	{"GET", ONE "/rejects", FERRY_ROLE_OPERATOR, FERRY_ROUTE_LIST, rejects, "Rejected rows",
	 .reply = "Reject"},
	{"GET", ONE "/rejects/download", FERRY_ROLE_OPERATOR, 0, download_rejects, "Rejected rows as a file",
	 .types = "application/x-ndjson"},
	{"GET", ONE "/metrics", FERRY_ROLE_VIEWER, 0, metrics, "Throughput over time", .reply = "Metrics"},
	{"GET", ONE "/report", FERRY_ROLE_VIEWER, 0, report, "The report: json, html or csv",
	 .reply = "ReportOrPlan", .query = "format", .types = "text/html text/csv"},
	{NULL},
};
