/*
 * One step of a column's transform, compiled: private to transform/. A column goes through its steps as texts
 * (transform/text_column.h): text as it is, other types in their canonical text form (data/value_text.h).
 */
#pragma once

#include "transform/text_column.h"
#include "transform/transform.h"

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
	uint8_t fixed[16];    /* DEFAULT, NULL_IF on a type of fixed width: the value as it lies in a column */
	bool is_trimmed[128]; /* TRIM and its kin: the ASCII characters that go */
	uint8_t *key;         /* HASH: owned */
	size_t key_len;
	FerryStepPart *parts; /* CONCAT: owned */
	size_t n_parts;
} FerryStepOp;

/* Whether values of the type can be read as the other: each at least one value of any use, and none as another one. */
bool ferry_step_converts(FerryTypeId from, FerryTypeId to);

/* The type after the step. False and FERRY_ERROR_USAGE where it does not fit what comes before. */
bool ferry_step_result_type(const FerryTransformStep *step, const FerryType *from, FerryType *ret_to, GError **error);

/* in: the input schema, for CONCAT's columns. The op is zeroed or owned by the caller afterwards in either case. */
bool ferry_step_compile(FerryStepOp *op, const FerryTransformStep *step, const FerryType *from, const FerrySchema *in,
                        GError **error);
void ferry_step_clear(FerryStepOp *op);

/* Changes all values of the column. False: memory is out. */
bool ferry_step_apply(const FerryStepOp *op, const FerryBatch *in, FerryTextColumn *values);

/* The conversion of TYPE, and of a column's last step into the output's type: the text that reads as the new type. */
bool ferry_step_convert(const FerryStepOp *op, FerryTextColumn *values);

#define FERRY_STEP_MAX_TYPED 16
/* Columns of fixed width whose steps need no text: DEFAULT and NULL_IF, and from integer to integer. */
bool ferry_step_is_typed(const FerryStepOp *ops, size_t n_ops, FerryTypeId from, FerryTypeId to);
void ferry_step_apply_typed(const FerryStepOp *ops, size_t n_ops, const FerryBatch *in, size_t from, FerryBatch *out,
                            size_t to);
