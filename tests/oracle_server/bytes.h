/* Growing byte strings and the wire's primitive encodings.
 *
 * ub: one length byte n (0..8), then n bytes big endian; 0 is the single byte 0. ub2, ub4 and ub8 look alike.
 * sb: the same; bit 0x80 of the length byte means negative.
 * clr: one length byte and the bytes; 254 introduces chunks (ub length, bytes), which end with a length of 0.
 * dalc: ub length, and where that is not 0 a clr.
 */
#pragma once
#include <glib.h>
#include <string.h>

typedef struct Bytes {
	guint8 *data;
	gsize len, cap;
} Bytes;

void bytes_grow(Bytes *b, gsize more);
void bytes_free(Bytes *b);

static inline guint8 *bytes_reserve(Bytes *b, gsize more)
{
	if (G_UNLIKELY(b->cap - b->len < more))
		bytes_grow(b, more);
	return b->data + b->len;
}

static inline void put_raw(Bytes *b, const void *data, gsize len)
{
	if (len)
		memcpy(bytes_reserve(b, len), data, len);
	b->len += len;
}

static inline void put_u8(Bytes *b, guint8 v)
{
	*bytes_reserve(b, 1) = v;
	b->len++;
}

void put_u16(Bytes *b, guint16 v);
void put_u16le(Bytes *b, guint16 v);
void put_u32(Bytes *b, guint32 v);
void put_ub(Bytes *b, guint64 v);
void put_sb(Bytes *b, gint64 v);
void put_clr(Bytes *b, const void *data, gsize len); /* len 0 is NULL */
void put_text(Bytes *b, const char *text);           /* a clr */
void put_dalc(Bytes *b, const void *data, gsize len);
void put_dalc_text(Bytes *b, const char *text); /* NULL is empty */
