/* Growing byte strings and the wire's primitive encodings (see bytes.h). */
#include "bytes.h"

/* Values longer than this travel in chunks. */
#define SHORT_CLR 252
#define CHUNK     32767

void bytes_grow(Bytes *b, gsize more)
{
	gsize cap = MAX(b->cap, 256);

	while (cap - b->len < more)
		cap *= 2;
	b->data = g_realloc(b->data, cap);
	b->cap = cap;
}

void bytes_free(Bytes *b)
{
	g_free(b->data);
	*b = (Bytes){0};
}

void put_u16(Bytes *b, guint16 v)
{
	guint8 raw[2] = {v >> 8, v};

	put_raw(b, raw, 2);
}

void put_u16le(Bytes *b, guint16 v)
{
	guint8 raw[2] = {v, v >> 8};

	put_raw(b, raw, 2);
}

void put_u32(Bytes *b, guint32 v)
{
	guint8 raw[4] = {v >> 24, v >> 16, v >> 8, v};

	put_raw(b, raw, 4);
}

static void put_sized(Bytes *b, guint64 v, guint8 sign)
{
	guint8 raw[9];
	int n = 0;

	while (n < 8 && v >> (8 * n))
		n++;
	raw[0] = n | sign;
	for (int i = 0; i < n; i++)
		raw[1 + i] = v >> (8 * (n - 1 - i));
	put_raw(b, raw, 1 + n);
}

void put_ub(Bytes *b, guint64 v)
{
	put_sized(b, v, 0);
}

void put_sb(Bytes *b, gint64 v)
{
	put_sized(b, v < 0 ? -(guint64)v : (guint64)v, v < 0 ? 0x80 : 0);
}

void put_clr(Bytes *b, const void *data, gsize len)
{
	const guint8 *from = data;

	if (len <= SHORT_CLR) {
		put_u8(b, len);
		put_raw(b, from, len);
		return;
	}
	put_u8(b, 254);
	while (len) {
		gsize n = MIN(len, CHUNK);

		put_ub(b, n);
		put_raw(b, from, n);
		from += n;
		len -= n;
	}
	put_u8(b, 0);
}

void put_text(Bytes *b, const char *text)
{
	put_clr(b, text, strlen(text));
}

void put_dalc(Bytes *b, const void *data, gsize len)
{
	put_ub(b, len);
	if (len)
		put_clr(b, data, len);
}

void put_dalc_text(Bytes *b, const char *text)
{
	put_dalc(b, text ? text : "", text ? strlen(text) : 0);
}
