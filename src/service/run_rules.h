/*
 * What the settings forbid an actor to have run: SQL of a document's own (hooks), and files of the server at either end. A job works
 * with the service's rights, so whoever starts it is judged when it is started.
 */
#pragma once

#include "service/service.h"
#include "service/store/store.h"

/*
 * The document and the ids as the execution will have them, read in tx, in which it is changed; each may be NULL: no SQL is run, that
 * end is not opened. FORBIDDEN.
 */
bool ferry_run_rules_check(FerryService *service, FerryStoreTx *tx, const FerryActor *actor, const char *document,
                           const char *source_id, const char *target_id, GError **error);
