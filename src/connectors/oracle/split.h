/* Between split.c and split_rowid.c. Chunks are predicates, appended; none: the table cannot be divided in this way. */
#pragma once

#include "connectors/oracle/private.h"

#define FERRY_ORACLE_MAX_CHUNKS 4096

bool ferry_oracle_split_by_extents(FerryOracleConnection *c, const FerryTable *table, size_t n_rows, GPtrArray *chunks,
				   GError **error);
/* Reads all addresses: for tables that have nothing better. */
bool ferry_oracle_split_by_blocks(FerryOracleConnection *c, const FerryTable *table, size_t n_rows, GPtrArray *chunks,
				  GError **error);
