/*
 * A column of values on its way through the steps of a transform: private to transform/. Each value is a view of
 * bytes that lie in the input's column, in a step's text, or in one of two buffers. A step that makes new bytes
 * writes all values, one behind the other, into the buffer in which none of them lies; one that only narrows values
 * (trim, substring) moves views. The buffers grow to what a batch needs and are used again, so that a steady run
 * allocates nothing.
 *
 * One column at a time, one thread.
 */
#pragma once

#include "data/batch.h"
#include "data/json_canonical.h"

/* data is NULL for SQL's NULL; then len is 0, or 1 for a row that steps leave alone: it is skipped, or its value was
 * found bad. */
typedef struct FerryText {
	const char *data;
	size_t len;
} FerryText;

typedef struct FerryTextBuffer {
	char *bytes;
	size_t cap;
} FerryTextBuffer;

/* What is known of the bytes: nothing, each value is valid UTF-8, all are ASCII. */
typedef enum { FERRY_TEXT_ANY, FERRY_TEXT_UTF8, FERRY_TEXT_ASCII } FerryTextKind;

typedef struct FerryTextColumn {
	FerryText *values;
	size_t n, cap;
	FerryTextKind kind;
	const char *span; /* the bytes in which the values lie, but for texts of steps */
	size_t span_len;
	bool is_packed;   /* the values in their order are all of the span, and nothing else */

	FerryTextBuffer buffers[2];
	int in_use; /* the one that values may lie in */
	FerryJsonHasher *json;

	bool has_steps, is_hidden; /* steps are applied to it that the project names; one of them masks or hashes */

	/* Where bad values are marked. */
	FerryBatch *out;
	size_t out_column;
} FerryTextColumn;

void ferry_text_column_clear(FerryTextColumn *t); /* frees what it owns */

/* Takes the first n values of the input's column, or NULLs for source < 0, for the column of out. False: memory is out. */
bool ferry_text_column_load(FerryTextColumn *t, const FerryBatch *in, int source, size_t n, FerryBatch *out,
                            size_t out_column);

/* Room for all new values, and then what was written there: values have been pointed at it. NULL: memory is out. */
char *ferry_text_column_begin(FerryTextColumn *t, size_t n_bytes);
void ferry_text_column_end(FerryTextColumn *t, const char *end, FerryTextKind kind);

/* Makes sure that every value is valid UTF-8; others are marked. */
void ferry_text_column_need_characters(FerryTextColumn *t);

/* Marks a value to which not all steps of its column were applied, if it has any. Of a hidden one nothing is told. */
void ferry_transform_mark_bad(FerryBatch *out, size_t row, size_t column, FerryBadKind kind, const char *text, size_t len,
                              bool is_binary, bool has_steps, bool is_hidden);

/* Marks the value, and leaves its row out of all steps that follow. */
void ferry_text_column_mark_bad(FerryTextColumn *t, size_t row, FerryBadKind kind);

/* Reads the values as the output column's type and stores them there; those that are none are marked. False: the column
 * cannot take so many bytes. */
bool ferry_text_column_store(FerryTextColumn *t);

bool ferry_text_is_ascii(const char *data, size_t len);

static inline size_t ferry_text_column_bytes(const FerryTextColumn *t)
{
	size_t total = 0;

	for (size_t i = 0; i < t->n; i++)
		total += t->values[i].data ? t->values[i].len : 0;
	return total;
}
