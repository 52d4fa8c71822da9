/*
 * Rejected rows: an NDJSON file, made when the first row comes, one object a row; docs/rejects.md describes it. Calls from any
 * thread; a FerryRejectLines belongs to one.
 *
 * Lines of a chunk are gathered, and written when it has been committed: a chunk that is loaded again is not told twice. What
 * passes a few MiB waits in a temporary file without a name.
 */
#pragma once

#include "data/batch.h"

#include <stdio.h>

#define FERRY_REJECT_VERSION 1

typedef struct FerryRejects FerryRejects;

typedef struct FerryRejectLines {
	GString *text;
	FILE *spill; /* or NULL: what came before text */
	size_t reserved; /* room in the file that is kept for them, in bytes */
	/* Of the table whose rows come. Borrowed. */
	const char *source, *target;
	const FerrySchema *schema; /* names of the target's columns, in the batches' order */
} FerryRejectLines;

/* path may be NULL: nothing is written. */
FerryRejects *ferry_rejects_new(const char *path);
void ferry_rejects_free(FerryRejects *rejects);
const char *ferry_rejects_path(const FerryRejects *rejects); /* as it was given; or NULL */

/* One line for each skipped row with bad values, but for those that were told before. */
void ferry_rejects_add_bad(FerryRejectLines *lines, const FerryBatch *batch, bool (*is_told)(size_t row, gconstpointer data),
                           gconstpointer data);
/* For a row that was refused as a whole, by the server or by a check. */
void ferry_rejects_add_refused(FerryRejectLines *lines, const FerryBatch *batch, size_t row, const char *reason);

/* Forgets the lines. */
void ferry_reject_lines_clear(FerryRejectLines *lines);
void ferry_reject_lines_free(FerryRejectLines *lines); /* what it holds */
/* A new one that holds what lines has held. */
FerryRejectLines *ferry_reject_lines_steal(FerryRejectLines *lines);

/* Before the chunk is committed: opens the file and keeps room for the lines on its disk, so that writing them afterwards does not
 * fail; where the file system cannot, it may. */
bool ferry_rejects_reserve(FerryRejects *rejects, FerryRejectLines *lines, GError **error);
/* Appends the lines to the file, flushes it, and forgets them. */
bool ferry_rejects_write(FerryRejects *rejects, FerryRejectLines *lines, GError **error);
/* The same for rows of a chunk that is rolled back, so that they will be read again: they say so. */
void ferry_rejects_write_lost(FerryRejects *rejects, FerryRejectLines *lines);

/* "id=7, part='x'" from the key fields of the row; newly allocated, NULL where the schema has no key. */
char *ferry_batch_row_key(const FerryBatch *batch, size_t row);
