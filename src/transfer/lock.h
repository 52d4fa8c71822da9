/*
 * The lock that keeps a second ferry off a copy: a row in the ledger's table `runner`, one a source, with the holder's host,
 * process and start. Two programs on one copy would lose no row (transfer/ledger.h), but trip over each other's keys
 * and indexes, so the second is refused by name.
 *
 * A dead holder does not block. On the same machine its process is looked up; on another one its heartbeat, a counter that
 * the watchdog (transfer/watchdog.h) raises every few seconds, is watched for a while: no clocks are compared.
 */
#pragma once

#include "transfer/run_internal.h"

#define FERRY_BEAT_SECONDS 3

/* Takes the run's lock, or says who has it (FERRY_ERROR_EXISTS). Again is fine. Outside of a transaction. */
bool ferry_lock_take(FerryRun *run, GError **error);

/* Raises the counter over a connection of the caller's. *ret_is_ours false: somebody has taken over. */
bool ferry_lock_beat(FerryRun *run, FerryConnection *c, bool *ret_is_ours, GError **error);

/* Best effort: a row that stays is found to be a dead one's. */
void ferry_lock_release(FerryRun *run);

/* Inside the caller's transaction: until it ends nobody else begins or ends a copy into this target, from whatever source, so
 * that one does not make the ledger's tables while another makes them or takes them away. The lock's table is there. */
bool ferry_lock_others_out(const FerryLedger *ledger, FerryConnection *c, GError **error);

/* Inside the caller's transaction: ours goes. *ret_is_last: no other is left. */
bool ferry_lock_remove(const FerryLedger *ledger, FerryConnection *c, bool *ret_is_last, GError **error);
