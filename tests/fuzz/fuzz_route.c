/* The head of a request: method, target and headers, a line each. What is refused must say so; what is not
 * must be the one route whose pattern, with its parameters put in, is the path. */
#include "http/request.h"
#include "http/route.h"
#include "http/target.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *put_in(const char *pattern, char **params)
{
	GString *path = g_string_new(NULL);

	for (; *pattern; pattern++) {
		if (*pattern != '{') {
			g_string_append_c(path, *pattern);
			continue;
		}
		g_string_append(path, *params++);
		pattern += strcspn(pattern, "}");
	}
	g_assert_null(*params);
	return g_string_free(path, FALSE);
}

static void check_target(const char *path, GHashTable *query)
{
	GHashTableIter iter;
	gpointer name, value;

	g_assert_true(*path == '/' && g_utf8_validate(path, -1, NULL));
	g_assert_null(strstr(path, "/../"));
	g_assert_false(g_str_has_suffix(path, "/.."));
	g_hash_table_iter_init(&iter, query);
	while (g_hash_table_iter_next(&iter, &name, &value))
		g_assert_true(g_utf8_validate(name, -1, NULL) && g_utf8_validate(value, -1, NULL));
}

static void check_route(const char *method, const char *path)
{
	g_auto(GStrv) params = NULL;
	g_autofree char *allowed = NULL;
	const FerryRoute *route = ferry_route_find(method, path, &params, &allowed);

	g_assert_true(!route || !allowed);
	if (!route)
		return;
	g_autofree char *again = put_in(route->pattern, params);
	g_assert_cmpstr(again, ==, path);
	g_assert_cmpstr(route->method, ==, strcmp(method, "HEAD") == 0 ? "GET" : method);
	for (char **param = params; *param; param++)
		g_assert_true(**param && !strchr(*param, '/'));
}

static GHashTable *take_headers(char **lines)
{
	GHashTable *headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (; lines && *lines; lines++) {
		char *colon = strchr(*lines, ':');
		if (colon)
			g_hash_table_replace(headers, g_ascii_strdown(*lines, colon - *lines),
					     g_strstrip(g_strdup(colon + 1)));
	}
	return headers;
}

/* What handlers read of it. */
static void check_request(GHashTable *query, GHashTable *headers)
{
	FerryRequest request = {.query = query, .headers = headers};
	g_autoptr(GError) error = NULL;
	FerryPage page;
	int64_t version;

	if (ferry_request_page(&request, &page, &error))
		g_assert_true(page.limit >= 1 && page.limit <= 500);
	else
		g_assert_error(error, FERRY_PROBLEM, FERRY_PROBLEM_INVALID);
	g_clear_error(&error);
	if (ferry_request_if_match(&request, &version, &error))
		g_assert_cmpint(version, >=, -1);
	else
		g_assert_error(error, FERRY_PROBLEM, FERRY_PROBLEM_STALE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size), *path = NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", 40);
	g_autoptr(GHashTable) query = NULL, headers = NULL;
	g_autoptr(GError) error = NULL;

	if (!lines[0] || !lines[1])
		return 0;
	if (!ferry_target_parse(lines[1], &path, &query, &error)) {
		g_assert_error(error, FERRY_PROBLEM, FERRY_PROBLEM_MALFORMED);
		return 0;
	}
	check_target(path, query);
	check_route(lines[0], path);
	headers = take_headers(lines + 2);
	check_request(query, headers);
	return 0;
}
