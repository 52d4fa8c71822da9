/*
 * One point in time for all lanes. A consistent snapshot belongs to one connection; that several have the
 * same is a matter of nobody writing while they take theirs. FLUSH TABLES WITH READ LOCK holds the writers
 * off, for some milliseconds once it has the lock; it waits for running statements, and new ones wait behind
 * it, so the wait is limited.
 */
#include "connectors/mysql/private.h"

#include <string.h>

#define LOCK_WAIT_S "5"

static bool start_transaction(FerryMysqlConnection *c, GError **error)
{
	return ferry_mysql_execute(c, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
				   "cannot take a snapshot", error);
}

static bool start_all(FerryConnection **connections, size_t n, GError **error)
{
	for (size_t i = 0; i < n; i++)
		if (!start_transaction(ferry_mysql(connections[i]), error))
			return false;
	return true;
}

static bool lock(FerryMysqlConnection *c, GError **error)
{
	static const char limit[] = "SET SESSION lock_wait_timeout = " LOCK_WAIT_S;
	static const char no_limit[] = "SET SESSION lock_wait_timeout = DEFAULT";
	bool ok = ferry_mysql_execute(c, limit, "cannot limit the wait for locks", error) &&
		  ferry_mysql_execute(c, "FLUSH TABLES WITH READ LOCK", "cannot lock the tables for a moment",
				      error);
	(void)ferry_mysql_execute(c, no_limit, "cannot reset the wait for locks", NULL);
	return ok;
}

static bool unlock(FerryMysqlConnection *c, GError **error)
{
	return ferry_mysql_execute(c, "UNLOCK TABLES", "cannot unlock the tables", error);
}

static char *describe_refusal(FerryMysqlConnection *c, const GError *refusal)
{
	if (!ferry_error_is(refusal, FERRY_ERROR_PERMISSION))
		return g_strdup_printf("each lane has a snapshot of its own: a lock on all tables was not to "
				       "be had within " LOCK_WAIT_S " s");
	g_autoptr(FerryMysqlRow) row = NULL;
	if (!ferry_mysql_first(c, "SELECT CURRENT_USER()", "cannot ask for the user", &row, NULL) || !row ||
	    !row->values[0])
		return g_strdup(
			"each lane has a snapshot of its own: one for all needs the privilege RELOAD");
	char **parts = g_strsplit(row->values[0], "@", 2);
	char *text = g_strdup_printf("each lane has a snapshot of its own; for one that all share: GRANT "
				     "RELOAD ON *.* TO '%s'@'%s'",
				     parts[0], parts[0] && parts[1] ? parts[1] : "%");
	g_strfreev(parts);
	return text;
}

bool ferry_mysql_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error)
{
	g_autoptr(GError) refusal = NULL;

	if (n == 1) {
		if (!start_all(connections, n, error))
			return false;
		*ret_description = g_strdup("one snapshot for all rows");
		return true;
	}
	FerryMysqlConnection *lead = ferry_mysql(connections[0]);
	bool is_locked = lock(lead, &refusal);
	if (!is_locked && lead->is_lost) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	gint64 begin = g_get_monotonic_time();
	/* The user may have cancelled, a connection may be lost: the lock must go in any case. */
	bool ok = start_all(connections, n, error);
	if (is_locked && !unlock(lead, ok ? error : NULL))
		ok = false;
	if (!ok)
		return false;
	if (is_locked)
		*ret_description = g_strdup_printf(
			"one snapshot for all lanes (all tables were locked against writing for %.1f ms)",
			(double)(g_get_monotonic_time() - begin) / 1000.0);
	else
		*ret_description = describe_refusal(lead, refusal);
	return true;
}
