/*
 * The row hash by which verification proves that both sides hold the same rows. Each row of a batch gives one 64-bit
 * hash over the canonical form of its values (NULL differs from everything, decimals without trailing zeros, 1.0 = 1,
 * -0 = 0, all NaNs equal, integers of every width and booleans equal by value, JSON by value where the type says
 * is_binary_json, CHAR(n) without trailing blanks, JSON numbers as decimals), in the order of the columns. A set of rows
 * is the count and the 128-bit sum of its rows' hashes (each spread to 128 bits before), which does not depend on the order
 * of the rows and can be added up over chunks, but counts duplicates. It is meant against accidents, not attackers.
 *
 * Values are hashed column by column, so that the type is dispatched once a column. Nothing is allocated per row; a
 * hasher keeps its scratch memory. One thread a hasher.
 */
#pragma once

#include "data/batch.h"

typedef struct FerryRowSum {
	uint64_t n_rows;
	uint64_t low, high; /* the 128-bit sum */
} FerryRowSum;

typedef struct FerryRowHasher FerryRowHasher;

/* For batches of this schema, which is borrowed. */
FerryRowHasher *ferry_row_hasher_new(const FerrySchema *schema);
void ferry_row_hasher_free(FerryRowHasher *hasher); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryRowHasher, ferry_row_hasher_free)

/* One hash a row, skipped rows included; borrowed until the next call. columns: which ones by index, or NULL for all. */
const uint64_t *ferry_row_hasher_rows(FerryRowHasher *hasher, const FerryBatch *batch, const uint32_t *columns,
                                      size_t n_columns);

/* The hash of one row, at the cost of eight at most. */
uint64_t ferry_row_hasher_row(FerryRowHasher *hasher, const FerryBatch *batch, size_t row);

/* Adds the batch's rows (those not skipped) to the sum. */
void ferry_row_hasher_add(FerryRowHasher *hasher, const FerryBatch *batch, FerryRowSum *sum);

void ferry_row_sum_add_hash(FerryRowSum *sum, uint64_t row_hash);
void ferry_row_sum_merge(FerryRowSum *into, const FerryRowSum *from);
bool ferry_row_sum_equal(const FerryRowSum *a, const FerryRowSum *b);
