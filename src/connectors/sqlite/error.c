/*
 * From SQLite's result codes to ours. Extended codes are used where the plain one is too coarse; the generic
 * SQLITE_ERROR of a statement that does not compile is told apart by its words, which have not changed in
 * twenty years.
 */
#include "connectors/sqlite/private.h"

#include <string.h>

static FerryErrorCode code_by_message(const char *message)
{
	if (g_str_has_prefix(message, "no such") || strstr(message, "has no column named"))
		return FERRY_ERROR_NOT_FOUND;
	if (strstr(message, "already exists"))
		return FERRY_ERROR_EXISTS;
	if (strstr(message, "attempt to write a readonly database"))
		return FERRY_ERROR_PERMISSION;
	return FERRY_ERROR_FAILED;
}

FerryErrorCode ferry_sqlite_error_code(int extended_rc, const char *message)
{
	if (extended_rc == SQLITE_CONSTRAINT_DATATYPE)
		return FERRY_ERROR_DATA;
	switch (extended_rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_SCHEMA:
	case SQLITE_PROTOCOL: return FERRY_ERROR_CONFLICT;
	case SQLITE_CONSTRAINT: return FERRY_ERROR_INTEGRITY;
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
	case SQLITE_RANGE: return FERRY_ERROR_DATA;
	case SQLITE_INTERRUPT:
	case SQLITE_ABORT: return FERRY_ERROR_CANCELLED;
	case SQLITE_CANTOPEN:
	case SQLITE_NOTADB: return FERRY_ERROR_CONNECT;
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_READONLY: return FERRY_ERROR_PERMISSION;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CORRUPT: return FERRY_ERROR_IO;
	case SQLITE_ERROR: return code_by_message(message);
	default: return FERRY_ERROR_FAILED;
	}
}

/* "no query solution" is what SQLite says of a table whose key has such a collation. */
static bool is_missing_from_file(const char *message)
{
	return g_str_has_prefix(message, "unknown function") ||
	       g_str_has_prefix(message, "no such function") ||
	       g_str_has_prefix(message, "no such collation sequence") ||
	       g_str_has_prefix(message, "no query solution");
}

static void add_hint(GError **error, int rc, const char *message)
{
	switch (rc & 0xff) {
	case SQLITE_ERROR:
		if (is_missing_from_file(message))
			ferry_error_hint(error,
					 "the table uses a function or a collation that a program "
					 "adds, and that is not in the file: leave the table out with "
					 "--exclude, or write a copy of it without that column or key");
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		ferry_error_hint(error, "another program holds a lock on the file: end it, or wait longer "
					"with ?busy_timeout=MS");
		break;
	case SQLITE_FULL:
		ferry_error_hint(error, "make room on the disk and start the same copy again");
		break;
	case SQLITE_CORRUPT:
		ferry_error_hint(
			error,
			"see what is damaged with: sqlite3 FILE 'PRAGMA integrity_check'; write what can "
			"be read into a new file with: sqlite3 FILE .recover | sqlite3 NEW");
		break;
	case SQLITE_READONLY:
		if (rc == SQLITE_READONLY_ROLLBACK || rc == SQLITE_READONLY_RECOVERY ||
		    rc == SQLITE_READONLY_CANTINIT)
			ferry_error_hint(
				error,
				"a program died while writing the file: open it once with sqlite3 FILE "
				".tables, which repairs it");
		break;
	default: break;
	}
}

bool ferry_sqlite_fail(GError **error, sqlite3 *db, const char *format, ...)
{
	int rc = sqlite3_extended_errcode(db);
	const char *message = sqlite3_errmsg(db);
	FerryErrorCode code = ferry_sqlite_error_code(rc, message);
	va_list args;

	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	ferry_fail_server(error, code, NULL, rc, code == FERRY_ERROR_CONFLICT, "%s: %s", what, message);
	add_hint(error, rc, message);
	return false;
}
