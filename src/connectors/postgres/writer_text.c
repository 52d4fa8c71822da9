/*
 * Rows as COPY text, which any type of the server reads: the way for columns without a binary encoder
 * (arrays, ranges, inet, a decimal into an integer …). Fields are parted by tabs, \N is NULL, and a backslash
 * stands before what would be taken for one of these.
 */
#include "connectors/postgres/writer.h"
#include "data/value_text.h"

#include <string.h>

static inline bool put_char(PgWriter *w, char ch, GError **error)
{
	if (G_UNLIKELY(w->len + 2 > PG_BUFFER_SIZE) && !ferry_pg_writer_send(w, error))
		return false;
	w->buffer[w->len++] = (uint8_t)ch;
	return true;
}

static const char escapes[256] = {
	['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['\v'] = 'v', ['\\'] = '\\',
};

static bool put_escaped(PgWriter *w, const uint8_t *data, size_t len, GError **error)
{
	for (size_t i = 0; i < len; i++) {
		if (G_UNLIKELY(w->len + 2 > PG_BUFFER_SIZE) && !ferry_pg_writer_send(w, error))
			return false;
		char escape = escapes[data[i]];
		if (escape != '\0')
			w->buffer[w->len++] = '\\';
		w->buffer[w->len++] = escape != '\0' ? (uint8_t)escape : data[i];
	}
	return true;
}

static bool put_hex(PgWriter *w, const uint8_t *data, size_t len, GError **error)
{
	static const char digits[] = "0123456789abcdef";
	if (!put_escaped(w, (const uint8_t *)"\\x", 2, error))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (G_UNLIKELY(w->len + 2 > PG_BUFFER_SIZE) && !ferry_pg_writer_send(w, error))
			return false;
		w->buffer[w->len++] = (uint8_t)digits[data[i] >> 4];
		w->buffer[w->len++] = (uint8_t)digits[data[i] & 15];
	}
	return true;
}

static bool put_value(PgWriter *w, const PgTargetColumn *target, const FerryColumn *column, size_t row,
		      GError **error)
{
	size_t len;
	const uint8_t *data;
	switch (target->source.id) {
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_JSON:
	case FERRY_TYPE_DECIMAL:
	case FERRY_TYPE_BITS:
		data = ferry_column_get_bytes(column, row, &len);
		return put_escaped(w, data, len, error);
	case FERRY_TYPE_BYTES:
		data = ferry_column_get_bytes(column, row, &len);
		return put_hex(w, data, len, error);
	case FERRY_TYPE_BOOL:
		if (target->oid != PG_BOOL) /* t and f are words for booleans only */
			return put_char(w, ((const uint8_t *)column->fixed)[row] ? '1' : '0', error);
		break;
	default: break;
	}
	g_string_truncate(w->scratch, 0);
	ferry_value_to_text(column, row, w->scratch);
	return put_escaped(w, (const uint8_t *)w->scratch->str, w->scratch->len, error);
}

static bool put_row(PgWriter *w, const FerryBatch *batch, size_t row, GError **error)
{
	for (size_t k = 0; k < w->n_columns; k++) {
		const FerryColumn *column = &batch->columns[k];
		if (k > 0 && !put_char(w, '\t', error))
			return false;
		if (!ferry_column_is_null(column, row)) {
			if (!put_value(w, &w->columns[k], column, row, error))
				return false;
		} else if (!put_char(w, '\\', error) || !put_char(w, 'N', error)) {
			return false;
		}
	}
	return put_char(w, '\n', error);
}

bool ferry_pg_append_text(PgWriter *w, const FerryBatch *batch, size_t first, size_t n, GError **error)
{
	for (size_t row = first; row < first + n; row++)
		if (!ferry_batch_is_skipped(batch, row) && !put_row(w, batch, row, error))
			return false;
	return true;
}
