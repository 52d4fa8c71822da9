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

/* Some table of the schema, read as of then: without the privilege all would fail. *ret_works. */
static bool try_scn(FerryOracleConnection *c, const char *scn, bool *ret_works, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT TABLE_NAME FROM ALL_TABLES WHERE OWNER = ");
	g_autoptr(FerryOracleRow) row = NULL;
	g_autoptr(GError) refusal = NULL;

	ferry_oracle_append_literal(sql, c->schema);
	g_string_append(
		sql, " AND TEMPORARY = 'N' AND NESTED = 'NO' AND IOT_TYPE IS NULL FETCH FIRST 1 ROWS ONLY");
	if (!ferry_oracle_first(c, sql->str, "cannot list the tables", &row, error))
		return false;
	*ret_works = true;
	if (!row || !row->values[0])
		return true;
	g_autofree char *name = ferry_oracle_quote_name(c->schema, row->values[0]);
	g_string_printf(sql, "SELECT 1 FROM %s AS OF SCN %s WHERE 1 = 0", name, scn);
	g_autoptr(FerryOracleRow) none = NULL;
	*ret_works =
		ferry_oracle_first(c, sql->str, "cannot read as of a system change number", &none, &refusal);
	if (*ret_works || !c->is_lost)
		return true;
	g_propagate_error(error, g_steal_pointer(&refusal));
	return false;
}

bool ferry_oracle_find_scn(FerryOracleConnection *c, char **ret_scn, bool *ret_works, GError **error)
{
	g_autoptr(GError) refusal = NULL;
	g_autofree char *scn = ask_for_scn(c, &refusal);

	if (!scn && (c->is_lost || g_atomic_int_get(&c->is_cancelled))) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	*ret_works = false;
	if (scn && !try_scn(c, scn, ret_works, error))
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
	bool works = false;

	if (is_number(scn) && !try_scn(ferry_oracle(connections[0]), scn, &works, error))
		return false;
	if (!works)
		return ferry_fail(error, FERRY_ERROR_FAILED, "the server has no rows any more as of %s",
				  name);
	set_scn(connections, n, scn);
	return true;
}

bool ferry_oracle_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error)
{
	FerryOracleConnection *lead = ferry_oracle(connections[0]);
	const char *wanted = ferry_url_param(lead->base.url, "scn", NULL);
	g_autofree char *scn = g_strdup(wanted);
	bool works = true;

	if (wanted && !is_number(wanted))
		return ferry_fail(error, FERRY_ERROR_USAGE, "parameter scn is a number, not '%s'", wanted);
	if (!wanted && !ferry_oracle_find_scn(lead, &scn, &works, error))
		return false;
	if (!works) {
		*ret_description = g_strdup_printf(
			"no snapshot: each query reads as of its own beginning; for one that all "
			"share: GRANT %s TO %s",
			scn ? "FLASHBACK ANY TABLE" : "EXECUTE ON DBMS_FLASHBACK", lead->user);
		return true;
	}
	set_scn(connections, n, scn);
	*ret_description = g_strdup_printf("one snapshot for all lanes (SCN %s)", scn);
	return true;
}
