/*
 * The one-call family: an execution seen as a job, for scripts and other front ends that want nothing but start, look and
 * cancel. docs/api.md describes the job object.
 */
#pragma once

#include "service/service.h"

/* {project_id} or {source, target, tables?, target_schema?, document?}, and dry_run. source and target are a connection's id or
 * name, or a URL, which is stored as a connection. The job. */
json_t *ferry_migrate_start(FerryService *service, const FerryActor *actor, const json_t *request, GError **error);
/* The whole job: last 1000 log lines, all object results. */
json_t *ferry_migrate_get(FerryService *service, const char *id, GError **error);
/* Jobs without logs and results, newest first, those that the actor may see: {jobs: […]}. */
json_t *ferry_migrate_list(FerryService *service, const FerryActor *actor, GError **error);
/* What is new since the id: the job without what is known, *ret_seq for the next call; *ret_has_ended. */
json_t *ferry_migrate_since(FerryService *service, const char *id, int64_t since, int64_t *ret_seq, bool *ret_has_ended,
                            GError **error);

/* The channel of a job's events, newly allocated; and what publishes them: everything after the id, to those who listen. Only for
 * the functions that publish an execution's events. */
char *ferry_migrate_channel(const char *id);
void ferry_migrate_publish(FerryService *service, const char *id, int64_t since);
