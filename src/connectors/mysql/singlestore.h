/*
 * SingleStore: MySQL's protocol before an engine that is not InnoDB. It is a connector of its own name that shares
 * MySQL's code; here is what differs. A server is SingleStore when it knows @@memsql_version.
 *
 * What is left out there: snapshots (READ COMMITTED is all there is), locks, foreign keys, triggers, events, key hints
 * and walks over a key's index. docs/connectors/singlestore.md says what that means.
 */
#pragma once

#include "connectors/mysql/private.h"

/* Asks the server what it is; then product and version are SingleStore's. A connection by a singlestore:// URL to
 * something else is refused. */
bool ferry_singlestore_detect(FerryMysqlConnection *c, GError **error);
/* In place of MySQL's settings: each by itself, those that the server refuses are done without. */
bool ferry_singlestore_set_up(FerryMysqlConnection *c, GError **error);

/* What an index is, by the INDEX_TYPE of information_schema. Pure. */
typedef enum {
	FERRY_SINGLESTORE_INDEX,  /* finds rows: carried over, as a btree */
	FERRY_SINGLESTORE_SHARD,  /* says how rows are distributed: nothing that another system has */
	FERRY_SINGLESTORE_SORT,   /* the order of a columnstore */
	FERRY_SINGLESTORE_SPECIAL /* fulltext, vector: carried over under its own method */
} FerrySinglestoreIndexKind;
FerrySinglestoreIndexKind ferry_singlestore_index_kind(const char *index_type, bool is_unique);

/* What the catalog holds, seen with SingleStore's eyes: notes, counters. Called when all tables are read. */
bool ferry_singlestore_finish_catalog(FerryMysqlConnection *c, FerryCatalog *catalog, GError **error);
