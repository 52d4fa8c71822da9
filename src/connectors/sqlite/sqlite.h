/*
 * SQLite, as source and as target. One database is one file; a connection is one sqlite3 handle.
 */
#pragma once

#include "connectors/connector.h"

extern const FerryConnector ferry_sqlite_connector;
