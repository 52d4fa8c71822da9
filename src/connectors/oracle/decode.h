/*
 * Between the files of the row decoder only: row_decode.c walks the row, the others hold the functions for
 * one value, each with a chooser for its wire types.
 */
#pragma once

#include "connectors/oracle/cursor.h"
#include "connectors/oracle/lob.h"

typedef struct DecodeColumn DecodeColumn;

/* Reads the value on the wire as row's value of the column. False: the wire says why, or the column is full.
 */
typedef bool (*DecodeFunc)(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch);

struct DecodeColumn {
	DecodeFunc func;
	uint32_t index; /* of the batch's column */
	FerryTypeId logical;
	bool is_variable; /* storage is offsets + bytes */
	/* No columns of the batch: one that says whether the next one's value is there though it is empty,
	 * and how long it is; and one that has the locator of a value that is longer than limit. */
	bool is_flag, is_locator;
	uint64_t limit;
	FerryOracleLobs *lobs; /* where it goes: the decoder's */
	bool has_flag;         /* the one before is such a flag */
	bool is_there;         /* what it has said */
	uint64_t length;
	bool is_full; /* more than a column can hold, or memory */
	bool has_trailer;
	const FerryOracleField *field; /* borrowed */
};

/* Each sets d->func and returns true, or returns false: not of this file, or not possible. */
bool ferry_oracle_choose_number(DecodeColumn *d);
bool ferry_oracle_choose_time(DecodeColumn *d);
bool ferry_oracle_choose_interval(DecodeColumn *d);
bool ferry_oracle_choose_bytes(DecodeColumn *d);
bool ferry_oracle_choose_rowid(DecodeColumn *d);
bool ferry_oracle_choose_locator(DecodeColumn *d);
bool ferry_oracle_choose_typed(DecodeColumn *d); /* of the texts: what is wanted as another type */

static inline FerryColumn *column_of(const DecodeColumn *d, FerryBatch *batch)
{
	return &batch->columns[d->index];
}

static inline bool set_null(const DecodeColumn *d, FerryBatch *batch)
{
	if (d->is_variable)
		ferry_column_set_null_bytes(column_of(d, batch), batch->n_rows);
	else
		ferry_column_set_null_fixed(column_of(d, batch), batch->n_rows);
	return true;
}

static inline bool append_value(DecodeColumn *d, FerryBatch *batch, const void *data, size_t len)
{
	if (G_LIKELY(ferry_column_append_bytes(column_of(d, batch), batch->n_rows, data, len)))
		return true;
	d->is_full = true;
	return false;
}

static inline bool mark_bad(const DecodeColumn *d, FerryBatch *batch, FerryBadKind kind, const void *text,
			    size_t len)
{
	ferry_batch_mark_bad(batch, batch->n_rows, d->index, kind, text, len, false);
	return true;
}

/* A value of a type that is short on the wire; NULL: the wire says why. */
static inline const uint8_t *read_short(FerryOracleWire *w, size_t *ret_len)
{
	const uint8_t *value = ferry_oracle_get_short(w, ret_len);

	if (G_UNLIKELY(!value))
		ferry_oracle_wire_malformed(w, "a value of an impossible length");
	return value;
}

static inline bool malformed(FerryOracleWire *w, const char *what)
{
	ferry_oracle_wire_malformed(w, what);
	return false;
}
