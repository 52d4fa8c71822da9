/*
 * What a run did, with charts: stages, rows and seconds of the tables, what was not made, rejected rows,
 * differences.
 */
#include "report/report_html.h"

#include "report/html_writer.h"
#include "report/human.h"

#define MAX_BARS 15
#define MAX_ROWS 500 /* of a table on the page; the others are counted */

static char *name_of(const FerryReport *report, guint i)
{
	const FerryTablePlan *table =
		report->plan && i < report->plan->tables->len ? report->plan->tables->pdata[i] : NULL;

	return table ? g_strdup(table->name) : g_strdup_printf("table %u", i + 1);
}

/* ---- stages ---- */

typedef struct Stage {
	const char *name;
	double seconds;
} Stage;

static void append_stages(GString *out, const FerryRunResult *result)
{
	const Stage stages[] = {{"prepare", result->seconds_prepare},
				{"copy", result->seconds_copy},
				{"build keys and indexes", result->seconds_build},
				{"verify", result->seconds_verify}};
	double sum = 0, at = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++)
		sum += MAX(0, stages[i].seconds);
	if (sum <= 0)
		return;
	g_string_append(out, "<h3>Where the time went</h3>\n<svg class=\"stages\" viewBox=\"0 0 100 10\" "
			     "preserveAspectRatio=\"none\" aria-hidden=\"true\">");
	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++) {
		char x[G_ASCII_DTOSTR_BUF_SIZE], width[G_ASCII_DTOSTR_BUF_SIZE];
		double share = MAX(0, stages[i].seconds) / sum * 100;
		g_ascii_formatd(x, sizeof(x), "%.2f", at);
		g_ascii_formatd(width, sizeof(width), "%.2f", MAX(0, share - 0.4)); /* a gap between two */
		g_string_append_printf(out, "<rect class=\"stage%zu\" x=\"%s\" width=\"%s\" height=\"10\"/>",
				       i, x, width);
		at += share;
	}
	g_string_append(out, "</svg>\n<ul class=\"legend\">");
	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++) {
		if (stages[i].seconds <= 0)
			continue;
		g_autofree char *time = ferry_human_duration(stages[i].seconds);
		g_string_append_printf(
			out,
			"<li><svg class=\"key\" viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect "
			"class=\"stage%zu\" width=\"10\" height=\"10\"/></svg>",
			i);
		ferry_html_take(out, "span", NULL, g_strdup_printf("%s %s", stages[i].name, time));
		g_string_append(out, "</li>");
	}
	g_string_append(out, "</ul>\n");
}

/* ---- tables as bars ---- */

static double rows_of(const FerryReport *report, const FerryTableResult *t)
{
	return (double)(report->is_verification ? t->source_rows : t->rows_loaded);
}

static double seconds_of(const FerryReport *report, const FerryTableResult *t)
{
	return t->seconds;
}

typedef double (*Measure)(const FerryReport *report, const FerryTableResult *t);

typedef struct Ranking {
	const FerryReport *report;
	Measure measure;
} Ranking;

static int compare_rank(gconstpointer a, gconstpointer b, gpointer data)
{
	const Ranking *r = data;
	double x = r->measure(r->report, &r->report->result->tables[*(const guint *)a]),
	       y = r->measure(r->report, &r->report->result->tables[*(const guint *)b]);

	return x < y ? 1 : x > y ? -1 : 0;
}

/* The tables with the most of it, greatest first. False: none has any. */
static bool append_bars(GString *out, const FerryReport *report, Measure measure, const char *class_or_null,
			char *(*say)(double value))
{
	const FerryRunResult *result = report->result;
	Ranking ranking = {report, measure};
	g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; i < result->n_tables; i++)
		if (measure(report, &result->tables[i]) > 0)
			g_array_append_val(order, i);
	g_array_sort_with_data(order, compare_rank, &ranking);
	for (guint i = 0; i < MIN(order->len, MAX_BARS); i++) {
		guint at = g_array_index(order, guint, i);
		double value = measure(report, &result->tables[at]);
		double most = measure(report, &result->tables[g_array_index(order, guint, 0)]);
		g_autofree char *name = name_of(report, at), *said = say(value);
		ferry_html_bar(out, name, value / most, class_or_null, said);
	}
	if (order->len > MAX_BARS)
		ferry_html_take(out, "p", "more",
				g_strdup_printf("and %u smaller ones", order->len - MAX_BARS));
	return order->len > 0;
}

static void append_chart(GString *out, const FerryReport *report, const char *title, Measure measure,
			 char *(*say)(double value))
{
	gsize before = out->len;

	g_string_append(out, "<div class=\"chart\">");
	ferry_html_element(out, "h3", NULL, title);
	if (append_bars(out, report, measure, NULL, say))
		g_string_append(out, "</div>\n");
	else
		g_string_truncate(out, before);
}

static char *say_count(double value)
{
	return ferry_human_count((int64_t)value);
}

/* ---- the table of tables ---- */

static void append_state(GString *out, const FerryReport *report, const FerryTableResult *t)
{
	g_string_append(out, "<td>");
	if (t->differences > 0)
		ferry_html_badge(out, "error", "different");
	else if (t->is_verified)
		ferry_html_badge(out, "ok", "the same");
	else if (t->is_loaded)
		ferry_html_badge(out, "info", "loaded");
	else
		ferry_html_badge(out, "warning", report->is_verification ? "not compared" : "not loaded");
	g_string_append(out, "</td>");
}

static void append_tables(GString *out, const FerryReport *report)
{
	static const char *const copied[] = {"Table", ">Read", ">Loaded",  ">Rejected",
					     ">Size", ">Time", "Verified", NULL};
	static const char *const compared[] = {"Table",        ">Source rows", ">Target rows",
					       ">Differences", "Verified",     NULL};
	const FerryRunResult *result = report->result;

	ferry_html_table(out, report->is_verification ? compared : copied);
	for (guint i = 0; i < MIN(result->n_tables, MAX_ROWS); i++) {
		const FerryTableResult *t = &result->tables[i];
		g_string_append(out, "<tr>");
		ferry_html_take(out, "td", "name", name_of(report, i));
		if (report->is_verification) {
			ferry_html_take(out, "td", "num", ferry_human_count(t->source_rows));
			ferry_html_take(out, "td", "num", ferry_human_count(t->target_rows));
			ferry_html_take(out, "td", "num", ferry_human_count(t->differences));
		} else {
			ferry_html_take(out, "td", "num", ferry_human_count(t->rows_read));
			ferry_html_take(out, "td", "num", ferry_human_count(t->rows_loaded));
			ferry_html_take(out, "td", "num", ferry_human_count(t->rows_rejected));
			ferry_html_take(out, "td", "num", ferry_human_bytes((double)t->bytes));
			ferry_html_take(out, "td", "num",
					t->seconds > 0 ? ferry_human_duration(t->seconds) : NULL);
		}
		append_state(out, report, t);
		g_string_append(out, "</tr>\n");
	}
	ferry_html_table_end(out);
	if (result->n_tables > MAX_ROWS)
		ferry_html_take(
			out, "p", "more",
			g_strdup_printf("and %u more; --report FILE lists all", result->n_tables - MAX_ROWS));
}

/* ---- what is not as it should be ---- */

static void append_objects(GString *out, const FerryRunResult *result)
{
	static const char *const headers[] = {"Kind", "Object", "What happened", NULL};
	bool has_begun = false;

	for (guint i = 0; result->objects && i < result->objects->len; i++) {
		const FerryObjectResult *o = result->objects->pdata[i];
		if (o->is_ok && !o->message)
			continue;
		if (!has_begun) {
			ferry_html_section(out, "objects", "Not made as planned", NULL);
			ferry_html_table(out, headers);
			has_begun = true;
		}
		g_string_append(out, "<tr>");
		ferry_html_element(out, "td", NULL, o->kind);
		ferry_html_element(out, "td", "name", o->object);
		ferry_html_element(out, "td", NULL, o->message);
		g_string_append(out, "</tr>\n");
	}
	if (!has_begun)
		return;
	ferry_html_table_end(out);
	ferry_html_section_end(out);
}

static void append_differences(GString *out, const FerryReport *report)
{
	static const char *const headers[] = {"Table", "Row", "Key", "Column", "Source", "Target", NULL};
	const GPtrArray *all = report->result->differences;

	if (!all || all->len == 0)
		return;
	ferry_html_section(out, "differences", "Differences",
			   "The first rows that are not the same on both sides.");
	ferry_html_table(out, headers);
	for (guint i = 0; i < all->len; i++) {
		const FerryDifference *d = all->pdata[i];
		g_string_append(out, "<tr>");
		ferry_html_take(out, "td", "name", name_of(report, d->table));
		ferry_html_element(out, "td", NULL, d->kind);
		ferry_html_element(out, "td", NULL, d->key);
		ferry_html_element(out, "td", NULL, d->column);
		ferry_html_element(out, "td", NULL, d->source_value);
		ferry_html_element(out, "td", NULL, d->target_value);
		g_string_append(out, "</tr>\n");
	}
	ferry_html_table_end(out);
	ferry_html_section_end(out);
}

static double rejected_of(const FerryReport *report, const FerryTableResult *t)
{
	return (double)t->rows_rejected;
}

static void append_rejects(GString *out, const FerryReport *report)
{
	const FerryRunResult *result = report->result;
	int64_t rejected = 0;

	for (guint i = 0; i < result->n_tables; i++)
		rejected += result->tables[i].rows_rejected;
	if (rejected == 0)
		return;
	ferry_html_section(out, "rejects", "Rejected rows",
			   "Rows that the target cannot hold. Each is in the reject file with its key, "
			   "column, value and reason.");
	g_autofree char *files = ferry_report_reject_files(report, "\n");
	if (files)
		ferry_html_element(out, "pre", NULL, files);
	append_bars(out, report, rejected_of, "fill warn", say_count);
	ferry_html_section_end(out);
}

static void append_bad_row(GString *out, const FerryReport *report, guint i, int kind)
{
	const FerryTableResult *t = &report->result->tables[i];

	g_string_append(out, "<tr>");
	ferry_html_take(out, "td", "name", name_of(report, i));
	ferry_html_element(out, "td", NULL, ferry_bad_kind_name((FerryBadKind)kind));
	ferry_html_take(out, "td", "num", ferry_human_count(t->bad_values[kind]));
	g_string_append(out, "</tr>\n");
}

static void append_bad_values(GString *out, const FerryReport *report)
{
	static const char *const headers[] = {"Table", "Kind", ">Values", NULL};
	FerryTableResult total = ferry_report_total(report);
	g_autofree char *all = ferry_report_bad_values(&total);
	guint n = 0;

	if (!all)
		return;
	ferry_html_section(out, "bad-values", "Values that the target cannot hold",
			   "What became of them is said by the project's rules: rejected, NULL, or another "
			   "value in their place.");
	ferry_html_table(out, headers);
	for (guint i = 0; i < report->result->n_tables && n < MAX_ROWS; i++)
		for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
			if (report->result->tables[i].bad_values[kind]) {
				append_bad_row(out, report, i, kind);
				n++;
			}
	ferry_html_table_end(out);
	ferry_html_take(out, "p", "more", g_strdup_printf("In all: %s", all));
	ferry_html_section_end(out);
}

static guint append_check_rows(GString *out, const FerryReport *report, guint i)
{
	const FerryTableResult *t = &report->result->tables[i];
	const FerryTablePlan *plan = report->plan ? report->plan->tables->pdata[i] : NULL;
	const FerryTransform *checks = plan ? plan->transform : NULL;
	guint n = 0;

	for (size_t k = 0; checks && k < ferry_transform_n_checks(checks); k++) {
		if (!t->failed_checks[k])
			continue;
		g_string_append(out, "<tr>");
		ferry_html_take(out, "td", "name", name_of(report, i));
		ferry_html_element(out, "td", NULL, ferry_transform_check_name(checks, k));
		ferry_html_element(out, "td", NULL,
				   ferry_check_action_words[ferry_transform_check_action(checks, k)]);
		ferry_html_take(out, "td", "num", ferry_human_count(t->failed_checks[k]));
		g_string_append(out, "</tr>\n");
		n++;
	}
	return n;
}

static void append_checks(GString *out, const FerryReport *report)
{
	static const char *const headers[] = {"Table", "Check", "Action", ">Rows", NULL};
	gsize before = out->len;
	guint n = 0;

	ferry_html_section(out, "checks", "Failed checks", NULL);
	ferry_html_table(out, headers);
	for (guint i = 0; i < report->result->n_tables && n < MAX_ROWS; i++)
		n += append_check_rows(out, report, i);
	ferry_html_table_end(out);
	ferry_html_section_end(out);
	if (!n)
		g_string_truncate(out, before);
}

void ferry_report_html_result(GString *out, const FerryReport *report)
{
	const FerryRunResult *result = report->result;

	append_objects(out, result);
	append_differences(out, report);
	append_rejects(out, report);
	append_bad_values(out, report);
	append_checks(out, report);
	ferry_html_section(out, "result", report->is_verification ? "What was compared" : "What was done",
			   NULL);
	append_stages(out, result);
	g_string_append(out, "<div class=\"charts\">\n");
	append_chart(out, report, "Rows", rows_of, say_count);
	if (!report->is_verification)
		append_chart(out, report, "Time", seconds_of, ferry_human_duration);
	g_string_append(out, "</div>\n");
	if (result->snapshot)
		ferry_html_take(out, "p", "note",
				g_strdup_printf("Consistency of the source: %s.", result->snapshot));
	g_autofree char *staging = ferry_report_staging(report);
	if (staging)
		ferry_html_take(out, "p", "note", g_strdup_printf("Staged: %s.", staging));
	if (!report->schema_only)
		append_tables(out, report);
	ferry_html_section_end(out);
}
