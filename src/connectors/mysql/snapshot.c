/*
 * One point in time for all lanes. A consistent snapshot belongs to one connection; that several have the
 * same is a matter of nobody writing while they take theirs. Two ways to hold the writers off for some
 * milliseconds, by what the user may do:
 *
 *   RELOAD       FLUSH TABLES WITH READ LOCK: commits wait, so open transactions do not matter
 *   LOCK TABLES  LOCK TABLES … READ, on a connection of its own (a transaction that begins would drop the
 *                locks): waits for all transactions that have written to one of the tables
 *
 * Either waits for others, and others wait behind it, so the wait is limited.
 */
#include "connectors/mysql/private.h"

#include <string.h>

#define LOCK_WAIT_S "5"
/* Each is opened under the locks of those before it. */
#define MAX_LOCKED_TABLES 1000

typedef struct {
	FerryMysqlConnection *lead;
	bool is_flushed;     /* by the lead */
	MYSQL *locker;       /* or NULL: holds LOCK TABLES */
	gint64 begin;        /* when the lock was asked for */
	bool may_not_reload; /* for the description */
	bool may_not_lock;
} Hold;

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

static bool flush_with_lock(FerryMysqlConnection *c, GError **error)
{
	static const char limit[] = "SET SESSION lock_wait_timeout = " LOCK_WAIT_S;
	static const char no_limit[] = "SET SESSION lock_wait_timeout = DEFAULT";
	bool ok = ferry_mysql_execute(c, limit, "cannot limit the wait for locks", error) &&
		  ferry_mysql_execute(c, "FLUSH TABLES WITH READ LOCK", "cannot lock the tables for a moment",
				      error);
	(void)ferry_mysql_execute(c, no_limit, "cannot reset the wait for locks", NULL);
	return ok;
}

static bool on_table(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	GPtrArray *names = data;
	GString *name = g_string_new(NULL);
	ferry_mysql_append_identifier(name, row[0]);
	g_string_append_c(name, '.');
	ferry_mysql_append_identifier(name, row[1]);
	g_ptr_array_add(names, g_string_free(name, FALSE));
	return true;
}

/* "LOCK TABLES a READ, b READ"; NULL where there are none, too many, or they cannot be listed. */
static char *make_lock_statement(FerryMysqlConnection *c)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) sql =
		g_string_new("SELECT table_schema, table_name FROM information_schema.tables");

	ferry_mysql_append_schema_filter(sql, c, "table_schema");
	g_string_append(sql, " AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')");
	if (!ferry_mysql_each(c, sql->str, "cannot list the tables", on_table, names, NULL) ||
	    names->len == 0 || names->len > MAX_LOCKED_TABLES)
		return NULL;
	g_string_assign(sql, "LOCK TABLES ");
	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(sql, "%s%s READ", i > 0 ? ", " : "", (char *)names->pdata[i]);
	return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* Sets hold->locker, or leaves it NULL: then without. */
static void lock_tables(Hold *hold)
{
	g_autofree char *sql = make_lock_statement(hold->lead);
	if (!sql)
		return;
	MYSQL *mysql = ferry_mysql_connect(hold->lead->base.url, hold->lead->database, 0, NULL);
	if (!mysql)
		return;
	if (!mysql_query(mysql, "SET SESSION lock_wait_timeout = " LOCK_WAIT_S)) {
		hold->begin = g_get_monotonic_time();
		if (!mysql_query(mysql, sql)) {
			hold->locker = mysql;
			return;
		}
		bool can_heal;
		hold->may_not_lock =
			ferry_mysql_classify(mysql_errno(mysql), &can_heal) == FERRY_ERROR_PERMISSION;
	}
	mysql_close(mysql);
}

/* Less than wished for is no failure, a lost connection is one. */
static bool hold_writers(Hold *hold, GError **error)
{
	g_autoptr(GError) refusal = NULL;

	hold->begin = g_get_monotonic_time();
	hold->is_flushed = flush_with_lock(hold->lead, &refusal);
	if (hold->is_flushed)
		return true;
	if (hold->lead->is_lost) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	hold->may_not_reload = ferry_error_is(refusal, FERRY_ERROR_PERMISSION);
	if (hold->may_not_reload)
		lock_tables(hold);
	return true;
}

static bool release_writers(Hold *hold, GError **error)
{
	if (hold->locker)
		mysql_close(hold->locker);
	return !hold->is_flushed ||
	       ferry_mysql_execute(hold->lead, "UNLOCK TABLES", "cannot unlock the tables", error);
}

/* "'ferry'@'%'", as GRANT wants it. */
static char *quoted_user(FerryMysqlConnection *c)
{
	g_autoptr(FerryMysqlRow) row = NULL;
	if (!ferry_mysql_first(c, "SELECT CURRENT_USER()", "cannot ask for the user", &row, NULL) || !row ||
	    !row->values[0])
		return g_strdup("…");
	char **parts = g_strsplit(row->values[0], "@", 2);
	char *user = g_strdup_printf("'%s'@'%s'", parts[0], parts[0] && parts[1] ? parts[1] : "%");
	g_strfreev(parts);
	return user;
}

static char *describe(const Hold *hold, gint64 end)
{
	double ms = (double)(end - hold->begin) / 1000.0;

	if (hold->is_flushed)
		return g_strdup_printf(
			"one snapshot for all lanes (all tables were locked against writing for %.1f ms)",
			ms);
	if (hold->locker)
		return g_strdup_printf(
			"one snapshot for all lanes (the database's tables were locked against "
			"writing for %.1f ms)",
			ms);
	if (!hold->may_not_reload)
		return g_strdup_printf("each lane has a snapshot of its own: a lock on all tables was not to "
				       "be had within " LOCK_WAIT_S " s");
	g_autofree char *user = quoted_user(hold->lead);
	return g_strdup_printf(
		"each lane has a snapshot of its own%s; for one that all share: GRANT RELOAD ON "
		"*.* TO %s",
		hold->may_not_lock ? "" : ": a lock on the tables was not to be had", user);
}

bool ferry_mysql_snapshot(FerryConnection **connections, size_t n, char **ret_description, GError **error)
{
	if (ferry_mysql(connections[0])->is_singlestore) {
		*ret_description = g_strdup(
			"no snapshot: SingleStore has none, each chunk is read as it is at the time");
		return true;
	}
	if (n == 1) {
		if (!start_all(connections, n, error))
			return false;
		*ret_description = g_strdup("one snapshot for all rows");
		return true;
	}
	Hold hold = {.lead = ferry_mysql(connections[0])};
	if (!hold_writers(&hold, error))
		return false;
	/* The user may have cancelled, a connection may be lost: the lock must go in any case. */
	bool ok = start_all(connections, n, error);
	if (!release_writers(&hold, ok ? error : NULL))
		ok = false;
	if (!ok)
		return false;
	*ret_description = describe(&hold, g_get_monotonic_time());
	return true;
}
