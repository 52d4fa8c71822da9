/*
 * What a project can say and the engine cannot do yet. Who brings a part deletes its line here: the run then
 * takes it, and the command line shows its flag in the help.
 */
#include "transfer/run.h"

#include <string.h>

#define ON_PROJECT(name, condition)                                                                          \
	static bool name(const FerryProject *project)                                                        \
	{                                                                                                    \
		return condition;                                                                            \
	}

ON_PROJECT(uses_on_error, project->on_error != FERRY_ON_ERROR_FAIL)
ON_PROJECT(uses_staging, project->staging)

static const struct {
	const char *feature;
	const char *what; /* for the message */
	bool (*is_used)(const FerryProject *project);
} missing[] = {
	{"on_error", "going on after an error (options.on_error, --on-error)", uses_on_error},
	{"staging", "a staged load (options.staging, --staging)", uses_staging},
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
