/*
 * The relay: live events of executions that run in another process, published here as if they were from here. They are told in the
 * store, which is read twice a second for whoever follows an execution here; each log line and object then goes as an event of its
 * own, under its own id, so that a stream can tell what it has. With Redis (bus/redis.h) they come from there at once, and the store
 * is read only where something is missing. Who listens to all executions hears of those elsewhere, too.
 */
#pragma once

#include "service/service.h"

typedef struct FerryRelay FerryRelay;

/* NULL where no other process can be: the store is a file. */
FerryRelay *ferry_relay_start(FerryService *service);
void ferry_relay_stop(FerryRelay *relay); /* NULL is fine */
void ferry_relay_free(FerryRelay *relay); /* stopped; NULL is fine */

/* Redis says that something was told of the execution; NULL: it is there, or away, so the store is to be looked at. */
void ferry_relay_nudge(FerryRelay *relay, const char *execution_id); /* NULL is fine */

/* Somebody subscribes to the execution's channel, or to that of its job: called before the store is read for what he has missed. */
void ferry_relay_follow(FerryService *service, const char *execution_id);
