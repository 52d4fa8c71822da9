/*
 * PostgreSQL 12 to 18 as source and target, on libpq. The registry lists this struct; nothing else in the
 * folder is for others. What it does with which type stands in docs/connectors/postgres.md.
 */
#pragma once

#include "connectors/connector.h"

extern const FerryConnector ferry_postgres_connector;
