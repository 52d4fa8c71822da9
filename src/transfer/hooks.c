/*
 * Hooks: the project's own SQL around the work. The run's "before" come once both sides are connected and
 * before anything of the user's is made, its "after" at the very end when all has succeeded; a table's
 * "before" come before the snapshot and its first row, its "after" when all rows are in: in the target right
 * then, in the source at the end, for until then the lanes hold it.
 *
 * Each hook is a step of the ledger, so it runs once a copy, however often that is resumed. In the target,
 * hook and step commit together, unless the server takes the statement only outside of a transaction
 * (VACUUM). In the source they cannot: a kill in the moment between the two runs the hook again.
 */
#include "transfer/give_up.h"
#include "transfer/run_internal.h"

#define SHOWN_SQL 200

typedef struct Hook {
	const char *sql;
	bool is_source;
	const char *when;  /* "before", "after" */
	const char *table; /* or NULL: the run's */
	guint number;      /* in its list, from 1 */
	char *step;
} Hook;

static char *step_name(const Hook *hook)
{
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_MD5, hook->sql, -1);

	return g_strdup_printf("hook:%s:%s:%u:%s:%s", hook->is_source ? "source" : "target", hook->when,
			       hook->number, digest, hook->table ? hook->table : "");
}

/* Which of the user's statements it was; the server's answer follows. */
static void say_which(const Hook *hook, GError **error)
{
	g_autofree char *line = g_strdelimit(g_strdup(hook->sql), "\n\t", ' ');
	glong n = g_utf8_validate(line, -1, NULL) ? g_utf8_strlen(line, -1) : 0;
	g_autofree char *cut = n > SHOWN_SQL ? g_utf8_substring(line, 0, SHOWN_SQL) : g_strdup(line);
	g_autofree char *of = hook->table ? g_strdup_printf(" of table %s", hook->table) : g_strdup("");

	g_prefix_error(error, "hook %u of \"%s\" on the %s%s (%s%s): ", hook->number, hook->when,
		       hook->is_source ? "source" : "target", of, cut, n > SHOWN_SQL ? "…" : "");
}

/* ---- one hook ---- */

/* Lanes hold a snapshot, which is read-only and must not move. */
static bool open_source(FerryRun *run, GError **error)
{
	if (run->hook_source)
		return true;
	/* "create" asks for a connection that may write; the source is there */
	FerryConnection *c = ferry_connection_open(run->source_connector, run->source_url, true, error);
	g_mutex_lock(&run->connections_mutex);
	run->hook_source = c;
	g_mutex_unlock(&run->connections_mutex);
	return c != NULL;
}

static bool execute_in_source(FerryRun *run, const Hook *hook, GError **error)
{
	const FerryConnector *connector = run->source_connector;

	if (!open_source(run, error))
		return false;
	if (connector->source->run_sql)
		return connector->source->run_sql(run->hook_source, hook->sql, error);
	if (connector->target)
		return connector->target->execute(run->hook_source, hook->sql, NULL, error);
	return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "hooks cannot run in %s", connector->title);
}

static bool note(FerryRun *run, const Hook *hook, GError **error)
{
	if (!ferry_ledger_note_step(run->ledger, run->targets[0], hook->step, error))
		return false;
	ferry_ledger_step_committed(run->ledger, hook->step);
	return true;
}

static bool run_in_source(FerryRun *run, const Hook *hook, GError **error)
{
	if (execute_in_source(run, hook, error))
		return note(run, hook, error);
	say_which(hook, error);
	return false;
}

/* SQLSTATE 25001: active_sql_transaction. */
static bool wants_no_transaction(const GError *error)
{
	return g_strcmp0(ferry_error_get_sqlstate(error), "25001") == 0;
}

/* Names that say no schema mean the target's own, also while its tables are in a staging schema. Newly
 * allocated, or NULL. */
static char *first_schema(const FerryRun *run)
{
	char *schema = run->target_connector->target->default_schema(run->targets[0]);

	for (guint i = 0; run->plan->is_staged && i < run->plan->staging->len; i++) {
		const FerryStagedSchema *staged = run->plan->staging->pdata[i];
		if (g_strcmp0(staged->schema, schema) == 0) {
			g_free(schema);
			return g_strdup(staged->staging);
		}
	}
	return schema;
}

static bool execute_in_target(FerryRun *run, const Hook *hook, GError **error)
{
	FerryConnection *c = run->targets[0];
	const FerrySourceOps *source = ferry_source(c);

	if (!source || !source->run_sql)
		return ferry_target(c)->execute(c, hook->sql, NULL, error);
	g_autofree char *schema = first_schema(run);
	c->first_schema = schema;
	bool is_ok = source->run_sql(c, hook->sql, error);
	c->first_schema = NULL;
	return is_ok;
}

static bool run_in_target(FerryRun *run, const Hook *hook, GError **error)
{
	FerryConnection *c = run->targets[0];
	const FerryTargetOps *ops = ferry_target(c);
	g_autoptr(GError) local = NULL;

	if (!ops->begin(c, error))
		return false;
	if (execute_in_target(run, hook, &local)) {
		if (ferry_ledger_note_step(run->ledger, c, hook->step, error) && ops->commit(c, error)) {
			ferry_ledger_step_committed(run->ledger, hook->step);
			return true;
		}
		ops->rollback(c);
		say_which(hook, error);
		return false;
	}
	ops->rollback(c);
	if (wants_no_transaction(local)) {
		g_clear_error(&local);
		if (execute_in_target(run, hook, &local))
			return note(run, hook, error);
	}
	say_which(hook, &local);
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

/* ---- lists of them ---- */

static bool run_list(FerryRun *run, const GPtrArray *list, Hook hook, GError **error)
{
	for (guint i = 0; i < list->len; i++) {
		hook.sql = list->pdata[i];
		hook.number = i + 1;
		g_autofree char *step = hook.step = step_name(&hook);
		if (ferry_ledger_step_is_done(run->ledger, step))
			continue;
		if (ferry_run_is_stopped(run))
			return ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
		if (hook.is_source ? !run_in_source(run, &hook, error) : !run_in_target(run, &hook, error))
			return false;
	}
	return true;
}

static bool run_side(FerryRun *run, const FerryHooks *hooks, const char *table, FerryHookTime when,
		     bool is_source, GError **error)
{
	bool is_before = when == FERRY_HOOKS_BEFORE;
	Hook hook = {.when = is_before ? "before" : "after", .table = table, .is_source = is_source};
	const GPtrArray *of_source = is_before ? hooks->source_before : hooks->source_after;
	const GPtrArray *of_target = is_before ? hooks->target_before : hooks->target_after;

	return run_list(run, is_source ? of_source : of_target, hook, error);
}

static bool run_tables(FerryRun *run, FerryHookTime when, bool is_source, GError **error)
{
	for (guint i = 0; i < run->result.n_tables; i++) {
		const FerryProjectTable *project = run->tables[i].plan->project;
		GError *own = NULL;
		if (!project || ferry_is_given_up(&run->tables[i]) ||
		    run_side(run, &project->hooks, run->tables[i].name, when, is_source, &own) ||
		    (when == FERRY_HOOKS_AFTER ? ferry_give_up_table(run, i, own)
					       : ferry_give_up_unless_healing(run, i, own)))
			continue;
		g_propagate_error(error, own);
		return false;
	}
	return true;
}

/* The lanes' snapshot may be a lock that shuts writers out (SQLite); all that was to be read has been read.
 */
static void let_go_of_source(FerryRun *run)
{
	g_mutex_lock(&run->connections_mutex);
	for (guint i = 0; i < run->n_lanes; i++)
		ferry_connection_close(g_steal_pointer(&run->sources[i]));
	g_mutex_unlock(&run->connections_mutex);
}

bool ferry_run_has_hooks(const FerryRun *run, FerryHookTime when)
{
	const FerryHooks *hooks = &run->project->hooks;

	return when == FERRY_HOOKS_BEFORE ? hooks->source_before->len + hooks->target_before->len > 0
					  : hooks->source_after->len + hooks->target_after->len > 0;
}

bool ferry_run_hooks(FerryRun *run, FerryHookTime when, GError **error)
{
	if (when == FERRY_HOOKS_AFTER) {
		let_go_of_source(run);
		if (!run_tables(run, when, true, error) || !ferry_give_up_check(run, error))
			return false;
	}
	return run_side(run, &run->project->hooks, NULL, when, true, error) &&
	       run_side(run, &run->project->hooks, NULL, when, false, error);
}

bool ferry_run_table_hooks(FerryRun *run, FerryHookTime when, GError **error)
{
	return (when == FERRY_HOOKS_AFTER || run_tables(run, when, true, error)) &&
	       run_tables(run, when, false, error);
}
