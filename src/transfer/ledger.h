/*
 * The ledger: what of a copy is in the target, kept in the target itself. Three tables, in schema `ferry`, or prefixed
 * `ferry_` where there are no schemas:
 *
 *   copy    one row a copy: its id (from plan and source), its shape, its state
 *   chunk   one row a chunk, made before the first row is loaded: its table's name in the source, its predicate, its state,
 *           what was loaded
 *   step    one row for everything else that is done once: a table created, an index built
 *
 * A chunk's rows and the change of its row to `done` commit in one transaction; so do a statement and its step. The change
 * begins that transaction: a second writer of the same chunk (a killed process whose server session still lives, a second
 * ferry) waits for it and then finds the chunk done. So every chunk is in exactly once.
 *
 * Each function uses the connection given, on its thread. A FerryLedger is immutable after opening but for the set of steps,
 * which has a lock of its own.
 */
#pragma once

#include "connectors/connector.h"
#include "data/row_hash.h"

typedef struct FerryLedger FerryLedger;

typedef struct FerryLedgerChunk {
	guint table, chunk;
	char *predicate; /* or NULL: all rows */
	bool is_done;
	int64_t rows, rejected, bytes;
	FerryRowSum rejected_sum; /* hash sum of the rejected rows, so that verification can account for them */
	int64_t nulled, replaced; /* values that a rule has changed */
	int64_t bad_values[FERRY_N_BAD_KINDS];
	int64_t *failed_checks;   /* or NULL: rows, by check of the table plan's transform; owned */
	guint n_checks;
} FerryLedgerChunk;

typedef enum {
	FERRY_LEDGER_NONE,      /* no unfinished copy that concerns us */
	FERRY_LEDGER_SAME,      /* an unfinished copy of this plan: resume */
	FERRY_LEDGER_DIFFERENT, /* an unfinished copy from this source, but of another plan */
} FerryLedgerState;

/* source: the redacted URL. fingerprint: of the plan. tables: its tables' names in the source, by table number, for the
 * numbers change from run to run with the sizes. All are copied. */
FerryLedger *ferry_ledger_new(const FerryConnector *target, const char *source, const char *fingerprint,
                              const char *const *tables, guint n_tables);
void ferry_ledger_free(FerryLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryLedger, ferry_ledger_free)

/* Looks for the ledger; absent tables are FERRY_LEDGER_NONE. */
bool ferry_ledger_find(FerryLedger *ledger, FerryConnection *c, FerryLedgerState *ret_state, GError **error);

/* CREATE TABLE of one of Ferry's own where it is missing: columns with %T for a text's type, %K for that of a text in a key, %I for a
 * number's. */
bool ferry_ledger_make_table(FerryConnection *c, const char *table, const char *columns, GError **error);
/* The schema of Ferry's own tables, where the target has schemas that can be made. */
bool ferry_ledger_make_schema(FerryConnection *c, GError **error);

/* Makes the tables where they are missing, and our copy's row. */
bool ferry_ledger_create(FerryLedger *ledger, FerryConnection *c, GError **error);

/* Removes every trace of copies from this source. */
bool ferry_ledger_forget(FerryLedger *ledger, FerryConnection *c, GError **error);

/* Inside of the caller's transaction: removes our copy, and the tables and their schema when no other copy is left and nobody keeps
 * other things there. */
bool ferry_ledger_remove(FerryLedger *ledger, FerryConnection *c, GError **error);
/* Or keeps it, as history. */
bool ferry_ledger_close(FerryLedger *ledger, FerryConnection *c, GError **error);

/* Whether a table of a ledger is there, of whatever copy. */
bool ferry_ledger_has_tables(const FerryLedger *ledger, FerryConnection *c);
/* Removes the tables where no copy is left in them: a kill may leave some of them behind where each DDL statement commits. The
 * caller has the lock (transfer/lock.h), which goes with them. */
bool ferry_ledger_sweep(FerryLedger *ledger, FerryConnection *c, GError **error);

/* Chunks of tables and the steps that say so, inside the caller's transaction, many at once. predicates: by table number, of
 * char*, NULL = all rows; NULL where a table is not meant. */
bool ferry_ledger_is_split(FerryLedger *ledger, guint table);
bool ferry_ledger_add_chunks(FerryLedger *ledger, FerryConnection *c, GPtrArray *const *predicates, GError **error);
/* FerryLedgerChunk, by table and chunk number. */
bool ferry_ledger_load_chunks(FerryLedger *ledger, FerryConnection *c, GPtrArray **ret_chunks, GError **error);
/* Nothing is counted yet; makes room for n_checks of them. */
/* In the caller's transaction: the table's chunks and that it was cut, and these steps (char *). Once that is committed,
 * _forgotten tells the ledger. */
bool ferry_ledger_forget_chunks(FerryLedger *ledger, FerryConnection *c, guint table, const GPtrArray *steps, GError **error);
void ferry_ledger_chunks_forgotten(FerryLedger *ledger, guint table, const GPtrArray *steps);
void ferry_ledger_chunk_reset(FerryLedgerChunk *chunk, guint n_checks);
void ferry_ledger_chunk_clear(FerryLedgerChunk *chunk); /* what it holds */
void ferry_ledger_chunk_free(FerryLedgerChunk *chunk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryLedgerChunk, ferry_ledger_chunk_free)

/* Tables (char*, as the ledger calls them) of which rows are in, of every unfinished copy from this source. */
bool ferry_ledger_find_loaded(FerryLedger *ledger, FerryConnection *c, GPtrArray **ret_tables, GError **error);

/* First statement of a chunk's transaction. ret_claimed false: it is in already, roll back; the chunk's counts are set to what
 * was loaded then. */
bool ferry_ledger_claim(FerryLedger *ledger, FerryConnection *c, FerryLedgerChunk *chunk, bool *ret_claimed, GError **error);
/* Outside of such a transaction: whether the chunk is in; its counts are then set. */
bool ferry_ledger_is_in(FerryLedger *ledger, FerryConnection *c, FerryLedgerChunk *chunk, bool *ret_is_in, GError **error);
/* Last statement before the commit: what was loaded. */
bool ferry_ledger_record(FerryLedger *ledger, FerryConnection *c, const FerryLedgerChunk *chunk, GError **error);

/* Reads the steps again: after a lost connection some may have been committed without our having heard of it. */
bool ferry_ledger_refresh(FerryLedger *ledger, FerryConnection *c, GError **error);

/* Steps: loaded by find or create; noted inside the caller's transaction, known to is_done once it has committed and
 * ferry_ledger_step_committed was called. */
bool ferry_ledger_step_is_done(FerryLedger *ledger, const char *step);
/* Steps (char*) that begin so, of every unfinished copy from this source. */
bool ferry_ledger_find_steps(FerryLedger *ledger, FerryConnection *c, const char *prefix, GPtrArray **ret_steps, GError **error);
/* What stands behind the prefix in a step of this copy's own; newly allocated, NULL where it has none. */
char *ferry_ledger_find_own(FerryLedger *ledger, const char *prefix);
/* Of all that begin so (char *), in no order. */
GPtrArray *ferry_ledger_own_steps(FerryLedger *ledger, const char *prefix);
bool ferry_ledger_note_step(FerryLedger *ledger, FerryConnection *c, const char *step, GError **error);
/* Many (char*) at once. */
bool ferry_ledger_note_steps(FerryLedger *ledger, FerryConnection *c, const GPtrArray *steps, GError **error);
void ferry_ledger_step_committed(FerryLedger *ledger, const char *step);

/* The source that it was made for; borrowed. */
const char *ferry_ledger_source(const FerryLedger *ledger);

/* Tables of the ledger itself, not to be taken for the user's: "chunk" -> quoted, qualified name. Newly allocated. */
char *ferry_ledger_table(const FerryLedger *ledger, const char *name);
