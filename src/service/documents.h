/*
 * Migration documents (docs/project.md) as the service keeps them, in projects and in templates: checked, in one layout, without
 * source and target, whose place in a project two connections take, and so without URLs and passwords.
 */
#pragma once

#include "project/project.h"
#include "service/service.h"

/* Of one that was read already, whose source and target go; newly allocated. */
char *ferry_documents_canonical(FerryProject *project);
/* Of one as it came; newly allocated. NULL and INVALID, with the field "document", when it is none, or when it names a key that
 * it must not (hash_keys.h). */
char *ferry_documents_check(FerryService *service, const json_t *document, GError **error);
/* {is_valid, problems: [{line, column, path, message}]}. */
json_t *ferry_documents_validate(const json_t *document);
/* Where it has SQL of its own before or after the migration or a table: the path of the first statement ("document.hooks.target_before[0]")
 * that known, another version of it or NULL, does not have there, too. A table is known by its source. NULL: there is none. */
char *ferry_documents_find_sql(const FerryProject *project, const FerryProject *known);
