/* Does the user have what a source needs: to read the schema's tables, and to read them as of one moment; or
 * a target: to make tables. */
#include "connectors/oracle/private.h"

static bool look_at_target(FerryOracleConnection *c, GPtrArray *missing, GError **error)
{
	static const char *const wanted[] = {"TABLE", "SEQUENCE"};

	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_autoptr(FerryOracleRow) row = NULL;
		g_autofree char *sql = g_strdup_printf("SELECT COUNT(*) FROM SESSION_PRIVS WHERE PRIVILEGE "
						       "IN ('CREATE %s', 'CREATE ANY %s')",
						       wanted[i], wanted[i]);
		if (!ferry_oracle_first(c, sql, "cannot ask for the privileges", &row, error))
			return false;
		if (row && g_strcmp0(row->values[0], "0") == 0)
			g_ptr_array_add(missing,
					g_strdup_printf("GRANT CREATE %s TO %s", wanted[i], c->user));
	}
	return true;
}

bool ferry_oracle_ping(FerryConnection *base, bool as_target, GPtrArray **ret_missing, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *scn = NULL;
	bool works = false;

	if (as_target) {
		if (!look_at_target(c, missing, error))
			return false;
		*ret_missing = g_steal_pointer(&missing);
		return true;
	}
	if (!ferry_oracle_find_scn(c, &scn, &works, error))
		return false;
	if (!scn)
		g_ptr_array_add(missing, g_strdup_printf("GRANT EXECUTE ON DBMS_FLASHBACK TO %s", c->user));
	if (scn && !works)
		g_ptr_array_add(missing, g_strdup_printf("GRANT FLASHBACK ANY TABLE TO %s", c->user));
	*ret_missing = g_steal_pointer(&missing);
	return true;
}
