/*
 * Rows from the wire, straight into a batch: one function a column, chosen when a reader opens by wire type
 * and logical type. Decoding allocates nothing a row. A column that is not sent again has the value of the
 * row before, which may have been in another batch: the last row of a batch is kept. One thread a decoder.
 */
#pragma once

#include "connectors/oracle/lob.h"

typedef struct FerryOracleDecoder FerryOracleDecoder;

/* For batches of the schema (borrowed), whose fields correspond to the outputs that are no flags and no
 * locators, one by one. NULL where a wire type cannot be turned into the logical type that is asked for:
 * *ret_field says which. The cursor's fields are borrowed. */
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
/* The large LOBs of the rows that were decoded since they were last cleared: the cells that they belong to
 * are empty. */
FerryOracleLobs *ferry_oracle_decoder_lobs(FerryOracleDecoder *decoder);
/* Into the row being filled. False: more than the column, or memory, can hold. */
bool ferry_oracle_copy_cell(const FerryBatch *from, size_t from_row, FerryBatch *to, size_t to_row,
			    uint32_t column);
/* Keeps the batch's last row for the first of the next. */
void ferry_oracle_decoder_keep_last(FerryOracleDecoder *decoder, const FerryBatch *batch);
