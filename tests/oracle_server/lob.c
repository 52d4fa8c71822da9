/* LOBs by locator: contents are kept with the session, the oldest go when they become too many. */
#include "reply.h"
#include "value.h"

#define LOCATOR_LEN 40
#define FLAG_UTF16  0x80
#define MAX_KEPT    (512 * 1024 * 1024)
#define CHUNK_SIZE  8060

enum {
	LOB_LENGTH = 1,
	LOB_READ = 2,
	LOB_TRIM = 0x20,
	LOB_WRITE = 0x40,
	LOB_CHUNK_SIZE = 0x4000,
	LOB_OPEN = 0x8000,
	LOB_CLOSE = 0x10000,
	LOB_IS_OPEN = 0x11000,
	LOB_CREATE_TEMP = 0x110,
	LOB_FREE_TEMP = 0x111,
	LOB_ARRAY = 0x80000
};

void lob_free(Lob *lob)
{
	bytes_free(&lob->content);
	g_free(lob);
}

static gboolean is_utf16(const Session *s, const Lob *lob)
{
	return lob->is_text && (lob->is_national || s->server->profile->charset == 873);
}

/* Hash keys are pointers to the ids. */
static guint64 keep(Session *s, Lob *lob)
{
	guint64 id = ++s->last_lob;

	g_hash_table_insert(s->lobs, g_memdup2(&id, sizeof id), lob);
	s->lob_bytes += lob->content.len;
	while (s->lob_bytes > MAX_KEPT && s->oldest_lob < id) {
		Lob *old = g_hash_table_lookup(s->lobs, &s->oldest_lob);

		if (old) {
			s->lob_bytes -= old->content.len;
			g_hash_table_remove(s->lobs, &s->oldest_lob);
		}
		s->oldest_lob++;
	}
	return id;
}

static void make_locator(Session *s, const Lob *lob, guint64 id, guint8 *to)
{
	memset(to, 0, LOCATOR_LEN);
	to[1] = LOCATOR_LEN - 2;
	to[3] = 1;
	to[4] = lob->is_text ? 2 : 1;
	to[5] = 0x0c;
	to[6] = is_utf16(s, lob) ? FLAG_UTF16 : 0;
	to[7] = lob->is_temporary ? 1 : 0;
	memcpy(to + 16, &id, 8);
}

static guint64 units_of(const Lob *lob)
{
	return lob->is_text ? utf16_units(lob->content.data, lob->content.len) : lob->content.len;
}

void lob_put_locator(Session *s, Bytes *out, Lob *lob)
{
	guint8 locator[LOCATOR_LEN];

	make_locator(s, lob, keep(s, lob), locator);
	put_ub(out, LOCATOR_LEN);
	if (s->has_lob_prefetch) {
		put_ub(out, units_of(lob));
		put_ub(out, CHUNK_SIZE);
	}
	put_clr(out, locator, LOCATOR_LEN);
}

Lob *lob_of_locator(Session *s, const guint8 *locator, gsize len)
{
	guint64 id;

	if (len < 24)
		return NULL;
	memcpy(&id, locator + 16, 8);
	return g_hash_table_lookup(s->lobs, &id);
}

typedef struct Request {
	guint32 source_len, dest_len, operation;
	guint64 offset, dest_offset, amount;
	gboolean has_amount;
	guint8 locator[LOCATOR_LEN];
	guint32 charset;
	Bytes data;
} Request;

static void free_temporary(Session *s, const guint8 *locator)
{
	Lob *lob = lob_of_locator(s, locator, LOCATOR_LEN);
	guint64 id;

	if (!lob || !lob->is_temporary) {
		g_printerr("[%u] odd: a LOB is freed that is no temporary one\n", s->number);
		return;
	}
	memcpy(&id, locator + 16, 8);
	s->lob_bytes -= lob->content.len;
	g_hash_table_remove(s->lobs, &id);
}

guint lob_count_temporary(Session *s)
{
	GHashTableIter iter;
	gpointer lob;
	guint n = 0;

	g_hash_table_iter_init(&iter, s->lobs);
	while (g_hash_table_iter_next(&iter, NULL, &lob))
		n += ((Lob *)lob)->is_temporary;
	return n;
}

static void read_locators(Session *s, Request *r, gboolean is_array)
{
	Net *net = &s->net;

	if (is_array) { /* of temporary LOBs to be freed */
		for (guint64 i = 0; i + LOCATOR_LEN <= r->source_len && net->state == NET_OK;
		     i += LOCATOR_LEN)
			free_temporary(s, get_raw(net, LOCATOR_LEN));
		return;
	}
	if (r->source_len == LOCATOR_LEN)
		memcpy(r->locator, get_raw(net, LOCATOR_LEN), LOCATOR_LEN);
	else
		get_raw(net, r->source_len);
	get_raw(net, r->dest_len);
}

/* A length without its pointer is no locator's: a new LOB's duration comes so. */
static guint32 read_length(Net *net)
{
	gboolean has_locator = get_u8(net);
	guint32 len = get_ub(net);

	return has_locator ? len : 0;
}

static void read_request(Session *s, Request *r)
{
	Net *net = &s->net;

	r->source_len = read_length(net);
	r->dest_len = read_length(net);
	get_ub(net);
	get_ub(net);
	get_raw(net, 3);
	r->operation = get_ub(net);
	get_raw(net, 2);
	r->offset = get_ub(net);
	r->dest_offset = get_ub(net);
	r->has_amount = get_u8(net);
	get_raw(net, 6);
	read_locators(s, r, r->operation & LOB_ARRAY);
	if (r->operation == LOB_CREATE_TEMP)
		r->charset = get_ub(net);
	if (r->operation == LOB_WRITE && get_u8(net) == MSG_LOB_DATA)
		get_clr(net, &r->data);
	if (r->has_amount)
		r->amount = get_ub(net);
}

/* Moves the lob's place to the character that the unit is in: on from where the last piece ended. */
static void seek_unit(Lob *lob, guint64 unit)
{
	const guint8 *text = lob->content.data;

	if (unit < lob->units)
		lob->units = lob->bytes = 0;
	while (lob->bytes < lob->content.len) {
		gsize n = 1 + (text[lob->bytes] >= 0xf0);

		if (lob->units + n > unit)
			return;
		lob->units += n;
		lob->bytes += g_utf8_skip[text[lob->bytes]];
	}
}

/* The bytes of the characters [from, from + n) of UTF-8. */
static void slice_text(Lob *lob, guint64 from, guint64 n, gsize *ret_at, gsize *ret_len)
{
	seek_unit(lob, from);
	*ret_at = lob->bytes;
	seek_unit(lob, from + n);
	*ret_len = lob->bytes - *ret_at;
}

/* Units may be halves of a pair: so servers cut, too. */
static guint64 read_utf16(Bytes *out, Lob *lob, guint64 offset, guint64 amount)
{
	Bytes wide = {0};
	gsize from, first, skip, n;

	seek_unit(lob, offset);
	from = lob->bytes;
	first = lob->units;
	if (from == lob->content.len)
		return 0;
	seek_unit(lob, offset + amount);
	/* the character that the end is in the middle of goes with it */
	n = lob->units < offset + amount && lob->bytes < lob->content.len
		    ? g_utf8_skip[lob->content.data[lob->bytes]]
		    : 0;
	utf16_append(&wide, lob->content.data + from, lob->bytes + n - from);
	skip = offset - first;
	n = MIN(amount, wide.len / 2 - skip);
	put_u8(out, MSG_LOB_DATA);
	put_clr(out, wide.data + 2 * skip, 2 * n);
	bytes_free(&wide);
	return n;
}

static guint64 read_lob(Session *s, Lob *lob, guint64 offset, guint64 amount)
{
	Bytes *out = &s->net.out;
	gsize at = MIN(offset, lob->content.len), len = MIN(amount, lob->content.len - at);

	if (is_utf16(s, lob))
		return read_utf16(out, lob, offset, amount);
	if (lob->is_text)
		slice_text(lob, offset, amount, &at, &len);
	if (!len)
		return 0;
	put_u8(out, MSG_LOB_DATA);
	put_clr(out, lob->content.data + at, len);
	return lob->is_text ? utf16_units(lob->content.data + at, len) : len;
}

/* Only appending is known: so do the clients write temporary LOBs. */
static void write_lob(Session *s, Lob *lob, const Request *r)
{
	gsize before = lob->content.len;

	lob->units = lob->bytes = 0;
	if (is_utf16(s, lob))
		utf16_to_utf8(&lob->content, r->data.data, r->data.len);
	else
		put_raw(&lob->content, r->data.data, r->data.len);
	s->lob_bytes += lob->content.len - before;
}

static void put_reply(Session *s, const Request *r, guint64 amount)
{
	Bytes *out = &s->net.out;

	put_u8(out, MSG_PARAMETERS);
	if (r->source_len)
		put_raw(out, r->locator, LOCATOR_LEN);
	if (r->operation == LOB_CREATE_TEMP)
		put_ub(out, r->charset);
	if (r->has_amount)
		put_sb(out, amount);
	if (r->operation == LOB_CREATE_TEMP || r->operation == LOB_IS_OPEN)
		put_ub(out, 0);
}

/* The client sends the place for a locator, and as the second offset the type that it wants. */
static void create_temporary(Session *s, Request *r)
{
	Lob *lob = g_new0(Lob, 1);

	lob->is_text = r->dest_offset != TYPE_BLOB;
	lob->is_national = r->charset == 2000;
	lob->is_temporary = TRUE;
	make_locator(s, lob, keep(s, lob), r->locator);
}

static guint64 operate(Session *s, Lob *lob, Request *r)
{
	switch (r->operation) {
	case LOB_LENGTH: return units_of(lob);
	case LOB_READ: return read_lob(s, lob, r->offset ? r->offset - 1 : 0, r->amount);
	case LOB_WRITE: write_lob(s, lob, r); return r->amount;
	case LOB_CHUNK_SIZE: return CHUNK_SIZE;
	case LOB_TRIM: lob->content.len = 0; return 0;
	default: return 0;
	}
}

void session_lob_operation(Session *s, gboolean is_piggyback)
{
	Request r = {0};
	Lob *lob;

	read_request(s, &r);
	if (is_piggyback || s->net.state != NET_OK) {
		bytes_free(&r.data);
		return;
	}
	if (s->server->trace && r.operation == LOB_READ)
		g_printerr("[%u] LOB read of %" G_GUINT64_FORMAT " from %" G_GUINT64_FORMAT "\n", s->number,
			   r.amount, r.offset);
	if (r.operation == LOB_CREATE_TEMP)
		create_temporary(s, &r);
	lob = lob_of_locator(s, r.locator, LOCATOR_LEN);
	if (!lob) {
		OraError e = {22922, 0, (char *)"nonexistent LOB value"};

		reply_error(s, 0, &e);
	} else {
		guint64 amount = operate(s, lob, &r);

		put_reply(s, &r, amount);
		reply_done(s);
	}
	bytes_free(&r.data);
}
