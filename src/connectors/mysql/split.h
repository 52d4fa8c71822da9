/* Between split.c and split_walk.c. */
#pragma once

#include "connectors/mysql/private.h"

/* The column of split()'s key where that is a single integer, else NULL. */
const FerryColumnDef *ferry_mysql_integer_key(const FerryTable *table);

/* Chunks of n_rows by walking the index; a table of at most so many rows gives none. */
bool ferry_mysql_walk_key(FerryMysqlConnection *c, const FerryTable *table, const FerryIndex *key,
			  size_t n_rows, GPtrArray *chunks, GError **error);
