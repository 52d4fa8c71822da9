/*
 * The relay: live events of executions that run in another process. They are told in the store; whoever follows one here gets them
 * from there, twice a second, as if they were published here. Each log line and object goes as an event of its own, under its own
 * id, so that a stream can tell what it has.
 */
#pragma once

#include "service/service.h"

typedef struct FerryRelay FerryRelay;

/* NULL where no other process can be: the store is a file. */
FerryRelay *ferry_relay_start(FerryService *service);
void ferry_relay_stop(FerryRelay *relay); /* NULL is fine; frees */

/* Somebody subscribes to the execution's channel, or to that of its job: called before the store is read for what he has missed. */
void ferry_relay_follow(FerryService *service, const char *execution_id);
