/*
 * The frame of the HTML report: head, title, the figures that everybody wants first. See report_html.h.
 */
#include "report/report_html.h"

#include "base/output_file.h"
#include "report/exit_codes.h"
#include "report/html_writer.h"
#include "report/human.h"
#include "report_resources.h"

#include <gio/gio.h>

static void append_style(GString *out)
{
	GResource *resource = ferry_report_get_resource(); /* links it, too */
	g_autoptr(GBytes) css = g_resource_lookup_data(resource, "/ferry/report/report.css",
						       G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

	if (css)
		g_string_append_len(out, g_bytes_get_data(css, NULL), (gssize)g_bytes_get_size(css));
}

static const char *title_of(const FerryReport *report)
{
	if (report->is_verification)
		return "Verification report";
	return report->result || report->error ? "Migration report" : "Migration assessment";
}

static void append_head(GString *out, const FerryReport *report)
{
	g_string_append(
		out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
		     "'unsafe-inline'\">\n<title>");
	ferry_html_text(out, title_of(report));
	g_string_append(out, " · Ferry</title>\n<style>\n");
	append_style(out);
	g_string_append(out, "</style></head><body><main>\n");
}

/* ---- the top ---- */

static const char *level_of(const FerryReport *report)
{
	switch ((FerryExitCode)report->exit_code) {
	case FERRY_EXIT_OK:
		return report->no_verify && report->result && !report->schema_only ? "info" : "ok";
	case FERRY_EXIT_REJECTED:
	case FERRY_EXIT_INTERRUPTED: return "warning";
	default: return "error";
	}
}

static char *verdict(const FerryReport *report)
{
	if (report->result || report->error)
		return ferry_report_summary(report);
	return g_strdup("Planned; nothing was changed");
}

static void append_end(GString *out, const char *role, const FerryUrl *url, const FerryCatalog *catalog)
{
	g_string_append(out, "<div class=\"end\">");
	ferry_html_element(out, "span", "role", role);
	if (catalog && catalog->product)
		ferry_html_take(
			out, "b", NULL,
			g_strdup_printf("%s %s", catalog->product, catalog->version ? catalog->version : ""));
	ferry_html_take(out, "code", NULL, url ? ferry_url_to_string(url) : g_strdup("?"));
	g_string_append(out, "</div>");
}

static void append_header(GString *out, const FerryReport *report)
{
	const FerryPlan *plan = report->plan;
	g_autofree char *text = verdict(report);

	g_string_append(out, "<header><div class=\"brand\">Ferry</div>");
	ferry_html_element(out, "h1", NULL, title_of(report));
	g_string_append(out, "<p class=\"verdict\">");
	ferry_html_badge(out, level_of(report), text);
	g_string_append(out, "</p><div class=\"ends\">");
	append_end(out, "Source", report->source, plan ? plan->source : NULL);
	g_string_append(out, "<span class=\"arrow\" aria-hidden=\"true\">→</span>");
	append_end(out, "Target", report->target, plan ? plan->target : NULL);
	g_string_append(out, "</div></header>\n");
}

static void append_tile(GString *out, const char *label, char *take_value, const char *detail_or_null)
{
	g_string_append(out, "<div class=\"tile\">");
	ferry_html_element(out, "span", "tile-label", label);
	ferry_html_take(out, "span", "tile-value", take_value);
	if (detail_or_null)
		ferry_html_element(out, "span", "tile-detail", detail_or_null);
	g_string_append(out, "</div>\n");
}

static void append_plan_tiles(GString *out, const FerryPlan *plan)
{
	int64_t rows = 0, bytes = 0;
	guint n[FERRY_N_SEVERITIES] = {0};

	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTable *table = ((FerryTablePlan *)plan->tables->pdata[i])->source;
		rows += MAX(0, table->est_rows);
		bytes += MAX(0, table->est_bytes);
	}
	for (guint i = 0; i < plan->notes->len; i++)
		n[((FerryNote *)plan->notes->pdata[i])->severity]++;
	g_autofree char *size = bytes ? ferry_human_bytes((double)bytes) : g_strdup("size not known");
	g_autofree char *looks = g_strdup_printf("%u need a look", n[FERRY_SEVERITY_WARNING]);
	append_tile(out, "Tables", ferry_human_count(plan->tables->len), NULL);
	append_tile(out, "Rows, about", ferry_human_count_short((double)rows), size);
	append_tile(out, "Losses", ferry_human_count(n[FERRY_SEVERITY_LOSS]), looks);
	double hours = ferry_report_estimate_hours(plan);
	append_tile(out, "Work, about", g_strdup_printf("%.*f h", hours < 100 ? 1 : 0, hours),
		    "see the estimate");
}

static void append_run_tiles(GString *out, const FerryReport *report)
{
	const FerryRunResult *result = report->result;
	FerryTableResult total = ferry_report_total(report);
	int64_t rows = report->is_verification ? total.source_rows : total.rows_loaded;
	bool has_rate = !report->is_verification && !total.n_chunks_resumed && result->seconds_copy > 0.0005;
	g_autofree char *rate =
		has_rate ? ferry_human_count_short((double)total.rows_loaded / result->seconds_copy) : NULL;
	g_autofree char *detail = rate ? g_strdup_printf("%s rows a second", rate) : NULL;
	g_autofree char *size = report->is_verification ? NULL : ferry_human_bytes((double)total.bytes);
	g_autofree char *differences = total.differences ? g_strdup_printf("%" G_GINT64_FORMAT " different",
									   (gint64)total.differences)
				       : result->seconds_verify > 0 ? g_strdup("no difference found")
								    : g_strdup("not compared");

	append_tile(out, report->is_verification ? "Rows compared" : "Rows loaded", ferry_human_count(rows),
		    size);
	append_tile(out, "Time", ferry_human_duration(result->seconds_total), detail);
	g_autofree char *files = ferry_report_reject_files(report, ", ");
	if (!report->is_verification)
		append_tile(out, "Rejected rows", ferry_human_count(total.rows_rejected),
			    total.rows_rejected ? files : "none");
	append_tile(out, "Tables", ferry_human_count(result->n_tables), differences);
}

static void append_error(GString *out, const FerryReport *report)
{
	const char *hint = ferry_error_get_hint(report->error);

	ferry_html_section(out, "error", "What went wrong", NULL);
	ferry_html_element(out, "p", "message", report->error->message);
	if (hint)
		ferry_html_element(out, "p", NULL, hint);
	if (report->resume_command) {
		g_string_append(out, "<p>Go on with:</p>");
		ferry_html_element(out, "pre", NULL, report->resume_command);
	}
	ferry_html_section_end(out);
}

static void append_footer(GString *out, const FerryReport *report)
{
	g_autofree char *started = g_date_time_format(report->started, "%Y-%m-%d %H:%M:%S %z");

	g_string_append(out, "<footer>");
	ferry_html_take(out, "span", NULL,
			g_strdup_printf("ferry %s %s · begun %s · exit code %d (%s)", FERRY_VERSION,
					report->command, started, report->exit_code,
					ferry_exit_meaning((FerryExitCode)report->exit_code)));
	g_string_append(out, "</footer></main></body></html>\n");
}

char *ferry_report_to_html(const FerryReport *report)
{
	GString *out = g_string_new(NULL);

	append_head(out, report);
	append_header(out, report);
	g_string_append(out, "<div class=\"tiles\">\n");
	if (report->result)
		append_run_tiles(out, report);
	else if (report->plan)
		append_plan_tiles(out, report->plan);
	g_string_append(out, "</div>\n");
	if (report->error)
		append_error(out, report);
	if (report->result)
		ferry_report_html_result(out, report);
	if (report->plan && !report->is_verification)
		ferry_report_html_assessment(out, report);
	append_footer(out, report);
	return g_string_free(out, FALSE);
}

bool ferry_report_write_html(const FerryReport *report, const char *path, GError **error)
{
	g_autofree char *text = ferry_report_to_html(report);
	g_autoptr(GError) local = NULL;

	if (ferry_output_file_write(path, text, &local))
		return true;
	return ferry_fail(error, FERRY_ERROR_IO, "the HTML report could not be written: %s", local->message);
}
