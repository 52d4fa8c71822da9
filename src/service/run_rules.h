/*
 * What the settings forbid an actor to have run: SQL of a document's own (hooks), and files of the server at either end. A job works
 * with the service's rights, so it is judged who writes such things into a project or a template, and who starts what has them.
 */
#pragma once

#include "service/service.h"
#include "service/store/store.h"

/* Each may be NULL: no SQL is run, that end is not opened. */
typedef struct FerryRunParts {
	const char *document, *source_id, *target_id;
} FerryRunParts;

/*
 * The parts as they will be run or kept, within the transaction that says so. known, or NULL: what is there already, which is not
 * judged where it stays. FORBIDDEN, with the path of what is forbidden as the field, and the setting's name in the hint.
 */
bool ferry_run_rules_check(FerryService *service, FerryStoreTx *tx, const FerryActor *actor, const FerryRunParts *parts,
                           const FerryRunParts *known, GError **error);
