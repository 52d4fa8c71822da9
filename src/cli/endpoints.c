/*
 * Opening the two ends of a command; see endpoints.h.
 */
#include "cli/endpoints.h"

#include "cli/prompt.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define MAX_PROMPTS 3

static const char *end_name(FerryEnd end)
{
	return end == FERRY_END_SOURCE ? "source" : "target";
}

bool ferry_endpoint_init(FerryEndpoint *endpoint, FerryEnd end, const char *text, GError **error)
{
	static const char *const variables[] = {"FERRY_SOURCE_PASSWORD", "FERRY_TARGET_PASSWORD",
						"FERRY_TARGET_PASSWORD"};
	const char *password = g_getenv(variables[end]);

	*endpoint = (FerryEndpoint){.end = end};
	endpoint->url = ferry_url_parse(text, error);
	if (endpoint->url)
		endpoint->connector = ferry_connector_for_url(endpoint->url, error);
	if (!endpoint->connector) {
		/* what is no URL at all may be shown; a URL may hold a password */
		bool may_show = !strpbrk(text, ":@");
		g_prefix_error(error, may_show ? "%s \"%s\": " : "%s: ", end_name(end), text);
		return false;
	}
	if (end == FERRY_END_TARGET ? !endpoint->connector->target : !endpoint->connector->source)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "%s cannot be a %s yet; \"ferry connectors\" lists what can be",
				  endpoint->connector->title, end_name(end));
	if (password && !endpoint->url->password)
		ferry_url_set_password(endpoint->url, password);
	return true;
}

void ferry_endpoint_clear(FerryEndpoint *endpoint)
{
	ferry_endpoint_close(endpoint);
	g_clear_pointer(&endpoint->url, ferry_url_free);
}

/* Without a host, the database may be a file. Where it is none (a server's socket), it is not there after
 * open either. */
static bool names_missing_file(const FerryUrl *url)
{
	return !url->host && url->database && !g_file_test(url->database, G_FILE_TEST_EXISTS);
}

bool ferry_endpoint_open(FerryEndpoint *endpoint, bool create, GError **error)
{
	bool is_missing = create && names_missing_file(endpoint->url);

	for (int n_prompts = 0;; n_prompts++) {
		g_autoptr(GError) local = NULL;
		endpoint->connection =
			ferry_connection_open(endpoint->connector, endpoint->url, create, &local);
		if (endpoint->connection) {
			endpoint->is_new_file |= /* also when it is opened once more */
				is_missing && g_file_test(endpoint->url->database, G_FILE_TEST_IS_REGULAR);
			return true;
		}
		char *password = NULL;
		if (ferry_error_is(local, FERRY_ERROR_AUTH) && n_prompts < MAX_PROMPTS &&
		    ferry_prompt_is_possible()) {
			g_autofree char *shown = ferry_url_to_string(endpoint->url);
			g_autofree char *question =
				g_strdup_printf("Password for the %s %s: ", end_name(endpoint->end), shown);
			ferry_progress_pause(endpoint->progress);
			/* the first time without a password is no failure worth telling */
			if (endpoint->url->password)
				fprintf(stderr, "ferry: %s\n", local->message);
			password = ferry_prompt_password(question);
			ferry_progress_resume(endpoint->progress);
		}
		if (!password) {
			g_propagate_prefixed_error(error, g_steal_pointer(&local),
						   "%s: ", end_name(endpoint->end));
			return false;
		}
		ferry_url_set_password(endpoint->url, password);
		ferry_secret_free(password);
	}
}

void ferry_endpoint_close(FerryEndpoint *endpoint)
{
	g_clear_pointer(&endpoint->connection, ferry_connection_close);
}

void ferry_endpoint_discard_new_file(const FerryEndpoint *endpoint)
{
	GStatBuf info;

	if (endpoint->is_new_file && g_stat(endpoint->url->database, &info) == 0 && info.st_size == 0)
		g_unlink(endpoint->url->database);
}

bool ferry_endpoint_check_privileges(const FerryEndpoint *endpoint, bool as_target, GError **error)
{
	g_autoptr(GPtrArray) missing = NULL;
	g_autoptr(GString) list = g_string_new(NULL);

	if (!endpoint->connector->ping)
		return true;
	if (!endpoint->connector->ping(endpoint->connection, as_target, &missing, error)) {
		g_prefix_error(error, "%s: ", end_name(endpoint->end));
		return false;
	}
	if (!missing || missing->len == 0)
		return true;
	for (guint i = 0; i < missing->len; i++)
		g_string_append_printf(list, "%s%s", i ? "; " : "",
				       (const char *)g_ptr_array_index(missing, i));
	g_autofree char *shown = ferry_url_to_string(endpoint->url);
	ferry_fail(error, FERRY_ERROR_PERMISSION, "%s: privileges are missing on %s: %s",
		   end_name(endpoint->end), shown, list->str);
	return false;
}

static bool is_same_file(const char *a, const char *b)
{
	GStatBuf info_a, info_b;

	return g_stat(a, &info_a) == 0 && g_stat(b, &info_b) == 0 && info_a.st_dev == info_b.st_dev &&
	       info_a.st_ino == info_b.st_ino;
}

bool ferry_endpoints_check_distinct(const FerryEndpoint *source, const FerryEndpoint *target, GError **error)
{
	g_autofree char *a = ferry_url_to_string(source->url), *b = ferry_url_to_string(target->url);
	const char *a_rest = strchr(a, ':'), *b_rest = strchr(b, ':');

	if (source->connector != target->connector)
		return true;
	bool is_same = g_strcmp0(a_rest, b_rest) == 0;
	if (!source->url->host && !target->url->host && source->url->database && target->url->database)
		is_same = is_same || is_same_file(source->url->database, target->url->database);
	if (!is_same)
		return true;
	return ferry_fail(error, FERRY_ERROR_USAGE, "source and target are the same database: %s", a);
}
