/*
 * People, as an admin sees them; see accounts.h.
 */
#include "service/access.h"
#include "service/accounts_internal.h"
#include "service/audit.h"

#include "base/url.h"

#include <string.h>

#define COLUMNS  "id, name, role, is_disabled, created_at"
#define MAX_NAME 64

/* ---- requests ---- */

FerryRole ferry_role_from_word(const char *word)
{
	for (int i = FERRY_ROLE_VIEWER; word && i < FERRY_N_ROLES; i++)
		if (strcmp(word, ferry_role_words[i]) == 0)
			return (FerryRole)i;
	return FERRY_ROLE_NONE;
}

bool ferry_request_member(json_t *request, const char *name, bool is_required, const char **ret_text,
			  GError **error)
{
	const json_t *value = json_object_get(request, name);

	if (value && !json_is_null(value) && !json_is_string(value))
		return ferry_problem(error, FERRY_PROBLEM_INVALID, name, NULL, "%s must be a text", name);
	*ret_text = json_string_value(value);
	return *ret_text || !is_required ||
	       ferry_problem(error, FERRY_PROBLEM_INVALID, name, NULL, "%s is missing", name);
}

bool ferry_request_role(json_t *request, bool is_required, FerryRole *ret_role, GError **error)
{
	const char *word = NULL;

	*ret_role = FERRY_ROLE_NONE;
	if (!ferry_request_member(request, "role", is_required, &word, error))
		return false;
	if (!word)
		return true;
	*ret_role = ferry_role_from_word(word);
	return *ret_role != FERRY_ROLE_NONE ||
	       ferry_problem(error, FERRY_PROBLEM_INVALID, "role", NULL,
			     "role must be viewer, operator or admin, not \"%s\"", word);
}

bool ferry_user_check_name(const char *name, GError **error)
{
	bool is_ok = *name && g_utf8_validate(name, -1, NULL) && g_utf8_strlen(name, -1) <= MAX_NAME;

	for (const char *p = name; is_ok && *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		is_ok = g_unichar_isgraph(c) || (c == ' ' && p != name && p[1]);
	}
	return is_ok ||
	       ferry_problem(error, FERRY_PROBLEM_INVALID, "name", NULL,
			     "a user's name is 1 to %d printable characters without a blank at its ends",
			     MAX_NAME);
}

/* ---- reading ---- */

static json_t *to_json(const FerryRows *rows, guint i)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:s}", "id", ferry_row_text(rows, i, 0), "name",
			 ferry_row_text(rows, i, 1), "role", ferry_row_text(rows, i, 2), "is_disabled",
			 (int)ferry_row_int(rows, i, 3), "created_at", ferry_row_text(rows, i, 4));
}

json_t *ferry_users_list(FerryService *service, const FerryPage *page, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(tx, error,
					 "SELECT " COLUMNS " FROM users WHERE id > ? ORDER BY id LIMIT ?",
					 "si", page->cursor ? page->cursor : "", (int64_t)page->limit + 1);
	if (!rows)
		return NULL;
	json_t *items = json_array();
	guint n = MIN(rows->rows->len, page->limit);
	for (guint i = 0; i < n; i++)
		json_array_append_new(items, to_json(rows, i));
	return ferry_page_result(items, rows->rows->len > n ? ferry_row_text(rows, n - 1, 0) : NULL);
}

static FerryRows *find(FerryStoreTx *tx, const char *id, const char *lock_suffix, GError **error)
{
	g_autofree char *sql = g_strconcat("SELECT " COLUMNS " FROM users WHERE id = ?", lock_suffix, NULL);
	FerryRows *rows = ferry_store_query(tx, error, sql, "s", id);

	if (rows && rows->rows->len == 0) {
		ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "id", NULL, "there is no user %s", id);
		g_clear_pointer(&rows, ferry_rows_free);
	}
	return rows;
}

/* ---- writing ---- */

bool ferry_user_insert(FerryStoreTx *tx, const char *name, const char *password_hash, FerryRole role,
		       char **ret_id, GError **error)
{
	g_autofree char *id = ferry_store_new_id("usr_"), *now = ferry_store_now();
	g_autoptr(GError) local = NULL;

	if (ferry_store_exec(tx, NULL, &local,
			     "INSERT INTO users (id, name, password_hash, role, is_disabled, created_at) "
			     "VALUES (?, ?, ?, ?, 0, ?)",
			     "sssss", id, name, password_hash, ferry_role_words[role], now)) {
		*ret_id = g_steal_pointer(&id);
		return true;
	}
	if (ferry_error_is(local, FERRY_ERROR_EXISTS))
		return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "name", "choose another name",
				     "there is a user \"%s\" already", name);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

/* What is in the transaction, as JSON, and the transaction committed. */
static json_t *read_and_commit(FerryStoreTx *take_tx, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = take_tx;
	g_autoptr(FerryRows) rows = find(tx, id, "", error);

	return rows && ferry_store_commit(g_steal_pointer(&tx), error) ? to_json(rows, 0) : NULL;
}

json_t *ferry_users_create(FerryService *service, const FerryActor *actor, json_t *request, GError **error)
{
	char hash[crypto_pwhash_STRBYTES];
	const char *name = NULL, *password = NULL;
	g_autofree char *id = NULL;
	FerryRole role = FERRY_ROLE_NONE;

	if (!ferry_request_member(request, "name", true, &name, error) ||
	    !ferry_user_check_name(name, error) ||
	    !ferry_request_member(request, "password", true, &password, error) ||
	    !ferry_request_role(request, true, &role, error) ||
	    !ferry_password_check(name, password, "password", error) ||
	    !ferry_password_hash(password, hash, error))
		return NULL;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autofree char *detail = g_strconcat("role ", ferry_role_words[role], NULL);
	if (!tx || !ferry_user_insert(tx, name, hash, role, &id, error) ||
	    !ferry_audit_add(tx, actor, "user.create", name, detail, error))
		return NULL;
	return read_and_commit(g_steal_pointer(&tx), id, error);
}

/* On a store with several writers the rows stay locked, so that two admins cannot remove each other at once.
 */
static bool check_other_admin(FerryStoreTx *tx, const char *id, GError **error)
{
	g_autofree char *sql =
		g_strconcat("SELECT id FROM users WHERE role = 'admin' AND is_disabled = 0 ORDER BY id",
			    ferry_store_lock_suffix(tx), NULL);
	g_autoptr(FerryRows) rows = ferry_store_query(tx, error, sql, "");

	if (!rows)
		return false;
	for (guint i = 0; i < rows->rows->len; i++)
		if (strcmp(ferry_row_text(rows, i, 0), id) != 0)
			return true;
	return ferry_problem(error, FERRY_PROBLEM_CONFLICT, NULL, "make somebody else an admin first",
			     "this is the last admin: without one nobody could manage the service");
}

typedef struct Change {
	FerryRole role;       /* NONE: stays */
	int is_disabled;      /* -1: stays */
	const char *password; /* NULL: stays */
	char hash[crypto_pwhash_STRBYTES];
} Change;

static bool parse_change(json_t *request, Change *change, GError **error)
{
	const json_t *flag = json_object_get(request, "is_disabled");

	if (flag && !json_is_null(flag) && !json_is_boolean(flag))
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "is_disabled", NULL,
				     "is_disabled must be true or false");
	change->is_disabled = json_is_boolean(flag) ? json_is_true(flag) : -1;
	return ferry_request_role(request, false, &change->role, error) &&
	       ferry_request_member(request, "password", false, &change->password, error);
}

/* Before the transaction that writes: hashing takes long. */
static bool hash_new_password(FerryService *service, const char *id, Change *change, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!change->password)
		return true;
	FerryStoreTx *tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	if (!tx)
		return false;
	rows = find(tx, id, "", error);
	ferry_store_rollback(tx);
	return rows &&
	       ferry_password_check(ferry_row_text(rows, 0, 1), change->password, "password", error) &&
	       ferry_password_hash(change->password, change->hash, error);
}

static char *describe(const FerryRows *old, const Change *change)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);

	if (change->role != FERRY_ROLE_NONE)
		g_ptr_array_add(parts, g_strdup_printf("role %s to %s", ferry_row_text(old, 0, 2),
						       ferry_role_words[change->role]));
	if (change->is_disabled >= 0)
		g_ptr_array_add(parts, g_strdup(change->is_disabled ? "disabled" : "enabled"));
	if (change->password)
		g_ptr_array_add(parts, g_strdup("a new password"));
	g_ptr_array_add(parts, NULL);
	return g_strjoinv(", ", (char **)parts->pdata);
}

static bool apply_change(FerryStoreTx *tx, const FerryRows *old, const Change *change, GError **error)
{
	const char *id = ferry_row_text(old, 0, 0);
	const char *role = change->role ? ferry_role_words[change->role] : ferry_row_text(old, 0, 2);
	bool was_disabled = ferry_row_int(old, 0, 3);
	bool is_disabled = change->is_disabled >= 0 ? change->is_disabled : was_disabled;
	bool was_admin = !was_disabled && strcmp(ferry_row_text(old, 0, 2), "admin") == 0;

	if (was_admin && (is_disabled || strcmp(role, "admin") != 0) && !check_other_admin(tx, id, error))
		return false;
	if (!ferry_store_exec(tx, NULL, error, "UPDATE users SET role = ?, is_disabled = ? WHERE id = ?",
			      "sis", role, (int64_t)is_disabled, id))
		return false;
	if (change->password &&
	    !ferry_store_exec(tx, NULL, error, "UPDATE users SET password_hash = ? WHERE id = ?", "ss",
			      change->hash, id))
		return false;
	return (!change->role || ferry_access_changed(tx, error)) &&
	       ((!is_disabled && !change->password) || ferry_sessions_end(tx, id, NULL, error));
}

json_t *ferry_users_update(FerryService *service, const FerryActor *actor, const char *id, json_t *request,
			   GError **error)
{
	Change change = {0};

	if (!parse_change(request, &change, error) || !hash_new_password(service, id, &change, error))
		return NULL;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) old = tx ? find(tx, id, ferry_store_lock_suffix(tx), error) : NULL;
	if (!old)
		return NULL;
	g_autofree char *detail = describe(old, &change);
	if (!apply_change(tx, old, &change, error) ||
	    !ferry_audit_add(tx, actor, "user.update", ferry_row_text(old, 0, 1), detail, error))
		return NULL;
	return read_and_commit(g_steal_pointer(&tx), id, error);
}

bool ferry_users_delete(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) old = tx ? find(tx, id, ferry_store_lock_suffix(tx), error) : NULL;

	if (!old)
		return false;
	bool is_admin = !ferry_row_int(old, 0, 3) && strcmp(ferry_row_text(old, 0, 2), "admin") == 0;
	return (!is_admin || check_other_admin(tx, id, error)) &&
	       ferry_store_exec(tx, NULL, error, "DELETE FROM users WHERE id = ?", "s", id) &&
	       ferry_audit_add(tx, actor, "user.delete", ferry_row_text(old, 0, 1), NULL, error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}
