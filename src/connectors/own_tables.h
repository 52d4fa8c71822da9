/*
 * The tables that Ferry keeps in a target for itself while a copy is under way (transfer/ledger.h): in a schema "ferry" of their own
 * where schemas can be made ("ferry"."copy"), else beside the others by a prefix ("ferry_copy", "FERRY_COPY"). They are no data of
 * the database. Users may have tables of such names, too: ours are known by a column besides.
 */
#pragma once

#include "connectors/connector.h"

#define FERRY_OWN_SCHEMA "ferry"

bool ferry_own_tables_have_schema(const FerryCaps *caps);
/* Of one of them ("copy"): the schema, NULL where they have none of their own, and the name. Newly allocated. */
void ferry_own_table_name(const FerryCaps *caps, const char *which, const char **ret_schema, char **ret_name);
/* Their names, and those of their keys' indexes, in this schema of a system (char*); empty where it is none of theirs. */
GPtrArray *ferry_own_table_names(const FerryCaps *caps, const char *schema);
/* Takes them out of a connector's catalog. */
void ferry_own_tables_leave_out(const FerryConnector *connector, FerryCatalog *catalog);
