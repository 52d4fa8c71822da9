/*
 * Projects in the store: a migration document (docs/project.md) with its two connections. Each edit is kept as a version.
 * Edits that a page saves by itself while somebody types (is_autosave) are one version for a few minutes; the project's version counts all of
 * them, so that an edit which says what it was made from never falls between two.
 */
#pragma once

#include "service/service.h"

/* Only those that the actor may see. What names one by its id is checked before (access.h): these look at no rights. */
json_t *ferry_projects_list(FerryService *service, const FerryActor *actor, const FerryPage *page, GError **error);
json_t *ferry_projects_get(FerryService *service, const FerryActor *actor, const char *id, GError **error);
/* {name, source_connection_id?, target_connection_id?, document? or template_id?} */
json_t *ferry_projects_create(FerryService *service, const FerryActor *actor, const json_t *request, GError **error);
/* {name?, both ids?, document?, is_autosave?}; what is not given stays. version -1: whatever it is at. */
json_t *ferry_projects_update(FerryService *service, const FerryActor *actor, const char *id, int64_t version,
                              const json_t *request, GError **error);
/* CONFLICT while it runs. Its executions stay in the history. */
bool ferry_projects_delete(FerryService *service, const FerryActor *actor, const char *id, int64_t version, GError **error);
/* With its members. */
json_t *ferry_projects_duplicate(FerryService *service, const FerryActor *actor, const char *id, GError **error);

json_t *ferry_projects_list_versions(FerryService *service, const char *id, const FerryPage *page, GError **error);
json_t *ferry_projects_get_version(FerryService *service, const FerryActor *actor, const char *id, int64_t version,
                                   GError **error);

/* As text, YAML or JSON; and a project from such a text. name NULL: the document's own. */
char *ferry_projects_export(FerryService *service, const char *id, bool as_yaml, GError **error);
json_t *ferry_projects_import(FerryService *service, const FerryActor *actor, const char *text, const char *name,
                              GError **error);
