/*
 * The steps that copy, plan and verify share; see session.h.
 */
#include "cli/session.h"

#include "base/output_file.h"
#include "report/human.h"
#include "report/report.h"
#include "report/report_html.h"
#include "cli/signals.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void ferry_session_init(FerrySession *s, const FerryCommand *command, char **args,
			const FerryOutputOptions *output)
{
	FerryProgressMode mode = output->quiet  ? FERRY_PROGRESS_QUIET
				 : output->json ? FERRY_PROGRESS_LINES
						: ferry_progress_detect_mode();

	*s = (FerrySession){.command = command,
			    .args = args,
			    .output = output,
			    .phase = FERRY_PHASE_CONNECT,
			    .can_report = true};
	s->project = ferry_project_new();
	s->started = g_date_time_new_now_local();
	s->progress = ferry_progress_new(mode, STDERR_FILENO);
	int level = output->log_level ? ferry_word_find(ferry_log_level_words, output->log_level) : -1;
	if (level >= 0)
		ferry_progress_set_level(s->progress, (FerryLogLevel)level);
}

void ferry_session_clear(FerrySession *s)
{
	ferry_signals_watch(NULL, NULL, NULL);
	ferry_signals_set_notify(NULL, NULL);
	ferry_progress_free(s->progress);
	ferry_run_free(s->run);
	ferry_plan_free(s->plan);
	ferry_project_free(s->project);
	ferry_endpoint_clear(&s->source);
	ferry_endpoint_clear(&s->target);
	g_date_time_unref(s->started);
	g_free(s->reject_file);
	g_clear_error(&s->error);
}

/* ---- connecting ---- */

/* Better told before an hour's work than after it. */
static bool check_path(const char *option, const char *path, GError **error)
{
	if (!path || ferry_output_file_check(path, error))
		return true;
	g_prefix_error(error, "%s ", option);
	return false;
}

static bool check_reports(FerrySession *s)
{
	s->can_report = check_path("--report", s->output->report, &s->error) &&
			check_path("--html", s->output->html, &s->error);
	return s->can_report;
}

static bool check_log_level(const FerrySession *s, GError **error)
{
	const char *word = s->output->log_level;

	return !word || ferry_word_find(ferry_log_level_words, word) >= 0 ||
	       ferry_fail(error, FERRY_ERROR_USAGE,
			  "--log-level takes one of error, warning, info, debug, not \"%s\"", word);
}

static void notify_interrupt(gpointer data)
{
	FerrySession *s = data;

	if (s->run)
		ferry_progress_say(
			s->progress, FERRY_SEVERITY_WARNING,
			"interrupted: the chunks in flight are rolled back (once more to leave at once)");
}

static bool open_ends(FerrySession *s, GError **error)
{
	FerryTargetUse use = s->target_use;

	s->source.progress = s->target.progress = s->progress;
	bool is_ok =
		ferry_endpoint_open(&s->source, false, error) &&
		ferry_endpoint_open(&s->target, use == FERRY_TARGET_WRITE || use == FERRY_TARGET_LOOK, error);

	if (is_ok) {
		ferry_signals_set_notify(notify_interrupt, s);
		ferry_signals_watch(NULL, s->source.connection, s->target.connection);
	}
	return is_ok;
}

bool ferry_session_connect(FerrySession *s, const char *source, const char *target, FerryTargetUse use)
{
	GError **error = &s->error;
	FerryEnd end = use == FERRY_TARGET_COMPARE ? FERRY_END_COMPARED : FERRY_END_TARGET;

	if (!check_reports(s) || !check_log_level(s, error) ||
	    (use == FERRY_TARGET_WRITE && !check_path("the reject file", s->project->reject_file, error)) ||
	    !ferry_endpoint_init(&s->source, FERRY_END_SOURCE, source, error) ||
	    !ferry_endpoint_init(&s->target, end, target, error) ||
	    !ferry_endpoints_check_distinct(&s->source, &s->target, error))
		return false;
	ferry_progress_activity(s->progress, "connecting");
	s->target_use = use;
	if (!open_ends(s, error) || !ferry_endpoint_check_privileges(&s->source, false, error))
		return false;
	return use != FERRY_TARGET_WRITE || s->project->data_only ||
	       ferry_endpoint_check_privileges(&s->target, true, error);
}

/* ---- planning ---- */

static void tell_profiling(const char *table, gpointer data)
{
	ferry_progress_activity(data, "plan: looking at the data of %s", table);
}

static guint count_notes(const FerryPlan *plan, FerrySeverity severity)
{
	guint n = 0;

	for (guint i = 0; i < plan->notes->len; i++)
		n += ((const FerryNote *)g_ptr_array_index(plan->notes, i))->severity == severity;
	return n;
}

static void tell_plan(FerrySession *s)
{
	guint n_losses = count_notes(s->plan, FERRY_SEVERITY_LOSS),
	      n_warnings = count_notes(s->plan, FERRY_SEVERITY_WARNING);
	guint n_tables = s->plan->tables->len;
	int64_t rows = 0;

	for (guint i = 0; i < n_tables; i++) {
		const FerryTablePlan *table = g_ptr_array_index(s->plan->tables, i);
		rows += MAX(0, table->source->est_rows);
	}
	g_autofree char *shown = ferry_human_count(rows);
	g_autoptr(GString) text = g_string_new(NULL);
	g_string_append_printf(text, "plan: %u table%s, about %s rows", n_tables, n_tables == 1 ? "" : "s",
			       shown);
	if (n_losses)
		g_string_append_printf(text, "; %u loss%s", n_losses, n_losses == 1 ? "" : "es");
	if (n_warnings)
		g_string_append_printf(text, "; %u warning%s", n_warnings, n_warnings == 1 ? "" : "s");
	if (n_losses + n_warnings)
		g_string_append(text, " (\"ferry plan\" tells)");
	ferry_progress_say(s->progress, FERRY_SEVERITY_INFO, "%s", text->str);
}

static guint count_objects(const FerryPlan *plan)
{
	guint n = 0;

	for (int phase = FERRY_DDL_KEYS; phase <= FERRY_DDL_ANALYZE; phase++) {
		g_autoptr(GPtrArray) statements = ferry_plan_ddl(plan, (FerryDdlPhase)phase);
		n += statements->len;
	}
	return n;
}

static bool wait_unless_interrupted(guint ms)
{
	gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;

	while (!ferry_signals_interrupted() && g_get_monotonic_time() < until)
		g_usleep(G_USEC_PER_SEC / 20);
	return !ferry_signals_interrupted();
}

/* True: both ends are open again. Takes the failure, and hands it back where it is for good. */
static bool mend_ends(FerrySession *s, FerryPlanHealing *healing, GError *failure)
{
	guint ms;

	while (ferry_heal_planning(healing, s->project->retries, failure, &ms)) {
		ferry_progress_say(s->progress, FERRY_SEVERITY_WARNING,
				   "planning: %s; trying again in %.1f s (%u of %u)", failure->message,
				   ms / 1e3, healing->n_failures, s->project->retries);
		ferry_endpoint_close(&s->source);
		ferry_endpoint_close(&s->target);
		g_clear_error(&failure);
		if (!wait_unless_interrupted(ms))
			return ferry_fail(&s->error, FERRY_ERROR_CANCELLED, "interrupted");
		if (open_ends(s, &failure))
			return true;
		ferry_signals_watch(NULL, NULL, NULL);
	}
	g_propagate_error(&s->error, failure);
	return false;
}

static bool make_plan(FerrySession *s)
{
	FerryPlanHealing healing = {0};

	for (;;) {
		GError *failure = NULL;
		ferry_progress_activity(s->progress, "plan: reading the catalogs");
		s->plan = ferry_plan_new(s->source.connection, s->target.connection, s->project,
					 tell_profiling, s->progress, &failure);
		ferry_signals_watch(NULL, NULL, NULL);
		if (s->plan)
			return true;
		if (!mend_ends(s, &healing, failure))
			return false;
	}
}

bool ferry_session_plan(FerrySession *s)
{
	s->phase = FERRY_PHASE_PLAN;
	make_plan(s);
	if (s->plan && ferry_signals_interrupted())
		return ferry_fail(&s->error, FERRY_ERROR_CANCELLED, "interrupted");
	return s->plan && (!s->saves_sources || !s->project->save_sources ||
			   ferry_plan_save_sources(s->plan, s->project->save_sources, &s->error));
}

/* ---- running ---- */

bool ferry_session_run(FerrySession *s)
{
	/* verification reads its own target; what a copy loses is told at its start */
	if (!s->is_verification)
		tell_plan(s);
	ferry_progress_set_plan(s->progress, s->plan, s->project->data_only ? 0 : count_objects(s->plan));
	ferry_endpoint_close(&s->source);
	ferry_endpoint_close(&s->target);
	const FerryRunOptions options = {.project = s->project,
					 .reject_file = s->reject_file,
					 .known_rejects = s->known_rejects,
					 .repair = s->repair,
					 .repair_delete = s->repair_delete};
	s->run = ferry_run_new(s->source.url, s->target.url, s->plan, &options, ferry_progress_event,
			       s->progress);
	ferry_signals_watch(s->run, NULL, NULL);
	s->has_ended = s->is_verification ? ferry_run_verify(s->run, &s->error)
					  : ferry_run_execute(s->run, &s->error);
	ferry_signals_watch(NULL, NULL, NULL);
	if (s->is_verification || ferry_progress_stage(s->progress) >= FERRY_STAGE_COPY)
		s->phase = FERRY_PHASE_LOAD;
	return s->has_ended;
}

/* ---- the end ---- */

static FerryExitCode exit_code(const FerrySession *s)
{
	if (s->error)
		return ferry_exit_from_error(s->error, s->phase);
	return s->run ? ferry_exit_from_outcome(ferry_run_get_result(s->run)->outcome) : FERRY_EXIT_OK;
}

/* The command line as it can be given again: without passwords, which come from elsewhere then, and without
 * --restart, which would begin again. */
static char *resume_command(const FerrySession *s)
{
	GString *line = g_string_new("ferry");

	for (char **arg = s->args; *arg; arg++) {
		g_autoptr(FerryUrl) url = strstr(*arg, "://") ? ferry_url_parse(*arg, NULL) : NULL;
		g_autofree char *shown = url ? ferry_url_to_document(url) : g_strdup(*arg);
		bool is_plain =
			*shown && shown[strspn(shown, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
						      "0123456789-_./:@%+=,")] == '\0';
		g_autofree char *quoted = is_plain ? g_strdup(shown) : g_shell_quote(shown);
		if (strcmp(*arg, "--restart") != 0)
			g_string_append_printf(line, " %s", quoted);
	}
	return g_string_free(line, FALSE);
}

static FerryReport make_report(const FerrySession *s, int code)
{
	return (FerryReport){
		.command = s->command->name,
		.source = s->source.url,
		.target = s->target.url,
		.started = s->started,
		.plan = s->plan,
		.result = s->run ? ferry_run_get_result(s->run) : NULL,
		.error = s->error,
		.exit_code = code,
		.is_verification = s->is_verification,
		.no_verify = s->project->verify == FERRY_VERIFY_NONE,
		.schema_only = s->project->schema_only,
	};
}

/* A result is worth a table when the run has got to moving rows. */
static bool has_table(const FerrySession *s)
{
	return s->run && (s->has_ended || s->phase == FERRY_PHASE_LOAD);
}

static bool print_result(const FerrySession *s, const FerryReport *report)
{
	g_autofree char *text = NULL;

	if (s->output->json)
		text = ferry_report_to_json(report);
	else if (!s->output->quiet && has_table(s))
		text = ferry_report_to_text(report, false);
	return !text || ferry_cli_print(s->command, text);
}

static void tell_end(const FerrySession *s, const FerryReport *report)
{
	if (s->error)
		ferry_cli_print_error(s->command, s->error);
	else if (report->exit_code != FERRY_EXIT_OK) {
		g_autofree char *summary = ferry_report_summary(report);
		summary[0] = g_ascii_tolower(summary[0]);
		fprintf(stderr, "ferry: %s: %s\n", s->command->name, summary);
	}
	if (report->resume_command)
		fprintf(stderr, "  resume with: %s\n", report->resume_command);
}

static bool write_report(const FerrySession *s, const FerryReport *report)
{
	g_autoptr(GError) error = NULL;

	if (!s->output->report || !s->can_report || ferry_report_write(report, s->output->report, &error))
		return true;
	ferry_cli_print_error(s->command, error);
	return false;
}

static bool write_html(const FerrySession *s, const FerryReport *report)
{
	g_autoptr(GError) error = NULL;

	if (!s->output->html || !s->can_report || ferry_report_write_html(report, s->output->html, &error))
		return true;
	ferry_cli_print_error(s->command, error);
	return false;
}

bool ferry_session_write_html(const FerrySession *s, int code)
{
	g_autoptr(GDateTime) ended = g_date_time_new_now_local();
	FerryReport report = make_report(s, code);

	report.ended = ended;
	return write_html(s, &report);
}

int ferry_session_finish(FerrySession *s)
{
	int code = exit_code(s);
	g_autoptr(GDateTime) ended = g_date_time_new_now_local();
	g_autofree char *resume = NULL;
	FerryReport report = make_report(s, code);

	ferry_progress_stop(s->progress);
	report.ended = ended;
	if (s->run && !s->is_verification && (code == FERRY_EXIT_LOAD || code == FERRY_EXIT_INTERRUPTED))
		report.resume_command = resume = resume_command(s);
	bool is_told = print_result(s, &report);
	is_told = write_report(s, &report) && is_told;
	is_told = write_html(s, &report) && is_told;
	tell_end(s, &report);
	if (!s->run) {
		ferry_endpoint_close(&s->target);
		ferry_endpoint_discard_new_file(&s->target);
	}
	return code == FERRY_EXIT_OK && !is_told ? FERRY_EXIT_USAGE : code;
}
