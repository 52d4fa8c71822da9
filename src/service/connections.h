/*
 * Connections: named, stored ways to reach a database. The store holds the URL as people may see it, and the whole of it,
 * sealed. docs/api.md describes the JSON.
 */
#pragma once

#include "service/service.h"

json_t *ferry_connections_list(FerryService *service, const FerryPage *page, GError **error);
json_t *ferry_connections_get(FerryService *service, const char *id, GError **error);
/* Whether the actor could make one of this URL; INVALID and FORBIDDEN, of the field "url". */
bool ferry_connections_check(FerryService *service, const FerryActor *actor, const char *url, GError **error);
/* {name, url, password?} */
json_t *ferry_connections_create(FerryService *service, const FerryActor *actor, const json_t *request, GError **error);
/* Any of them; version -1: whatever it is. A URL without a password keeps the one that is stored, password null removes it. */
json_t *ferry_connections_update(FerryService *service, const FerryActor *actor, const char *id, int64_t version,
                                 const json_t *request, GError **error);
/* CONFLICT while a project uses it. */
bool ferry_connections_delete(FerryService *service, const FerryActor *actor, const char *id, int64_t version, GError **error);

/* Opens it: {ok, product, server_version, latency_ms, missing, error, tested_at}. What the database says is in the answer, not an
 * error. is_target: which privileges are looked at; of a stored connection those of both. */
json_t *ferry_connections_test(FerryService *service, const FerryActor *actor, const char *id, GError **error);
json_t *ferry_connections_test_url(FerryService *service, const FerryActor *actor, const json_t *request, GError **error);

/* The URL with its password, within a transaction, and unchecked: for rules only. */
FerryUrl *ferry_connections_find_url(FerryService *service, FerryStoreTx *tx, const char *id, GError **error);
/* The URL with its password, checked against the rules for hosts and files. */
FerryUrl *ferry_connections_load_url(FerryService *service, const FerryActor *actor, const char *id, GError **error);
/* The same, opened. create: a target that is a file may be made. *ret_url lives as long as the connection; the caller's. */
FerryConnection *ferry_connections_open(FerryService *service, const FerryActor *actor, const char *id, bool create,
                                        FerryUrl **ret_url, GError **error);
