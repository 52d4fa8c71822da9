/*
 * Sessions: signing in and out, and who a session's token belongs to; see accounts.h.
 *
 * The store keeps only the hash of a token. That a session is in use is noted at most once a minute, so that
 * reading does not become writing.
 */
#include "service/accounts_internal.h"
#include "service/audit.h"

#include <string.h>

#define IDLE_US (G_GINT64_CONSTANT(12) * 3600 * G_USEC_PER_SEC)
#define LIFE_US (G_GINT64_CONSTANT(7) * 24 * 3600 * G_USEC_PER_SEC)
#define NOTE_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

void ferry_caller_clear(FerryCaller *caller)
{
	g_clear_pointer(&caller->user_id, g_free);
	g_clear_pointer(&caller->user_name, g_free);
	g_clear_pointer(&caller->csrf_token, g_free);
	caller->role = FERRY_ROLE_NONE;
}

/* ---- within a transaction ---- */

json_t *ferry_session_create(FerryStoreTx *tx, const FerryActor *user, char **ret_token, GError **error)
{
	g_autofree char *token = ferry_token_new(), *hash = ferry_token_hash(token),
			*csrf = ferry_token_new();
	gint64 now_us = g_get_real_time();
	g_autofree char *now = ferry_store_time(now_us), *end = ferry_store_time(now_us + LIFE_US),
			*idle = ferry_store_time(now_us - IDLE_US);

	if (!ferry_store_exec(tx, NULL, error, "DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ?",
			      "ss", now, idle) ||
	    !ferry_store_exec(
		    tx, NULL, error,
		    "INSERT INTO sessions (token_hash, user_id, csrf_token, address, created_at, seen_at, "
		    "expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		    "sssssss", hash, user->user_id, csrf, user->address, now, now, end))
		return NULL;
	*ret_token = g_steal_pointer(&token);
	return json_pack("{s:{s:s, s:s, s:s}, s:s}", "user", "id", user->user_id, "name", user->user_name,
			 "role", ferry_role_words[user->role], "csrf_token", csrf);
}

bool ferry_sessions_end(FerryStoreTx *tx, const char *user_id, const char *token, GError **error)
{
	g_autofree char *hash = ferry_token_hash(token ? token : "");

	return ferry_store_exec(tx, NULL, error, "DELETE FROM sessions WHERE user_id = ? AND token_hash <> ?",
				"ss", user_id, hash);
}

/* ---- signing in and out ---- */

/* One row: id, name, role, password_hash, is_disabled; no row: nobody has that name. */
static FerryRows *find_user(FerryService *service, const char *name, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);

	return tx ? ferry_store_query(
			    tx, error,
			    "SELECT id, name, role, password_hash, is_disabled FROM users WHERE name = ?",
			    "s", name)
		  : NULL;
}

/* What was typed as a name is not written down where it is none: people type passwords there. */
static bool refuse(FerryService *service, const FerryActor *actor, const char *known_name, GError **error)
{
	FerryActor nobody = {.user_name = known_name, .address = actor->address};

	return ferry_audit_add_now(service, &nobody, "session.refuse", known_name,
				   known_name ? NULL : "unknown name", error) &&
	       ferry_problem(error, FERRY_PROBLEM_CREDENTIALS, NULL, NULL,
			     "the name or the password is wrong");
}

static json_t *admit(FerryService *service, const FerryActor *user, const char *verified_hash,
		     char **ret_token, GError **error)
{
	g_autofree char *token = NULL;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	json_t *session = NULL;

	/* the user may have been disabled, or the password changed, while it was being verified */
	g_autoptr(FerryRows) still =
		!tx ? NULL
		    : ferry_store_query(tx, error,
					"SELECT 1 FROM users WHERE id = ? AND password_hash = ? "
					"AND is_disabled = 0",
					"ss", user->user_id, verified_hash);
	if (!still)
		return NULL;
	if (still->rows->len == 0)
		ferry_problem(error, FERRY_PROBLEM_CREDENTIALS, NULL, NULL,
			      "the name or the password is wrong");
	else
		session = ferry_session_create(tx, user, &token, error);
	if (session && ferry_audit_add(tx, user, "session.create", user->user_name, NULL, error) &&
	    ferry_store_commit(g_steal_pointer(&tx), error)) {
		*ret_token = g_steal_pointer(&token);
		return session;
	}
	json_decref(session);
	return NULL;
}

json_t *ferry_accounts_login(FerryService *service, const FerryActor *actor, const char *name,
			     const char *password, char **ret_token, GError **error)
{
	guint wait = ferry_login_take(service, name, actor->address, g_get_real_time());
	bool is_right = false;

	if (wait > 0) {
		ferry_login_must_wait(wait, error);
		return NULL;
	}
	g_autoptr(FerryRows) rows = find_user(service, name, error);
	if (!rows)
		return NULL;
	bool is_known = rows->rows->len > 0;
	const char *hash = is_known ? ferry_row_text(rows, 0, 3) : NULL;
	if (!ferry_password_verify(hash, password, &is_right, error))
		return NULL;
	if (!is_right || ferry_row_int(rows, 0, 4)) {
		refuse(service, actor, is_known ? name : NULL, error);
		return NULL;
	}
	ferry_login_forgive(service, name, actor->address);
	FerryActor user = {.user_id = ferry_row_text(rows, 0, 0),
			   .user_name = ferry_row_text(rows, 0, 1),
			   .address = actor->address,
			   .role = ferry_role_from_word(ferry_row_text(rows, 0, 2))};
	return admit(service, &user, hash, ret_token, error);
}

bool ferry_accounts_logout(FerryService *service, const FerryActor *actor, const char *token, GError **error)
{
	g_autofree char *hash = ferry_token_hash(token);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);

	return tx &&
	       ferry_store_exec(tx, NULL, error, "DELETE FROM sessions WHERE token_hash = ?", "s", hash) &&
	       ferry_audit_add(tx, actor, "session.delete", actor->user_name, NULL, error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

/* ---- whose is it? ---- */

FerryRows *ferry_session_find(FerryService *service, const char *hash, gint64 now_us, GError **error)
{
	g_autofree char *now = ferry_store_time(now_us), *idle = ferry_store_time(now_us - IDLE_US);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);

	return tx ? ferry_store_query(
			    tx, error,
			    "SELECT u.id, u.name, u.role, s.csrf_token, s.seen_at FROM sessions s "
			    "JOIN users u ON u.id = s.user_id WHERE s.token_hash = ? AND s.expires_at > ? "
			    "AND s.seen_at > ? AND u.is_disabled = 0",
			    "sss", hash, now, idle)
		  : NULL;
}

/* That it fails (the store is busy) must not fail the request: the next one notes it. */
static void note_use(FerryService *service, const char *hash, gint64 now_us)
{
	g_autofree char *now = ferry_store_time(now_us);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, NULL);

	if (tx &&
	    ferry_store_exec(tx, NULL, NULL, "UPDATE sessions SET seen_at = ? WHERE token_hash = ?", "ss",
			     now, hash) &&
	    !ferry_store_commit(g_steal_pointer(&tx), NULL))
		return;
}

bool ferry_accounts_find_session(FerryService *service, const char *token, FerryCaller *ret_caller,
				 GError **error)
{
	g_autofree char *hash = ferry_token_hash(token);
	gint64 now_us = g_get_real_time();
	g_autoptr(FerryRows) rows = ferry_session_find(service, hash, now_us, error);

	if (!rows)
		return false;
	if (rows->rows->len == 0)
		return ferry_problem(error, FERRY_PROBLEM_UNAUTHORIZED, NULL, "sign in again",
				     "the session is not known, or has ended");
	*ret_caller = (FerryCaller){
		.user_id = g_strdup(ferry_row_text(rows, 0, 0)),
		.user_name = g_strdup(ferry_row_text(rows, 0, 1)),
		.role = ferry_role_from_word(ferry_row_text(rows, 0, 2)),
		.csrf_token = g_strdup(ferry_row_text(rows, 0, 3)),
	};
	g_autofree char *fresh = ferry_store_time(now_us - NOTE_US);
	if (strcmp(ferry_row_text(rows, 0, 4), fresh) < 0)
		note_use(service, hash, now_us);
	return true;
}

bool ferry_accounts_may_go_on(FerryService *service, const char *session_token, const char *key)
{
	gint64 now_us = g_get_real_time();
	g_autofree char *now = ferry_store_time(now_us),
			*hash = ferry_token_hash(session_token ? session_token : "");
	g_autoptr(FerryRows) rows = key ? ferry_api_key_find(service, key, now, NULL)
					: ferry_session_find(service, hash, now_us, NULL);

	return !rows || rows->rows->len > 0;
}
