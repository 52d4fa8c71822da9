/*
 * Hooks: the project's own SQL around the work. The run's "before" come once both sides are connected and
 * before anything of the user's is made, its "after" at the very end when all has succeeded; a table's
 * "before" come before the snapshot and its first row, its "after" when all rows are in: in the target right
 * then, in the source at the end, for until then the lanes hold it.
 *
 * Each hook is a step of the ledger, so it runs once a copy, however often that is resumed. In the target,
 * hook and step commit together, unless the server takes the statement only outside of a transaction
 * (VACUUM). In the source they cannot: a kill in the moment between the two runs the hook again.
 *
 * After a lost connection a hook is tried again where it is known that nothing of it is left. Where it may
 * have run, the run ends and names it: whether it has is the user's to see.
 */
#include "transfer/give_up.h"
#include "transfer/heal.h"

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

typedef enum {
	HOOK_DONE,
	HOOK_NOT_RUN, /* nothing of it is left: it may be tried again */
	HOOK_FAILED,
	HOOK_UNSURE /* the connection was lost before the answer came */
} HookEnd;

/* Which of the user's statements it is. */
static char *describe(const Hook *hook)
{
	g_autofree char *line = g_strdelimit(g_strdup(hook->sql), "\n\t", ' ');
	glong n = g_utf8_validate(line, -1, NULL) ? g_utf8_strlen(line, -1) : 0;
	g_autofree char *cut = n > SHOWN_SQL ? g_utf8_substring(line, 0, SHOWN_SQL) : g_strdup(line);
	g_autofree char *of = hook->table ? g_strdup_printf(" of table %s", hook->table) : g_strdup("");

	return g_strdup_printf("hook %u of \"%s\" on the %s%s (%s%s)", hook->number, hook->when,
			       hook->is_source ? "source" : "target", of, cut, n > SHOWN_SQL ? "…" : "");
}

/* ---- one hook ---- */

static void close_source(FerryRun *run)
{
	g_mutex_lock(&run->connections_mutex);
	FerryConnection *c = g_steal_pointer(&run->hook_source);
	g_mutex_unlock(&run->connections_mutex);
	ferry_connection_close(c);
}

/* It may have been idle for hours: better found out before something is asked of it that cannot be asked
 * twice. */
static bool is_alive(FerryConnection *c)
{
	g_autoptr(GPtrArray) missing = NULL;
	g_autoptr(GError) error = NULL;

	return !c->connector->ping || c->connector->ping(c, false, &missing, &error) ||
	       !ferry_error_is(error, FERRY_ERROR_LOST);
}

/* Lanes hold a snapshot, which is read-only and must not move. */
static bool open_source(FerryRun *run, GError **error)
{
	if (run->hook_source && is_alive(run->hook_source))
		return true;
	close_source(run);
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

	if (connector->source->run_sql)
		return connector->source->run_sql(run->hook_source, hook->sql, error);
	if (connector->target)
		return connector->target->execute(run->hook_source, hook->sql, NULL, error);
	return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "hooks cannot run in %s", connector->title);
}

/* Behind a hook that has run by itself. */
static HookEnd note(FerryRun *run, const Hook *hook, GError **error)
{
	FerryHealing healing = {0};
	GError *failure = NULL;

	while (!ferry_ledger_step_is_done(run->ledger, hook->step)) {
		if (ferry_ledger_note_step(run->ledger, run->targets[0], hook->step, &failure)) {
			ferry_ledger_step_committed(run->ledger, hook->step);
			break;
		}
		if (!ferry_heal(run, &healing, FERRY_HEAL_TARGET, 0, "noting that a hook has run", failure,
				error))
			return HOOK_UNSURE;
		failure = NULL;
	}
	return HOOK_DONE;
}

static HookEnd by_itself(const GError *failure)
{
	return ferry_error_is(failure, FERRY_ERROR_LOST) ? HOOK_UNSURE : HOOK_FAILED;
}

static HookEnd run_in_source(FerryRun *run, const Hook *hook, GError **error)
{
	GError *failure = NULL;

	if (!open_source(run, error))
		return HOOK_NOT_RUN;
	if (execute_in_source(run, hook, &failure))
		return note(run, hook, error);
	HookEnd end = by_itself(failure);
	g_propagate_error(error, failure);
	return end;
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

/* What a transaction that is rolled back leaves. A statement that the server has stopped would take as long
 * again. */
static HookEnd rolled_back(FerryRun *run, const GError *failure)
{
	bool is_lost = ferry_error_is(failure, FERRY_ERROR_LOST);

	ferry_target(run->targets[0])->rollback(run->targets[0]);
	if (is_lost && !run->target_connector->caps.has_transactional_ddl)
		return HOOK_UNSURE;
	return ferry_error_is(failure, FERRY_ERROR_CANCELLED) ? HOOK_FAILED : HOOK_NOT_RUN;
}

static HookEnd run_outside(FerryRun *run, const Hook *hook, GError **error)
{
	GError *failure = NULL;

	if (execute_in_target(run, hook, &failure))
		return note(run, hook, error);
	HookEnd end = by_itself(failure);
	g_propagate_error(error, failure);
	return end;
}

static HookEnd run_in_target(FerryRun *run, const Hook *hook, GError **error)
{
	FerryConnection *c = run->targets[0];
	const FerryTargetOps *ops = ferry_target(c);
	GError *failure = NULL;

	if (!ops->begin(c, error))
		return HOOK_NOT_RUN;
	if (execute_in_target(run, hook, &failure) &&
	    ferry_ledger_note_step(run->ledger, c, hook->step, &failure) && ops->commit(c, &failure)) {
		ferry_ledger_step_committed(run->ledger, hook->step);
		return HOOK_DONE;
	}
	HookEnd end = rolled_back(run, failure);
	if (wants_no_transaction(failure)) {
		g_error_free(failure);
		return run_outside(run, hook, error);
	}
	g_propagate_error(error, failure);
	return end;
}

static bool refuse_unsure(const char *which, GError *failure, GError **error)
{
	ferry_fail(error, FERRY_ERROR_FAILED, "%s: %s; it may have run, and is not run again by itself",
		   which, failure->message);
	ferry_error_hint(error, "look whether it has: the same command runs it again, and goes on");
	g_error_free(failure);
	return false;
}

static bool heal(FerryRun *run, FerryHealing *healing, const Hook *hook, const char *which, GError *failure,
		 GError **error)
{
	if (!hook->is_source)
		return ferry_heal(run, healing, FERRY_HEAL_TARGET, 0, which, failure, error);
	close_source(run);
	return ferry_heal_wait(run, healing, which, failure, error);
}

static bool run_hook(FerryRun *run, const Hook *hook, GError **error)
{
	g_autofree char *which = describe(hook);
	FerryHealing healing = {0};

	while (!ferry_ledger_step_is_done(run->ledger, hook->step)) {
		GError *failure = NULL;
		HookEnd end = hook->is_source ? run_in_source(run, hook, &failure)
					      : run_in_target(run, hook, &failure);
		if (end == HOOK_DONE)
			return true;
		if (end == HOOK_UNSURE)
			return refuse_unsure(which, failure, error);
		if (end == HOOK_FAILED || !ferry_heal_may(run, failure)) {
			g_propagate_prefixed_error(error, failure, "%s: ", which);
			return false;
		}
		if (!heal(run, &healing, hook, which, failure, error))
			return false;
	}
	return true;
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
		if (!run_hook(run, &hook, error))
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
