/* One client's requests, one after the other. */
#include "cursor.h"
#include "store.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum {
	FUNCTION_REEXECUTE = 4,
	FUNCTION_FETCH = 5,
	FUNCTION_LOGOFF = 9,
	FUNCTION_COMMIT = 14,
	FUNCTION_ROLLBACK = 15,
	FUNCTION_REEXECUTE_AND_FETCH = 78,
	FUNCTION_EXECUTE = 94,
	FUNCTION_LOB = 96,
	FUNCTION_CLOSE_CURSORS = 105,
	FUNCTION_AUTH_2 = 115,
	FUNCTION_AUTH_1 = 118,
	FUNCTION_CANCEL_CURSORS = 120,
	FUNCTION_END_TO_END = 135,
	FUNCTION_PING = 147,
	FUNCTION_SET_SCHEMA = 152,
	SERVICES_MAGIC_BYTE = 0xde,
};

static void read_header(Session *s)
{
	s->sequence = get_u8(&s->net);
	if (s->field_version >= 18)
		get_ub(&s->net);
}

static void close_cursors(Session *s)
{
	guint64 n;

	get_u8(&s->net);
	n = get_ub(&s->net);
	while (n-- && s->net.state == NET_OK)
		session_close_cursor(s, get_ub(&s->net));
}

/* Module, action and such: read, and forgotten. */
static void end_to_end(Session *s)
{
	guint64 len[5];
	Bytes text = {0};

	get_raw(&s->net, 2);
	get_ub(&s->net);
	for (int i = 0; i < 5; i++) {
		get_u8(&s->net);
		len[i] = get_ub(&s->net);
		if (i == 2 || i == 3) {
			get_u8(&s->net);
			get_ub(&s->net);
			get_u8(&s->net);
			get_ub(&s->net);
		}
	}
	for (int i = 0; i < 5; i++)
		if (len[i])
			get_clr(&s->net, &text);
	bytes_free(&text);
}

static void set_schema(Session *s)
{
	g_autofree char *schema = NULL;

	get_u8(&s->net);
	get_ub(&s->net);
	schema = get_clr_text(&s->net);
	store_set_schema(s, schema);
}

static void piggyback(Session *s)
{
	guint8 function = get_u8(&s->net);

	read_header(s);
	switch (function) {
	case FUNCTION_CLOSE_CURSORS:
	case FUNCTION_CANCEL_CURSORS: close_cursors(s); break;
	case FUNCTION_LOB: session_lob_operation(s, TRUE); break;
	case FUNCTION_END_TO_END: end_to_end(s); break;
	case FUNCTION_SET_SCHEMA: set_schema(s); break;
	default:
		g_printerr("[%u] odd: unknown piggyback %u\n", s->number, function);
		s->net.state = NET_CLOSED;
	}
}

static void refuse_function(Session *s, guint8 function)
{
	OraError e = {0};

	if (s->is_logged_in)
		ora_error_set(&e, 3115, 0, "unsupported network datatype or representation (function %u)",
			      function);
	else
		ora_error_set(&e, 1012, 0, "not logged on");
	reply_error(s, 0, &e);
	ora_error_clear(&e);
}

static void call_logged_in(Session *s, guint8 function)
{
	switch (function) {
	case FUNCTION_EXECUTE: session_execute(s); break;
	case FUNCTION_REEXECUTE: session_reexecute(s, FALSE); break;
	case FUNCTION_REEXECUTE_AND_FETCH: session_reexecute(s, TRUE); break;
	case FUNCTION_FETCH: session_fetch(s); break;
	case FUNCTION_LOB: session_lob_operation(s, FALSE); break;
	case FUNCTION_COMMIT:
		session_commit(s);
		reply_status(s);
		break;
	case FUNCTION_ROLLBACK:
		session_rollback(s);
		reply_status(s);
		break;
	case FUNCTION_PING:
	case FUNCTION_LOGOFF: reply_status(s); break;
	default: refuse_function(s, function);
	}
}

static gboolean open_store(Session *s)
{
	OraError e = {0};

	if (s->db || store_open(s, &e))
		return TRUE;
	reply_error(s, 0, &e);
	ora_error_clear(&e);
	s->net.state = NET_CLOSED;
	return FALSE;
}

static void call_function(Session *s)
{
	guint8 function = get_u8(&s->net);

	read_header(s);
	if (s->net.state != NET_OK)
		return;
	if (function == FUNCTION_AUTH_1)
		session_auth_phase_1(s);
	else if (function == FUNCTION_AUTH_2)
		session_auth_phase_2(s);
	else if (!s->is_logged_in)
		refuse_function(s, function);
	else if (open_store(s))
		call_logged_in(s, function);
}

static void serve_message(Session *s)
{
	guint8 type = get_u8(&s->net);

	if (s->net.state != NET_OK)
		return;
	switch (type) {
	case SERVICES_MAGIC_BYTE: session_services(s); break;
	case MSG_PROTOCOL: session_protocol(s); break;
	case MSG_DATA_TYPES: session_data_types(s); break;
	case MSG_FAST_AUTH: session_fast_auth(s); break;
	case MSG_FUNCTION: call_function(s); break;
	case MSG_PIGGYBACK: piggyback(s); return; /* the call follows */
	default: g_printerr("[%u] odd: unknown message %u\n", s->number, type); s->net.state = NET_CLOSED;
	}
	if (net_input_is_left(&s->net) && s->net.state == NET_OK)
		g_printerr("[%u] odd: message %u left bytes unread\n", s->number, type);
	net_drop_input(&s->net);
}

/* A break when nothing runs: it is answered as a cancelled call is. */
static void answer_break(Session *s)
{
	OraError e = {1013, 0, (char *)"user requested cancel of current operation"};

	reply_error(s, 0, &e);
}

static void session_clear(Session *s)
{
	if (s->server->trace && lob_count_temporary(s))
		g_printerr("[%u] temporary LOBs left: %u\n", s->number, lob_count_temporary(s));
	if (s->db) {
		g_hash_table_remove_all(s->cursors);
		session_rollback(s);
		sqlite3_close(s->db);
	}
	g_hash_table_unref(s->cursors);
	g_hash_table_unref(s->lobs);
	net_clear(&s->net);
	bytes_free(&s->scratch);
	g_free(s->user);
	g_free(s->current_schema);
}

void session_run(Server *server, int fd, guint number)
{
	Session s = {.server = server, .number = number, .field_version = server->profile->field_version};
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	net_init(&s.net, fd);
	s.net.cut = server->cut;
	s.cursors = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)cursor_free);
	s.lobs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)lob_free);
	s.oldest_lob = 1;
	if ((!server->tls || net_start_tls(&s.net, server->tls)) && session_accept(&s))
		while (s.net.state != NET_CLOSED) {
			serve_message(&s);
			if (s.net.state == NET_BROKEN)
				answer_break(&s);
		}
	session_clear(&s);
}
