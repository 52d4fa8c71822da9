/*
 * Rows with locators of large LOBs: those of a response are held until it has come to its end, since a LOB is
 * read by a request of its own. Then they go into batches one by one, each with what its LOBs hold.
 */
#pragma once

#include "connectors/oracle/row_decode.h"

typedef struct FerryOracleHeldRows FerryOracleHeldRows;

/* Cursor and decoder are borrowed; the cursor's n_fetch is how many rows are held. */
FerryOracleHeldRows *ferry_oracle_held_rows_new(FerryOracleCursor *cursor, FerryOracleDecoder *decoder,
						const FerryReadSpec *spec);
void ferry_oracle_held_rows_free(FerryOracleHeldRows *held); /* NULL is fine */
/* MORE: one row more is in the batch. */
FerryStep ferry_oracle_held_rows_next(FerryOracleHeldRows *held, FerryBatch *batch, GError **error);
