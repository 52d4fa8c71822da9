/*
 * What the files of this folder share. connection.c owns the session; query.c runs small statements; reader.c
 * reads rows in bulk. Only the thread that works with a connection touches it, but for cancel.
 */
#pragma once

#include "connectors/mysql/mysql.h"

#include <mysql.h>

typedef struct FerryMysqlConnection {
	FerryConnection base;
	MYSQL *mysql;
	char *database; /* as the server writes it; NULL: the URL names none, all but the system's own are
			   meant */
	bool is_mariadb;
	bool is_singlestore; /* singlestore.h says what differs */
	bool is_utc;         /* SingleStore only: the session is in UTC */
	unsigned long version;             /* 101119 for 10.11.19 */
	bool is_lost;                      /* nothing can be sent any more */
	struct FerryMysqlPackets *packets; /* or NULL: made by the first reader */

	/* Under the lock: cancel comes from other threads. */
	GMutex cancel_lock;
	bool is_open; /* thread_id and socket are valid */
	unsigned long thread_id;
	int socket;

	int is_cancelled; /* atomic */
} FerryMysqlConnection;

static inline FerryMysqlConnection *ferry_mysql(FerryConnection *c)
{
	return (FerryMysqlConnection *)c;
}

/* MariaDB's and MySQL's numbers in one question; 0 stands for "never". */
static inline bool ferry_mysql_at_least(const FerryMysqlConnection *c, unsigned long mariadb,
					unsigned long mysql)
{
	unsigned long wanted = c->is_mariadb ? mariadb : mysql;
	return wanted > 0 && c->version >= wanted;
}

/* ---- error.c ---- */

/* Sets *error from what the connection (or the statement, where it is not NULL) last said and returns false.
 * The format says what was tried: "cannot read table db.t". */
bool ferry_mysql_fail(FerryMysqlConnection *c, MYSQL_STMT *stmt, GError **error, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/* The same, from what somebody else read off the connection. */
bool ferry_mysql_fail_with(FerryMysqlConnection *c, unsigned vendor_code, const char *state, const char *said,
			   GError **error, const char *doing);
/* The same for a connection that could not be made. database may be NULL. */
bool ferry_mysql_fail_connect(MYSQL *mysql, const FerryUrl *url, GError **error);
FerryErrorCode ferry_mysql_classify(unsigned vendor_code, bool *ret_can_heal);

/* ---- session.c ---- */

/* Connects a handle as the URL says; database NULL: to none. timeout_s 0: as the URL says. NULL and an error.
 */
MYSQL *ferry_mysql_connect(const FerryUrl *url, const char *database, unsigned timeout_s, GError **error);
/* Puts the session into the state that reading needs: UTF-8, UTC, no time limits. */
bool ferry_mysql_set_up(FerryMysqlConnection *c, GError **error);
/* Stops the running query through a short connection of its own; false where that was not possible. Any
 * thread. */
bool ferry_mysql_kill_query(const FerryUrl *url, unsigned long thread_id);

/* ---- query.c ---- */

/* One row as text; NULL = SQL NULL. Returns false to stop with an error that it set. */
typedef bool (*FerryMysqlRowFunc)(char **row, const unsigned long *lengths, gpointer data, GError **error);

/* Runs a statement that gives no rows, or whose rows do not matter. doing begins the message: "cannot list
 * the tables". */
bool ferry_mysql_execute(FerryMysqlConnection *c, const char *sql, const char *doing, GError **error);
/* Runs a query and calls func for each row, unbuffered: func must not use the connection. */
bool ferry_mysql_each(FerryMysqlConnection *c, const char *sql, const char *doing, FerryMysqlRowFunc func,
		      gpointer data, GError **error);
/* First row of a query as newly allocated strings (g_strfreev is not right: entries may be NULL; use
 * ferry_mysql_row_free). *ret_row is NULL where there is no row. */
typedef struct FerryMysqlRow {
	size_t n;
	char *values[]; /* NULL = SQL NULL */
} FerryMysqlRow;
bool ferry_mysql_first(FerryMysqlConnection *c, const char *sql, const char *doing, FerryMysqlRow **ret_row,
		       GError **error);
void ferry_mysql_row_free(FerryMysqlRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryMysqlRow, ferry_mysql_row_free)

void ferry_mysql_append_identifier(GString *out, const char *name);
void ferry_mysql_append_literal(GString *out, const char *text);
void ferry_mysql_append_table(GString *out, const FerryTable *table);
/* What stands behind FROM: the table, or its query as a derived table. */
void ferry_mysql_append_from(GString *out, const FerryTable *table);
/* The key hint and WHERE of a chunk (predicate may be NULL) and of the table's filter. */
void ferry_mysql_append_where(GString *out, const FerryTable *table, const char *predicate);
/* " WHERE column = 'database'" or all but the system's own. */
void ferry_mysql_append_schema_filter(GString *out, const FerryMysqlConnection *c, const char *column);

/* ---- the operations ---- */

/* wait.c */
int64_t ferry_mysql_session_id(FerryConnection *c);
char *ferry_mysql_explain_wait(FerryConnection *side, int64_t session);

bool ferry_mysql_ping(FerryConnection *c, bool as_target, GPtrArray **ret_missing, GError **error);
bool ferry_mysql_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error);
/* describe.c */
bool ferry_mysql_describe(FerryConnection *c, const char *name, const char *query, FerryTable **ret_table,
			  GError **error);
char *ferry_mysql_quote_name(const char *schema, const char *name);
bool ferry_mysql_run_sql(FerryConnection *c, const char *sql, GError **error);
bool ferry_mysql_profile(FerryConnection *c, FerryTable *table, GError **error);
/* profile_scan.c: whether a row satisfies the condition (SQL, over the table's columns). */
bool ferry_mysql_any_row(FerryMysqlConnection *c, const FerryTable *table, const char *condition,
			 const char *doing, bool *ret_found, GError **error);
bool ferry_mysql_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error);
bool ferry_mysql_split(FerryConnection *c, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
		       GError **error);
/* The index whose ranges split() makes chunks of, or NULL: a pure function of the table. */
const FerryIndex *ferry_mysql_split_key(const FerryTable *table);
/* " FORCE INDEX (`key`)" where the table has such a key. */
void ferry_mysql_append_key_hint(GString *out, const FerryTable *table);

extern const FerrySourceOps ferry_mysql_source;
extern const FerryOption ferry_mysql_options[];
