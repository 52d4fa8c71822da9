/* The SELECT of a chunk: its columns in the forms in which they are easy to read. */
#pragma once

#include "connectors/oracle/row_decode.h"

typedef struct FerryOracleSelect {
	GString *sql;
	GArray *outputs; /* FerryOracleOutput, a column of the list each */
	uint32_t n_locators;
	uint32_t width; /* bytes of a row, about */
} FerryOracleSelect;

FerryOracleSelect *ferry_oracle_select_new(FerryOracleConnection *c, const FerryReadSpec *spec);
void ferry_oracle_select_free(FerryOracleSelect *select); /* NULL is fine */
