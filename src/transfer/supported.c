/*
 * What a project can say and the engine cannot do yet. Who brings a part deletes its line here: the run then
 * takes it, and the command line shows its flag in the help.
 */
#include "transfer/run.h"

#include <string.h>

#define ON_TABLES(name, condition)                                                                           \
	static bool name(const FerryProject *project)                                                        \
	{                                                                                                    \
		for (guint i = 0; i < project->tables->len; i++) {                                           \
			const FerryProjectTable *t = project->tables->pdata[i];                              \
			if (condition)                                                                       \
				return true;                                                                 \
		}                                                                                            \
		return false;                                                                                \
	}
#define ON_PROJECT(name, condition)                                                                          \
	static bool name(const FerryProject *project)                                                        \
	{                                                                                                    \
		return condition;                                                                            \
	}

static bool has_limit(FerryRejectLimit limit)
{
	return limit.rows >= 0 || limit.percent >= 0;
}

static bool has_rule(const FerryProject *project)
{
	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
		if (project->bad_values[kind] != FERRY_BAD_VALUE_REJECT)
			return true;
	return false;
}

ON_TABLES(uses_checks, t->checks->len > 0)
ON_TABLES(uses_table_limit, has_limit(t->max_rejects))
ON_PROJECT(uses_on_error, project->on_error != FERRY_ON_ERROR_FAIL)
ON_PROJECT(uses_limits, has_limit(project->max_rejects) || has_limit(project->max_rejects_table) ||
				uses_table_limit(project))
ON_PROJECT(uses_bad_values, has_rule(project))
ON_PROJECT(uses_staging, project->staging)
ON_PROJECT(uses_stall, project->stall_seconds != FERRY_DEFAULT_STALL_SECONDS)

static const struct {
	const char *feature;
	const char *what; /* for the message */
	bool (*is_used)(const FerryProject *project);
} missing[] = {
	{"checks", "checks of rows (tables[].checks)", uses_checks},
	{"on_error", "going on after an error (options.on_error, --on-error)", uses_on_error},
	{"max_rejects", "a limit of rejected rows (max_rejects, --max-rejects, --max-table-rejects)",
	 uses_limits},
	{"bad_values", "rules for bad values (options.bad_values, --bad-value)", uses_bad_values},
	{"staging", "a staged load (options.staging, --staging)", uses_staging},
	{"stall_seconds", "the watch over lanes (options.stall_seconds, --stall-seconds)", uses_stall},
};

bool ferry_run_supports(const char *feature)
{
	for (size_t i = 0; i < G_N_ELEMENTS(missing); i++)
		if (strcmp(missing[i].feature, feature) == 0)
			return false;
	return true;
}

bool ferry_run_check_supported(const FerryProject *project, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(missing); i++)
		if (missing[i].is_used(project)) {
			ferry_fail(error, FERRY_ERROR_USAGE, "this version of Ferry does not have %s yet",
				   missing[i].what);
			ferry_error_hint(error, "leave it out; nothing was done");
			return false;
		}
	return true;
}

bool ferry_run_check_plan(const FerryPlan *plan, GError **error)
{
	for (guint i = 0; !ferry_run_supports("transform") && i < plan->tables->len; i++) {
		const FerryTablePlan *table = plan->tables->pdata[i];

		if (!table->transform)
			continue;
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "table %s: this version of Ferry does not convert values from one type to another yet",
			   table->name);
		ferry_error_hint(error, "give types (casts, tables[].columns[].type) that hold the values as they are read");
		return false;
	}
	return true;
}
