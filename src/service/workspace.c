/*
 * A project with its databases; see workspace.h.
 */
#include "service/workspace.h"

#include "service/connections.h"
#include "service/hash_keys.h"
#include "transfer/run.h"

#include <glib/gstdio.h>
#include <string.h>

static bool open_end(FerryService *service, const FerryActor *actor, const char *end, const char *id,
		     bool create, FerryConnection **ret_connection, FerryUrl **ret_url, GError **error)
{
	g_autofree char *field = g_strconcat(end, "_connection_id", NULL);

	if (!id)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, field,
				     "choose one of GET /api/v1/connections", "the project has no %s yet",
				     end);
	*ret_connection = ferry_connections_open(service, actor, id, create, ret_url, error);
	if (!*ret_connection)
		g_prefix_error(error, "%s: ", end);
	return *ret_connection != NULL;
}

static bool check_roles(const FerryWorkspace *w, FerryWorkspaceUse use, GError **error)
{
	if (!w->source->connector->source)
		return ferry_fail(error, FERRY_ERROR_USAGE, "%s cannot be a source yet",
				  w->source->connector->title);
	if (use != FERRY_WORKSPACE_COMPARE && !w->target->connector->target)
		return ferry_fail(error, FERRY_ERROR_USAGE, "%s cannot be a target yet",
				  w->target->connector->title);
	g_autofree char *a = ferry_url_to_string(w->source_url), *b = ferry_url_to_string(w->target_url);
	if (strcmp(a, b) == 0)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "target_connection_id",
				     "choose another target", "source and target are the same database: %s",
				     a);
	return true;
}

FerryWorkspace *ferry_workspace_open(FerryService *service, const FerryActor *actor, const char *document,
				     const char *source_id, const char *target_id, FerryWorkspaceUse use,
				     GError **error)
{
	g_autoptr(FerryWorkspace) w = g_new0(FerryWorkspace, 1);

	w->project = ferry_project_parse(document, strlen(document), "document", error);
	if (!w->project || !ferry_run_check_supported(w->project, error) ||
	    !ferry_hash_keys_check(service, w->project, error) ||
	    !open_end(service, actor, "source", source_id, false, &w->source, &w->source_url, error) ||
	    !open_end(service, actor, "target", target_id, use != FERRY_WORKSPACE_COMPARE, &w->target,
		      &w->target_url, error) ||
	    !check_roles(w, use, error))
		return NULL;
	return g_steal_pointer(&w);
}

bool ferry_workspace_plan(FerryWorkspace *w, void (*progress)(const char *table, gpointer data),
			  gpointer data, GError **error)
{
	w->plan = ferry_plan_new(w->source, w->target, w->project, progress, data, error);
	return w->plan != NULL;
}

void ferry_workspace_disconnect(FerryWorkspace *w)
{
	g_clear_pointer(&w->source, ferry_connection_close);
	g_clear_pointer(&w->target, ferry_connection_close);
}

void ferry_workspace_free(FerryWorkspace *w)
{
	if (!w)
		return;
	ferry_plan_free(w->plan);
	ferry_workspace_disconnect(w);
	ferry_url_free(w->source_url);
	ferry_url_free(w->target_url);
	ferry_project_free(w->project);
	g_free(w);
}
