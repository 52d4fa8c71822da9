/*
 * One connection to Redis, signed in. Used by one thread. After an error it is closed and another one made.
 */
#pragma once

#include "base/url.h"

#include <hiredis/hiredis.h>

FerryUrl *ferry_redis_url_parse(const char *text, GError **error);
/* FERRY_ERROR_AUTH, FERRY_ERROR_USAGE; FERRY_ERROR_CONNECT and FERRY_ERROR_LOST heal. */
redisContext *ferry_redis_connect(const FerryUrl *url, GError **error);
/* What became of a command. reply NULL: the connection is lost. An error that Redis has answered with is one
 * here, too. */
bool ferry_redis_check(redisContext *c, const redisReply *reply, const char *doing, GError **error);
