/*
 * A workspace: a project with both its databases opened, and the plan that comes of it. What plan, preview, compare and an
 * execution begin with. One thread.
 */
#pragma once

#include "mapping/plan.h"
#include "service/service.h"

typedef struct FerryWorkspace {
	FerryProject *project;
	FerryUrl *source_url, *target_url;
	FerryConnection *source, *target; /* NULL after ferry_workspace_disconnect() */
	FerryPlan *plan;                  /* NULL until ferry_workspace_plan() */
} FerryWorkspace;

typedef enum {
	FERRY_WORKSPACE_LOOK, /* a target that is a file need not be there, and is not left behind */
	FERRY_WORKSPACE_WRITE,
	FERRY_WORKSPACE_COMPARE /* a target that is only read */
} FerryWorkspaceUse;

/* document: JSON text of the project; source_id and target_id may be NULL, which is a problem of that field. */
FerryWorkspace *ferry_workspace_open(FerryService *service, const FerryActor *actor, const char *document,
                                     const char *source_id, const char *target_id, FerryWorkspaceUse use, GError **error);
void ferry_workspace_free(FerryWorkspace *workspace); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryWorkspace, ferry_workspace_free)

bool ferry_workspace_plan(FerryWorkspace *workspace, void (*progress)(const char *table, gpointer data), gpointer data,
                          GError **error);
void ferry_workspace_disconnect(FerryWorkspace *workspace);
