/*
 * Texts, bytes, and LOBs that come as such. Texts are UTF-8, those of national types UTF-16. Short values are
 * one length and as many bytes; long ones come in chunks, which are copied as they arrive.
 */
#include "connectors/oracle/decode.h"
#include "connectors/oracle/utf16.h"

#define MAX_VALUE FERRY_ORACLE_MAX_VALUE

/* NULL, or empty where it is known to be there: LOBs that are empty come like those that are not there. */
static bool set_absent(DecodeColumn *d, FerryBatch *batch)
{
	return d->has_flag && d->is_there ? append_value(d, batch, "", 0) : set_null(d, batch);
}

static bool finish_long(DecodeColumn *d, FerryBatch *batch, size_t begin)
{
	FerryColumn *c = column_of(d, batch);

	if (c->bytes_len == begin)
		return set_absent(d, batch);
	c->offsets[batch->n_rows + 1] = (int32_t)c->bytes_len;
	return true;
}

/* The chunks of a value straight into the column. */
static bool append_chunks(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	FerryColumn *c = column_of(d, batch);
	size_t begin = c->bytes_len, left;

	while ((left = ferry_oracle_get_ub4(w)) > 0) {
		if (left > MAX_VALUE - (c->bytes_len - begin)) {
			d->is_full = true;
			return false;
		}
		while (left > 0) {
			size_t n;
			const uint8_t *piece = ferry_oracle_get_piece(w, left, &n);
			if (!piece)
				return false;
			if (!ferry_column_reserve(c, n)) {
				d->is_full = true;
				return false;
			}
			memcpy(c->bytes + c->bytes_len, piece, n);
			c->bytes_len += n;
			left -= n;
		}
	}
	return w->state == FERRY_ORACLE_WIRE_FINE && finish_long(d, batch, begin);
}

/* A length that the compiler knows no bound of: of a short value it knows one, and then GCC copies with
 * "rep movs", which takes longer to begin than libc's memcpy takes for all of it. */
static inline size_t unbounded(size_t len)
{
	__asm__("" : "+r"(len));
	return len;
}

static bool decode_plain(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	const uint8_t *p = ferry_oracle_get_short(w, &len);

	len = unbounded(len);
	if (G_LIKELY(p))
		return G_LIKELY(len > 0) ? append_value(d, batch, p, len) : set_absent(d, batch);
	if (!ferry_oracle_get_is_long(w))
		return malformed(w, "a value of an impossible length");
	return append_chunks(d, w, batch);
}

static bool decode_utf16(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	const uint8_t *p = ferry_oracle_get_value(w, MAX_VALUE, &len);
	FerryColumn *c = column_of(d, batch);

	if (G_UNLIKELY(!p))
		return false;
	if (len == 0)
		return set_absent(d, batch);
	if (!ferry_column_reserve(c, FERRY_ORACLE_UTF8_ROOM(len))) {
		d->is_full = true;
		return false;
	}
	c->bytes_len += ferry_oracle_utf16_to_utf8(p, len, c->bytes + c->bytes_len);
	c->offsets[batch->n_rows + 1] = (int32_t)c->bytes_len;
	return true;
}

/* Bytes that were asked for as text: \x and hexadecimal digits. */
static bool decode_hex(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	static const char digits[] = "0123456789abcdef";
	size_t len;
	const uint8_t *p = ferry_oracle_get_value(w, MAX_VALUE / 2 - 2, &len);
	FerryColumn *c = column_of(d, batch);

	if (G_UNLIKELY(!p))
		return false;
	if (len == 0 && !(d->has_flag && d->is_there))
		return set_null(d, batch);
	if (!ferry_column_reserve(c, 2 * len + 2)) {
		d->is_full = true;
		return false;
	}
	uint8_t *out = c->bytes + c->bytes_len;
	*out++ = '\\';
	*out++ = 'x';
	for (size_t i = 0; i < len; i++) {
		*out++ = (uint8_t)digits[p[i] >> 4];
		*out++ = (uint8_t)digits[p[i] & 15];
	}
	c->bytes_len += 2 * len + 2;
	c->offsets[batch->n_rows + 1] = (int32_t)c->bytes_len;
	return true;
}

/* RAW(16) that is wanted as a UUID. */
static bool decode_uuid(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	const uint8_t *p = read_short(w, &len);

	if (G_UNLIKELY(!p))
		return false;
	if (len == 0)
		return set_null(d, batch);
	if (len != 16) {
		ferry_batch_mark_bad(batch, batch->n_rows, d->index, FERRY_BAD_INVALID_VALUE, p, len, true);
		return true;
	}
	memcpy((uint8_t *)column_of(d, batch)->fixed + batch->n_rows * 16, p, 16);
	return true;
}

static bool choose_text(DecodeColumn *d)
{
	bool is_national = d->field->form == FERRY_ORACLE_FORM_NATIONAL;

	switch (d->logical) {
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_JSON: d->func = is_national ? decode_utf16 : decode_plain; return true;
	default: return ferry_oracle_choose_typed(d);
	}
}

/* The LOB itself is read later (held_rows.c). */
static bool decode_locator(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	FerryOracleLob lob = {.row = (uint32_t)batch->n_rows,
			      .column = d->index,
			      .type = d->field->type,
			      .form = d->field->form,
			      .length = d->length};
	bool is_there, is_large = d->is_there && d->length > d->limit;

	if (!ferry_oracle_lobs_take(d->lobs, w, &lob, &is_there))
		return false;
	return is_there == is_large || malformed(w, "a LOB's locator that does not fit its length");
}

bool ferry_oracle_choose_locator(DecodeColumn *d)
{
	d->func = decode_locator;
	return d->field->type == FERRY_ORACLE_TYPE_CLOB || d->field->type == FERRY_ORACLE_TYPE_BLOB;
}

bool ferry_oracle_choose_bytes(DecodeColumn *d)
{
	switch (d->field->type) {
	case FERRY_ORACLE_TYPE_VARCHAR:
	case FERRY_ORACLE_TYPE_CHAR:
	case FERRY_ORACLE_TYPE_LONG: return choose_text(d);
	case FERRY_ORACLE_TYPE_RAW:
	case FERRY_ORACLE_TYPE_LONG_RAW:
		d->func = d->logical == FERRY_TYPE_UUID   ? decode_uuid
			  : d->logical == FERRY_TYPE_TEXT ? decode_hex
							  : decode_plain;
		return d->logical == FERRY_TYPE_UUID || d->logical == FERRY_TYPE_TEXT ||
		       d->logical == FERRY_TYPE_BYTES;
	default: return false;
	}
}
