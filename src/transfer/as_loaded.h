/*
 * Rows of the source as a load writes them: values that the target cannot hold meet the project's rules here too, so that a
 * verification which has no sums of a load at hand (ferry verify), and the search for the rows that differ, compare what was
 * to be written. One thread at a time; the target's connection is the object's own while it is used.
 */
#pragma once

#include "transfer/run_internal.h"

typedef struct FerryAsLoaded FerryAsLoaded;

/* Whether a rule of the project changes values: null or replace. */
bool ferry_as_loaded_has_rules(const FerryRun *run);

/* For a table of the plan that is in the target. leaves_out: rows that a load rejects for a value are skipped; else they stay
 * as they were read. */
FerryAsLoaded *ferry_as_loaded_new(FerryRun *run, FerryConnection *target, guint table, bool leaves_out, GError **error);
void ferry_as_loaded_free(FerryAsLoaded *rows);

/* Changes a batch as it was read, or as it came from the transforms. */
bool ferry_as_loaded_apply(FerryAsLoaded *rows, FerryBatch *batch, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryAsLoaded, ferry_as_loaded_free)
