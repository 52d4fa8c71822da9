/*
 * Connection URLs: SCHEME://[USER[:PASSWORD]@][HOST[:PORT]][/DATABASE][?KEY=VALUE[&…]], RFC 3986 with the liberties
 * that database clients take: everything but the scheme may be missing; parts are percent-decoded; `sqlite:///rel.db`
 * is a path relative to the working directory, `sqlite:////abs.db` an absolute one, `sqlite:FILE` is taken too.
 *
 * A FerryUrl is immutable after parsing but for the password and the rule of hosts, which a caller may fill in before
 * the first connection is opened. It may then be read from any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Where connections may be sent on to by a server: see host_rule. Its owner's data follow it in memory (g_atomic_rc_box_alloc0). */
typedef struct FerryHostRule FerryHostRule;
struct FerryHostRule {
	bool (*may_reach)(const FerryHostRule *rule, const char *host, GError **error); /* on any thread */
	void (*clear)(FerryHostRule *rule);
};

typedef struct FerryUrl {
	char *scheme;       /* lower case, never NULL */
	char *user;         /* NULL: not given */
	char *password;     /* NULL: not given; "" is a given empty one. Wiped before it is freed. */
	char *host;         /* NULL: not given. An IPv6 address without its brackets. */
	int port;           /* -1: not given */
	char *database;     /* path without its leading slash; NULL: not given. For sqlite the file's path. */
	GHashTable *params; /* char* -> char*, decoded; never NULL. A key given twice keeps its last value. */
	FerryHostRule *host_rule; /* NULL: anywhere. Of a service, asked for each host that a server redirects to; copies share it. */
} FerryUrl;

/* NULL and FERRY_ERROR_USAGE that says which part is wrong. The message never repeats the password. */
FerryUrl *ferry_url_parse(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
FerryUrl *ferry_url_copy(const FerryUrl *url);
void ferry_url_free(FerryUrl *url); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryUrl, ferry_url_free)

/* For people: everything but the password and but parameters whose key holds "password", "secret", "token" or "key"
 * (their value becomes ***). Newly allocated. */
char *ferry_url_to_string(const FerryUrl *url);
/* For a document that is read again: the same, but such parameters are left out, except names of key files (sslkey, ssl-key). */
char *ferry_url_to_document(const FerryUrl *url);

/* A parameter's value, borrowed; fallback where it is not given. */
const char *ferry_url_param(const FerryUrl *url, const char *key, const char *fallback);

/* Takes the rule over. */
void ferry_url_set_host_rule(FerryUrl *url, FerryHostRule *rule);

/* Replaces the password; takes a copy. NULL removes it. */
void ferry_url_set_password(FerryUrl *url, const char *password);

/* Overwrites the password part (and secret parameters) of a URL in place with 'x', for argv, so that `ps` does not
 * show it. Text that is no URL is left alone. */
void ferry_url_scrub(char *text);

/* A copy of a text, say an error message, with all URLs in it scrubbed so. Newly allocated. */
char *ferry_url_scrub_text(const char *text);

/* Overwrites a string with zeros, in a way the compiler keeps, and frees it. NULL is fine. */
void ferry_secret_free(char *secret);
