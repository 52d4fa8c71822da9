/*
 * Settings of the service that an admin may change, and what they forbid.
 */
#pragma once

#include "service/service.h"
#include "service/store/store.h"

/* {operators_may_run_sql, operators_may_use_files, denied_hosts[], allowed_hosts[], audit_days}: the former are true, the lists empty
 * and the last 0 (for ever) in a new service. put: members that are missing stay as they are. */
json_t *ferry_settings_get(FerryService *service, GError **error);
json_t *ferry_settings_read(FerryStoreTx *tx, GError **error); /* the same, in a transaction */
json_t *ferry_settings_put(FerryService *service, const FerryActor *actor, json_t *settings, GError **error);

/* Whether a connection to this URL is allowed. FORBIDDEN: the service's own files, for everybody; file connectors and options that
 * name files, for operators where an admin says so (files of the data folder whose name begins with "sample" are always allowed);
 * hosts by the rules of hosts.h: it looks names up, which may take as long as that takes. */
bool ferry_settings_check_url(FerryService *service, const FerryActor *actor, const FerryUrl *url, GError **error);
/* The same, of one that is about to be opened: it also forbids what such a connection must never do, whatever SQL it runs or wherever its
 * server sends it: reach files beside its own (ATTACH), or hosts that the rules are against. */
bool ferry_settings_confine(FerryService *service, const FerryActor *actor, FerryUrl *url, GError **error);
/* Within a transaction, by settings that were read in it: the same, but for hosts; and whether the actor may bring in or start what
 * has SQL of its own at this path (NULL: none). field: for the problem. */
bool ferry_settings_allow_url(FerryService *service, const FerryActor *actor, const json_t *settings, const FerryUrl *url,
                              const char *field, GError **error);
bool ferry_settings_allow_sql(const FerryActor *actor, const json_t *settings, const char *path, GError **error);
