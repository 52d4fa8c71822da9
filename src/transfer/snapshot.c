/*
 * The source's snapshot: see snapshot.h.
 */
#include "transfer/snapshot.h"

#include "transfer/ledger.h"

#define SNAPSHOT_STEP "snapshot "

static bool take(FerryRun *run, FerryConnection **connections, guint n, char **ret_description,
		 GError **error)
{
	if (run->source_connector->source->snapshot)
		return run->source_connector->source->snapshot(connections, n, ret_description, error);
	*ret_description = g_strdup("none: the source has no snapshots");
	return true;
}

/* Brings connections to the snapshot of run->snapshot_name; false without an error: it is gone. */
static bool rejoin(FerryRun *run, FerryConnection **connections, guint n, GError **error)
{
	const FerrySourceOps *ops = run->source_connector->source;
	g_autoptr(GError) own = NULL;

	if (!ops->snapshot_lasts || !run->snapshot_name)
		return false;
	if (ops->join_snapshot(connections, n, run->snapshot_name, &own))
		return true;
	if (ferry_error_can_heal(own) || ferry_error_is(own, FERRY_ERROR_CANCELLED))
		g_propagate_error(error, g_steal_pointer(&own));
	return false;
}

/* For a later run of the same copy, which begins where this one has to stop. */
static bool keep_name(FerryRun *run, GError **error)
{
	const FerrySourceOps *ops = run->source_connector->source;

	g_clear_pointer(&run->snapshot_name, g_free);
	/* None could be obtained, as the description says: then it has no name. */
	if (!ops->snapshot_lasts || !ops->share_snapshot(run->sources[0], &run->snapshot_name, NULL) ||
	    !run->ledger)
		return true;
	g_autofree char *step = g_strconcat(SNAPSHOT_STEP, run->snapshot_name, NULL);
	g_autofree char *known = ferry_ledger_find_own(run->ledger, SNAPSHOT_STEP);
	if (known)
		return true;
	if (!ferry_ledger_note_step(run->ledger, run->targets[0], step, error))
		return false;
	ferry_ledger_step_committed(run->ledger, step);
	return true;
}

/* The lanes that keep the snapshot for others. */
static guint keeper(const FerryRun *run, guint i)
{
	return i == 0 ? 0 : run->n_lanes - 1;
}

/* Whether the lane's connection gives the snapshot a name, for as long as it lasts. */
static bool keep_for_lanes(FerryRun *run, guint i)
{
	char *name = NULL;
	bool is_ok = run->source_connector->source->share_snapshot(run->sources[keeper(run, i)], &name, NULL);

	g_mutex_lock(&run->mutex);
	g_free(run->lane_snapshots[i]);
	run->lane_snapshots[i] = name;
	g_mutex_unlock(&run->mutex);
	return is_ok;
}

/* So that a lane whose connection is lost can come back to it. */
static void keep_all(FerryRun *run)
{
	const FerrySourceOps *ops = run->source_connector->source;

	for (guint i = 0; i < G_N_ELEMENTS(run->lane_snapshots); i++)
		g_clear_pointer(&run->lane_snapshots[i], g_free);
	for (guint i = 0; i < run->n_lanes; i++)
		g_atomic_int_set(&run->renewed_lanes[i], 0);
	if (!ops->share_snapshot || ops->snapshot_lasts || run->n_lanes < 2)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(run->lane_snapshots); i++)
		if (!keep_for_lanes(run, i))
			return;
}

/* False: no lane holds it any more. A lane that has kept it for others does so again. */
static bool come_back(FerryRun *run, guint lane)
{
	bool is_back = false;

	for (guint i = 0; i < G_N_ELEMENTS(run->lane_snapshots) && !is_back; i++) {
		g_mutex_lock(&run->mutex);
		g_autofree char *name = g_strdup(run->lane_snapshots[i]);
		g_mutex_unlock(&run->mutex);
		is_back = name &&
			  run->source_connector->source->join_snapshot(&run->sources[lane], 1, name, NULL);
	}
	for (guint i = 0; i < G_N_ELEMENTS(run->lane_snapshots) && is_back; i++)
		if (keeper(run, i) == lane)
			keep_for_lanes(run, i);
	return is_back;
}

bool ferry_run_snapshot(FerryRun *run, GError **error)
{
	g_autoptr(GError) own = NULL;

	g_clear_pointer(&run->result.snapshot, g_free);
	g_clear_pointer(&run->snapshot_name, g_free);
	run->snapshot_name = run->ledger ? ferry_ledger_find_own(run->ledger, SNAPSHOT_STEP) : NULL;
	run->is_same_snapshot = rejoin(run, run->sources, run->n_lanes, &own);
	if (run->is_same_snapshot) {
		run->result.snapshot = g_strdup_printf(
			"one snapshot for all lanes%s (%s)",
			run->result.is_resumed ? ", that of the run before" : "", run->snapshot_name);
		return true;
	}
	if (own) {
		g_propagate_error(error, g_steal_pointer(&own));
		return false;
	}
	if (!take(run, run->sources, run->n_lanes, &run->result.snapshot, error) || !keep_name(run, error))
		return false;
	keep_all(run);
	return true;
}

static bool has_one(const FerryRun *run)
{
	return run->source_connector->source->snapshot != NULL;
}

/* Says it once; later losses are seen in the log as retries. */
static void note(FerryRun *run, char *text)
{
	g_mutex_lock(&run->mutex);
	bool is_first = !run->result.snapshot_lost;
	if (is_first)
		run->result.snapshot_lost = text;
	g_mutex_unlock(&run->mutex);
	if (is_first)
		ferry_run_log(run, FERRY_SEVERITY_WARNING, "%s", text);
	else
		g_free(text);
}

static bool refuse(FerryRun *run, GError **error)
{
	if (run->project->snapshot_lost == FERRY_SNAPSHOT_LOST_RESTART)
		g_atomic_int_set(&run->wants_restart, 1);
	ferry_fail(error, FERRY_ERROR_FAILED,
		   "the source's snapshot was lost: the rows that are left would come from a later state "
		   "than those that are in");
	ferry_error_hint(error, "begin again with --restart, or accept it with snapshot_lost: continue, and "
				"let the verification tell");
	return false;
}

bool ferry_snapshot_renew(FerryRun *run, guint lane, GError **error)
{
	g_autofree char *ignored = NULL;
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *time = g_date_time_format(now, "%H:%M:%S");
	g_autoptr(GError) own = NULL;

	if (!has_one(run) || rejoin(run, &run->sources[lane], 1, &own))
		return true;
	if (own) {
		g_propagate_error(error, g_steal_pointer(&own));
		return false;
	}
	if (run->joined_snapshot)
		return run->source_connector->source->join_snapshot(&run->sources[lane], 1,
								    run->joined_snapshot, error);
	if (come_back(run, lane)) {
		g_atomic_int_set(&run->renewed_lanes[lane], 0);
		return true;
	}
	if (run->stage == FERRY_STAGE_COPY && run->project->snapshot_lost != FERRY_SNAPSHOT_LOST_CONTINUE)
		return refuse(run, error);
	if (!take(run, &run->sources[lane], 1, &ignored, error))
		return false;
	g_atomic_int_set(&run->renewed_lanes[lane], 1);
	note(run, g_strdup_printf("the snapshot was lost; rows read after %s come from a later state of the "
				  "source",
				  time));
	return true;
}

bool ferry_snapshot_resumed(FerryRun *run, guint n_done, GError **error)
{
	if (!has_one(run) || n_done == 0 || run->is_same_snapshot)
		return true;
	if (run->project->snapshot_lost == FERRY_SNAPSHOT_LOST_FAIL)
		return refuse(run, error);
	note(run,
	     g_strdup_printf("this run resumes another one, whose snapshot is gone: the rows of %u chunk%s "
			     "come from an earlier state of the source than the others",
			     n_done, n_done == 1 ? "" : "s"));
	return true;
}
