/*
 * Idempotency keys: a POST that starts work and is sent twice (a retry after a lost answer) is done once. The first with a key
 * reserves it, and its answer is kept for a day; the same key then gets the same answer.
 */
#pragma once

#include "service/service.h"

typedef enum {
	FERRY_IDEMPOTENCY_NEW,  /* reserved: do it, then keep or forget */
	FERRY_IDEMPOTENCY_KNOWN /* *ret_status and *ret_response are the first one's */
} FerryIdempotencyState;

/* name: whose key it is, for which request. CONFLICT while the first is still at work. */
bool ferry_idempotency_begin(FerryService *service, const char *name, FerryIdempotencyState *ret_state, guint *ret_status,
                             char **ret_response, GError **error);
bool ferry_idempotency_keep(FerryService *service, const char *name, guint status, const char *response, GError **error);
/* It failed: the next with this key tries again. */
void ferry_idempotency_forget(FerryService *service, const char *name);
