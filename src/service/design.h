/*
 * Designing a migration: what a project would do, looked at before anything is done. Each function but for names opens both databases.
 */
#pragma once

#include "service/service.h"

/* As `ferry plan --json`, with chunks counted. */
json_t *ferry_design_plan(FerryService *service, const FerryActor *actor, const char *project_id, GError **error);
/* {table, target?, rows?, document?}: see docs/api.md. */
json_t *ferry_design_preview(FerryService *service, const FerryActor *actor, const char *project_id, const json_t *request,
                             GError **error);
/*
 * Tables and columns of both sides that go together, with a score. request: {source, target} for the columns of these two tables
 * only; or NULL.
 */
json_t *ferry_design_suggest(FerryService *service, const FerryActor *actor, const char *project_id, const json_t *request,
                             GError **error);
/* {source_connection_id, target_connection_id?, document?, columns?}: what the document's rules call the source's tables, or these
 * columns, in the target. */
json_t *ferry_design_names(FerryService *service, const FerryActor *actor, const json_t *request, GError **error);
/* {source_connection_id, target_connection_id, mode}: {is_compatible, counts, issues}. */
json_t *ferry_design_compare(FerryService *service, const FerryActor *actor, const json_t *request, GError **error);
