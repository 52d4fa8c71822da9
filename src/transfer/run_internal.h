/*
 * The state of a run, shared by the files of transfer/. Not for other layers.
 *
 * Set by ferry_run_execute before lanes start, read by all: plan, options, tables (but for what is marked).
 * Lanes work off chunks from one queue (`next_chunk`), biggest tables first; what they find out goes into tables[] and
 * result under `mutex`. The first error wins and stops everybody.
 */
#pragma once

#include "transfer/ledger.h"
#include "transfer/reject.h"
#include "transfer/run.h"
#include "transfer/share.h"
#include "transfer/throttle.h"

/* One chunk of the work. The ledger part is what is kept in the target. */
typedef struct FerryChunk {
	FerryLedgerChunk ledger;
	bool is_careful; /* a row in it was refused by the server: load it batch by batch, isolating rows */
	FerryRejectLines *unsure; /* or NULL: its rejected rows, where the commit's answer did not come */
} FerryChunk;

/* incremental.c: the bounds of what is copied of a table. */
typedef struct FerryTableMark FerryTableMark;
void ferry_table_mark_free(FerryTableMark *mark);

typedef struct FerryTableState {
	FerryTablePlan *plan;
	char *name;               /* in the source, for people and for the ledger */
	FerryTableResult *result; /* in run->result.tables */
	GPtrArray *chunks;        /* FerryChunk, owned */
	GPtrArray *predicates;    /* as it was cut, until the ledger knows; or NULL */
	bool is_created;          /* by this copy: its keys and indexes are ours to build */
	bool is_appended;         /* it held rows before, so it cannot be compared */
	bool is_in_the_way;       /* it was to be dropped, and could not be: drop.c */
	bool was_empty;           /* it was there, without a row: a mark says nothing of what it has */
	bool is_merged;           /* it held rows before, of which those of the source's keys are replaced: others may stay */
	GPtrArray *merge_key;     /* char*, borrowed names of write_schema; NULL: rows are added */
	FerryTableMark *mark;     /* or NULL: all rows are copied */
	guint level;              /* of tables that others refer to before they are filled: see chunks.c */
	gint is_given_up;         /* atomic, set under the mutex: give_up.h */
	gint has_refusals;        /* atomic: the server refused a row of it, so its chunks are loaded with care */
	/* under the run's mutex */
	guint n_left;             /* chunks that are not done */
	bool has_started;
	gint64 started_us;
	FerryRowSum rejected_sum;
} FerryTableState;

struct FerryRun {
	const FerryUrl *source_url, *target_url;
	const FerryConnector *source_connector, *target_connector;
	FerryPlan *plan;
	const FerryProject *project;
	FerryIfExists if_exists; /* the project's, unless a copy that was given up is begun again */
	size_t chunk_rows;
	FerryRunResult result;
	FerryLedger *ledger;
	FerryTableState *tables;
	guint n_lanes;
	gint64 started_us;

	/* one each a lane, opened by prepare, closed at the end; index 0 serves as lead */
	FerryConnection **sources, **targets;
	FerryConnection *hook_source; /* hooks.c: outside of the lanes' snapshot; NULL until the first hook */
	FerryThrottle *throttle;      /* or NULL: no read limit */
	FerryGiants *giants;          /* permits for rows of more than a MiB, over all lanes */

	const FerryShare *share;      /* or NULL */
	bool is_shared;               /* while lanes work: others may be at chunks of the copy */
	bool is_helper;               /* another process leads */
	const char *joined_snapshot;  /* of a helper; or NULL; borrowed */

	GMutex event_mutex;
	FerryEventFunc event;
	gpointer event_data;
	FerryStage stage;

	GMutex mutex;
	GQueue chunks;            /* FerryChunk, borrowed: the work left */
	GCond chunks_changed;
	guint n_chunks_left;      /* queued or in a lane */
	GError *error;            /* the first */
	FerryRejects *rejects;
	gint64 first_row_us;      /* 0: none yet */
	gint64 heard_us;          /* share.c: when the others' chunks were asked for last */

	GPtrArray *jobs;          /* build.c: the phase's groups of statements, while it runs */
	const guint *creations;   /* prepare.c: numbers of the tables that are to be made, while it runs */
	guint n_creations;
	bool repairs, removes_extra; /* ferry verify --repair, --repair-delete; repairs is false again in the look after it */
	bool has_repaired;
	char *known_rejects_file;        /* or NULL */
	struct FerryKnownRejects *known; /* read from it */
	struct FerryComparison *comparison; /* verify.c, while it runs */

	GMutex connections_mutex; /* guards the arrays of connections against cancel */
	char *lock_id;            /* of this run; NULL before it asked */
	bool has_lock;
	struct FerryWatch *watches; /* one each a lane: watchdog.h */
	struct FerryWatchdog *dog;
	char *snapshot_name;      /* or NULL: it cannot be had again; set before lanes begin */
	char *lane_snapshots[2];  /* or NULL: names of the snapshot while the first or the last lane holds it; the same */
	gint *renewed_lanes;      /* atomic, one each a lane: it reads from a later snapshot than the copy began with */
	bool is_same_snapshot;    /* the resumed copy's: its name was in the ledger */
	gint wants_restart;       /* atomic: the snapshot is lost, the copy is to begin again */
	bool is_restarting;       /* it does: as with --restart */
	bool is_swapped;          /* staging.c: by the run before, after all was verified */
	gint is_over_limit;       /* atomic: the run has rejected too many rows */
	gint is_stopped;          /* atomic */
	gint is_cancelled;        /* atomic */
	gint is_paused;           /* atomic: nothing new is begun */
};

/* The columns and types by which rows of both sides are compared: those that are written. Where nothing is transformed
 * the source's own names serve as well. */
static inline const FerrySchema *ferry_run_row_schema(const FerryTablePlan *plan)
{
	return plan->transform ? plan->write_schema : plan->read_schema;
}

static inline guint ferry_run_n_checks(const FerryTablePlan *plan)
{
	return plan->transform ? (guint)ferry_transform_n_checks(plan->transform) : 0;
}

/* Events: fill type and what belongs to it; stage is added. */
void ferry_run_emit(FerryRun *run, FerryEvent event);
void ferry_run_set_stage(FerryRun *run, FerryStage stage);
void ferry_run_log(FerryRun *run, FerrySeverity severity, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Takes the error; the first one is kept, all lanes stop. */
void ferry_run_take_error(FerryRun *run, GError *error);
static inline bool ferry_run_is_paused(FerryRun *run)
{
	return g_atomic_int_get(&run->is_paused);
}

static inline bool ferry_run_is_stopped(FerryRun *run)
{
	return g_atomic_int_get(&run->is_stopped);
}

/* Runs func(run, i) for each i below n on up to n_lanes threads; each thread has a lane number of its own. False when
 * the run has an error then. */
typedef void (*FerryLaneFunc)(FerryRun *run, guint lane, guint item);
bool ferry_run_parallel(FerryRun *run, guint n_threads, guint n_items, FerryLaneFunc func);

/* The stages. */
/* Back to before the first stage, but for what listeners were told: connections, chunks, counts, the ledger's memory. */
void ferry_run_forget(FerryRun *run);
bool ferry_run_connect(FerryRun *run, GError **error);
void ferry_run_disconnect(FerryRun *run);
bool ferry_run_prepare(FerryRun *run, GError **error);
/* Takes away what is left of a ledger without a copy. Best effort: a later run finds it as well. */
void ferry_run_sweep_ledger(FerryRun *run);
bool ferry_run_snapshot(FerryRun *run, GError **error);
bool ferry_run_split(FerryRun *run, GError **error);
/* The chunks as the ledger has them, with what was counted. ret_done may be NULL. */
bool ferry_run_recall_chunks(FerryRun *run, guint *ret_done, GError **error);
/* A chunk that is in: adds what was counted of it to its table. While lanes work under the mutex. */
void ferry_run_count_chunk(FerryTableState *table, const FerryLedgerChunk *chunk);
bool ferry_run_copy(FerryRun *run, GError **error);
/* For a helper: the ledger of the copy, what was decided, its chunks in the queue, the last first. */
FerryLedger *ferry_run_new_ledger(FerryRun *run);
bool ferry_run_recall_shared(FerryRun *run, GError **error);
void ferry_run_lane_item(FerryRun *run, guint thread, guint item);
bool ferry_run_build(FerryRun *run, GError **error);
bool ferry_run_compare(FerryRun *run, GError **error);
/* verify_ahead.c: begins to read the source back while the target builds its indexes; the comparison goes on from there. */
void ferry_compare_begin_ahead(FerryRun *run);
/* What was begun is over; nothing where nothing was. */
void ferry_compare_drop(FerryRun *run);

/* prepare.c: all statements of a phase for a table (NULL: the catalog), which must succeed. */
bool ferry_run_phase(FerryRun *run, const FerryTable *table, FerryDdlPhase phase, GError **error);
/* The same without steps: what is undone is noted nowhere. */
bool ferry_run_execute_phase(FerryRun *run, const FerryTable *table, FerryDdlPhase phase, GError **error);

/* drop.c: those that are there; and once more, in a resumed copy, those that could not be. */
bool ferry_run_drop_tables(FerryRun *run, const bool *is_there, GError **error);
bool ferry_run_drop_again(FerryRun *run, GError **error);
bool ferry_run_is_dropped(FerryRun *run, guint table); /* as the ledger knows */

/* prepare.c: what stands in the target by the table's name. */
typedef enum { FERRY_TABLE_ABSENT, FERRY_TABLE_EMPTY, FERRY_TABLE_FULL } FerryPresence;
bool ferry_run_look_at_table(FerryRun *run, const FerryTable *table, FerryPresence *ret_presence, GError **error);

/* Decides what to do with each table: made by this copy, or kept; one that is there is dropped, refused, or taken as it is. */
bool ferry_run_prepare_tables(FerryRun *run, GError **error);

/* prepare_ledger.c: finds the ledger and undoes what is to be begun again; then, for a copy that is not resumed, looks at the target
 * and makes the ledger. */
bool ferry_run_open_ledger(FerryRun *run, GError **error);
bool ferry_run_decide(FerryRun *run, GError **error);

/* decisions.c: notes which tables this copy makes, adds to, merges into, and by what --if-exists. */
bool ferry_run_note_decisions(FerryRun *run, GError **error);
/* A resumed copy: the same from the steps that the ledger has. Then: the policy that it was begun with holds; another one is refused. */
void ferry_run_recall_decisions(FerryRun *run);
bool ferry_run_recall_policy(FerryRun *run, GError **error);
/* Of all unfinished copies from this source, FerryTable with only schema and name, owned by the arrays: tables that they have made,
 * and such as have held no rows but theirs. loaded: of the latter only those (char*, names in the source). */
bool ferry_run_find_ours(FerryRun *run, const GPtrArray *loaded, GPtrArray **ret_made, GPtrArray **ret_filled, GError **error);

/* reject_files.c: notes where this run's reject file is; and fills the result's list of those that are there. */
bool ferry_run_note_reject_file(FerryRun *run, GError **error);
void ferry_run_find_reject_files(FerryRun *run);

/* restart.c: what the unfinished copy has made goes, and its ledger; where it cannot be told which rows are its own: refused. */
bool ferry_run_undo(FerryRun *run, FerryLedgerState state, GError **error);

/* hooks.c: the project's SQL around the run and its tables, each once a copy: those that the ledger knows are left out. */
typedef enum { FERRY_HOOKS_BEFORE, FERRY_HOOKS_AFTER } FerryHookTime;
bool ferry_run_has_hooks(const FerryRun *run, FerryHookTime when);
bool ferry_run_hooks(FerryRun *run, FerryHookTime when, GError **error);
bool ferry_run_table_hooks(FerryRun *run, FerryHookTime when, GError **error);

/* merge.c: sets merge_key of the tables that were there before; is_there NULL: of all that this copy did not make. */
bool ferry_run_find_merge_key(FerryTableState *table, const FerryTable *target, GError **error);
bool ferry_run_find_merge_keys(FerryRun *run, const bool *is_there, GError **error);

/* After a read from the source: waits as long as the read limit wants, or until the run is stopped. */
void ferry_run_wait_for_limit(FerryRun *run, int64_t rows, int64_t bytes);

/* Sets the tables' levels; returns the highest. Needs to know which tables this copy makes. */
guint ferry_run_find_levels(FerryRun *run);

/* Predicates (char*, NULL = all rows) of a table's chunks on either side. */
bool ferry_run_cut(FerryRun *run, FerryConnection *c, const FerryTable *table, GPtrArray **ret_predicates, GError **error);

/* One statement and its step, which is known by phase and text, in one transaction; nothing when the step is done. With the fallback when there is one. *ret_note is
 * set (static or borrowed from the statement) when the fallback was used. */
bool ferry_run_step(FerryRun *run, guint lane, FerryDdlPhase phase, const FerryStatement *statement,
		    const char **ret_note, GError **error);
/* The same by the statement's beside_sql. */
bool ferry_run_step_beside(FerryRun *run, guint lane, FerryDdlPhase phase, const FerryStatement *statement, GError **error);
/* How many statements go into one transaction at most. */
guint ferry_run_steps_at_once(const FerryRun *run);
/* Statements whose steps are not done yet, in one transaction and few round trips; after a failure none of them is done. */
bool ferry_run_steps_together(FerryRun *run, guint lane, FerryDdlPhase phase, FerryStatement *const *statements, guint n,
			      GError **error);
/* Statements that must all succeed, in their order, many to a transaction. */
bool ferry_run_steps(FerryRun *run, guint lane, FerryDdlPhase phase, const GPtrArray *statements, GError **error);
bool ferry_run_step_is_done(FerryRun *run, FerryDdlPhase phase, const FerryStatement *statement);
