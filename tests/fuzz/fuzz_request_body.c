/* Bodies of requests: the first byte chooses the route. What fits its schema must fit it again once it is
 * written and read; what does not must name the place. */
#include "http/route.h"
#include "http/schema.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *choose_schema(uint8_t n)
{
	const char *chosen = NULL;

	/* the n-th of those that there are, round and round */
	for (guint left = n; !chosen;)
		for (const FerryRoute *const *part = ferry_routes; *part && !chosen; part++)
			for (const FerryRoute *route = *part; route->method && !chosen; route++)
				if (route->request && left-- == 0)
					chosen = route->request;
	return chosen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;

	if (size == 0)
		return 0;
	const char *schema = choose_schema(data[0]);
	json_t *body = json_loadb((const char *)data + 1, size - 1, JSON_REJECT_DUPLICATES, NULL);
	if (!body)
		return 0;
	if (ferry_schema_check(schema, body, &error)) {
		char *text = json_dumps(body, JSON_COMPACT);
		json_t *again = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		g_assert_true(ferry_schema_check(schema, again, NULL));
		json_decref(again);
		free(text);
	} else {
		g_assert_error(error, FERRY_PROBLEM, FERRY_PROBLEM_INVALID);
		g_assert_true(g_utf8_validate(error->message, -1, NULL));
		g_assert_true(json_is_object(body) == (ferry_problem_get_field(error) != NULL));
	}
	json_decref(body);
	return 0;
}
