/*
 * What projects.c and project_versions.c share.
 */
#pragma once

#include "service/projects.h"
#include "service/service_internal.h"

#define FERRY_PROJECT_COLUMNS "id, name, source_connection_id, target_connection_id, document, version, created_at, updated_at"
enum {
	FERRY_PROJECT_AT_ID,
	FERRY_PROJECT_AT_NAME,
	FERRY_PROJECT_AT_SOURCE,
	FERRY_PROJECT_AT_TARGET,
	FERRY_PROJECT_AT_DOCUMENT,
	FERRY_PROJECT_AT_VERSION,
	FERRY_PROJECT_AT_CREATED_AT,
	FERRY_PROJECT_AT_UPDATED_AT
};

/* Of a row of these columns. */
json_t *ferry_project_json(const FerryRows *rows, guint row);
/* One row, locked where the transaction writes; NOT_FOUND. */
FerryRows *ferry_project_find(FerryStoreTx *tx, const char *id, GError **error);
