/* Does the user have what a source needs: to read the schema's tables, and to read them as of one moment. */
#include "connectors/oracle/private.h"

bool ferry_oracle_ping(FerryConnection *base, bool as_target, GPtrArray **ret_missing, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *scn = NULL;
	bool works = false;

	if (!ferry_oracle_find_scn(c, &scn, &works, error))
		return false;
	if (!scn)
		g_ptr_array_add(missing, g_strdup_printf("GRANT EXECUTE ON DBMS_FLASHBACK TO %s", c->user));
	if (scn && !works)
		g_ptr_array_add(missing, g_strdup_printf("GRANT FLASHBACK ANY TABLE TO %s", c->user));
	*ret_missing = g_steal_pointer(&missing);
	return true;
}
