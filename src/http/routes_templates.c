/*
 * Templates over HTTP; see docs/api.md.
 */
#include "http/route.h"
#include "service/templates.h"

static bool list(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryPage page;
	json_t *json = ferry_request_page(request, &page, error)
			       ? ferry_templates_list(request->service, &page, error)
			       : NULL;

	return json && ferry_reply_json(reply, 200, json);
}

static bool create(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_templates_create(request->service, &request->actor, request->json, error);

	return json && ferry_reply_object(reply, 201, json);
}

static bool get(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_templates_get(request->service, request->params[0], error);

	return json && ferry_reply_object(reply, 200, json);
}

static bool update(FerryRequest *request, FerryReply *reply, GError **error)
{
	int64_t version;
	json_t *json = NULL;

	if (ferry_request_if_match(request, &version, error))
		json = ferry_templates_update(request->service, &request->actor, request->params[0], version,
					      request->json, error);
	return json && ferry_reply_object(reply, 200, json);
}

static bool remove_one(FerryRequest *request, FerryReply *reply, GError **error)
{
	int64_t version;

	return ferry_request_if_match(request, &version, error) &&
	       ferry_templates_delete(request->service, &request->actor, request->params[0], version,
				      error) &&
	       ferry_reply_none(reply);
}

const FerryRoute ferry_routes_templates[] = {
	{"GET", "/api/v1/templates", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, list,
	 "Documents to begin projects with", .reply = "Template"},
	{"POST", "/api/v1/templates", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_LARGE, create,
	 "Make a template of a project or of a document", .request = "TemplateDraft", .reply = "Template",
	 .status = 201},
	{"GET", "/api/v1/templates/{id}", FERRY_ROLE_VIEWER, 0, get, "One template, with its document",
	 .reply = "Template"},
	{"PUT", "/api/v1/templates/{id}", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_LARGE, update,
	 "Change a template", .request = "TemplateDraft", .reply = "Template"},
	{"DELETE", "/api/v1/templates/{id}", FERRY_ROLE_OPERATOR, 0, remove_one, "Remove a template",
	 .status = 204},
	{NULL},
};
