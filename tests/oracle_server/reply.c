/* The parts of responses that many calls share, and errors (see reply.h). */
#include "reply.h"
#include "rowid.h"

#define BATCH_ERRORS 24381
/* Servers were seen to send a position without an error. */
#define POSITION_OF_NOTHING 7

void ora_error_set(OraError *e, int number, int position, const char *format, ...)
{
	va_list args;

	ora_error_clear(e);
	va_start(args, format);
	e->text = g_strdup_vprintf(format, args);
	va_end(args);
	e->number = number;
	e->position = position;
}

void ora_error_clear(OraError *e)
{
	g_free(e->text);
	*e = (OraError){0};
}

/* Bit 1 says that a transaction is open; what 0x10000 says is not known, but it is there. */
static guint32 call_status(const Session *s)
{
	return 0x10000 | (s->is_in_transaction ? 2 : 0) | 1;
}

static void put_rowid_fields(Bytes *out, guint32 object, gint64 rowid)
{
	RowidParts parts = rowid_split(rowid);

	put_ub(out, object);
	put_ub(out, rowid ? parts.file : 0);
	put_u8(out, 0);
	put_ub(out, rowid ? parts.block : 0);
	put_ub(out, rowid ? parts.slot : 0);
}

/* Arrays of more than 252 bytes would come in chunks on a real server; an element each keeps that form here.
 */
static void put_batch_errors(Bytes *out, GArray *errors)
{
	guint n = errors ? errors->len : 0;

	put_ub(out, n);
	if (n)
		put_u8(out, MIN(n * 3, 252));
	for (guint i = 0; i < n; i++)
		put_ub(out, g_array_index(errors, BatchError, i).number);
	put_ub(out, n);
	if (n)
		put_u8(out, MIN(n * 3, 252));
	for (guint i = 0; i < n; i++)
		put_ub(out, g_array_index(errors, BatchError, i).row);
	put_ub(out, n);
	if (n)
		put_u8(out, 1);
	for (guint i = 0; i < n; i++) {
		const BatchError *e = &g_array_index(errors, BatchError, i);
		g_autofree char *text = g_strdup_printf("ORA-%05d: %s\n", e->number, e->text);

		put_ub(out, strlen(text));
		put_text(out, text);
		put_u16(out, 0);
	}
}

void reply_call_end(Session *s, const CallEnd *end)
{
	Bytes *out = &s->net.out;
	OraError batch = {BATCH_ERRORS, 0, (char *)"error(s) in array DML"};
	const OraError *e = end->batch_errors && end->batch_errors->len ? &batch : end->error;
	int number = e ? e->number : 0;

	put_u8(out, MSG_ERROR);
	put_ub(out, call_status(s));
	put_ub(out, s->sequence);
	put_ub(out, MIN(end->rows, G_MAXUINT32));
	put_ub(out, MIN(number, G_MAXUINT16));
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, end->cursor);
	put_sb(out, e ? e->position : end->sql_type == SQL_TYPE_QUERY ? POSITION_OF_NOTHING : 0);
	put_u8(out, end->sql_type);
	put_u8(out, 0);
	put_u8(out, 0); /* from here two fields are ub2 in the old layout; a ub2 of 0 is this byte */
	put_u8(out, 0);
	put_u8(out, 0);
	put_u8(out, end->warning);
	put_rowid_fields(out, end->object, end->rowid);
	put_ub(out, 0);
	put_u8(out, 0);
	put_u8(out, s->sequence);
	put_ub(out, 0);
	put_ub(out, MIN(end->rows, G_MAXUINT32));
	put_ub(out, 0);
	put_batch_errors(out, end->batch_errors);
	put_ub(out, number);
	put_ub(out, end->rows);
	if (s->new_layouts && s->field_version >= 14) {
		put_ub(out, end->sql_type);
		put_ub(out, 0);
	}
	if (number) {
		g_autofree char *text = g_strdup_printf("ORA-%05d: %s\n", number, e->text);

		put_text(out, text);
	}
}

void reply_send(Session *s)
{
	if (s->end_of_response && s->net.flag_end)
		put_u8(&s->net.out, MSG_END_OF_RESPONSE);
	net_flush(&s->net, TRUE);
}

void reply_status(Session *s)
{
	put_u8(&s->net.out, MSG_STATUS);
	put_ub(&s->net.out, call_status(s));
	put_ub(&s->net.out, s->sequence);
	reply_send(s);
}

void reply_done(Session *s)
{
	reply_call_end(s, &(CallEnd){0});
	reply_send(s);
}

gboolean reply_reset(Session *s)
{
	guint habits = s->server->profile->habits;
	Net *net = &s->net;

	net->out.len = 0;
	if (!(habits & HABIT_RESET_ONLY))
		net_send_marker(net, MARKER_BREAK);
	if (!(habits & HABIT_BREAK_ONLY))
		net_send_marker(net, MARKER_RESET);
	if (net->state == NET_BROKEN)
		net->state = NET_OK;
	do {
		if (!net_read_packet(net))
			return FALSE;
	} while (net->packet_type != TNS_MARKER || net->packet.len < 3 ||
		 net->packet.data[2] != MARKER_RESET);
	if (habits & HABIT_BREAK_ONLY)
		net_send_marker(net, MARKER_RESET);
	net_drop_input(net);
	s->is_interrupted = FALSE;
	return TRUE;
}

void reply_error(Session *s, guint cursor, const OraError *error)
{
	if (s->net.state == NET_CLOSED || !reply_reset(s))
		return;
	reply_call_end(s, &(CallEnd){.cursor = cursor, .error = error});
	reply_send(s);
}
