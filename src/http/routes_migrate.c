/*
 * The one-call family over HTTP: jobs, for scripts; see docs/api.md.
 */
#include "http/route.h"
#include "http/stream.h"
#include "service/executions.h"
#include "service/migrate.h"
#include "service/relay.h"

static bool start(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *job = ferry_migrate_start(request->service, &request->actor, request->json, error);

	return job && ferry_reply_json(reply, 201, job);
}

static bool progress(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *job = ferry_migrate_get(request->service, request->params[0], error);

	return job && ferry_reply_json(reply, 200, job);
}

static bool list(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *jobs = ferry_migrate_list(request->service, &request->actor, error);

	return jobs && ferry_reply_json(reply, 200, jobs);
}

static bool cancel(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *execution =
		ferry_executions_cancel(request->service, &request->actor, request->params[0], false, error);

	json_decref(execution);
	return execution && progress(request, reply, error);
}

static bool remove_one(FerryRequest *request, FerryReply *reply, GError **error)
{
	return ferry_executions_delete(request->service, &request->actor, request->params[0], error) &&
	       ferry_reply_none(reply);
}

/* Subscribed before the store is read, so that nothing falls in between. */
static bool follow(FerryRequest *request, FerryReply *reply, GError **error)
{
	g_autofree char *channel = ferry_migrate_channel(request->params[0]);
	FerryStream *stream = ferry_stream_new(ferry_service_get_bus(request->service), channel, NULL);
	bool has_ended = false;
	int64_t seq = 0;

	ferry_relay_follow(request->service, request->params[0]);
	json_t *job = ferry_migrate_since(request->service, request->params[0], 0, &seq, &has_ended, error);

	if (!job) {
		ferry_stream_free(stream);
		return false;
	}
	char *line = json_dumps(job, JSON_COMPACT | JSON_REAL_PRECISION(15));
	ferry_stream_push(stream, ferry_message_text((guint64)seq, has_ended ? "end" : "progress", line));
	free(line);
	json_decref(job);
	ferry_stream_start(stream, (guint64)seq);
	if (has_ended)
		ferry_stream_finish(stream);
	return ferry_reply_stream(reply, stream);
}

/* ---- executions, under their short names ---- */

static bool start_execution(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *project = json_string_value(json_object_get(request->json, "projectId"));

	if (!project)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "projectId", NULL, "projectId is missing");
	json_t *json = ferry_executions_start(request->service, &request->actor, project,
					      json_is_true(json_object_get(request->json, "dry_run")), error);
	return json && ferry_reply_json(reply, 201, json);
}

static bool execution_status(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_executions_get(request->service, request->params[0], error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool execution_stages(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_executions_stages(request->service, request->params[0], error);

	return json && ferry_reply_json(reply, 200, json);
}

const FerryRoute ferry_routes_migrate[] = {
	{"POST", "/api/migrate/start", FERRY_ROLE_OPERATOR,
	 FERRY_ROUTE_JSON | FERRY_ROUTE_IDEMPOTENT | FERRY_ROUTE_LARGE | FERRY_ROUTE_SLOW, start,
	 "Start a job", .request = "JobRequest", .reply = "Job", .status = 201},
	{"GET", "/api/migrate/jobs", FERRY_ROLE_VIEWER, 0, list, "Jobs, without logs and results",
	 .reply = "JobList"},
	{"GET", "/api/migrate/progress/{job_id}", FERRY_ROLE_VIEWER, 0, progress,
	 "A job with its logs and results", .reply = "Job"},
	{"GET", "/api/migrate/stream/{job_id}", FERRY_ROLE_VIEWER, FERRY_ROUTE_STREAM, follow,
	 "A job, live: each event has only new logs and results"},
	{"POST", "/api/migrate/cancel/{job_id}", FERRY_ROLE_OPERATOR,
	 FERRY_ROUTE_JSON | FERRY_ROUTE_BODY_OPTIONAL, cancel, "Cancel a job", .reply = "Job"},
	{"DELETE", "/api/migrate/jobs/{job_id}", FERRY_ROLE_OPERATOR, 0, remove_one,
	 "Remove a job that has ended", .status = 204},
	{"POST", "/api/executions/start", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_IDEMPOTENT,
	 start_execution, "Start an execution of a project", .request = "ExecutionStart",
	 .reply = "Execution", .status = 201},
	{"GET", "/api/executions/{id}/status", FERRY_ROLE_VIEWER, 0, execution_status, "One execution",
	 .reply = "Execution"},
	{"GET", "/api/executions/{id}/stages", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, execution_stages,
	 "Stages and their times", .reply = "Stage"},
	{NULL},
};
