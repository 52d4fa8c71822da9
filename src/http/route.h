/*
 * Routes: one table says what there is, who may use it, and what the OpenAPI document tells of it. A file routes_*.c holds the
 * handlers of one family and its part of the table; routes.c lists the parts.
 */
#pragma once

#include "http/request.h"

typedef bool (*FerryHandler)(FerryRequest *request, FerryReply *reply, GError **error);

typedef enum {
	FERRY_ROUTE_JSON = 1 << 0,       /* the body must be a JSON object (it may be missing where it is optional) */
	FERRY_ROUTE_BODY_OPTIONAL = 1 << 1,
	FERRY_ROUTE_TEXT = 1 << 2,       /* the body is taken as it is */
	FERRY_ROUTE_IDEMPOTENT = 1 << 3, /* honours Idempotency-Key */
	FERRY_ROUTE_LIST = 1 << 4,       /* takes limit and cursor */
	FERRY_ROUTE_STREAM = 1 << 5,     /* answers with server-sent events */
	FERRY_ROUTE_LARGE = 1 << 6,      /* the body may hold a whole document */
	FERRY_ROUTE_SLOW = 1 << 7        /* waits for databases, name servers, or hashes a password: not among the quick ones */
} FerryRouteFlags;

struct FerryRoute {
	const char *method;
	const char *pattern;   /* "/api/v1/projects/{id}"; a parameter is one whole segment */
	FerryRole role;        /* the least that may; NONE: anybody */
	FerryRouteFlags flags;
	FerryHandler handler;
	const char *summary;   /* one line */
	const char *request;   /* name of a schema of schemas.json, or NULL */
	const char *reply;     /* the same; with LIST: of an item */
	guint status;          /* of success; 0: 200 */
	const char *query;     /* other query parameters, "state project_id"; or NULL */
	const char *types;     /* of a success that has no schema, or beside it: "text/html text/csv"; or NULL */
};

/* What the first parameter of the path names: in its project the actor needs the route's role, too (service/access.h). */
typedef enum { FERRY_SCOPE_NONE, FERRY_SCOPE_PROJECT, FERRY_SCOPE_EXECUTION } FerryScope;
/* By the pattern, so that no route can forget it. */
FerryScope ferry_route_get_scope(const FerryRoute *route);
extern const char *const ferry_scope_words[]; /* NULL, "project", "execution" */

/* How long a body may be, where a document may have max bytes. */
gsize ferry_route_max_body(const FerryRoute *route, gsize max);

/* Parts of the table, each ended by a NULL method. */
extern const FerryRoute ferry_routes_session[], ferry_routes_connections[], ferry_routes_projects[], ferry_routes_executions[],
	ferry_routes_live[], ferry_routes_admin[], ferry_routes_migrate[], ferry_routes_system[],
	ferry_routes_templates[];
/* All parts, NULL-ended. */
extern const FerryRoute *const ferry_routes[];

/*
 * The route of a request. *ret_params: a new vector, to be freed with g_strfreev(). NULL: none; *ret_allowed (to be freed) then
 * is NULL where nothing is at the path, or "GET, POST": what could be done there.
 */
const FerryRoute *ferry_route_find(const char *method, const char *path, char ***ret_params, char **ret_allowed);
