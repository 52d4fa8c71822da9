/*
 * Projects over HTTP; see docs/api.md.
 */
#include "http/route.h"
#include "service/access.h"
#include "service/design.h"
#include "service/documents.h"
#include "service/executions.h"
#include "service/projects.h"

#include <string.h>

static bool list(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryPage page;
	json_t *json = ferry_request_page(request, &page, error)
			       ? ferry_projects_list(request->service, &request->actor, &page, error)
			       : NULL;

	return json && ferry_reply_json(reply, 200, json);
}

static bool create(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_projects_create(request->service, &request->actor, request->json, error);

	return json && ferry_reply_object(reply, 201, json);
}

static bool get(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_projects_get(request->service, &request->actor, request->params[0], error);

	return json && ferry_reply_object(reply, 200, json);
}

static bool update(FerryRequest *request, FerryReply *reply, GError **error)
{
	int64_t version;
	json_t *json = NULL;

	if (ferry_request_if_match(request, &version, error))
		json = ferry_projects_update(request->service, &request->actor, request->params[0], version,
					     request->json, error);
	return json && ferry_reply_object(reply, 200, json);
}

static bool remove_one(FerryRequest *request, FerryReply *reply, GError **error)
{
	int64_t version;

	return ferry_request_if_match(request, &version, error) &&
	       ferry_projects_delete(request->service, &request->actor, request->params[0], version, error) &&
	       ferry_reply_none(reply);
}

static bool duplicate(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_projects_duplicate(request->service, &request->actor, request->params[0], error);

	return json && ferry_reply_object(reply, 201, json);
}

static bool get_members(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_members_get(request->service, request->params[0], error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool put_members(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_members_put(request->service, &request->actor, request->params[0], request->json,
					 error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool list_versions(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryPage page;
	json_t *json = NULL;

	if (ferry_request_page(request, &page, error))
		json = ferry_projects_list_versions(request->service, request->params[0], &page, error);
	return json && ferry_reply_json(reply, 200, json);
}

static bool get_version(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_projects_get_version(request->service, &request->actor, request->params[0],
						  g_ascii_strtoll(request->params[1], NULL, 10), error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool export(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *format = ferry_request_query(request, "format");
	bool as_yaml = g_strcmp0(format, "json") != 0;
	char *text = ferry_projects_export(request->service, request->params[0], as_yaml, error);

	if (!text)
		return false;
	ferry_reply_header(reply, "Content-Disposition",
			   as_yaml ? "attachment; filename=\"project.yaml\""
				   : "attachment; filename=\"project.json\"");
	return ferry_reply_bytes(reply, as_yaml ? "application/yaml" : "application/json",
				 g_bytes_new_take(text, strlen(text)));
}

static bool import(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_projects_import(request->service, &request->actor, request->body,
					     ferry_request_query(request, "name"), error);

	return json && ferry_reply_object(reply, 201, json);
}

static bool validate(FerryRequest *request, FerryReply *reply, GError **error)
{
	const json_t *document = json_object_get(request->json, "document");

	if (!document)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "document", NULL, "document is missing");
	return ferry_reply_json(reply, 200, ferry_documents_validate(document));
}

static bool plan(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_design_plan(request->service, &request->actor, request->params[0], error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool suggest(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_design_suggest(request->service, &request->actor, request->params[0],
					    request->json, error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool names(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_design_names(request->service, &request->actor, request->json, error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool preview(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_design_preview(request->service, &request->actor, request->params[0],
					    request->json, error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool compare(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_design_compare(request->service, &request->actor, request->json, error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool start(FerryRequest *request, FerryReply *reply, GError **error)
{
	bool is_dry_run = json_is_true(json_object_get(request->json, "dry_run"));
	json_t *json = ferry_executions_start(request->service, &request->actor, request->params[0],
					      is_dry_run, error);

	return json && ferry_reply_object(reply, 201, json);
}

#define BODY_OPTIONAL FERRY_ROUTE_JSON | FERRY_ROUTE_BODY_OPTIONAL

const FerryRoute ferry_routes_projects[] = {
	{"GET", "/api/v1/projects", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, list, "Projects",
	 .reply = "Project"},
	{"POST", "/api/v1/projects", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_LARGE, create,
	 "Make a project", .request = "ProjectDraft", .reply = "Project", .status = 201},
	{"POST", "/api/v1/projects/import", FERRY_ROLE_OPERATOR, FERRY_ROUTE_TEXT | FERRY_ROUTE_LARGE, import,
	 "A project from a document, YAML or JSON", .reply = "Project", .status = 201, .query = "name"},
	{"POST", "/api/v1/projects/validate", FERRY_ROLE_VIEWER, FERRY_ROUTE_JSON | FERRY_ROUTE_LARGE,
	 validate, "What is wrong with a document", .request = "Document", .reply = "Validation"},
	{"GET", "/api/v1/projects/{id}", FERRY_ROLE_VIEWER, 0, get, "One project", .reply = "Project"},
	{"PUT", "/api/v1/projects/{id}", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_LARGE, update,
	 "Change a project", .request = "ProjectEdit", .reply = "Project"},
	{"DELETE", "/api/v1/projects/{id}", FERRY_ROLE_OPERATOR, 0, remove_one, "Remove a project",
	 .status = 204},
	{"POST", "/api/v1/projects/{id}/duplicate", FERRY_ROLE_OPERATOR, BODY_OPTIONAL, duplicate,
	 "A copy of a project", .reply = "Project", .status = 201},
	{"GET", "/api/v1/projects/{id}/members", FERRY_ROLE_VIEWER, 0, get_members, "Whom a project is for",
	 .reply = "Members"},
	{"PUT", "/api/v1/projects/{id}/members", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON, put_members,
	 "Say whom a project is for: all its members; in a restricted one, for its admins",
	 .request = "MembersDraft", .reply = "Members"},
	{"GET", "/api/v1/projects/{id}/versions", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, list_versions,
	 "The versions of a project that are kept", .reply = "ProjectVersion"},
	{"GET", "/api/v1/projects/{id}/versions/{version}", FERRY_ROLE_VIEWER, 0, get_version,
	 "A project as it was", .reply = "Project"},
	{"GET", "/api/v1/projects/{id}/export", FERRY_ROLE_VIEWER, 0, export, "The document as a file",
	 .query = "format", .types = "application/json application/yaml"},
	{"POST", "/api/v1/projects/{id}/plan", FERRY_ROLE_VIEWER, BODY_OPTIONAL | FERRY_ROUTE_SLOW, plan,
	 "What an execution would do: statements, types, losses", .reply = "Plan"},
	{"POST", "/api/v1/projects/{id}/suggest", FERRY_ROLE_VIEWER,
	 BODY_OPTIONAL | FERRY_ROUTE_LARGE | FERRY_ROUTE_SLOW, suggest,
	 "Tables and columns that go together, by name", .request = "SuggestRequest", .reply = "Suggestions"},
	{"POST", "/api/v1/projects/{id}/preview", FERRY_ROLE_OPERATOR,
	 FERRY_ROUTE_JSON | FERRY_ROUTE_LARGE | FERRY_ROUTE_SLOW, preview,
	 "The first rows of a table, before and after", .request = "PreviewRequest", .reply = "Preview"},
	{"POST", "/api/v1/projects/{id}/executions", FERRY_ROLE_OPERATOR,
	 BODY_OPTIONAL | FERRY_ROUTE_IDEMPOTENT, start, "Start an execution", .request = "StartOptions",
	 .reply = "Execution", .status = 201},
	{"POST", "/api/v1/compare", FERRY_ROLE_VIEWER, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW, compare,
	 "Compare two schemas", .request = "CompareRequest", .reply = "Comparison"},
	{"POST", "/api/v1/names", FERRY_ROLE_VIEWER, FERRY_ROUTE_JSON | FERRY_ROUTE_LARGE | FERRY_ROUTE_SLOW,
	 names, "What a document's rules call tables and columns in the target", .request = "NamesRequest",
	 .reply = "Names"},
	{NULL},
};
