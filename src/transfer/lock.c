/*
 * The lock: see lock.h. A process is known by machine (boot and process namespace), number and start, so that
 * a number that was given again is not mistaken for its predecessor.
 */
#include "transfer/lock.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define WATCH_SECONDS (3 * FERRY_BEAT_SECONDS + 1)
#define MAX_RACES     5

enum { ID, HOST, PID, MACHINE, BORN, STARTED, BEAT, N_COLUMNS };

/* ---- who ---- */

static char *read_line(const char *path)
{
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return g_strdup("");
	return g_strchomp(text);
}

/* The boot, and the namespace that process numbers are of. */
static char *machine_id(void)
{
	g_autofree char *boot = read_line("/proc/sys/kernel/random/boot_id");
	g_autofree char *space = g_file_read_link("/proc/self/ns/pid", NULL);

	return g_strconcat(boot, " ", space ? space : "", NULL);
}

/* Field 22 of stat, counted behind the name, which may hold anything. Empty: no such process. */
static char *born(const char *pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%s/stat", pid);
	g_autofree char *stat = read_line(path);
	const char *rest = strrchr(stat, ')');
	g_auto(GStrv) fields = g_strsplit(rest ? rest + 1 : "", " ", -1);

	return g_strdup(g_strv_length(fields) > 20 ? fields[20] : "");
}

static bool is_alive_here(char **row)
{
	g_autofree char *started = born(row[PID]);
	bool is_zombie = kill((pid_t)g_ascii_strtoll(row[PID], NULL, 10), 0) != 0 && errno == ESRCH;

	return !is_zombie && strcmp(started, row[BORN]) == 0;
}

/* ---- SQL ---- */

static char *literal(const FerryRun *run, const char *text)
{
	return run->target_connector->target->quote_literal(text);
}

static bool make_table(FerryConnection *c, const char *table, GError **error)
{
	return ferry_ledger_make_schema(c, error) &&
	       ferry_ledger_make_table(c, table,
				       "source %K NOT NULL PRIMARY KEY, id %K NOT NULL, host %K NOT NULL, "
				       "pid %K NOT NULL, machine %K NOT NULL, born %K NOT NULL, "
				       "started %K NOT NULL, beat %I NOT NULL",
				       error);
}

/* *ret_row NULL: nobody. */
static bool find_holder(FerryRun *run, FerryConnection *c, const char *table, FerryRows **ret_rows,
			char ***ret_row, GError **error)
{
	g_autofree char *source = literal(run, ferry_ledger_source(run->ledger));
	g_autofree char *sql = g_strdup_printf(
		"SELECT id, host, pid, machine, born, started, beat FROM %s WHERE source = %s", table,
		source);

	if (!ferry_target(c)->query(c, sql, ret_rows, error))
		return false;
	*ret_row = (*ret_rows)->rows->len ? (*ret_rows)->rows->pdata[0] : NULL;
	return true;
}

/* Over the row of a dead holder (old_id), or as a new one. */
static bool write_row(FerryRun *run, FerryConnection *c, const char *table, const char *old_id,
		      GError **error)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *started = g_date_time_format(now, "%Y-%m-%d %H:%M:%S UTC");
	g_autofree char *pid = g_strdup_printf("%d", (int)getpid()), *since = born(pid),
			*machine = machine_id();
	g_autofree char *source = literal(run, ferry_ledger_source(run->ledger));
	g_autofree char *host = literal(run, g_get_host_name()), *machine_sql = literal(run, machine);
	int64_t affected = 0;

	if (old_id) {
		g_autofree char *old = literal(run, old_id);
		g_autofree char *drop =
			g_strdup_printf("DELETE FROM %s WHERE source = %s AND id = %s", table, source, old);
		if (!ferry_target(c)->execute(c, drop, &affected, error))
			return false;
	}
	g_autofree char *sql =
		g_strdup_printf("INSERT INTO %s (source, id, host, pid, machine, born, started, beat) VALUES "
				"(%s, '%s', %s, '%s', %s, '%s', '%s', 0)",
				table, source, run->lock_id, host, pid, machine_sql, since, started);
	return ferry_target(c)->execute(c, sql, NULL, error);
}

/* ---- taking it ---- */

static bool refuse(char **row, GError **error)
{
	ferry_fail(error, FERRY_ERROR_EXISTS, "another ferry is at this copy: process %s on %s, since %s",
		   row[PID], row[HOST], row[STARTED]);
	ferry_error_hint(error,
			 "wait until it has ended, or end it; this command then goes on where it stopped");
	return false;
}

static bool sleep_a_second(FerryRun *run)
{
	for (int i = 0; i < 10 && !ferry_run_is_stopped(run); i++)
		g_usleep(100000);
	return !ferry_run_is_stopped(run);
}

/* Whether the counter of a holder elsewhere stands still. */
static bool watch_elsewhere(FerryRun *run, FerryConnection *c, const char *table, char **holder,
			    bool *ret_is_dead, GError **error)
{
	ferry_run_log(run, FERRY_SEVERITY_INFO,
		      "process %s on %s is noted to be at this copy: watching for %d s whether it lives",
		      holder[PID], holder[HOST], WATCH_SECONDS);
	for (int i = 0; i < WATCH_SECONDS; i++) {
		g_autoptr(FerryRows) rows = NULL;
		char **row;
		if (!sleep_a_second(run))
			return ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
		if (!find_holder(run, c, table, &rows, &row, error))
			return false;
		*ret_is_dead = !row;
		if (!row || strcmp(row[ID], holder[ID]) || strcmp(row[BEAT], holder[BEAT]))
			return true;
	}
	*ret_is_dead = true;
	return true;
}

static bool is_dead(FerryRun *run, FerryConnection *c, const char *table, char **holder, bool *ret_is_dead,
		    GError **error)
{
	g_autofree char *here = machine_id();

	if (strcmp(holder[MACHINE], here))
		return watch_elsewhere(run, c, table, holder, ret_is_dead, error);
	*ret_is_dead = !is_alive_here(holder);
	return true;
}

static bool try_to_take(FerryRun *run, const char *table, GError **error)
{
	FerryConnection *c = run->targets[0];
	g_autoptr(FerryRows) rows = NULL;
	char **holder = NULL;
	bool holder_is_dead = false;

	if (!make_table(c, table, error) || !find_holder(run, c, table, &rows, &holder, error))
		return false;
	if (holder && !strcmp(holder[ID], run->lock_id))
		return true;
	if (holder && !is_dead(run, c, table, holder, &holder_is_dead, error))
		return false;
	if (holder && !holder_is_dead)
		return refuse(holder, error);
	if (!ferry_target(c)->begin(c, error))
		return false;
	if (write_row(run, c, table, holder ? holder[ID] : NULL, error) && ferry_target(c)->commit(c, error))
		return true;
	ferry_target(c)->rollback(c);
	return false;
}

bool ferry_lock_take(FerryRun *run, GError **error)
{
	g_autofree char *table = ferry_ledger_table(run->ledger, "runner");

	if (!run->lock_id)
		run->lock_id = g_uuid_string_random();
	/* Two that begin in the same moment meet in a unique key, and one that ends may take the table away:
	 * the slower one looks again. */
	for (int i = 0;; i++) {
		g_autoptr(GError) local = NULL;
		run->has_lock = try_to_take(run, table, &local);
		if (run->has_lock)
			return true;
		bool is_race =
			!ferry_error_get_hint(local) && (ferry_error_is(local, FERRY_ERROR_INTEGRITY) ||
							 ferry_error_is(local, FERRY_ERROR_EXISTS) ||
							 ferry_error_is(local, FERRY_ERROR_NOT_FOUND));
		if (is_race && i < MAX_RACES)
			continue;
		g_propagate_prefixed_error(error, g_steal_pointer(&local), "%s", "");
		return false;
	}
}

bool ferry_lock_beat(FerryRun *run, FerryConnection *c, bool *ret_is_ours, GError **error)
{
	g_autofree char *table = ferry_ledger_table(run->ledger, "runner");
	g_autofree char *sql =
		g_strdup_printf("UPDATE %s SET beat = beat + 1 WHERE id = '%s'", table, run->lock_id);
	int64_t affected = 0;

	if (!ferry_target(c)->execute(c, sql, &affected, error))
		return false;
	*ret_is_ours = affected == 1;
	return true;
}

void ferry_lock_release(FerryRun *run)
{
	FerryConnection *c = run->targets ? run->targets[0] : NULL;
	g_autoptr(GError) ignored = NULL;

	if (!run->has_lock || !c)
		return;
	g_autofree char *table = ferry_ledger_table(run->ledger, "runner");
	g_autofree char *sql = g_strdup_printf("DELETE FROM %s WHERE id = '%s'", table, run->lock_id);
	run->has_lock = false;
	ferry_target(c)->rollback(c);
	if (!ferry_target(c)->execute(c, sql, NULL, &ignored))
		g_debug("the lock's row stays: %s", ignored->message);
}

bool ferry_lock_others_out(const FerryLedger *ledger, FerryConnection *c, GError **error)
{
	const char *words = ferry_target_words(c->connector)->lock_table;
	g_autofree char *table = ferry_ledger_table(ledger, "runner");
	g_autofree char *sql = words ? g_strconcat(words, " ", table, NULL) : NULL;

	return !sql || ferry_target(c)->execute(c, sql, NULL, error);
}

bool ferry_lock_remove(const FerryLedger *ledger, FerryConnection *c, bool *ret_is_last, GError **error)
{
	g_autofree char *table = ferry_ledger_table(ledger, "runner");
	g_autofree char *source = ferry_target(c)->quote_literal(ferry_ledger_source(ledger));
	g_autofree char *drop = g_strdup_printf("DELETE FROM %s WHERE source = %s", table, source);
	g_autofree char *look =
		g_strdup_printf("SELECT 1 FROM %s %s", table, ferry_target_words(c->connector)->one_row);
	g_autoptr(FerryRows) rows = NULL;

	/* Before anything else is done to the table: two that end at the same time would wait for each other.
	 */
	if (!ferry_lock_others_out(ledger, c, error) || !ferry_target(c)->execute(c, drop, NULL, error) ||
	    !ferry_target(c)->query(c, look, &rows, error))
		return false;
	*ret_is_last = rows->rows->len == 0;
	return true;
}
