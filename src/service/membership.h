/*
 * Membership: one process's part in the copy of an execution that several share (transfer/share.h). The one
 * that leads is the worker that runs the execution; members that help come and go. Who is at which chunk
 * stands in the store (execution_helpers, execution_chunks), with a heartbeat each: a member that has been
 * silent for ten seconds is dead, and its chunks are others' to take.
 *
 * Where the store is away the lead takes every chunk as its own and a helper leaves: the ledger in the target
 * keeps that right.
 */
#pragma once

#include "service/service.h"
#include "transfer/run.h"

typedef struct FerryMembership FerryMembership;

FerryMembership *ferry_membership_new_lead(FerryService *service, const char *execution_id);
/* token: the execution's share, for which it joins. */
FerryMembership *ferry_membership_new_helper(FerryService *service, const char *execution_id,
					     const char *token);
void ferry_membership_free(
	FerryMembership *membership); /* NULL is fine; leaves, what it holds is free for others */

/* For FerryRunOptions; belongs to the membership. */
const FerryShare *ferry_membership_get_share(FerryMembership *membership);
/* Of a helper: from now on it beats. run is asked to finish what is in flight when the lead wants no help any
 * more, until the membership is freed. False: it is not wanted any more. */
bool ferry_membership_join(FerryMembership *membership, FerryRun *run);
