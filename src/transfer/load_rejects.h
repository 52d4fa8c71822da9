/*
 * ferry load-rejects: the rows of a reject file (docs/rejects.md), put right by their owner, go into the target by the way of a
 * copy's rows: text into the column's type by a transform, the writer's check, and isolation of what the server refuses. Rows that
 * still cannot be in go to a new reject file. One transaction for each group of rows of one table, in the order of the file.
 *
 * A row whose key is there is refused by the server, so that a file that is loaded twice doubles nothing where the table has a key.
 */
#pragma once

#include "connectors/connector.h"

typedef struct FerryLoadRejects {
	const char *file;
	const char *reject_file;   /* made when the first row is rejected again */
	const char *const *tables; /* globs over "table" or "schema.table" of the target; NULL: all */
} FerryLoadRejects;

typedef struct FerryLoadRejectsResult {
	int64_t rows_loaded, rows_rejected;
	int64_t lines_passed; /* of other tables, or of rows that the copy reads again */
} FerryLoadRejectsResult;

/* The whole file is looked through before the first row is loaded. False: what result counts as loaded is in. */
bool ferry_load_rejects(FerryConnection *target, const FerryLoadRejects *what, FerryLoadRejectsResult *result, GError **error);
