/*
 * Single values of a table, found with its own reader, for every source alike: no more is asked of a
 * connector than reading rows and quoting names.
 */
#pragma once

#include "connectors/connector.h"

/* Whether names can be quoted; else nothing here but count works. */
bool ferry_lookup_can_quote(const FerryConnection *c);

/* "schema"."name" in the system's SQL; newly allocated. NULL: the connector does not say how. */
char *ferry_lookup_quote(FerryConnection *c, const char *schema, const char *name);

/* The text literal of the system's SQL. NULL: the connector does not say how. */
char *ferry_lookup_quote_text(FerryConnection *c, const char *text);

/* The column's greatest (or least) value, as the server's own text; NULL where no row has one. The table's
 * filter and query hold. */
bool ferry_lookup_extreme(FerryConnection *c, const FerryTable *table, const char *column, bool is_greatest,
			  char **ret_text, GError **error);

/* Rows of the chunk, by the connector's count or by reading one column. schema: of what is read from the
 * table. */
bool ferry_lookup_count(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
			const char *predicate, int64_t *ret_rows, GError **error);
