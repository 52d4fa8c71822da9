/*
 * What the files of this folder share. connection.c owns the session; query.c runs small statements; the
 * reader, the writer and the catalog use both. Only the thread that works with a connection touches it, but
 * for cancel.
 */
#pragma once

#include "connectors/postgres/postgres.h"

#include <libpq-fe.h>

/* OIDs of the built-in types, fixed since they were made (src/include/catalog/pg_type.dat of the server). */
enum {
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_CHAR = 18,
	PG_NAME = 19,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_OID = 26,
	PG_JSON = 114,
	PG_CIDR = 650,
	PG_FLOAT4 = 700,
	PG_FLOAT8 = 701,
	PG_INET = 869,
	PG_BPCHAR = 1042,
	PG_VARCHAR = 1043,
	PG_DATE = 1082,
	PG_TIME = 1083,
	PG_TIMESTAMP = 1114,
	PG_TIMESTAMPTZ = 1184,
	PG_INTERVAL = 1186,
	PG_BIT = 1560,
	PG_VARBIT = 1562,
	PG_NUMERIC = 1700,
	PG_UUID = 2950,
	PG_JSONB = 3802,
	PG_FIRST_USER_OID = 16384
};

/* The server counts from 2000-01-01, batches from 1970-01-01. */
#define PG_EPOCH_DAYS 10957
#define PG_EPOCH_US   G_GINT64_CONSTANT(946684800000000)

/* Marks of the binary COPY format: 11 bytes of signature, flags, length of the extension; a count of -1 ends
 * the rows. */
#define PG_COPY_HEADER_LEN  19
#define PG_COPY_TRAILER_LEN 2
extern const char ferry_pg_copy_header[PG_COPY_HEADER_LEN];

typedef struct PgConnection {
	FerryConnection base;
	PGconn *conn;
	char *schema;       /* the URL's schema=, or NULL */
	char *user_path;    /* the search_path that a statement of the user's has set, or NULL */
	int version;        /* 150020 */
	bool is_pinned;     /* the snapshot's transaction is open and must stay open */
	bool cannot_export; /* the server has refused to export a snapshot */
	bool has_savepoint; /* ferry_read, in that transaction, before the last read */
	bool has_columns_statement; /* columns.c has prepared its question */

	/* Under the lock: cancel comes from other threads. */
	GMutex cancel_lock;
	PGcancel *cancel;
	bool is_cancelled_connecting;
} PgConnection;

static inline PgConnection *pg_connection(FerryConnection *c)
{
	return (PgConnection *)c;
}

/* The database holds bytes, whatever they mean. */
static inline bool ferry_pg_has_no_encoding(const PgConnection *c)
{
	return g_strcmp0(PQparameterStatus(c->conn, "server_encoding"), "SQL_ASCII") == 0;
}

/* ---- error.c ---- */

/* Sets *error from a result (or, where it is NULL or says nothing, from the connection) and returns false.
 * The format says what was tried, without a final colon: "cannot read table public.t". */
bool ferry_pg_fail(PgConnection *c, const PGresult *result, GError **error, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/* The same for a connection that could not be made. */
bool ferry_pg_fail_connect(PGconn *conn, const FerryUrl *url, GError **error);
FerryErrorCode ferry_pg_classify(const char *sqlstate, bool *ret_can_heal);

/* ---- connection.c ---- */

bool ferry_pg_open(FerryConnection *c, const FerryUrl *url, bool create, GError **error);
void ferry_pg_close(FerryConnection *c);
void ferry_pg_cancel(FerryConnection *c);
bool ferry_pg_ping(FerryConnection *c, bool as_target, GPtrArray **ret_missing, GError **error);
extern const FerryOption ferry_pg_options[];

/* ---- wait.c ---- */

int64_t ferry_pg_session_id(FerryConnection *c);
char *ferry_pg_explain_wait(FerryConnection *side, int64_t session);

/* ---- query.c ---- */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/* Runs one statement; NULL on failure. doing is the start of the message: "cannot list the tables". */
PGresult *ferry_pg_run(PgConnection *c, const char *sql, const char *doing, GError **error);
bool ferry_pg_execute(FerryConnection *c, const char *sql, int64_t *ret_affected, GError **error);
bool ferry_pg_execute_script(FerryConnection *c, const char *sql, GError **error);
bool ferry_pg_find_tables(FerryConnection *c, const GPtrArray *tables, bool *ret_is_there, GError **error);
bool ferry_pg_look_at_views(FerryConnection *c, const GPtrArray *views, FerryViewState *ret_states,
			    GError **error);
bool ferry_pg_query(FerryConnection *c, const char *sql, FerryRows **ret_rows, GError **error);
bool ferry_pg_begin(FerryConnection *c, GError **error);
bool ferry_pg_commit(FerryConnection *c, GError **error);
void ferry_pg_rollback(FerryConnection *c);
/* Reads away whatever results are pending. */
void ferry_pg_drain(PGconn *conn);

/* ---- name.c ---- */

char *ferry_pg_quote_identifier(const char *name);
char *ferry_pg_quote_literal(const char *text);
void ferry_pg_append_identifier(GString *out, const char *name);
void ferry_pg_append_literal(GString *out, const char *text);
/* "schema"."name", schema may be NULL. */
void ferry_pg_append_qualified(GString *out, const char *schema, const char *name);
char *ferry_pg_qualified(const char *schema, const char *name);
char *ferry_pg_default_schema(FerryConnection *c);

/* ---- columns.c ---- */

typedef struct PgWireColumn {
	char *name;
	unsigned oid; /* of the base type */
	int typmod;   /* -1: none */
	bool is_enum;
	char *receive;     /* name of the type's binary input function: "textrecv" */
	char *native_type; /* of the base type: "numeric(12,2)" */
	bool is_portable;  /* its binary form means the same on another server */
} PgWireColumn;

/* PgWireColumn of what a SELECT gives, by preparing it; what: for messages. NULL on failure. */
GPtrArray *ferry_pg_query_columns(PgConnection *c, const char *query, const char *what, GError **error);
/* Of a source table: its own, or those of its query. */
GPtrArray *ferry_pg_source_columns(PgConnection *c, const FerryTable *table, GError **error);
/* PgWireColumn of a table whose name is quoted and qualified; NULL on failure. Freed with the array. */
GPtrArray *ferry_pg_wire_columns(PgConnection *c, const char *table, GError **error);
const PgWireColumn *ferry_pg_find_wire_column(const GPtrArray *columns, const char *table, const char *name,
					      GError **error);

bool ferry_pg_has_extension_type(FerryConnection *c, const char *schema, const char *name);

/* ---- types.c ---- */

/* The natural logical type of a type by its OID and typmod; those without one travel as text. */
FerryType ferry_pg_natural_type(unsigned oid, int typmod);

/* ---- map_type.c, ddl.c ---- */

bool ferry_pg_parse_type(const char *native_type, FerryType *ret_type);
void ferry_pg_map_type(const FerryCatalog *source, FerryTable *target_table, FerryColumnDef *column);
void ferry_pg_ddl(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
		  GPtrArray *statements);

/* ---- ddl_partition.c ---- */

char *ferry_pg_refuse_partitions(const FerryCatalog *target, const FerryTable *table);
/* Of all levels, from above; NULL has none. */
void ferry_pg_each_partition(const FerryPartitioning *partitioning,
			     void (*func)(const FerryPartition *partition, gpointer data), gpointer data);

/* ---- raw.c: the wire formats that two servers of this kind share ---- */

bool ferry_pg_accepts(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
		      const FerryTable *source_table, const char *wire_format);

/* ---- the operations ---- */

extern const FerryTargetOps ferry_pg_target;
extern const FerryWords ferry_pg_words;
extern const FerryStagingOps ferry_pg_staging;
extern const FerrySourceOps ferry_pg_source;

/* The schema of a table of either catalog: its own, else the connection's default. The table's name for SQL.
 */
char *ferry_pg_table_sql(FerryConnection *c, const FerryTable *table);
/* What stands behind FROM: the same with ONLY where rows of other tables would come along; or the table's query. */
char *ferry_pg_from_sql(FerryConnection *c, const FerryTable *table);
/* WHERE of a chunk (predicate may be NULL) and of the table's filter; "" where there is neither. */
char *ferry_pg_where_sql(const FerryTable *table, const char *predicate);

/* ---- describe.c ---- */

bool ferry_pg_describe(FerryConnection *c, const char *name, const char *query, FerryTable **ret_table,
		       GError **error);
char *ferry_pg_quote_name(const char *schema, const char *name);

/* ---- user_sql.c ---- */

/* Where a session keeps the search_path that it began with. */
#define FERRY_PG_SESSION_PATH "ferry.session_path"

/* Around statements that hold SQL of the user's, so that its names are found. */
bool ferry_pg_enter_user_sql(PgConnection *c, GError **error);
void ferry_pg_leave_user_sql(PgConnection *c);
/* The same as text, before and behind a statement that is sent with it. */
void ferry_pg_append_enter(GString *sql, const PgConnection *c);
void ferry_pg_append_leave(GString *sql);
bool ferry_pg_run_sql(FerryConnection *c, const char *sql, GError **error);

static inline bool ferry_pg_has_user_sql(const FerryTable *table)
{
	return table->query != NULL || table->filter != NULL;
}

/* ---- source: catalog.c, snapshot.c, split.c, reader.c ---- */

bool ferry_pg_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error);
bool ferry_pg_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error);
char *ferry_pg_mark(FerryConnection *c, GError **error);
bool ferry_pg_has_moved(FerryConnection *c, const FerryTable *table, const char *predicate, const char *mark,
			bool *ret_has_moved, GError **error);
bool ferry_pg_share_snapshot(FerryConnection *c, char **ret_name, GError **error);
bool ferry_pg_join_snapshot(FerryConnection **connections, size_t n, const char *name, GError **error);
/* In a snapshot's transaction, what fails from here on can be taken back and does not end it; else nothing. */
bool ferry_pg_set_savepoint(PgConnection *c, GError **error);
/* Where something has failed. */
void ferry_pg_return_to_savepoint(PgConnection *c);
bool ferry_pg_split(FerryConnection *c, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
		    GError **error);
bool ferry_pg_count(FerryConnection *c, const FerryTable *table, const char *predicate, int64_t *ret_rows,
		    GError **error);
const char *ferry_pg_wire_format(FerryConnection *c, const FerryTable *table, const FerrySchema *schema);
