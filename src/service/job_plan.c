/*
 * The plan of a job; see job_internal.h.
 */
#include "service/job_internal.h"

static void tell_profiling(const char *table, gpointer data)
{
	FerryJob *job = data;

	ferry_live_log(job->live, "debug", "plan: looking at the data of %s", table);
}

/* For so long, or until something is wished for that ends the planning: what cleans up heeds only that this
 * process ends. */
static bool wait_unless_wished(FerryJob *job, guint ms)
{
	FerryWish heeded = job->has_cleaned_up ? FERRY_WISH_LEAVE : FERRY_WISH_PAUSE;
	gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;

	g_mutex_lock(&job->lock);
	while (job->wish < heeded && g_cond_wait_until(&job->wished, &job->lock, until))
		;
	bool is_wished = job->wish >= heeded;
	g_mutex_unlock(&job->lock);
	return !is_wished;
}

static bool plan_once(FerryJob *job, GError **error)
{
	FerryActor self = {.role = FERRY_ROLE_ADMIN, .user_name = NULL};

	g_clear_pointer(&job->workspace, ferry_workspace_free);
	ferry_live_log(job->live, "info", "connecting");
	job->workspace = ferry_workspace_open(job->service, &self, job->document, job->source_id,
					      job->target_id, FERRY_WORKSPACE_WRITE, error);
	if (!job->workspace)
		return false;
	ferry_live_log(job->live, "info", "planning");
	if (!ferry_workspace_plan(job->workspace, tell_profiling, job, error))
		return false;
	ferry_live_set_plan(job->live, job->workspace->plan, job->restarts);
	return true;
}

bool ferry_job_make_plan(FerryJob *job, GError **error)
{
	FerryPlanHealing healing = {0};
	guint retries = 0, ms;

	for (;;) {
		g_autoptr(GError) failure = NULL;
		if (plan_once(job, &failure))
			return true;
		if (job->workspace)
			retries = job->workspace->project->retries;
		if (!ferry_heal_planning(&healing, retries, failure, &ms)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return false;
		}
		ferry_live_log(job->live, "warning", "planning: %s; trying again in %.1f s (%u of %u)",
			       failure->message, ms / 1e3, healing.n_failures, retries);
		if (!wait_unless_wished(job, ms))
			return ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
	}
}
