/*
 * What an Oracle server sends, made by hand from the layouts of messages: for tests of the readers, which get it cut into
 * packets at every place. fields is the version of the messages' fields.
 */
#pragma once

#include "connectors/oracle/put.h"
#include "connectors/oracle/wire.h"

static inline void bytes_text(GByteArray *out, const char *text)
{
	size_t len = strlen(text);

	ferry_oracle_put_number(out, len);
	if (len > 0)
		ferry_oracle_put_value(out, text, len);
}

/* An end of a call: number 0 is none, 1403 the end of rows. */
static inline void bytes_end(GByteArray *out, int fields, uint32_t number, uint16_t cursor, const char *text)
{
	ferry_oracle_put_u8(out, 4);
	ferry_oracle_put_number(out, 1);
	ferry_oracle_put_number(out, 0);
	ferry_oracle_put_number(out, 3);
	ferry_oracle_put_number(out, number > 65535 ? 0 : number);
	ferry_oracle_put_zeros(out, 2);
	ferry_oracle_put_number(out, cursor);
	ferry_oracle_put_number(out, number ? 14 : 0);
	ferry_oracle_put_zeros(out, 6);
	ferry_oracle_put_zeros(out, 5); /* rowid */
	ferry_oracle_put_zeros(out, 5);
	ferry_oracle_put_zeros(out, 1);
	ferry_oracle_put_zeros(out, 3); /* batch errors */
	ferry_oracle_put_number(out, number);
	ferry_oracle_put_number(out, 3);
	if (fields >= 14)
		ferry_oracle_put_zeros(out, 2);
	if (number)
		ferry_oracle_put_value(out, text, strlen(text));
}

static inline void bytes_column(GByteArray *out, int fields, const char *name, uint8_t type, uint32_t max_bytes, uint8_t form)
{
	ferry_oracle_put_u8(out, type);
	ferry_oracle_put_u8(out, 0);
	ferry_oracle_put_u8(out, 10);
	ferry_oracle_put_u8(out, 0x81);
	ferry_oracle_put_number(out, max_bytes);
	ferry_oracle_put_zeros(out, 4);
	ferry_oracle_put_number(out, 873);
	ferry_oracle_put_u8(out, form);
	ferry_oracle_put_number(out, max_bytes);
	if (fields >= 8)
		ferry_oracle_put_zeros(out, 1);
	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_u8(out, (uint8_t)strlen(name));
	bytes_text(out, name);
	bytes_text(out, "");
	bytes_text(out, "");
	ferry_oracle_put_number(out, 1);
	ferry_oracle_put_number(out, 0);
	if (fields >= 17)
		ferry_oracle_put_zeros(out, 2);
	if (fields >= 20) {
		/* one annotation */
		ferry_oracle_put_number(out, 1);
		ferry_oracle_put_u8(out, 1);
		ferry_oracle_put_number(out, 1);
		ferry_oracle_put_u8(out, 1);
		ferry_oracle_put_number(out, 1);
		ferry_oracle_put_value(out, "KEY", 3);
		bytes_text(out, "value");
		ferry_oracle_put_zeros(out, 2);
	}
	if (fields >= 24)
		ferry_oracle_put_zeros(out, 3);
}

/* What comes before any message at will: the server's process, and its session's state. */
static inline void bytes_notices(GByteArray *out)
{
	static const uint8_t pid[] = {23, 2, 1, 3, 3, 4, 5, 6};

	g_byte_array_append(out, pid, sizeof pid);
	ferry_oracle_put_u8(out, 23);
	ferry_oracle_put_u8(out, 5);
	ferry_oracle_put_zeros(out, 2);
	ferry_oracle_put_number(out, 1);
	ferry_oracle_put_u8(out, 1);
	bytes_text(out, "FERRY");
	ferry_oracle_put_number(out, 0);
	ferry_oracle_put_number(out, 168);
	ferry_oracle_put_number(out, 0);
}

static inline void bytes_row_header(GByteArray *out, const uint8_t *bits, size_t n_bits)
{
	ferry_oracle_put_u8(out, 6);
	ferry_oracle_put_u8(out, 2);
	ferry_oracle_put_zeros(out, 4);
	ferry_oracle_put_number(out, n_bits);
	if (n_bits > 0)
		ferry_oracle_put_value(out, bits, n_bits);
	ferry_oracle_put_number(out, 0);
}

static inline void bytes_parameters(GByteArray *out)
{
	ferry_oracle_put_u8(out, 8);
	ferry_oracle_put_number(out, 2);
	ferry_oracle_put_number(out, 1437561834);
	ferry_oracle_put_number(out, 0);
	ferry_oracle_put_number(out, 0);
	ferry_oracle_put_number(out, 1);
	bytes_text(out, "FERRY");
	ferry_oracle_put_number(out, 0);
	ferry_oracle_put_number(out, 168);
	ferry_oracle_put_number(out, 0);
}

/* [from, to) of the message as one DATA packet with long lengths. */
static inline void bytes_packet(FerryOracleWire *w, const GByteArray *message, size_t from, size_t to)
{
	g_autoptr(GByteArray) packet = g_byte_array_new();

	ferry_oracle_put_u32(packet, (uint32_t)(to - from + 10));
	ferry_oracle_put_u8(packet, FERRY_ORACLE_PACKET_DATA);
	ferry_oracle_put_zeros(packet, 5);
	g_byte_array_append(packet, message->data + from, (guint)(to - from));
	ferry_oracle_wire_feed(w, packet->data, packet->len);
}

static inline void bytes_marker(FerryOracleWire *w, uint8_t marker)
{
	uint8_t packet[] = {0, 0, 0, 11, FERRY_ORACLE_PACKET_MARKER, 0, 0, 0, 1, 0, marker};

	ferry_oracle_wire_feed(w, packet, sizeof packet);
}
