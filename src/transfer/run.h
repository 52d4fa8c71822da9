/*
 * A run: one execution of a plan. It prepares the target, copies chunks in parallel lanes (each one reader connection and
 * one writer connection on two threads, batches going round in a ring), builds keys and indexes, verifies, and cleans up.
 * A chunk's rows and its ledger row (transfer/ledger.h) commit together, so a killed run goes on where the ledger says and
 * no row is lost or doubled.
 *
 * ferry_run_execute() blocks; ferry_run_cancel() may be called from any other thread. Neither prints anything.
 */
#pragma once

#include "mapping/plan.h"
#include "transfer/event.h"

typedef struct FerryShare FerryShare; /* transfer/share.h */

typedef struct FerryRunOptions {
	const FerryProject *project; /* its options; borrowed, outlives the run */
	bool repair, repair_delete;  /* of a verification: rows that differ are copied again; those too many are removed */
	const char *known_rejects;   /* or NULL: of a verification, a reject file whose rows are left out */
	const char *reject_file;     /* NDJSON, made when the first row is rejected; NULL: rows are counted only */
	const FerryShare *share;     /* or NULL: no other process may take part in the copy; borrowed, outlives the run */
} FerryRunOptions;

typedef struct FerryTableResult {
	int64_t rows_read, rows_loaded, rows_rejected, bytes;
	/* As the other counts of rows with those that runs before have loaded. */
	int64_t bad_values[FERRY_N_BAD_KINDS];  /* that the target cannot hold, whatever their rules; REFUSED: rows */
	int64_t values_nulled, values_replaced; /* those of them that went in as something else */
	int64_t *failed_checks; /* rows, by check of the table plan's transform; NULL where it has none */
	int64_t source_rows, target_rows; /* as verification counted them */
	double seconds;           /* from its first chunk to its last */
	guint n_chunks, n_chunks_resumed;
	bool is_loaded, is_verified;
	int64_t differences;
	FerryVerify verified_by;   /* how it was compared, when it was: FULL also where a sample was asked for and could not be drawn */
	int64_t rows_repaired, rows_removed; /* by --repair */
	guint n_ranges, n_sampled; /* of a SAMPLE: ranges of the key, and how many of them were summed */
} FerryTableResult;

/* One object built, or not. */
typedef struct FerryObjectResult {
	char *kind, *object;
	bool is_ok;
	bool is_optional; /* the copy is whole without it */
	char *message; /* or NULL: the error, or what the fallback means */
	double seconds;
} FerryObjectResult;

typedef struct FerryDifference {
	guint table;
	char *kind;   /* "missing", "extra", "different" */
	char *key;    /* "id=7", or the whole row where there is no key */
	char *column; /* or NULL */
	char *source_value, *target_value; /* or NULL: SQL NULL, or no such row */
} FerryDifference;

typedef enum {
	FERRY_OUTCOME_VERIFIED,    /* loaded and verified (or loaded, with no_verify; or schema only) */
	FERRY_OUTCOME_REJECTED,    /* loaded, but rows were rejected */
	FERRY_OUTCOME_DIFFERENT,   /* verification found differences */
	FERRY_OUTCOME_OBJECTS,     /* rows are in, but keys, indexes or constraints could not be made */
	FERRY_OUTCOME_FAILED,      /* not all rows are in; the error says why; resumable */
	FERRY_OUTCOME_CANCELLED    /* resumable */
} FerryOutcome;

typedef struct FerryRunResult {
	FerryOutcome outcome;
	bool is_resumed;          /* a ledger of an unfinished copy was found and continued */
	char *snapshot;           /* what consistency was obtained, a clause */
	char *snapshot_lost;      /* or NULL: it was kept; else what that means for the rows, a sentence */
	bool is_swapped;          /* of a staged load: its tables have taken their places */
	guint n_retries;          /* of what failed and could heal */
	guint lanes;
	FerryTableResult *tables; /* by table index */
	guint n_tables;
	GPtrArray *objects;       /* FerryObjectResult */
	GPtrArray *reject_files;  /* char *, those that are there: of earlier runs of this copy, the run's own last */
	GPtrArray *differences;   /* FerryDifference: the first 100 */
	double seconds_prepare, seconds_copy, seconds_build, seconds_verify, seconds_total;
	double seconds_to_first_row; /* from execute's start to the first rows' flush to the target; -1: none */
} FerryRunResult;

/* Whether the engine can do what the project says: false and FERRY_ERROR_USAGE that names what is not there yet. Commands ask
 * before they connect. A feature is a word of supported.c ("where", "staging"). */
bool ferry_run_check_supported(const FerryProject *project, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool ferry_run_supports(const char *feature);

/* Milliseconds before the n-th try in a row (1, 2, …) of what can heal, at most: the wait is anything up to that. */
guint ferry_heal_backoff_ms(guint n_failures);

/* Of who plans, which is before there is a run. Zeroed at first. */
typedef struct FerryPlanHealing {
	bool is_lost;     /* a connection that was there has gone: from then on, that it cannot be opened heals as well */
	guint n_failures; /* that were worth another try */
} FerryPlanHealing;

/* True: both ends are to be opened and the plan to be made again after *ret_ms; at most `retries` times. */
bool ferry_heal_planning(FerryPlanHealing *healing, guint retries, const GError *failure, guint *ret_ms);

typedef struct FerryRun FerryRun;

/* The plan and both URLs are borrowed. event may be NULL. */
FerryRun *ferry_run_new(const FerryUrl *source, const FerryUrl *target, FerryPlan *plan, const FerryRunOptions *options,
                        FerryEventFunc event, gpointer data);
void ferry_run_free(FerryRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryRun, ferry_run_free)

/* True: the run ended and result->outcome says how (also VERIFIED, REJECTED, DIFFERENT, OBJECTS). False: FAILED or CANCELLED, with
 * the error. The result is filled in both cases and belongs to the run. */
bool ferry_run_execute(FerryRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const FerryRunResult *ferry_run_get_result(const FerryRun *run);

/* Instead of execute: loads chunks of a copy that another process leads (transfer/share.h), until all are in, the lead wants no help
 * any more, or something fails, which is then left to the lead. snapshot: as the lead has given it, or NULL. */
bool ferry_run_help(FerryRun *run, const char *snapshot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Only verification, of a plan whose target is loaded. */
bool ferry_run_verify(FerryRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From any thread, not from a signal handler. Chunks in flight roll back; execute returns soon with FERRY_ERROR_CANCELLED. */
void ferry_run_cancel(FerryRun *run);

/* The same threads. What is at work is finished first: chunks in flight are loaded, objects built; nothing new is begun. A
 * verification or a preparation, which leave nothing half done, are cancelled instead. Execute returns as after a cancel. */
void ferry_run_pause(FerryRun *run);

/* Instead of execute: drops the tables that an unfinished copy of this plan has made, and forgets it. Tables that were there before
 * stay, and so do their rows; of a copy of another plan all does. was_there: whether there was such a copy. */
bool ferry_run_clean_up(FerryRun *run, bool *ret_was_there, GError **error) G_GNUC_WARN_UNUSED_RESULT;
