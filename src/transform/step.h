/*
 * One step of a column's transform, compiled: private to transform/. A value goes through a column's steps as
 * bytes: text as it is, other types in their canonical text form (data/value_text.h).
 */
#pragma once

#include "transform/transform.h"

/* A value on its way. data is borrowed from the input batch or from a scratch string. */
typedef struct FerryStepValue {
	const char *data;
	size_t len;
	bool is_null;
} FerryStepValue;

typedef struct FerryStepPart {
	int column;          /* of the input; -1: the literal */
	const char *literal; /* borrowed */
	size_t len;
} FerryStepPart;

typedef struct FerryStepOp {
	const FerryTransformStep *step; /* borrowed; of a plan that lives longer */
	FerryType from, to;             /* of the value before and after */
	const char *text, *with;        /* or NULL; borrowed from the step, or canonical */
	char *canonical;                /* or NULL: DEFAULT's and NULL_IF's text as values of the type are written; owned */
	size_t text_len, with_len;
	uint8_t *key; /* HASH: owned */
	size_t key_len;
	FerryStepPart *parts; /* CONCAT: owned */
	size_t n_parts;
} FerryStepOp;

/* The type after the step. False and FERRY_ERROR_USAGE where it does not fit what comes before. */
bool ferry_step_result_type(const FerryTransformStep *step, const FerryType *from, FerryType *ret_to,
			    GError **error);

/* in: the input schema, for CONCAT's columns. The op is zeroed or owned by the caller afterwards in either
 * case. */
bool ferry_step_compile(FerryStepOp *op, const FerryTransformStep *step, const FerryType *from,
			const FerrySchema *in, GError **error);
void ferry_step_clear(FerryStepOp *op);

/* Changes the value; out and scratch are empty strings that may be used for its bytes. False: the value is
 * bad. */
bool ferry_step_apply(const FerryStepOp *op, const FerryBatch *in, size_t row, FerryStepValue *value,
		      GString *out, GString *scratch, FerryBadKind *ret_kind);

/* The value of a cell: borrowed from the column, or written into scratch (which is emptied first). */
FerryStepValue ferry_step_load(const FerryColumn *column, size_t row, GString *scratch);

/* Reads the text as the column's type and stores it as row's value. False: it is none, *ret_kind says why;
 * then nothing was stored. Sets *ret_is_full instead where the column cannot take more bytes. */
bool ferry_step_store(FerryColumn *column, size_t row, const FerryStepValue *value, FerryBadKind *ret_kind,
		      bool *ret_is_full);
