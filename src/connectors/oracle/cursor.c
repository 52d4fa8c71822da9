/*
 * See cursor.h. A query takes a request to run and describe it, one more where LOBs are to come inside of the
 * rows, and then one for each so many rows. Rows that come repeat what has not changed: a bit vector says
 * which columns are sent.
 */
#include "connectors/oracle/cursor.h"

#define EXECUTE 94
#define FETCH   5

#define OPTION_PARSE        0x01
#define OPTION_BIND         0x08
#define OPTION_DEFINE       0x10
#define OPTION_EXECUTE      0x20
#define OPTION_COMMIT       0x100
#define OPTION_NO_PLSQL     0x8000
#define OPTION_DESCRIBE     0x20000
#define OPTION_BATCH_ERRORS 0x80000

#define N_PARAMETERS  13
#define MAX_LONG      0x7fffffff
#define CHARSET_UTF8  873
#define NATIONAL_TEXT 4 /* sizes of national types are told larger: so do Oracle's clients */
#define NATIONAL_LOB  112
#define WITH_LENGTHS  0x2000000 /* of LOBs: their lengths come with the locators */
#define NO_MORE_ROWS  1403

/* ---- requests ---- */

static void put_field(FerryOracleConnection *c, const FerryOracleField *f)
{
	GByteArray *out = c->out;
	uint64_t size = MAX(f->max_bytes, 1);
	bool is_lob = f->type == FERRY_ORACLE_TYPE_CLOB || f->type == FERRY_ORACLE_TYPE_BLOB;

	if (f->form == FERRY_ORACLE_FORM_NATIONAL)
		size = MIN(size * (is_lob ? NATIONAL_LOB : NATIONAL_TEXT), MAX_LONG);
	ferry_oracle_put_u8(out, f->type);
	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_zeros(out, 2);
	ferry_oracle_put_number(out, size);
	ferry_oracle_put_number(out, 0);
	ferry_oracle_put_number(out, is_lob ? WITH_LENGTHS : 0);
	ferry_oracle_put_number(out, 0); /* an object's type */
	ferry_oracle_put_number(out, 0);
	ferry_oracle_put_number(out, f->form ? CHARSET_UTF8 : 0);
	ferry_oracle_put_u8(out, f->form);
	ferry_oracle_put_number(out, 0);
	if (c->fields >= FERRY_ORACLE_FIELDS_12_2)
		ferry_oracle_put_number(out, 0);
}

typedef struct {
	uint32_t options, cursor, n_rows, n_executions, flags;
	const char *sql; /* NULL: the cursor has it */
	bool is_query;
	const GArray *defines; /* FerryOracleField; or NULL */
	const GArray *binds;   /* the same; their rows follow */
} Execution;

/* Everything up to the statement; most of it says that something is not there. */
static void put_execution_head(FerryOracleConnection *c, const Execution *e, size_t sql_len)
{
	GByteArray *out = c->out;

	ferry_oracle_put_number(out, e->options);
	ferry_oracle_put_number(out, e->cursor);
	ferry_oracle_put_u8(out, e->sql != NULL);
	ferry_oracle_put_number(out, sql_len);
	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_number(out, N_PARAMETERS);
	ferry_oracle_put_zeros(out, 3);
	ferry_oracle_put_number(out, e->n_rows);
	ferry_oracle_put_number(out, MAX_LONG);
	ferry_oracle_put_u8(out, e->binds != NULL);
	ferry_oracle_put_number(out, e->binds ? e->binds->len : 0);
	ferry_oracle_put_zeros(out, 5);
	ferry_oracle_put_u8(out, e->defines != NULL);
	ferry_oracle_put_number(out, e->defines ? e->defines->len : 0);
	ferry_oracle_put_zeros(out, 2);
	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_zeros(out, 5);
	ferry_oracle_put_zeros(out, 3); /* counts of rows */
	if (c->fields >= FERRY_ORACLE_FIELDS_12_2)
		ferry_oracle_put_zeros(out, 5);
	if (c->fields >= FERRY_ORACLE_FIELDS_12_2B)
		ferry_oracle_put_zeros(out, 2);
}

static void put_execution(FerryOracleConnection *c, const Execution *e)
{
	size_t len = e->sql ? strlen(e->sql) : 0;
	uint32_t parameters[N_PARAMETERS] = {
		[0] = e->sql != NULL, [1] = e->n_executions, [7] = e->is_query, [9] = e->flags};

	ferry_oracle_put_function(c, EXECUTE);
	put_execution_head(c, e, len);
	if (e->sql)
		ferry_oracle_put_value(c->out, e->sql, len);
	for (size_t i = 0; i < N_PARAMETERS; i++)
		ferry_oracle_put_number(c->out, parameters[i]);
	for (guint i = 0; e->defines && i < e->defines->len; i++)
		put_field(c, &g_array_index(e->defines, FerryOracleField, i));
	for (guint i = 0; e->binds && i < e->binds->len; i++)
		put_field(c, &g_array_index(e->binds, FerryOracleField, i));
}

void ferry_oracle_put_array(FerryOracleConnection *c, uint32_t cursor, const char *sql, const GArray *binds,
			    uint32_t n_rows)
{
	Execution e = {.options = (cursor ? 0 : OPTION_PARSE) | OPTION_BIND | OPTION_EXECUTE |
				  OPTION_NO_PLSQL | OPTION_BATCH_ERRORS,
		       .cursor = cursor,
		       .n_rows = 1,
		       .n_executions = n_rows,
		       .flags = 0x8000,
		       .sql = cursor ? NULL : sql,
		       .binds = binds};
	put_execution(c, &e);
}

/* ---- responses without rows ---- */

static bool read_described(FerryOracleCursor *cursor, GError **error)
{
	FerryOracleConnection *c = cursor->c;
	int type;

	while ((type = ferry_oracle_next_message(c)) >= 0) {
		if (type == FERRY_ORACLE_MESSAGE_DESCRIBE) {
			ferry_oracle_skip_value(c->wire);
			ferry_oracle_read_describe(c, cursor->fields);
		} else if (type == FERRY_ORACLE_MESSAGE_PARAMETERS) {
			ferry_oracle_skip_parameters(c);
		} else {
			ferry_oracle_wire_malformed(c->wire, "a message that has no place here");
		}
	}
	if (c->reply.cursor)
		cursor->id = c->reply.cursor;
	/* Some say at once that there is nothing. */
	cursor->is_finished = type == FERRY_ORACLE_MESSAGE_END && c->reply.number == NO_MORE_ROWS;
	if (type == FERRY_ORACLE_MESSAGE_FAILED || (c->reply.number != 0 && !cursor->is_finished))
		return ferry_oracle_fail(c, error, "%s", cursor->doing);
	return true;
}

static FerryOracleCursor *open_cursor(FerryOracleConnection *c, const Execution *e, const char *doing,
				      GError **error)
{
	g_autoptr(FerryOracleCursor) cursor = g_new0(FerryOracleCursor, 1);

	cursor->c = c;
	cursor->doing = g_strdup(doing);
	cursor->fields = ferry_oracle_fields_new();
	cursor->n_fetch = 100;
	if (!ferry_oracle_begin(c, doing, error))
		return NULL;
	put_execution(c, e);
	if (!ferry_oracle_send(c, doing, error) || !read_described(cursor, error))
		return NULL;
	if (e->is_query &&
	    (cursor->fields->len == 0 || (cursor->id == 0 && !(e->options & OPTION_DESCRIBE)))) {
		ferry_fail(error, FERRY_ERROR_FAILED, "%s: the server says nothing of the result", doing);
		return NULL;
	}
	cursor->bits = g_malloc0(cursor->fields->len / 8 + 1);
	return g_steal_pointer(&cursor);
}

FerryOracleCursor *ferry_oracle_cursor_open(FerryOracleConnection *c, const char *sql, const char *doing,
					    GError **error)
{
	Execution e = {.options = OPTION_PARSE | OPTION_EXECUTE | OPTION_NO_PLSQL,
		       .sql = sql,
		       .is_query = true,
		       .flags = 0x8000};
	return open_cursor(c, &e, doing, error);
}

FerryOracleCursor *ferry_oracle_cursor_describe(FerryOracleConnection *c, const char *sql, const char *doing,
						GError **error)
{
	Execution e = {.options = OPTION_PARSE | OPTION_DESCRIBE, .sql = sql, .is_query = true, .n_rows = 1};
	return open_cursor(c, &e, doing, error);
}

static bool is_block(const char *sql)
{
	sql += strspn(sql, " \t\r\n");
	return g_ascii_strncasecmp(sql, "begin", 5) == 0 || g_ascii_strncasecmp(sql, "declare", 7) == 0;
}

static bool is_query(const char *sql)
{
	sql += strspn(sql, " \t\r\n(");
	return g_ascii_strncasecmp(sql, "select", 6) == 0 || g_ascii_strncasecmp(sql, "with", 4) == 0;
}

static bool execute(FerryOracleConnection *c, const char *sql, uint32_t options, const char *doing,
		    GError **error)
{
	Execution e = {.options = OPTION_PARSE | OPTION_EXECUTE | options |
				  (is_block(sql) ? 0 : OPTION_NO_PLSQL),
		       .sql = sql,
		       .n_rows = 1,
		       .n_executions = 1,
		       .flags = 0x8000};

	if (is_query(sql)) {
		e.is_query = true;
		e.n_rows = e.n_executions = 0;
	}
	g_autoptr(FerryOracleCursor) cursor = open_cursor(c, &e, doing, error);
	return cursor != NULL;
}

bool ferry_oracle_execute(FerryOracleConnection *c, const char *sql, const char *doing, GError **error)
{
	return execute(c, sql, 0, doing, error);
}

bool ferry_oracle_execute_dml(FerryOracleConnection *c, const char *sql, bool commits, const char *doing,
			      int64_t *ret_affected, GError **error)
{
	if (!execute(c, sql, commits ? OPTION_COMMIT : 0, doing, error))
		return false;
	if (ret_affected)
		*ret_affected = (int64_t)c->reply.n_rows;
	return true;
}

/* ---- LOBs, inside of rows or by locator ---- */

static bool make_inline(FerryOracleField *f)
{
	if (f->type != FERRY_ORACLE_TYPE_CLOB && f->type != FERRY_ORACLE_TYPE_BLOB)
		return false;
	f->type = f->type == FERRY_ORACLE_TYPE_CLOB ? FERRY_ORACLE_TYPE_LONG : FERRY_ORACLE_TYPE_LONG_RAW;
	if (f->type == FERRY_ORACLE_TYPE_LONG_RAW)
		f->form = 0;
	f->max_bytes = MAX_LONG;
	f->is_absent = false;
	f->has_trailer = true;
	return true;
}

bool ferry_oracle_cursor_define_lobs(FerryOracleCursor *cursor, const FerryOracleOutput *outputs,
				     GError **error)
{
	FerryOracleConnection *c = cursor->c;
	bool has_lobs = false;

	for (guint i = 0; i < cursor->fields->len; i++)
		has_lobs |= (outputs && outputs[i].is_locator) ||
			    make_inline(&g_array_index(cursor->fields, FerryOracleField, i));
	if (!has_lobs || cursor->is_finished)
		return true;
	Execution e = {.options = OPTION_DEFINE | OPTION_NO_PLSQL,
		       .cursor = cursor->id,
		       .is_query = true,
		       .defines = cursor->fields};
	if (!ferry_oracle_begin(c, cursor->doing, error))
		return false;
	put_execution(c, &e);
	g_autoptr(GError) local = NULL;
	if (!ferry_oracle_send(c, cursor->doing, error))
		return false;
	if (ferry_oracle_finish(c, cursor->doing, &local))
		return true;
	/* Of no rows some say so here already. */
	cursor->is_finished = c->reply.number == NO_MORE_ROWS && !c->is_lost;
	if (!cursor->is_finished)
		g_propagate_error(error, g_steal_pointer(&local));
	return cursor->is_finished;
}

/* ---- rows ---- */

static void take_bits(FerryOracleCursor *cursor, const uint8_t *bits, size_t len)
{
	size_t wanted = (cursor->fields->len + 7) / 8;

	if (!bits)
		return;
	if (len < wanted) {
		ferry_oracle_wire_malformed(cursor->c->wire, "a bit vector that is too short");
		return;
	}
	memcpy(cursor->bits, bits, wanted);
	cursor->has_bits = true;
}

static void read_row_header(FerryOracleCursor *cursor)
{
	FerryOracleWire *w = cursor->c->wire;

	ferry_oracle_get_u8(w);
	ferry_oracle_get_ub2(w);
	ferry_oracle_get_ub4(w);
	ferry_oracle_get_ub4(w);
	ferry_oracle_get_ub2(w);
	if (ferry_oracle_get_ub4(w) > 0) {
		size_t len;
		const uint8_t *bits = ferry_oracle_get_value(w, 4096, &len);
		take_bits(cursor, bits, len);
	}
	ferry_oracle_skip_counted(w);
}

static void read_bit_vector(FerryOracleCursor *cursor)
{
	FerryOracleWire *w = cursor->c->wire;

	ferry_oracle_get_ub2(w);
	ferry_oracle_copy(w, cursor->bits, (cursor->fields->len + 7) / 8);
	cursor->has_bits = w->state == FERRY_ORACLE_WIRE_FINE;
}

static bool ask_for_rows(FerryOracleCursor *cursor, GError **error)
{
	FerryOracleConnection *c = cursor->c;

	if (!ferry_oracle_begin(c, cursor->doing, error))
		return false;
	ferry_oracle_put_function(c, FETCH);
	ferry_oracle_put_number(c->out, cursor->id);
	ferry_oracle_put_number(c->out, cursor->n_fetch);
	if (!ferry_oracle_send(c, cursor->doing, error))
		return false;
	cursor->is_active = true;
	cursor->has_rows = cursor->has_bits = false;
	return true;
}

/* At a response's end. MORE: another one can be asked for. */
static FerryStep end_response(FerryOracleCursor *cursor, GError **error)
{
	FerryOracleReply *reply = &cursor->c->reply;

	cursor->is_active = false;
	/* Rows that were shown and then taken back, or a response without anything, do not happen. */
	bool is_odd = reply->number == NO_MORE_ROWS
			      ? reply->was_broken_off && cursor->has_rows
			      : reply->number == 0 && (reply->was_broken_off || !cursor->has_rows);
	if (is_odd)
		ferry_oracle_wire_malformed(cursor->c->wire, "rows that were broken off without an error");
	if (is_odd || (reply->number != 0 && reply->number != NO_MORE_ROWS)) {
		cursor->is_finished = true;
		ferry_oracle_fail(cursor->c, error, "%s", cursor->doing);
		return FERRY_STEP_FAILED;
	}
	cursor->is_finished = reply->number == NO_MORE_ROWS;
	return cursor->is_finished ? FERRY_STEP_END : FERRY_STEP_MORE;
}

static FerryStep next_in_response(FerryOracleCursor *cursor, bool *ret_is_row, GError **error)
{
	FerryOracleConnection *c = cursor->c;

	*ret_is_row = false;
	switch (ferry_oracle_next_message(c)) {
	case FERRY_ORACLE_MESSAGE_ROW: *ret_is_row = cursor->has_rows = true; break;
	case FERRY_ORACLE_MESSAGE_ROW_HEADER: read_row_header(cursor); break;
	case FERRY_ORACLE_MESSAGE_BIT_VECTOR: read_bit_vector(cursor); break;
	case FERRY_ORACLE_MESSAGE_PARAMETERS: ferry_oracle_skip_parameters(c); break;
	case FERRY_ORACLE_MESSAGE_END: return end_response(cursor, error);
	case FERRY_ORACLE_MESSAGE_FAILED:
		cursor->is_active = false;
		cursor->is_finished = true;
		ferry_oracle_fail(c, error, "%s", cursor->doing);
		return FERRY_STEP_FAILED;
	default: ferry_oracle_wire_malformed(c->wire, "a message that has no place here"); break;
	}
	return FERRY_STEP_MORE;
}

FerryStep ferry_oracle_cursor_next_of_response(FerryOracleCursor *cursor, GError **error)
{
	bool is_row = false;

	if (cursor->is_finished)
		return FERRY_STEP_END;
	if (!cursor->is_active && !ask_for_rows(cursor, error))
		return FERRY_STEP_FAILED;
	while (!is_row) {
		FerryStep step = next_in_response(cursor, &is_row, error);
		if (step != FERRY_STEP_MORE)
			return step;
		if (!cursor->is_active)
			return FERRY_STEP_END;
	}
	return FERRY_STEP_MORE;
}

FerryStep ferry_oracle_cursor_next(FerryOracleCursor *cursor, GError **error)
{
	FerryStep step;

	do
		step = ferry_oracle_cursor_next_of_response(cursor, error);
	while (step == FERRY_STEP_END && !cursor->is_finished);
	return step;
}

void ferry_oracle_cursor_free(FerryOracleCursor *cursor)
{
	if (!cursor)
		return;
	/* What is still to come of a response nobody can read any more. */
	if (cursor->is_active)
		cursor->c->is_lost = true;
	if (cursor->id)
		g_array_append_val(cursor->c->closing, cursor->id);
	g_array_unref(cursor->fields);
	g_free(cursor->bits);
	g_free(cursor->doing);
	g_free(cursor);
}
