/*
 * Who may do what in one project. A project is open, and everybody has his own role in it, or restricted: then only its members
 * have one, each at most his own. An admin of the service is one everywhere. Of an operator a project can make an admin: one who may
 * also say who its members are. What a project's executions have told belongs to it, also after it is gone.
 */
#pragma once

#include "service/service.h"

/* NONE: it does not exist for the actor. A project that is not there has everybody's own role: whoever reads it finds out. */
bool ferry_access_role(FerryStoreTx *tx, const FerryActor *actor, const char *project_id, FerryRole *ret_role, GError **error);

/* NOT_FOUND, as for one that is not there, with the field of the request that names it; or FORBIDDEN: the role in it is less. */
bool ferry_access_check(FerryStoreTx *tx, const FerryActor *actor, const char *project_id, const char *field, FerryRole needed,
                        GError **error);
/* For a path that names a project, or an execution, before anything else is looked at: what is not there answers just like what
 * must not be seen. Who is admin is let through, whether it is there or not. */
bool ferry_access_check_project(FerryService *service, const FerryActor *actor, const char *project_id, FerryRole needed,
                                GError **error);
bool ferry_access_check_execution(FerryService *service, const FerryActor *actor, const char *execution_id, FerryRole needed,
                                  GError **error);

/* A condition of SQL over the column of a project's id: whether the actor may see it. Parameters: FERRY_ACCESS_TYPES, FERRY_ACCESS_OF. */
#define FERRY_ACCESS_SQL(column)                                                                                             \
	"(? = 1 OR " column " NOT IN (SELECT project_id FROM restricted_projects) OR " column                                \
	" IN (SELECT project_id FROM project_members WHERE user_id = ?))"
#define FERRY_ACCESS_TYPES "is"
#define FERRY_ACCESS_OF(actor) (int64_t)((actor)->role >= FERRY_ROLE_ADMIN), (actor)->user_id

/* Whether a project is for its members only. */
bool ferry_access_is_restricted(FerryStoreTx *tx, const char *project_id, bool *ret_is_restricted, GError **error);

/* Adds to a project's JSON: is_restricted, and the actor's role in it. */
bool ferry_access_describe(FerryStoreTx *tx, const FerryActor *actor, json_t *project, GError **error);

/* ---- live events ---- */

/* Events that go to everybody carry the id of their project where it is restricted. These are the ones that the actor may see:
 * NULL-ended; *ret_scopes NULL: all. */
bool ferry_access_scopes(FerryService *service, const FerryActor *actor, char ***ret_scopes, GError **error);
/* Of an execution, for its events: the project's id where it is restricted, else NULL. Newly allocated. */
bool ferry_access_scope_of(FerryStoreTx *tx, const char *execution_id, char **ret_scope, GError **error);

/* Another number after each change of members, restrictions or roles, so that streams which were opened before can end. -1: it
 * cannot be told now. */
int64_t ferry_access_version(FerryService *service);
/* In the transaction that changes something which it depends on. */
bool ferry_access_changed(FerryStoreTx *tx, GError **error);

/* ---- members.c ---- */

/* {is_restricted, items: [{user_id, user, role}]}. */
json_t *ferry_members_get(FerryService *service, const char *project_id, GError **error);
/* {is_restricted, members: [{user, role}]}: all of them, by name or id. Who is no admin of the service must stay the project's. */
json_t *ferry_members_put(FerryService *service, const FerryActor *actor, const char *project_id, const json_t *request,
                          GError **error);
/* A copy of a project is for whom the project is for. */
bool ferry_members_copy(FerryStoreTx *tx, const char *from_id, const char *to_id, GError **error);
/* Where neither the project nor an execution of it is left. */
bool ferry_members_forget(FerryStoreTx *tx, const char *project_id, GError **error);
