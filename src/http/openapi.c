/*
 * The OpenAPI document; see openapi.h.
 */
#include "http/openapi.h"

#include "http/route.h"
#include "http/schema.h"

#include <string.h>

static json_t *ref(const char *name)
{
	g_autofree char *path = g_strconcat("#/components/schemas/", name, NULL);

	return json_pack("{s:s}", "$ref", path);
}

static json_t *json_content(const char *type, json_t *take_schema)
{
	return json_pack("{s:{s:o}}", type, "schema", take_schema);
}

static json_t *parameter(const char *name, const char *in, const char *type)
{
	return json_pack("{s:s, s:s, s:b, s:{s:s}}", "name", name, "in", in, "required",
			 strcmp(in, "path") == 0, "schema", "type", type);
}

static json_t *parameters(const FerryRoute *route)
{
	json_t *list = json_array();
	g_auto(GStrv) segments = g_strsplit(route->pattern, "/", -1), query = NULL;

	for (char **segment = segments; *segment; segment++)
		if (**segment == '{') {
			g_autofree char *name = g_strndup(*segment + 1, strlen(*segment) - 2);
			json_array_append_new(list, parameter(name, "path", "string"));
		}
	if (route->flags & FERRY_ROUTE_LIST) {
		json_array_append_new(list, parameter("limit", "query", "integer"));
		json_array_append_new(list, parameter("cursor", "query", "string"));
	}
	query = route->query ? g_strsplit(route->query, " ", -1) : NULL;
	for (char **name = query; name && *name; name++)
		if (strcmp(*name, "limit") != 0 || !(route->flags & FERRY_ROUTE_LIST))
			json_array_append_new(list, parameter(*name, "query", "string"));
	if (route->flags & FERRY_ROUTE_IDEMPOTENT)
		json_array_append_new(list, parameter("Idempotency-Key", "header", "string"));
	return list;
}

static json_t *reply_schema(const FerryRoute *route)
{
	if (!(route->flags & FERRY_ROUTE_LIST))
		return ref(route->reply);
	return json_pack("{s:s, s:[s, s], s:{s:{s:s, s:o}, s:{s:[s, s]}}}", "type", "object", "required",
			 "items", "next_cursor", "properties", "items", "type", "array", "items",
			 ref(route->reply), "next_cursor", "type", "string", "null");
}

/* JSON of the route's schema, and files: JSON of any form, or text. */
static json_t *content(const FerryRoute *route)
{
	g_auto(GStrv) types = g_strsplit(route->types ? route->types : "", " ", -1);
	json_t *content =
		route->reply ? json_content("application/json", reply_schema(route)) : json_object();

	for (char **type = types; *type; type++)
		json_object_set_new(content, *type,
				    json_pack("{s:{s:s}}", "schema", "type",
					      strcmp(*type, "application/json") == 0 ? "object" : "string"));
	return content;
}

static json_t *responses(const FerryRoute *route)
{
	char status[8];
	json_t *success = json_pack("{s:s}", "description", route->summary), *all = json_object();

	g_snprintf(status, sizeof status, "%u", route->status ? route->status : 200);
	if (route->flags & FERRY_ROUTE_STREAM)
		json_object_set_new(success, "content",
				    json_content("text/event-stream", json_pack("{s:s}", "type", "string")));
	else if (route->reply || route->types)
		json_object_set_new(success, "content", content(route));
	json_object_set_new(all, status, success);
	if (strcmp(route->pattern, "/readyz") == 0)
		json_object_set_new(all, "503",
				    json_pack("{s:s, s:o}", "description", "It cannot work just now",
					      "content",
					      json_content("application/json", reply_schema(route))));
	json_object_set_new(all, "default",
			    json_pack("{s:s, s:o}", "description", "A problem", "content",
				      json_content("application/problem+json", ref("Problem"))));
	return all;
}

/* "get /api/v1/projects/{id}" becomes "get_projects_id". */
static char *operation_id(const FerryRoute *route)
{
	g_autofree char *method = g_ascii_strdown(route->method, -1);
	const char *path = g_str_has_prefix(route->pattern, "/api/v1") ? route->pattern + 7 : route->pattern;
	GString *id = g_string_new(method);

	for (; *path; path++)
		if (g_ascii_isalnum(*path))
			g_string_append_c(id, *path);
		else if (id->str[id->len - 1] != '_' && path[1])
			g_string_append_c(id, '_');
	return g_string_free(id, FALSE);
}

static json_t *operation(const FerryRoute *route)
{
	g_autofree char *id = operation_id(route);
	json_t *json = json_pack("{s:s, s:s, s:s, s:o, s:o}", "operationId", id, "summary", route->summary,
				 "x-role", ferry_role_words[route->role], "parameters", parameters(route),
				 "responses", responses(route));

	if (ferry_route_get_scope(route) != FERRY_SCOPE_NONE)
		json_object_set_new(json, "x-scope",
				    json_string(ferry_scope_words[ferry_route_get_scope(route)]));
	if (route->role == FERRY_ROLE_NONE)
		json_object_set_new(json, "security", json_array());
	if (route->flags & FERRY_ROUTE_JSON) {
		json_t *schema = route->request ? ref(route->request) : json_pack("{s:s}", "type", "object");
		json_object_set_new(json, "requestBody",
				    json_pack("{s:b, s:o}", "required",
					      !(route->flags & FERRY_ROUTE_BODY_OPTIONAL), "content",
					      json_content("application/json", schema)));
	}
	if (route->flags & FERRY_ROUTE_TEXT)
		json_object_set_new(
			json, "requestBody",
			json_pack("{s:b, s:o}", "required", 1, "content",
				  json_content("text/plain", json_pack("{s:s}", "type", "string"))));
	return json;
}

static json_t *paths(void)
{
	json_t *all = json_object();

	for (const FerryRoute *const *part = ferry_routes; *part; part++)
		for (const FerryRoute *route = *part; route->method; route++) {
			g_autofree char *method = g_ascii_strdown(route->method, -1);
			json_t *path = json_object_get(all, route->pattern);
			if (!path)
				json_object_set_new(all, route->pattern, path = json_object());
			json_object_set_new(path, method, operation(route));
		}
	return all;
}

json_t *ferry_openapi_document(void)
{
	return json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:o, s:{s:o, s:{s:{s:s, s:s}, s:{s:s, s:s, "
			 "s:s}}}, s:[{s:[]}, {s:[]}]}",
			 "openapi", "3.1.0", "info", "title", "Ferry", "version", FERRY_VERSION, "summary",
			 "Migrations as durable executions, with live events", "license", "name",
			 "Apache-2.0", "identifier", "Apache-2.0", "paths", paths(), "components", "schemas",
			 json_incref((json_t *)ferry_schemas()), "securitySchemes", "key", "type", "http",
			 "scheme", "bearer", "session", "type", "apiKey", "in", "cookie", "name",
			 "ferry_session", "security", "key", "session");
}
