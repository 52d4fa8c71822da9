/*
 * Ctrl-C and its like. SIGINT, SIGTERM and SIGHUP are blocked in every thread and taken by one that waits for
 * them, so no handler runs in the middle of anything. The first asks what is going on to stop (the run, else
 * the connections that are watched); a second, or a first with nothing to stop, leaves at once with exit code
 * 130. SIGPIPE is ignored: a write to a closed connection or pipe fails with an error instead.
 *
 * There is one set of signals in a process, so this module keeps state of its own.
 */
#pragma once

#include "transfer/run.h"

/* In main(), before any other thread exists. */
void ferry_signals_start(void);

/* What the first signal stops: a run (its chunks roll back), else connections (their statements fail). NULLs:
 * nothing. Call it again with NULLs before they are freed; it waits for a cancel in progress. */
void ferry_signals_watch(FerryRun *run, FerryConnection *source, FerryConnection *target);

/* Called (on the signals' thread) at the first signal, before the cancel. NULL: nobody. */
void ferry_signals_set_notify(void (*notify)(gpointer data), gpointer data);

bool ferry_signals_interrupted(void);

/* Until the first signal has come: for what serves until it is told to stop. A second one still leaves at once. */
void ferry_signals_wait(void);
