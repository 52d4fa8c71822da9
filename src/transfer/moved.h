/*
 * Rows that have moved. A source that cuts its tables by place (PostgreSQL by ctid) gives a row that is changed another
 * place. Where a copy cannot go on with the snapshot that it began with, such a row may be in already and come again with
 * a chunk that is left, or may have gone from there into a chunk that is done, and never come. So tables in which
 * anything was changed since are loaded again from their start; the source tells which.
 *
 * Tables that held rows before the copy (--if-exists append) cannot be emptied: a warning names them.
 */
#pragma once

#include "transfer/run_internal.h"

/* Notes in the ledger from where on the source shall look. Once a snapshot was taken, before tables are cut. */
bool ferry_moved_note_mark(FerryRun *run, GError **error);
/* A copy that is resumed with another snapshot: empties the tables that are partly in and in which rows may have moved,
 * and forgets their chunks. Before tables are cut. */
bool ferry_moved_begin_again(FerryRun *run, GError **error);
/* After all chunks are in: where the snapshot was lost meanwhile, the same for all tables, and the run ends (false) if
 * there were any, to be resumed. */
bool ferry_moved_check(FerryRun *run, GError **error);
