/*
 * Accounts: people (name, password, role), their sessions, API keys, and the audit log of what they did.
 *
 * Passwords are kept as Argon2id (libsodium, interactive limits), session tokens and API keys as BLAKE2b-256 of 32 random bytes.
 * A session ends after 12 hours without a request, or 7 days. Login attempts are slowed down by name and by address.
 */
#pragma once

#include "service/service.h"

typedef struct FerryCaller {
	char *user_id, *user_name; /* an API key: its user, and "user (key NAME)" */
	FerryRole role;
	char *csrf_token; /* NULL: an API key, which needs none */
} FerryCaller;
void ferry_caller_clear(FerryCaller *caller);

/* Whether there is no admin yet; and the token of the link that makes the first one: made once a start, kept in memory only. */
bool ferry_accounts_needs_setup(FerryService *service, bool *ret_needs, GError **error);
char *ferry_accounts_setup_token(FerryService *service); /* newly allocated; NULL once it was used */
/* Makes the first admin. *ret_token: the new session's, for the cookie. */
json_t *ferry_accounts_setup(FerryService *service, const FerryActor *actor, const char *token, const char *name,
                             const char *password, char **ret_token, GError **error);

/* Session: {user: {id, name, role}, csrf_token}. CREDENTIALS, or THROTTLED with the seconds to wait in its hint. */
json_t *ferry_accounts_login(FerryService *service, const FerryActor *actor, const char *name, const char *password,
                             char **ret_token, GError **error);
bool ferry_accounts_logout(FerryService *service, const FerryActor *actor, const char *token, GError **error);
/* Who has this session or key; UNAUTHORIZED when it is not known, expired, or its user disabled. */
bool ferry_accounts_find_session(FerryService *service, const char *token, FerryCaller *ret_caller, GError **error);
bool ferry_accounts_find_key(FerryService *service, const char *key, FerryCaller *ret_caller, GError **error);
/* Whether a session or key (one of them is given) is still good, for what lasts long; it does not count as use. True also where the
 * store cannot tell just now. */
bool ferry_accounts_may_go_on(FerryService *service, const char *session_token, const char *key);
/* Ends all other sessions of the user; session_token: the one that stays, or NULL. */
bool ferry_accounts_change_password(FerryService *service, const FerryActor *actor, const char *session_token,
                                    const char *old_password, const char *new_password, GError **error);

/* Administration; each is written to the audit log. The last enabled admin can be neither removed, disabled nor degraded. What is
 * changed counts from the next request on; who is disabled or gets a new password is signed out. */
json_t *ferry_users_list(FerryService *service, const FerryPage *page, GError **error);
json_t *ferry_users_create(FerryService *service, const FerryActor *actor, json_t *request, GError **error);
json_t *ferry_users_update(FerryService *service, const FerryActor *actor, const char *id, json_t *request, GError **error);
bool ferry_users_delete(FerryService *service, const FerryActor *actor, const char *id, GError **error);
json_t *ferry_api_keys_list(FerryService *service, const FerryPage *page, GError **error);
json_t *ferry_api_keys_create(FerryService *service, const FerryActor *actor, json_t *request, GError **error);
bool ferry_api_keys_delete(FerryService *service, const FerryActor *actor, const char *id, GError **error);
