/*
 * Administration: users, API keys, the audit log, settings.
 */
#include "http/route.h"
#include "service/accounts.h"
#include "service/audit.h"
#include "service/settings.h"

#include <string.h>

#define EXPORT_PAGE 500
#define EXPORT_MAX  100000 /* entries of one download; the cursor tells where to go on */

/* A NULL is an error that is set. */
static bool reply_or_fail(FerryReply *reply, guint status, json_t *json)
{
	return json && ferry_reply_json(reply, status, json);
}

typedef json_t *(*ListFunc)(FerryService *service, const FerryPage *page, GError **error);

static bool list(FerryRequest *request, FerryReply *reply, ListFunc func, GError **error)
{
	FerryPage page;

	return ferry_request_page(request, &page, error) &&
	       reply_or_fail(reply, 200, func(request->service, &page, error));
}

/* ---- users ---- */

static bool get_users(FerryRequest *request, FerryReply *reply, GError **error)
{
	return list(request, reply, ferry_users_list, error);
}

static bool post_user(FerryRequest *request, FerryReply *reply, GError **error)
{
	return reply_or_fail(reply, 201,
			     ferry_users_create(request->service, &request->actor, request->json, error));
}

static bool patch_user(FerryRequest *request, FerryReply *reply, GError **error)
{
	return reply_or_fail(reply, 200,
			     ferry_users_update(request->service, &request->actor, request->params[0],
						request->json, error));
}

static bool delete_user(FerryRequest *request, FerryReply *reply, GError **error)
{
	return ferry_users_delete(request->service, &request->actor, request->params[0], error) &&
	       ferry_reply_none(reply);
}

/* ---- API keys ---- */

static bool get_api_keys(FerryRequest *request, FerryReply *reply, GError **error)
{
	return list(request, reply, ferry_api_keys_list, error);
}

static bool post_api_key(FerryRequest *request, FerryReply *reply, GError **error)
{
	return reply_or_fail(reply, 201,
			     ferry_api_keys_create(request->service, &request->actor, request->json, error));
}

static bool delete_api_key(FerryRequest *request, FerryReply *reply, GError **error)
{
	return ferry_api_keys_delete(request->service, &request->actor, request->params[0], error) &&
	       ferry_reply_none(reply);
}

/* ---- audit ---- */

static FerryAuditFilter read_filter(const FerryRequest *request)
{
	return (FerryAuditFilter){
		.user = ferry_request_query(request, "user"),
		.action = ferry_request_query(request, "action"),
		.from = ferry_request_query(request, "from"),
		.to = ferry_request_query(request, "to"),
	};
}

static bool get_audit(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryAuditFilter filter = read_filter(request);
	FerryPage page;

	return ferry_request_page(request, &page, error) &&
	       reply_or_fail(reply, 200, ferry_audit_list(request->service, &filter, &page, error));
}

static void append_lines(GString *out, const json_t *items)
{
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		char *line = json_dumps(item, JSON_COMPACT);
		g_string_append(out, line);
		g_string_append_c(out, '\n');
		free(line);
	}
}

/* Page by page, so that no transaction of the store is open for long. */
static bool collect(FerryService *service, const FerryAuditFilter *filter, char **cursor, GString *out,
		    GError **error)
{
	for (guint n = 0; n < EXPORT_MAX; n += EXPORT_PAGE) {
		FerryPage page = {.cursor = *cursor, .limit = EXPORT_PAGE};
		json_t *answer = ferry_audit_list(service, filter, &page, error);
		if (!answer)
			return false;
		append_lines(out, json_object_get(answer, "items"));
		g_free(*cursor);
		*cursor = g_strdup(json_string_value(json_object_get(answer, "next_cursor")));
		json_decref(answer);
		if (!*cursor)
			break;
	}
	return true;
}

static bool export_audit(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryAuditFilter filter = read_filter(request);
	g_autofree char *cursor = g_strdup(ferry_request_query(request, "cursor"));
	g_autoptr(GString) out = g_string_new(NULL);

	if (!ferry_audit_add_now(request->service, &request->actor, "audit.export", NULL, NULL, error) ||
	    !collect(request->service, &filter, &cursor, out, error))
		return false;
	ferry_reply_header(reply, "Content-Disposition", "attachment; filename=\"ferry-audit.ndjson\"");
	if (cursor)
		ferry_reply_header(reply, "X-Next-Cursor", cursor);
	return ferry_reply_bytes(reply, "application/x-ndjson",
				 g_string_free_to_bytes(g_steal_pointer(&out)));
}

/* ---- settings ---- */

/* Operators are told what they may do, so that nothing else is offered to them; which hosts are allowed is
 * not for them. */
static bool get_settings(FerryRequest *request, FerryReply *reply, GError **error)
{
	json_t *settings = ferry_settings_get(request->service, error);

	if (settings && request->actor.role < FERRY_ROLE_ADMIN) {
		json_object_del(settings, "denied_hosts");
		json_object_del(settings, "allowed_hosts");
		json_object_del(settings, "audit_days");
	}
	return reply_or_fail(reply, 200, settings);
}

static bool put_settings(FerryRequest *request, FerryReply *reply, GError **error)
{
	return reply_or_fail(reply, 200,
			     ferry_settings_put(request->service, &request->actor, request->json, error));
}

const FerryRoute ferry_routes_admin[] = {
	{"GET", "/api/v1/users", FERRY_ROLE_ADMIN, FERRY_ROUTE_LIST, get_users, "Users", NULL, "User"},
	{"POST", "/api/v1/users", FERRY_ROLE_ADMIN, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW, post_user,
	 "Add a user", "UserCreate", "User", 201},
	{"PATCH", "/api/v1/users/{id}", FERRY_ROLE_ADMIN, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW, patch_user,
	 "Change a user's role or password, or disable the user", "UserUpdate", "User"},
	{"DELETE", "/api/v1/users/{id}", FERRY_ROLE_ADMIN, 0, delete_user, "Remove a user", NULL, NULL, 204},
	{"GET", "/api/v1/api-keys", FERRY_ROLE_ADMIN, FERRY_ROUTE_LIST, get_api_keys, "API keys", NULL,
	 "ApiKey"},
	{"POST", "/api/v1/api-keys", FERRY_ROLE_ADMIN, FERRY_ROUTE_JSON, post_api_key,
	 "Make an API key; it is shown this once", "ApiKeyCreate", "ApiKeyCreated", 201},
	{"DELETE", "/api/v1/api-keys/{id}", FERRY_ROLE_ADMIN, 0, delete_api_key, "Revoke an API key", NULL,
	 NULL, 204},
	{"GET", "/api/v1/audit", FERRY_ROLE_ADMIN, FERRY_ROUTE_LIST, get_audit, "Who did what, newest first",
	 NULL, "AuditEntry", 0, "user action from to"},
	{"GET", "/api/v1/audit/export", FERRY_ROLE_ADMIN, 0, export_audit, "The audit log as lines of JSON",
	 NULL, NULL, 0, "user action from to cursor", "application/x-ndjson"},
	{"GET", "/api/v1/settings", FERRY_ROLE_OPERATOR, 0, get_settings,
	 "What operators may do; for admins also which hosts are allowed", NULL, "Settings"},
	{"PUT", "/api/v1/settings", FERRY_ROLE_ADMIN, FERRY_ROUTE_JSON, put_settings, "Change settings",
	 "Settings", "Settings"},
	{NULL},
};
