/*
 * A connection to Redis; see redis_link.h.
 */
#include "service/bus/redis_link.h"

#include "base/error.h"

#include <string.h>

#define CONNECT_SECONDS 3
#define REPLY_SECONDS   5

static bool parse_db(const FerryUrl *url, guint64 *ret_db, GError **error)
{
	*ret_db = 0;
	return !url->database || !*url->database ||
	       g_ascii_string_to_unsigned(url->database, 10, 0, 1 << 20, ret_db, NULL) ||
	       ferry_fail(error, FERRY_ERROR_USAGE,
			  "the bus's URL: the part behind the host is a number of a database, not \"%s\"",
			  url->database);
}

FerryUrl *ferry_redis_url_parse(const char *text, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_url_parse(text, error);
	guint64 ignored;

	if (!url) {
		g_prefix_error(error, "the bus: ");
		return NULL;
	}
	if (strcmp(url->scheme, "rediss") == 0) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "the bus: this ferry's library speaks no TLS to Redis (rediss://)");
		ferry_error_hint(error, "let stunnel on this machine do it, and give its address as "
					"redis://:PASSWORD@127.0.0.1:PORT/DB");
		return NULL;
	}
	if (strcmp(url->scheme, "redis") != 0) {
		ferry_fail(error, FERRY_ERROR_USAGE, "the bus is redis://:PASSWORD@HOST:PORT/DB, not %s://",
			   url->scheme);
		return NULL;
	}
	if (g_hash_table_size(url->params) > 0) {
		ferry_fail(error, FERRY_ERROR_USAGE, "the bus's URL takes no parameters");
		return NULL;
	}
	return parse_db(url, &ignored, error) ? g_steal_pointer(&url) : NULL;
}

/* "WRONGPASS invalid username-password pair", "NOAUTH Authentication required.", "ERR DB index is out of
 * range", "LOADING …" */
static bool fail_reply(const redisReply *reply, const char *doing, GError **error)
{
	static const char *const auth[] = {"WRONGPASS", "NOAUTH", "NOPERM", "ERR invalid password",
					   "ERR AUTH",  NULL};
	static const char *const heals[] = {"LOADING", "MASTERDOWN", "BUSY",     "TRYAGAIN",
					    "OOM",     "MISCONF",    "READONLY", NULL};
	bool is_auth = false, can_heal = false;

	for (const char *const *word = auth; *word; word++)
		is_auth = is_auth || g_str_has_prefix(reply->str, *word);
	for (const char *const *word = heals; *word; word++)
		can_heal = can_heal || g_str_has_prefix(reply->str, *word);
	return ferry_fail_server(error,
				 is_auth    ? FERRY_ERROR_AUTH
				 : can_heal ? FERRY_ERROR_LOST
					    : FERRY_ERROR_FAILED,
				 NULL, 0, can_heal, "Redis, %s: %s", doing, reply->str);
}

bool ferry_redis_check(redisContext *c, const redisReply *reply, const char *doing, GError **error)
{
	if (!reply)
		return ferry_fail_server(error, FERRY_ERROR_LOST, NULL, c->err, true, "Redis, %s: %s", doing,
					 c->errstr[0] ? c->errstr : "the connection is lost");
	return reply->type != REDIS_REPLY_ERROR || fail_reply(reply, doing, error);
}

static bool run(redisContext *c, int n, const char **words, const char *doing, GError **error)
{
	redisReply *reply = redisCommandArgv(c, n, words, NULL);
	bool is_ok = ferry_redis_check(c, reply, doing, error);

	freeReplyObject(reply);
	return is_ok;
}

static bool sign_in(redisContext *c, const FerryUrl *url, GError **error)
{
	const char *with_user[] = {"AUTH", url->user, url->password}, *plain[] = {"AUTH", url->password};
	bool has_user = url->user && *url->user;
	guint64 db;

	if (!parse_db(url, &db, error) ||
	    (url->password && !run(c, has_user ? 3 : 2, has_user ? with_user : plain, "signing in", error)))
		return false;
	g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, db);
	const char *select[] = {"SELECT", number};
	return run(c, 2, select, "choosing the database", error);
}

redisContext *ferry_redis_connect(const FerryUrl *url, GError **error)
{
	const struct timeval patience = {.tv_sec = CONNECT_SECONDS}, reply = {.tv_sec = REPLY_SECONDS};
	const char *host = url->host ? url->host : "localhost";
	int port = url->port > 0 ? url->port : 6379;
	redisContext *c = redisConnectWithTimeout(host, port, patience);

	if (!c || c->err) {
		ferry_fail_server(error, FERRY_ERROR_CONNECT, NULL, c ? c->err : 0, true,
				  "Redis, connecting to %s:%d: %s", host, port, c ? c->errstr : "no memory");
		if (c)
			redisFree(c);
		return NULL;
	}
	redisSetTimeout(c, reply);
	redisEnableKeepAlive(c);
	if (sign_in(c, url, error))
		return c;
	redisFree(c);
	return NULL;
}
