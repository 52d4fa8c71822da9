/*
 * Which hosts the service may connect to. A list's entry is a host name ("db.example.com"), all names below one
 * ("*.example.com"), an address, or a network ("10.0.0.0/8", "fd00::/8"). Names are matched as written and by the addresses that
 * they resolve to.
 */
#pragma once

#include "base/url.h"

#include <jansson.h>

/* Whether an entry can be understood. */
bool ferry_hosts_is_entry(const char *entry);

/* A denied entry decides before everything. Addresses that a database has no business at (link-local ones, among them those where
 * clouds serve credentials, unspecified and multicast ones) need an entry that allows them; where there are allowed
 * entries, every host needs one. Loopback is an address like others, unix sockets are "localhost". A name that does not resolve is let
 * through: the connection will fail and say so. FERRY_PROBLEM_FORBIDDEN. */
bool ferry_hosts_check(const FerryUrl *url, const json_t *denied, const json_t *allowed, GError **error);
/* The same for hosts that a server sends a connection on to. Takes copies. */
FerryHostRule *ferry_hosts_rule_new(const json_t *denied, const json_t *allowed);
