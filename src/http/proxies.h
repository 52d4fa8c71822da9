/*
 * Reverse proxies before the server. What a proxy says of its client (X-Forwarded-For, X-Forwarded-Proto) is believed only where
 * the connection comes from an address that was named as a proxy's: everybody can write these headers.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryProxies FerryProxies;

/* Each an address or a network ("10.0.0.0/8", "::1"); NULL-ended, or NULL: none. */
FerryProxies *ferry_proxies_new(const char *const *networks, GError **error);
void ferry_proxies_free(FerryProxies *proxies); /* NULL is fine */

/* address NULL: no. */
bool ferry_proxies_trust(const FerryProxies *proxies, const char *address);
/* Who sends what a trusted peer passes on: the last address of the header that is not a proxy's, since each proxy adds the address
 * that it sees at the end. What is before it may be made up. The peer itself where the header has none. Newly allocated. */
char *ferry_proxies_client(const FerryProxies *proxies, const char *peer, const char *forwarded_for_or_null);
/* Whether the header says that the client speaks TLS. */
bool ferry_proxies_is_https(const char *forwarded_proto_or_null);
