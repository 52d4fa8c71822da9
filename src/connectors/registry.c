/* The list of systems: one line each. */
#include "connectors/connector.h"
#include "connectors/mysql/mysql.h"
#include "connectors/oracle/oracle.h"
#include "connectors/postgres/postgres.h"
#include "connectors/sqlite/sqlite.h"

#include <string.h>

static const FerryConnector *const connectors[] = {
	&ferry_mysql_connector,       &ferry_oracle_connector, &ferry_postgres_connector,
	&ferry_singlestore_connector, &ferry_sqlite_connector, NULL,
};

const FerryConnector *const *ferry_connectors(void)
{
	return connectors;
}

const FerryWords *ferry_target_words(const FerryConnector *connector)
{
	static const FerryWords common = {"text", "text", "bigint", "LIMIT 1", true, true, true};

	return connector->target && connector->target->words ? connector->target->words : &common;
}

const FerryConnector *ferry_connector_for_url(const FerryUrl *url, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (const FerryConnector *const *c = connectors; *c; c++) {
		for (const char *const *scheme = (*c)->schemes; *scheme; scheme++) {
			if (!strcmp(*scheme, url->scheme))
				return *c;
			g_string_append_printf(known, "%s%s", known->len ? ", " : "", *scheme);
		}
	}
	ferry_fail(error, FERRY_ERROR_USAGE, "no connector for URLs that begin with '%s:'", url->scheme);
	ferry_error_hint(error, "known are: %s", known->str);
	return NULL;
}
