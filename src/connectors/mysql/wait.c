/*
 * What a session waits for, asked over another one: the process list's word for its state.
 */
#include "connectors/mysql/private.h"

int64_t ferry_mysql_session_id(FerryConnection *c)
{
	return (int64_t)mysql_thread_id(ferry_mysql(c)->mysql);
}

char *ferry_mysql_explain_wait(FerryConnection *side, int64_t session)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT command, state, time FROM information_schema.processlist "
				"WHERE id = %" G_GINT64_FORMAT,
				session);
	g_autoptr(FerryMysqlRow) row = NULL;

	if (!ferry_mysql_first(ferry_mysql(side), sql, "cannot ask for the state of a session", &row, NULL))
		return NULL;
	if (!row)
		return g_strdup("there is no such session any more");
	return g_strdup_printf("%s, %s, for %s s", row->values[0] ? row->values[0] : "?",
			       row->values[1] && *row->values[1] ? row->values[1] : "no state",
			       row->values[2] ? row->values[2] : "?");
}
