/*
 * Numbers over the whole service: for the dashboard and for Prometheus.
 */
#pragma once

#include "service/service.h"

/* docs/api.md: GET /summary; of what the actor may see. */
json_t *ferry_summary_json(FerryService *service, const FerryActor *actor, GError **error);
/* Prometheus' text format 0.0.4. */
char *ferry_summary_metrics(FerryService *service, guint n_streams, GError **error);
