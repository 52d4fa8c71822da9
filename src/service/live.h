/*
 * Live: what a running execution tells. It listens to the engine's events, keeps the sums, and twice a second writes what has
 * changed into the store, in one transaction, and publishes it.
 */
#pragma once

#include "service/service.h"
#include "transfer/run.h"

typedef struct FerryLive FerryLive;

FerryLive *ferry_live_new(FerryService *service, const char *execution_id);
void ferry_live_free(FerryLive *live);
/* Nothing more will be told: writes what is left. False: the store is away; to be tried again. */
bool ferry_live_end(FerryLive *live);

/* Tables and their estimates; before the run. What an earlier attempt has told of other tables goes, and so do results of objects:
 * those that failed, which are tried again, or, where it begins anew, all. */
void ferry_live_set_plan(FerryLive *live, const FerryPlan *plan, bool begins_anew);
/* The listener: a FerryEventFunc with the live as its data. */
void ferry_live_event(const FerryEvent *event, gpointer live);
void ferry_live_log(FerryLive *live, const char *level, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* At the end: per-table results, failed or not. */
void ferry_live_set_result(FerryLive *live, const FerryRunResult *result, bool is_ok);
/* Now. False: the store is away, and it is told the next time. */
bool ferry_live_flush(FerryLive *live);
