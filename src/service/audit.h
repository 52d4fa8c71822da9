/*
 * The audit log: who did what to which object, when, from where; also every look at data (sample rows, previews, reject files).
 * Rows are only ever added. An entry belongs to the transaction of the change that it tells of, so neither is in without the
 * other.
 */
#pragma once

#include "service/service.h"

/* action: "connection.create", "rows.read", …; object: an id or a name; detail: one line, never a secret; or NULL. */
bool ferry_audit_add(FerryStoreTx *tx, const FerryActor *actor, const char *action, const char *object, const char *detail,
                     GError **error);
/* The same in a transaction of its own: for what changes nothing. */
bool ferry_audit_add_now(FerryService *service, const FerryActor *actor, const char *action, const char *object,
                         const char *detail, GError **error);

/* The one way in which entries go: those from before that time, in a transaction that leaves an entry of its own. *ret_n: how many. */
bool ferry_audit_expire(FerryService *service, const FerryActor *actor, gint64 before_us, int64_t *ret_n, GError **error);
/* The same, as the settings say (audit_days). */
bool ferry_audit_expire_old(FerryService *service, gint64 now_us, GError **error);

typedef struct FerryAuditFilter {
	const char *user, *action, *from, *to; /* each may be NULL; action also as a prefix ("connection.") */
} FerryAuditFilter;
json_t *ferry_audit_list(FerryService *service, const FerryAuditFilter *filter, const FerryPage *page, GError **error);
