/* One point in time for all lanes, and for a copy that goes on later: every query reads as of one system
 * change number. */
#include "connectors/oracle/private.h"

#include <string.h>

static bool is_number(const char *text)
{
	return text && *text && strspn(text, "0123456789") == strlen(text);
}

/* In the order of the privileges that they need. NULL with an error: none of them worked. */
static char *ask_for_scn(FerryOracleConnection *c, GError **error)
{
	static const char *const queries[] = {
		"SELECT TO_CHAR(DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER) FROM DUAL",
		"SELECT TO_CHAR(CURRENT_SCN) FROM V$DATABASE",
		"SELECT TO_CHAR(TIMESTAMP_TO_SCN(SYSTIMESTAMP)) FROM DUAL",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(FerryOracleRow) row = NULL;
		if (error)
			g_clear_error(error);
		if (ferry_oracle_first(c, queries[i], "cannot ask for the system change number", &row,
				       error)) {
			if (row && is_number(row->values[0]))
				return g_strdup(row->values[0]);
			ferry_fail(error, FERRY_ERROR_FAILED,
				   "the server does not tell its system change number");
		}
		if (c->is_lost || g_atomic_int_get(&c->is_cancelled))
			return NULL;
	}
	return NULL;
}

/* Tables that an SCN means something to. A few: one may be broken, or not for this user to read. */
#define CANDIDATES                                                                                           \
	"SELECT TABLE_NAME FROM ALL_TABLES WHERE OWNER = %s AND TEMPORARY = 'N' AND NESTED = 'NO' AND "      \
	"SECONDARY = 'N' AND IOT_TYPE IS NULL AND TABLE_NAME NOT LIKE 'BIN$%%' AND TABLE_NAME NOT IN "       \
	"(SELECT TABLE_NAME FROM ALL_EXTERNAL_TABLES WHERE OWNER = %s) ORDER BY TABLE_NAME "                 \
	"FETCH FIRST 5 ROWS ONLY"

static bool list_candidates(FerryOracleConnection *c, FerryRows **ret_rows, GError **error)
{
	g_autofree char *owner = ferry_oracle_quote_text(c->schema);
	g_autofree char *sql = g_strdup_printf(CANDIDATES, owner, owner);

	return ferry_oracle_query(c, sql, "cannot list the tables", ret_rows, error);
}

/* What holds for all tables, and no other need be asked: no privilege, or a number of too long ago. Anything
 * else is one table's own. */
static bool is_for_all(const GError *refusal)
{
	static const int numbers[] = {1031, 41900, 8180, 8181, 1555};

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (ferry_error_get_vendor_code(refusal) == numbers[i])
			return true;
	return false;
}

/* Reads tables of the schema as of then. *ret_obstacle: why it does not work, or NULL. */
static bool try_scn(FerryOracleConnection *c, const char *scn, GError **ret_obstacle, GError **error)
{
	g_autoptr(FerryRows) tables = NULL;
	g_autoptr(GError) obstacle = NULL;

	if (!list_candidates(c, &tables, error))
		return false;
	for (guint i = 0; i < tables->rows->len && !(obstacle && is_for_all(obstacle)); i++) {
		g_autofree char *name =
			ferry_oracle_quote_name(c->schema, ((char **)tables->rows->pdata[i])[0]);
		g_autofree char *sql =
			g_strdup_printf("SELECT 1 FROM %s AS OF SCN %s WHERE 1 = 0", name, scn);
		g_autofree char *doing = g_strdup_printf("cannot read %s as of SCN %s", name, scn);
		g_autoptr(FerryOracleRow) none = NULL;

		g_clear_error(&obstacle);
		if (ferry_oracle_first(c, sql, doing, &none, &obstacle))
			return true;
		if (c->is_lost || g_atomic_int_get(&c->is_cancelled)) {
			g_propagate_error(error, g_steal_pointer(&obstacle));
			return false;
		}
	}
	*ret_obstacle = g_steal_pointer(&obstacle);
	return true;
}

bool ferry_oracle_find_scn(FerryOracleConnection *c, char **ret_scn, GError **ret_obstacle, GError **error)
{
	g_autoptr(GError) refusal = NULL;
	g_autofree char *scn = ask_for_scn(c, &refusal);

	if (!scn && (c->is_lost || g_atomic_int_get(&c->is_cancelled))) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	if (scn && !try_scn(c, scn, ret_obstacle, error))
		return false;
	*ret_scn = g_steal_pointer(&scn);
	return true;
}

static void set_scn(FerryConnection **connections, size_t n, const char *scn)
{
	for (size_t i = 0; i < n; i++) {
		FerryOracleConnection *c = ferry_oracle(connections[i]);
		g_free(c->scn);
		c->scn = g_strdup(scn);
	}
}

bool ferry_oracle_share_snapshot(FerryConnection *c, char **ret_name, GError **error)
{
	if (!ferry_oracle(c)->scn)
		return ferry_fail(error, FERRY_ERROR_FAILED,
				  "there is no snapshot: no system change number was to be had");
	*ret_name = g_strconcat("SCN ", ferry_oracle(c)->scn, NULL);
	return true;
}

bool ferry_oracle_join_snapshot(FerryConnection **connections, size_t n, const char *name, GError **error)
{
	const char *scn = g_str_has_prefix(name, "SCN ") ? name + 4 : NULL;
	g_autoptr(GError) obstacle = NULL;

	if (!is_number(scn))
		return ferry_fail(error, FERRY_ERROR_FAILED, "%s is no system change number", name);
	if (!try_scn(ferry_oracle(connections[0]), scn, &obstacle, error))
		return false;
	if (obstacle) {
		g_propagate_prefixed_error(error, g_steal_pointer(&obstacle),
					   "tables are not to be read as of %s any more: ", name);
		return false;
	}
	set_scn(connections, n, scn);
	return true;
}

/* What stands in the report in the place of a snapshot. */
static char *describe_none(const FerryOracleConnection *lead, const char *scn, const GError *obstacle)
{
	static const char none[] = "no snapshot: each query reads as of its own beginning";

	if (!scn)
		return g_strdup_printf("%s; for one that all share: GRANT EXECUTE ON DBMS_FLASHBACK TO %s",
				       none, lead->user);
	if (ferry_error_is(obstacle, FERRY_ERROR_PERMISSION))
		return g_strdup_printf("%s; for one that all share: GRANT FLASHBACK ANY TABLE TO %s", none,
				       lead->user);
	return g_strdup_printf("%s; %s", none, obstacle->message);
}

bool ferry_oracle_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error)
{
	FerryOracleConnection *lead = ferry_oracle(connections[0]);
	const char *wanted = ferry_url_param(lead->base.url, "scn", NULL);
	g_autofree char *scn = g_strdup(wanted);
	g_autoptr(GError) obstacle = NULL;

	if (wanted && !is_number(wanted))
		return ferry_fail(error, FERRY_ERROR_USAGE, "parameter scn is a number, not '%s'", wanted);
	if (!wanted && !ferry_oracle_find_scn(lead, &scn, &obstacle, error))
		return false;
	if (!scn || obstacle) {
		*ret_description = describe_none(lead, scn, obstacle);
		return true;
	}
	set_scn(connections, n, scn);
	*ret_description = g_strdup_printf("one snapshot for all lanes (SCN %s)", scn);
	return true;
}
