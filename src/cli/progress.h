/*
 * Progress on stderr: a listener of a run's events. On a terminal a small frame (frame.h) is redrawn in
 * place, at most ten times a second, with messages scrolling by above it; elsewhere plain lines come when a
 * stage or a table begins or ends, and every ten seconds; of more than a hundred tables only those that take long have
 * lines of their own, the others are counted. Quiet: nothing.
 *
 * Events only change counters under a mutex; a thread of its own writes, so that a terminal that is slow or
 * stopped (Ctrl-S) never holds up the engine. The functions may be called from any thread, but _new, _stop
 * and _free from one.
 */
#pragma once

#include "mapping/plan.h"
#include "transfer/event.h"

typedef enum { FERRY_PROGRESS_QUIET, FERRY_PROGRESS_LINES, FERRY_PROGRESS_BARS } FerryProgressMode;

/* What is said beside the bars. ERROR: nothing, WARNING: warnings and losses, INFO: all but DEBUG: also with bars what is said
 * without them (stages, tables, objects), and chunks that were rolled back. */
typedef enum {
	FERRY_LOG_LEVEL_ERROR,
	FERRY_LOG_LEVEL_WARNING,
	FERRY_LOG_LEVEL_INFO,
	FERRY_LOG_LEVEL_DEBUG,
	FERRY_N_LOG_LEVELS
} FerryLogLevel;

extern const char *const ferry_log_level_words[]; /* "error", …; NULL-ended */

typedef struct FerryProgress FerryProgress;

/* What suits stderr: BARS on a terminal that can move its cursor, else LINES. */
FerryProgressMode ferry_progress_detect_mode(void);

/* fd: where to write, usually STDERR_FILENO. */
FerryProgress *ferry_progress_new(FerryProgressMode mode, int fd);
/* INFO where it is not called; before the first event. */
void ferry_progress_set_level(FerryProgress *progress, FerryLogLevel level);
void ferry_progress_free(FerryProgress *progress); /* stops first; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryProgress, ferry_progress_free)

/* What goes on before the run: "reading the source's catalog". */
void ferry_progress_activity(FerryProgress *progress, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The tables of the run, and how many objects will be built after the load (0: not known). Copies what it
 * needs. */
void ferry_progress_set_plan(FerryProgress *progress, const FerryPlan *plan, guint n_objects);
/* A FerryEventFunc; data is the FerryProgress. */
void ferry_progress_event(const FerryEvent *event, gpointer data);
/* A line of text above the frame; not in QUIET. */
void ferry_progress_say(FerryProgress *progress, FerrySeverity severity, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* The stage that the run is in; -1 before it. */
int ferry_progress_stage(FerryProgress *progress);
/* Leaves the terminal to somebody who asks there: the frame goes, and comes back with _resume on the same thread. NULL is fine. */
void ferry_progress_pause(FerryProgress *progress);
void ferry_progress_resume(FerryProgress *progress);
/* Writes what is waiting, removes the frame, ends the thread. */
void ferry_progress_stop(FerryProgress *progress);
