/*
 * Templates: documents to begin new projects with. Some come with the program (templates/built_in.json); others are made of a
 * project, or of a document, and are for everybody. A document has no URL and no password (documents.h), so a template has none.
 * docs/api.md describes the JSON.
 */
#pragma once

#include "service/service.h"

/* Built-in ones first, then by name; without their documents. */
json_t *ferry_templates_list(FerryService *service, const FerryPage *page, GError **error);
json_t *ferry_templates_get(FerryService *service, const char *id, GError **error);
/* {name, description?, project_id or document}. Of a project the actor must be an operator; of one that is restricted, an admin: who
 * it is not for sees its document then. */
json_t *ferry_templates_create(FerryService *service, const FerryActor *actor, const json_t *request, GError **error);
/* The same; what is not given stays. version -1: whatever it is at. FORBIDDEN for a built-in one, as deleting it is. */
json_t *ferry_templates_update(FerryService *service, const FerryActor *actor, const char *id, int64_t version,
                               const json_t *request, GError **error);
bool ferry_templates_delete(FerryService *service, const FerryActor *actor, const char *id, int64_t version, GError **error);

/* The document alone; a new reference. NOT_FOUND, with the field "template_id". */
json_t *ferry_templates_get_document(FerryService *service, const char *id, GError **error);
