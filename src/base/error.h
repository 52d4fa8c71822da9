/*
 * Errors: one GError domain with few codes, each a thing a caller acts on. What a server said rides along
 * (SQLSTATE, vendor code), so does a hint (what the user can do) and whether a later try can succeed.
 *
 * Convention, everywhere in Ferry: a call that can fail returns bool (or a pointer) and takes GError **error last.
 * False (NULL) means that *error is set, true that it is not. The message is a sentence without a final full stop:
 * what was tried, on which object, what the answer was. Each layer adds what only it knows, once, with
 * g_prefix_error(). Messages never hold a password. Nothing below the CLI and the service logs an error.
 *
 * All functions may be called from any thread; a GError itself belongs to one owner.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define FERRY_ERROR (ferry_error_quark())
GQuark ferry_error_quark(void);

typedef enum {
	FERRY_ERROR_FAILED,      /* anything that no other code fits */
	FERRY_ERROR_USAGE,       /* the user's words are off: an option, a URL, a glob without a match */
	FERRY_ERROR_CONNECT,     /* no connection: host unknown, refused, TLS, file cannot be opened */
	FERRY_ERROR_AUTH,        /* connected, but the credentials were refused */
	FERRY_ERROR_PERMISSION,  /* a privilege is missing */
	FERRY_ERROR_NOT_FOUND,   /* database, schema, table or column does not exist */
	FERRY_ERROR_EXISTS,      /* the object exists already, the target is not empty */
	FERRY_ERROR_UNSUPPORTED, /* server version or feature that Ferry does not handle */
	FERRY_ERROR_DATA,        /* a value that the other side cannot hold (SQLSTATE class 22) */
	FERRY_ERROR_INTEGRITY,   /* a constraint is violated (SQLSTATE class 23) */
	FERRY_ERROR_LOST,        /* an open connection broke, or the server shut down */
	FERRY_ERROR_CONFLICT,    /* deadlock, serialization failure, database locked */
	FERRY_ERROR_IO,          /* local files: cannot read, write, disk full */
	FERRY_ERROR_CANCELLED,   /* the user stopped it */
	FERRY_ERROR_INTERNAL,    /* a mistake of our own that was caught */
	FERRY_N_ERROR_CODES
} FerryErrorCode;

/* Sets *error and returns false, so that `return ferry_fail(error, …);` is one line. error may be NULL. */
bool ferry_fail(GError **error, FerryErrorCode code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The same for what a server answered. sqlstate may be NULL (unknown), vendor_code 0 (none). can_heal: the same call
 * may succeed later without anybody changing anything (lost connection, deadlock, server starting up). */
bool ferry_fail_server(GError **error, FerryErrorCode code, const char *sqlstate, int vendor_code, bool can_heal,
                       const char *format, ...) G_GNUC_PRINTF(6, 7);

/* Adds the way out to an error that is set ("grant it with: GRANT SELECT ON …"). Replaces an older hint. A NULL or
 * unset error, or one of another domain, is left alone. */
void ferry_error_hint(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What rides along. Each takes NULL and foreign errors and then answers NULL, 0 or false. Borrowed from the error. */
const char *ferry_error_get_hint(const GError *error);
const char *ferry_error_get_sqlstate(const GError *error);
int ferry_error_get_vendor_code(const GError *error);
bool ferry_error_can_heal(const GError *error);

/* True for an error of our domain with that code. */
bool ferry_error_is(const GError *error, FerryErrorCode code);

/* "connect", "auth", …: stable lower-case words for JSON. Borrowed, static. */
const char *ferry_error_code_name(FerryErrorCode code);
