/*
 * What a session waits for, asked over another one: its wait event, and who holds the lock it wants
 * (https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE). Of other users' sessions
 * only members of pg_monitor see the state.
 */
#include "connectors/postgres/private.h"

int64_t ferry_pg_session_id(FerryConnection *c)
{
	return PQbackendPID(pg_connection(c)->conn);
}

/* clang-format off */
static const char question[] =
	"SELECT CASE WHEN a.state LIKE 'idle%' THEN 'nothing: it has answered, and is ' || a.state "
	"WHEN a.wait_event IS NULL THEN 'nothing: it is at work' "
	"ELSE a.wait_event_type || ' ' || a.wait_event END || coalesce(', held by ' || ("
	"SELECT string_agg('session ' || b.pid || ' (' || concat_ws(', ', nullif(b.application_name, ''), b.usename, b.state) || ')', "
	"' and ') FROM pg_catalog.pg_stat_activity b WHERE b.pid = ANY (pg_catalog.pg_blocking_pids(a.pid))), '') "
	"FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1";
/* clang-format on */

char *ferry_pg_explain_wait(FerryConnection *side, int64_t session)
{
	g_autofree char *pid = g_strdup_printf("%" G_GINT64_FORMAT, session);
	const char *params[] = {pid};
	g_autoptr(PGresult) result =
		PQexecParams(pg_connection(side)->conn, question, 1, NULL, params, NULL, NULL, 0);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return NULL;
	if (PQntuples(result) == 0)
		return g_strdup("there is no such session any more");
	return PQgetisnull(result, 0, 0) ? NULL : g_strdup(PQgetvalue(result, 0, 0));
}
