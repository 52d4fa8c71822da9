/*
 * See lob.h. The request to read: whose locator, from which place (counted from 1), how much; the answer:
 * data, the locator once more, how much it was. Texts are UTF-16 where the locator or the column's form say
 * so, else UTF-8. A piece may end between the halves of a UTF-16 pair, and what comes of it between two bytes
 * of one: what is not whole waits for what follows.
 */
#include "connectors/oracle/lob.h"

#include "connectors/oracle/utf16.h"

#define LOB_OPERATION    96
#define OPERATION_READ   2
#define MESSAGE_LOB_DATA 14
#define PIECE            ((uint64_t)1 << 20)
#define MAX_LOCATOR      4096
#define LEAST_LOCATOR    8

/* Bytes of a locator that say what it is. */
#define PLACE_ABSTRACT  4
#define FLAG_ABSTRACT   0x40
#define PLACE_UTF16     6
#define FLAG_UTF16      0x80
#define PLACE_TEMPORARY 7
#define FLAG_TEMPORARY  0x01

/* How much of a value that is too long is shown to people. */
#define SHOWN 16384

FerryOracleLobs *ferry_oracle_lobs_new(void)
{
	FerryOracleLobs *lobs = g_new0(FerryOracleLobs, 1);

	lobs->list = g_array_new(FALSE, FALSE, sizeof(FerryOracleLob));
	lobs->locators = g_byte_array_new();
	return lobs;
}

void ferry_oracle_lobs_free(FerryOracleLobs *lobs)
{
	if (!lobs)
		return;
	g_array_unref(lobs->list);
	g_byte_array_unref(lobs->locators);
	g_free(lobs);
}

void ferry_oracle_lobs_clear(FerryOracleLobs *lobs)
{
	g_array_set_size(lobs->list, 0);
	g_byte_array_set_size(lobs->locators, 0);
}

bool ferry_oracle_lobs_take(FerryOracleLobs *lobs, FerryOracleWire *w, const FerryOracleLob *template,
			    bool *ret_is_there)
{
	FerryOracleLob lob = *template;
	const uint8_t *locator;

	*ret_is_there = ferry_oracle_get_ub4(w) > 0;
	if (!*ret_is_there)
		return w->state == FERRY_ORACLE_WIRE_FINE;
	ferry_oracle_get_unsigned(w, 8); /* its length: the query asks for it, too */
	ferry_oracle_get_ub4(w);         /* the size of its parts in the database */
	locator = ferry_oracle_get_value(w, MAX_LOCATOR, &lob.len);
	if (!locator)
		return false;
	if (lob.len < LEAST_LOCATOR) {
		ferry_oracle_wire_malformed(w, "a LOB's locator that is too short");
		return false;
	}
	lob.at = lobs->locators->len;
	g_byte_array_append(lobs->locators, locator, (guint)lob.len);
	g_array_append_val(lobs->list, lob);
	return true;
}

void ferry_oracle_lob_release(FerryOracleConnection *c, const FerryOracleLobs *lobs,
			      const FerryOracleLob *lob)
{
	const uint8_t *locator = lobs->locators->data + lob->at;

	if (locator[PLACE_TEMPORARY] & FLAG_TEMPORARY || locator[PLACE_ABSTRACT] & FLAG_ABSTRACT)
		g_byte_array_append(c->temporary, locator, (guint)lob->len);
}

/* ---- what comes, into the column ---- */

typedef struct {
	FerryOracleConnection *c;
	FerryColumn *column;
	uint8_t *locator;
	size_t locator_len, begin;
	bool is_text, is_utf16, is_hex;
	bool is_full;       /* what comes is thrown away */
	uint64_t n_bytes;   /* of the piece at work */
	uint64_t max_bytes; /* that it may have */
	uint8_t rest[4];    /* of a character that is not whole */
	unsigned n_rest;
} Reading;

/* Room for len more bytes at the column's end, within what a value may be. */
static uint8_t *reserve(Reading *r, size_t len)
{
	FerryColumn *c = r->column;

	r->is_full = r->is_full || c->bytes_len - r->begin + len > FERRY_ORACLE_MAX_VALUE ||
		     !ferry_column_reserve(c, len);
	return r->is_full ? NULL : c->bytes + c->bytes_len;
}

static void append_bytes(Reading *r, const uint8_t *data, size_t len)
{
	uint8_t *out = reserve(r, len);

	if (!out)
		return;
	memcpy(out, data, len);
	r->column->bytes_len += len;
}

static void append_hex(Reading *r, const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *out = reserve(r, 2 * len);

	if (!out)
		return;
	for (size_t i = 0; i < len; i++) {
		*out++ = (uint8_t)digits[data[i] >> 4];
		*out++ = (uint8_t)digits[data[i] & 15];
	}
	r->column->bytes_len += 2 * len;
}

static void convert(Reading *r, const uint8_t *data, size_t len)
{
	uint8_t *out = len ? reserve(r, FERRY_ORACLE_UTF8_ROOM(len)) : NULL;

	if (out)
		r->column->bytes_len += ferry_oracle_utf16_to_utf8(data, len, out);
}

static bool is_first_half(const uint8_t *unit)
{
	return (unit[0] & 0xfc) == 0xd8;
}

/* The character that was begun: one or two units. */
static void finish_character(Reading *r)
{
	if (r->n_rest == 2 && !is_first_half(r->rest)) {
		convert(r, r->rest, 2);
		r->n_rest = 0;
	} else if (r->n_rest == 4 && is_first_half(r->rest + 2)) { /* the one before has no second half */
		convert(r, r->rest, 2);
		memmove(r->rest, r->rest + 2, 2);
		r->n_rest = 2;
	} else if (r->n_rest == 4) {
		convert(r, r->rest, 4);
		r->n_rest = 0;
	}
}

static void append_utf16(Reading *r, const uint8_t *data, size_t len)
{
	while (r->n_rest > 0 && len > 0) {
		r->rest[r->n_rest++] = *data++;
		len--;
		finish_character(r);
	}
	size_t whole = len & ~(size_t)1;
	if (whole > 0 && is_first_half(data + whole - 2))
		whole -= 2;
	convert(r, data, whole);
	if (len > whole)
		memcpy(r->rest, data + whole, len - whole);
	r->n_rest = r->n_rest ? r->n_rest : (unsigned)(len - whole);
}

static void append(Reading *r, const uint8_t *data, size_t len)
{
	r->n_bytes += len;
	if (r->n_bytes > r->max_bytes)
		ferry_oracle_wire_malformed(r->c->wire, "more of a LOB than was asked for");
	else if (r->is_utf16)
		append_utf16(r, data, len);
	else if (r->is_hex)
		append_hex(r, data, len);
	else
		append_bytes(r, data, len);
}

static void take_data(Reading *r)
{
	FerryOracleWire *w = r->c->wire;
	size_t left, len;
	const uint8_t *data = ferry_oracle_get_short(w, &len);

	if (data) {
		append(r, data, len);
		return;
	}
	if (!ferry_oracle_get_is_long(w)) {
		ferry_oracle_wire_malformed(w, "a value of an impossible length");
		return;
	}
	while ((left = ferry_oracle_get_ub4(w)) > 0) {
		while (left > 0) {
			data = ferry_oracle_get_piece(w, left, &len);
			if (!data)
				return;
			append(r, data, len);
			left -= len;
		}
	}
}

/* ---- pieces ---- */

static void put_read(Reading *r, uint64_t from, uint64_t amount)
{
	GByteArray *out = r->c->out;

	ferry_oracle_put_function(r->c, LOB_OPERATION);
	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_number(out, r->locator_len);
	ferry_oracle_put_zeros(out, 2); /* no other LOB */
	ferry_oracle_put_zeros(out, 5);
	ferry_oracle_put_number(out, OPERATION_READ);
	ferry_oracle_put_zeros(out, 2);
	ferry_oracle_put_number(out, from + 1);
	ferry_oracle_put_number(out, 0);
	ferry_oracle_put_u8(out, 1); /* an amount follows */
	ferry_oracle_put_zeros(out, 6);
	g_byte_array_append(out, r->locator, (guint)r->locator_len);
	ferry_oracle_put_number(out, amount);
}

/* *ret_amount: what the server says that it has sent. */
static bool read_answer(Reading *r, uint64_t *ret_amount, const char *doing, GError **error)
{
	FerryOracleConnection *c = r->c;
	int type;

	*ret_amount = 0;
	while ((type = ferry_oracle_next_message(c)) >= 0) {
		if (type == MESSAGE_LOB_DATA) {
			take_data(r);
		} else if (type == FERRY_ORACLE_MESSAGE_PARAMETERS) {
			ferry_oracle_copy(c->wire, r->locator, r->locator_len);
			int64_t amount = ferry_oracle_get_signed(c->wire, 8);
			*ret_amount = amount > 0 ? (uint64_t)amount : 0;
		} else {
			ferry_oracle_wire_malformed(c->wire, "a message that has no place here");
		}
	}
	if (type == FERRY_ORACLE_MESSAGE_FAILED || c->reply.number != 0)
		return ferry_oracle_fail(c, error, "%s", doing);
	return true;
}

/* *ret_amount: how much came, in what the LOB's length is counted in. */
static bool read_piece(Reading *r, uint64_t from, uint64_t amount, uint64_t *ret_amount, const char *doing,
		       GError **error)
{
	uint64_t told;

	r->n_bytes = 0;
	r->max_bytes = r->is_text ? amount * 4 : amount;
	if (!ferry_oracle_begin(r->c, doing, error))
		return false;
	put_read(r, from, amount);
	if (!ferry_oracle_send(r->c, doing, error) || !read_answer(r, &told, doing, error))
		return false;
	*ret_amount = r->is_utf16 ? r->n_bytes / 2 : r->is_text ? told : r->n_bytes;
	if (*ret_amount > 0 && *ret_amount <= amount)
		return true;
	return ferry_fail(error, FERRY_ERROR_FAILED,
			  "%s: of a LOB, %" G_GUINT64_FORMAT " were asked for from %" G_GUINT64_FORMAT
			  " on, %" G_GUINT64_FORMAT " came",
			  doing, amount, from, *ret_amount);
}

static bool read_pieces(Reading *r, uint64_t wanted, const char *doing, GError **error)
{
	uint64_t n;

	for (uint64_t at = 0; at < wanted && !r->is_full; at += n)
		if (!read_piece(r, at, MIN(wanted - at, PIECE), &n, doing, error))
			return false;
	if (r->n_rest > 0) /* half a character at the end */
		convert(r, r->rest, r->n_rest);
	return true;
}

FerryOracleLobResult ferry_oracle_lob_read(FerryOracleConnection *c, FerryOracleLobs *lobs,
					   const FerryOracleLob *lob, bool is_hex, FerryColumn *column,
					   const char *doing, GError **error)
{
	Reading r = {
		.c = c,
		.column = column,
		.locator = lobs->locators->data + lob->at,
		.locator_len = lob->len,
		.begin = column->bytes_len,
		.is_text = lob->type == FERRY_ORACLE_TYPE_CLOB,
		.is_hex = is_hex,
	};
	bool is_too_long = lob->length > FERRY_ORACLE_MAX_VALUE;

	r.is_utf16 =
		r.is_text && (lob->form == FERRY_ORACLE_FORM_NATIONAL || r.locator[PLACE_UTF16] & FLAG_UTF16);
	if (is_hex)
		append_bytes(&r, (const uint8_t *)"\\x", 2);
	else if (!is_too_long && !r.is_text && !ferry_column_reserve(column, lob->length))
		r.is_full = true; /* known before a byte of it has come */
	bool is_ok = read_pieces(&r, is_too_long ? SHOWN : lob->length, doing, error);
	ferry_oracle_lob_release(c, lobs, lob);
	if (!is_ok)
		return FERRY_ORACLE_LOB_FAILED;
	return is_too_long || r.is_full ? FERRY_ORACLE_LOB_TOO_LONG : FERRY_ORACLE_LOB_DONE;
}
