/*
 * The report: what a copy or a verification did, as text for the terminal, as Markdown, or as JSON. It is
 * made from the plan and the run's result, each of which may be missing when a command failed before it had
 * one.
 */
#pragma once

#include "base/url.h"
#include "data/json_out.h"
#include "transfer/run.h"

/* All borrowed. */
typedef struct FerryReport {
	const char *command;             /* "copy", "verify" */
	const FerryUrl *source, *target; /* or NULL where a URL could not be parsed */
	GDateTime *started, *ended;
	const FerryPlan *plan;        /* or NULL */
	const FerryRunResult *result; /* or NULL */
	const GError *error;          /* or NULL */
	int exit_code;                /* FerryExitCode */
	const char *resume_command;   /* or NULL */
	bool is_verification;         /* nothing was loaded: only both sides compared */
	bool no_verify, schema_only;
} FerryReport;

/* The whole report. Plain text for a terminal holds the first few of long lists; Markdown holds everything.
 * Newly allocated, as are the others. */
char *ferry_report_to_text(const FerryReport *report, bool as_markdown);
char *ferry_report_to_json(const FerryReport *report);

/* One sentence: how it ended. */
char *ferry_report_summary(const FerryReport *report);

/* JSON if the path ends in .json, else Markdown. */
bool ferry_report_write(const FerryReport *report, const char *path,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What became of a staged load, a clause; NULL: it was none. Newly allocated. */
char *ferry_report_staging(const FerryReport *report);

/* The reject files that are there, of a report with a result; NULL: none is. Newly allocated. */
char *ferry_report_reject_files(const FerryReport *report, const char *separator);

/* Sums over all tables. */
FerryTableResult ferry_report_total(const FerryReport *report);

/* What the target could not hold, by kind: "300 zero-date, 2 nul-byte", NULL: nothing; and {"zero-date": 300, …}. */
char *ferry_report_bad_values(const FerryTableResult *table);
json_t *ferry_report_bad_values_json(const FerryTableResult *table);
