/*
 * The report as one HTML page that needs nothing else: for who decides on a migration, and who signs it off.
 * Its parts, from top to bottom: how it ended, the result of the run (report_html_result.c), then the
 * assessment of the schema (report_html_assessment.c).
 */
#pragma once

#include "report/report.h"

char *ferry_report_to_html(const FerryReport *report);
bool ferry_report_write_html(const FerryReport *report, const char *path,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- parts, private to the report_html files ---- */

void ferry_report_html_result(GString *out, const FerryReport *report);
void ferry_report_html_risks(GString *out, const FerryPlan *plan);
void ferry_report_html_assessment(GString *out, const FerryReport *report);

/* Hours of work that a plan's notes stand for; docs/report.md explains the model. */
double ferry_report_estimate_hours(const FerryPlan *plan);
