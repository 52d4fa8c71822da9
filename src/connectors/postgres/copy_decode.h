/*
 * Binary COPY: the bytes of PostgreSQL's send functions to values of a batch; the counterpart of
 * copy_encode.h, where the format stands. One function a column is chosen when a reader opens. All lengths
 * come from outside and are checked.
 */
#pragma once

#include "data/batch.h"

/* What a decoder answers: PG_DECODED, one of the failures, or PG_DECODE_BAD + FerryBadKind for a value that
 * the logical type cannot hold (then nothing was stored). */
typedef enum {
	PG_DECODE_FULL = -2,      /* the column has no more room: 2 GiB, or memory */
	PG_DECODE_MALFORMED = -1, /* not what the type's send function writes */
	PG_DECODED = 0,
	PG_DECODE_BAD = 1
} PgDecodeResult;

typedef int (*PgDecodeFunc)(FerryColumn *column, size_t row, const uint8_t *data, size_t len);

typedef struct PgDecoder {
	PgDecodeFunc decode;
	bool is_variable; /* the column's storage is offsets and bytes */
	bool is_text;     /* selected as text: the wire carries the text form */
	unsigned oid;
} PgDecoder;

/* NULL where no binary decoder leads from the type to the logical type. is_enum: its labels are sent as text.
 */
PgDecodeFunc ferry_pg_decoder_for(unsigned oid, const char *receive, bool is_enum, FerryTypeId id);
/* Never NULL: from the text form. */
PgDecodeFunc ferry_pg_text_decoder_for(FerryTypeId id);

/* Appends one row of a message to the batch (n_rows grows); false where it is malformed or there is no room:
 * ret_problem then says why, a static text. */
bool ferry_pg_decode_row(const PgDecoder *decoders, FerryBatch *batch, const uint8_t *data, size_t len,
			 const char **ret_problem);

/* Bytes of the first row in data when it is whole (the end mark counts as a row of two bytes); 0 when it goes
 * on, or is malformed. */
size_t ferry_pg_row_len(const uint8_t *data, size_t len);
