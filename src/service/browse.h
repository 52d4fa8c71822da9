/*
 * Looking into a database over a stored connection: tables, one table's columns and keys, sample rows. Catalogs are kept for
 * half a minute, so that a wizard that pages through thousands of tables reads them once.
 */
#pragma once

#include "service/service.h"

/* Tables and views by schema and name; search: a part of the name, without regard to case, or NULL. */
json_t *ferry_browse_tables(FerryService *service, const FerryActor *actor, const char *connection_id, const char *search,
                            const FerryPage *page, GError **error);
/* schema may be NULL where there is only one table of that name. */
json_t *ferry_browse_table(FerryService *service, const FerryActor *actor, const char *connection_id, const char *schema,
                           const char *name, GError **error);
json_t *ferry_browse_rows(FerryService *service, const FerryActor *actor, const char *connection_id, const char *schema,
                          const char *name, guint n_rows, GError **error);
/* The whole of it, as `ferry inspect --json` gives it. A borrowed reference is not kept: the caller owns what he gets. */
json_t *ferry_browse_catalog(FerryService *service, const FerryActor *actor, const char *connection_id, GError **error);
void ferry_browse_forget(FerryService *service, const char *connection_id);
