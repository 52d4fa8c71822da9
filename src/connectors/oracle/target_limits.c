/*
 * What holds for the whole database that is loaded: its character set, which is asked for once a plan. The
 * server turns texts into it by itself, and puts a replacement for what it lacks.
 */
#include "connectors/oracle/target.h"

#include <string.h>

bool ferry_oracle_note_limits(FerryConnection *base, FerryCatalog *target, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);
	g_autoptr(FerryOracleRow) row = NULL;

	if (!ferry_oracle_first(c,
				"SELECT VALUE FROM NLS_DATABASE_PARAMETERS WHERE PARAMETER = "
				"'NLS_CHARACTERSET'",
				"cannot ask for the database's character set", &row, error))
		return false;
	const char *name = row ? row->values[0] : NULL;
	if (!name || !strcmp(name, "AL32UTF8") || !strcmp(name, "UTF8"))
		return true;
	g_autofree char *text = g_strdup_printf(
		"its character set is %s: the server replaces characters that are not in it without a word; "
		"verification names such rows",
		name);
	g_ptr_array_add(target->notes, ferry_note_new(FERRY_SEVERITY_WARNING, "database", c->schema, text));
	return true;
}
