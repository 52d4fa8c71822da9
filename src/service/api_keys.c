/*
 * API keys: for scripts, each with a role of its own that never exceeds its user's, and a day on which it
 * ends; see accounts.h.
 */
#include "service/accounts_internal.h"
#include "service/audit.h"

#include "base/url.h"

#include <string.h>

#define PREFIX   "ferry_" /* so that a scanner for leaked secrets knows one */
#define COLUMNS  "k.id, k.name, k.role, u.name, k.created_at, k.expires_at, k.last_used_at"
#define FROM     " FROM api_keys k JOIN users u ON u.id = k.user_id "
#define MAX_NAME 100
#define NOTE_US  (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

/* ---- administration ---- */

static json_t *to_json(const FerryRows *rows, guint i)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?}", "id", ferry_row_text(rows, i, 0), "name",
			 ferry_row_text(rows, i, 1), "role", ferry_row_text(rows, i, 2), "user",
			 ferry_row_text(rows, i, 3), "created_at", ferry_row_text(rows, i, 4), "expires_at",
			 ferry_row_text(rows, i, 5), "last_used_at", ferry_row_text(rows, i, 6));
}

json_t *ferry_api_keys_list(FerryService *service, const FerryPage *page, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(tx, error,
					 "SELECT " COLUMNS FROM "WHERE k.id > ? ORDER BY k.id LIMIT ?", "si",
					 page->cursor ? page->cursor : "", (int64_t)page->limit + 1);
	if (!rows)
		return NULL;
	json_t *items = json_array();
	guint n = MIN(rows->rows->len, page->limit);
	for (guint i = 0; i < n; i++)
		json_array_append_new(items, to_json(rows, i));
	return ferry_page_result(items, rows->rows->len > n ? ferry_row_text(rows, n - 1, 0) : NULL);
}

/* As the store writes it; NULL: never. */
static bool parse_expiry(json_t *request, char **ret_time, GError **error)
{
	const char *text = NULL;
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	*ret_time = NULL;
	if (!ferry_request_member(request, "expires_at", false, &text, error))
		return false;
	if (!text)
		return true;
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);
	if (!time)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "expires_at",
				     "write it as 2026-02-28T12:00:00Z", "expires_at is no time: \"%s\"",
				     text);
	if (g_date_time_to_unix(time) * G_USEC_PER_SEC <= g_get_real_time())
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "expires_at", NULL,
				     "expires_at is in the past");
	*ret_time = ferry_store_time(g_date_time_to_unix(time) * G_USEC_PER_SEC);
	return true;
}

static bool insert(FerryStoreTx *tx, const FerryActor *actor, const char *id, const char *name,
		   FerryRole role, const char *key, const char *expires_at, GError **error)
{
	g_autofree char *hash = ferry_token_hash(key), *now = ferry_store_now();
	g_autofree char *detail = g_strdup_printf("%s, role %s, until %s", name, ferry_role_words[role],
						  expires_at ? expires_at : "ever");

	return ferry_store_exec(
		       tx, NULL, error,
		       "INSERT INTO api_keys (id, name, key_hash, role, user_id, created_at, expires_at) "
		       "VALUES (?, ?, ?, ?, ?, ?, ?)",
		       "sssssss", id, name, hash, ferry_role_words[role], actor->user_id, now, expires_at) &&
	       ferry_audit_add(tx, actor, "api_key.create", id, detail, error);
}

json_t *ferry_api_keys_create(FerryService *service, const FerryActor *actor, json_t *request, GError **error)
{
	const char *name = NULL;
	FerryRole role = FERRY_ROLE_NONE;
	g_autofree char *id = ferry_store_new_id("key_"), *expires_at = NULL;
	g_autoptr(FerryRows) rows = NULL;
	json_t *json = NULL;

	if (!ferry_request_member(request, "name", true, &name, error) ||
	    !ferry_request_role(request, true, &role, error) || !parse_expiry(request, &expires_at, error))
		return NULL;
	if (!*name || g_utf8_strlen(name, -1) > MAX_NAME || role > actor->role) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, role > actor->role ? "role" : "name", NULL,
			      "a key needs a name of 1 to %d characters and at most the role of its user",
			      MAX_NAME);
		return NULL;
	}
	g_autofree char *token = ferry_token_new();
	char *key = g_strconcat(PREFIX, token, NULL);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	if (tx && insert(tx, actor, id, name, role, key, expires_at, error))
		rows = ferry_store_query(tx, error, "SELECT " COLUMNS FROM "WHERE k.id = ?", "s", id);
	if (rows && ferry_store_commit(g_steal_pointer(&tx), error)) {
		json = to_json(rows, 0);
		json_object_set_new(json, "key", json_string(key));
	}
	ferry_secret_free(key);
	return json;
}

bool ferry_api_keys_delete(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	int64_t n = 0;

	if (!tx || !ferry_store_exec(tx, &n, error, "DELETE FROM api_keys WHERE id = ?", "s", id))
		return false;
	if (n == 0)
		return ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "id", NULL, "there is no API key %s",
				     id);
	return ferry_audit_add(tx, actor, "api_key.delete", id, NULL, error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

/* ---- whose is it? ---- */

/* That it fails (the store is busy) must not fail the request. */
static void note_use(FerryService *service, const char *id, const char *now)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, NULL);

	if (tx &&
	    ferry_store_exec(tx, NULL, NULL, "UPDATE api_keys SET last_used_at = ? WHERE id = ?", "ss", now,
			     id) &&
	    !ferry_store_commit(g_steal_pointer(&tx), NULL))
		return;
}

FerryRows *ferry_api_key_find(FerryService *service, const char *key, const char *now, GError **error)
{
	g_autofree char *hash = ferry_token_hash(key);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);

	return tx ? ferry_store_query(tx, error,
				      "SELECT k.id, k.name, k.role, u.id, u.name, u.role, k.last_used_at" FROM
				      "WHERE k.key_hash = ? AND (k.expires_at IS NULL OR k.expires_at > ?) "
				      "AND u.is_disabled = 0",
				      "ss", hash, now)
		  : NULL;
}

bool ferry_accounts_find_key(FerryService *service, const char *key, FerryCaller *ret_caller, GError **error)
{
	gint64 now_us = g_get_real_time();
	g_autofree char *now = ferry_store_time(now_us), *fresh = ferry_store_time(now_us - NOTE_US);
	g_autoptr(FerryRows) rows = ferry_api_key_find(service, key, now, error);

	if (!rows)
		return false;
	if (rows->rows->len == 0)
		return ferry_problem(error, FERRY_PROBLEM_UNAUTHORIZED, NULL, "an admin can make a new key",
				     "the API key is not known, or has expired");
	*ret_caller = (FerryCaller){
		.user_id = g_strdup(ferry_row_text(rows, 0, 3)),
		.user_name = g_strdup_printf("%s (key %s)", ferry_row_text(rows, 0, 4),
					     ferry_row_text(rows, 0, 1)),
		.role = MIN(ferry_role_from_word(ferry_row_text(rows, 0, 2)),
			    ferry_role_from_word(ferry_row_text(rows, 0, 5))),
	};
	const char *last = ferry_row_text(rows, 0, 6);
	if (!last || strcmp(last, fresh) < 0)
		note_use(service, ferry_row_text(rows, 0, 0), now);
	return true;
}
