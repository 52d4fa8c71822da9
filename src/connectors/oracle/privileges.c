/*
 * What the user may not do, as notes of the catalog: each names the privilege, what it is needed for, what is
 * done without it, and the statement that grants it. A copy works without any of them; what it cannot work
 * without is an error with the statement as its hint (ferry_oracle_builder_each()).
 */
#include "connectors/oracle/catalog.h"

#define KIND "privilege"

static void note(FerryOracleCatalogBuilder *b, FerrySeverity severity, const char *object, const char *format,
		 ...) G_GNUC_PRINTF(4, 5);

static void note(FerryOracleCatalogBuilder *b, FerrySeverity severity, const char *object, const char *format,
		 ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(b->catalog->notes, ferry_note_new(severity, KIND, object, text));
}

void ferry_oracle_note_unlisted(FerryOracleCatalogBuilder *b, const char *view, const char *what)
{
	note(b, FERRY_SEVERITY_WARNING, view,
	     "SELECT on it is missing: it lists %s; without it the plan names none of them. GRANT SELECT ON "
	     "SYS.%s TO %s",
	     what, view, b->connection->user);
}

/* ---- one moment for all rows ---- */

static bool look_at_moment(FerryOracleCatalogBuilder *b, GError **error)
{
	const char *user = b->connection->user;
	g_autofree char *scn = NULL;
	g_autoptr(GError) obstacle = NULL;

	if (!ferry_oracle_find_scn(b->connection, &scn, &obstacle, error))
		return false;
	if (!scn)
		note(b, FERRY_SEVERITY_WARNING, "DBMS_FLASHBACK",
		     "EXECUTE on it is missing, and V$DATABASE is not to be seen: one of them tells the "
		     "system change number as of which all lanes read; without it each query reads as of its "
		     "own beginning, so that tables may be of different moments, and a copy that goes on "
		     "later of others. GRANT EXECUTE ON SYS.DBMS_FLASHBACK TO %s (or GRANT SELECT ON "
		     "SYS.V_$DATABASE TO %s)",
		     user, user);
	else if (ferry_error_is(obstacle, FERRY_ERROR_PERMISSION))
		note(b, FERRY_SEVERITY_WARNING, "FLASHBACK",
		     "it is missing on tables of %s: by it all lanes read as of one system change number; "
		     "without it each query reads as of its own beginning, so that tables may be of "
		     "different "
		     "moments. GRANT FLASHBACK ANY TABLE TO %s (or GRANT FLASHBACK ON … TO %s for each "
		     "table)",
		     b->connection->schema, user, user);
	else if (obstacle)
		g_ptr_array_add(b->catalog->notes, ferry_note_new(FERRY_SEVERITY_WARNING, "snapshot",
								  b->connection->schema, obstacle->message));
	return true;
}

/* ---- views of the dictionary ---- */

/* *ret_is_seen; false: the connection is of no use any more. */
static bool can_see(FerryOracleConnection *c, const char *view, bool *ret_is_seen, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT 1 FROM %s WHERE 1 = 0", view);
	g_autoptr(FerryOracleRow) row = NULL;
	g_autoptr(GError) refusal = NULL;

	*ret_is_seen = ferry_oracle_first(c, sql, "cannot look at a view of the dictionary", &row, &refusal);
	if (*ret_is_seen || !(c->is_lost || g_atomic_int_get(&c->is_cancelled)))
		return true;
	g_propagate_error(error, g_steal_pointer(&refusal));
	return false;
}

static bool look_at_extents(FerryOracleCatalogBuilder *b, GError **error)
{
	static const char *const views[] = {"DBA_EXTENTS", "DBA_OBJECTS"};

	for (size_t i = 0; i < G_N_ELEMENTS(views); i++) {
		bool is_seen;

		if (!can_see(b->connection, views[i], &is_seen, error))
			return false;
		if (!is_seen)
			note(b, FERRY_SEVERITY_INFO, views[i],
			     "SELECT on it is missing: it tells where a table's blocks are, so that each "
			     "chunk is one scan of neighbouring ones; without it a table is divided by a "
			     "numeric key, or else between the addresses of its first and last row, which is "
			     "slower. GRANT SELECT ON SYS.%s TO %s (or GRANT SELECT_CATALOG_ROLE TO %s)",
			     views[i], b->connection->user, b->connection->user);
	}
	return true;
}

/* ---- another user's schema ---- */

/* Of what one may not use, ALL_ views do not even tell that it is there. */
static bool look_at_schema(FerryOracleCatalogBuilder *b, GError **error)
{
	static const struct {
		const char *privilege, *other, *what;
		FerrySeverity severity;
	} wanted[] = {
		{"SELECT ANY TABLE", "READ ANY TABLE", "tables and views", FERRY_SEVERITY_WARNING},
		{"EXECUTE ANY PROCEDURE", "DEBUG ANY PROCEDURE", "routines, packages and their texts",
		 FERRY_SEVERITY_INFO},
	};
	FerryOracleConnection *c = b->connection;

	for (size_t i = 0; g_strcmp0(c->user, c->schema) != 0 && i < G_N_ELEMENTS(wanted); i++) {
		g_autofree char *sql =
			g_strdup_printf("SELECT COUNT(*) FROM SESSION_PRIVS WHERE PRIVILEGE IN ('%s', '%s')",
					wanted[i].privilege, wanted[i].other);
		g_autoptr(FerryOracleRow) row = NULL;

		if (!ferry_oracle_first(c, sql, "cannot ask for the privileges", &row, error))
			return false;
		if (row && g_strcmp0(row->values[0], "0") == 0)
			note(b, wanted[i].severity, wanted[i].privilege,
			     "it is missing, and %s is another user's schema: by it all %s are seen; without "
			     "it "
			     "the plan knows only those on which %s has privileges of its own. GRANT %s TO "
			     "%s",
			     c->schema, wanted[i].what, c->user, wanted[i].privilege, c->user);
	}
	return true;
}

bool ferry_oracle_note_privileges(FerryOracleCatalogBuilder *b, GError **error)
{
	/* Who looks at one table asks for no plan. */
	if (b->connection->base.only_table)
		return true;
	return look_at_moment(b, error) && look_at_extents(b, error) && look_at_schema(b, error);
}
