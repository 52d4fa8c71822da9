/*
 * Steps: statements that are executed once a copy, however often it is resumed. A statement and the step that
 * notes it commit together. A step is known by its phase and the statement's text, not by its place: what a
 * source has gained or lost since must not shift the others.
 */
#include "transfer/heal.h"

static char *step_name(FerryDdlPhase phase, const FerryStatement *statement)
{
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_MD5, statement->sql, -1);

	return g_strconcat(ferry_ddl_phase_name(phase), ":", digest, NULL);
}

static bool execute(FerryConnection *c, const char *sql, bool is_script, GError **error)
{
	return is_script ? ferry_target(c)->execute_script(c, sql, error)
			 : ferry_target(c)->execute(c, sql, NULL, error);
}

/* Where a statement commits by itself, who was killed or cut off behind it has not noted it. */
static bool is_there_already(const FerryConnection *c, bool is_drop, const GError *error)
{
	return !c->connector->caps.has_transactional_ddl &&
	       ferry_error_is(error, is_drop ? FERRY_ERROR_NOT_FOUND : FERRY_ERROR_EXISTS);
}

static bool execute_and_note(FerryRun *run, FerryConnection *c, const char *step, const char *sql,
			     bool is_script, bool may_be_ours, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (!ferry_target(c)->begin(c, error))
		return false;
	bool is_made =
		execute(c, sql, is_script, &local) || (may_be_ours && is_there_already(c, false, local));
	if (!is_made)
		g_propagate_error(error, g_steal_pointer(&local));
	if (is_made && ferry_ledger_note_step(run->ledger, c, step, error) &&
	    ferry_target(c)->commit(c, error)) {
		ferry_ledger_step_committed(run->ledger, step);
		return true;
	}
	ferry_target(c)->rollback(c);
	return false;
}

/* Two lanes that build on related tables can meet in a deadlock: the server picks a victim, which tries
 * again, as after a lost connection. */
static bool execute_patiently(FerryRun *run, guint lane, const char *step, const char *sql, bool is_script,
			      const char *doing, GError **error)
{
	FerryHealing healing = {0};
	bool may_be_ours = run->result.is_resumed;

	while (!ferry_ledger_step_is_done(run->ledger, step)) {
		GError *failure = NULL;
		if (execute_and_note(run, run->targets[lane], step, sql, is_script, may_be_ours, &failure))
			return true;
		may_be_ours |= ferry_error_is(failure, FERRY_ERROR_LOST);
		if (!ferry_heal_may(run, failure)) {
			g_propagate_error(error, failure);
			return false;
		}
		if (!ferry_heal(run, &healing, FERRY_HEAL_TARGET, lane, doing, failure, error))
			return false;
	}
	return true;
}

bool ferry_run_step(FerryRun *run, guint lane, FerryDdlPhase phase, const FerryStatement *statement,
		    const char **ret_note, GError **error)
{
	g_autofree char *step = step_name(phase, statement);
	g_autofree char *doing = g_strdup_printf("%s %s", statement->kind, statement->object);
	g_autofree char *script =
		statement->mark_sql ? g_strconcat(statement->sql, ";\n", statement->mark_sql, NULL) : NULL;
	g_autoptr(GError) local = NULL;

	if (execute_patiently(run, lane, step, script ? script : statement->sql, script != NULL, doing,
			      &local))
		return true;
	if (!statement->fallback_sql || !ferry_error_is(local, FERRY_ERROR_INTEGRITY)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	*ret_note = statement->fallback_note;
	return execute_patiently(run, lane, step, statement->fallback_sql, false, doing, error);
}

bool ferry_run_step_beside(FerryRun *run, guint lane, FerryDdlPhase phase, const FerryStatement *statement,
			   GError **error)
{
	g_autofree char *step = step_name(phase, statement);
	g_autofree char *doing = g_strdup_printf("%s %s", statement->kind, statement->object);

	return execute_patiently(run, lane, step, statement->beside_sql, true, doing, error);
}

bool ferry_run_step_is_done(FerryRun *run, FerryDdlPhase phase, const FerryStatement *statement)
{
	g_autofree char *step = step_name(phase, statement);

	return ferry_ledger_step_is_done(run->ledger, step);
}

/* ---- many in one transaction ---- */

/* A commit costs the target a write to its disk, a long transaction locks: some at a time. */
guint ferry_run_steps_at_once(const FerryRun *run)
{
	return run->target_connector->caps.has_transactional_ddl ? 50 : 1;
}

/* Of a run that was killed; or dropped by one. What is there at a first run is somebody else's, and rows must
 * not go into it; a sequence may stay. */
static bool may_be_there(FerryRun *run, const FerryConnection *c, FerryDdlPhase phase,
			 const FerryStatement *statement, const GError *failure)
{
	bool is_drop = phase == FERRY_DDL_DROP;

	if (!(is_drop || phase == FERRY_DDL_TABLES) || !is_there_already(c, is_drop, failure))
		return false;
	if (is_drop || run->result.is_resumed)
		return true;
	if (strcmp(statement->kind, "sequence") != 0)
		return false;
	ferry_run_log(run, FERRY_SEVERITY_WARNING,
		      "sequence %s is in the target already and is left as it is: see that its next value is "
		      "not behind",
		      statement->object);
	return true;
}

static bool execute_each(FerryRun *run, FerryConnection *c, FerryDdlPhase phase,
			 FerryStatement *const *statements, guint n, GError **error)
{
	for (guint i = 0; i < n; i++) {
		GError *local = NULL;
		if (ferry_target(c)->execute(c, statements[i]->sql, NULL, &local))
			continue;
		if (may_be_there(run, c, phase, statements[i], local)) {
			g_error_free(local);
			continue;
		}
		g_propagate_error(error, local);
		g_prefix_error(error, "%s %s: ", statements[i]->kind, statements[i]->object);
		return false;
	}
	return true;
}

static bool execute_as_script(FerryConnection *c, FerryStatement *const *statements, guint n, GError **error)
{
	g_autoptr(GString) script = g_string_new(NULL);

	for (guint i = 0; i < n; i++)
		g_string_append_printf(script, "%s;\n", statements[i]->sql);
	return ferry_target(c)->execute_script(c, script->str, error);
}

static bool commit_together(FerryRun *run, FerryConnection *c, FerryDdlPhase phase,
			    FerryStatement *const *statements, guint n, bool as_script, GError **error)
{
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(steps, step_name(phase, statements[i]));
	if (!ferry_target(c)->begin(c, error))
		return false;
	if (!(as_script ? execute_as_script(c, statements, n, error)
			: execute_each(run, c, phase, statements, n, error)) ||
	    !ferry_ledger_note_steps(run->ledger, c, steps, error) || !ferry_target(c)->commit(c, error)) {
		ferry_target(c)->rollback(c);
		return false;
	}
	for (guint i = 0; i < n; i++)
		ferry_ledger_step_committed(run->ledger, steps->pdata[i]);
	return true;
}

/* What fails as a script is done once more, one by one, for the error to name what it is about. */
bool ferry_run_steps_together(FerryRun *run, guint lane, FerryDdlPhase phase,
			      FerryStatement *const *statements, guint n, GError **error)
{
	FerryConnection *c = run->targets[lane];
	g_autoptr(GError) local = NULL;

	if (n > 1 && ferry_target(c)->execute_script) {
		if (commit_together(run, c, phase, statements, n, true, &local))
			return true;
		if (ferry_heal_may(run, local)) {
			g_propagate_error(error, g_steal_pointer(&local));
			return false;
		}
	}
	return commit_together(run, c, phase, statements, n, false, error);
}

bool ferry_run_steps(FerryRun *run, guint lane, FerryDdlPhase phase, const GPtrArray *statements,
		     GError **error)
{
	const guint at_once = ferry_run_steps_at_once(run);
	g_autoptr(GPtrArray) left = g_ptr_array_new();

	for (guint i = 0; i < statements->len; i++)
		if (!ferry_run_step_is_done(run, phase, statements->pdata[i]))
			g_ptr_array_add(left, statements->pdata[i]);
	for (guint from = 0; from < left->len; from += at_once) {
		if (ferry_run_is_stopped(run))
			return ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
		if (!ferry_run_steps_together(run, lane, phase, (FerryStatement *const *)left->pdata + from,
					      MIN(at_once, left->len - from), error))
			return false;
	}
	return true;
}
