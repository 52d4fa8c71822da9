/* See row_decode.h. */
#include "connectors/oracle/row_decode.h"

#include "connectors/oracle/decode.h"

struct FerryOracleDecoder {
	FerryBatch *last; /* of one row */
	bool has_last;
	bool is_plain; /* each column is a value and nothing else */
	FerryOracleLobs *lobs;
	size_t n_columns;
	DecodeColumn columns[];
};

static bool choose(DecodeColumn *d)
{
	if (d->is_flag)
		return ferry_oracle_choose_number(d) && d->field->type == FERRY_ORACLE_TYPE_NUMBER;
	if (d->is_locator)
		return ferry_oracle_choose_locator(d);
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
	decoder->is_plain = true;
	decoder->last = ferry_batch_new(schema, 1);
	decoder->lobs = ferry_oracle_lobs_new();
	for (guint i = 0; i < fields->len; i++) {
		DecodeColumn *d = &decoder->columns[i];
		d->field = &g_array_index(fields, FerryOracleField, i);
		d->is_flag = outputs && outputs[i].is_flag;
		d->is_locator = outputs && outputs[i].is_locator;
		d->limit = outputs ? outputs[i].limit : 0;
		d->lobs = decoder->lobs;
		d->has_flag = i > 0 && decoder->columns[i - 1].is_flag;
		d->has_trailer = d->field->has_trailer;
		decoder->is_plain &= !d->is_flag && !d->is_locator && !d->has_trailer && !d->field->is_absent;
		d->index = d->is_locator ? index - 1 : index;
		if (!d->is_flag && !d->is_locator && index < schema->n_fields) {
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
	ferry_oracle_lobs_free(decoder->lobs);
	g_free(decoder);
}

FerryOracleLobs *ferry_oracle_decoder_lobs(FerryOracleDecoder *decoder)
{
	return decoder->lobs;
}

/* ---- values that are not sent again ---- */

static const FerryBadValue *find_bad(const FerryBatch *batch, size_t row, size_t column)
{
	for (size_t i = batch->n_bad; i > 0; i--)
		if (batch->bad[i - 1].row == row && batch->bad[i - 1].column == column)
			return &batch->bad[i - 1];
	return NULL;
}

static bool copy_null(const FerryBatch *from, size_t from_row, FerryBatch *to, size_t to_row, uint32_t column)
{
	const FerryBadValue *bad = find_bad(from, from_row, column);

	if (!bad) {
		ferry_column_set_null(&to->columns[column], to_row);
		return true;
	}
	/* The text may move when it is added to its own batch. */
	g_autofree char *text = g_memdup2(from->bad_text + bad->text_at, bad->text_len);
	ferry_batch_mark_bad(to, to_row, column, bad->kind, text ? text : "", bad->text_len, bad->is_binary);
	return true;
}

bool ferry_oracle_copy_cell(const FerryBatch *from, size_t from_row, FerryBatch *to, size_t to_row,
			    uint32_t column)
{
	const FerryColumn *source = &from->columns[column];
	FerryColumn *target = &to->columns[column];
	size_t width = ferry_type_width(source->type->id);

	if (ferry_column_is_null(source, from_row))
		return copy_null(from, from_row, to, to_row, column);
	if (width > 0) {
		memcpy((uint8_t *)target->fixed + to_row * width,
		       (const uint8_t *)source->fixed + from_row * width, width);
		return true;
	}
	size_t len = (size_t)(source->offsets[from_row + 1] - source->offsets[from_row]);
	if (!ferry_column_reserve(target, len))
		return false;
	/* Looked up after the column may have moved. */
	if (len > 0)
		memcpy(target->bytes + target->bytes_len, source->bytes + source->offsets[from_row], len);
	target->bytes_len += len;
	target->offsets[to_row + 1] = (int32_t)target->bytes_len;
	return true;
}

/* A locator may be left out only where none is: the LOB of another row is not this one's. */
static bool repeat(FerryOracleDecoder *decoder, DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	bool is_first = batch->n_rows == 0;

	if (d->is_flag)
		return true;
	if (d->is_locator)
		return !(d->is_there && d->length > d->limit) ||
		       malformed(w, "a LOB's locator that was not sent");
	if (is_first && !decoder->has_last)
		return malformed(w, "a first row that repeats another one");
	d->is_full =
		!ferry_oracle_copy_cell(is_first ? decoder->last : batch, is_first ? 0 : batch->n_rows - 1,
					batch, batch->n_rows, d->index);
	return !d->is_full;
}

void ferry_oracle_decoder_keep_last(FerryOracleDecoder *decoder, const FerryBatch *batch)
{
	if (batch->n_rows == 0)
		return;
	ferry_batch_clear(decoder->last);
	decoder->has_last = true;
	for (size_t i = 0; i < decoder->n_columns; i++) {
		DecodeColumn *d = &decoder->columns[i];
		if (!d->is_flag && !d->is_locator &&
		    !ferry_oracle_copy_cell(batch, batch->n_rows - 1, decoder->last, 0, d->index))
			decoder->has_last = false;
	}
	decoder->last->n_rows = 1;
}

/* ---- rows ---- */

static inline bool decode_value(FerryOracleDecoder *decoder, FerryOracleCursor *cursor, DecodeColumn *d,
				size_t i, FerryOracleWire *w, FerryBatch *batch)
{
	if (G_UNLIKELY(d->field->is_absent))
		return d->is_flag || d->is_locator || set_null(d, batch);
	if (d->has_flag || d->is_locator) { /* of a flag, a value and a locator the first has told */
		const DecodeColumn *flag = &decoder->columns[d->has_flag ? i - 1 : i - 2];
		d->is_there = flag->is_there;
		d->length = flag->length;
	}
	if (G_UNLIKELY(!ferry_oracle_cursor_is_sent(cursor, i)))
		return repeat(decoder, d, w, batch);
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
	bool is_plain = decoder->is_plain && !cursor->has_bits;

	for (size_t i = 0; i < decoder->n_columns; i++) {
		DecodeColumn *d = &decoder->columns[i];
		if (G_UNLIKELY(!(is_plain ? d->func(d, w, batch)
					  : decode_value(decoder, cursor, d, i, w, batch))))
			return d->is_full ? FERRY_ORACLE_ROW_FULL : FERRY_ORACLE_ROW_FAILED;
	}
	batch->n_rows++;
	ferry_oracle_cursor_row_done(cursor);
	return FERRY_ORACLE_ROW_OK;
}
