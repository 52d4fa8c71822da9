/* UTF-8 and UTF-16, most significant byte first. */
#include "value.h"

void utf16_append(Bytes *out, const guint8 *text, gsize len)
{
	for (const char *at = (const char *)text, *end = at + len; at < end; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (c < 0x10000) {
			put_u16(out, c);
		} else {
			put_u16(out, 0xd800 + ((c - 0x10000) >> 10));
			put_u16(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
		}
	}
}

void utf16_to_utf8(Bytes *out, const guint8 *from, gsize len)
{
	for (gsize i = 0; i + 1 < len; i += 2) {
		gunichar c = from[i] << 8 | from[i + 1];

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < len) {
			c = 0x10000 + ((c - 0xd800) << 10) + ((from[i + 2] << 8 | from[i + 3]) - 0xdc00);
			i += 2;
		}
		out->len += g_unichar_to_utf8(c, (char *)bytes_reserve(out, 6));
	}
}

gsize utf16_units(const guint8 *text, gsize len)
{
	gsize n = 0;

	for (gsize i = 0; i < len; i++)
		n += (text[i] & 0xc0) != 0x80 ? 1 + (text[i] >= 0xf0) : 0;
	return n;
}
