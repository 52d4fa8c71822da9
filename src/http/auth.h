/*
 * Who is it? A session's cookie ("ferry_session": HttpOnly, SameSite=Strict, Secure over TLS) or an API key as a bearer token.
 */
#pragma once

#include "http/request.h"

#define FERRY_SESSION_COOKIE "ferry_session"

/* Fills request->actor (its strings live as long as the request) and session_token. False: credentials were given and are no
 * good, or an unsafe method came with a cookie and without its CSRF token. Nobody at all is no error: role NONE. */
bool ferry_auth_identify(FerryRequest *request, GError **error);
void ferry_auth_clear(FerryRequest *request);
/* Whether the request shows the token as its bearer: for what programs read that have no account. */
bool ferry_auth_check_token(const FerryRequest *request, const char *token, GError **error);
/* Whether the actor may use the route. */
bool ferry_auth_check(const FerryRequest *request, GError **error);
