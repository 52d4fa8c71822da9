/*
 * Members of projects; see access.h.
 */
#include "service/access.h"

#include "service/accounts_internal.h"
#include "service/audit.h"

#define MAX_MEMBERS 1000

/* ---- reading ---- */

static json_t *read_members(FerryStoreTx *tx, const char *project_id, GError **error)
{
	bool is_restricted;
	g_autoptr(FerryRows) rows = NULL;

	if (ferry_access_is_restricted(tx, project_id, &is_restricted, error))
		rows = ferry_store_query(tx, error,
					 "SELECT u.id, u.name, m.role FROM project_members m "
					 "JOIN users u ON u.id = m.user_id WHERE m.project_id = ? "
					 "ORDER BY u.name",
					 "s", project_id);
	if (!rows)
		return NULL;
	json_t *items = json_array();
	for (guint i = 0; i < rows->rows->len; i++)
		json_array_append_new(
			items, json_pack("{s:s, s:s, s:s}", "user_id", ferry_row_text(rows, i, 0), "user",
					 ferry_row_text(rows, i, 1), "role", ferry_row_text(rows, i, 2)));
	return json_pack("{s:b, s:o}", "is_restricted", (int)is_restricted, "items", items);
}

static bool exists(FerryStoreTx *tx, const char *project_id, GError **error)
{
	g_autofree char *sql =
		g_strconcat("SELECT 1 FROM projects WHERE id = ?", ferry_store_lock_suffix(tx), NULL);
	g_autoptr(FerryRows) rows = ferry_store_query(tx, error, sql, "s", project_id);

	return rows && (rows->rows->len > 0 || ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "id", NULL,
							     "there is no project %s", project_id));
}

json_t *ferry_members_get(FerryService *service, const char *project_id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);

	return tx && exists(tx, project_id, error) ? read_members(tx, project_id, error) : NULL;
}

/* ---- writing ---- */

/* Newly allocated; NULL where there is no such user. A name that looks like somebody else's id is not meant.
 */
static char *find_user(FerryStoreTx *tx, const char *name_or_id, const char *field, GError **error)
{
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error,
				  "SELECT id, CASE WHEN id = ? THEN 0 ELSE 1 END AS rank FROM users WHERE "
				  "id = ? OR name = ? ORDER BY rank",
				  "sss", name_or_id, name_or_id, name_or_id);

	if (rows && rows->rows->len > 0)
		return g_strdup(ferry_row_text(rows, 0, 0));
	if (rows)
		ferry_problem(error, FERRY_PROBLEM_INVALID, field, "an admin can add users",
			      "there is no user \"%s\"", name_or_id);
	return NULL;
}

static bool insert_member(FerryStoreTx *tx, const char *project_id, const char *user_id, const char *user,
			  const char *role, const char *field, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (ferry_store_exec(tx, NULL, &local,
			     "INSERT INTO project_members (project_id, user_id, role) VALUES (?, ?, ?)",
			     "sss", project_id, user_id, role))
		return true;
	if (ferry_error_is(local, FERRY_ERROR_EXISTS))
		return ferry_problem(error, FERRY_PROBLEM_INVALID, field, NULL, "%s is there twice", user);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

static bool add_member(FerryStoreTx *tx, const char *project_id, const json_t *member, size_t i,
		       GString *told, GError **error)
{
	const char *user = json_string_value(json_object_get(member, "user")),
		   *role = json_string_value(json_object_get(member, "role"));
	g_autofree char *field = g_strdup_printf("members[%zu]", i);

	if (!user || ferry_role_from_word(role) == FERRY_ROLE_NONE)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, field, NULL,
				     "a member is a user and a role: viewer, operator or admin");
	g_autofree char *id = find_user(tx, user, field, error);
	if (!id)
		return false;
	g_string_append_printf(told, "%s%s %s", told->len ? ", " : "", user, role);
	return insert_member(tx, project_id, id, user, role, field, error);
}

static bool set_restricted(FerryStoreTx *tx, const char *project_id, bool is_restricted, GError **error)
{
	return ferry_store_exec(tx, NULL, error, "DELETE FROM restricted_projects WHERE project_id = ?", "s",
				project_id) &&
	       (!is_restricted ||
		ferry_store_exec(tx, NULL, error, "INSERT INTO restricted_projects (project_id) VALUES (?)",
				 "s", project_id));
}

static bool replace_members(FerryStoreTx *tx, const char *project_id, const json_t *request, GString *told,
			    GError **error)
{
	const json_t *members = json_object_get(request, "members");

	if (json_array_size(members) > MAX_MEMBERS)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "members", NULL,
				     "a project has at most %d members", MAX_MEMBERS);
	if (!ferry_store_exec(tx, NULL, error, "DELETE FROM project_members WHERE project_id = ?", "s",
			      project_id))
		return false;
	for (size_t i = 0; i < json_array_size(members); i++)
		if (!add_member(tx, project_id, json_array_get(members, i), i, told, error))
			return false;
	return set_restricted(tx, project_id, json_is_true(json_object_get(request, "is_restricted")), error);
}

/* Else somebody could lock himself out by a slip, and nobody but an admin of the service could help. */
static bool check_still_admin(FerryStoreTx *tx, const FerryActor *actor, const char *project_id,
			      bool is_restricted, GError **error)
{
	FerryRole role;

	if (!ferry_access_role(tx, actor, project_id, &role, error))
		return false;
	return !is_restricted || role >= FERRY_ROLE_ADMIN ||
	       ferry_problem(error, FERRY_PROBLEM_INVALID, "members",
			     "name yourself among the members, with the role admin",
			     "you would not be an admin of the project any more");
}

/* In an open project every operator may; in a restricted one its admins. */
static bool check_may(FerryStoreTx *tx, const FerryActor *actor, const char *project_id, GError **error)
{
	bool is_restricted;

	return ferry_access_is_restricted(tx, project_id, &is_restricted, error) &&
	       ferry_access_check(tx, actor, project_id, "id",
				  is_restricted ? FERRY_ROLE_ADMIN : FERRY_ROLE_OPERATOR, error);
}

json_t *ferry_members_put(FerryService *service, const FerryActor *actor, const char *project_id,
			  const json_t *request, GError **error)
{
	bool is_restricted = json_is_true(json_object_get(request, "is_restricted"));
	g_autoptr(GString) told = g_string_new(NULL);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	json_t *result = NULL;

	if (!tx || !exists(tx, project_id, error) || !check_may(tx, actor, project_id, error) ||
	    !replace_members(tx, project_id, request, told, error) ||
	    !check_still_admin(tx, actor, project_id, is_restricted, error))
		return NULL;
	g_string_prepend(told, is_restricted ? "restricted: " : "open: ");
	if (ferry_access_changed(tx, error) &&
	    ferry_audit_add(tx, actor, "project.members", project_id, told->str, error))
		result = read_members(tx, project_id, error);
	if (result && ferry_store_commit(g_steal_pointer(&tx), error))
		return result;
	json_decref(result);
	return NULL;
}

bool ferry_members_copy(FerryStoreTx *tx, const char *from_id, const char *to_id, GError **error)
{
	int64_t n_restricted = 0;

	return ferry_store_exec(tx, &n_restricted, error,
				"INSERT INTO restricted_projects (project_id) SELECT CAST(? AS TEXT) FROM "
				"restricted_projects WHERE project_id = ?",
				"ss", to_id, from_id) &&
	       ferry_store_exec(
		       tx, NULL, error,
		       "INSERT INTO project_members (project_id, user_id, role) SELECT CAST(? AS TEXT), "
		       "user_id, role FROM project_members WHERE project_id = ?",
		       "ss", to_id, from_id) &&
	       (!n_restricted || ferry_access_changed(tx, error));
}

#define NOTHING_LEFT                                                                                         \
	" WHERE project_id = ? AND project_id NOT IN (SELECT id FROM projects) AND project_id NOT IN "       \
	"(SELECT project_id FROM executions)"

bool ferry_members_forget(FerryStoreTx *tx, const char *project_id, GError **error)
{
	return ferry_store_exec(tx, NULL, error, "DELETE FROM project_members" NOTHING_LEFT, "s",
				project_id) &&
	       ferry_store_exec(tx, NULL, error, "DELETE FROM restricted_projects" NOTHING_LEFT, "s",
				project_id);
}
