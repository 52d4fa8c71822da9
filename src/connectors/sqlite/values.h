/*
 * Values together with their storage class: what two SQLite files share, so that a row arrives as it was,
 * whatever its columns are declared as. There are two forms of it.
 *
 * The wire format "sqlite-values", for rows that pass from file to file without a look at them. Rows follow
 * each other; a row is its columns' values in the order of the schema:
 *
 *   class (1 byte)        then
 *   SQLITE_INTEGER  1     int64, host order
 *   SQLITE_FLOAT    2     double, host order
 *   SQLITE_TEXT     3     uint32 length, bytes (UTF-8 as it lies in the file: NULs and broken sequences stay)
 *   SQLITE_BLOB     4     uint32 length, bytes
 *   SQLITE_NULL     5     nothing
 *
 * The literal, for batches: a text column whose type is_exact holds what SQL would write for the value
 * (1, 1.5, 'it''s', x'00ff', 9e999 for infinity), so that 1, 1.0 and '1' are three values when rows are
 * compared, and a person can read what differs.
 */
#pragma once

#include "connectors/sqlite/private.h"

extern const char ferry_sqlite_values_format[];

/* A value where it lies in the buffer. */
typedef struct SqliteCell {
	int storage_class; /* SQLITE_INTEGER, … */
	union {
		int64_t integer;
		double real;
		struct {
			const uint8_t *bytes;
			size_t len;
		};
	};
} SqliteCell;

/* False: no memory. */
bool ferry_sqlite_values_put(FerryRaw *raw, sqlite3_value *value);
/* The row at *at, which moves behind it; cells point into the buffer. False: it is no row. */
bool ferry_sqlite_values_take(const uint8_t **at, const uint8_t *end, SqliteCell *cells, size_t n);
void ferry_sqlite_cell_give(sqlite3_context *context, const SqliteCell *cell);

/* The value's literal as the column's value at row; NULL stays NULL. False: the column is full (2 GiB). */
bool ferry_sqlite_literal_put(FerryColumn *column, size_t row, sqlite3_value *value);
/* The literal's value as the result; an error where it is no literal. */
void ferry_sqlite_literal_give(sqlite3_context *context, const char *text, size_t len);
