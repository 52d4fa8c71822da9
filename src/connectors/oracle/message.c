/*
 * Requests and responses. A request is functions (with others in front, "piggybacks": cursors to close, LOBs
 * to free); a response is messages, each a byte that says its type, and a body. What may come at any time is
 * dealt with here: errors, warnings, states, what the server tells unasked. Fields that nobody here needs are
 * skipped one by one, since there is no other way to find the next message.
 */
#include "connectors/oracle/private.h"

#define FUNCTION       3
#define END_OF_REQUEST 0x0800 /* of its last packet */
#define PIGGYBACK      17
#define CLOSE_CURSORS  105
#define LOB_OPERATION  96
#define FREE_LOBS      0x80111 /* temporary ones, several at once */

#define MESSAGE_ERROR        4
#define MESSAGE_STATUS       9
#define MESSAGE_WARNING      15
#define MESSAGE_SERVER_SIDE  23
#define MESSAGE_RESPONSE_END 29
#define MESSAGE_TOKEN        33

#define MAX_TEXT         65536
#define MAX_BATCH_ERRORS 65536

/* ---- requests ---- */

static void put_head(FerryOracleConnection *c, uint8_t kind, uint8_t function)
{
	ferry_oracle_put_u8(c->out, kind);
	ferry_oracle_put_u8(c->out, function);
	/* 0 means "none" to the server. */
	c->sequence = c->sequence == 255 ? 1 : (uint8_t)(c->sequence + 1);
	ferry_oracle_put_u8(c->out, c->sequence);
	if (c->fields >= FERRY_ORACLE_FIELDS_23B)
		ferry_oracle_put_number(c->out, 0);
}

static void put_closing(FerryOracleConnection *c)
{
	if (c->closing->len == 0)
		return;
	put_head(c, PIGGYBACK, CLOSE_CURSORS);
	ferry_oracle_put_u8(c->out, 1);
	ferry_oracle_put_number(c->out, c->closing->len);
	for (guint i = 0; i < c->closing->len; i++)
		ferry_oracle_put_number(c->out, g_array_index(c->closing, uint32_t, i));
	g_array_set_size(c->closing, 0);
}

static void put_temporary(FerryOracleConnection *c)
{
	if (c->temporary->len == 0)
		return;
	put_head(c, PIGGYBACK, LOB_OPERATION);
	ferry_oracle_put_u8(c->out, 1);
	ferry_oracle_put_number(c->out, c->temporary->len);
	ferry_oracle_put_zeros(c->out, 7);
	ferry_oracle_put_number(c->out, FREE_LOBS);
	ferry_oracle_put_zeros(c->out, 11);
	g_byte_array_append(c->out, c->temporary->data, c->temporary->len);
	g_byte_array_set_size(c->temporary, 0);
}

bool ferry_oracle_begin(FerryOracleConnection *c, const char *doing, GError **error)
{
	if (c->is_lost)
		return ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true,
					 "%s: the connection was lost before", doing);
	g_byte_array_set_size(c->out, 0);
	put_closing(c);
	put_temporary(c);
	return true;
}

void ferry_oracle_put_function(FerryOracleConnection *c, uint8_t function)
{
	put_head(c, FUNCTION, function);
}

bool ferry_oracle_send(FerryOracleConnection *c, const char *doing, GError **error)
{
	c->reply.is_ended = c->reply.was_broken_off = false;
	c->reply.number = c->reply.cursor = 0;
	c->reply.n_rows = 0;
	c->reply.has_refused = false;
	c->reply.position = -1;
	g_string_truncate(c->reply.text, 0);
	bool is_ok = ferry_oracle_wire_send(c->wire, c->out->data, c->out->len, END_OF_REQUEST, error);
	explicit_bzero(c->out->data, c->out->len);
	if (!is_ok) {
		c->is_lost = true;
		g_prefix_error(error, "%s: ", doing);
	}
	return is_ok;
}

/* ---- what may come at any time ---- */

static void skip_rowid(FerryOracleWire *w)
{
	ferry_oracle_get_ub4(w);
	ferry_oracle_get_ub2(w);
	ferry_oracle_get_u8(w);
	ferry_oracle_get_ub4(w);
	ferry_oracle_get_ub2(w);
}

/* Numbers of a batch's errors or of their rows: a mark, then each; behind 254 each has a length, and they
 * have an end. The first of them; 0 where there is none. */
static uint32_t read_batch_numbers(FerryOracleWire *w, uint32_t n, unsigned width)
{
	uint32_t first = 0;

	if (n == 0)
		return 0;
	bool is_chunked = ferry_oracle_get_u8(w) == FERRY_ORACLE_LONG_LENGTH;
	for (uint32_t i = 0; i < n && w->state == FERRY_ORACLE_WIRE_FINE; i++) {
		if (is_chunked)
			ferry_oracle_get_ub4(w);
		uint32_t number = (uint32_t)ferry_oracle_get_unsigned(w, width);
		first = i == 0 ? number : first;
	}
	if (is_chunked)
		ferry_oracle_skip(w, 1);
	return first;
}

static void read_batch_errors(FerryOracleConnection *c)
{
	FerryOracleWire *w = c->wire;

	uint32_t number = read_batch_numbers(w, ferry_oracle_get_ub2(w), 2);
	uint32_t n = ferry_oracle_get_ub4(w);
	if (n > MAX_BATCH_ERRORS)
		ferry_oracle_wire_malformed(w, "more errors of a batch than there can be");
	uint32_t row = read_batch_numbers(w, n, 4);
	n = ferry_oracle_get_ub2(w);
	if (n > 0)
		ferry_oracle_skip(w, 1);
	for (uint32_t i = 0; i < n && w->state == FERRY_ORACLE_WIRE_FINE; i++) {
		ferry_oracle_get_ub2(w);
		g_autofree char *text = ferry_oracle_get_text(w, MAX_TEXT);
		ferry_oracle_skip(w, 2);
		if (i == 0)
			g_string_assign(c->reply.refused_text, text ? g_strchomp(text) : "");
	}
	if (n == 0 || w->state != FERRY_ORACLE_WIRE_FINE)
		return;
	c->reply.has_refused = true;
	c->reply.refused_row = row;
	c->reply.refused_number = number;
}

static void read_error(FerryOracleConnection *c)
{
	FerryOracleWire *w = c->wire;

	ferry_oracle_get_ub4(w); /* call status */
	ferry_oracle_get_ub2(w);
	ferry_oracle_get_ub4(w);
	ferry_oracle_get_ub2(w); /* a number that later ones have outgrown */
	ferry_oracle_get_ub2(w);
	ferry_oracle_get_ub2(w);
	uint32_t cursor = ferry_oracle_get_ub2(w);
	int position = (int)ferry_oracle_get_signed(w, 2);
	ferry_oracle_skip(w, 6);
	skip_rowid(w);
	ferry_oracle_get_ub4(w);
	ferry_oracle_skip(w, 2);
	ferry_oracle_get_ub2(w);
	ferry_oracle_get_ub4(w);
	ferry_oracle_skip_counted(w);
	read_batch_errors(c);
	uint32_t number = ferry_oracle_get_ub4(w);
	uint64_t n_rows = ferry_oracle_get_unsigned(w, 8);
	if (c->fields >= FERRY_ORACLE_FIELDS_20) {
		ferry_oracle_get_ub4(w);
		ferry_oracle_get_ub4(w);
	}
	g_autofree char *text = number ? ferry_oracle_get_text(w, MAX_TEXT) : NULL;
	if (w->state != FERRY_ORACLE_WIRE_FINE)
		return;
	if (cursor)
		c->reply.cursor = cursor;
	c->reply.number = number;
	c->reply.position = number ? position : -1;
	c->reply.n_rows = n_rows;
	g_string_assign(c->reply.text, text ? g_strchomp(text) : "");
	c->reply.is_ended = !c->has_response_end;
}

static void read_warning(FerryOracleConnection *c)
{
	uint16_t number = ferry_oracle_get_ub2(c->wire), len = ferry_oracle_get_ub2(c->wire);

	ferry_oracle_get_ub2(c->wire);
	if (!number || !len)
		return;
	char *text = ferry_oracle_get_text(c->wire, MAX_TEXT);
	g_free(c->warning);
	c->warning = g_strchomp(text);
}

static void skip_short_counted(FerryOracleWire *w)
{
	if (ferry_oracle_get_ub2(w))
		ferry_oracle_skip_value(w);
}

/* Pairs of a key and a value, each with a number. */
static void skip_keywords(FerryOracleWire *w, uint32_t n)
{
	for (uint32_t i = 0; i < n && w->state == FERRY_ORACLE_WIRE_FINE; i++) {
		skip_short_counted(w);
		skip_short_counted(w);
		ferry_oracle_get_ub2(w);
	}
}

static void skip_session_state(FerryOracleWire *w)
{
	uint16_t n = ferry_oracle_get_ub2(w);

	if (n > 0)
		ferry_oracle_get_u8(w);
	skip_keywords(w, n);
	ferry_oracle_get_ub4(w);
	ferry_oracle_get_ub4(w);
	ferry_oracle_get_ub2(w);
}

/* What the server tells without being asked. Who does not know an opcode cannot know where it ends. */
static void skip_server_side(FerryOracleWire *w)
{
	uint8_t opcode = ferry_oracle_get_u8(w);

	if (opcode == 1 || opcode == 3)
		return;
	if (opcode == 7) {
		ferry_oracle_skip_counted(w);
		return;
	}
	uint16_t n = ferry_oracle_get_ub2(w);
	ferry_oracle_get_u8(w);
	switch (opcode) {
	case 2: ferry_oracle_skip(w, n); break;
	case 4: skip_session_state(w); break;
	case 5: {
		uint32_t n_pairs = ferry_oracle_get_ub4(w);
		ferry_oracle_get_u8(w);
		skip_keywords(w, n_pairs);
		ferry_oracle_get_ub4(w);
		break;
	}
	case 8:
		ferry_oracle_get_ub4(w);
		ferry_oracle_get_ub4(w);
		ferry_oracle_get_u8(w);
		ferry_oracle_skip_counted(w);
		break;
	case 9: break;
	case 10:
		for (int i = 0; i < 3; i++)
			ferry_oracle_get_unsigned(w, 8);
		break;
	default: ferry_oracle_wire_malformed(w, "a notice of the server's that is not known"); break;
	}
}

void ferry_oracle_skip_parameters(FerryOracleConnection *c)
{
	FerryOracleWire *w = c->wire;

	for (uint16_t n = ferry_oracle_get_ub2(w); n > 0 && w->state == FERRY_ORACLE_WIRE_FINE; n--)
		ferry_oracle_get_ub4(w);
	ferry_oracle_skip(w, ferry_oracle_get_ub2(w));
	skip_keywords(w, ferry_oracle_get_ub2(w));
	ferry_oracle_skip(w, ferry_oracle_get_ub2(w));
}

/* ---- responses ---- */

/* True: the message was one for everybody. */
static bool take_common(FerryOracleConnection *c, uint8_t type)
{
	FerryOracleWire *w = c->wire;

	switch (type) {
	case MESSAGE_ERROR: read_error(c); return true;
	case MESSAGE_STATUS:
		ferry_oracle_get_ub4(w);
		ferry_oracle_get_ub2(w);
		c->reply.is_ended = w->state == FERRY_ORACLE_WIRE_FINE && !c->has_response_end;
		return true;
	case MESSAGE_WARNING: read_warning(c); return true;
	case MESSAGE_SERVER_SIDE: skip_server_side(w); return true;
	case MESSAGE_RESPONSE_END: c->reply.is_ended = c->has_response_end; return true;
	case MESSAGE_TOKEN: ferry_oracle_get_unsigned(w, 8); return true;
	default: return false;
	}
}

int ferry_oracle_next_message(FerryOracleConnection *c)
{
	FerryOracleWire *w = c->wire;

	for (;;) {
		if (w->state == FERRY_ORACLE_WIRE_BROKEN_OFF) {
			ferry_oracle_wire_resume(w);
			c->reply.was_broken_off = true;
			c->reply.is_ended = false;
		}
		if (w->state != FERRY_ORACLE_WIRE_FINE) {
			c->is_lost = true;
			return FERRY_ORACLE_MESSAGE_FAILED;
		}
		if (c->reply.is_ended)
			return FERRY_ORACLE_MESSAGE_END;
		uint8_t type = ferry_oracle_get_u8(w);
		if (w->state != FERRY_ORACLE_WIRE_FINE || take_common(c, type))
			continue;
		return type;
	}
}

bool ferry_oracle_finish(FerryOracleConnection *c, const char *doing, GError **error)
{
	int type;

	while ((type = ferry_oracle_next_message(c)) >= 0) {
		if (type == FERRY_ORACLE_MESSAGE_PARAMETERS)
			ferry_oracle_skip_parameters(c);
		else
			ferry_oracle_wire_malformed(c->wire, "a message that has no place here");
	}
	if (type == FERRY_ORACLE_MESSAGE_FAILED || c->reply.number != 0)
		return ferry_oracle_fail(c, error, "%s", doing);
	return true;
}
