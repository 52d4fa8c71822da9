/*
 * Help: a worker that has nothing else to do takes part in the copy of an execution that another worker runs
 * (membership.h, transfer/share.h). It makes the execution's plan again, joins, loads chunks, leaves; a line
 * of the execution's log tells both.
 */
#pragma once

#include "service/service.h"

typedef struct FerryHelp FerryHelp;

/* An execution elsewhere that wants help, but none whose share is in `known` (a set of char*). NULL: none. */
FerryHelp *ferry_help_find(FerryService *service, GHashTable *known);
void ferry_help_free(FerryHelp *help); /* NULL is fine */
/* Its share: another one each time that an execution wants help. Borrowed. */
const char *ferry_help_get_share(const FerryHelp *help);

/* Blocks until there is nothing left to do, or it is not wanted any more. */
void ferry_help_run(FerryHelp *help);
/* From any thread, before or while it runs: chunks in flight roll back. */
void ferry_help_leave(FerryHelp *help);
