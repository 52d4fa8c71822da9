/*
 * Rules for values that the target cannot hold: the project says for each kind whether the row is rejected, the run fails,
 * the value becomes NULL, or the nearest value that fits takes its place. Used by a lane's writer thread, for batches that
 * have bad values only; the common case costs nothing.
 *
 * A row that goes in with another value than the source has would look different to a verification that reads the source
 * again. So the difference between the row's hash before and after is added to the chunk's sum of rejected rows, by
 * which the verification corrects the target's.
 */
#pragma once

#include "data/row_hash.h"
#include "transfer/run_internal.h"

typedef struct FerryBadValues {
	/* of the last batch */
	int64_t n_nulled, n_replaced, n_by_kind[FERRY_N_BAD_KINDS];
	FerryRowSum sum; /* of the rejected rows and of what was changed */
	/* scratch memory, which only grows */
	bool *is_changed;
	uint32_t *of_row, *of_column, *next; /* chains of the values to be replaced, from 1 */
	size_t rows_cap, columns_cap, bad_cap;
	GString *text;
	uint8_t *bytes;
	size_t bytes_cap;
} FerryBadValues;

void ferry_bad_values_clear(FerryBadValues *values);

/* Works the batch's bad values off: skips rows that are rejected, changes cells of the others. n_bad_by_reader: how many
 * of them the reader (or the transform) marked, whose cells are NULL for a verification too. is_left_out says of a skipped
 * row whether verification leaves it out by itself. False and FERRY_ERROR_FAILED for a kind whose rule is FAIL. */
bool ferry_bad_values_apply(const FerryRun *run, const FerryTablePlan *plan, FerryBatch *batch, size_t n_bad_by_reader,
                            FerryRowHasher *hasher, bool (*is_left_out)(size_t row, gconstpointer data), gconstpointer data,
                            FerryBadValues *values, GError **error);

/* The same changes for rows that are compared, not loaded. Rows that a rule rejects (a run that it would fail has none of them
 * either) are skipped when leaves_out, else as they were read. */
bool ferry_bad_values_as_loaded(const FerryRun *run, const FerryTablePlan *plan, FerryBatch *batch, size_t n_bad_by_reader,
                                bool leaves_out, FerryBadValues *values, GError **error);

/* Whether a rejected row of the table is one too many: FERRY_ERROR_FAILED that names the limit. rejected, read: of the table
 * and of the run so far. is_all: those are all rows of the table, so its percentage counts however few they are. */
bool ferry_reject_limits_check(FerryRun *run, const FerryTablePlan *plan, int64_t table_rejected, int64_t table_read,
                               int64_t run_rejected, int64_t run_read, bool is_all, GError **error);
