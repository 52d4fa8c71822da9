/*
 * Healing: what becomes of an error that may go away by itself (a lost connection, a deadlock, a server that restarts, too
 * many connections, a full disk). The caller gives back what it was at, and asks here: the failure is logged, a wait follows
 * that grows with each failure in a row and has full jitter, the connection is opened again where it is lost, and the caller
 * tries again. What cannot heal (a wrong password, a missing table, bad data, a privilege) is never tried again.
 *
 * Each lane's thread has a FerryHealing of its own, and resets it when something is in: the project's `retries` count
 * failures in a row without progress. A cancelled run ends the wait at once.
 *
 * A source connection that is opened again does not see the snapshot of before: what that means is the user's choice
 * (project->snapshot_lost), and the run's log and report say it.
 */
#pragma once

#include "transfer/run_internal.h"

typedef struct FerryHealing {
	guint n_failures;  /* in a row */
	guint n_disk_full; /* of them: the target's disk is full */
} FerryHealing;

typedef enum { FERRY_HEAL_SOURCE, FERRY_HEAL_TARGET } FerryHealSide;

/* Whether it is worth another try. */
bool ferry_heal_may(FerryRun *run, const GError *error);

/* Takes the failure of what the lane was doing ("loading orders") on its connection to that side. True: the connection is
 * usable, try again. False: *error is set, to the failure or to what came of mending it. The connection of the lane may be
 * another one afterwards. */
bool ferry_heal(FerryRun *run, FerryHealing *healing, FerryHealSide side, guint lane, const char *doing, GError *failure,
		GError **error);

/* Only the judgement, the log line and the wait: for who opens everything anew. */
bool ferry_heal_wait(FerryRun *run, FerryHealing *healing, const char *doing, GError *failure, GError **error);

/* Runs a whole stage that begins with connecting, again while it fails by what can heal. */
bool ferry_heal_stage(FerryRun *run, const char *doing, bool (*func)(FerryRun *, GError **), GError **error);

static inline void ferry_healing_reset(FerryHealing *healing)
{
	*healing = (FerryHealing){0};
}
