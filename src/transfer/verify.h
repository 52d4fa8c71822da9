/*
 * Verification: counts and an order-independent hash of canonical row values, both sides read back from the databases in
 * parallel. verify.c adds up each table's chunks; verify_narrow.c finds the rows and columns of a table that differs.
 * For the files of transfer/ only.
 */
#pragma once

#include "data/row_hash.h"
#include "transfer/as_loaded.h"
#include "transfer/run_internal.h"

typedef enum { FERRY_SIDE_SOURCE, FERRY_SIDE_TARGET, FERRY_N_SIDES } FerrySide;

typedef struct FerryCompareTask {
	guint table;
	char *predicate; /* or NULL; borrowed */
	bool is_count;   /* rows are counted, not read */
} FerryCompareTask;

typedef struct FerryTableSums {
	const FerryTable *tables[FERRY_N_SIDES]; /* each of its connection's own catalog */
	GPtrArray *predicates[FERRY_N_SIDES];    /* char*, owned; NULL = all rows; those that are summed */
	FerryVerify mode;                        /* FULL, SAMPLE or COUNTS */
	/* under the run's mutex */
	FerryRowSum sums[FERRY_N_SIDES];         /* of all rows, or of the ranges that are sampled */
	int64_t counts[FERRY_N_SIDES];           /* where rows are counted */
	guint n_left;                            /* tasks of both sides */
} FerryTableSums;

typedef struct FerryComparison {
	FerryCatalog *target_catalog;
	FerryTableSums *tables; /* by plan index */
	GPtrArray *tasks[FERRY_N_SIDES]; /* FerryCompareTask */
	gint next_task[FERRY_N_SIDES];   /* atomic */
	struct FerryLaneCheck {
		FerryConnection *connection; /* beside that of the target's reader */
		FerryAsLoaded *rows;         /* or NULL; of the table that the lane has read last */
		guint table;
	} *checks; /* one each a lane; NULL: rows are compared as they are read */
} FerryComparison;

/* Reads one chunk of a side; calls func for each batch, of whose rows some may be skipped. as_loaded (of the source's side only):
 * changes the rows first; NULL: they are as they were read. */
typedef void (*FerryBatchFunc)(const FerryBatch *batch, gpointer data);
bool ferry_compare_scan(FerryRun *run, FerrySide side, FerryConnection *c, guint table, const char *predicate,
                        FerryAsLoaded *as_loaded, FerryBatchFunc func, gpointer data, GError **error);

/* Sample: ranges of an integer key, which both sides cut alike, every tenth and the last. *ret_is_done false: there is no such key, or
 * the table is small; nothing was changed. */
bool ferry_compare_sample(FerryRun *run, guint lane, guint table, bool *ret_is_done, GError **error);

/* Hashes of keys (uint64_t), sorted. */
typedef struct FerryRepairList {
	GArray *restore, *remove; /* missing or different in the target; only there */
	bool is_cut;              /* there are more than were kept */
} FerryRepairList;

/* A table without a key is left as it is, with a word in the log. */
bool ferry_compare_repair(FerryRun *run, guint table, const FerryRepairList *list, GError **error);

/* Fills result->differences (up to 100) and the table's count of them. */
bool ferry_compare_narrow(FerryRun *run, guint table, GError **error);
