/*
 * What the files of the SQLite connector share (private to connectors/sqlite/). connection.c opens files and
 * steps statements, error.c classifies what SQLite answers; catalog.c with ddl_parse.h reads schemas, types.c
 * names types, profile.c looks at what columns really hold; snapshot.c, split.c, reader.c with read_value.c
 * read; map_type.c, ddl.c and writer.c are the target's side.
 */
#pragma once

#include "connectors/connector.h"

#include <sqlite3.h>

typedef struct SqliteConnection {
	FerryConnection base;
	sqlite3 *db;
	char *path;        /* as given: for messages and for further connections to the same file */
	bool is_target;    /* opened for writing */
	bool may_attach;   /* SQL of the user's may name other files */
	bool is_immutable; /* nobody writes, and SQLite neither locks nor looks for a journal */
	bool is_utf16;     /* text is kept as UTF-16 */
	bool is_ours;      /* target: the file was empty, or an unfinished copy has made it (new_file.c) */
	bool is_hurried;   /* target: written without waiting for the disk, with a mark beside the file */
	int busy_timeout_ms;
	gint is_cancelled; /* atomic: set by cancel, cleared when the next piece of work begins */
} SqliteConnection;

static inline SqliteConnection *ferry_sqlite(FerryConnection *c)
{
	return (SqliteConnection *)c;
}

/* ---- error.c ---- */

FerryErrorCode ferry_sqlite_error_code(int extended_rc, const char *message);

/* What db answered last, after what was tried ("reading Album"). Returns false. */
bool ferry_sqlite_fail(GError **error, sqlite3 *db, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* ---- first_look.c ---- */

/* Before it is opened: refuses immutable=on where what lies beside the file is a part of it. */
bool ferry_sqlite_look_beside(const SqliteConnection *c, GError **error);
/* Once it is open: says whether it is one of ours. */
bool ferry_sqlite_look_into(SqliteConnection *c, GError **error);

/* ---- connection.c ---- */

/* Another handle to the same file, read-only, for helper threads. NULL and *error on failure. */
sqlite3 *ferry_sqlite_open_again(SqliteConnection *c, GError **error);

/* NULL and *error on failure; what: for the message, "reading Album". */
sqlite3_stmt *ferry_sqlite_prepare(SqliteConnection *c, const char *sql, const char *what, GError **error);
/* MORE: a row is there. */
FerryStep ferry_sqlite_step(SqliteConnection *c, sqlite3_stmt *statement, const char *what, GError **error);
bool ferry_sqlite_exec(SqliteConnection *c, const char *sql, GError **error);

static inline void ferry_sqlite_finalize(sqlite3_stmt *statement)
{
	sqlite3_finalize(statement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, ferry_sqlite_finalize)

static inline void ferry_sqlite_close_db(sqlite3 *db)
{
	sqlite3_close_v2(db);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3, ferry_sqlite_close_db)

bool ferry_sqlite_execute(FerryConnection *c, const char *sql, int64_t *ret_affected, GError **error);
bool ferry_sqlite_query(FerryConnection *c, const char *sql, FerryRows **ret_rows, GError **error);
bool ferry_sqlite_begin(FerryConnection *c, GError **error);
bool ferry_sqlite_commit(FerryConnection *c, GError **error);
void ferry_sqlite_rollback(FerryConnection *c);
char *ferry_sqlite_default_schema(FerryConnection *c);

char *ferry_sqlite_quote_identifier(const char *name);
char *ferry_sqlite_quote_literal(const char *text);
void ferry_sqlite_append_identifier(GString *sql, const char *name);

/* ---- new_file.c ---- */

/* A target, before it is opened: decides is_ours; false: the file is not to be trusted. */
bool ferry_sqlite_look_at_mark(SqliteConnection *c, bool is_empty, GError **error);
/* Before a transaction: no waits for the disk from here on, if the file is ours. */
bool ferry_sqlite_hurry(SqliteConnection *c, GError **error);
/* Before closing: what was written is on the disk. */
void ferry_sqlite_settle(SqliteConnection *c);

/* ---- types.c ---- */

typedef enum {
	SQLITE_AFFINITY_INTEGER,
	SQLITE_AFFINITY_TEXT,
	SQLITE_AFFINITY_BLOB, /* none */
	SQLITE_AFFINITY_REAL,
	SQLITE_AFFINITY_NUMERIC
} SqliteAffinity;

/* https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
SqliteAffinity ferry_sqlite_affinity(const char *declared);

/* What a declaration says of a column. */
typedef struct SqliteDeclared {
	FerryType type; /* the logical type that people mean by the name */
	int int_bits;   /* 16 or 32 where the name promises a narrow integer, which only the data can confirm;
			   else 0 */
	bool is_unnamed; /* no type, ANY, or a name that nobody knows: the data alone decides */
} SqliteDeclared;

SqliteDeclared ferry_sqlite_declared(const char *declared);

/* ---- catalog.c ---- */

/* Hangs on FerryTable.connector_data. */
typedef struct SqliteTable {
	bool rows_are_exact; /* est_rows was counted */
} SqliteTable;

bool ferry_sqlite_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error);

/* The column that is another name of the rowid; NULL where there is none. */
const FerryColumnDef *ferry_sqlite_rowid_alias(const FerryTable *table);
/* A word by which SQL reaches the rowid ("rowid"); NULL: a table without one, or whose columns hide all three
 * names. */
const char *ferry_sqlite_rowid_name(const FerryTable *table);

/* ---- describe.c ---- */

/* What stands behind FROM, with WHERE of a chunk (predicate may be NULL) and of the table's filter. Without those,
 * indexes are not used: rows come in the order they lie. */
void ferry_sqlite_append_from(GString *sql, const FerryTable *table, const char *predicate);

bool ferry_sqlite_describe(FerryConnection *c, const char *name, const char *query, FerryTable **ret_table,
			   GError **error);
char *ferry_sqlite_quote_name(const char *schema, const char *name);
bool ferry_sqlite_run_sql(FerryConnection *c, const char *sql, GError **error);

/* ---- read_value.c ---- */

typedef struct SqliteReader SqliteReader;

/* Puts one value as the batch's current row into column index. False: the column is full (2 GiB). */
typedef bool (*SqliteReadFunc)(SqliteReader *r, FerryBatch *batch, size_t index, sqlite3_value *value);

SqliteReadFunc ferry_sqlite_read_func(const FerryType *type);

struct SqliteReader {
	FerryReader base;
	sqlite3_stmt *statement;
	char *what; /* "reading Album" */
	size_t n_columns;
	SqliteReadFunc *read; /* one a column */
	size_t fixed_bytes;   /* of all fixed columns of a row */
	size_t bytes;         /* of the variable columns of the batch so far */
	bool is_done;

	/* giant_rows.c */
	const char *rowid;    /* by which rows lie in order; NULL: giant rows come as they come */
	guint size_class;     /* of the row at work */
	int full_limit;       /* of a value, as the connection has it */
	bool has_last;
	int64_t last;         /* rowid of the last row of the batch before */
	FerryPermit *permit;  /* of the batch at work */
};

/* ---- giant_rows.c: the rows of a reader, one by one ---- */

bool ferry_sqlite_start_rows(SqliteReader *r, GError **error);
/* Around the rows of a batch, of which n_rows have come. */
void ferry_sqlite_begin_rows(SqliteReader *r, FerryPermit *permit);
FerryStep ferry_sqlite_next_row(SqliteReader *r, size_t n_rows, GError **error);
/* False where the last step has failed, or what comes behind a giant row does. */
bool ferry_sqlite_end_rows(SqliteReader *r, size_t n_rows, FerryStep last_step, GError **error);

/* The text forms of SQLite's REAL. text: as CAST(x AS TEXT) gives it, but with the digits that read back to
 * the same value; decimal: plain digits for DECIMAL. At most these many characters. */
#define SQLITE_REAL_TEXT    40
#define SQLITE_DECIMAL_TEXT 400
size_t ferry_sqlite_real_to_text(char *out, double value);
size_t ferry_sqlite_real_to_decimal(char *out, double value);
/* [+-]digits[.digits][e±n] into plain digits; false: no decimal, or more than SQLITE_DECIMAL_TEXT characters.
 */
bool ferry_sqlite_expand_decimal(const char *text, size_t len, char *out, size_t *ret_len);
/* As ferry_format_interval() writes it. */
bool ferry_sqlite_parse_interval(const char *text, size_t len, FerryInterval *ret_interval);

/* ---- the slots ---- */

typedef struct SqliteWriter {
	FerryWriter base;
	struct SqliteBatchTable *batch_table;
	sqlite3_stmt *statement;
	char *what;     /* "loading album" */
	int64_t n_rows; /* since the last flush */
	int64_t refused; /* of them and of those after, the one at which the last load stopped; -1: not known */
} SqliteWriter;

bool ferry_sqlite_profile(FerryConnection *c, FerryTable *table, GError **error);
bool ferry_sqlite_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error);
bool ferry_sqlite_split(FerryConnection *c, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
			GError **error);
bool ferry_sqlite_count(FerryConnection *c, const FerryTable *table, const char *predicate, int64_t *ret_rows,
			GError **error);

bool ferry_sqlite_read(FerryReader *r, const FerryReadSpec *spec, GError **error);
FerryStep ferry_sqlite_next(FerryReader *r, FerryBatch *batch, GError **error);
const char *ferry_sqlite_wire_format(FerryConnection *c, const FerryTable *table, const FerrySchema *schema);
FerryStep ferry_sqlite_next_raw(FerryReader *r, FerryRaw *raw, size_t bytes, GError **error);
void ferry_sqlite_reader_close(FerryReader *r);

bool ferry_sqlite_parse_type(const char *native_type, FerryType *ret_type);
void ferry_sqlite_map_type(const FerryCatalog *source, FerryTable *target_table, FerryColumnDef *column);
void ferry_sqlite_ddl(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
		      GPtrArray *statements);
bool ferry_sqlite_writer_open(FerryWriter *w, const FerryTable *table, const FerrySchema *schema,
			      const char *wire_format, GError **error);
bool ferry_sqlite_writer_merge(FerryWriter *w, const GPtrArray *key, GError **error);
void ferry_sqlite_writer_check(FerryWriter *w, FerryBatch *batch);
bool ferry_sqlite_writer_append(FerryWriter *w, const FerryBatch *batch, size_t first, size_t n,
				GError **error);
bool ferry_sqlite_accepts(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
			  const FerryTable *source_table, const char *wire_format);
bool ferry_sqlite_writer_append_raw(FerryWriter *w, const FerryRaw *raw, GError **error);
int64_t ferry_sqlite_writer_refused_row(FerryWriter *w);
bool ferry_sqlite_writer_flush(FerryWriter *w, int64_t *ret_rows, GError **error);
void ferry_sqlite_writer_close(FerryWriter *w);
