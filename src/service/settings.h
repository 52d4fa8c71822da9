/*
 * Settings of the service that an admin may change, and what they forbid.
 */
#pragma once

#include "service/service.h"

/* {operators_may_run_sql, operators_may_use_files, denied_hosts[], allowed_hosts[]} */
json_t *ferry_settings_get(FerryService *service, GError **error);
json_t *ferry_settings_put(FerryService *service, const FerryActor *actor, json_t *settings, GError **error);

/* Whether a connection to this URL is allowed: file connectors for operators, and hosts: link-local addresses (169.254.0.0/16,
 * fe80::/10) are denied unless they are on the list of allowed ones, by address after resolving the name. FORBIDDEN. */
bool ferry_settings_check_url(FerryService *service, const FerryActor *actor, const FerryUrl *url, GError **error);
/* Whether the actor may start a project with SQL of its own (hooks). */
bool ferry_settings_check_sql(FerryService *service, const FerryActor *actor, bool has_hooks, GError **error);
