/*
 * The state of a lane, shared by lane.c, lane_read.c, lane_write.c and lane_rows.c. Its two threads share
 * nothing but the ring and the watch; which fields are whose is said there.
 */
#pragma once

#include "transfer/bad_value.h"
#include "transfer/heal.h"
#include "transfer/isolate.h"
#include "transfer/lane.h"
#include "transfer/ring.h"
#include "transfer/watchdog.h"

#define FERRY_LANE_BATCH_ROWS 2048

typedef struct FerryLane {
	FerryRun *run;
	guint index;
	FerryConnection *source; /* reader thread only */
	FerryConnection *target; /* writer thread only */
	FerryRing *ring;
	FerryHealing reading, writing; /* each its thread's */
	FerryWatch *watch;

	/* writer thread only */
	FerryWriter *writer;
	FerryTableState *table; /* what the writer is open for */
	const char *wire_format;
	FerryRowHasher *hasher;          /* of the table's rejected rows; NULL before the first */
	FerryTransformer *transformer;   /* or NULL: the table's rows are written as they are read */
	FerryBatch *written;             /* what the transformer makes of a batch */
	FerryBadValues bad_values;       /* its scratch memory */
	FerryRejectLines rejects;        /* of the chunk in flight */
	char *source_name, *target_name; /* of the table, for them */
	FerryIsolation isolation;        /* of careful chunks */
	FerryChunk *chunk;               /* in flight; NULL: none, or given up */
	bool is_claimed, has_loaded;
} FerryLane;

/* lane.c: back into the queue; a chunk of a table that was given up goes out of the work. */
void ferry_lane_put_back(FerryRun *run, FerryChunk *chunk);

/* lane_read.c: the reader's thread; the lane is its data. */
gpointer ferry_lane_read(gpointer lane);

/* lane_write.c: the writer's thread, until the ring ends or the run stops. */
void ferry_lane_write(FerryLane *lane);
/* For lane->isolation. */
FerryWriter *ferry_lane_reopen_writer(gpointer lane, GError **error);

/* lane_rows.c: rows of the chunk in flight. */
bool ferry_lane_write_batch(FerryLane *lane, FerryBatch *batch, GError **error);
bool ferry_lane_write_raw(FerryLane *lane, const FerryRaw *raw, GError **error);
/* All rows are in the transaction, and not too many of them were rejected. */
bool ferry_lane_end_rows(FerryLane *lane, GError **error);
/* For lane->isolation. */
bool ferry_lane_refuse_row(FerryBatch *batch, size_t row, const GError *reason, gpointer lane,
			   GError **error);
