/*
 * Keys of hashes in projects of the service; see hash_keys.h.
 */
#include "service/hash_keys.h"

#include "service/service_internal.h"

static bool check_column(const char *prefix, const FerryProjectColumn *column, const char *place,
			 GError **error)
{
	for (guint i = 0; i < column->steps->len; i++) {
		const FerryTransformStep *step = column->steps->pdata[i];
		if (step->kind != FERRY_TRANSFORM_HASH ||
		    (step->text && g_str_has_prefix(step->text, prefix)))
			continue;
		g_autofree char *field = g_strdup_printf("%s.transform", place);
		g_autofree char *hint = g_strdup_printf(
			"ask who runs the service to put a key into a variable such as %s_ORDERS", prefix);
		return ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, field, hint,
				     "key_env may name only variables that begin with %s, not \"%s\"", prefix,
				     step->text ? step->text : "");
	}
	return true;
}

bool ferry_hash_keys_check(FerryService *service, const FerryProject *project, GError **error)
{
	for (guint t = 0; t < project->tables->len; t++) {
		const FerryProjectTable *table = project->tables->pdata[t];
		for (guint c = 0; c < table->columns->len; c++) {
			g_autofree char *place = g_strdup_printf("document.tables[%u].columns[%u]", t, c);
			if (!check_column(service->hash_key_prefix, table->columns->pdata[c], place, error))
				return false;
		}
	}
	return true;
}
