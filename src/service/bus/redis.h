/*
 * Redis beside the bus (bus.h): tells other processes at once what is told here. Each process publishes on
 * its own bus; what runs elsewhere is published here by the relay (relay.h), which Redis wakes and feeds.
 * Nothing depends on it: what is told stands in the store, and while Redis is away the relay polls that,
 * twice a second.
 *
 * Names begin with ferry:STORE:, the store's identity. Pub/sub knows no databases of a Redis, so without it
 * the users of one installation would hear what another tells.
 *
 * - ferry:STORE:events:exe_…, a stream: one entry a bulletin, the last 1,000 or so; gone an hour after the
 *   last one.
 * - ferry:STORE:nudge, pub/sub, "ORIGIN WORD ID": changed (a bulletin was added), wish (a user asked for
 *   something), work.
 * - ferry:STORE:all, pub/sub, "ORIGIN SEQ TYPE SCOPE JSON": for who listens to all executions.
 *
 * A bulletin is what one transaction of the store has told of one execution: it leads from one seq of the
 * execution to another, so that the reader sees by the numbers what it has already, and whether one is
 * missing; then it asks the store.
 *
 * Three connections: one thread publishes, one is subscribed, and the relay's reads.
 */
#pragma once

#include "base/url.h"
#include "service/presence.h"

typedef struct FerryRedis FerryRedis;

typedef struct FerryBulletin {
	char *execution_id, *cursor; /* cursor: its id in the stream, once it was read from there */
	gint64 from, to;
	bool is_own;      /* this process has written it */
	GPtrArray *words; /* char*: "progress:15", "{…}", "log:13", "{…}", …: type and seq, JSON, in their
			     order */
} FerryBulletin;

FerryBulletin *ferry_bulletin_new(const char *execution_id, gint64 from, gint64 to);
void ferry_bulletin_free(FerryBulletin *bulletin);
void ferry_bulletin_add(FerryBulletin *bulletin, const char *type, gint64 seq, const char *json);

typedef struct FerryRedisOptions {
	const char *store;  /* whose executions are told of: the same for all its processes; without spaces */
	const char *origin; /* this process; without spaces */
	/* On the subscriber's thread, quick. */
	void (*nudged)(const char *word, const char *id, gpointer data);
	/* scope: as in bus.h; NULL: none */
	void (*told_all)(gint64 seq, const char *type, const char *scope, const char *json, gpointer data);
	FerryPresenceFunc changed;
	gpointer data;
} FerryRedisOptions;

/* redis://[USER]:PASSWORD@HOST:PORT/DB. A URL that is wrong and a password that is refused are errors; a
 * server that is away is none. */
FerryRedis *ferry_redis_open(const char *url, const FerryRedisOptions *options, GError **error);
void ferry_redis_close(FerryRedis *redis); /* NULL is fine */
bool ferry_redis_is_up(FerryRedis *redis);

/* They return at once. While Redis is away, and when it is too slow for what comes, they do nothing. NULL is
 * fine. */
void ferry_redis_publish(FerryRedis *redis, FerryBulletin *take);
void ferry_redis_publish_all(FerryRedis *redis, gint64 seq, const char *type, const char *scope,
			     const char *json);
void ferry_redis_nudge(FerryRedis *redis, const char *word, const char *id);

/* On the relay's thread: bulletins (at most 200) behind the cursor; NULL: the newest only. NULL: Redis is
 * away. */
GPtrArray *ferry_redis_read(FerryRedis *redis, const char *execution_id, const char *cursor);
