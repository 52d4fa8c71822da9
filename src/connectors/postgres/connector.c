/* The PostgreSQL connector: facts and functions. */
#include "connectors/postgres/private.h"

static const char *const schemes[] = {"postgresql", "postgres", NULL};

const FerryWords ferry_pg_words = {
	.text = "text",
	.key_text = "text",
	.integer = "bigint",
	.one_row = "LIMIT 1",
	.has_if_not_exists = true,
	.has_row_lists = true,
	.has_release = true,
	.lock_table = "LOCK TABLE",
};

const FerryConnector ferry_postgres_connector = {
	.name = "postgres",
	.title = "PostgreSQL",
	.schemes = schemes,
	.url_example = "postgresql://user@host:5432/database",
	.versions = "PostgreSQL 12–18",
	.caps = {.has_schemas = true,
		 .has_transactional_ddl = true,
		 .has_enum_types = true,
		 .has_bare_tables = true,
		 .max_identifier = 63},
	.options = ferry_pg_options,
	.connection_size = sizeof(PgConnection),
	.open = ferry_pg_open,
	.close = ferry_pg_close,
	.cancel = ferry_pg_cancel,
	.ping = ferry_pg_ping,
	.session_id = ferry_pg_session_id,
	.explain_wait = ferry_pg_explain_wait,
	.source = &ferry_pg_source,
	.target = &ferry_pg_target,
};
