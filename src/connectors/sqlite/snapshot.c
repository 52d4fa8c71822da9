/*
 * One state of the file for all lanes. Each lane opens a read transaction, which keeps what it has seen; a
 * probe beside them asks before and after whether anybody has committed in between (PRAGMA data_version). If
 * nobody has, all lanes see the same, and nothing had to be locked for it. With a rollback journal readers
 * keep writers out until they end; in WAL mode writers go on and the lanes keep their state.
 */
#include "connectors/sqlite/private.h"

#define MAX_TRIES 20

static bool data_version(sqlite3 *probe, int64_t *ret_version)
{
	g_autoptr(sqlite3_stmt) statement = NULL;

	if (sqlite3_prepare_v2(probe, "PRAGMA data_version", -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		return false;
	*ret_version = sqlite3_column_int64(statement, 0);
	return true;
}

static void end_all(FerryConnection **connections, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ferry_sqlite_rollback(connections[i]);
}

static bool begin_all(FerryConnection **connections, size_t n, GError **error)
{
	for (size_t i = 0; i < n; i++)
		if (!ferry_sqlite_exec(ferry_sqlite(connections[i]),
				       "BEGIN; SELECT count(*) FROM sqlite_schema", error)) {
			end_all(connections, n);
			return false;
		}
	return true;
}

static char *describe(SqliteConnection *c, bool is_same)
{
	g_autoptr(FerryRows) rows = NULL;
	const char *mode = NULL;

	if (ferry_sqlite_query(&c->base, "PRAGMA journal_mode", &rows, NULL) && rows->rows->len > 0)
		mode = ((char **)rows->rows->pdata[0])[0];
	bool is_wal = mode && g_ascii_strcasecmp(mode, "wal") == 0;
	if (!is_same)
		return g_strdup(
			"each lane has a state of the file of its own: it was being written all the time");
	if (c->is_immutable)
		return g_strdup(
			"one state of the file for all lanes, as long as nobody writes it (immutable=on)");
	return g_strdup_printf("one state of the file for all lanes (read transactions; %s)",
			       is_wal ? "writers may go on" : "writers wait until the rows are read");
}

bool ferry_sqlite_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error)
{
	SqliteConnection *c = n > 0 ? ferry_sqlite(connections[0]) : NULL;
	bool is_same = n == 1;
	int64_t before, after;

	if (!c)
		return true;
	g_autoptr(sqlite3) probe = ferry_sqlite_open_again(c, error);
	if (!probe)
		return false;
	for (int i = 0; i < MAX_TRIES; i++) {
		if (!data_version(probe, &before))
			return ferry_sqlite_fail(error, probe, "%s", c->path);
		if (!begin_all(connections, n, error))
			return false;
		is_same |= data_version(probe, &after) && before == after;
		if (is_same || i == MAX_TRIES - 1)
			break;
		end_all(connections, n);
	}
	*ret_description = describe(c, is_same);
	return true;
}
