/*
 * Roles in projects; see access.h.
 */
#include "service/access.h"

#include "service/accounts_internal.h"

#define VERSION "access_version" /* a row of settings */

/* ---- roles ---- */

/* At most one's own; but an operator can be a project's admin. */
static FerryRole bounded(FerryRole own, FerryRole member)
{
	if (own == FERRY_ROLE_OPERATOR && member == FERRY_ROLE_ADMIN)
		return FERRY_ROLE_ADMIN;
	return MIN(own, member);
}

static bool find(FerryStoreTx *tx, const FerryActor *actor, const char *project_id, bool *ret_is_restricted,
		 FerryRole *ret_role, GError **error)
{
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error,
				  "SELECT (SELECT count(*) FROM restricted_projects WHERE project_id = ?), "
				  "(SELECT role FROM project_members WHERE project_id = ? AND user_id = ?)",
				  "sss", project_id, project_id, actor->user_id);

	if (!rows)
		return false;
	*ret_is_restricted = ferry_row_int(rows, 0, 0) > 0;
	*ret_role = actor->role;
	if (*ret_is_restricted && actor->role < FERRY_ROLE_ADMIN)
		*ret_role = bounded(actor->role, ferry_role_from_word(ferry_row_text(rows, 0, 1)));
	return true;
}

bool ferry_access_role(FerryStoreTx *tx, const FerryActor *actor, const char *project_id, FerryRole *ret_role,
		       GError **error)
{
	bool is_restricted;

	*ret_role = actor->role;
	return actor->role >= FERRY_ROLE_ADMIN ||
	       find(tx, actor, project_id, &is_restricted, ret_role, error);
}

bool ferry_access_describe(FerryStoreTx *tx, const FerryActor *actor, json_t *project, GError **error)
{
	const char *id = json_string_value(json_object_get(project, "id"));
	bool is_restricted;
	FerryRole role;

	if (!find(tx, actor, id, &is_restricted, &role, error))
		return false;
	json_object_set_new(project, "is_restricted", json_boolean(is_restricted));
	json_object_set_new(project, "role", json_string(ferry_role_words[role]));
	return true;
}

bool ferry_access_is_restricted(FerryStoreTx *tx, const char *project_id, bool *ret_is_restricted,
				GError **error)
{
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, error, "SELECT count(*) FROM restricted_projects WHERE project_id = ?", "s", project_id);

	if (rows)
		*ret_is_restricted = ferry_row_int(rows, 0, 0) > 0;
	return rows != NULL;
}

static bool not_found(const char *what, const char *id, const char *field, GError **error)
{
	return ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, field, NULL, "there is no %s %s", what, id);
}

static bool check(FerryStoreTx *tx, const FerryActor *actor, const char *project_id, const char *what,
		  const char *id, const char *field, FerryRole needed, GError **error)
{
	FerryRole role;

	if (!ferry_access_role(tx, actor, project_id, &role, error))
		return false;
	if (role >= needed)
		return true;
	if (role == FERRY_ROLE_NONE)
		return not_found(what, id, field, error);
	return ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, NULL, "ask an admin of the project",
			     "this needs the role %s in the project; yours is %s", ferry_role_words[needed],
			     ferry_role_words[role]);
}

bool ferry_access_check(FerryStoreTx *tx, const FerryActor *actor, const char *project_id, const char *field,
			FerryRole needed, GError **error)
{
	return check(tx, actor, project_id, "project", project_id, field, needed, error);
}

/* sql: gives the project's id, for the id of what the path names. */
static bool check_path(FerryService *service, const FerryActor *actor, const char *sql, const char *what,
		       const char *id, FerryRole needed, GError **error)
{
	if (actor->role >= FERRY_ROLE_ADMIN)
		return true;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_store_query(tx, error, sql, "s", id) : NULL;
	if (!rows)
		return false;
	if (rows->rows->len == 0)
		return not_found(what, id, "id", error);
	return check(tx, actor, ferry_row_text(rows, 0, 0), what, id, "id", needed, error);
}

bool ferry_access_check_project(FerryService *service, const FerryActor *actor, const char *project_id,
				FerryRole needed, GError **error)
{
	return check_path(service, actor, "SELECT id FROM projects WHERE id = ?", "project", project_id,
			  needed, error);
}

bool ferry_access_check_execution(FerryService *service, const FerryActor *actor, const char *execution_id,
				  FerryRole needed, GError **error)
{
	return check_path(service, actor, "SELECT project_id FROM executions WHERE id = ?", "execution",
			  execution_id, needed, error);
}

/* ---- live events ---- */

bool ferry_access_scopes(FerryService *service, const FerryActor *actor, char ***ret_scopes, GError **error)
{
	*ret_scopes = NULL;
	if (actor->role >= FERRY_ROLE_ADMIN)
		return true;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(tx, error, "SELECT project_id FROM project_members WHERE user_id = ?",
				       "s", actor->user_id)
		   : NULL;
	if (!rows)
		return false;
	*ret_scopes = g_new0(char *, rows->rows->len + 1);
	for (guint i = 0; i < rows->rows->len; i++)
		(*ret_scopes)[i] = g_strdup(ferry_row_text(rows, i, 0));
	return true;
}

bool ferry_access_scope_of(FerryStoreTx *tx, const char *execution_id, char **ret_scope, GError **error)
{
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error,
				  "SELECT project_id FROM executions WHERE id = ? AND project_id IN "
				  "(SELECT project_id FROM restricted_projects)",
				  "s", execution_id);

	if (rows)
		*ret_scope = rows->rows->len ? g_strdup(ferry_row_text(rows, 0, 0)) : NULL;
	return rows != NULL;
}

int64_t ferry_access_version(FerryService *service)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, NULL);
	g_autoptr(FerryRows) rows =
		tx ? ferry_store_query(tx, NULL, "SELECT value FROM settings WHERE name = ?", "s", VERSION)
		   : NULL;

	if (!rows)
		return -1;
	return rows->rows->len ? ferry_row_int(rows, 0, 0) : 0;
}

bool ferry_access_changed(FerryStoreTx *tx, GError **error)
{
	g_autofree char *now = g_strdup_printf("%" G_GINT64_FORMAT, g_get_real_time());

	return ferry_store_exec(tx, NULL, error,
				"INSERT INTO settings (name, value) VALUES (?, ?) "
				"ON CONFLICT (name) DO UPDATE SET value = excluded.value",
				"ss", VERSION, now);
}
