/* Values that a client binds, from the wire into SQLite. */
#include "cursor.h"
#include "datetime.h"
#include "number.h"
#include "rowid.h"
#include "value.h"
#include <math.h>

void binds_read_info(Session *s, GArray *binds, guint n)
{
	Net *net = &s->net;
	Bytes oid = {0};

	g_array_set_size(binds, 0);
	for (guint i = 0; i < n && net->state == NET_OK; i++) {
		BindInfo b = {.type = get_u8(net)};

		get_raw(net, 3);
		b.max_size = get_ub(net);
		get_ub(net);
		get_ub(net);
		if (get_ub(net))
			get_clr(net, &oid);
		get_ub(net);
		get_ub(net);
		b.form = get_u8(net);
		get_ub(net);
		if (s->field_version >= 8)
			get_ub(net);
		g_array_append_val(binds, b);
	}
	bytes_free(&oid);
}

static void bind_text(sqlite3_stmt *stmt, int at, char *take)
{
	if (take)
		sqlite3_bind_text(stmt, at, take, -1, g_free);
}

static void bind_string(Session *s, sqlite3_stmt *stmt, int at, const BindInfo *b, const Bytes *value)
{
	Bytes text = {0};
	guint32 object;
	gint64 rowid;

	if (rowid_is_text((char *)value->data, value->len) &&
	    rowid_parse((char *)value->data, value->len, &object, &rowid)) {
		sqlite3_bind_int64(stmt, at, rowid);
		return;
	}
	if (b->form != FORM_NATIONAL) {
		sqlite3_bind_text(stmt, at, (char *)value->data, value->len, SQLITE_TRANSIENT);
		return;
	}
	utf16_to_utf8(&text, value->data, value->len);
	sqlite3_bind_text(stmt, at, (char *)text.data, text.len, SQLITE_TRANSIENT);
	bytes_free(&text);
}

static void bind_binary(sqlite3_stmt *stmt, int at, const Bytes *value)
{
	guint64 bits = 0, sign = 1ULL << (8 * value->len - 1);
	double result;

	for (gsize i = 0; i < value->len; i++)
		bits = bits << 8 | value->data[i];
	bits = bits & sign ? bits & ~sign : ~bits & (sign | (sign - 1));
	if (value->len == 4) {
		guint32 few = bits;
		float f;

		memcpy(&f, &few, 4);
		result = f;
	} else {
		memcpy(&result, &bits, 8);
	}
	if (isnan(result))
		sqlite3_bind_text(stmt, at, "Nan", -1, SQLITE_STATIC);
	else
		sqlite3_bind_double(stmt, at, result);
}

static void bind_lob(Session *s, sqlite3_stmt *stmt, int at, const Bytes *locator)
{
	Lob *lob = lob_of_locator(s, locator->data, locator->len);

	if (lob && lob->is_text)
		sqlite3_bind_text(stmt, at, (char *)lob->content.data, lob->content.len, SQLITE_TRANSIENT);
	else if (lob)
		sqlite3_bind_blob(stmt, at, lob->content.data, lob->content.len, SQLITE_TRANSIENT);
}

static void bind_value(Session *s, sqlite3_stmt *stmt, int at, const BindInfo *b, const Bytes *v)
{
	switch (b->type) {
	case TYPE_NUMBER:
	case TYPE_BINARY_INTEGER: number_bind(stmt, at, v->data, v->len); break;
	case TYPE_DATE:
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMP_LTZ:
	case TYPE_TIMESTAMP_TZ: bind_text(stmt, at, datetime_of_wire(v->data, v->len)); break;
	case TYPE_INTERVAL_YM: bind_text(stmt, at, interval_ym_of_wire(v->data, v->len)); break;
	case TYPE_INTERVAL_DS: bind_text(stmt, at, interval_ds_of_wire(v->data, v->len)); break;
	case TYPE_RAW:
	case TYPE_LONG_RAW: sqlite3_bind_blob(stmt, at, v->data, v->len, SQLITE_TRANSIENT); break;
	case TYPE_BINARY_FLOAT:
	case TYPE_BINARY_DOUBLE:
		if (v->len == 4 || v->len == 8)
			bind_binary(stmt, at, v);
		break;
	case TYPE_BOOLEAN_23: sqlite3_bind_int(stmt, at, v->data[v->len - 1]); break;
	case TYPE_CLOB:
	case TYPE_BLOB: bind_lob(s, stmt, at, v); break;
	default: bind_string(s, stmt, at, b, v); break;
	}
}

static void read_value(Session *s, Cursor *c, guint i)
{
	const BindInfo *b = &g_array_index(c->binds, BindInfo, i);
	Net *net = &s->net;
	Bytes *v = &s->scratch;
	gboolean has_value;

	if (b->type == TYPE_CLOB || b->type == TYPE_BLOB) {
		has_value = get_ub(net) && get_clr(net, v);
	} else if (b->type == TYPE_BOOLEAN_23) {
		/* NULL is 253, 1 */
		guint8 n = get_u8(net);

		v->len = 0;
		has_value = n && n < 253;
		if (n == 253)
			get_u8(net);
		else
			put_raw(v, get_raw(net, n), n);
	} else {
		has_value = get_clr(net, v);
	}
	if (!c->stmt || net->state != NET_OK)
		return;
	if (has_value && v->len)
		bind_value(s, c->stmt, i + 1, b, v);
	else
		sqlite3_bind_null(c->stmt, i + 1);
}

/* Values that may be longer than a string stand behind the others. */
void binds_read_row(Session *s, Cursor *c)
{
	if (!c->binds->len)
		return;
	if (get_u8(&s->net) != MSG_ROW) {
		s->net.state = NET_CLOSED;
		return;
	}
	for (guint i = 0; i < c->binds->len; i++)
		if (g_array_index(c->binds, BindInfo, i).max_size <= MAX_STRING)
			read_value(s, c, i);
	for (guint i = 0; i < c->binds->len; i++)
		if (g_array_index(c->binds, BindInfo, i).max_size > MAX_STRING)
			read_value(s, c, i);
}
