/*
 * What the files of the live share: the sums of a running execution, all under its lock.
 */
#pragma once

#include "service/live.h"
#include "service/service_internal.h"
#include "service/stages.h"

typedef enum {
	FERRY_LIVE_WAITING,
	FERRY_LIVE_COPYING,
	FERRY_LIVE_LOADED,
	FERRY_LIVE_VERIFIED,
	FERRY_LIVE_DIFFERENT,
	FERRY_LIVE_FAILED
} FerryLiveState;

typedef struct FerryLiveTable {
	char *name, *target;
	FerryLiveState state;
	int64_t rows, total, bytes, rejected, differences;
	int64_t told_rows; /* at the last flush: for the rate */
	gint64 started_us, ended_us;
	double rate;
	json_t *bad_values; /* or NULL: of a run that has ended, by kind */
	bool has_changed;
} FerryLiveTable;

typedef struct FerryLiveLine {
	char *at, *message;
	const char *level;
} FerryLiveLine;

struct FerryLive {
	FerryService *service;
	char *id, *channel;
	GMutex lock;
	GCond wake;
	GThread *thread;
	bool is_stopping;

	GArray *tables; /* FerryLiveTable */
	GQueue lines;   /* FerryLiveLine */
	guint n_dropped;
	GQueue objects; /* json_t */
	FerryStages stages;
	FerryStage stage;
	int64_t rows, bytes, rejected, total, verified_rows;
	int64_t told_rows, told_bytes;
	guint n_done, n_built, n_objects;
	double row_rate, byte_rate;
	gint64 flushed_us;
	bool has_plan, has_completed;
	bool has_new_plan, begins_anew; /* what an earlier attempt has told is to be put right */
	double copy_seconds; /* of a run that has ended */
};

/* A line of the log; takes the message. With the lock. */
void ferry_live_add_line(FerryLive *live, const char *level, char *message);
void ferry_live_line_free(gpointer line);
/* Lets the newest go where there are too many. With the lock. */
void ferry_live_bound_lines(FerryLive *live);
