/*
 * MySQL 5.7–9 and MariaDB 10.3+ as a source, over libmariadb. Rows come through server-side prepared
 * statements (the binary protocol), so that FLOAT keeps its bits and nothing is printed and parsed again;
 * they are read unbuffered and decoded straight from the client library's packet buffer (row_decode.h).
 *
 * A URL with a database copies that database, one without copies all that are not the system's own; a
 * database is a schema in the catalog. docs/connectors/mysql.md says what becomes of each type.
 */
#pragma once

#include "connectors/connector.h"

extern const FerryConnector ferry_mysql_connector;
/* The same code for SingleStore, whose differences are in singlestore.h. */
extern const FerryConnector ferry_singlestore_connector;
