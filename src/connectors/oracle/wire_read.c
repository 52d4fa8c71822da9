/* Integers and values of messages, off the hot path: see wire.h. */
#include "connectors/oracle/wire.h"

#define MAX_KEPT ((size_t)1 << 20)

uint16_t ferry_oracle_get_u16(FerryOracleWire *w)
{
	if (!ferry_oracle_wire_need(w, 2))
		return 0;
	const uint8_t *p = w->at;
	w->at += 2;
	return (uint16_t)(p[0] << 8 | p[1]);
}

uint16_t ferry_oracle_get_u16le(FerryOracleWire *w)
{
	uint16_t value = ferry_oracle_get_u16(w);

	return (uint16_t)(value << 8 | value >> 8);
}

uint32_t ferry_oracle_get_u32(FerryOracleWire *w)
{
	uint32_t high = ferry_oracle_get_u16(w);
	return high << 16 | ferry_oracle_get_u16(w);
}

static uint64_t get_number(FerryOracleWire *w, unsigned len, unsigned max)
{
	uint64_t value = 0;

	if (len > max) {
		ferry_oracle_wire_malformed(w, "an integer that is too long");
		return 0;
	}
	if (!ferry_oracle_wire_need(w, len))
		return 0;
	for (unsigned i = 0; i < len; i++)
		value = value << 8 | w->at[i];
	w->at += len;
	return value;
}

uint64_t ferry_oracle_get_unsigned(FerryOracleWire *w, unsigned max)
{
	return get_number(w, ferry_oracle_get_u8(w), max);
}

int64_t ferry_oracle_get_signed(FerryOracleWire *w, unsigned max)
{
	uint8_t len = ferry_oracle_get_u8(w);
	int64_t value = (int64_t)get_number(w, len & 0x7f, max);

	/* What 64 bits do not hold has no place in any of the fields that are read with this. */
	return len & 0x80 ? (int64_t)(0 - (uint64_t)value) : value;
}

void ferry_oracle_skip(FerryOracleWire *w, size_t n)
{
	while (n > 0 && ferry_oracle_wire_need(w, 1)) {
		size_t part = MIN(n, (size_t)(w->end - w->at));
		w->at += part;
		n -= part;
	}
}

void ferry_oracle_copy(FerryOracleWire *w, uint8_t *out, size_t n)
{
	while (n > 0 && ferry_oracle_wire_need(w, 1)) {
		size_t part = MIN(n, (size_t)(w->end - w->at));
		memcpy(out, w->at, part);
		w->at += part;
		out += part;
		n -= part;
	}
}

const uint8_t *ferry_oracle_get_piece(FerryOracleWire *w, size_t max, size_t *ret_len)
{
	if (!ferry_oracle_wire_need(w, 1))
		return NULL;
	const uint8_t *piece = w->at;
	*ret_len = MIN(max, (size_t)(w->end - w->at));
	w->at += *ret_len;
	return piece;
}

bool ferry_oracle_get_is_long(FerryOracleWire *w)
{
	if (!ferry_oracle_wire_need(w, 1) || *w->at != FERRY_ORACLE_LONG_LENGTH)
		return false;
	w->at++;
	return true;
}

/* The chunks of a long value into scratch. */
static bool gather(FerryOracleWire *w, size_t max)
{
	/* After a huge one the memory is given back. */
	if (w->scratch->len > MAX_KEPT) {
		g_byte_array_free(w->scratch, TRUE);
		w->scratch = g_byte_array_new();
	}
	g_byte_array_set_size(w->scratch, 0);
	for (;;) {
		size_t left = ferry_oracle_get_ub4(w);
		if (left == 0)
			return w->state == FERRY_ORACLE_WIRE_FINE;
		if (left > max - w->scratch->len) {
			ferry_oracle_wire_malformed(w, "a value that is too long");
			return false;
		}
		while (left > 0) {
			size_t n;
			const uint8_t *piece = ferry_oracle_get_piece(w, left, &n);
			if (!piece)
				return false;
			g_byte_array_append(w->scratch, piece, (guint)n);
			left -= n;
		}
	}
}

const uint8_t *ferry_oracle_get_value(FerryOracleWire *w, size_t max, size_t *ret_len)
{
	const uint8_t *value = ferry_oracle_get_short(w, ret_len);

	if (G_LIKELY(value)) {
		if (*ret_len <= max)
			return value;
		ferry_oracle_wire_malformed(w, "a value that is too long");
		return NULL;
	}
	if (!ferry_oracle_get_is_long(w)) {
		ferry_oracle_wire_malformed(w, "a value of an impossible length");
		return NULL;
	}
	if (!gather(w, max))
		return NULL;
	*ret_len = w->scratch->len;
	/* An empty array has no memory. */
	return w->scratch->len ? w->scratch->data : w->at;
}

void ferry_oracle_skip_value(FerryOracleWire *w)
{
	size_t len;

	if (ferry_oracle_get_short(w, &len))
		return;
	if (!ferry_oracle_get_is_long(w)) {
		ferry_oracle_wire_malformed(w, "a value of an impossible length");
		return;
	}
	while ((len = ferry_oracle_get_ub4(w)) > 0)
		ferry_oracle_skip(w, len);
}

char *ferry_oracle_get_text(FerryOracleWire *w, size_t max)
{
	size_t len;
	const uint8_t *value = ferry_oracle_get_value(w, max, &len);

	return value ? g_strndup((const char *)value, len) : g_strdup("");
}

char *ferry_oracle_get_counted_text(FerryOracleWire *w, size_t max)
{
	return ferry_oracle_get_ub4(w) ? ferry_oracle_get_text(w, max) : g_strdup("");
}

void ferry_oracle_skip_counted(FerryOracleWire *w)
{
	if (ferry_oracle_get_ub4(w))
		ferry_oracle_skip_value(w);
}
