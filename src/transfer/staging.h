/*
 * Staged loads: tables are loaded, built and verified in a schema of their own, and take their places in the target by one
 * transaction at the end. The plan's target is called by its staging schemas (ferry_plan_stage) from ferry_staging_begin until
 * the swap. The ledger knows the staging schemas (steps "staging:NAME") and the swap, which is a step of its transaction: a copy
 * that was killed before it goes on in the staging schema, one that was killed after it only ends.
 *
 * Each of them does nothing, or what is done without staging, where the load is not staged.
 */
#pragma once

#include "transfer/run_internal.h"

#define FERRY_STEP_SWAPPED "swapped"

/* Before anything is made: refuses a swap that could not be, or would take along what it must not. */
bool ferry_staging_look(FerryRun *run, GError **error);

/* Makes the staging schemas; from now on the plan's tables are in them. */
bool ferry_staging_begin(FerryRun *run, GError **error);

/* --restart: drops the staging schemas of unfinished copies from this source. *ret_was_staged: one of them was a staged load. */
bool ferry_staging_forget(FerryRun *run, bool *ret_was_staged, GError **error);

/* The target's catalog, with the tables that are being loaded. */
bool ferry_staging_catalog(FerryRun *run, FerryCatalog **ret_catalog, GError **error);

/* All is in and verified. */
bool ferry_staging_swap(FerryRun *run, GError **error);
/* A copy that was killed after its swap: what the run before has loaded and verified. */
bool ferry_staging_recall(FerryRun *run, GError **error);
/* Or something is wrong: says that the target is as it was. */
void ferry_staging_tell_kept(FerryRun *run);

/* An object's name for people, with the final schema in the place of the staging one. Newly allocated. */
char *ferry_staging_final_name(const FerryRun *run, const char *object);
