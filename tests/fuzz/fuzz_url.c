/* URLs: what parses must be shown as a URL that parses to the same; what does not must say so; scrubbing
 * keeps the length. */
#include "base/error.h"
#include "base/url.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *scrubbed = g_strdup(text);
	g_autoptr(GError) error = NULL;
	g_autoptr(FerryUrl) url = ferry_url_parse(text, &error);

	ferry_url_scrub(scrubbed);
	g_assert_cmpuint(strlen(scrubbed), ==, strlen(text));
	g_assert_true((url == NULL) == ferry_error_is(error, FERRY_ERROR_USAGE));
	if (!url)
		return 0;

	g_autofree char *shown = ferry_url_to_string(url);
	g_autoptr(FerryUrl) again = ferry_url_parse(shown, &error);
	g_assert_no_error(error);
	g_autofree char *shown_again = ferry_url_to_string(again);
	g_assert_cmpstr(shown, ==, shown_again);
	g_assert_cmpstr(url->user, ==, again->user);
	g_assert_cmpstr(url->host, ==, again->host);
	g_assert_cmpstr(url->database, ==, again->database);
	g_assert_cmpint(url->port, ==, again->port);
	return 0;
}
