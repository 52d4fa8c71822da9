/*
 * A preview: the first rows of a table as the source gives them and as they would be written, for a look at what a project
 * does before anything is copied. Reads the source only; what the target's own check would refuse is not known here.
 */
#pragma once

#include "mapping/plan.h"

typedef struct FerryPreviewRow {
	char **before, **after; /* texts, NULL = SQL NULL; by field of the plan's read_schema and write_schema */
	char *rejected;         /* or NULL: why the row would not be written */
} FerryPreviewRow;

/* At most n_rows rows; FerryPreviewRow, freed with the array. NULL and *error on failure. */
GPtrArray *ferry_preview_rows(FerryConnection *source, const FerryTablePlan *plan, size_t n_rows, GError **error);
