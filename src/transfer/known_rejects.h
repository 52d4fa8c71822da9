/*
 * Rows that a reject file names, for verification: on both sides they are left out of the comparison, so that what a copy has told
 * is not told again as missing, and what was loaded after repair not as different. Rows are known by the hash of their key; those of
 * tables without a key are compared as ever.
 */
#pragma once

#include "transfer/run_internal.h"

typedef struct FerryKnownRejects FerryKnownRejects;

/* Lines of other tables, and of rows that the copy reads again, are passed over. */
FerryKnownRejects *ferry_known_rejects_new(const FerryRun *run, const char *path, GError **error);
void ferry_known_rejects_free(FerryKnownRejects *known); /* NULL is fine */

/* How many rows of the table it names. */
guint ferry_known_rejects_count(const FerryKnownRejects *known, guint table);

/* Skips those rows of the batch; hasher: of the batch's schema. */
void ferry_known_rejects_skip(const FerryKnownRejects *known, guint table, FerryRowHasher *hasher, FerryBatch *batch);
