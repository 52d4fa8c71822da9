/*
 * Rows of the binary protocol, straight into a batch. A row packet is
 *
 *   1 byte            0x00
 *   (n + 9) / 8       NULL bitmap, least significant bit first, the first two bits unused
 *   values            those that are not NULL, in the order of the columns:
 *
 *   wire type                     bytes
 *   TINY                          1
 *   SHORT, YEAR                   2, little-endian
 *   LONG, INT24, FLOAT            4
 *   LONGLONG, DOUBLE              8
 *   DATE, DATETIME, TIMESTAMP     length 0, 4, 7 or 11: year(2) month day [hour minute second
 * [microseconds(4)]] TIME                          length 0, 8 or 12: negative(1) days(4) hour minute second
 * [microseconds(4)] all others                    a length (1, 3, 4 or 9 bytes) and as many bytes
 *
 * A decoder is made when a reader opens: one function a column, chosen by wire type and logical type.
 * Decoding allocates nothing, checks every length against the packet's end, and never reads beyond it. One
 * thread a decoder.
 */
#pragma once

#include "data/batch.h"

/* What the server says about a result's column; types are numbers of the protocol (enum enum_field_types). */
typedef struct FerryMysqlField {
	int wire_type;
	bool is_unsigned;
	bool is_binary; /* character set "binary": string types hold bytes */
	unsigned bits;  /* BIT: width */
} FerryMysqlField;

typedef enum {
	FERRY_MYSQL_ROW_OK,
	FERRY_MYSQL_ROW_MALFORMED, /* the packet is not what it must be; the batch is as before */
	FERRY_MYSQL_ROW_FULL /* a column cannot take the value (2 GiB, memory); the batch is as before */
} FerryMysqlRowResult;

typedef struct FerryMysqlDecoder FerryMysqlDecoder;

/* For batches of this schema (borrowed), whose fields correspond to the result's one by one. NULL where a
 * wire type cannot be turned into the logical type that is asked for: *ret_field says which. */
FerryMysqlDecoder *ferry_mysql_decoder_new(const FerryMysqlField *fields, const FerrySchema *schema,
					   size_t *ret_field);
void ferry_mysql_decoder_free(FerryMysqlDecoder *decoder); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryMysqlDecoder, ferry_mysql_decoder_free)

/* Appends one row to a batch that has room for it (n_rows < max_rows). */
FerryMysqlRowResult ferry_mysql_decode_row(const FerryMysqlDecoder *decoder, const uint8_t *row, size_t len,
					   FerryBatch *batch);
