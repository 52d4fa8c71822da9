/*
 * The source's snapshot: taken once for all lanes, and what follows when a lane's connection is lost and with it its part of
 * the snapshot. The rows that are read afterwards come from a later state of the source; whether that is acceptable is
 * the project's choice (snapshot_lost). The same holds for a copy that is resumed by a later run.
 */
#pragma once

#include "transfer/run_internal.h"

/* A point of its own for the lane's new source connection; or the end of the run, as the project says. */
bool ferry_snapshot_renew(FerryRun *run, guint lane, GError **error);

/* A resumed copy: the rows of the run before are of another snapshot. To be called once the ledger's chunks are known. */
bool ferry_snapshot_resumed(FerryRun *run, guint n_done, GError **error);
