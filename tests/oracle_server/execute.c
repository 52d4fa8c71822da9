/* Execute, re-execute and fetch. */
#include "remember.h"
#include "rowid.h"
#include "store.h"
#include <poll.h>

enum {
	OPTION_PARSE = 0x01,
	OPTION_BIND = 0x08,
	OPTION_DEFINE = 0x10,
	OPTION_EXECUTE = 0x20,
	OPTION_FETCH = 0x40,
	OPTION_COMMIT = 0x100,
	OPTION_DESCRIBE_ONLY = 0x20000,
	OPTION_BATCH_ERRORS = 0x80000,
	REEXECUTE_COMMIT = 0x1,
};
#define MAX_SQL (16 * 1024 * 1024)

typedef struct Request {
	guint32 options, cursor;
	guint64 prefetch, n_binds, n_defines, iterations;
	gboolean wants_row_counts;
	char *sql;
} Request;

static Cursor *find_cursor(Session *s, guint id, OraError *e)
{
	Cursor *c = g_hash_table_lookup(s->cursors, GUINT_TO_POINTER(id));

	if (!c)
		ora_error_set(e, 1001, 0, "invalid cursor");
	return c;
}

void session_close_cursor(Session *s, guint id)
{
	g_hash_table_remove(s->cursors, GUINT_TO_POINTER(id));
}

static void read_request(Session *s, Request *r)
{
	Net *net = &s->net;
	gboolean has_sql;
	guint64 sql_len;

	r->options = get_ub(net);
	r->cursor = get_ub(net);
	has_sql = get_u8(net);
	sql_len = get_ub(net);
	get_u8(net);
	get_ub(net);
	get_raw(net, 2);
	get_ub(net);
	r->prefetch = get_ub(net);
	get_ub(net);
	get_u8(net);
	r->n_binds = get_ub(net);
	get_raw(net, 5);
	get_u8(net);
	r->n_defines = get_ub(net);
	get_ub(net);
	get_raw(net, 3);
	get_ub(net);
	get_u8(net);
	get_ub(net);
	get_ub(net);
	r->wants_row_counts = get_u8(net);
	get_ub(net);
	get_u8(net);
	if (s->field_version >= 8) {
		get_u8(net);
		get_ub(net);
		get_u8(net);
		get_ub(net);
		get_u8(net);
	}
	if (s->field_version >= 9) {
		get_u8(net);
		get_ub(net);
	}
	if (has_sql && sql_len < MAX_SQL)
		r->sql = s->sends_lengths ? get_clr_text(net) : get_raw_text(net, sql_len);
	get_ub(net);
	r->iterations = get_ub(net);
	for (int i = 2; i < 13; i++)
		get_ub(net);
}

/* Message 8, as recorded: a few numbers, among them the SCN and the cursor. */
static void put_parameters(Session *s, guint cursor, GArray *row_counts)
{
	Bytes *out = &s->net.out;

	put_u8(out, MSG_PARAMETERS);
	put_ub(out, 6);
	put_ub(out, 2000000 + s->number);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, cursor);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, 0);
	if (!row_counts)
		return;
	put_ub(out, row_counts->len);
	for (guint i = 0; i < row_counts->len; i++)
		put_ub(out, g_array_index(row_counts, guint64, i));
}

/* What some servers put before replies: the number of their process, the transaction's logical number. */
static void put_piggyback(Session *s)
{
	static const char pid[] = "4711";
	guint habits = s->server->profile->habits;
	Bytes *out = &s->net.out;

	if (habits & HABIT_PID) {
		put_u8(out, MSG_SERVER_PIGGYBACK);
		put_u8(out, 2);
		put_ub(out, sizeof pid - 1);
		put_u8(out, sizeof pid - 1);
		put_raw(out, pid, sizeof pid - 1);
	}
	/* python-oracledb 1.2, which is known by its list of data types, reads it otherwise */
	if (habits & HABIT_LTXID && !s->wide_scale) {
		put_u8(out, MSG_SERVER_PIGGYBACK);
		put_u8(out, 7);
		put_dalc(out, "\1\2\3\4\5\6\7\10", 8);
	}
}

/* The end of a reply with rows: 1403 where there are no more. */
static void end_rows(Session *s, Cursor *c)
{
	OraError no_more = {1403, 0, (char *)"no data found"};

	reply_call_end(s, &(CallEnd){.rows = c->n_rows,
				     .cursor = c->id,
				     .sql_type = SQL_TYPE_QUERY,
				     .error = c->at_end ? &no_more : NULL});
	reply_send(s);
}

static void define(Session *s, Cursor *c, guint64 n)
{
	g_autoptr(GArray) defines = g_array_new(FALSE, TRUE, sizeof(BindInfo));

	binds_read_info(s, defines, n);
	for (guint i = 0; i < MIN(defines->len, c->columns->len); i++)
		column_define(s, cursor_column(c, i), g_array_index(defines, BindInfo, i).type);
	c->is_defined = TRUE;
}

/* LOBs must be defined before rows are sent; so the first reply has none then. */
static void run_query(Session *s, Cursor *c, const Request *r, gboolean is_new, OraError *e)
{
	gboolean executes = r->options & OPTION_EXECUTE;

	if (executes) {
		cursor_reset(c);
		binds_read_row(s, c);
		if (s->net.state != NET_OK)
			return;
		if (c->binds->len < c->n_binds)
			ora_error_set(e, 1008, 0, "not all variables bound");
		else
			cursor_step(s, c, e);
	}
	if (e->number)
		return;
	put_piggyback(s);
	cursor_find_columns(s, c);
	if (executes)
		remember_begin(s, c);
	if (is_new)
		cursor_describe(s, c);
	if (r->options & OPTION_FETCH && (!c->has_locators || c->is_defined) &&
	    !rows_send(s, c, r->prefetch, e))
		return;
	put_parameters(s, c->id, NULL);
	end_rows(s, c);
}

static void add_batch_error(GArray *errors, guint row, OraError *e)
{
	BatchError b = {row, e->number, g_steal_pointer(&e->text)};

	g_array_append_val(errors, b);
	e->number = 0;
}

/* Waits without keeping a cancel from getting through. */
static gboolean sleep_for(Session *s, gint64 ms, OraError *e)
{
	gint64 until = g_get_monotonic_time() + ms * 1000;

	while (ms && g_get_monotonic_time() < until) {
		if (net_has_input(&s->net)) {
			ora_error_set(e, 1013, 0, "user requested cancel of current operation");
			return FALSE;
		}
		g_usleep(5000);
	}
	return TRUE;
}

static int sql_type_of(const Cursor *c)
{
	return c->kind == STATEMENT_INSERT   ? 2
	       : c->kind == STATEMENT_UPDATE ? 6
	       : c->kind == STATEMENT_DELETE ? 7
					     : 47;
}

typedef struct Change {
	guint64 rows;
	gint64 rowid;
	GArray *errors, *row_counts;
	gboolean is_refused; /* as a whole: its rows are read, and that is all */
} Change;

static void clear_batch_error(gpointer data)
{
	g_free(((BatchError *)data)->text);
}

/* One row of binds. With batch errors a row that fails is remembered, and the others go on. */
static void change_row(Session *s, Cursor *c, guint row, gboolean batch_errors, Change *change, OraError *e)
{
	guint64 n = 0;

	binds_read_row(s, c);
	if (s->net.state != NET_OK || !c->stmt || change->is_refused)
		return;
	if (cursor_step(s, c, e) == SQLITE_DONE) {
		n = sqlite3_changes64(s->db);
		change->rowid = c->kind == STATEMENT_INSERT ? sqlite3_last_insert_rowid(s->db) : 0;
	} else if (batch_errors && e->number != 1013) {
		add_batch_error(change->errors, row, e);
	}
	sqlite3_reset(c->stmt);
	change->rows += n;
	g_array_append_val(change->row_counts, n);
}

static void run_change(Session *s, Cursor *c, const Request *r, OraError *e)
{
	Change change = {.errors = g_array_new(FALSE, TRUE, sizeof(BatchError)),
			 .row_counts = g_array_new(FALSE, TRUE, sizeof(guint64))};
	guint64 n = MAX(1, r->iterations);

	g_array_set_clear_func(change.errors, clear_batch_error);
	if (c->stmt)
		session_begin(s);
	change.is_refused = c->stmt && !binds_check(s, c, e);
	for (guint64 i = 0; i < n && (!e->number || change.is_refused) && s->net.state == NET_OK; i++) {
		s->has_more_rows = i + 1 < n;
		change_row(s, c, i, r->options & OPTION_BATCH_ERRORS, &change, e);
	}
	s->has_more_rows = FALSE;
	if (!e->number && s->net.state == NET_OK && sleep_for(s, c->sleep_ms, e)) {
		if (r->options & OPTION_COMMIT)
			session_commit(s);
		put_piggyback(s);
		put_parameters(s, c->id, r->wants_row_counts ? change.row_counts : NULL);
		reply_call_end(s, &(CallEnd){.rows = change.rows,
					     .cursor = c->id,
					     .sql_type = sql_type_of(c),
					     .rowid = change.rowid,
					     .object = change.rowid ? ROWID_ANY_OBJECT : 0,
					     .batch_errors = change.errors});
		reply_send(s);
	}
	g_array_unref(change.errors);
	g_array_unref(change.row_counts);
}

static void run_cursor(Session *s, Cursor *c, const Request *r, gboolean is_new, OraError *e)
{
	if (c->kind == STATEMENT_QUERY)
		run_query(s, c, r, is_new, e);
	else if (r->options & OPTION_EXECUTE)
		run_change(s, c, r, e);
	else
		reply_done(s);
}

/* An error closes a cursor that it happened in, as the client will not use it again. */
static void finish(Session *s, Cursor *c, OraError *e)
{
	if (e->number || s->net.state == NET_BROKEN) {
		if (!e->number)
			ora_error_set(e, 1013, 0, "user requested cancel of current operation");
		reply_error(s, c ? c->id : 0, e);
		if (c)
			cursor_reset(c);
	}
	ora_error_clear(e);
}

void session_execute(Session *s)
{
	Request r = {0};
	OraError e = {0};
	Cursor *c = NULL;
	gboolean is_new;

	read_request(s, &r);
	is_new = !r.cursor;
	if (s->net.state == NET_OK && r.sql && r.cursor)
		session_close_cursor(s, r.cursor); /* DDL is parsed again */
	if (s->net.state == NET_OK)
		c = r.sql ? cursor_open(s, r.sql, &e) : find_cursor(s, r.cursor, &e);
	if (c && r.n_defines)
		define(s, c, r.n_defines);
	else if (c && r.n_binds)
		binds_read_info(s, c->binds, r.n_binds);
	if (c && s->net.state == NET_OK)
		run_cursor(s, c, &r, is_new || r.sql, &e);
	g_free(r.sql);
	finish(s, c, &e);
}

void session_reexecute(Session *s, gboolean fetch)
{
	guint32 id = get_ub(&s->net);
	Request r = {.cursor = id, .options = OPTION_EXECUTE};
	OraError e = {0};
	Cursor *c;

	r.iterations = r.prefetch = get_ub(&s->net);
	get_ub(&s->net);
	if (get_ub(&s->net) & REEXECUTE_COMMIT)
		r.options |= OPTION_COMMIT;
	if (fetch)
		r.options |= OPTION_FETCH;
	c = find_cursor(s, id, &e);
	if (c && s->net.state == NET_OK)
		run_cursor(s, c, &r, FALSE, &e);
	finish(s, c, &e);
}

void session_fetch(Session *s)
{
	guint32 id = get_ub(&s->net);
	guint64 n = get_ub(&s->net);
	OraError e = {0};
	Cursor *c = s->net.state == NET_OK ? find_cursor(s, id, &e) : NULL;

	if (c && c->kind != STATEMENT_QUERY)
		ora_error_set(&e, 1002, 0, "fetch out of sequence");
	if (c && !e.number) {
		put_piggyback(s);
		if (rows_send(s, c, n, &e))
			end_rows(s, c);
	}
	finish(s, c, &e);
}
