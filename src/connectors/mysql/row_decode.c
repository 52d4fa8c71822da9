/* The walk over a row; see row_decode.h for the format. */
#include "connectors/mysql/decode.h"

const uint8_t ferry_mysql_full = 0;

struct FerryMysqlDecoder {
	size_t n_columns;
	DecodeColumn columns[];
};

FerryMysqlDecoder *ferry_mysql_decoder_new(const FerryMysqlField *fields, const FerrySchema *schema,
					   size_t *ret_field)
{
	FerryMysqlDecoder *decoder =
		g_malloc0(sizeof(FerryMysqlDecoder) + schema->n_fields * sizeof(DecodeColumn));

	decoder->n_columns = schema->n_fields;
	for (size_t i = 0; i < schema->n_fields; i++) {
		DecodeColumn *d = &decoder->columns[i];
		d->index = (uint32_t)i;
		d->field = fields[i];
		d->logical = schema->fields[i].type.id;
		d->is_variable = ferry_type_width(d->logical) == 0;
		if (ferry_mysql_choose_number(d) || ferry_mysql_choose_time(d) || ferry_mysql_choose_bytes(d))
			continue;
		*ret_field = i;
		g_free(decoder);
		return NULL;
	}
	return decoder;
}

void ferry_mysql_decoder_free(FerryMysqlDecoder *decoder)
{
	g_free(decoder);
}

/* Takes back what the columns of the unfinished row have got. */
static void undo_row(const FerryMysqlDecoder *decoder, FerryBatch *batch)
{
	size_t row = batch->n_rows;

	for (size_t i = 0; i < decoder->n_columns; i++) {
		FerryColumn *c = &batch->columns[i];
		if (ferry_column_is_null(c, row)) {
			c->validity[row >> 3] |= (uint8_t)(1u << (row & 7));
			c->n_nulls--;
		}
		if (decoder->columns[i].is_variable)
			c->bytes_len = (size_t)c->offsets[row];
	}
	while (batch->n_bad > 0 && batch->bad[batch->n_bad - 1].row == row)
		batch->bad_text_len = batch->bad[--batch->n_bad].text_at;
}

static void set_null(const DecodeColumn *d, FerryBatch *batch)
{
	if (d->is_variable)
		ferry_column_set_null_bytes(column_of(d, batch), batch->n_rows);
	else
		ferry_column_set_null_fixed(column_of(d, batch), batch->n_rows);
}

FerryMysqlRowResult ferry_mysql_decode_row(const FerryMysqlDecoder *decoder, const uint8_t *row, size_t len,
					   FerryBatch *batch)
{
	size_t n = decoder->n_columns, bitmap_len = (n + 9) / 8;
	if (G_UNLIKELY(len < 1 + bitmap_len || row[0] != 0))
		return FERRY_MYSQL_ROW_MALFORMED;

	const uint8_t *bitmap = row + 1, *end = row + len;
	const uint8_t *p = bitmap + bitmap_len;
	for (size_t i = 0; i < n; i++) {
		const DecodeColumn *d = &decoder->columns[i];
		if (bitmap[(i + 2) >> 3] & (1u << ((i + 2) & 7))) {
			set_null(d, batch);
			continue;
		}
		p = d->func(d, p, end, batch);
		if (G_UNLIKELY(!p || p == &ferry_mysql_full)) {
			undo_row(decoder, batch);
			return p ? FERRY_MYSQL_ROW_FULL : FERRY_MYSQL_ROW_MALFORMED;
		}
	}
	if (G_UNLIKELY(p != end)) {
		undo_row(decoder, batch);
		return FERRY_MYSQL_ROW_MALFORMED;
	}
	batch->n_rows++;
	return FERRY_MYSQL_ROW_OK;
}

const uint8_t *ferry_mysql_read_long_length(const uint8_t *p, const uint8_t *end, size_t *ret_len)
{
	size_t have = (size_t)(end - p);
	uint64_t len;

	if (*p == 252 && have >= 3) {
		len = read_u16(p + 1);
		p += 3;
	} else if (*p == 253 && have >= 4) {
		len = (uint64_t)p[1] | (uint64_t)p[2] << 8 | (uint64_t)p[3] << 16;
		p += 4;
	} else if (*p == 254 && have >= 9) {
		len = read_u64(p + 1);
		p += 9;
	} else {
		return NULL;
	}
	if (len > (uint64_t)(end - p))
		return NULL;
	*ret_len = (size_t)len;
	return p;
}
