/*
 * Oracle 12.1 to 26ai, without Instant Client: the connector speaks TNS and TTC, the wire
 * protocol of Oracle's own clients, itself. address.c finds out where to go, net.c has the socket, wire.c the
 * packets, login.c and auth.c get in, message.c, describe.c and cursor.c run statements, decode*.c turn rows
 * into batches; above that the files are those of every connector. docs/connectors/oracle.md says what
 * becomes of each type.
 *
 * A URL names a service (or a SID, a descriptor, a name of tnsnames.ora); the catalog is that of the user's
 * own schema or of the one in ?schema=.
 */
#pragma once

#include "connectors/connector.h"

extern const FerryConnector ferry_oracle_connector;
