/*
 * A lane: one reader connection and one writer connection on two threads with a ring between them, working
 * off chunks until none is left or the run stops.
 */
#pragma once

#include "transfer/run_internal.h"

/* Works until the queue is empty, on the calling thread (as writer) and one more (as reader). Errors go to
 * the run. */
void ferry_lane_work(FerryRun *run, guint lane);
