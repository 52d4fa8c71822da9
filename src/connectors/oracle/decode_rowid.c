/* ROWID and UROWID, as texts. */
#include "connectors/oracle/decode.h"
#include "connectors/oracle/rowid.h"

#define MAX_UROWID 8192

/* A byte that says whether there is one, then its parts. */
static bool decode_rowid(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	uint8_t mark = ferry_oracle_get_u8(w);
	char text[FERRY_ORACLE_ROWID_TEXT];

	if (mark == 0 || mark == FERRY_ORACLE_NULL_LENGTH)
		return w->state == FERRY_ORACLE_WIRE_FINE && set_null(d, batch);
	uint32_t object = ferry_oracle_get_ub4(w);
	uint16_t file = ferry_oracle_get_ub2(w);
	ferry_oracle_get_u8(w);
	uint32_t block = ferry_oracle_get_ub4(w);
	uint16_t slot = ferry_oracle_get_ub2(w);
	if (w->state != FERRY_ORACLE_WIRE_FINE)
		return false;
	ferry_oracle_rowid_to_text(object, file, block, slot, text);
	return append_value(d, batch, text, sizeof text);
}

/* Two values, of which the second is the address. */
static bool decode_urowid(DecodeColumn *d, FerryOracleWire *w, FerryBatch *batch)
{
	size_t len;
	FerryColumn *c = column_of(d, batch);
	const uint8_t *p = ferry_oracle_get_value(w, MAX_UROWID, &len);

	if (!p)
		return false;
	if (len == 0)
		return set_null(d, batch);
	p = ferry_oracle_get_value(w, MAX_UROWID, &len);
	if (!p)
		return false;
	if (!ferry_column_reserve(c, FERRY_ORACLE_UROWID_ROOM(len) + FERRY_ORACLE_ROWID_TEXT)) {
		d->is_full = true;
		return false;
	}
	size_t n = ferry_oracle_urowid_to_text(p, len, (char *)c->bytes + c->bytes_len);
	if (n == 0)
		return malformed(w, "a row's address that is none");
	c->bytes_len += n;
	c->offsets[batch->n_rows + 1] = (int32_t)c->bytes_len;
	return true;
}

bool ferry_oracle_choose_rowid(DecodeColumn *d)
{
	if (d->field->type != FERRY_ORACLE_TYPE_ROWID && d->field->type != FERRY_ORACLE_TYPE_UROWID)
		return false;
	d->func = d->field->type == FERRY_ORACLE_TYPE_ROWID ? decode_rowid : decode_urowid;
	return d->logical == FERRY_TYPE_TEXT;
}
