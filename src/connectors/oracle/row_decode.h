/*
 * Rows from the wire, straight into a batch: one function a column, chosen when a reader opens by wire type
 * and logical type. Decoding allocates nothing a row. A column that is not sent again has the value of the
 * row before, which may have been in another batch: the last row of a batch is kept. One thread a decoder.
 */
#pragma once

#include "connectors/oracle/cursor.h"

/* How a column of the SELECT list belongs to the batches. */
typedef struct FerryOracleOutput {
	bool is_flag;     /* of the column after it: 1 where a value is there though it may be empty */
	bool keeps_empty; /* it cannot be NULL: what comes as NULL is empty */
} FerryOracleOutput;

typedef struct FerryOracleDecoder FerryOracleDecoder;

/* For batches of the schema (borrowed), whose fields correspond to the outputs that are no flags, one by one.
 * NULL where a wire type cannot be turned into the logical type that is asked for: *ret_field says which. The
 * cursor's fields are borrowed. */
FerryOracleDecoder *ferry_oracle_decoder_new(const GArray *fields, const FerryOracleOutput *outputs,
					     const FerrySchema *schema, size_t *ret_field);
void ferry_oracle_decoder_free(FerryOracleDecoder *decoder); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryOracleDecoder, ferry_oracle_decoder_free)

typedef enum {
	FERRY_ORACLE_ROW_OK,
	FERRY_ORACLE_ROW_FAILED, /* the wire says why; the batch is not to be used */
	FERRY_ORACLE_ROW_FULL    /* a value that no column can hold */
} FerryOracleRowResult;

/* Appends the row on the wire to a batch that has room for it. */
FerryOracleRowResult ferry_oracle_decode_row(FerryOracleDecoder *decoder, FerryOracleCursor *cursor,
					     FerryBatch *batch);
/* Keeps the batch's last row for the first of the next. */
void ferry_oracle_decoder_keep_last(FerryOracleDecoder *decoder, const FerryBatch *batch);
