/*
 * Idempotency keys in the store; see idempotency.h. Status 0 marks a key whose request is still at work.
 */
#include "service/idempotency.h"

#include "service/service_internal.h"

#define KEEP_US G_TIME_SPAN_DAY
#define WORK_US (10 * G_TIME_SPAN_MINUTE) /* after that, who reserved it has died */

static bool forget_old(FerryStoreTx *tx, GError **error)
{
	gint64 now = g_get_real_time();
	g_autofree char *day_ago = ferry_store_time(now - KEEP_US), *died = ferry_store_time(now - WORK_US);

	return ferry_store_exec(
		tx, NULL, error,
		"DELETE FROM idempotency WHERE created_at < ? OR (status = 0 AND created_at < ?)", "ss",
		day_ago, died);
}

bool ferry_idempotency_begin(FerryService *service, const char *name, FerryIdempotencyState *ret_state,
			     guint *ret_status, char **ret_response, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) rows = NULL;
	g_autofree char *now = ferry_store_now();

	if (tx && forget_old(tx, error))
		rows = ferry_store_query(tx, error, "SELECT status, response FROM idempotency WHERE name = ?",
					 "s", name);
	if (!rows)
		return false;
	if (rows->rows->len > 0) {
		*ret_state = FERRY_IDEMPOTENCY_KNOWN;
		*ret_status = (guint)ferry_row_int(rows, 0, 0);
		*ret_response = g_strdup(ferry_row_text(rows, 0, 1));
		return *ret_status != 0 || ferry_problem(error, FERRY_PROBLEM_CONFLICT, "Idempotency-Key",
							 "ask again in a moment",
							 "the first request with this key is still at work");
	}
	*ret_state = FERRY_IDEMPOTENCY_NEW;
	return ferry_store_exec(
		       tx, NULL, error,
		       "INSERT INTO idempotency (name, status, response, created_at) VALUES (?, 0, '', ?)",
		       "ss", name, now) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

bool ferry_idempotency_keep(FerryService *service, const char *name, guint status, const char *response,
			    GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);

	return tx &&
	       ferry_store_exec(tx, NULL, error,
				"UPDATE idempotency SET status = ?, response = ? WHERE name = ?", "iss",
				(int64_t)status, response, name) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

void ferry_idempotency_forget(FerryService *service, const char *name)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, NULL);

	if (tx && ferry_store_exec(tx, NULL, NULL, "DELETE FROM idempotency WHERE name = ?", "s", name) &&
	    !ferry_store_commit(g_steal_pointer(&tx), NULL))
		return; /* it goes by itself after a while */
}
