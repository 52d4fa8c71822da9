/*
 * Transforms: what the engine does to a column's values between a reader and a writer. Compiled once a table, applied to
 * whole batches, a column at a time; columns without a step are handed over without copying (their buffers are swapped).
 * No allocation per row or per value.
 *
 * Everything here is pure: the same input gives the same output, so verification sends the source's rows through the same
 * transform and compares what comes out with what the target holds.
 *
 * A value that a step cannot convert ("abc" to int32) is marked bad in the output (FERRY_BAD_INVALID_VALUE or
 * FERRY_BAD_OUT_OF_RANGE) with the original value, and the named rule decides about the row, as for what a reader marks.
 *
 * A transform is compiled by one thread and then read by all; each thread that applies it has a FerryTransformer of its own.
 */
#pragma once

#include "project/project.h"

/* One column of the output. Borrowed until compile returns. */
typedef struct FerryTransformColumn {
	const char *source;     /* field of the input schema; NULL: a new column */
	const GPtrArray *steps; /* FerryTransformStep; may be empty, but not where source is NULL */
	FerryProjectPlace place;
} FerryTransformColumn;

/* A hidden boolean field of the input that decides about the row. */
typedef struct FerryTransformCheck {
	const char *field;      /* of the input schema: BOOL or an integer; false (0) = the row fails, NULL passes */
	const char *name;       /* for the reject file and the report */
	FerryCheckAction action;
} FerryTransformCheck;

typedef struct FerryTransform FerryTransform;
typedef struct FerryTransformer FerryTransformer;

/* The logical type that the steps make of the input type (in is not looked at where the first step is CONSTANT or CONCAT).
 * False and FERRY_ERROR_USAGE when a step does not fit the type before it. */
bool ferry_transform_result_type(const FerryType *in, const GPtrArray *steps, FerryType *ret_type, GError **error);

/* out has a field for each column, in order; where its type differs from what the steps give, a conversion is added at the
 * end. Both schemas are borrowed and must outlive the transform. Keys of HASH are taken from the environment here. */
FerryTransform *ferry_transform_compile(const FerrySchema *in, const FerrySchema *out, const FerryTransformColumn *columns,
                                        const FerryTransformCheck *checks, size_t n_checks, GError **error);
void ferry_transform_free(FerryTransform *transform); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryTransform, ferry_transform_free)

size_t ferry_transform_n_checks(const FerryTransform *transform);
const char *ferry_transform_check_name(const FerryTransform *transform, size_t i); /* borrowed */
FerryCheckAction ferry_transform_check_action(const FerryTransform *transform, size_t i);

FerryTransformer *ferry_transformer_new(const FerryTransform *transform);
void ferry_transformer_free(FerryTransformer *t); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryTransformer, ferry_transformer_free)

/* Fills out (of the out schema, cleared, with room for in's rows) from in, and leaves in fit for ferry_batch_clear(): buffers may
 * have been swapped. Rows, skipped rows, bad values (with their columns renumbered; those of columns that are left out are
 * dropped) and source_bytes are carried over. Rows that fail a check of action REJECT are skipped in out.
 * failed[i] is increased by the rows that failed check i; it may be NULL where there are no checks. False and
 * FERRY_ERROR_FAILED only when memory is out. */
bool ferry_transformer_apply(FerryTransformer *t, FerryBatch *in, FerryBatch *out, int64_t *failed, GError **error);

/* The name of the check for which the row of the last batch was skipped; NULL: none. Borrowed from the transform. */
const char *ferry_transformer_row_failure(const FerryTransformer *t, size_t row);
