/* The project document: what is read must be written as a document that reads back to the same, in both
 * formats and without a password; what is not must say where. The table of rates and limits is reached
 * through the members that hold them. */
#include "project/project.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FerryProject *read_back(const FerryProject *project, FerryProjectFormat format, char **ret_text)
{
	g_autoptr(GError) error = NULL;
	char *text = ferry_project_to_text(project, format);
	FerryProject *again = ferry_project_parse(text, strlen(text), "again", &error);

	g_assert_no_error(error);
	*ret_text = text;
	return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(FerryProject) project = ferry_project_parse((const char *)data, size, "fuzz", &error);

	if (!project) {
		g_assert_true(ferry_error_is(error, FERRY_ERROR_USAGE));
		g_assert_true(g_str_has_prefix(error->message, "fuzz:"));
		return 0;
	}
	g_autofree char *yaml = NULL, *json = NULL, *json_again = NULL, *yaml_again = NULL;
	g_autoptr(FerryProject) from_yaml = read_back(project, FERRY_PROJECT_YAML, &yaml);
	g_autoptr(FerryProject) from_json = read_back(from_yaml, FERRY_PROJECT_JSON, &json);
	g_autoptr(FerryProject) last = read_back(from_json, FERRY_PROJECT_YAML, &yaml_again);
	g_assert_cmpstr(yaml, ==, yaml_again);
	json_again = ferry_project_to_text(last, FERRY_PROJECT_JSON);
	g_assert_cmpstr(json, ==, json_again);
	return 0;
}
