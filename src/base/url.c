/*
 * Connection URLs, split by hand. GUri is not used for the split: its messages repeat the part that is wrong,
 * which is a piece of the password where someone left a '/' or '@' in it unencoded; and it takes hosts for
 * DNS names where database clients also put a socket's folder (%2Frun%2Fpostgresql). Percent-coding is
 * GLib's.
 */
#include "base/url.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define MAX_URL_LEN (64u << 10)

/* ---- secrets ---- */

void ferry_secret_free(char *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret, strlen(secret));
	g_free(secret);
}

static bool is_secret_key(const char *key, size_t len)
{
	static const char *const words[] = {"password", "passwd", "pwd", "secret", "token", "key"};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		size_t word_len = strlen(words[i]);
		for (size_t at = 0; at + word_len <= len; at++)
			if (g_ascii_strncasecmp(key + at, words[i], word_len) == 0)
				return true;
	}
	return false;
}

/* ---- life ---- */

static FerryUrl *url_new(void)
{
	FerryUrl *url = g_new0(FerryUrl, 1);
	url->port = -1;
	url->params =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)ferry_secret_free);
	return url;
}

static void release_rule(FerryHostRule *rule)
{
	if (rule)
		g_atomic_rc_box_release_full(rule, (GDestroyNotify)rule->clear);
}

void ferry_url_set_host_rule(FerryUrl *url, FerryHostRule *rule)
{
	release_rule(url->host_rule);
	url->host_rule = rule;
}

void ferry_url_free(FerryUrl *url)
{
	if (!url)
		return;
	g_free(url->scheme);
	g_free(url->user);
	ferry_secret_free(url->password);
	g_free(url->host);
	g_free(url->database);
	g_hash_table_unref(url->params);
	release_rule(url->host_rule);
	g_free(url);
}

FerryUrl *ferry_url_copy(const FerryUrl *url)
{
	FerryUrl *copy = url_new();
	GHashTableIter iter;
	gpointer key, value;

	copy->scheme = g_strdup(url->scheme);
	copy->user = g_strdup(url->user);
	copy->password = g_strdup(url->password);
	copy->host = g_strdup(url->host);
	copy->port = url->port;
	copy->database = g_strdup(url->database);
	copy->host_rule = url->host_rule ? g_atomic_rc_box_acquire(url->host_rule) : NULL;
	g_hash_table_iter_init(&iter, url->params);
	while (g_hash_table_iter_next(&iter, &key, &value))
		g_hash_table_replace(copy->params, g_strdup(key), g_strdup(value));
	return copy;
}

void ferry_url_set_password(FerryUrl *url, const char *password)
{
	char *copy = g_strdup(password); /* first: it may be the present one */
	ferry_secret_free(url->password);
	url->password = copy;
}

const char *ferry_url_param(const FerryUrl *url, const char *key, const char *fallback)
{
	const char *value = g_hash_table_lookup(url->params, key);
	return value ? value : fallback;
}

/* ---- parsing ---- */

/* Systems that are a file: the path is the database, there is no host. */
static bool is_file_scheme(const char *scheme)
{
	return strcmp(scheme, "sqlite") == 0 || strcmp(scheme, "sqlite3") == 0;
}

/* The length of a scheme at the text's start that is followed by ':'; 0 where there is none. */
static size_t scheme_len(const char *text)
{
	size_t n = 0;
	if (!g_ascii_isalpha(text[0]))
		return 0;
	while (g_ascii_isalnum(text[n]) || (text[n] && strchr("+-.", text[n])))
		n++;
	return text[n] == ':' ? n : 0;
}

static bool decode(const FerryUrl *url, const char *what, const char *text, size_t len, char **ret_decoded,
		   GError **error)
{
	char *decoded = g_uri_unescape_segment(text, text + len, NULL);
	if (!decoded)
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"malformed %s URL: the %s has a '%%' that is not followed by two hexadecimal digits "
			"(or is %%00); a '%%' itself is written %%25",
			url->scheme, what);
	if (!g_utf8_validate(decoded, -1, NULL)) {
		ferry_secret_free(decoded);
		return ferry_fail(error, FERRY_ERROR_USAGE, "malformed %s URL: the %s is not valid UTF-8",
				  url->scheme, what);
	}
	*ret_decoded = decoded;
	return true;
}

static bool parse_user_info(FerryUrl *url, const char *text, size_t len, GError **error)
{
	const char *colon = memchr(text, ':', len);
	size_t user_len = colon ? (size_t)(colon - text) : len;

	if (user_len > 0 && !decode(url, "user name", text, user_len, &url->user, error))
		return false;
	return !colon || decode(url, "password", colon + 1, len - user_len - 1, &url->password, error);
}

/* The port's text is never repeated: it is a piece of the password where that has an unencoded '/'. */
static bool parse_port(FerryUrl *url, const char *text, size_t len, GError **error)
{
	int port = 0;

	if (len == 0) /* "host:" is a host without a port (RFC 3986, 3.2.3) */
		return true;
	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isdigit(text[i]))
			return ferry_fail(error, FERRY_ERROR_USAGE,
					  "malformed %s URL: the port after the host is not a number (in a "
					  "user name or "
					  "password, '/' is written %%2F, '?' %%3F, '#' %%23, '@' %%40)",
					  url->scheme);
		port = port > 65535 ? port : port * 10 + (text[i] - '0');
	}
	if (port < 1 || port > 65535)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "malformed %s URL: the port is not between 1 and 65535", url->scheme);
	url->port = port;
	return true;
}

static bool parse_host(FerryUrl *url, const char *text, size_t len, GError **error)
{
	const char *end = text + len;
	const char *colon;

	if (len > 0 && text[0] == '[') {
		const char *close = memchr(text, ']', len);
		if (!close || close == text + 1 || (close + 1 < end && close[1] != ':'))
			return ferry_fail(
				error, FERRY_ERROR_USAGE,
				"malformed %s URL: an IPv6 address is written [ADDRESS] or [ADDRESS]:PORT",
				url->scheme);
		if (!decode(url, "host", text + 1, (size_t)(close - text - 1), &url->host, error))
			return false;
		return close + 1 == end || parse_port(url, close + 2, (size_t)(end - close - 2), error);
	}

	colon = memchr(text, ':', len);
	if (colon && memchr(colon + 1, ':', (size_t)(end - colon - 1)))
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "malformed %s URL: there is more than one ':' after the user name and "
				  "password (an IPv6 "
				  "address stands in brackets: [::1])",
				  url->scheme);
	if (colon && !parse_port(url, colon + 1, (size_t)(end - colon - 1), error))
		return false;
	if (colon)
		end = colon;
	return end == text || decode(url, "host", text, (size_t)(end - text), &url->host, error);
}

static bool parse_authority(FerryUrl *url, const char *text, size_t len, GError **error)
{
	const char *at = memchr(text, '@', len);

	if (at && memchr(at + 1, '@', len - (size_t)(at + 1 - text)))
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"malformed %s URL: there is more than one '@'; an '@' in a user name or password is "
			"written %%40",
			url->scheme);
	if (at) {
		if (!parse_user_info(url, text, (size_t)(at - text), error))
			return false;
		len -= (size_t)(at + 1 - text);
		text = at + 1;
	}
	return parse_host(url, text, len, error);
}

static bool parse_param(FerryUrl *url, const char *text, size_t len, GError **error)
{
	const char *equals = memchr(text, '=', len);
	g_autofree char *key = NULL;
	char *value = NULL;

	if (!equals || equals == text)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "malformed %s URL: a parameter after '?' is not of the form KEY=VALUE",
				  url->scheme);
	if (!decode(url, "parameter's name", text, (size_t)(equals - text), &key, error))
		return false;
	if (!decode(url, "parameter's value", equals + 1, (size_t)(text + len - equals - 1), &value, error))
		return false;
	g_hash_table_replace(url->params, g_steal_pointer(&key), value);
	return true;
}

static bool parse_query(FerryUrl *url, const char *text, GError **error)
{
	while (*text) {
		size_t len = strcspn(text, "&");
		if (len > 0 && !parse_param(url, text, len, error))
			return false;
		text += len;
		if (*text == '&')
			text++;
	}
	return true;
}

/* path begins after the slash that ends the authority. */
static bool parse_path(FerryUrl *url, const char *path, size_t len, GError **error)
{
	bool is_file = is_file_scheme(url->scheme);

	/* "mysql://u:1/2@host/db": the password's slash ended the authority. Better to refuse a database with
	 * a bare '@' than to connect to the wrong host with half a password. */
	if (!is_file && memchr(path, '@', len))
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "malformed %s URL: there is an '@' after the host's '/'; in a user name or "
				  "password '/' is "
				  "written %%2F and '@' %%40, and a database's '@' is %%40 too",
				  url->scheme);
	return len == 0 ||
	       decode(url, is_file ? "file name" : "database name", path, len, &url->database, error);
}

static bool parse_after_scheme(FerryUrl *url, const char *text, GError **error)
{
	const char *end = text + strcspn(text, "?#");

	if (strchr(text, '#'))
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "malformed %s URL: a '#' is written %%23 wherever it is part of a name, "
				  "password or value",
				  url->scheme);
	if (*end == '?' && !parse_query(url, end + 1, error))
		return false;

	if (!g_str_has_prefix(text, "//")) {
		if (!is_file_scheme(url->scheme))
			return ferry_fail(error, FERRY_ERROR_USAGE,
					  "malformed %s URL: '%s:' must be followed by '//', as in "
					  "%s://user@host/database",
					  url->scheme, url->scheme, url->scheme);
		return parse_path(url, text, (size_t)(end - text), error);
	}

	const char *authority = text + 2;
	size_t authority_len = strcspn(authority, "/?#");
	const char *path = authority + authority_len;
	if (is_file_scheme(url->scheme)) {
		if (authority_len > 0)
			return ferry_fail(error, FERRY_ERROR_USAGE,
					  "malformed %s URL: a file has no host; a relative path is written "
					  "%s:///FILE, an "
					  "absolute one %s:////FOLDER/FILE",
					  url->scheme, url->scheme, url->scheme);
	} else if (!parse_authority(url, authority, authority_len, error)) {
		return false;
	}
	return *path != '/' || parse_path(url, path + 1, (size_t)(end - path - 1), error);
}

FerryUrl *ferry_url_parse(const char *text, GError **error)
{
	size_t n = scheme_len(text);

	if (n == 0) {
		ferry_fail(
			error, FERRY_ERROR_USAGE,
			"not a connection URL: it does not begin with a scheme; write it as "
			"postgresql://user@host/database, mysql://user@host/database or sqlite:///file.db");
		return NULL;
	}
	if (strlen(text) > MAX_URL_LEN) {
		ferry_fail(error, FERRY_ERROR_USAGE, "not a connection URL: it is longer than %u bytes",
			   MAX_URL_LEN);
		return NULL;
	}

	g_autoptr(FerryUrl) url = url_new();
	url->scheme = g_ascii_strdown(text, (gssize)n);
	if (!parse_after_scheme(url, text + n + 1, error))
		return NULL;
	return g_steal_pointer(&url);
}

/* ---- showing ---- */

static int compare_keys(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

/* sslkey, ssl-key: the name of a file, which a document needs. */
static bool is_key_file(const char *key)
{
	return g_ascii_strcasecmp(key, "sslkey") == 0 || g_ascii_strcasecmp(key, "ssl-key") == 0;
}

static void append_params(const FerryUrl *url, bool is_document, GString *out)
{
	GList *keys = g_list_sort(g_hash_table_get_keys(url->params), compare_keys);
	char separator = '?';

	for (const GList *l = keys; l; l = l->next) {
		const char *key = l->data;
		bool is_secret = is_secret_key(key, strlen(key)) && !(is_document && is_key_file(key));
		if (is_secret && is_document)
			continue;
		g_string_append_c(out, separator);
		separator = '&';
		g_string_append_uri_escaped(out, key, NULL, TRUE);
		g_string_append_c(out, '=');
		if (is_secret)
			g_string_append(out, "***");
		else
			g_string_append_uri_escaped(out, g_hash_table_lookup(url->params, key), "/:,@", TRUE);
	}
	g_list_free(keys);
}

static void append_host(const FerryUrl *url, GString *out)
{
	if (url->host && strchr(url->host, ':') && url->host[0] != '/') {
		g_string_append_c(out, '[');
		g_string_append_uri_escaped(out, url->host, ":", TRUE);
		g_string_append_c(out, ']');
	} else if (url->host) {
		g_string_append_uri_escaped(out, url->host, NULL, TRUE);
	}
	if (url->port >= 0)
		g_string_append_printf(out, ":%d", url->port);
}

static char *url_to_text(const FerryUrl *url, bool is_document)
{
	GString *out = g_string_new(url->scheme);

	g_string_append(out, "://");
	if (url->user) {
		g_string_append_uri_escaped(out, url->user, NULL, TRUE);
		g_string_append_c(out, '@');
	}
	append_host(url, out);
	if (url->database) {
		g_string_append_c(out, '/');
		g_string_append_uri_escaped(out, url->database, is_file_scheme(url->scheme) ? "/:@" : "/",
					    TRUE);
	}
	append_params(url, is_document, out);
	return g_string_free(out, FALSE);
}

char *ferry_url_to_string(const FerryUrl *url)
{
	return url_to_text(url, false);
}

char *ferry_url_to_document(const FerryUrl *url)
{
	return url_to_text(url, true);
}

/* ---- scrubbing ---- */

/* The '@' that ends the user info, or NULL. The text need not be a valid URL: someone who forgot to encode a
 * '/', '?' or
 * '@' in a password shall not see it in `ps` either, so when in doubt more is taken for the password. */
static char *find_user_info_end(char *authority)
{
	size_t authority_len = strcspn(authority, "/?#");
	char *query = strchr(authority, '?');
	char *last_at = strrchr(authority, '@');

	if (!last_at)
		return NULL;
	if (query && last_at > query && memchr(query, '=', (size_t)(last_at - query))) {
		/* Looks like an '@' in a parameter's value; the one before the query counts, if any. */
		last_at = memrchr(authority, '@', (size_t)(query - authority));
		if (!last_at)
			return NULL;
	}
	return last_at > authority + authority_len && authority[0] == '[' ? NULL : last_at;
}

static void scrub_params(char *query)
{
	for (char *key = query; *key;) {
		size_t len = strcspn(key, "&");
		char *equals = memchr(key, '=', len);
		if (equals && is_secret_key(key, (size_t)(equals - key)))
			memset(equals + 1, 'x', (size_t)(key + len - equals - 1));
		key += len;
		if (*key == '&')
			key++;
	}
}

void ferry_url_scrub(char *text)
{
	size_t n = scheme_len(text);
	if (n == 0)
		return;

	char *rest = text + n + 1;
	if (g_str_has_prefix(rest, "//") && rest[2] != '/') {
		char *authority = rest + 2;
		char *end = find_user_info_end(authority);
		char *colon = end ? memchr(authority, ':', (size_t)(end - authority)) : NULL;
		if (colon)
			memset(colon + 1, 'x', (size_t)(end - colon - 1));
	}
	char *query = strchr(rest, '?');
	if (query)
		scrub_params(query + 1);
}

/* Up to a blank or a quotation mark; but a password may hold one, and then the '@' comes after it. */
static size_t url_len(const char *url)
{
	static const char ends[] = " \t\n\"'";
	size_t n = strcspn(url, ends);
	const char *colon = memchr(url, ':', n), *at = strrchr(url, '@');

	if (!colon || !at || memchr(url, '@', n))
		return n;
	const char *behind = colon + 1 + strspn(colon + 1, "0123456789");
	if (behind > colon + 1 && (!*behind || strchr("/?,;", *behind) || strchr(ends, *behind)))
		return n; /* a port */
	return (size_t)(at - url) + strcspn(at, ends);
}

char *ferry_url_scrub_text(const char *text)
{
	GString *out = g_string_new(text);

	for (char *at = out->str; (at = strstr(at, "://")) != NULL;) {
		char *begin = at;
		while (begin > out->str && (g_ascii_isalnum(begin[-1]) || strchr("+-.", begin[-1])))
			begin--;
		while (begin < at && !g_ascii_isalpha(*begin))
			begin++;
		size_t n = (size_t)(at + 3 - begin) + url_len(at + 3);
		char after = begin[n];
		begin[n] = '\0';
		if (!strstr(begin, ":***@"))
			ferry_url_scrub(begin);
		begin[n] = after;
		at = begin + n;
	}
	return g_string_free(out, FALSE);
}
