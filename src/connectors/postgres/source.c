#include "connectors/postgres/private.h"
static bool no_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "reading from PostgreSQL is not there yet");
}
static bool no_read(FerryReader *r, const FerryReadSpec *spec, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "reading from PostgreSQL is not there yet");
}
static FerryStep no_next(FerryReader *r, FerryBatch *batch, GError **error)
{
	return FERRY_STEP_END;
}
static void no_close(FerryReader *r)
{
}
const FerrySourceOps ferry_pg_source = {.reader_size = sizeof(FerryReader),
					.catalog = no_catalog,
					.read = no_read,
					.next = no_next,
					.close = no_close};
