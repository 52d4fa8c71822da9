/*
 * What comes as a length and bytes: text, bytes, decimals, bits, JSON, UUIDs, geometry.
 */
#include "connectors/mysql/decode.h"
#include "data/value_text.h"

#define EWKB_HAS_SRID 0x20000000u

/* Text, bytes, JSON: as they are. */
static const uint8_t *decode_plain(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				   FerryBatch *batch)
{
	size_t len;
	p = read_length(p, end, &len);
	if (G_UNLIKELY(!p))
		return NULL;
	return append_value(d, batch, p, len, p + len);
}

/* ZEROFILL columns come with leading zeros: 0000012.50. */
static const uint8_t *decode_decimal(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				     FerryBatch *batch)
{
	size_t len;
	p = read_length(p, end, &len);
	if (G_UNLIKELY(!p))
		return NULL;
	const uint8_t *next = p + len;
	while (G_UNLIKELY(len > 1 && p[0] == '0' && g_ascii_isdigit(p[1]))) {
		p++;
		len--;
	}
	return append_value(d, batch, p, len, next);
}

/* Big-endian bytes to '0' and '1'. */
static const uint8_t *decode_bits(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				  FerryBatch *batch)
{
	size_t len;
	p = read_length(p, end, &len);
	if (G_UNLIKELY(!p || len > 8))
		return NULL;
	uint64_t value = 0;
	for (size_t i = 0; i < len; i++)
		value = value << 8 | p[i];

	char text[64];
	unsigned width = d->field.bits;
	for (unsigned i = 0; i < width; i++)
		text[i] = (char)('0' + (value >> (width - 1 - i) & 1));
	return append_value(d, batch, text, width, p + len);
}

static const uint8_t *decode_bits_bool(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				       FerryBatch *batch)
{
	size_t len;
	p = read_length(p, end, &len);
	if (G_UNLIKELY(!p || len > 8))
		return NULL;
	uint8_t any = 0;
	for (size_t i = 0; i < len; i++)
		any |= p[i];
	((uint8_t *)column_of(d, batch)->fixed)[batch->n_rows] = any != 0;
	return p + len;
}

static const uint8_t *decode_uuid(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				  FerryBatch *batch)
{
	size_t len;
	p = read_length(p, end, &len);
	if (G_UNLIKELY(!p))
		return NULL;
	uint8_t *uuid = (uint8_t *)column_of(d, batch)->fixed + batch->n_rows * 16;
	if (G_UNLIKELY(!ferry_parse_uuid((const char *)p, len, uuid)))
		mark_bad_text(d, batch, FERRY_BAD_INVALID_VALUE, p, len);
	return p + len;
}

/* The server's form of a geometry is the SRID and WKB; ours is WKB, or EWKB (PostGIS) where an SRID must be
 * kept: the SRID then stands behind the type, which has a flag. Makes the head that takes the place of the
 * first 9 bytes, and returns its length. What is too short for either passes as it is. */
static size_t make_geometry_head(const uint8_t *p, size_t len, uint8_t head[9], size_t *ret_skip)
{
	*ret_skip = 0;
	if (len < 9 || p[4] > 1)
		return 0;
	*ret_skip = 4;
	if (read_u32(p) == 0)
		return 0;
	bool is_little = p[4] == 1;
	head[0] = p[4];
	memcpy(head + 1, p + 5, 4);
	head[is_little ? 4 : 1] |= EWKB_HAS_SRID >> 24;
	for (int i = 0; i < 4; i++)
		head[5 + i] = p[is_little ? i : 3 - i];
	*ret_skip = 9;
	return 9;
}

static void end_value(FerryColumn *c, size_t row, size_t len)
{
	c->bytes_len += len;
	c->offsets[row + 1] = (int32_t)c->bytes_len;
}

static const uint8_t *decode_geometry(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				      FerryBatch *batch)
{
	size_t len, skip;
	uint8_t head[9];
	p = read_length(p, end, &len);
	if (G_UNLIKELY(!p))
		return NULL;
	size_t head_len = make_geometry_head(p, len, head, &skip);
	FerryColumn *c = column_of(d, batch);
	if (G_UNLIKELY(!ferry_column_reserve(c, len)))
		return &ferry_mysql_full;
	uint8_t *out = c->bytes + c->bytes_len;
	memcpy(out, head, head_len);
	memcpy(out + head_len, p + skip, len - skip);
	end_value(c, batch->n_rows, head_len + len - skip);
	return p + len;
}

static uint8_t *write_hex(uint8_t *out, const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		*out++ = (uint8_t)digits[data[i] >> 4];
		*out++ = (uint8_t)digits[data[i] & 15];
	}
	return out;
}

/* Bytes and geometry that were asked for as text: \x and hexadecimal digits. */
static const uint8_t *decode_hex(const DecodeColumn *d, const uint8_t *p, const uint8_t *end,
				 FerryBatch *batch)
{
	size_t len, skip = 0, head_len = 0;
	uint8_t head[9];
	p = read_length(p, end, &len);
	if (G_UNLIKELY(!p))
		return NULL;
	if (d->field.wire_type == MYSQL_TYPE_GEOMETRY)
		head_len = make_geometry_head(p, len, head, &skip);
	FerryColumn *c = column_of(d, batch);
	if (G_UNLIKELY(!ferry_column_reserve(c, 2 * len + 2)))
		return &ferry_mysql_full;
	uint8_t *begin = c->bytes + c->bytes_len;
	begin[0] = '\\';
	begin[1] = 'x';
	uint8_t *out = write_hex(begin + 2, head, head_len);
	out = write_hex(out, p + skip, len - skip);
	end_value(c, batch->n_rows, (size_t)(out - begin));
	return p + len;
}

static bool choose_bits(DecodeColumn *d)
{
	if (d->field.bits < 1 || d->field.bits > 64)
		return false;
	switch (d->logical) {
	case FERRY_TYPE_BITS:
	case FERRY_TYPE_TEXT: d->func = decode_bits; return true;
	case FERRY_TYPE_BOOL: d->func = decode_bits_bool; return d->field.bits == 1;
	default: return false;
	}
}

static bool choose_geometry(DecodeColumn *d)
{
	d->func = d->logical == FERRY_TYPE_TEXT ? decode_hex : decode_geometry;
	return d->logical == FERRY_TYPE_TEXT || d->logical == FERRY_TYPE_BYTES;
}

static bool choose_string(DecodeColumn *d)
{
	switch (d->logical) {
	case FERRY_TYPE_TEXT: d->func = d->field.is_binary ? decode_hex : decode_plain; return true;
	case FERRY_TYPE_JSON:
	case FERRY_TYPE_BYTES: d->func = decode_plain; return true;
	case FERRY_TYPE_UUID: d->func = decode_uuid; return true;
	default: return false;
	}
}

bool ferry_mysql_choose_bytes(DecodeColumn *d)
{
	switch (d->field.wire_type) {
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		d->func = decode_decimal;
		return d->logical == FERRY_TYPE_DECIMAL || d->logical == FERRY_TYPE_TEXT;
	case MYSQL_TYPE_BIT: return choose_bits(d);
	case MYSQL_TYPE_GEOMETRY: return choose_geometry(d);
	case MYSQL_TYPE_JSON: d->field.is_binary = false; return choose_string(d);
	case MYSQL_TYPE_VARCHAR:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_ENUM:
	case MYSQL_TYPE_SET:
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
	case MYSQL_TYPE_BLOB: return choose_string(d);
	default: return false;
	}
}
