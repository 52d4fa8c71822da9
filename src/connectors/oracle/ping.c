/* Does the user have what a target needs: to make tables. A source works with the tables that the user sees;
 * what is worse without a privilege is a note of its catalog (privileges.c). */
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

	if (as_target && !look_at_target(c, missing, error))
		return false;
	*ret_missing = g_steal_pointer(&missing);
	return true;
}
