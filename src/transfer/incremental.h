/*
 * Incremental copies: of each table the rows past the mark that the last one has left, merged by key. The
 * mark is the greatest value of a column that only grows (the cursor), as the source's own text, and is kept
 * in the target, in table `mark` of the ledger, which outlives the copy:
 *
 *   mark   source, table_name, column_name, value (NULL: never finished), pending (of the copy under way)
 *
 * The upper end is looked up once, in the snapshot, and written down as pending with the chunks, in one
 * transaction, so a resumed copy has the same bounds. It becomes the value when everything is in, in the
 * transaction that removes the copy's ledger: whatever is killed before it, the copy goes on with its bounds,
 * and no row is skipped. The lower end is inclusive, for more rows may have come with the very value of the mark.
 */
#pragma once

#include "transfer/run_internal.h"

/* The words of --if-exists and the columns fit: before anything is made. */
bool ferry_incremental_check(FerryRun *run, GError **error);

/* In the snapshot, before tables are cut: what is to be copied of each. */
bool ferry_incremental_find(FerryRun *run, GError **error);

/* Turns a table's chunks into those of what is to be copied: *predicates as cut are replaced. */
bool ferry_incremental_narrow(FerryRun *run, guint lane, guint table, GPtrArray **predicates, GError **error);

/* Inside of the transaction that writes the table's chunks. */
bool ferry_incremental_note(FerryRun *run, guint table, GError **error);

/* All is in: the marks move, inside of the transaction that ends the ledger. */
bool ferry_incremental_finish(FerryRun *run, GError **error);

/* Rows of the target that may be those of this copy, for verification; NULL: all. */
const char *ferry_incremental_target_predicate(const FerryRun *run, guint table);
