/* See row_decode.h. */
#include "connectors/oracle/row_decode.h"

#include "connectors/oracle/decode.h"

struct FerryOracleDecoder {
	FerryBatch *last; /* of one row */
	bool has_last;
	size_t n_columns;
	DecodeColumn columns[];
};

static bool choose(DecodeColumn *d)
{
	if (d->is_flag)
		return ferry_oracle_choose_number(d) && d->field->type == FERRY_ORACLE_TYPE_NUMBER;
	return ferry_oracle_choose_number(d) || ferry_oracle_choose_bytes(d) || ferry_oracle_choose_time(d) ||
	       ferry_oracle_choose_interval(d) || ferry_oracle_choose_rowid(d);
}

FerryOracleDecoder *ferry_oracle_decoder_new(const GArray *fields, const FerryOracleOutput *outputs,
					     const FerrySchema *schema, size_t *ret_field)
{
	FerryOracleDecoder *decoder =
		g_malloc0(sizeof(FerryOracleDecoder) + fields->len * sizeof(DecodeColumn));
	uint32_t index = 0;

	decoder->n_columns = fields->len;
	decoder->last = ferry_batch_new(schema, 1);
	for (guint i = 0; i < fields->len; i++) {
		DecodeColumn *d = &decoder->columns[i];
		d->field = &g_array_index(fields, FerryOracleField, i);
		d->is_flag = outputs && outputs[i].is_flag;
		d->keeps_empty = outputs && outputs[i].keeps_empty;
		d->has_flag = i > 0 && decoder->columns[i - 1].is_flag;
		d->has_trailer = d->field->has_trailer;
		d->index = index;
		if (!d->is_flag && index < schema->n_fields) {
			d->logical = schema->fields[index++].type.id;
			d->is_variable = ferry_type_width(d->logical) == 0;
		}
		if (choose(d))
			continue;
		*ret_field = i;
		ferry_oracle_decoder_free(decoder);
		return NULL;
	}
	return decoder;
}

void ferry_oracle_decoder_free(FerryOracleDecoder *decoder)
{
	if (!decoder)
		return;
	ferry_batch_free(decoder->last);
	g_free(decoder);
}

/* ---- values that are not sent again ---- */

static const FerryBadValue *find_bad(const FerryBatch *batch, size_t row, size_t column)
{
	for (size_t i = batch->n_bad; i > 0; i--)
		if (batch->bad[i - 1].row == row && batch->bad[i - 1].column == column)
			return &batch->bad[i - 1];
	return NULL;
}

static bool copy_null(const DecodeColumn *d, const FerryBatch *from, size_t from_row, FerryBatch *to,
		      size_t to_row)
{
	const FerryBadValue *bad = find_bad(from, from_row, d->index);

	if (!bad) {
		ferry_column_set_null(&to->columns[d->index], to_row);
		return true;
	}
	/* The text may move when it is added to its own batch. */
	g_autofree char *text = g_memdup2(from->bad_text + bad->text_at, bad->text_len);
	ferry_batch_mark_bad(to, to_row, d->index, bad->kind, text ? text : "", bad->text_len,
			     bad->is_binary);
	return true;
}

static bool copy_cell(DecodeColumn *d, const FerryBatch *from, size_t from_row, FerryBatch *to, size_t to_row)
{
	const FerryColumn *source = &from->columns[d->index];
	FerryColumn *target = &to->columns[d->index];

	if (ferry_column_is_null(source, from_row))
		return copy_null(d, from, from_row, to, to_row);
	if (!d->is_variable) {
		size_t width = ferry_type_width(d->logical);
		memcpy((uint8_t *)target->fixed + to_row * width,
		       (const uint8_t *)source->fixed + from_row * width, width);
		return true;
	}
	size_t len = (size_t)(source->offsets[from_row + 1] - source->offsets[from_row]);
	if (!ferry_column_reserve(target, len)) {
		d->is_full = true;
		return false;
	}
	/* Looked up after the column may have moved. */
	if (len > 0)
		memcpy(target->bytes + target->bytes_len, source->bytes + source->offsets[from_row], len);
	target->bytes_len += len;
	target->offsets[to_row + 1] = (int32_t)target->bytes_len;
	return true;
}

static bool repeat(FerryOracleDecoder *decoder, DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	if (d->is_flag)
		return true;
	if (batch->n_rows > 0)
		return copy_cell(d, batch, batch->n_rows - 1, batch, batch->n_rows);
	if (decoder->has_last)
		return copy_cell(d, decoder->last, 0, batch, 0);
	return malformed(w, "a first row that repeats another one");
}

void ferry_oracle_decoder_keep_last(FerryOracleDecoder *decoder, const FerryBatch *batch)
{
	if (batch->n_rows == 0)
		return;
	ferry_batch_clear(decoder->last);
	decoder->has_last = true;
	for (size_t i = 0; i < decoder->n_columns; i++) {
		DecodeColumn *d = &decoder->columns[i];
		if (!d->is_flag && !copy_cell(d, batch, batch->n_rows - 1, decoder->last, 0))
			decoder->has_last = false;
	}
	decoder->last->n_rows = 1;
}

/* ---- rows ---- */

static inline bool decode_value(FerryOracleDecoder *decoder, FerryOracleCursor *cursor, DecodeColumn *d,
				size_t i, FerryOracleWire *w, FerryBatch *batch)
{
	if (G_UNLIKELY(d->field->is_absent))
		return d->is_flag || set_null(d, batch);
	if (G_UNLIKELY(!ferry_oracle_cursor_is_sent(cursor, i)))
		return repeat(decoder, d, w, batch);
	if (d->has_flag)
		d->is_there = decoder->columns[i - 1].is_there;
	if (G_UNLIKELY(!d->func(d, w, batch)))
		return false;
	if (G_UNLIKELY(d->has_trailer)) {
		ferry_oracle_get_signed(w, 4);
		ferry_oracle_get_ub4(w);
		return w->state == FERRY_ORACLE_WIRE_FINE;
	}
	return true;
}

FerryOracleRowResult ferry_oracle_decode_row(FerryOracleDecoder *decoder, FerryOracleCursor *cursor,
					     FerryBatch *batch)
{
	FerryOracleWire *w = cursor->c->wire;

	for (size_t i = 0; i < decoder->n_columns; i++) {
		DecodeColumn *d = &decoder->columns[i];
		if (G_UNLIKELY(!decode_value(decoder, cursor, d, i, w, batch)))
			return d->is_full ? FERRY_ORACLE_ROW_FULL : FERRY_ORACLE_ROW_FAILED;
	}
	batch->n_rows++;
	ferry_oracle_cursor_row_done(cursor);
	return FERRY_ORACLE_ROW_OK;
}
