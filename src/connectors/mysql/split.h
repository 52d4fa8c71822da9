/* Between split.c and split_walk.c. */
#pragma once

#include "connectors/mysql/private.h"

bool ferry_mysql_is_integer_key(const FerryColumnDef *column);

/* Chunks of n_rows by walking the index; a table of at most so many rows gives none. */
bool ferry_mysql_walk_key(FerryMysqlConnection *c, const FerryTable *table, const FerryIndex *key,
			  size_t n_rows, GPtrArray *chunks, GError **error);
