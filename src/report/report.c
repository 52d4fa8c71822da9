/*
 * The report as text and as Markdown; see report.h.
 */
#include "report/report.h"

#include "base/output_file.h"
#include "report/exit_codes.h"
#include "report/human.h"
#include "report/text_table.h"

#include <string.h>

#define MAX_LINES 8  /* of a list, on a terminal */
#define MAX_ROWS  60 /* of the table of tables, on a terminal; of more tables */
#define N_BIGGEST 20 /* so many of the biggest are among them */

static void add_result(FerryTableResult *sum, const FerryTableResult *t)
{
	sum->rows_read += t->rows_read;
	sum->rows_loaded += t->rows_loaded;
	sum->rows_rejected += t->rows_rejected;
	sum->bytes += t->bytes;
	sum->source_rows += t->source_rows;
	sum->target_rows += t->target_rows;
	sum->n_chunks += t->n_chunks;
	sum->n_chunks_resumed += t->n_chunks_resumed;
	sum->differences += t->differences;
	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
		sum->bad_values[kind] += t->bad_values[kind];
}

FerryTableResult ferry_report_total(const FerryReport *report)
{
	FerryTableResult total = {0};

	if (!report->result)
		return total;
	for (guint i = 0; i < report->result->n_tables; i++)
		add_result(&total, &report->result->tables[i]);
	return total;
}

char *ferry_report_bad_values(const FerryTableResult *table)
{
	GString *text = g_string_new(NULL);

	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++) {
		g_autofree char *n = ferry_human_count(table->bad_values[kind]);
		if (table->bad_values[kind])
			g_string_append_printf(text, "%s%s %s", text->len ? ", " : "", n,
					       ferry_bad_kind_name((FerryBadKind)kind));
	}
	return g_string_free(text, text->len == 0);
}

static const FerryTablePlan *table_plan(const FerryReport *report, guint i)
{
	return report->plan && i < report->plan->tables->len ? g_ptr_array_index(report->plan->tables, i)
							     : NULL;
}

static char *table_name(const FerryReport *report, guint i)
{
	const FerryTablePlan *plan = table_plan(report, i);

	return plan ? g_strdup(plan->name) : g_strdup_printf("table %u", i + 1);
}

/* ---- the table of tables ---- */

static char *verified_cell(const FerryReport *report, const FerryTableResult *t)
{
	g_autofree char *n = ferry_human_count(t->differences);

	if (t->is_verified && t->differences == 0 && t->verified_by == FERRY_VERIFY_COUNTS)
		return g_strdup("count only");
	if (t->is_verified && t->differences == 0 && t->verified_by == FERRY_VERIFY_SAMPLE)
		return g_strdup_printf("%u of %u ranges", t->n_sampled, t->n_ranges);
	if (t->is_verified && t->differences == 0)
		return g_strdup("yes");
	if (t->differences > 0)
		return g_strdup_printf("%s different", n);
	if (!t->is_loaded && !report->is_verification)
		return g_strdup(t->rows_loaded > 0 ? "unfinished" : "not loaded");
	return g_strdup("no");
}

static char *seconds_cell(double seconds)
{
	return seconds > 0 ? ferry_human_duration(seconds) : NULL;
}

/* A table's cells behind its name; takes the texts. */
static void add_copied_row(FerryTextTable *table, char *name, const FerryTableResult *t, char *verified)
{
	ferry_text_table_take(table, name);
	ferry_text_table_take(table, ferry_human_count(t->rows_read));
	ferry_text_table_take(table, ferry_human_count(t->rows_loaded));
	ferry_text_table_take(table, ferry_human_count(t->rows_rejected));
	ferry_text_table_take(table, ferry_human_bytes((double)t->bytes));
	ferry_text_table_take(table, seconds_cell(t->seconds));
	ferry_text_table_take(table, verified);
}

static void add_verified_row(FerryTextTable *table, char *name, const FerryTableResult *t, char *verified)
{
	ferry_text_table_take(table, name);
	ferry_text_table_take(table, ferry_human_count(t->source_rows));
	ferry_text_table_take(table, ferry_human_count(t->target_rows));
	ferry_text_table_take(table, verified);
}

/* Whether a reader wants to see it among thousands. */
static bool is_remarkable(const FerryReport *report, const FerryTableResult *t)
{
	bool is_proved = t->is_verified || (report->no_verify && t->is_loaded);

	return t->rows_rejected > 0 || t->differences > 0 || !is_proved;
}

/* By table: which have a row of their own. On a terminal of many tables those that need a look, and the
 * first, which are the biggest. */
static bool *choose_rows(const FerryReport *report, bool as_markdown, guint *ret_n_left)
{
	const FerryRunResult *result = report->result;
	bool is_all = as_markdown || result->n_tables <= MAX_ROWS;
	bool *is_shown = g_new0(bool, result->n_tables + 1);
	guint n_remarkable = 0;

	*ret_n_left = result->n_tables;
	for (guint i = 0; i < result->n_tables; i++) {
		bool is_wanted =
			is_all || i < N_BIGGEST ||
			(is_remarkable(report, &result->tables[i]) && n_remarkable++ < MAX_ROWS - N_BIGGEST);
		is_shown[i] = is_wanted;
		*ret_n_left -= is_wanted;
	}
	return is_shown;
}

/* What is not shown, in one row. */
static FerryTableResult sum_left(const FerryReport *report, const bool *is_shown, guint *ret_n_remarkable)
{
	FerryTableResult sum = {0};

	*ret_n_remarkable = 0;
	for (guint i = 0; i < report->result->n_tables; i++) {
		const FerryTableResult *t = &report->result->tables[i];
		if (is_shown[i])
			continue;
		*ret_n_remarkable += is_remarkable(report, t);
		add_result(&sum, t);
	}
	return sum;
}

typedef void (*AddRow)(FerryTextTable *table, char *name, const FerryTableResult *t, char *verified);

static void add_left(FerryTextTable *table, const FerryReport *report, const bool *is_shown, guint n_left,
		     AddRow add_row)
{
	guint n_remarkable = 0;
	FerryTableResult sum = sum_left(report, is_shown, &n_remarkable);
	g_autofree char *n = ferry_human_count(n_left);
	const char *proved = report->no_verify ? "no" : "yes";

	add_row(table, g_strdup_printf("and %s more", n), &sum,
		n_remarkable ? g_strdup_printf("not %u", n_remarkable) : g_strdup(proved));
}

static void add_rows(FerryTextTable *table, const FerryReport *report, bool as_markdown, AddRow add_row)
{
	const FerryRunResult *result = report->result;
	FerryTableResult total = ferry_report_total(report);
	guint n_left = 0;
	g_autofree bool *is_shown = choose_rows(report, as_markdown, &n_left);

	total.seconds = result->seconds_copy;
	for (guint i = 0; i < result->n_tables; i++)
		if (is_shown[i])
			add_row(table, table_name(report, i), &result->tables[i],
				verified_cell(report, &result->tables[i]));
	if (n_left > 0)
		add_left(table, report, is_shown, n_left, add_row);
	if (result->n_tables < 2)
		return;
	ferry_text_table_rule(table);
	add_row(table, g_strdup("total"), &total, NULL);
}

static void append_tables(GString *out, const FerryReport *report, bool as_markdown)
{
	static const char *const copied[] = {"table", "read", "loaded",   "rejected",
					     "bytes", "time", "verified", NULL};
	static const char *const verified[] = {"table", "source rows", "target rows", "same", NULL};
	g_autoptr(FerryTextTable) table = NULL;

	if (report->result->n_tables == 0 || report->schema_only)
		return;
	if (report->is_verification) {
		table = ferry_text_table_new(verified, "lrrl");
		add_rows(table, report, as_markdown, add_verified_row);
	} else {
		table = ferry_text_table_new(copied, "lrrrrrl");
		add_rows(table, report, as_markdown, add_copied_row);
	}
	ferry_text_table_print(table, as_markdown, out);
	g_string_append_c(out, '\n');
}

/* ---- lists ---- */

/* A list under a title; takes the lines. rest: where the others are to be found when the list is cut. */
static void append_list(GString *out, const char *title, GPtrArray *lines, bool as_markdown, const char *rest)
{
	g_autoptr(GPtrArray) given = lines;
	guint n_shown = as_markdown || lines->len <= MAX_LINES + 1 ? lines->len : MAX_LINES;

	if (lines->len == 0)
		return;
	g_autofree char *n = ferry_human_count(lines->len);
	g_string_append_printf(out, as_markdown ? "## %s (%s)\n\n" : "%s (%s):\n", title, n);
	for (guint i = 0; i < n_shown; i++) {
		g_autofree char *line = ferry_human_clean(g_ptr_array_index(lines, i), true);
		g_string_append_printf(out, as_markdown ? "- %s\n" : "  %s\n", line);
	}
	if (n_shown < lines->len) {
		g_autofree char *more = ferry_human_count(lines->len - n_shown);
		g_string_append_printf(out, "  and %s more: %s\n", more, rest);
	}
	g_string_append_c(out, '\n');
}

static GPtrArray *object_lines(const FerryRunResult *result)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; result->objects && i < result->objects->len; i++) {
		const FerryObjectResult *o = g_ptr_array_index(result->objects, i);
		if (!o->is_ok || o->message)
			g_ptr_array_add(lines, g_strdup_printf("%s %s: %s", o->kind, o->object,
							       o->message ? o->message : "not made"));
	}
	return lines;
}

static GPtrArray *note_lines(const FerryPlan *plan, FerrySeverity severity)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < plan->notes->len; i++) {
		const FerryNote *note = g_ptr_array_index(plan->notes, i);
		if (note->severity == severity)
			g_ptr_array_add(lines, g_strdup_printf("%s %s: %s%s%s", note->kind, note->object,
							       note->text, note->file ? "; its text: " : "",
							       note->file ? note->file : ""));
	}
	return lines;
}

static GPtrArray *difference_lines(const FerryReport *report)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	const GPtrArray *differences = report->result->differences;

	for (guint i = 0; differences && i < differences->len; i++) {
		const FerryDifference *d = g_ptr_array_index(differences, i);
		g_autofree char *name = table_name(report, d->table);
		GString *line = g_string_new(name);
		g_string_append_printf(line, ": %s row, %s", d->kind, d->key ? d->key : "no key");
		if (d->column)
			g_string_append_printf(line, ", column %s: source %s, target %s", d->column,
					       d->source_value ? d->source_value : "NULL",
					       d->target_value ? d->target_value : "NULL");
		g_ptr_array_add(lines, g_string_free(line, FALSE));
	}
	return lines;
}

static GPtrArray *bad_value_lines(const FerryReport *report)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < report->result->n_tables; i++) {
		g_autofree char *bad = ferry_report_bad_values(&report->result->tables[i]);
		g_autofree char *name = table_name(report, i);
		if (bad)
			g_ptr_array_add(lines, g_strdup_printf("%s: %s", name, bad));
	}
	return lines;
}

static GPtrArray *check_lines(const FerryReport *report)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < report->result->n_tables; i++) {
		const FerryTransform *checks =
			table_plan(report, i) ? table_plan(report, i)->transform : NULL;
		const FerryTableResult *t = &report->result->tables[i];
		for (size_t k = 0; checks && k < ferry_transform_n_checks(checks); k++) {
			g_autofree char *n = ferry_human_count(t->failed_checks[k]);
			g_autofree char *name = table_name(report, i);
			if (t->failed_checks[k])
				g_ptr_array_add(lines,
						g_strdup_printf("%s: %s failed for %s rows", name,
								ferry_transform_check_name(checks, k), n));
		}
	}
	return lines;
}

static void append_lists(GString *out, const FerryReport *report, bool as_markdown)
{
	static const char all[] = "--report FILE writes all";

	if (report->result) {
		append_list(out, "Differences", difference_lines(report), as_markdown, all);
		append_list(out, "Not made as planned", object_lines(report->result), as_markdown, all);
		append_list(out, "Tables with values that the target cannot hold", bad_value_lines(report),
			    as_markdown, all);
		append_list(out, "Failed checks", check_lines(report), as_markdown, all);
	}
	if (!report->plan || report->is_verification)
		return;
	append_list(out, "Not converted, or with a loss", note_lines(report->plan, FERRY_SEVERITY_LOSS),
		    as_markdown, "\"ferry plan\" and --report FILE show all");
	if (!as_markdown)
		return;
	append_list(out, "Warnings", note_lines(report->plan, FERRY_SEVERITY_WARNING), true, all);
	append_list(out, "Notes", note_lines(report->plan, FERRY_SEVERITY_INFO), true, all);
}

/* ---- sentences ---- */

static void append_totals(GString *out, const FerryReport *report)
{
	const FerryRunResult *result = report->result;
	FerryTableResult total = ferry_report_total(report);
	/* a resumed copy's rows were not all loaded now: no honest rate */
	double seconds = total.n_chunks_resumed ? 0 : result->seconds_copy;
	g_autofree char *rows = ferry_human_count(total.rows_loaded);
	g_autofree char *bytes = ferry_human_bytes((double)total.bytes);
	g_autofree char *copy = ferry_human_duration(result->seconds_copy);

	g_string_append_printf(out, "%s rows (%s) of %u table%s loaded in %s", rows, bytes, result->n_tables,
			       result->n_tables == 1 ? "" : "s", copy);
	if (result->lanes)
		g_string_append_printf(out, " by %u lane%s", result->lanes, result->lanes == 1 ? "" : "s");
	if (seconds > 0.0005) {
		g_autofree char *row_rate = ferry_human_count((int64_t)((double)total.rows_loaded / seconds));
		g_autofree char *byte_rate = ferry_human_bytes((double)total.bytes / seconds);
		g_string_append_printf(out, ": %s rows/s, %s/s", row_rate, byte_rate);
	}
	g_string_append_c(out, '\n');
	if (total.n_chunks_resumed)
		g_string_append_printf(out, "Resumed: %u of %u chunks were in from an earlier run\n",
				       total.n_chunks_resumed, total.n_chunks);
}

static void append_time(GString *out, const char *name, double seconds)
{
	g_autofree char *text = ferry_human_duration(seconds);

	if (seconds > 0)
		g_string_append_printf(out, "%s%s %s", out->str[out->len - 1] == ' ' ? "" : ", ", name, text);
}

static void append_timings(GString *out, const FerryRunResult *result)
{
	g_autofree char *total = ferry_human_duration(result->seconds_total);
	g_autoptr(GString) parts = g_string_new("Time: ");

	append_time(parts, "prepare", result->seconds_prepare);
	append_time(parts, "copy", result->seconds_copy);
	append_time(parts, "build", result->seconds_build);
	append_time(parts, "verify", result->seconds_verify);
	append_time(parts, "first row after", result->seconds_to_first_row);
	g_string_append_printf(parts, "%stotal %s\n", parts->str[parts->len - 1] == ' ' ? "" : ", ", total);
	g_string_append(out, parts->str);
}

char *ferry_report_staging(const FerryReport *report)
{
	g_autofree char *schemas = report->plan && report->result && !report->is_verification
					   ? ferry_plan_describe_staging(report->plan)
					   : NULL;

	if (!schemas)
		return NULL;
	return report->result->is_swapped
		       ? g_strconcat("loaded in ", schemas, ", swapped in by one transaction", NULL)
		       : g_strconcat("loaded in ", schemas, ", not swapped in: the target is as it was",
				     NULL);
}

char *ferry_report_reject_files(const FerryReport *report, const char *separator)
{
	const GPtrArray *files = report->result->reject_files;

	return files->len ? ferry_names_join(files, separator) : NULL;
}

static void append_sentences(GString *out, const FerryReport *report)
{
	const FerryRunResult *result = report->result;
	FerryTableResult total = ferry_report_total(report);

	if (total.rows_rejected > 0) {
		g_autofree char *n = ferry_human_count(total.rows_rejected);
		g_autofree char *files = ferry_report_reject_files(report, ", ");
		g_string_append_printf(out, "Rejected: %s rows%s%s\n", n,
				       files ? ", with their reasons in " : "", files ? files : "");
	}
	if (!report->schema_only && !report->is_verification)
		append_totals(out, report);
	append_timings(out, result);
	if (result->snapshot)
		g_string_append_printf(out, "Consistency: %s\n", result->snapshot);
	g_autofree char *staging = ferry_report_staging(report);
	if (staging)
		g_string_append_printf(out, "Staged: %s\n", staging);
	if (result->snapshot_lost)
		g_string_append_printf(out, "Warning: %s\n", result->snapshot_lost);
	if (result->n_retries)
		g_string_append_printf(out, "Healed: %u failure%s, see the log\n", result->n_retries,
				       result->n_retries == 1 ? "" : "s");
}

/* What was proved less than wholly: of any table. */
static const char *verified_how(const FerryReport *report)
{
	const char *how = "";

	for (guint i = 0; report->result && i < report->result->n_tables; i++) {
		if (report->result->tables[i].verified_by == FERRY_VERIFY_COUNTS)
			return ", by counts only";
		if (report->result->tables[i].verified_by == FERRY_VERIFY_SAMPLE)
			how = ", by counts and a sample";
	}
	return how;
}

char *ferry_report_summary(const FerryReport *report)
{
	FerryTableResult total = ferry_report_total(report);
	g_autofree char *rejected = ferry_human_count(total.rows_rejected);
	g_autofree char *different = ferry_human_count(total.differences);

	switch ((FerryExitCode)report->exit_code) {
	case FERRY_EXIT_OK:
		if (report->is_verification)
			return g_strdup_printf("Verified%s: both sides hold the same rows",
					       verified_how(report));
		if (report->schema_only)
			return g_strdup("Schema made");
		if (report->no_verify)
			return g_strdup("Loaded; not verified, as asked");
		return g_strdup_printf("Loaded and verified%s", verified_how(report));
	case FERRY_EXIT_REJECTED: return g_strdup_printf("Loaded, but %s rows were rejected", rejected);
	case FERRY_EXIT_DIFFERENT: return g_strdup_printf("Verification found %s differences", different);
	case FERRY_EXIT_SCHEMA:
		if (report->result && report->result->outcome == FERRY_OUTCOME_OBJECTS)
			return g_strdup(
				"Rows are in, but not all keys, indexes and constraints could be made");
		return g_strdup("Failed on the schema");
	case FERRY_EXIT_LOAD:
		return g_strdup(report->is_verification ? "Verification could not be finished"
							: "Not all rows are in");
	case FERRY_EXIT_INTERRUPTED: return g_strdup("Interrupted");
	default: return g_strdup("Failed");
	}
}

/* ---- the whole ---- */

static void append_heading(GString *out, const FerryReport *report)
{
	g_autofree char *source = report->source ? ferry_url_to_string(report->source) : g_strdup("?");
	g_autofree char *target = report->target ? ferry_url_to_string(report->target) : g_strdup("?");
	g_autofree char *started = g_date_time_format(report->started, "%Y-%m-%d %H:%M:%S %z");
	g_autofree char *ended = g_date_time_format(report->ended, "%Y-%m-%d %H:%M:%S %z");

	g_string_append_printf(out, "# ferry %s\n\n", report->command);
	g_string_append_printf(out, "- source: %s\n- target: %s\n", source, target);
	g_string_append_printf(out, "- started: %s\n- ended: %s\n", started, ended);
	g_string_append_printf(out, "- ferry: %s\n- exit code: %d (%s)\n\n", FERRY_VERSION, report->exit_code,
			       ferry_exit_meaning((FerryExitCode)report->exit_code));
}

static void append_error(GString *out, const FerryReport *report)
{
	const char *hint = ferry_error_get_hint(report->error);

	g_string_append_printf(out, "## Error\n\n%s\n", report->error->message);
	if (hint)
		g_string_append_printf(out, "\n%s\n", hint);
	g_string_append_c(out, '\n');
}

char *ferry_report_to_text(const FerryReport *report, bool as_markdown)
{
	GString *out = g_string_new(NULL);
	g_autofree char *summary = ferry_report_summary(report);

	if (as_markdown)
		append_heading(out, report);
	if (as_markdown && report->error)
		append_error(out, report);
	if (report->result)
		append_tables(out, report, as_markdown);
	append_lists(out, report, as_markdown);
	if (report->result) {
		if (as_markdown)
			g_string_append(out, "## Summary\n\n");
		g_autoptr(GString) sentences = g_string_new(NULL);
		append_sentences(sentences, report);
		if (as_markdown) /* each sentence a paragraph of its own line */
			g_string_replace(sentences, "\n", "\n\n", 0);
		g_string_append(out, sentences->str);
	}
	g_string_append_printf(out, "%s%s\n", as_markdown ? "**" : "", summary);
	if (as_markdown)
		g_string_insert(out, (gssize)out->len - 1, "**");
	return g_string_free(out, FALSE);
}

bool ferry_report_write(const FerryReport *report, const char *path, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *text = g_str_has_suffix(path, ".json") ? ferry_report_to_json(report)
								: ferry_report_to_text(report, true);

	if (ferry_output_file_write(path, text, &local))
		return true;
	return ferry_fail(error, FERRY_ERROR_IO, "the report could not be written: %s", local->message);
}
