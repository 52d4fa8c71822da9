/*
 * Sealing what must not be read from the store: XChaCha20-Poly1305 (libsodium's secretbox of that name) under a key of 32 bytes
 * from a file of its own or from FERRY_SECRET_KEY (64 hexadecimal digits). A sealed text is "v1." and base64 of nonce and
 * ciphertext; it names its purpose as additional data, so that one cannot be put in another's place.
 */
#pragma once

#include "base/error.h"

typedef struct FerrySecretKey FerrySecretKey;

/* From FERRY_SECRET_KEY, else from the file, which is made (mode 0600) when it is not there and may_create. */
FerrySecretKey *ferry_secret_key_load(const char *path, bool may_create, GError **error);
/* From one place only. create: random, into a file that must not be there yet, on the disk when it returns. */
FerrySecretKey *ferry_secret_key_read(const char *path, GError **error);
FerrySecretKey *ferry_secret_key_from_variable(const char *name, GError **error); /* the variable must be set */
/* Whether NAME (digits, or file:PATH) or NAME_FILE (PATH) is in the environment. */
bool ferry_secret_key_is_set(const char *name);
FerrySecretKey *ferry_secret_key_create(const char *path, GError **error);
bool ferry_secret_key_is_in_environment(void); /* then no file is read */
void ferry_secret_key_free(FerrySecretKey *key); /* NULL is fine; wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerrySecretKey, ferry_secret_key_free)

/* purpose: "connection con_0123…". */
char *ferry_secret_seal(const FerrySecretKey *key, const char *purpose, const char *text);
/* To be freed with ferry_secret_free(). FERRY_ERROR_AUTH when the key is another one, or the text was changed. */
char *ferry_secret_open(const FerrySecretKey *key, const char *purpose, const char *sealed, GError **error);
