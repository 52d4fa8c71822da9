/*
 * Who sends a request, and whether he may; see auth.h.
 *
 * What a browser sends by itself (a cookie) is not enough to change anything: the page must show the CSRF
 * token too. Besides, browsers say where a request comes from (Fetch metadata); one from another site never
 * changes anything, which also keeps strangers from signing somebody in to an account of theirs.
 */
#include "http/auth.h"

#include "base/url.h"
#include "http/route.h"
#include "service/accounts.h"

#include <sodium.h>
#include <string.h>

#define BEARER "bearer "

static bool is_safe(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

/* Newly allocated; NULL: not there. */
static char *find_cookie(const char *header, const char *name)
{
	g_auto(GStrv) pairs = header ? g_strsplit(header, ";", -1) : NULL;
	size_t len = strlen(name);

	for (char **pair = pairs; pair && *pair; pair++) {
		const char *text = g_strchug(*pair);
		if (strncmp(text, name, len) == 0 && text[len] == '=' && text[len + 1])
			return g_strdup(text + len + 1);
	}
	return NULL;
}

/* Takes what the caller holds. */
static void set_actor(FerryRequest *request, FerryCaller *caller)
{
	request->actor.user_id = g_steal_pointer(&caller->user_id);
	request->actor.user_name = g_steal_pointer(&caller->user_name);
	request->actor.role = caller->role;
	ferry_caller_clear(caller);
}

static bool identify_by_key(FerryRequest *request, const char *header, GError **error)
{
	FerryCaller caller = {0};

	if (g_ascii_strncasecmp(header, BEARER, strlen(BEARER)) != 0)
		return ferry_problem(error, FERRY_PROBLEM_UNAUTHORIZED, "Authorization",
				     "send \"Authorization: Bearer KEY\" with an API key",
				     "the Authorization header holds no bearer token");
	request->api_key = g_strstrip(g_strdup(header + strlen(BEARER)));
	if (!ferry_accounts_find_key(request->service, request->api_key, &caller, error))
		return false;
	set_actor(request, &caller);
	return true;
}

bool ferry_auth_check_token(const FerryRequest *request, const char *token, GError **error)
{
	const char *header = ferry_request_header(request, "authorization");
	bool is_bearer = header && g_ascii_strncasecmp(header, BEARER, strlen(BEARER)) == 0;
	const char *given = is_bearer ? header + strlen(BEARER) : "";
	size_t len = strlen(token);

	if (strlen(given) == len && sodium_memcmp(given, token, len) == 0)
		return true;
	return ferry_problem(
		error, FERRY_PROBLEM_UNAUTHORIZED, "Authorization",
		"send \"Authorization: Bearer TOKEN\" with the token that the service was started with",
		is_bearer ? "the bearer token is another one" : "this needs a bearer token");
}

static bool check_csrf(const FerryRequest *request, const FerryCaller *caller, GError **error)
{
	const char *token = ferry_request_header(request, "x-csrf-token");
	size_t len = strlen(caller->csrf_token);

	if (is_safe(request->method))
		return true;
	if (token && strlen(token) == len && sodium_memcmp(token, caller->csrf_token, len) == 0)
		return true;
	return ferry_problem(error, FERRY_PROBLEM_CSRF, "X-CSRF-Token",
			     "send the header X-CSRF-Token with csrf_token of GET /api/v1/session",
			     token ? "the CSRF token is not that of the session"
				   : "the CSRF token is missing");
}

static bool identify_by_cookie(FerryRequest *request, GError **error)
{
	FerryCaller caller = {0};

	if (!ferry_accounts_find_session(request->service, request->session_token, &caller, error))
		return false;
	bool is_ok = check_csrf(request, &caller, error);
	if (is_ok)
		set_actor(request, &caller);
	ferry_caller_clear(&caller);
	return is_ok;
}

static bool check_origin(const FerryRequest *request, GError **error)
{
	const char *site = ferry_request_header(request, "sec-fetch-site");

	if (is_safe(request->method) || !site || strcmp(site, "same-origin") == 0 ||
	    strcmp(site, "none") == 0)
		return true;
	return ferry_problem(error, FERRY_PROBLEM_CSRF, "Sec-Fetch-Site",
			     "pages of other sites need an API key to change anything",
			     "the request comes from a page of another site");
}

bool ferry_auth_identify(FerryRequest *request, GError **error)
{
	const char *authorization = ferry_request_header(request, "authorization");

	/* where nobody has to be signed in, old credentials must not be in the way of new ones */
	if (request->route && request->route->role == FERRY_ROLE_NONE)
		return authorization || check_origin(request, error);
	if (authorization)
		return identify_by_key(request, authorization, error);
	if (!check_origin(request, error))
		return false;
	request->session_token = find_cookie(ferry_request_header(request, "cookie"), FERRY_SESSION_COOKIE);
	return !request->session_token || identify_by_cookie(request, error);
}

void ferry_auth_clear(FerryRequest *request)
{
	ferry_secret_free((char *)request->session_token);
	ferry_secret_free((char *)request->api_key);
	g_free((char *)request->actor.user_id);
	g_free((char *)request->actor.user_name);
	request->session_token = request->api_key = request->actor.user_id = request->actor.user_name = NULL;
	request->actor.role = FERRY_ROLE_NONE;
}

bool ferry_auth_check(const FerryRequest *request, GError **error)
{
	FerryRole needed = request->route->role;

	if (request->actor.role >= needed)
		return true;
	if (request->actor.role == FERRY_ROLE_NONE)
		return ferry_problem(error, FERRY_PROBLEM_UNAUTHORIZED, NULL, "sign in, or send an API key",
				     "nobody is signed in");
	g_autofree char *hint = g_strdup_printf("ask an admin for the role %s", ferry_role_words[needed]);
	return ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, NULL, hint,
			     "this needs the role %s; yours is %s", ferry_role_words[needed],
			     ferry_role_words[request->actor.role]);
}
