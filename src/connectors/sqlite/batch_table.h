/*
 * A batch, or rows of the wire format (values.h), as a table of SQL on one connection: columns c0, c1, … of
 * the schema, rows as last set (skipped ones left out).
 */
#pragma once

#include "connectors/sqlite/private.h"

typedef struct SqliteBatchTable SqliteBatchTable;

/* The schema's types are what the batches will have; is_raw: rows of the wire format will come instead. NULL
 * and *error on failure. */
SqliteBatchTable *ferry_sqlite_batch_table_new(sqlite3 *db, const FerrySchema *schema, bool is_raw,
					       GError **error);
/* After the statements that use it are finalized. NULL is fine. */
void ferry_sqlite_batch_table_free(SqliteBatchTable *t);
const char *ferry_sqlite_batch_table_name(const SqliteBatchTable *t);
/* Borrowed until the next call. */
void ferry_sqlite_batch_table_set(SqliteBatchTable *t, const FerryBatch *batch, size_t first, size_t n);
/* Of the rows last set, the one at which the statement has stopped, skipped ones not counted; -1: not known. */
int64_t ferry_sqlite_batch_table_refused(const SqliteBatchTable *t);
void ferry_sqlite_batch_table_set_raw(SqliteBatchTable *t, const FerryRaw *raw);
