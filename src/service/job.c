/*
 * One attempt of an execution; see job.h.
 */
#include "service/job_internal.h"

#include "report/exit_codes.h"
#include "report/report_html.h"
#include "service/ending.h"
#include "service/execution_internal.h"
#include "service/membership.h"
#include "service/runner.h"

#include <string.h>

FerryJob *ferry_job_new(FerryService *service, const char *id)
{
	FerryJob *job = g_new0(FerryJob, 1);

	job->service = service;
	job->id = g_strdup(id);
	g_mutex_init(&job->lock);
	g_cond_init(&job->wished);
	job->started = g_date_time_new_now_local();
	return job;
}

void ferry_job_free(FerryJob *job)
{
	ferry_workspace_free(job->workspace);
	g_date_time_unref(job->started);
	g_cond_clear(&job->wished);
	g_mutex_clear(&job->lock);
	g_free(job->document);
	g_free(job->source_id);
	g_free(job->target_id);
	g_free(job->reject_file);
	g_free(job->id);
	g_free(job);
}

const char *ferry_job_get_id(const FerryJob *job)
{
	return job->id;
}

/* Called with the lock. */
static void pass_wish(FerryJob *job)
{
	if (!job->run || job->wish == FERRY_WISH_NONE)
		return;
	if (job->wish == FERRY_WISH_PAUSE)
		ferry_run_pause(job->run);
	else
		ferry_run_cancel(job->run);
}

void ferry_job_ask(FerryJob *job, FerryWish wish)
{
	g_mutex_lock(&job->lock);
	if (wish > job->wish) {
		job->wish = wish;
		pass_wish(job);
		g_cond_broadcast(&job->wished);
	}
	g_mutex_unlock(&job->lock);
}

FerryWish ferry_job_get_wish(FerryJob *job)
{
	g_mutex_lock(&job->lock);
	FerryWish wish = job->wish;
	g_mutex_unlock(&job->lock);
	return wish;
}

static void set_run(FerryJob *job, FerryRun *run)
{
	g_mutex_lock(&job->lock);
	job->run = run;
	pass_wish(job);
	g_mutex_unlock(&job->lock);
}

/* ---- the store ---- */

static bool load(FerryJob *job, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(job->service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(tx, error,
					 "SELECT document, source_connection_id, target_connection_id, "
					 "dry_run, restart, wanted FROM "
					 "executions WHERE id = ?",
					 "s", job->id);
	if (!rows || rows->rows->len == 0)
		return false;
	job->document = g_strdup(ferry_row_text(rows, 0, 0));
	job->source_id = g_strdup(ferry_row_text(rows, 0, 1));
	job->target_id = g_strdup(ferry_row_text(rows, 0, 2));
	job->is_dry_run = ferry_row_int(rows, 0, 3);
	job->restarts = ferry_row_int(rows, 0, 4);
	if (g_strcmp0(ferry_row_text(rows, 0, 5), "clean_up") == 0)
		ferry_job_ask(job, FERRY_WISH_CLEAN_UP);
	job->reject_file = g_strdup_printf("%s/rejects-%s.ndjson", job->service->data_dir, job->id);
	return true;
}

static const char *const outcome_words[] = {
	[FERRY_OUTCOME_VERIFIED] = "verified",   [FERRY_OUTCOME_REJECTED] = "rejected",
	[FERRY_OUTCOME_DIFFERENT] = "different", [FERRY_OUTCOME_OBJECTS] = "objects",
	[FERRY_OUTCOME_FAILED] = "failed",       [FERRY_OUTCOME_CANCELLED] = "cancelled",
};

/* Before what is tried for as long as the store is away is tried again. False: this process ends. */
static bool wait_for_store(FerryJob *job, guint *wait_ms)
{
	if (ferry_job_get_wish(job) == FERRY_WISH_LEAVE)
		return false;
	g_usleep(*wait_ms * 1000);
	*wait_ms = MIN(*wait_ms * 2, 5000);
	return true;
}

/* All that it has told is in before its end is. */
static void end_live(FerryJob *job)
{
	guint wait_ms = 100;

	while (!ferry_live_end(job->live) && wait_for_store(job, &wait_ms))
		;
	g_clear_pointer(&job->live, ferry_live_free);
}

/* An execution whose end is not written would be run again. Clears the ending. */
static void write_ending(FerryJob *job, FerryEnding *ending)
{
	guint wait_ms = 100;

	ending->reject_file = job->reject_file;
	ending->has_cleaned_up = job->has_cleaned_up;
	while (!ferry_ending_write(job->service, job->id, ending) && wait_for_store(job, &wait_ms))
		;
	ferry_ending_clear(ending);
}

/* What somebody else has taken over meanwhile is left alone. */
static void release(FerryJob *job)
{
	g_autoptr(FerryStoreTx) tx = ferry_execution_begin(job->service, NULL);
	bool is_ok = tx &&
		     ferry_store_exec(tx, NULL, NULL,
				      "UPDATE executions SET state = 'QUEUED', owner = NULL, seq = seq + 1 "
				      "WHERE id = ? AND owner = ? "
				      "AND state = 'RUNNING'",
				      "ss", job->id, job->service->owner) &&
		     ferry_store_commit(g_steal_pointer(&tx), NULL);

	g_clear_pointer(&tx, ferry_store_rollback);
	if (is_ok)
		ferry_execution_publish_state(job->service, job->id);
	ferry_execution_end(job->service);
	if (is_ok)
		ferry_runner_announce(job->service, job->id);
}

/* This process ends: another, or its next start, goes on. */
static void leave(FerryJob *job)
{
	end_live(job);
	release(job);
}

/* ---- the end ---- */

static void make_reports(FerryJob *job, const FerryRunResult *result, const GError *error,
			 FerryEnding *ending)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	const FerryWorkspace *w = job->workspace;
	FerryReport report = {
		.command = "copy",
		.source = w->source_url,
		.target = w->target_url,
		.started = job->started,
		.ended = now,
		.plan = w->plan,
		.result = result,
		.error = error,
		.exit_code = error ? (int)ferry_exit_from_error(error, FERRY_PHASE_LOAD)
				   : (int)ferry_exit_from_outcome(result->outcome),
		.no_verify = w->project->verify == FERRY_VERIFY_NONE,
		.schema_only = w->project->schema_only,
	};

	ending->report = ferry_report_to_json(&report);
	ending->html = ferry_report_to_html(&report);
}

static void say_end(FerryJob *job, const FerryEnding *ending, const GError *error)
{
	const char *level = g_strcmp0(ending->state, "FAILED") == 0 ? "error" : "info";

	if (error && error->code != FERRY_ERROR_CANCELLED)
		ferry_live_log(job->live, "error", "%s", error->message);
	ferry_live_log(job->live, level, "%s%s%s", ending->state, ending->outcome ? ": " : "",
		       ending->outcome ? ending->outcome : "");
}

/* How it stands, by what was asked for and by how the run ended. */
static FerryEnding judge(FerryJob *job, const FerryRunResult *result, const GError *error)
{
	FerryWish wish = ferry_job_get_wish(job);
	FerryEnding ending = {.state = "FAILED", .outcome = "failed"};

	if (!error) {
		ending.state = "COMPLETED";
		ending.outcome = result ? outcome_words[result->outcome] : NULL;
	} else if (wish == FERRY_WISH_PAUSE && ferry_error_is(error, FERRY_ERROR_CANCELLED)) {
		ending = (FerryEnding){.state = "PAUSED"};
	} else if (wish == FERRY_WISH_CANCEL || wish == FERRY_WISH_CLEAN_UP) {
		ending = (FerryEnding){.state = "CANCELLED", .outcome = "cancelled"};
	}
	/* rows are in, but not as the project wants them: that is no success */
	if (g_strcmp0(ending.outcome, "different") == 0 || g_strcmp0(ending.outcome, "objects") == 0)
		ending.state = "FAILED";
	if (error && strcmp(ending.state, "FAILED") == 0) {
		json_t *json = ferry_execution_error_json(error);
		ending.error = ferry_json_line(json);
		json_decref(json);
	}
	return ending;
}

static void finish(FerryJob *job, FerryRun *run, const GError *error)
{
	const FerryRunResult *result = run ? ferry_run_get_result(run) : NULL;
	FerryEnding ending = judge(job, result, error);

	if (result)
		ferry_live_set_result(job->live, result, !error);
	if (run && ferry_execution_has_ended(ending.state))
		make_reports(job, result, error, &ending);
	say_end(job, &ending, error);
	end_live(job);
	write_ending(job, &ending);
}

/* ---- the work ---- */

static void finish_dry_run(FerryJob *job)
{
	FerryEnding ending = {.state = "COMPLETED", .report = ferry_plan_to_json(job->workspace->plan)};

	ferry_live_log(job->live, "info", "dry run: the plan is made, nothing was written");
	end_live(job);
	write_ending(job, &ending);
}

static bool clean_up(FerryJob *job, bool *ret_was_there, GError **error)
{
	FerryWorkspace *w = job->workspace;
	const FerryRunOptions options = {.project = w->project};

	ferry_workspace_disconnect(w);
	g_autoptr(FerryRun) run =
		ferry_run_new(w->source_url, w->target_url, w->plan, &options, ferry_live_event, job->live);
	return ferry_run_clean_up(run, ret_was_there, error);
}

static void clean_and_end(FerryJob *job)
{
	g_autoptr(GError) error = NULL;

	job->has_cleaned_up = true;
	if (!(job->workspace && job->workspace->plan) && !ferry_job_make_plan(job, &error)) {
		if (ferry_job_get_wish(job) == FERRY_WISH_LEAVE)
			leave(job);
		else
			finish(job, NULL, error);
		return;
	}
	bool was_there = false;
	if (clean_up(job, &was_there, &error))
		ferry_live_log(job->live, "info", "%s",
			       was_there ? "what this execution had made in the target was removed"
					 : "this execution had made nothing in the target");
	else
		ferry_live_log(job->live, "error", "cleaning up: %s", error->message);
	FerryEnding ending = {.state = "CANCELLED", .outcome = "cancelled"};
	end_live(job);
	write_ending(job, &ending);
}

/* Of what has failed or was stopped, by what is wished for; the rest finishes. */
static void conclude(FerryJob *job, FerryRun *run, const GError *error)
{
	FerryWish wish = ferry_job_get_wish(job);

	if (error && wish == FERRY_WISH_CLEAN_UP)
		clean_and_end(job);
	else if (error && wish == FERRY_WISH_LEAVE)
		leave(job);
	else
		finish(job, run, error);
}

static void run_plan(FerryJob *job)
{
	FerryWorkspace *w = job->workspace;
	g_autoptr(GError) error = NULL;

	if (job->restarts)
		w->project->restart = true;
	bool may_share = !ferry_store_get_file(job->service->store);
	FerryMembership *lead = may_share ? ferry_membership_new_lead(job->service, job->id) : NULL;
	const FerryRunOptions options = {.project = w->project,
					 .reject_file = job->reject_file,
					 .share = lead ? ferry_membership_get_share(lead) : NULL};
	ferry_workspace_disconnect(w);
	FerryRun *run =
		ferry_run_new(w->source_url, w->target_url, w->plan, &options, ferry_live_event, job->live);
	set_run(job, run);
	bool is_ok = ferry_run_execute(run, &error);
	set_run(job, NULL);
	conclude(job, run, is_ok ? NULL : error);
	ferry_run_free(run);
	ferry_membership_free(lead);
}

void ferry_job_run(FerryJob *job)
{
	g_autoptr(GError) error = NULL;

	job->live = ferry_live_new(job->service, job->id);
	if (!load(job, &error)) {
		if (error)
			finish(job, NULL, error);
		g_clear_pointer(&job->live, ferry_live_free);
		return;
	}
	if (ferry_job_get_wish(job) == FERRY_WISH_CLEAN_UP)
		clean_and_end(job);
	else if (!ferry_job_make_plan(job, &error))
		conclude(job, NULL, error);
	else if (job->is_dry_run)
		finish_dry_run(job);
	else
		run_plan(job);
}
