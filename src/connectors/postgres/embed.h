/*
 * For parts of Ferry that use a PostgreSQL connection directly, and not as the source or target of a copy (the service's store):
 * it is opened like any other (ferry_connection_open), so that URLs, TLS and passwords mean the same.
 */
#pragma once

#include "connectors/connector.h"

#include <libpq-fe.h>

/* Borrowed, until the connection is closed. Its search_path holds pg_catalog only. */
PGconn *ferry_pg_get_conn(FerryConnection *connection);
/* Sets *error from the result and returns false; doing: what was tried. */
bool ferry_pg_fail_with(FerryConnection *connection, const PGresult *result, GError **error, const char *doing);
