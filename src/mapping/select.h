/*
 * Which tables take part: globs ('*' any run, '?' one character; case-sensitive) over "table" and
 * "schema.table".
 */
#pragma once

#include "data/catalog.h"

/* Borrowed FerryTables of the catalog, by schema and name. include, exclude: NULL-ended, may be NULL. NULL
 * and FERRY_ERROR_USAGE for a glob of include without a match, FERRY_ERROR_NOT_FOUND where there is no table
 * at all. */
GPtrArray *ferry_select_tables(const FerryCatalog *catalog, const char *const *include,
			       const char *const *exclude, GError **error);

/* Whether the glob is the table's name, or matches it. */
bool ferry_select_matches(const FerryTable *table, const char *glob);

/* "album, artist, track": the few tables whose names are nearest to it; for hints. Newly allocated. */
char *ferry_select_near(const FerryCatalog *catalog, const char *glob);
