/*
 * See staging.h. The target's connector does the work (FerryStagingOps); here is when, and what the ledger
 * notes of it.
 */
#include "transfer/staging.h"

#include "transfer/heal.h"

#include <string.h>

#define STEP_PREFIX   "staging:"
#define PATIENCE_US   (2 * 60 * G_USEC_PER_SEC) /* for readers that hold a table that is to be replaced */
#define WAIT_MIN_MS   50
#define WAIT_MAX_MS   1000
#define SHOWN_REASONS 20

static const FerryStagingOps *ops_of(const FerryRun *run)
{
	return run->target_connector->target->staging;
}

static bool is_on(const FerryRun *run)
{
	return run->plan->staging && run->plan->tables->len > 0;
}

static char *make_mark(const FerryRun *run)
{
	return g_strconcat("Ferry's, of an unfinished copy from ", ferry_ledger_source(run->ledger), NULL);
}

static char *make_step(const char *staging)
{
	return g_strconcat(STEP_PREFIX, staging, NULL);
}

/* ---- before the load ---- */

static char *join(const GPtrArray *texts)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < texts->len && i < SHOWN_REASONS; i++)
		g_string_append_printf(out, "%s%s", i > 0 ? "; " : "", (const char *)texts->pdata[i]);
	if (texts->len > SHOWN_REASONS)
		g_string_append_printf(out, "; and %u more", texts->len - SHOWN_REASONS);
	return g_string_free(out, FALSE);
}

bool ferry_staging_look(FerryRun *run, GError **error)
{
	g_autoptr(GPtrArray) obstacles = NULL, losses = NULL;

	if (!is_on(run))
		return true;
	if (!ops_of(run)->look(run->targets[0], run->plan->target, run->if_exists == FERRY_IF_EXISTS_DROP,
			       &obstacles, &losses, error))
		return false;
	if (obstacles->len) {
		g_autofree char *reasons = join(obstacles);
		ferry_fail(error, FERRY_ERROR_EXISTS,
			   "the tables could not be swapped in at the end of a staged load: %s", reasons);
		ferry_error_hint(error,
				 "nothing was done; drop these objects and make them again after the copy "
				 "(hooks can do both), or leave the tables out with --exclude");
		return false;
	}
	if (losses->len) {
		g_autofree char *names = join(losses);
		ferry_run_log(run, FERRY_SEVERITY_WARNING, "goes with the tables that are replaced: %s",
			      names);
	}
	return true;
}

static bool make_schema(FerryRun *run, const FerryStagedSchema *schema, const char *step, GError **error)
{
	FerryConnection *c = run->targets[0];
	g_autofree char *mark = make_mark(run);

	/* what a copy from here has left behind whose ledger is gone */
	return ops_of(run)->drop(c, schema->staging, mark, error) &&
	       ops_of(run)->make(c, schema, mark, error) &&
	       ferry_ledger_note_step(run->ledger, c, step, error);
}

static bool begin_schema(FerryRun *run, const FerryStagedSchema *schema, GError **error)
{
	FerryConnection *c = run->targets[0];
	g_autofree char *step = make_step(schema->staging);

	if (ferry_ledger_step_is_done(run->ledger, step))
		return true;
	if (!ferry_target(c)->begin(c, error))
		return false;
	if (make_schema(run, schema, step, error) && ferry_target(c)->commit(c, error)) {
		ferry_ledger_step_committed(run->ledger, step);
		return true;
	}
	ferry_target(c)->rollback(c);
	return false;
}

bool ferry_staging_begin(FerryRun *run, GError **error)
{
	for (guint i = 0; i < run->plan->staging->len; i++)
		if (!begin_schema(run, run->plan->staging->pdata[i], error))
			return false;
	ferry_plan_stage(run->plan, true);
	return true;
}

bool ferry_staging_forget(FerryRun *run, bool *ret_was_staged, GError **error)
{
	FerryConnection *c = run->targets[0];
	g_autofree char *mark = make_mark(run);
	g_autoptr(GPtrArray) steps = NULL;

	if (!run->target_connector->target->staging)
		return true;
	if (!ferry_ledger_find_steps(run->ledger, c, STEP_PREFIX, &steps, error))
		return false;
	for (guint i = 0; i < steps->len; i++)
		if (!ops_of(run)->drop(c, (char *)steps->pdata[i] + strlen(STEP_PREFIX), mark, error))
			return false;
	*ret_was_staged = steps->len > 0;
	return true;
}

/* ---- while it is on ---- */

bool ferry_staging_catalog(FerryRun *run, FerryCatalog **ret_catalog, GError **error)
{
	FerryConnection *c = run->targets[0];

	return run->plan->is_staged ? ops_of(run)->catalog(c, ret_catalog, error)
				    : ferry_source(c)->catalog(c, ret_catalog, error);
}

char *ferry_staging_final_name(const FerryRun *run, const char *object)
{
	g_autofree char *name = g_strdup(object);

	for (guint i = 0; run->plan->is_staged && i < run->plan->staging->len; i++) {
		const FerryStagedSchema *schema = run->plan->staging->pdata[i];
		g_autofree char *staging = g_strconcat(schema->staging, ".", NULL);
		g_autofree char *final = g_strconcat(schema->schema, ".", NULL);
		g_auto(GStrv) parts = g_strsplit(name, staging, -1);
		g_free(name);
		name = g_strjoinv(final, parts);
	}
	return g_steal_pointer(&name);
}

/* ---- the swap ---- */

static bool try_swap(FerryRun *run, char **ret_left, GError **error)
{
	FerryConnection *c = run->targets[0];

	if (ferry_ledger_step_is_done(run->ledger, FERRY_STEP_SWAPPED))
		return true; /* its commit was in when the connection went */
	if (!ferry_target(c)->begin(c, error))
		return false;
	if (ops_of(run)->swap(c, run->plan->target, run->plan->staging, ret_left, error) &&
	    ferry_ledger_note_step(run->ledger, c, FERRY_STEP_SWAPPED, error) &&
	    ferry_target(c)->commit(c, error)) {
		ferry_ledger_step_committed(run->ledger, FERRY_STEP_SWAPPED);
		return true;
	}
	ferry_target(c)->rollback(c);
	return false;
}

static bool is_held(const GError *error)
{
	return ferry_error_is(error, FERRY_ERROR_CONFLICT) || ferry_error_is(error, FERRY_ERROR_CANCELLED);
}

/* Readers come before us: short tries, with room for them between, until our patience ends. */
static bool wait_for_readers(FerryRun *run, gint64 began_us, guint n_tries, GError *failure, GError **error)
{
	if (g_get_monotonic_time() - began_us > PATIENCE_US) {
		g_prefix_error(&failure, "swapping the loaded tables in, after %u tries: ", n_tries);
		ferry_error_hint(
			failure ? &failure : NULL,
			"all is loaded and verified, and the target is as it was: end the sessions that "
			"hold its tables, and run the same command again; it only swaps");
		g_propagate_error(error, failure);
		return false;
	}
	if (n_tries == 1)
		ferry_run_log(run, FERRY_SEVERITY_INFO,
			      "swapping the loaded tables in: %s; trying again until they are free",
			      failure->message);
	g_error_free(failure);
	g_usleep((gulong)g_random_int_range(WAIT_MIN_MS,
					    MIN(WAIT_MIN_MS << MIN(n_tries, 5u), WAIT_MAX_MS) + 1) *
		 1000);
	return !ferry_run_is_stopped(run) || ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
}

static bool swap_patiently(FerryRun *run, char **ret_left, GError **error)
{
	gint64 began_us = g_get_monotonic_time();
	FerryHealing healing = {0};
	GError *failure = NULL;

	for (guint n = 1; !try_swap(run, ret_left, &failure); n++) {
		bool is_ok = is_held(failure) && !ferry_run_is_stopped(run)
				     ? wait_for_readers(run, began_us, n, failure, error)
				     : ferry_heal(run, &healing, FERRY_HEAL_TARGET, 0,
						  "swapping the loaded tables in", failure, error);
		if (!is_ok)
			return false;
		failure = NULL;
	}
	return true;
}

bool ferry_staging_swap(FerryRun *run, GError **error)
{
	g_autofree char *left = NULL;

	if (!is_on(run))
		return true;
	run->result.is_swapped = true;
	if (run->is_swapped) {
		ferry_run_log(run, FERRY_SEVERITY_INFO,
			      "the tables were swapped in by the run before, after they had been verified");
		return true;
	}
	run->result.is_swapped = swap_patiently(run, &left, error);
	if (!run->result.is_swapped)
		return false;
	ferry_plan_stage(run->plan, false);
	if (left)
		ferry_run_log(run, FERRY_SEVERITY_WARNING,
			      "schema %s stays: it holds objects that a hook has made", left);
	return true;
}

bool ferry_staging_recall(FerryRun *run, GError **error)
{
	if (!ferry_run_recall_chunks(run, NULL, error))
		return false;
	for (guint i = 0; i < run->result.n_tables; i++) {
		FerryTableResult *result = run->tables[i].result;
		result->is_verified = run->project->verify != FERRY_VERIFY_NONE;
		result->verified_by = run->project->verify;
		result->source_rows = result->rows_read;
		result->target_rows = result->rows_loaded;
	}
	return true;
}

void ferry_staging_tell_kept(FerryRun *run)
{
	if (is_on(run))
		ferry_run_log(run, FERRY_SEVERITY_WARNING,
			      "not swapped in: the target's tables are as they were, what was loaded is in "
			      "schema %s",
			      ((FerryStagedSchema *)run->plan->staging->pdata[0])->staging);
}
