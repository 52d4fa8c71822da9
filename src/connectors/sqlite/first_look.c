/*
 * The first look at a file: whether it is one of ours, and can be read where it lies.
 */
#include "connectors/sqlite/private.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* https://www.sqlite.org/fileformat2.html#the_rollback_journal: without it a journal is a finished one. */
static const char journal_magic[8] = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";

static bool is_hot_journal(const char *path)
{
	char magic[sizeof(journal_magic)];
	FILE *file = g_fopen(path, "rb");
	bool is_hot = file && fread(magic, sizeof(magic), 1, file) == 1 &&
		      memcmp(magic, journal_magic, sizeof(magic)) == 0;

	if (file)
		fclose(file);
	return is_hot;
}

/* SQLite would read the file alone, and rows that were committed would be missing. */
static bool refuse_immutable(const SqliteConnection *c, const char *beside, GError **error)
{
	ferry_fail(error, FERRY_ERROR_CONNECT,
		   "%s cannot be read with immutable=on: %s beside it holds changes that are not in the file "
		   "yet",
		   c->path, beside);
	ferry_error_hint(error, "copy both files into a writable directory and read them there; or have "
				"them put together where they are: sqlite3 FILE 'PRAGMA "
				"wal_checkpoint(TRUNCATE)'");
	return false;
}

bool ferry_sqlite_look_beside(const SqliteConnection *c, GError **error)
{
	g_autofree char *wal = g_strconcat(c->path, "-wal", NULL);
	g_autofree char *journal = g_strconcat(c->path, "-journal", NULL);
	struct stat info;

	if (!c->is_immutable)
		return true;
	if (g_stat(wal, &info) == 0 && info.st_size > 0)
		return refuse_immutable(c, wal, error);
	return !is_hot_journal(journal) || refuse_immutable(c, journal, error);
}

/* A file in WAL mode wants a -shm beside it, even from one who only reads. */
static bool wants_writable_directory(sqlite3 *db)
{
	int rc = sqlite3_extended_errcode(db);

	return (rc & 0xff) == SQLITE_CANTOPEN || rc == SQLITE_READONLY || rc == SQLITE_READONLY_DIRECTORY;
}

bool ferry_sqlite_look_into(SqliteConnection *c, GError **error)
{
	g_autoptr(sqlite3_stmt) statement = NULL;

	if (sqlite3_prepare_v2(c->db, "PRAGMA encoding", -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		c->is_utf16 = g_str_has_prefix((const char *)sqlite3_column_text(statement, 0), "UTF-16");
		return true;
	}
	if ((sqlite3_errcode(c->db) & 0xff) == SQLITE_NOTADB) {
		ferry_fail(error, FERRY_ERROR_CONNECT, "%s is not an SQLite database (or it is encrypted)",
			   c->path);
		ferry_error_hint(error,
				 "Ferry cannot decrypt it: write a plain copy with the program that it "
				 "belongs to (SQLCipher: sqlcipher_export) and read that");
		return false;
	}
	ferry_sqlite_fail(error, c->db, "cannot open %s", c->path);
	if (wants_writable_directory(c->db) && !c->is_target)
		ferry_error_hint(
			error,
			"a file in WAL mode needs a writable directory; if nobody writes it, read it with "
			"?immutable=on");
	return false;
}
