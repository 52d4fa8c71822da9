/*
 * Stage BUILD: what is cheaper after the load. Indexes of all tables in parallel, with the primary keys
 * of large ones, then the other keys, foreign keys, checks, sequences, comments, statistics. An object
 * that cannot be made is told in the result and does not stop the others.
 */
#include "transfer/give_up.h"
#include "transfer/heal.h"
#include "transfer/staging.h"

#define SMALL_ROWS  10000
#define SMALL_BYTES (1024 * 1024)
#define LARGE_ROWS  100000

typedef struct Job {
	FerryStatement *statement;
	FerryDdlPhase phase;
	int table;      /* -1: the catalog's */
	bool is_beside; /* a key, made in the phase of the indexes by other statements */
} Job;

static void job_free(gpointer data)
{
	Job *job = data;

	ferry_statement_free(job->statement);
	g_free(job);
}

static void add_jobs(FerryRun *run, GPtrArray *jobs, const FerryTable *table, int index, FerryDdlPhase phase)
{
	g_autoptr(GPtrArray) statements = g_ptr_array_new();

	run->target_connector->target->ddl(run->plan->target, table, phase, statements);
	for (guint i = 0; i < statements->len; i++) {
		Job *job = g_new0(Job, 1);
		job->statement = statements->pdata[i];
		job->phase = phase;
		job->table = index;
		g_ptr_array_add(jobs, job);
	}
}

/* Keys of large tables are built at the same time as their indexes, the largest part of what a build takes.
 */
static void add_keys_beside(FerryRun *run, GPtrArray *jobs, const FerryTable *table, int index)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(job_free);

	if (!run->target_connector->target->execute_script ||
	    run->result.tables[index].rows_loaded < LARGE_ROWS)
		return;
	add_jobs(run, keys, table, index, FERRY_DDL_KEYS);
	for (guint i = 0; i < keys->len;) {
		Job *job = keys->pdata[i];
		if (!job->statement->beside_sql) {
			i++;
			continue;
		}
		job->is_beside = true;
		g_ptr_array_add(jobs, g_ptr_array_steal_index(keys, i));
	}
}

static void record(FerryRun *run, const Job *job, bool is_ok, const char *message, double seconds)
{
	FerryObjectResult *result = g_new0(FerryObjectResult, 1);

	result->kind = g_strdup(job->statement->kind);
	g_autofree char *object = ferry_staging_final_name(run, job->statement->object);
	result->object = g_strdup(object);
	result->is_ok = is_ok;
	result->is_optional = job->statement->is_optional;
	result->message = g_strdup(message);
	result->seconds = seconds;
	g_mutex_lock(&run->mutex);
	g_ptr_array_add(run->result.objects, result);
	g_mutex_unlock(&run->mutex);
	ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_OBJECT,
					 .table = job->table,
					 .kind = job->statement->kind,
					 .text = object,
					 .message = message,
					 .seconds = seconds,
					 .severity = !is_ok    ? FERRY_SEVERITY_LOSS
						     : message ? FERRY_SEVERITY_WARNING
							       : FERRY_SEVERITY_INFO});
	if (message)
		ferry_run_log(run,
			      is_ok || result->is_optional ? FERRY_SEVERITY_WARNING : FERRY_SEVERITY_LOSS,
			      "%s %s: %s", job->statement->kind, object, message);
}

/* What is not the object's own fault ends the run. */
static bool is_fatal(FerryRun *run, const GError *error)
{
	return ferry_run_is_stopped(run) || ferry_error_is(error, FERRY_ERROR_LOST) ||
	       ferry_error_is(error, FERRY_ERROR_CONNECT) || ferry_error_is(error, FERRY_ERROR_CANCELLED);
}

static bool do_job(FerryRun *run, guint lane, const Job *job, const char **ret_note, GError **error)
{
	return job->is_beside ? ferry_run_step_beside(run, lane, job->phase, job->statement, error)
			      : ferry_run_step(run, lane, job->phase, job->statement, ret_note, error);
}

static void run_job(FerryRun *run, guint lane, const Job *job)
{
	gint64 started = g_get_monotonic_time();
	const char *note = NULL;
	GError *error = NULL;

	if (ferry_run_step_is_done(run, job->phase, job->statement))
		return;
	if (do_job(run, lane, job, &note, &error)) {
		record(run, job, true, note, (g_get_monotonic_time() - started) / 1e6);
	} else if (is_fatal(run, error)) {
		g_prefix_error(&error, "%s %s: ", job->statement->kind, job->statement->object);
		ferry_run_take_error(run, error);
	} else {
		record(run, job, false, error->message, (g_get_monotonic_time() - started) / 1e6);
		g_error_free(error);
	}
}

static bool can_build(const FerryRun *run, const FerryTableState *table, FerryDdlPhase phase)
{
	if (ferry_is_given_up(table) ||
	    (phase == FERRY_DDL_FOREIGN_KEYS && ferry_give_up_is_parent(run, table)))
		return false;
	return table->is_created || phase == FERRY_DDL_ANALYZE;
}

/* ---- groups ---- */

/* Of small tables thousands of statements would each cost a commit: some tables' go together, and where that
 * fails (an object that cannot be made takes the others with it) one by one. */
static bool is_small(const FerryRun *run, const Job *job)
{
	const FerryTableResult *result = job->table >= 0 ? &run->result.tables[job->table] : NULL;

	return result && result->rows_loaded <= SMALL_ROWS && result->bytes <= SMALL_BYTES;
}

/* A table's statements stay together, so that no two lanes lock the same one. */
static GPtrArray *make_groups(const FerryRun *run, const GPtrArray *jobs)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	guint at_once = ferry_run_steps_at_once(run);
	GPtrArray *group = NULL;

	for (guint i = 0; i < jobs->len; i++) {
		const Job *job = jobs->pdata[i], *before = i > 0 ? jobs->pdata[i - 1] : NULL;
		bool is_more = group && at_once > 1 && is_small(run, job) && is_small(run, before) &&
			       (group->len < at_once || before->table == job->table);
		if (!is_more) {
			group = g_ptr_array_new();
			g_ptr_array_add(groups, group);
		}
		g_ptr_array_add(group, jobs->pdata[i]);
	}
	return groups;
}

static bool run_together(FerryRun *run, guint lane, const GPtrArray *jobs)
{
	g_autoptr(GPtrArray) statements = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	gint64 started = g_get_monotonic_time();

	for (guint i = 0; i < jobs->len; i++)
		g_ptr_array_add(statements, ((Job *)jobs->pdata[i])->statement);
	if (!ferry_run_steps_together(run, lane, ((Job *)jobs->pdata[0])->phase,
				      (FerryStatement *const *)statements->pdata, statements->len, &error)) {
		g_debug("%u objects not made together: %s", jobs->len, error->message);
		return false;
	}
	double seconds = (g_get_monotonic_time() - started) / 1e6 / jobs->len;
	for (guint i = 0; i < jobs->len; i++)
		record(run, jobs->pdata[i], true, NULL, seconds);
	return true;
}

static void run_group(FerryRun *run, guint lane, guint item)
{
	const GPtrArray *group = run->jobs->pdata[item];

	if (group->len > 1 && run_together(run, lane, group))
		return;
	for (guint i = 0; i < group->len && !ferry_run_is_stopped(run); i++)
		run_job(run, lane, group->pdata[i]);
}

static GPtrArray *jobs_left(FerryRun *run, const GPtrArray *jobs)
{
	GPtrArray *left = g_ptr_array_new();

	for (guint i = 0; i < jobs->len; i++) {
		const Job *job = jobs->pdata[i];
		if (!ferry_run_step_is_done(run, job->phase, job->statement))
			g_ptr_array_add(left, jobs->pdata[i]);
	}
	return left;
}

static bool build_phase(FerryRun *run, FerryDdlPhase phase, guint n_threads)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_free);

	for (guint i = 0; i < run->plan->tables->len; i++)
		if (can_build(run, &run->tables[i], phase)) {
			if (phase == FERRY_DDL_INDEXES)
				add_keys_beside(run, jobs, run->tables[i].plan->target, (int)i);
			add_jobs(run, jobs, run->tables[i].plan->target, (int)i, phase);
		}
	add_jobs(run, jobs, NULL, -1, phase);
	g_autoptr(GPtrArray) left = jobs_left(run, jobs);
	g_autoptr(GPtrArray) groups = make_groups(run, left);
	run->jobs = groups;
	bool is_ok = ferry_run_parallel(run, n_threads, groups->len, run_group);
	run->jobs = NULL;
	return is_ok;
}

/* ---- views ---- */

static bool makes_tables(const FerryRun *run)
{
	for (guint i = 0; i < run->plan->tables->len; i++)
		if (run->tables[i].is_created)
			return true;
	return false;
}

/* Takes the statement's place with what is to be done about a view of an earlier copy. False: nothing. */
static bool renew_view(FerryStatement *statement, bool has_new_tables)
{
	char **sql = has_new_tables ? &statement->replace_sql : &statement->refresh_sql;

	if (!*sql)
		return false;
	g_free(statement->sql);
	statement->sql = g_steal_pointer(sql);
	return true;
}

static void build_view(FerryRun *run, const Job *job, FerryViewState state)
{
	if (ferry_run_step_is_done(run, job->phase, job->statement))
		return;
	if (state == FERRY_VIEW_FOREIGN)
		record(run, job, false,
		       "something that Ferry has not made is there by that name, and stays as it is", 0);
	else if (state == FERRY_VIEW_ABSENT || renew_view(job->statement, makes_tables(run)))
		run_job(run, 0, job);
}

static bool look_at_views(FerryRun *run, FerryViewState *states, GError **error)
{
	FerryHealing healing = {0};
	GError *failure = NULL;

	while (!ferry_target(run->targets[0])
			->look_at_views(run->targets[0], run->plan->target->views, states, &failure)) {
		if (!ferry_heal_may(run, failure)) {
			g_propagate_error(error, failure);
			return false;
		}
		if (!ferry_heal(run, &healing, FERRY_HEAL_TARGET, 0, "looking at views", failure, error))
			return false;
		failure = NULL;
	}
	return true;
}

/* One after the other: a view may read those before it. The copy is whole without them. */
static bool build_views(FerryRun *run)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_free);
	g_autofree FerryViewState *states = NULL;
	GError *error = NULL;

	add_jobs(run, jobs, NULL, -1, FERRY_DDL_VIEWS);
	if (jobs->len == 0 || run->project->incremental)
		return true;
	states = g_new0(FerryViewState, jobs->len);
	if (!look_at_views(run, states, &error)) {
		if (is_fatal(run, error)) {
			ferry_run_take_error(run, error);
			return false;
		}
		ferry_run_log(run, FERRY_SEVERITY_WARNING, "no view is made: %s", error->message);
		g_error_free(error);
		return true;
	}
	for (guint i = 0; i < jobs->len && !ferry_run_is_stopped(run) && !ferry_run_is_paused(run); i++)
		build_view(run, jobs->pdata[i], states[i]);
	return !ferry_run_is_stopped(run);
}

bool ferry_run_build(FerryRun *run, GError **error)
{
	/* Foreign keys lock two tables each, so they go one by one. */
	static const struct {
		FerryDdlPhase phase;
		bool in_parallel;
	} phases[] = {
		{FERRY_DDL_INDEXES, true},  {FERRY_DDL_KEYS, true},      {FERRY_DDL_FOREIGN_KEYS, false},
		{FERRY_DDL_CHECKS, true},   {FERRY_DDL_SEQUENCES, true}, {FERRY_DDL_VIEWS, false},
		{FERRY_DDL_COMMENTS, true}, {FERRY_DDL_ANALYZE, true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(phases); i++) {
		if (phases[i].phase == FERRY_DDL_ANALYZE && run->project->no_analyze)
			continue;
		if (!(phases[i].phase == FERRY_DDL_VIEWS
			      ? build_views(run)
			      : build_phase(run, phases[i].phase, phases[i].in_parallel ? run->n_lanes : 1)))
			return false;
	}
	return true;
}
