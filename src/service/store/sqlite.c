/*
 * The store in a SQLite file: WAL, full durability of each commit, readable by its owner only.
 */
#include "service/store/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define BUSY_MS 10000

static bool fail(sqlite3 *db, GError **error, const char *what)
{
	int code = sqlite3_errcode(db), extended = sqlite3_extended_errcode(db);
	FerryErrorCode ours = FERRY_ERROR_FAILED;

	switch (code) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: ours = FERRY_ERROR_CONFLICT; break;
	case SQLITE_CONSTRAINT:
		ours = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY
			       ? FERRY_ERROR_EXISTS
			       : FERRY_ERROR_INTEGRITY;
		break;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_NOTADB:
	case SQLITE_READONLY: ours = FERRY_ERROR_IO; break;
	default: break;
	}
	return ferry_fail_server(error, ours, NULL, extended, ours == FERRY_ERROR_CONFLICT, "%s: %s", what,
				 sqlite3_errmsg(db));
}

/* The file holds sealed secrets and hashes: nobody else has to read it. One that is there is not touched: a
 * close of it, whoever's in the process, gives up the locks that SQLite holds on it (POSIX), and the next
 * program to look into the store would take itself for the last one, and remove the WAL. */
static bool make_private_file(const char *path, GError **error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST)
		return true;
	if (fd < 0)
		return ferry_fail(error, FERRY_ERROR_IO, "%s cannot be opened: %s", path, g_strerror(errno));
	close(fd);
	return true;
}

static void disconnect(gpointer connection)
{
	sqlite3_close_v2(connection);
}

/* SQLite's own knows ASCII only. */
static void lower(sqlite3_context *context, int n, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);

	if (!text || !g_utf8_validate(text, -1, NULL))
		sqlite3_result_value(context, values[0]);
	else
		sqlite3_result_text(context, g_utf8_strdown(text, -1), -1, g_free);
}

static gpointer connect_file(const FerryUrl *url, GError **error)
{
	sqlite3 *db = NULL;

	if (!make_private_file(url->database, error))
		return NULL;
	if (sqlite3_open_v2(url->database, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
		    SQLITE_OK &&
	    sqlite3_busy_timeout(db, BUSY_MS) == SQLITE_OK &&
	    sqlite3_create_function(db, "lower", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, lower, NULL,
				    NULL) == SQLITE_OK &&
	    sqlite3_exec(db,
			 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
			 "PRAGMA wal_autocheckpoint = 1000",
			 NULL, NULL, NULL) == SQLITE_OK)
		return db;
	fail(db, error, url->database);
	disconnect(db);
	return NULL;
}

static char **copy_row(sqlite3_stmt *statement, int n)
{
	char **row = g_new0(char *, (gsize)n + 1);

	for (int i = 0; i < n; i++)
		row[i] = g_strdup((const char *)sqlite3_column_text(statement, i));
	return row;
}

/* GPtrArray's free function cannot know how long a row is; a NULL in its middle is SQL NULL. */
static FerryRows *new_rows(int n_columns)
{
	FerryRows *rows = g_new0(FerryRows, 1);

	rows->rows = g_ptr_array_new();
	rows->n_columns = (size_t)n_columns;
	return rows;
}

/* A number is bound as one: where no column lends its affinity, text would compare as text. */
static void bind(sqlite3_stmt *statement, int i, char type, const char *param)
{
	if (param && type == 'i')
		sqlite3_bind_int64(statement, i, g_ascii_strtoll(param, NULL, 10));
	else if (param && type == 'd')
		sqlite3_bind_double(statement, i, g_ascii_strtod(param, NULL));
	else
		sqlite3_bind_text(statement, i, param, -1, SQLITE_STATIC);
}

static bool run(gpointer connection, const char *sql, const char *types, const char *const *params,
		FerryRows **ret_rows, int64_t *ret_changed, GError **error)
{
	sqlite3 *db = connection;
	sqlite3_stmt *statement = NULL;
	g_autoptr(FerryRows) rows = NULL;
	int status;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		return fail(db, error, sql);
	for (int i = 0; types[i]; i++)
		bind(statement, i + 1, types[i], params[i]);
	int n_columns = sqlite3_column_count(statement);
	if (ret_rows)
		rows = new_rows(n_columns);
	while ((status = sqlite3_step(statement)) == SQLITE_ROW)
		if (rows)
			g_ptr_array_add(rows->rows, copy_row(statement, n_columns));
	if (status != SQLITE_DONE)
		fail(db, error, "SQLite");
	sqlite3_finalize(statement);
	if (status != SQLITE_DONE)
		return false;
	if (ret_changed)
		*ret_changed = sqlite3_changes64(db);
	if (ret_rows)
		*ret_rows = g_steal_pointer(&rows);
	return true;
}

const FerryStoreBackend ferry_store_sqlite = {
	.name = "sqlite",
	.serial_key = "INTEGER PRIMARY KEY AUTOINCREMENT",
	.lock_suffix = "",
	.max_connections = 8,
	.has_one_writer = true,
	.connect = connect_file,
	.disconnect = disconnect,
	.run = run,
	.begin_read = "BEGIN",
	.begin_write = "BEGIN IMMEDIATE",
};
