/*
 * TNS packets, and the bytes of TTC messages in them. A packet is
 *
 *   length     2 bytes and 2 unused until the server has accepted, 4 bytes after (version 315 and later)
 *   type       1 byte
 *   flags      1 byte
 *   checksum   2 bytes, unused
 *   body       for DATA: flags (2 bytes), then bytes of messages, which do not care where packets end
 *
 * Incoming payloads are shown as one run of bytes [at, end) that is refilled when it is too short for what is
 * asked for; a value that straddles packets is put together by moving the part that is there (it is small) in
 * front of the rest. Values of more bytes than fit are read piece by piece. No length is believed: what is
 * asked for must come.
 *
 * Reading fails once and for all: after a failure every read gives zeros, `state` says what happened, and who
 * has read a whole message looks at it. All integers of messages are big-endian, most have a byte before them
 * that is their length. One thread a wire, but for ferry_oracle_wire_wake().
 */
#pragma once

#include "connectors/oracle/net.h"

#include <glib.h>
#include <string.h>

typedef enum {
	FERRY_ORACLE_WIRE_FINE,
	FERRY_ORACLE_WIRE_BROKEN_OFF, /* the server broke off its response; the bytes of another one follow */
	FERRY_ORACLE_WIRE_MALFORMED,  /* what came is not what it must be */
	FERRY_ORACLE_WIRE_LOST        /* no connection any more; error is set */
} FerryOracleWireState;

typedef struct FerryOracleWire {
	const uint8_t *at, *end; /* bytes of messages that are there */
	FerryOracleWireState state;
	GError *error;    /* of LOST */
	const char *what; /* of MALFORMED: static */

	FerryOracleNet *net; /* owned; NULL: nothing comes but what was fed */
	bool has_long_lengths;
	size_t sdu;

	/* wire.c only */
	uint8_t *buffer;
	size_t size, raw, raw_end; /* [raw, raw_end): received, not looked at */
	size_t packet_left;        /* bytes of the DATA packet at raw that are not shown yet */
	bool is_fed;
	bool drops_markers;        /* after a reset, until data comes */
	bool is_interrupted;       /* the server was told */
	uint64_t n_shown;          /* bytes of messages so far */
	GByteArray *scratch;       /* a value that came in chunks */
	GByteArray *packets;       /* what goes out */
} FerryOracleWire;

#define FERRY_ORACLE_PACKET_CONNECT  1
#define FERRY_ORACLE_PACKET_ACCEPT   2
#define FERRY_ORACLE_PACKET_REFUSE   4
#define FERRY_ORACLE_PACKET_REDIRECT 5
#define FERRY_ORACLE_PACKET_DATA     6
#define FERRY_ORACLE_PACKET_RESEND   11
#define FERRY_ORACLE_PACKET_MARKER   12
#define FERRY_ORACLE_PACKET_CONTROL  14

FerryOracleWire *ferry_oracle_wire_new(FerryOracleNet *net_taken);
void ferry_oracle_wire_free(FerryOracleWire *wire); /* NULL is fine */
/* For tests: packets as they would come; what is sent goes nowhere. */
void ferry_oracle_wire_feed(FerryOracleWire *wire, const uint8_t *data, size_t len);

/* Another socket (a redirect). */
void ferry_oracle_wire_set_net(FerryOracleWire *wire, FerryOracleNet *net_taken);

/* One whole packet, while no messages are read: of the connection's beginning. The body is valid until the
 * next read. */
bool ferry_oracle_wire_read_packet(FerryOracleWire *wire, uint8_t *ret_type, uint8_t *ret_flags,
				   const uint8_t **ret_body, size_t *ret_len, GError **error);
/* One packet of a type, its body as it is; DATA's without its flags. */
bool ferry_oracle_wire_send_packet(FerryOracleWire *wire, uint8_t type, uint8_t flags, const uint8_t *body,
				   size_t len, GError **error);
/* A message in as many DATA packets as it needs. data_flags are those of the last one. */
bool ferry_oracle_wire_send(FerryOracleWire *wire, const uint8_t *message, size_t len, uint16_t data_flags,
			    GError **error);

/* Says that the caller could not make sense of what it has read. */
void ferry_oracle_wire_malformed(FerryOracleWire *wire, const char *what);
/* After BROKEN_OFF: the next bytes are those of the response that counts. */
void ferry_oracle_wire_resume(FerryOracleWire *wire);
/* From any thread: the server is asked to break off what it does. */
void ferry_oracle_wire_wake(FerryOracleWire *wire);

/* ---- reading ---- */

/* Bytes that are always had in one piece: no header or short value is longer. */
#define FERRY_ORACLE_WIRE_PIECE 512

/* Until n (at most PIECE) bytes lie behind at. False: state says why. */
bool ferry_oracle_wire_fill(FerryOracleWire *wire, size_t n);

static inline bool ferry_oracle_wire_need(FerryOracleWire *w, size_t n)
{
	return G_LIKELY((size_t)(w->end - w->at) >= n) || ferry_oracle_wire_fill(w, n);
}

/* How many bytes of messages were read since the beginning. */
static inline uint64_t ferry_oracle_wire_position(const FerryOracleWire *w)
{
	return w->n_shown - (uint64_t)(w->end - w->at);
}

static inline uint8_t ferry_oracle_get_u8(FerryOracleWire *w)
{
	return ferry_oracle_wire_need(w, 1) ? *w->at++ : 0;
}

uint16_t ferry_oracle_get_u16(FerryOracleWire *w);
uint16_t ferry_oracle_get_u16le(FerryOracleWire *w);
uint32_t ferry_oracle_get_u32(FerryOracleWire *w);
/* A length byte of at most max, then the number; with sign: bit 0x80 of the length byte. */
uint64_t ferry_oracle_get_unsigned(FerryOracleWire *w, unsigned max);
int64_t ferry_oracle_get_signed(FerryOracleWire *w, unsigned max);

static inline uint16_t ferry_oracle_get_ub2(FerryOracleWire *w)
{
	return (uint16_t)ferry_oracle_get_unsigned(w, 2);
}

static inline uint32_t ferry_oracle_get_ub4(FerryOracleWire *w)
{
	return (uint32_t)ferry_oracle_get_unsigned(w, 4);
}

void ferry_oracle_skip(FerryOracleWire *w, size_t n);
void ferry_oracle_copy(FerryOracleWire *w, uint8_t *out, size_t n);

#define FERRY_ORACLE_NULL_LENGTH 255
#define FERRY_ORACLE_LONG_LENGTH 254
#define FERRY_ORACLE_MAX_SHORT   252

/* A value of one length byte and as many bytes; NULL where it is a long one, or none. An empty one is SQL's
 * NULL. The bytes are valid until the next read. */
static inline const uint8_t *ferry_oracle_get_short(FerryOracleWire *w, size_t *ret_len)
{
	if (!ferry_oracle_wire_need(w, 1))
		return NULL;
	size_t len = *w->at;
	if (G_UNLIKELY(len > FERRY_ORACLE_MAX_SHORT)) {
		if (len != FERRY_ORACLE_NULL_LENGTH)
			return NULL;
		len = 0;
		w->at++;
		*ret_len = 0;
		return w->at;
	}
	if (!ferry_oracle_wire_need(w, len + 1))
		return NULL;
	const uint8_t *value = w->at + 1;
	w->at = value + len;
	*ret_len = len;
	return value;
}

/* A value in either form, in one piece; more than max bytes are malformed. Valid until the next read. */
const uint8_t *ferry_oracle_get_value(FerryOracleWire *w, size_t max, size_t *ret_len);
/* Is the next value one that comes in chunks? Then its marker is taken, and the chunks' lengths follow. */
bool ferry_oracle_get_is_long(FerryOracleWire *w);
/* What is left of a chunk may be had in pieces: at most max bytes that are there, at least one. */
const uint8_t *ferry_oracle_get_piece(FerryOracleWire *w, size_t max, size_t *ret_len);
void ferry_oracle_skip_value(FerryOracleWire *w);
/* A text, newly allocated, NUL-ended; NULL is "". */
char *ferry_oracle_get_text(FerryOracleWire *w, size_t max);
/* ub4, and if that is not 0 a value. */
char *ferry_oracle_get_counted_text(FerryOracleWire *w, size_t max);
void ferry_oracle_skip_counted(FerryOracleWire *w);
