/*
 * The wire formats that two servers of this kind share: the bytes of COPY as they are, binary or text.
 *
 * Binary carries type OIDs inside of arrays, composites and ranges, and a user's type has another OID on the
 * other server; so binary needs columns whose types are built in, or enums (sent as their labels) and domains
 * (sent as their base type).
 */
#include "connectors/postgres/private.h"

#include <string.h>

bool ferry_pg_accepts(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
		      const FerryTable *source_table, const char *wire_format)
{
	return false;
}
