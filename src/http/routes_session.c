/*
 * Signing in and out, the first admin, one's own password.
 */
#include "http/auth.h"
#include "http/route.h"
#include "service/accounts.h"

#include "base/url.h"

#include <string.h>

#define WEEK_SECONDS (7 * 24 * 3600)

/* ---- cookies ---- */

static void set_cookie(const FerryRequest *request, FerryReply *reply, const char *token, int max_age)
{
	g_autofree char *cookie =
		g_strdup_printf(FERRY_SESSION_COOKIE "=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s",
				token, max_age, request->is_secure ? "; Secure" : "");

	ferry_reply_header(reply, "Set-Cookie", cookie);
}

/* Takes both. */
static bool reply_session(const FerryRequest *request, FerryReply *reply, guint status, json_t *session,
			  char *token)
{
	if (!session)
		return false;
	set_cookie(request, reply, token, WEEK_SECONDS);
	ferry_secret_free(token);
	return ferry_reply_json(reply, status, session);
}

/* ---- handlers ---- */

static bool get_setup(FerryRequest *request, FerryReply *reply, GError **error)
{
	bool needs = false;

	return ferry_accounts_needs_setup(request->service, &needs, error) &&
	       ferry_reply_json(reply, 200, json_pack("{s:b}", "is_needed", (int)needs));
}

static bool post_setup(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *token = ferry_request_text(request, "token", true, error);
	const char *name = token ? ferry_request_text(request, "name", true, error) : NULL;
	const char *password = name ? ferry_request_text(request, "password", true, error) : NULL;
	char *session_token = NULL;

	if (!password)
		return false;
	json_t *session = ferry_accounts_setup(request->service, &request->actor, token, name, password,
					       &session_token, error);
	return reply_session(request, reply, 201, session, session_token);
}

static bool post_session(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *name = ferry_request_text(request, "name", true, error);
	const char *password = name ? ferry_request_text(request, "password", true, error) : NULL;
	char *token = NULL;

	if (!password)
		return false;
	json_t *session =
		ferry_accounts_login(request->service, &request->actor, name, password, &token, error);
	return reply_session(request, reply, 200, session, token);
}

/* The token comes from the store again: a request does not carry it. */
static bool get_session(FerryRequest *request, FerryReply *reply, GError **error)
{
	FerryCaller caller = {0};

	if (request->session_token &&
	    !ferry_accounts_find_session(request->service, request->session_token, &caller, error))
		return false;
	json_t *session = json_pack("{s:{s:s, s:s, s:s}, s:s?}", "user", "id", request->actor.user_id, "name",
				    request->actor.user_name, "role", ferry_role_words[request->actor.role],
				    "csrf_token", caller.csrf_token);
	ferry_caller_clear(&caller);
	return ferry_reply_json(reply, 200, session);
}

static bool delete_session(FerryRequest *request, FerryReply *reply, GError **error)
{
	if (request->session_token &&
	    !ferry_accounts_logout(request->service, &request->actor, request->session_token, error))
		return false;
	set_cookie(request, reply, "", 0);
	return ferry_reply_none(reply);
}

static bool post_password(FerryRequest *request, FerryReply *reply, GError **error)
{
	const char *old = ferry_request_text(request, "old", true, error);
	const char *fresh = old ? ferry_request_text(request, "new", true, error) : NULL;

	if (!fresh)
		return false;
	if (!request->session_token)
		return ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, NULL, "sign in with name and password",
				     "an API key cannot change its user's password");
	return ferry_accounts_change_password(request->service, &request->actor, request->session_token, old,
					      fresh, error) &&
	       ferry_reply_none(reply);
}

const FerryRoute ferry_routes_session[] = {
	{"GET", "/api/v1/setup", FERRY_ROLE_NONE, 0, get_setup, "Whether the first admin is still missing",
	 NULL, "SetupState"},
	{"POST", "/api/v1/setup", FERRY_ROLE_NONE, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW, post_setup,
	 "Make the first admin, with the token of the link that the first start printed", "SetupRequest",
	 "Session", 201},
	{"GET", "/api/v1/session", FERRY_ROLE_VIEWER, 0, get_session, "Who is signed in", NULL, "Session"},
	{"POST", "/api/v1/session", FERRY_ROLE_NONE, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW, post_session,
	 "Sign in", "SignIn", "Session"},
	{"DELETE", "/api/v1/session", FERRY_ROLE_VIEWER, 0, delete_session, "Sign out", NULL, NULL, 204},
	{"POST", "/api/v1/session/password", FERRY_ROLE_VIEWER, FERRY_ROUTE_JSON | FERRY_ROUTE_SLOW,
	 post_password, "Change one's own password; other sessions end", "PasswordChange", NULL, 204},
	{NULL},
};
