/* Rows onto the wire: message 6, then 7 a row, with a bit vector before each row that repeats values of the
 * last one.
 *
 * The vector of the first row goes into message 6 and may refer to the last row of the fetch before; later
 * ones are messages of their own (21). A set bit: the value is sent.
 */
#include "remember.h"

#define FLUSH_AT   (64 * 1024)
#define MAX_VECTOR 128

static gboolean is_null_always(const Column *c)
{
	return !c->max_bytes && c->type != TYPE_LONG && c->type != TYPE_LONG_RAW && c->type != TYPE_UROWID;
}

static void encode_row(Session *s, Cursor *c)
{
	c->current.len = 0;
	for (guint i = 0; i < c->columns->len; i++) {
		const Column *column = cursor_column(c, i);

		if (!is_null_always(column))
			column->put(s, &c->current, c->stmt, i, column);
		c->current_ends[i + 1] = c->current.len;
	}
}

/* Sets the bits of the values that differ from the last row's; how many. LOBs and LONGs are always sent. */
static guint compare_row(const Cursor *c, guint8 *vector)
{
	guint n = c->columns->len, n_sent = 0;

	memset(vector, 0, (n + 7) / 8);
	for (guint i = 0; i < n; i++) {
		const Column *column = cursor_column(c, i);
		gsize from = c->current_ends[i], len = c->current_ends[i + 1] - from;
		gsize old_from = c->previous_ends[i], old_len = c->previous_ends[i + 1] - old_from;

		if (column->has_indicator || column->is_locator || len != old_len ||
		    memcmp(c->current.data + from, c->previous.data + old_from, len)) {
			vector[i / 8] |= 1 << (i % 8);
			n_sent++;
		}
	}
	return n_sent;
}

static void put_row_header(Bytes *out, const guint8 *vector, gsize len)
{
	put_u8(out, MSG_ROW_HEADER);
	put_u8(out, 2);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, 1);
	put_ub(out, 0);
	put_dalc(out, vector, len);
	put_ub(out, 0);
}

void cursor_put_vector(Bytes *out, gboolean is_first, const guint8 *vector, gsize vector_len, guint n_sent)
{
	if (is_first) {
		put_row_header(out, vector, vector_len);
	} else if (vector_len) {
		put_u8(out, MSG_BIT_VECTOR);
		put_ub(out, n_sent);
		put_raw(out, vector, vector_len);
	}
}

void cursor_put_values(Bytes *out, const Cursor *c, const guint8 *vector)
{
	if (!vector) {
		put_raw(out, c->current.data, c->current.len);
		return;
	}
	for (guint i = 0; i < c->columns->len; i++)
		if (vector[i / 8] & 1 << (i % 8))
			put_raw(out, c->current.data + c->current_ends[i],
				c->current_ends[i + 1] - c->current_ends[i]);
}

static void put_row(Session *s, Cursor *c, gboolean is_first)
{
	Bytes *out = &s->net.out, swap;
	guint8 vector[MAX_VECTOR];
	guint n = c->columns->len, n_sent = n;
	gsize *ends, vector_len;

	encode_row(s, c);
	if (c->has_previous && s->has_bit_vectors && n <= 8 * MAX_VECTOR)
		n_sent = compare_row(c, vector);
	vector_len = n_sent < n ? (n + 7) / 8 : 0;
	cursor_put_vector(out, is_first, vector, vector_len, n_sent);
	put_u8(out, MSG_ROW);
	cursor_put_values(out, c, vector_len ? vector : NULL);
	if (c->keeping)
		remember_row(c, vector, vector_len, n_sent);
	swap = c->previous;
	c->previous = c->current;
	c->current = swap;
	ends = c->previous_ends;
	c->previous_ends = c->current_ends;
	c->current_ends = ends;
	c->has_previous = TRUE;
	c->n_rows++;
}

gboolean rows_flush_some(Session *s, OraError *e)
{
	if (s->net.out.len < FLUSH_AT)
		return TRUE;
	if (net_has_input(&s->net)) {
		ora_error_set(e, 1013, 0, "user requested cancel of current operation");
		return FALSE;
	}
	net_flush(&s->net, FALSE);
	return s->net.state != NET_CLOSED;
}

/* The end shows only when a row is asked for that is not there. */
gboolean rows_send(Session *s, Cursor *c, guint64 n, OraError *e)
{
	if (c->playing)
		return remember_play(s, c, n, e);
	for (guint64 i = 0; i < n && !c->at_end; i++) {
		if (!c->on_row && cursor_step(s, c, e) != SQLITE_ROW)
			break;
		put_row(s, c, i == 0);
		c->on_row = FALSE;
		if (!rows_flush_some(s, e))
			return FALSE;
	}
	if (c->at_end)
		remember_end(s, c);
	return !e->number;
}
