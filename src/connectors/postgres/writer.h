/*
 * The inside of a writer, shared by writer.c (the COPY itself), copy_encode.c (binary), writer_text.c (text),
 * writer_columns.c (what the target's columns are) and check.c (what they can hold).
 *
 * One buffer of fixed capacity gathers encoded rows and goes to libpq when the next rows may not fit; a value
 * larger than the buffer passes through in pieces. So memory does not depend on the rows, and nothing is
 * allocated for them.
 */
#pragma once

#include "connectors/postgres/copy_encode.h"
#include "connectors/postgres/private.h"

/* Small enough to stay in the second cache on its way to libpq (measured: 64 to 80 KiB take 8 % less CPU than
 * 128), large enough for the longest packed numeric (74 KiB). */
#define PG_BUFFER_SIZE (80 * 1024)
_Static_assert(PG_BUFFER_SIZE >= (131072 + 16383) / 2 + 64,
	       "a numeric must fit when packed: it has no pieces");

/* A column of the target table, seen through its domains. */
typedef struct PgTargetColumn {
	char *name;
	unsigned oid; /* of the base type */
	int typmod;   /* -1: none */
	bool is_enum;
	char *receive;        /* name of the type's binary input function: "textrecv" */
	int64_t limit;        /* TEXT: characters, BITS: bits; 0: none */
	bool is_fixed;        /* char(n), bit(n) */
	int precision, scale; /* numeric; precision 0: not limited */
	int fraction;         /* time, timestamp, interval: digits kept, 6 where not said */
	char **labels;        /* of an enum, sorted; NULL-ended */
	guint n_labels;
	int version;      /* of the server */
	FerryType source; /* of the batch's column */
} PgTargetColumn;

typedef void (*PgCheckFunc)(const PgTargetColumn *target, FerryBatch *batch, size_t column);

typedef struct PgWriter {
	FerryWriter base;

	/* Set by open. */
	size_t n_columns;
	PgTargetColumn *columns;
	PgCheckFunc *checks; /* NULL elements: nothing to check */
	PgEncoder *encoders;
	bool is_text, is_raw;
	char *copy_sql, *name;
	char *merge_table_sql, *merge_sql; /* or NULL: rows are added, not merged */
	bool merges_keys_only;             /* no column beside the key: rows that are there are left alone */

	/* While rows go. */
	bool is_copying;
	int64_t refused; /* of the last COPY that failed: the row that its error names, from 0; -1: none */
	uint8_t *buffer;
	size_t len;
	GString *scratch;
} PgWriter;

/* writer.c: sends what the buffer holds. */
bool ferry_pg_writer_send(PgWriter *w, GError **error);
bool ferry_pg_writer_put(PgWriter *w, const void *data, size_t len, GError **error);

/* copy_send.c: one CopyData message, of up to PG_BUFFER_SIZE bytes. False: the connection is lost, and libpq knows it. */
bool ferry_pg_copy_send(PGconn *conn, const void *data, size_t len);

/* The COPY of the writer's columns into a table with that name in SQL. */
char *ferry_pg_copy_sql(const PgWriter *w, const char *into);

/* writer_columns.c: fills w->columns from the server, in the schema's order. */
bool ferry_pg_writer_columns(PgWriter *w, GError **error);
void ferry_pg_target_column_clear(PgTargetColumn *column);

/* merge.c: rows go into a temporary table, and from there into the table itself. */
bool ferry_pg_writer_merge(FerryWriter *w, const GPtrArray *key, GError **error);
bool ferry_pg_merge_begin(PgWriter *w, GError **error);
bool ferry_pg_merge_end(PgWriter *w, int64_t *rows, GError **error);

/* check.c: the check for a column, or NULL. */
PgCheckFunc ferry_pg_check_for(const PgTargetColumn *target);

/* writer_text.c */
bool ferry_pg_append_text(PgWriter *w, const FerryBatch *batch, size_t first, size_t n, GError **error);
