/* See utf16.h. */
#include "connectors/oracle/utf16.h"

#include <glib.h>

#define NO_CHARACTER 0xff

static inline uint8_t *put_character(uint8_t *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (uint8_t)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (uint8_t)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (uint8_t)(0xe0 | c >> 12);
		} else {
			*out++ = (uint8_t)(0xf0 | c >> 18);
			*out++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		}
		*out++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (uint8_t)(0x80 | (c & 0x3f));
	return out;
}

size_t ferry_oracle_utf16_to_utf8(const uint8_t *data, size_t len, uint8_t *out)
{
	const uint8_t *p = data, *end = data + (len & ~(size_t)1);
	uint8_t *at = out;

	while (p < end) {
		uint32_t c = (uint32_t)p[0] << 8 | p[1];
		p += 2;
		if (G_UNLIKELY(c >= 0xd800 && c < 0xe000)) {
			uint32_t low = p < end ? (uint32_t)p[0] << 8 | p[1] : 0;
			if (c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				p += 2;
			}
		}
		at = put_character(at, c);
	}
	if (len & 1)
		*at++ = NO_CHARACTER;
	return (size_t)(at - out);
}
