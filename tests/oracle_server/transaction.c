/* A session's transaction is one of SQLite's. */
#include "session.h"

void session_begin(Session *s)
{
	if (sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	s->is_in_transaction = TRUE;
}

void session_commit(Session *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
	s->is_in_transaction = FALSE;
}

void session_rollback(Session *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->is_in_transaction = FALSE;
}
