/*
 * Rejected rows: an NDJSON file, made when the first row comes, one object a row:
 *   {"table":"public.t","key":"id=7","column":"note","kind":"nul-byte","reason":"…","value":"…","encoding":"text"|"base64"}
 * A row of which several values are bad gives one line a value. Calls from any thread.
 */
#pragma once

#include "data/batch.h"

typedef struct FerryRejects FerryRejects;

/* path may be NULL: nothing is written. */
FerryRejects *ferry_rejects_new(const char *path);
void ferry_rejects_free(FerryRejects *rejects);

/* Appends the line of bad value number bad of the batch to lines. Nothing is written: lines of a chunk are gathered and
 * written when it is about to commit, so that a chunk that is loaded again is not told twice. */
void ferry_rejects_format(GString *lines, const char *table, const FerryBatch *batch, size_t bad);
/* The same for a row that the server refused as a whole. */
void ferry_rejects_format_refused(GString *lines, const char *table, const FerryBatch *batch, size_t row, const char *reason);

/* Appends lines to the file and flushes it. */
bool ferry_rejects_write(FerryRejects *rejects, const GString *lines, GError **error);

/* "id=7, part='x'" from the key fields of the row; newly allocated, NULL where the schema has no key. */
char *ferry_batch_row_key(const FerryBatch *batch, size_t row);
