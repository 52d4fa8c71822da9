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

/* What verification has found of a table that is to be repaired: hashes of keys (uint64_t), sorted. */
typedef struct FerryRepairList {
	GArray *restore, *remove; /* missing or different in the target; only there; NULL: nothing is to be repaired */
	bool is_cut;              /* there are more than were kept */
	bool is_careful;          /* the target has refused a row of them: each is on its own */
} FerryRepairList;

typedef struct FerryTableSums {
	const FerryTable *tables[FERRY_N_SIDES]; /* each of its connection's own catalog */
	GPtrArray *predicates[FERRY_N_SIDES];    /* char*, owned; NULL = all rows; those that are summed */
	FerryVerify mode;                        /* FULL, SAMPLE or COUNTS */
	/* under the run's mutex */
	FerryRowSum sums[FERRY_N_SIDES];         /* of all rows, or of the ranges that are sampled */
	int64_t counts[FERRY_N_SIDES];           /* where rows are counted */
	guint n_left;                            /* tasks of both sides; one more while those of the target are to come */
	bool is_ahead;                           /* the source's tasks stand in ahead */
	int64_t rows_ahead;                      /* read by that thread, which tells listeners nothing */
	/* the lead's alone */
	FerryRepairList repair;
} FerryTableSums;

/* The source's sums that are begun while the target builds its indexes: see verify_ahead.c. */
typedef struct FerryAhead {
	GPtrArray *tasks;               /* FerryCompareTask; NULL: nothing was begun */
	gint next;                      /* atomic */
	GThread *thread;                /* on the first lane's connection; NULL: it has ended */
	gint is_over;                   /* atomic: it ends with the task that it is at */
	const FerryCompareTask *failed; /* to be done once more by the first lane; or NULL; not before the thread has ended */
} FerryAhead;

typedef struct FerryComparison {
	FerryCatalog *target_catalog;
	FerryTableSums *tables; /* by plan index */
	GPtrArray *tasks[FERRY_N_SIDES]; /* FerryCompareTask */
	gint next_task[FERRY_N_SIDES];   /* atomic */
	FerryAhead ahead;
	size_t n_to_repair;     /* keys in the tables' lists */
	FerrySide side_at_work; /* which of the two is asked, while one thread alone narrows or repairs */
	struct FerryLaneCheck {
		FerryConnection *connection; /* beside that of the target's reader */
		FerryAsLoaded *rows;         /* or NULL; of the table that the lane has read last */
		guint table;
	} *checks; /* one each a lane; NULL: rows are compared as they are read */
} FerryComparison;

/* One chunk of a side, to be read (verify_scan.c). func is called for each batch, of whose rows some may be skipped. */
typedef void (*FerryBatchFunc)(const FerryBatch *batch, gpointer data);
typedef struct FerryScan {
	FerryRun *run;
	FerrySide side;
	guint table;
	const char *predicate;    /* or NULL: all rows */
	FerryAsLoaded *as_loaded; /* of the source's side only: changes the rows first; or NULL */
	bool is_quiet;            /* listeners hear nothing of its progress */
	FerryBatchFunc func;
	gpointer data;
} FerryScan;

/* The columns of a side's rows as a scan hands them on. */
static inline const FerrySchema *ferry_scan_schema(const FerryTablePlan *plan, FerrySide side)
{
	return side == FERRY_SIDE_SOURCE ? ferry_run_row_schema(plan) : plan->write_schema;
}

bool ferry_compare_scan(const FerryScan *scan, FerryConnection *c, GError **error);

/* The sum of a task's rows, or their count, which goes into the table's counts. Quiet: listeners hear nothing of its progress. */
bool ferry_compare_add_up(FerryRun *run, FerrySide side, guint lane, const FerryCompareTask *task, bool is_quiet,
                          FerryRowSum *ret_sum, GError **error);
void ferry_compare_task_done(FerryRun *run, guint table, FerrySide side, const FerryRowSum *sum);

/* Listeners hear of so many rows more. */
void ferry_compare_tell(FerryRun *run, guint table, int64_t rows);

FerryComparison *ferry_comparison_new(FerryRun *run);
bool ferry_compare_is_compared(const FerryRun *run, guint index);
/* char*, those of the table's chunks. */
GPtrArray *ferry_compare_known_predicates(const FerryTableState *table);

/* Returns when the thread has ended; what it has read is told. Nothing where it has ended before. */
void ferry_compare_end_ahead(FerryRun *run);
/* The next task that was planned ahead and not done, or NULL. Any thread. */
const FerryCompareTask *ferry_compare_next_ahead(FerryRun *run);
/* The target's tasks of the table stand beside those that were planned ahead. */
void ferry_compare_release(FerryRun *run, guint table);

/* Sample: ranges of an integer key, which both sides cut alike, every tenth and the last. *ret_is_done false: there is no such key, or
 * the table is small; nothing was changed. */
bool ferry_compare_sample(FerryRun *run, guint lane, guint table, bool *ret_is_done, GError **error);

/* What one thread alone asks both sides for, again after what can heal. doing: "looking for what differs in". */
bool ferry_compare_patiently(FerryRun *run, guint table, const char *doing,
                             bool (*func)(FerryRun *run, guint table, GError **error), GError **error);

/* All tables that have something to be repaired, parents before their children. What cannot be is left as it is, with a word in the
 * log: a table without a key, rows that the target refuses. */
bool ferry_compare_repair(FerryRun *run, GError **error);

/* Fills result->differences (up to 100), the table's count of them and, where the run repairs, what is to be. */
bool ferry_compare_narrow(FerryRun *run, guint table, GError **error);
