/*
 * The source's snapshot: see snapshot.h.
 */
#include "transfer/snapshot.h"

static bool take(FerryRun *run, FerryConnection **connections, guint n, char **ret_description,
		 GError **error)
{
	if (run->source_connector->source->snapshot)
		return run->source_connector->source->snapshot(connections, n, ret_description, error);
	*ret_description = g_strdup("none: the source has no snapshots");
	return true;
}

bool ferry_run_snapshot(FerryRun *run, GError **error)
{
	g_clear_pointer(&run->result.snapshot, g_free);
	return take(run, run->sources, run->n_lanes, &run->result.snapshot, error);
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

	if (!has_one(run))
		return true;
	if (run->joined_snapshot)
		return run->source_connector->source->join_snapshot(&run->sources[lane], 1,
								    run->joined_snapshot, error);
	if (run->stage == FERRY_STAGE_COPY && run->project->snapshot_lost != FERRY_SNAPSHOT_LOST_CONTINUE)
		return refuse(run, error);
	if (!take(run, &run->sources[lane], 1, &ignored, error))
		return false;
	note(run, g_strdup_printf("the snapshot was lost; rows read after %s come from a later state of the "
				  "source",
				  time));
	return true;
}

bool ferry_snapshot_resumed(FerryRun *run, guint n_done, GError **error)
{
	if (!has_one(run) || n_done == 0)
		return true;
	if (run->project->snapshot_lost == FERRY_SNAPSHOT_LOST_FAIL)
		return refuse(run, error);
	note(run,
	     g_strdup_printf("this run resumes another one, whose snapshot is gone: the rows of %u chunk%s "
			     "come from an earlier state of the source than the others",
			     n_done, n_done == 1 ? "" : "s"));
	return true;
}
