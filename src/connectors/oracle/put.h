/* Writing messages: appends to a GByteArray. The other way round of wire.h's readers. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline void ferry_oracle_put_u8(GByteArray *out, uint8_t value)
{
	g_byte_array_append(out, &value, 1);
}

static inline void ferry_oracle_put_zeros(GByteArray *out, unsigned n)
{
	while (n-- > 0)
		ferry_oracle_put_u8(out, 0);
}

static inline void ferry_oracle_put_u16(GByteArray *out, uint16_t value)
{
	uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
	g_byte_array_append(out, bytes, sizeof bytes);
}

static inline void ferry_oracle_put_u16le(GByteArray *out, uint16_t value)
{
	uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
	g_byte_array_append(out, bytes, sizeof bytes);
}

static inline void ferry_oracle_put_u32(GByteArray *out, uint32_t value)
{
	ferry_oracle_put_u16(out, (uint16_t)(value >> 16));
	ferry_oracle_put_u16(out, (uint16_t)value);
}

/* ub2, ub4 and ub8 are one form: as many bytes as there must be, but 4 for 3, and 8 for 5 to 7, as Oracle's
 * own clients write them. */
static inline void ferry_oracle_put_number(GByteArray *out, uint64_t value)
{
	uint8_t bytes[9];
	unsigned n = 0;

	for (uint64_t rest = value; rest; rest >>= 8)
		n++;
	n = n > 4 ? 8 : n == 3 ? 4 : n;
	bytes[0] = (uint8_t)n;
	for (unsigned i = n; i > 0; i--, value >>= 8)
		bytes[i] = (uint8_t)value;
	g_byte_array_append(out, bytes, n + 1);
}

/* A value: its length in a byte, or chunks. */
static inline void ferry_oracle_put_value(GByteArray *out, const void *data, size_t len)
{
	const uint8_t *p = data;

	if (len <= 252) {
		ferry_oracle_put_u8(out, (uint8_t)len);
		g_byte_array_append(out, p, (guint)len);
		return;
	}
	ferry_oracle_put_u8(out, 254);
	while (len > 0) {
		size_t n = MIN(len, 32767);
		ferry_oracle_put_number(out, n);
		g_byte_array_append(out, p, (guint)n);
		p += n;
		len -= n;
	}
	ferry_oracle_put_u8(out, 0);
}

/* A key of logging in, its value and flags. */
static inline void ferry_oracle_put_pair(GByteArray *out, const char *key, const char *value,
					 size_t value_len, uint32_t flags)
{
	ferry_oracle_put_number(out, strlen(key));
	ferry_oracle_put_value(out, key, strlen(key));
	ferry_oracle_put_number(out, value_len);
	if (value_len > 0)
		ferry_oracle_put_value(out, value, value_len);
	ferry_oracle_put_number(out, flags);
}
