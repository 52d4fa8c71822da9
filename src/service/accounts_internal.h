/*
 * What accounts.c, users.c, sessions.c and api_keys.c share. Only for them and their tests.
 */
#pragma once

#include "service/accounts.h"
#include "service/service_internal.h"

#include <sodium.h>

/* ---- passwords.c ---- */

/* What a password must be; INVALID with the reason. The name is that of its user. */
bool ferry_password_check(const char *name, const char *password, const char *field, GError **error);
/* Argon2id; both take about a twentieth of a second and 64 MiB, so that only a few run at a time: THROTTLED when too many wait.
 * verify: hash NULL (nobody has that name) costs the same and is never right. */
bool ferry_password_hash(const char *password, char ret_hash[static crypto_pwhash_STRBYTES], GError **error);
bool ferry_password_verify(const char *hash, const char *password, bool *ret_is_right, GError **error);

/* 32 random bytes in base64url; and what the store keeps of such a token. Newly allocated. */
char *ferry_token_new(void);
char *ferry_token_hash(const char *token);
/* In a time that does not tell where they differ. */
bool ferry_token_equal(const char *a, const char *b);

/* ---- login_throttle.c ---- */

/* Counts an attempt as failed before it is made, so that many at once gain nothing. Returns 0, or the seconds to wait (then the
 * attempt must not be made, and is not counted). address may be NULL. */
guint ferry_login_take(FerryService *service, const char *name, const char *address, gint64 now_us);
/* The attempt was good: takes it back, and forgets what was wrong with the name. */
void ferry_login_forgive(FerryService *service, const char *name, const char *address);
/* Sets THROTTLED. */
bool ferry_login_must_wait(guint seconds, GError **error);

/* ---- sessions.c ---- */

/* A new session within the caller's transaction; the JSON that docs/api.md calls Session. */
json_t *ferry_session_create(FerryStoreTx *tx, const FerryActor *user, char **ret_token, GError **error);
/* All of a user's sessions but that of the token (NULL: all). */
bool ferry_sessions_end(FerryStoreTx *tx, const char *user_id, const char *token, GError **error);

/* Rows of it; none: it is not good. */
FerryRows *ferry_session_find(FerryService *service, const char *hash, gint64 now_us, GError **error);

/* ---- api_keys.c ---- */

FerryRows *ferry_api_key_find(FerryService *service, const char *key, const char *now, GError **error);

/* ---- users.c ---- */

FerryRole ferry_role_from_word(const char *word); /* NONE where it is none */
/* Adds a user: checks the name, not the password. CONFLICT when the name is taken. *ret_id: newly allocated. */
bool ferry_user_insert(FerryStoreTx *tx, const char *name, const char *password_hash, FerryRole role, char **ret_id,
                       GError **error);
bool ferry_user_check_name(const char *name, GError **error);

/* Members of a request. A missing or null one gives NULL (and an error where it is required), another type an error; borrowed. */
bool ferry_request_member(json_t *request, const char *name, bool is_required, const char **ret_text, GError **error);
/* A role that a person or key can have; FERRY_ROLE_NONE where it is missing and not required. */
bool ferry_request_role(json_t *request, bool is_required, FerryRole *ret_role, GError **error);
