/* See held_rows.h. What is held is bounded by the number of rows a response, and by the size up to which LOBs
 * come inside of rows (reader.c chooses the one by the other). */
#include "connectors/oracle/held_rows.h"

struct FerryOracleHeldRows {
	FerryOracleCursor *cursor;
	FerryOracleDecoder *decoder;
	FerryOracleLobs *lobs; /* the decoder's */
	FerryGiants *giants;   /* or NULL */
	FerryBatch *rows;
	size_t at;     /* the next row to go */
	guint lobs_at; /* the next LOB to be read */
};

FerryOracleHeldRows *ferry_oracle_held_rows_new(FerryOracleCursor *cursor, FerryOracleDecoder *decoder,
						const FerryReadSpec *spec)
{
	FerryOracleHeldRows *held = g_new0(FerryOracleHeldRows, 1);

	held->cursor = cursor;
	held->decoder = decoder;
	held->lobs = ferry_oracle_decoder_lobs(decoder);
	held->giants = spec->giants;
	held->rows = ferry_batch_new(spec->schema, cursor->n_fetch);
	return held;
}

void ferry_oracle_held_rows_free(FerryOracleHeldRows *held)
{
	const FerryOracleLob *lob;

	if (!held)
		return;
	while ((lob = ferry_oracle_lobs_get(held->lobs, held->lobs_at++)))
		ferry_oracle_lob_release(held->cursor->c, held->lobs, lob);
	ferry_batch_free(held->rows);
	g_free(held);
}

static bool fail_full(const FerryOracleHeldRows *held, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_DATA, "%s: a value is more than memory can hold (1 GiB at most)",
			  held->cursor->doing);
}

/* MORE: at least one row of a response is held, and the response at its end. */
static FerryStep hold_response(FerryOracleHeldRows *held, GError **error)
{
	FerryStep step;

	ferry_oracle_decoder_keep_last(held->decoder, held->rows);
	ferry_batch_clear(held->rows);
	ferry_oracle_lobs_clear(held->lobs);
	held->at = held->lobs_at = 0;
	while ((step = ferry_oracle_cursor_next_of_response(held->cursor, error)) == FERRY_STEP_MORE) {
		if (held->rows->n_rows == held->rows->max_rows) {
			ferry_oracle_wire_malformed(held->cursor->c->wire, "more rows than were asked for");
			continue;
		}
		if (ferry_oracle_decode_row(held->decoder, held->cursor, held->rows) ==
		    FERRY_ORACLE_ROW_FULL) {
			fail_full(held, error);
			return FERRY_STEP_FAILED;
		}
	}
	if (step == FERRY_STEP_FAILED)
		return step;
	return held->rows->n_rows > 0 ? FERRY_STEP_MORE : FERRY_STEP_END;
}

static bool take_lob(FerryOracleHeldRows *held, const FerryOracleLob *lob, FerryBatch *batch, GError **error)
{
	FerryOracleConnection *c = held->cursor->c;
	FerryColumn *column = &batch->columns[lob->column];
	FerryTypeId logical = column->type->id;
	bool is_binary = lob->type == FERRY_ORACLE_TYPE_BLOB;
	size_t begin = column->bytes_len;

	if (ferry_type_width(logical) != 0) { /* a UUID, say */
		ferry_oracle_lob_release(c, held->lobs, lob);
		ferry_batch_mark_bad(batch, batch->n_rows, lob->column, FERRY_BAD_TOO_LONG, "", 0, is_binary);
		return true;
	}
	if (lob->length > FERRY_GIANT_BYTES)
		ferry_permit_take(&batch->permit, held->giants, lob->length);
	switch (ferry_oracle_lob_read(c, held->lobs, lob, is_binary && logical == FERRY_TYPE_TEXT, column,
				      held->cursor->doing, error)) {
	case FERRY_ORACLE_LOB_FAILED: return false;
	case FERRY_ORACLE_LOB_DONE:
		column->offsets[batch->n_rows + 1] = (int32_t)column->bytes_len;
		return true;
	case FERRY_ORACLE_LOB_TOO_LONG: break;
	}
	size_t len = column->bytes_len - begin;
	column->bytes_len = begin;
	ferry_batch_mark_bad(batch, batch->n_rows, lob->column, FERRY_BAD_TOO_LONG, column->bytes + begin,
			     len, is_binary && logical != FERRY_TYPE_TEXT);
	return true;
}

FerryStep ferry_oracle_held_rows_next(FerryOracleHeldRows *held, FerryBatch *batch, GError **error)
{
	if (held->at == held->rows->n_rows) {
		FerryStep step = hold_response(held, error);
		if (step != FERRY_STEP_MORE)
			return step;
	}
	for (uint32_t i = 0; i < batch->n_columns; i++) {
		const FerryOracleLob *lob = ferry_oracle_lobs_get(held->lobs, held->lobs_at);
		if (lob && lob->row == held->at && lob->column == i) {
			held->lobs_at++;
			if (!take_lob(held, lob, batch, error))
				return FERRY_STEP_FAILED;
		} else if (!ferry_oracle_copy_cell(held->rows, held->at, batch, batch->n_rows, i)) {
			fail_full(held, error);
			return FERRY_STEP_FAILED;
		}
	}
	held->at++;
	batch->n_rows++;
	return FERRY_STEP_MORE;
}
