/*
 * The first admin, and changing one's own password; see accounts.h.
 */
#include "service/accounts_internal.h"
#include "service/audit.h"

#include "base/url.h"

/* ---- the first admin ---- */

static bool has_no_admin(FerryStoreTx *tx, bool *ret_needs, GError **error)
{
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error, "SELECT count(*) FROM users WHERE role = 'admin'", "");

	if (!rows)
		return false;
	*ret_needs = ferry_row_int(rows, 0, 0) == 0;
	return true;
}

bool ferry_accounts_needs_setup(FerryService *service, bool *ret_needs, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);

	return tx && has_no_admin(tx, ret_needs, error);
}

char *ferry_accounts_setup_token(FerryService *service)
{
	g_mutex_lock(&service->login_lock);
	char *token = g_strdup(service->setup_token);
	g_mutex_unlock(&service->login_lock);
	return token;
}

static void burn_setup_token(FerryService *service)
{
	g_mutex_lock(&service->login_lock);
	g_clear_pointer(&service->setup_token, ferry_secret_free);
	g_mutex_unlock(&service->login_lock);
}

static bool is_set_up(GError **error)
{
	return ferry_problem(error, FERRY_PROBLEM_CONFLICT, NULL, "sign in; an admin can add more users",
			     "the service is set up already");
}

static bool check_setup(FerryService *service, const char *token, GError **error)
{
	char *wanted = ferry_accounts_setup_token(service);
	bool needs = false, is_right = wanted && ferry_token_equal(wanted, token);

	ferry_secret_free(wanted);
	if (!ferry_accounts_needs_setup(service, &needs, error))
		return false;
	if (!needs)
		return is_set_up(error);
	return is_right || ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, "token",
					 "use the link that ferry serve printed when it was last started",
					 "this set-up link is not valid");
}

/* The row in settings lets only one of two at once through, on any kind of store. */
static bool claim_setup(FerryStoreTx *tx, GError **error)
{
	g_autofree char *now = ferry_store_now();
	g_autoptr(GError) local = NULL;

	if (ferry_store_exec(tx, NULL, &local, "INSERT INTO settings (name, value) VALUES ('set_up_at', ?)",
			     "s", now))
		return true;
	if (ferry_error_is(local, FERRY_ERROR_EXISTS))
		return is_set_up(error);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

json_t *ferry_accounts_setup(FerryService *service, const FerryActor *actor, const char *token,
			     const char *name, const char *password, char **ret_token, GError **error)
{
	char hash[crypto_pwhash_STRBYTES];
	g_autofree char *id = NULL, *session_token = NULL;
	json_t *session = NULL;

	if (!check_setup(service, token, error) || !ferry_user_check_name(name, error) ||
	    !ferry_password_check(name, password, "password", error) ||
	    !ferry_password_hash(password, hash, error))
		return NULL;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	if (!tx || !claim_setup(tx, error) ||
	    !ferry_user_insert(tx, name, hash, FERRY_ROLE_ADMIN, &id, error))
		return NULL;
	FerryActor user = {
		.user_id = id, .user_name = name, .address = actor->address, .role = FERRY_ROLE_ADMIN};
	if (ferry_audit_add(tx, &user, "user.create", name,
			    actor->address ? "the first admin, by the set-up link"
					   : "the first admin, by the environment",
			    error))
		session = ferry_session_create(tx, &user, &session_token, error);
	if (session && ferry_store_commit(g_steal_pointer(&tx), error)) {
		burn_setup_token(service);
		*ret_token = g_steal_pointer(&session_token);
		return session;
	}
	json_decref(session);
	return NULL;
}

/* ---- one's own password ---- */

static char *read_hash(FerryService *service, const char *user_id, char **ret_name, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(tx, error, "SELECT password_hash, name FROM users WHERE id = ?", "s",
				       user_id)
		   : NULL;

	if (!rows)
		return NULL;
	if (rows->rows->len == 0) {
		ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, NULL, NULL, "the user is no longer there");
		return NULL;
	}
	*ret_name = g_strdup(ferry_row_text(rows, 0, 1));
	return g_strdup(ferry_row_text(rows, 0, 0));
}

/* A session that was left open must not be a way to guess the password. */
static bool check_old(FerryService *service, const FerryActor *actor, const char *name, const char *hash,
		      const char *password, GError **error)
{
	guint wait = ferry_login_take(service, name, actor->address, g_get_real_time());
	bool is_right = false;

	if (wait > 0)
		return ferry_login_must_wait(wait, error);
	if (!ferry_password_verify(hash, password, &is_right, error))
		return false;
	if (!is_right)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "old", NULL, "the old password is wrong");
	ferry_login_forgive(service, name, actor->address);
	return true;
}

bool ferry_accounts_change_password(FerryService *service, const FerryActor *actor, const char *session_token,
				    const char *old_password, const char *new_password, GError **error)
{
	char hash[crypto_pwhash_STRBYTES];
	g_autofree char *name = NULL, *old_hash = read_hash(service, actor->user_id, &name, error);
	int64_t n = 0;

	if (!old_hash || !check_old(service, actor, name, old_hash, old_password, error) ||
	    !ferry_password_check(name, new_password, "new", error) ||
	    !ferry_password_hash(new_password, hash, error))
		return false;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	if (!tx || !ferry_store_exec(tx, &n, error,
				     "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
				     "sss", hash, actor->user_id, old_hash))
		return false;
	if (n == 0)
		return ferry_problem(error, FERRY_PROBLEM_CONFLICT, NULL, "try again",
				     "the password was changed by somebody else meanwhile");
	return ferry_sessions_end(tx, actor->user_id, session_token, error) &&
	       ferry_audit_add(tx, actor, "user.password", name, "by oneself", error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}
