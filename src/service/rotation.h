/*
 * Changing the key that seals secrets.
 *
 * With a key file: the new key is written to the disk, the old file gets the name secret.key.old, the new one takes its place, all
 * secrets are sealed again in one transaction, and secret.key.old is removed. Whatever is interrupted in between, the next opening
 * of the service finishes it: as long as there is a secret.key.old, every secret that the key does not open is tried with the
 * old one. With a key in FERRY_SECRET_KEY: set the new one there and the old one in FERRY_SECRET_KEY_OLD, and open the service.
 */
#pragma once

#include "service/service.h"

/* Makes a new key and seals everything with it. No other process may have the service open. */
bool ferry_secrets_rotate(FerryService *service, guint *ret_n_sealed, GError **error);
/* Finishes what was begun, where there is an old key; called when the service opens. */
bool ferry_secrets_finish_rotation(FerryService *service, GError **error);
