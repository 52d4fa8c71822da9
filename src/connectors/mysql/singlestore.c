/* See singlestore.h. What the server refuses is asked for in statements of its own, so that one refusal takes
 * nothing else with it. */
#include "connectors/mysql/singlestore.h"

#include <string.h>

/* ---- the session ---- */

static bool refuse(const FerryMysqlConnection *c, GError **error)
{
	ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
		   "the server is not SingleStore: it is %s and has no @@memsql_version",
		   mysql_get_server_info(c->mysql));
	ferry_error_hint(error, "for MySQL and MariaDB the URL begins with mysql://");
	return false;
}

bool ferry_singlestore_detect(FerryMysqlConnection *c, GError **error)
{
	bool is_expected = !strcmp(c->base.url->scheme, "singlestore");
	g_autoptr(FerryMysqlRow) row = NULL;
	g_autoptr(GError) answer = NULL;

	/* MariaDB says so in its greeting: no need to ask. */
	if (!is_expected && mariadb_connection(c->mysql))
		return true;
	if (!ferry_mysql_first(c, "SELECT @@memsql_version", "cannot ask for the version", &row, &answer)) {
		if (c->is_lost || g_atomic_int_get(&c->is_cancelled)) {
			g_propagate_error(error, g_steal_pointer(&answer));
			return false;
		}
		return !is_expected || refuse(c, error);
	}
	if (!row || row->n == 0 || !row->values[0])
		return !is_expected || refuse(c, error);
	c->is_singlestore = true;
	c->is_mariadb = false;
	c->version = 50700; /* what its SQL is compatible with, whatever the greeting says */
	c->base.server_product = g_strdup("SingleStore");
	c->base.server_version = g_strdup(row->values[0]);
	return true;
}

/* Timestamps must come in UTC, whether the server lets a session choose or not. */
static bool check_zone(FerryMysqlConnection *c, GError **error)
{
	g_autoptr(FerryMysqlRow) row = NULL;

	if (!ferry_mysql_first(c, "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW())",
			       "cannot ask for the session's time zone", &row, error))
		return false;
	gint64 offset = row && row->values[0] ? g_ascii_strtoll(row->values[0], NULL, 10) : 0;
	c->is_utc = ABS(offset) <= 1;
	return true;
}

bool ferry_singlestore_set_up(FerryMysqlConnection *c, GError **error)
{
	static const char *const settings[] = {
		"SET NAMES utf8mb4",
		"SET SESSION time_zone = '+00:00'",
		"SET SESSION net_write_timeout = 86400",
		"SET SESSION net_read_timeout = 86400",
		"SET SESSION wait_timeout = 604800",
		"SET SESSION group_concat_max_len = 1048576",
		/* Types that only its own clients know must come as those that all know. */
		"SET SESSION enable_extended_types_metadata = 0",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
		g_autoptr(GError) refusal = NULL;
		if (ferry_mysql_execute(c, settings[i], "cannot set up the session", &refusal) ||
		    (!c->is_lost && !ferry_error_is(refusal, FERRY_ERROR_CANCELLED)))
			continue;
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	return check_zone(c, error);
}

/* ---- the catalog ---- */

FerrySinglestoreIndexKind ferry_singlestore_index_kind(const char *index_type, bool is_unique)
{
	static const char *const special[] = {"FULLTEXT", "VECTOR", "SPATIAL"};

	for (size_t i = 0; index_type && i < G_N_ELEMENTS(special); i++)
		if (!g_ascii_strncasecmp(index_type, special[i], strlen(special[i])))
			return FERRY_SINGLESTORE_SPECIAL;
	/* A key that says what rows are unique is one, however it is kept. */
	if (is_unique || !index_type)
		return FERRY_SINGLESTORE_INDEX;
	if (!g_ascii_strcasecmp(index_type, "SHARD") || !g_ascii_strcasecmp(index_type, "METADATA_ONLY"))
		return FERRY_SINGLESTORE_SHARD;
	if (!g_ascii_strcasecmp(index_type, "CLUSTERED COLUMNSTORE"))
		return FERRY_SINGLESTORE_SORT;
	return FERRY_SINGLESTORE_INDEX;
}

/* Its counter stands on each aggregator, with gaps between them, so what counts is the greatest value. */
static bool settle_counter(FerryMysqlConnection *c, const FerryTable *table, FerryColumnDef *column,
			   GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT MAX(");
	g_autoptr(FerryMysqlRow) row = NULL;

	ferry_mysql_append_identifier(sql, column->name);
	g_string_append(sql, ") FROM ");
	ferry_mysql_append_table(sql, table);
	if (!ferry_mysql_first(c, sql->str, "cannot ask for the greatest AUTO_INCREMENT value", &row, error))
		return false;
	gint64 greatest = row && row->values[0] ? g_ascii_strtoll(row->values[0], NULL, 10) : 0;
	if (greatest < 0 || greatest == G_MAXINT64)
		return true;
	column->identity_next =
		column->has_identity_next ? MAX(column->identity_next, greatest + 1) : greatest + 1;
	column->has_identity_next = true;
	return true;
}

static bool settle_counters(FerryMysqlConnection *c, const FerryTable *table, GError **error)
{
	for (guint i = 0; i < table->columns->len; i++) {
		FerryColumnDef *column = table->columns->pdata[i];
		if (column->identity == FERRY_IDENTITY_AUTO && !settle_counter(c, table, column, error))
			return false;
	}
	return true;
}

static void note_database(FerryCatalog *catalog, FerrySeverity severity, const char *text)
{
	const char *object = catalog->database ? catalog->database : "all databases";
	g_ptr_array_add(catalog->notes, ferry_note_new(severity, "database", object, text));
}

bool ferry_singlestore_finish_catalog(FerryMysqlConnection *c, FerryCatalog *catalog, GError **error)
{
	for (guint i = 0; i < catalog->tables->len; i++)
		if (!settle_counters(c, catalog->tables->pdata[i], error))
			return false;
	note_database(catalog, FERRY_SEVERITY_WARNING,
		      "SingleStore has no snapshot that several statements share: rows that are written "
		      "during the copy may "
		      "be in it or not");
	if (!c->is_utc)
		note_database(catalog, FERRY_SEVERITY_LOSS,
			      "the server does not let the session have UTC: timestamps come in the server's "
			      "zone, and are "
			      "taken for UTC");
	return true;
}
