/*
 * Finding a route: the table is small and compared segment by segment.
 */
#include "http/route.h"

#include <string.h>

const FerryRoute *const ferry_routes[] = {
	ferry_routes_system,      ferry_routes_session,
	ferry_routes_connections, ferry_routes_projects,
	ferry_routes_executions,  ferry_routes_live,
	ferry_routes_admin,       ferry_routes_migrate,
	ferry_routes_templates,   NULL,
};

const char *const ferry_scope_words[] = {
	[FERRY_SCOPE_NONE] = NULL,
	[FERRY_SCOPE_PROJECT] = "project",
	[FERRY_SCOPE_EXECUTION] = "execution",
};

FerryScope ferry_route_get_scope(const FerryRoute *route)
{
	if (strstr(route->pattern, "/projects/{"))
		return FERRY_SCOPE_PROJECT;
	/* a job is an execution */
	return strstr(route->pattern, "/executions/{") || strstr(route->pattern, "/{job_id}")
		       ? FERRY_SCOPE_EXECUTION
		       : FERRY_SCOPE_NONE;
}

/* Strangers get the least: enough for a name and a password. */
#define STRANGERS_BODY 4096
#define SMALL_BODY     (256 * 1024)

gsize ferry_route_max_body(const FerryRoute *route, gsize max)
{
	if (route->role == FERRY_ROLE_NONE)
		return MIN(max, STRANGERS_BODY);
	return route->flags & FERRY_ROUTE_LARGE ? max : MIN(max, SMALL_BODY);
}

/* Whether the path fits the pattern; params: what stands where the pattern has {…}. */
static bool fits(const char *pattern, const char *path, GPtrArray *params)
{
	g_ptr_array_set_size(params, 0);
	for (;;) {
		size_t n_pattern = strcspn(pattern, "/"), n_path = strcspn(path, "/");

		if (*pattern == '{' && n_path > 0)
			g_ptr_array_add(params, g_strndup(path, n_path));
		else if (n_pattern != n_path || strncmp(pattern, path, n_path) != 0)
			return false;
		pattern += n_pattern;
		path += n_path;
		if (!*pattern || !*path)
			return !*pattern && !*path;
		pattern++;
		path++;
	}
}

const FerryRoute *ferry_route_find(const char *method, const char *path, char ***ret_params,
				   char **ret_allowed)
{
	g_autoptr(GPtrArray) params = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) allowed = g_string_new(NULL);

	/* HEAD is GET without the body, which the server leaves out */
	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (const FerryRoute *const *part = ferry_routes; *part; part++)
		for (const FerryRoute *route = *part; route->method; route++) {
			if (!fits(route->pattern, path, params))
				continue;
			if (strcmp(route->method, method) == 0) {
				g_ptr_array_add(params, NULL);
				*ret_params = (char **)g_ptr_array_free(g_steal_pointer(&params), FALSE);
				return route;
			}
			g_string_append_printf(allowed, "%s%s", allowed->len ? ", " : "", route->method);
		}
	*ret_allowed = allowed->len ? g_string_free(g_steal_pointer(&allowed), FALSE) : NULL;
	return NULL;
}
