/*
 * Rows that have moved. A source that cuts its tables by place (PostgreSQL by ctid) gives a row that is changed another
 * place. Where a copy cannot go on with the snapshot that it began with, such a row may be in already and come again with
 * a chunk that is left, or may have gone from there into a chunk that is done, and never come. So tables of which chunks
 * were read from two snapshots, and in which anything was changed since the first, are loaded again from their start; the
 * source tells which. The ledger keeps which tables they are, so that no end of a run loses it.
 *
 * Tables that were there before the copy are not emptied: they may have held other rows, and others may refer to theirs.
 * A warning names them, and verification tells.
 */
#pragma once

#include "transfer/run_internal.h"

/* Notes in the ledger from where on the source shall look. Once a snapshot was taken, before tables are cut. */
bool ferry_moved_note_mark(FerryRun *run, GError **error);
/* In the transaction that ends a chunk of the table: that the lane has read from a later snapshot, if so. *ret_step (owned;
 * or NULL) is in the ledger once that is committed. */
bool ferry_moved_note_mixed(FerryRun *run, guint lane, const FerryTableState *table, FerryConnection *target,
			    char **ret_step, GError **error);
/* A copy that is resumed with another snapshot: empties the tables that are partly in, or were read from two snapshots, and
 * in which rows may have moved, and forgets their chunks. Before tables are cut. */
bool ferry_moved_begin_again(FerryRun *run, GError **error);
/* After all chunks are in: the same for tables that were read from two snapshots, and the run ends (false) if there were
 * any, to be resumed. */
bool ferry_moved_check(FerryRun *run, GError **error);
