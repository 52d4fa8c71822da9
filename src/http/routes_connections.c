/*
 * Connections and connectors over HTTP; see docs/api.md.
 */
#include "http/route.h"
#include "service/browse.h"
#include "service/connections.h"

#define MAX_SAMPLE 200

static json_t *option_json(const FerryOption *option)
{
	return json_pack("{s:s, s:s?, s:s?, s:b}", "name", option->name, "value", option->value, "help",
			 option->help, "is_secret", option->is_secret);
}

static json_t *connector_json(const FerryConnector *connector)
{
	json_t *schemes = json_array(), *options = json_array();

	for (const char *const *scheme = connector->schemes; *scheme; scheme++)
		json_array_append_new(schemes, json_string(*scheme));
	for (const FerryOption *option = connector->options; option && option->name; option++)
		json_array_append_new(options, option_json(option));
	/* a URL without a host names a file */
	g_autoptr(FerryUrl) example = ferry_url_parse(connector->url_example, NULL);
	return json_pack("{s:s, s:s, s:o, s:s, s:s?, s:b, s:b, s:b, s:b, s:o}", "name", connector->name,
			 "title", connector->title, "schemes", schemes, "url_example", connector->url_example,
			 "versions", connector->versions, "is_source", connector->source != NULL, "is_target",
			 connector->target != NULL, "is_file", example && !example->host, "has_schemas",
			 connector->caps.has_schemas, "options", options);
}

static bool list_connectors(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *items = json_array();

	for (const FerryConnector *const *connector = ferry_connectors(); *connector; connector++)
		json_array_append_new(items, connector_json(*connector));
	return ferry_reply_json(reply, 200, json_pack("{s:o, s:n}", "items", items, "next_cursor"));
}

static bool list(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryPage page;
	json_t *json = ferry_request_page(request, &page, error)
			       ? ferry_connections_list(request->service, &page, error)
			       : NULL;

	return json && ferry_reply_json(reply, 200, json);
}

static bool create(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_connections_create(request->service, &request->actor, request->json, error);

	return json && ferry_reply_object(reply, 201, json);
}

static bool get(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_connections_get(request->service, request->params[0], error);

	return json && ferry_reply_object(reply, 200, json);
}

static bool update(FerryRequest *request, FerryReply *reply, GError **error)
{
	int64_t version;
	json_t *json = NULL;

	if (ferry_request_if_match(request, &version, error))
		json = ferry_connections_update(request->service, &request->actor, request->params[0],
						version, request->json, error);
	return json && ferry_reply_object(reply, 200, json);
}

static bool remove_one(FerryRequest *request, FerryReply *reply, GError **error)
{
	int64_t version;

	return ferry_request_if_match(request, &version, error) &&
	       ferry_connections_delete(request->service, &request->actor, request->params[0], version,
					error) &&
	       ferry_reply_none(reply);
}

static bool test_url(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_connections_test_url(request->service, &request->actor, request->json, error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool test_one(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *json = ferry_connections_test(request->service, &request->actor, request->params[0], error);

	return json && ferry_reply_json(reply, 200, json);
}

static bool list_tables(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryPage page;
	json_t *json = NULL;

	if (ferry_request_page(request, &page, error))
		json = ferry_browse_tables(request->service, &request->actor, request->params[0],
					   ferry_request_query(request, "search"), &page, error);
	return json && ferry_reply_json(reply, 200, json);
}

static const char *table_name(FerryRequest *request, GError **error)
{
	const char *name = ferry_request_query(request, "name");

	if (!name)
		ferry_problem(error, FERRY_PROBLEM_INVALID, "name", NULL, "?name= of a table is missing");
	return name;
}

static bool get_table(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *name = table_name(request, error);
	json_t *json = name ? ferry_browse_table(request->service, &request->actor, request->params[0],
						 ferry_request_query(request, "schema"), name, error)
			    : NULL;

	return json && ferry_reply_json(reply, 200, json);
}

static bool get_rows(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *name = table_name(request, error);
	FerryPage page;
	json_t *json = NULL;

	if (name && ferry_request_page(request, &page, error))
		json = ferry_browse_rows(request->service, &request->actor, request->params[0],
					 ferry_request_query(request, "schema"), name,
					 MIN(page.limit, MAX_SAMPLE), error);
	return json && ferry_reply_json(reply, 200, json);
}

const FerryRoute ferry_routes_connections[] = {
	{"GET", "/api/v1/connectors", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, list_connectors,
	 "Systems that can be reached, and the options of their URLs", .reply = "Connector"},
	{"GET", "/api/v1/connections", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST, list, "Stored connections",
	 .reply = "Connection"},
	{"POST", "/api/v1/connections", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW, create,
	 "Store a connection", .request = "ConnectionDraft", .reply = "Connection", .status = 201},
	{"POST", "/api/v1/connections/test", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW,
	 test_url, "Try a URL without storing it", .request = "ConnectionProbe", .reply = "ConnectionTest"},
	{"GET", "/api/v1/connections/{id}", FERRY_ROLE_VIEWER, 0, get, "One connection",
	 .reply = "Connection"},
	{"PATCH", "/api/v1/connections/{id}", FERRY_ROLE_OPERATOR, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW,
	 update, "Change a connection", .request = "ConnectionPatch", .reply = "Connection"},
	{"DELETE", "/api/v1/connections/{id}", FERRY_ROLE_OPERATOR, 0, remove_one, "Remove a connection",
	 .status = 204},
	{"POST", "/api/v1/connections/{id}/test", FERRY_ROLE_OPERATOR,
	 FERRY_ROUTE_JSON | FERRY_ROUTE_BODY_OPTIONAL | FERRY_ROUTE_SLOW, test_one, "Try a stored connection",
	 .reply = "ConnectionTest"},
	{"GET", "/api/v1/connections/{id}/tables", FERRY_ROLE_VIEWER, FERRY_ROUTE_LIST | FERRY_ROUTE_SLOW,
	 list_tables, "Tables and views of the database", .reply = "TableItem", .query = "search"},
	{"GET", "/api/v1/connections/{id}/table", FERRY_ROLE_VIEWER, FERRY_ROUTE_SLOW, get_table,
	 "One table: columns, keys, indexes", .reply = "TableDetail", .query = "schema name"},
	{"GET", "/api/v1/connections/{id}/rows", FERRY_ROLE_OPERATOR, FERRY_ROUTE_SLOW, get_rows,
	 "Sample rows of a table", .reply = "SampleRows", .query = "schema name limit"},
	{NULL},
};
