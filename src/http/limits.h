/*
 * How much one client may ask for: requests by a bucket of tokens, and streams of events open at a time. A client is a user
 * (all his sessions and keys), or, where nobody is signed in, an address (an IPv6 one by its /64). The limits are generous: they
 * keep one client from starving the others, no more. Memory is bounded. All functions may be called from any thread.
 */
#pragma once

#include "service/service.h"

typedef struct FerryLimits FerryLimits;

/* Each may be 0: the default. */
typedef struct FerryLimitOptions {
	guint user_rate, user_burst;       /* requests a second, and at once: 500, 1,000 */
	guint address_rate, address_burst; /* 50, 200 */
	guint streams;                     /* of one client at a time: 500 */
	guint all_streams;                 /* of all clients: 10,000 */
} FerryLimitOptions;

FerryLimits *ferry_limits_new(const FerryLimitOptions *options);
void ferry_limits_free(FerryLimits *limits); /* NULL is fine */

/* Whom an address stands for: itself, or its network. Newly allocated. */
char *ferry_limits_client_of_address(const char *address_or_null);

/* One request, now. THROTTLED, with the seconds to wait in its hint. */
bool ferry_limits_take(FerryLimits *limits, const FerryActor *actor, gint64 now_us, GError **error);

/* A stream is opened: *ret_client (newly allocated) is to be given back, and freed, by close. THROTTLED. */
bool ferry_limits_open_stream(FerryLimits *limits, const FerryActor *actor, char **ret_client, GError **error);
void ferry_limits_close_stream(FerryLimits *limits, char *take_client); /* NULL is fine */
