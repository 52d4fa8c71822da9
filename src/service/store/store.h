/*
 * The store: where the service keeps connections, projects, executions, accounts and the audit log. SQLite (WAL) in one
 * file by default, PostgreSQL when several machines share it; the rest of the service writes one SQL for both.
 *
 * SQL is what both systems understand: `?` stands for a parameter (never inside a literal), ON CONFLICT for upserts, times are
 * text in RFC 3339 UTC with milliseconds, so that they sort, truth is 0 or 1. Everything runs in a transaction; one that
 * writes sees no other writer between its begin and its commit on SQLite, and on PostgreSQL takes row locks with
 * ferry_store_lock_suffix(). A transaction belongs to one thread; the store itself to all.
 *
 * Errors: FERRY_ERROR_CONFLICT with can_heal when another writer was in the way for too long; FERRY_ERROR_EXISTS when a
 * unique name is taken; FERRY_ERROR_IO and FERRY_ERROR_LOST as their names say.
 */
#pragma once

#include "connectors/connector.h"

typedef struct FerryStore FerryStore;
typedef struct FerryStoreTx FerryStoreTx;

/* "sqlite:///path" or "postgresql://…" (?schema= names one that is there). Nothing is opened yet. */
FerryStore *ferry_store_new(const char *url, GError **error);
/* Before anything else: makes a file that is not there (readable by its owner only), and brings the tables up to this program's
 * version; a store of a newer program is refused. */
bool ferry_store_migrate(FerryStore *store, GError **error);
void ferry_store_close(FerryStore *store); /* NULL is fine; no transaction may be open */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryStore, ferry_store_close)

/* The file where the store is; NULL: on a server. Borrowed. */
const char *ferry_store_get_file(const FerryStore *store);

typedef enum { FERRY_STORE_READ, FERRY_STORE_WRITE } FerryStoreMode;

FerryStoreTx *ferry_store_begin(FerryStore *store, FerryStoreMode mode, GError **error);
/* Ends and frees it, also when it fails (then nothing is in). */
bool ferry_store_commit(FerryStoreTx *tx, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ferry_store_rollback(FerryStoreTx *tx); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryStoreTx, ferry_store_rollback)

/*
 * One statement. types has a letter for each parameter: 's' a const char* (NULL: SQL NULL; what is not UTF-8 in it becomes
 * U+FFFD), 'i' an int64_t (cast what is narrower), 'd' a double; "" for none. Rows come as text, NULL = SQL NULL; to be freed. exec gives the number of rows changed.
 */
FerryRows *ferry_store_query(FerryStoreTx *tx, GError **error, const char *sql, const char *types, ...);
bool ferry_store_exec(FerryStoreTx *tx, int64_t *ret_changed, GError **error, const char *sql, const char *types, ...);

/* Until the end of the transaction, no other that asks for it goes on, in this process or another. */
bool ferry_store_serialize(FerryStoreTx *tx, GError **error);
/* In a transaction that writes: " FOR UPDATE" where rows must be locked by hand, else "". */
const char *ferry_store_lock_suffix(const FerryStoreTx *tx);

/* What a text that holds this one is LIKE, with ESCAPE '!'; NULL: any. SQLite's lower() knows letters beyond ASCII here,
 * PostgreSQL's those of its locale. Newly allocated. */
char *ferry_store_like(const char *part);

/* Now, as the store writes times: "2026-02-28T12:00:00.000Z". Newly allocated. */
char *ferry_store_now(void);
char *ferry_store_time(gint64 unix_us);
/* An identifier that nobody guesses: prefix, then 20 characters of [0-9a-v] that begin with the time, so that ids sort by age. */
char *ferry_store_new_id(const char *prefix);
