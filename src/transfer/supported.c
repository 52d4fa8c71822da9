/*
 * What a project can say and the engine cannot do yet. Who brings a part deletes its line here: the run then
 * takes it, and the command line shows its flag in the help.
 */
#include "transfer/run.h"

#include <string.h>

static const struct {
	const char *feature;
	const char *what; /* for the message */
	bool (*is_used)(const FerryProject *project);
} missing[] = {
	{NULL},
};

bool ferry_run_supports(const char *feature)
{
	for (size_t i = 0; missing[i].feature; i++)
		if (strcmp(missing[i].feature, feature) == 0)
			return false;
	return true;
}

/* A staged load makes every table anew and puts it in the place of what was there. */
static bool check_staging(const FerryProject *project, GError **error)
{
	FerryIfExists policy = project->if_exists;

	if (!project->staging && project->staging_schema)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "a staging schema is named, but the load is not staged: add --staging "
				  "(options.staging)");
	if (!project->staging)
		return true;
	if (project->incremental || project->data_only || project->schema_only) {
		ferry_fail(error, FERRY_ERROR_USAGE, "--staging does not go with %s: %s",
			   project->incremental ? "--incremental"
			   : project->data_only ? "--data-only"
						: "--schema-only",
			   project->schema_only ? "there are no rows to load" : "it makes every table anew");
	} else if (policy != FERRY_IF_EXISTS_FAIL && policy != FERRY_IF_EXISTS_DROP) {
		ferry_fail(error, FERRY_ERROR_USAGE,
			   "--staging does not go with --if-exists %s: it makes every table anew, whole",
			   ferry_if_exists_words[policy]);
	} else {
		return true;
	}
	ferry_error_hint(error, "leave out --staging, or replace the tables with --if-exists drop");
	return false;
}

bool ferry_run_check_supported(const FerryProject *project, GError **error)
{
	for (size_t i = 0; missing[i].feature; i++)
		if (missing[i].is_used(project)) {
			ferry_fail(error, FERRY_ERROR_USAGE, "this version of Ferry does not have %s yet",
				   missing[i].what);
			ferry_error_hint(error, "leave it out; nothing was done");
			return false;
		}
	return check_staging(project, error);
}
