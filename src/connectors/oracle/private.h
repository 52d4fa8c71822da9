/*
 * What the files of this folder share. connection.c owns the session; message.c speaks for it; query.c runs
 * small statements, reader.c reads rows in bulk. Only the thread that works with a connection touches it, but
 * for cancel.
 */
#pragma once

#include "connectors/oracle/oracle.h"
#include "connectors/oracle/put.h"
#include "connectors/oracle/wire.h"

/* Versions of the messages' fields, which grow with the server's version. */
#define FERRY_ORACLE_FIELDS_12_1  7
#define FERRY_ORACLE_FIELDS_12_2  8
#define FERRY_ORACLE_FIELDS_12_2B 9
#define FERRY_ORACLE_FIELDS_18B   11
#define FERRY_ORACLE_FIELDS_19B   13 /* what fast logging in begins with */
#define FERRY_ORACLE_FIELDS_20    14
#define FERRY_ORACLE_FIELDS_23    17
#define FERRY_ORACLE_FIELDS_23B   18 /* a token in function headers */
#define FERRY_ORACLE_FIELDS_23D   20 /* annotations */
#define FERRY_ORACLE_FIELDS_23_4  24 /* vectors; ends of responses */
#define FERRY_ORACLE_FIELDS_MAX   24

#define FERRY_ORACLE_UTF16 2000 /* a character set's number: the only national one of today */

/* What the last response said of itself. */
typedef struct FerryOracleReply {
	bool is_ended;
	bool was_broken_off; /* markers came: what was read of it before does not count */
	uint32_t number;     /* ORA-number; 0: none */
	GString *text;
	int position;    /* of the error in the statement, in characters; -1: none */
	uint32_t cursor; /* 0: none */
	uint64_t n_rows;
	/* Of an array's execution: the first row that was refused, and why. */
	bool has_refused;
	uint32_t refused_row, refused_number;
	GString *refused_text;
} FerryOracleReply;

typedef struct FerryOracleConnection {
	FerryConnection base;
	FerryOracleWire *wire;
	GByteArray *out; /* the request at work */
	FerryOracleReply reply;
	GArray *closing;       /* uint32_t: cursors to close with the next request */
	GByteArray *temporary; /* locators of temporary LOBs to free with it */
	uint64_t lob_limit;    /* longer LOBs are read by locator */
	uint8_t fields;        /* version of the messages' fields */
	uint8_t sequence;
	bool has_response_end;     /* the server marks the end of a response */
	uint16_t national_charset; /* number of the database's */
	uint32_t max_string;       /* longest VARCHAR2, in bytes */
	unsigned version;          /* 190300: 19.3 */
	char *user;                /* as the dictionary writes it */
	char *schema;              /* whose tables are meant */
	char *scn;                 /* or NULL: rows are read as of then */
	char *warning;             /* or NULL: what the server said when the user logged in */
	bool is_lost;              /* nothing can be sent any more */

	/* Under the lock: cancel comes from other threads. */
	GMutex cancel_lock;
	bool is_open; /* wire may be woken */

	bool is_in_schema;      /* target: unqualified names are those of the schema */
	bool is_in_transaction; /* target: begin was called; else what is executed is committed at once */

	int is_cancelled; /* atomic */
} FerryOracleConnection;

static inline FerryOracleConnection *ferry_oracle(FerryConnection *c)
{
	return (FerryOracleConnection *)c;
}

/* ---- error.c ---- */

FerryErrorCode ferry_oracle_classify(uint32_t number, bool *ret_can_heal, const char **ret_hint);
/* Sets *error from what made the last call fail: the server's error, or the wire's. Returns false. */
bool ferry_oracle_fail(FerryOracleConnection *c, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The same for an error of the server's that somebody has kept. */
bool ferry_oracle_fail_with(FerryOracleConnection *c, uint32_t number, const char *text, GError **error,
			    const char *doing);
/* The same for the error of one row of an array: of what is not known otherwise, the row is to blame. */
bool ferry_oracle_fail_row(FerryOracleConnection *c, uint32_t number, const char *text, GError **error,
			   const char *doing);
/* What the listener refused with: ERR=12514 and the like. */
bool ferry_oracle_fail_refused(const FerryUrl *url, const char *text, GError **error);

/* ---- message.c ---- */

/* Message types that are for the caller of ferry_oracle_next_message(). */
#define FERRY_ORACLE_MESSAGE_PROTOCOL   1
#define FERRY_ORACLE_MESSAGE_DATA_TYPES 2
#define FERRY_ORACLE_MESSAGE_ROW_HEADER 6
#define FERRY_ORACLE_MESSAGE_ROW        7
#define FERRY_ORACLE_MESSAGE_PARAMETERS 8
#define FERRY_ORACLE_MESSAGE_DESCRIBE   16
#define FERRY_ORACLE_MESSAGE_BIT_VECTOR 21
#define FERRY_ORACLE_MESSAGE_REFUSED    28 /* fast logging in is not possible */

#define FERRY_ORACLE_MESSAGE_END    (-1)
#define FERRY_ORACLE_MESSAGE_FAILED (-2)

/* Empties the request, and puts before it what else has to be told. False: the connection was lost before. */
bool ferry_oracle_begin(FerryOracleConnection *c, const char *doing, GError **error);
/* The head of a function; begin() was called. */
void ferry_oracle_put_function(FerryOracleConnection *c, uint8_t function);
/* Sends the request, and makes ready for its response. */
bool ferry_oracle_send(FerryOracleConnection *c, const char *doing, GError **error);
/* The type of the response's next message that is not dealt with here. END: see reply. FAILED: see
 * ferry_oracle_fail(). A caller whose reading of a message fails just asks for the next one. */
int ferry_oracle_next_message(FerryOracleConnection *c);
/* A PARAMETERS message that nobody wants. */
void ferry_oracle_skip_parameters(FerryOracleConnection *c);
/* Reads a response to its end; a server's error is a failure. */
bool ferry_oracle_finish(FerryOracleConnection *c, const char *doing, GError **error);

/* ---- connect.c, login.c ---- */

/* The connection's wire is there and logged in. */
bool ferry_oracle_connect(FerryOracleConnection *c, const FerryUrl *url, GError **error);
bool ferry_oracle_log_in(FerryOracleConnection *c, const FerryUrl *url, bool may_be_fast, GError **error);
void ferry_oracle_log_off(FerryOracleConnection *c);

/* ---- query.c ---- */

/* One row as text; NULL = SQL NULL. Returns false to stop with an error that it set. */
typedef bool (*FerryOracleRowFunc)(char **row, gpointer data, GError **error);

/* Runs a statement that gives no rows, or whose rows do not matter. doing begins the message. */
bool ferry_oracle_execute(FerryOracleConnection *c, const char *sql, const char *doing, GError **error);
/* Runs a query and calls func for each row; func must not use the connection. */
bool ferry_oracle_each(FerryOracleConnection *c, const char *sql, const char *doing, FerryOracleRowFunc func,
		       gpointer data, GError **error);
/* First row of a query; *ret_row is NULL where there is none. Free with ferry_oracle_row_free(). */
typedef struct FerryOracleRow {
	size_t n;
	char *values[]; /* NULL = SQL NULL */
} FerryOracleRow;
bool ferry_oracle_first(FerryOracleConnection *c, const char *sql, const char *doing,
			FerryOracleRow **ret_row, GError **error);
void ferry_oracle_row_free(FerryOracleRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryOracleRow, ferry_oracle_row_free)

/* All rows of a query. */
bool ferry_oracle_query(FerryOracleConnection *c, const char *sql, const char *doing, FerryRows **ret_rows,
			GError **error);
/* The same as a part of the open transaction, or committed at once. ret_affected may be NULL. */
bool ferry_oracle_execute_dml(FerryOracleConnection *c, const char *sql, bool commits, const char *doing,
			      int64_t *ret_affected, GError **error);

/* ---- sql.c ---- */

void ferry_oracle_append_identifier(GString *out, const char *name);
void ferry_oracle_append_literal(GString *out, const char *text);
/* What stands behind FROM: the table as of the connection's SCN, or its query as a derived table. */
void ferry_oracle_append_from(FerryOracleConnection *c, GString *out, const FerryTable *table);
/* WHERE of a chunk (predicate may be NULL) and of the table's filter. */
void ferry_oracle_append_where(GString *out, const FerryTable *table, const char *predicate);

/* ---- the operations ---- */

bool ferry_oracle_ping(FerryConnection *c, bool as_target, GPtrArray **ret_missing, GError **error);
bool ferry_oracle_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error);
bool ferry_oracle_scan_numbers(FerryConnection *c, const FerryCatalog *catalog, FerryTable *table,
			       GError **error);
bool ferry_oracle_describe(FerryConnection *c, const char *name, const char *query, FerryTable **ret_table,
			   GError **error);
char *ferry_oracle_quote_name(const char *schema, const char *name);
char *ferry_oracle_quote_text(const char *text);
bool ferry_oracle_run_sql(FerryConnection *c, const char *sql, GError **error);
bool ferry_oracle_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error);
bool ferry_oracle_share_snapshot(FerryConnection *c, char **ret_name, GError **error);
bool ferry_oracle_join_snapshot(FerryConnection **connections, size_t n, const char *name, GError **error);
/* snapshot.c: a system change number, NULL where none is to be had; and why tables cannot be read as of it: of
 * FERRY_ERROR_PERMISSION the FLASHBACK privilege is missing. NULL: they can. */
bool ferry_oracle_find_scn(FerryOracleConnection *c, char **ret_scn, GError **ret_obstacle, GError **error);
bool ferry_oracle_split(FerryConnection *c, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
			GError **error);

extern const FerrySourceOps ferry_oracle_source;
extern const FerryTargetOps ferry_oracle_target;
