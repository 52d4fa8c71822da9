#include "base/error.h"
#include "base/url.h"

#include <string.h>

/* What a good URL is taken apart into, and how it is shown. */
static const struct {
	const char *text, *scheme, *user, *password, *host;
	int port;
	const char *database, *shown, *why;
} good[] = {
	{"postgresql://u:p@h:5432/db", "postgresql", "u", "p", "h", 5432, "db", "postgresql://u@h:5432/db",
	 "all parts"},
	{"MySQL://h/db", "mysql", NULL, NULL, "h", -1, "db", "mysql://h/db", "schemes are lower case"},
	{"mysql://h", "mysql", NULL, NULL, "h", -1, NULL, "mysql://h", "host only"},
	{"mysql://h/", "mysql", NULL, NULL, "h", -1, NULL, "mysql://h", "an empty path is no database"},
	{"mysql://", "mysql", NULL, NULL, NULL, -1, NULL, "mysql://", "everything may be missing"},
	{"mysql://u:@h/d", "mysql", "u", "", "h", -1, "d", "mysql://u@h/d", "a given empty password"},
	{"mysql://u@h/d", "mysql", "u", NULL, "h", -1, "d", "mysql://u@h/d", "no password"},
	{"mysql://:pw@h/d", "mysql", NULL, "pw", "h", -1, "d", "mysql://h/d", "a password without a user"},
	{"mysql://h:/d", "mysql", NULL, NULL, "h", -1, "d", "mysql://h/d", "an empty port is none"},
	{"mysql://u:a%40b%3Ac%2Fd%25@h/d", "mysql", "u", "a@b:c/d%", "h", -1, "d", "mysql://u@h/d",
	 "encoded password"},
	{"mysql://u:a:b@h/d", "mysql", "u", "a:b", "h", -1, "d", "mysql://u@h/d",
	 "the first ':' ends the user"},
	{"mysql://a%40b:p@h/d", "mysql", "a@b", "p", "h", -1, "d", "mysql://a%40b@h/d",
	 "a user like Azure's"},
	{"pg://[::1]:5433/d", "pg", NULL, NULL, "::1", 5433, "d", "pg://[::1]:5433/d", "IPv6 with port"},
	{"pg://[fe80::1]/d", "pg", NULL, NULL, "fe80::1", -1, "d", "pg://[fe80::1]/d", "IPv6 without port"},
	{"pg://%2Frun%2Fpg/d", "pg", NULL, NULL, "/run/pg", -1, "d", "pg://%2Frun%2Fpg/d",
	 "a socket's folder as host"},
	{"pg:///d?host=/run/pg", "pg", NULL, NULL, NULL, -1, "d", "pg:///d?host=/run/pg", "empty host"},
	{"pg://h/a%20b%2Fc", "pg", NULL, NULL, "h", -1, "a b/c", "pg://h/a%20b/c", "encoded database"},
	{"pg://h/d?b=2&a=1&&", "pg", NULL, NULL, "h", -1, "d", "pg://h/d?a=1&b=2",
	 "parameters, sorted when shown"},
	{"pg://h?a=x@y", "pg", NULL, NULL, "h", -1, NULL, "pg://h?a=x@y", "'@' in a parameter, no path"},
	{"pg://h/d?sslkey=/k&Password=x", "pg", NULL, NULL, "h", -1, "d", "pg://h/d?Password=***&sslkey=***",
	 "secrets"},
	{"sqlite:///rel.db", "sqlite", NULL, NULL, NULL, -1, "rel.db", "sqlite:///rel.db", "relative file"},
	{"sqlite:////tmp/abs.db", "sqlite", NULL, NULL, NULL, -1, "/tmp/abs.db", "sqlite:////tmp/abs.db",
	 "absolute file"},
	{"sqlite:dir/f.db", "sqlite", NULL, NULL, NULL, -1, "dir/f.db", "sqlite:///dir/f.db", "short form"},
	{"sqlite:/abs.db", "sqlite", NULL, NULL, NULL, -1, "/abs.db", "sqlite:////abs.db",
	 "short form, absolute"},
	{"sqlite::memory:", "sqlite", NULL, NULL, NULL, -1,
	 ":memory:", "sqlite:///:memory:", "a name with colons"},
	{"sqlite:///a@b:c%3F.db", "sqlite", NULL, NULL, NULL, -1, "a@b:c?.db", "sqlite:///a@b:c%3F.db",
	 "'@' in a file"},
	{"sqlite:///ünï.db?mode=ro", "sqlite", NULL, NULL, NULL, -1, "ünï.db", "sqlite:///ünï.db?mode=ro",
	 "UTF-8"},
	{"sqlite:", "sqlite", NULL, NULL, NULL, -1, NULL, "sqlite://", "no file"},
};

static void test_good(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s: %s", good[i].text, good[i].why);
		g_autoptr(FerryUrl) url = ferry_url_parse(good[i].text, &error);
		g_assert_no_error(error);
		g_autoptr(FerryUrl) copy = ferry_url_copy(url);
		g_clear_pointer(&url, ferry_url_free);

		g_assert_cmpstr(copy->scheme, ==, good[i].scheme);
		g_assert_cmpstr(copy->user, ==, good[i].user);
		g_assert_cmpstr(copy->password, ==, good[i].password);
		g_assert_cmpstr(copy->host, ==, good[i].host);
		g_assert_cmpint(copy->port, ==, good[i].port);
		g_assert_cmpstr(copy->database, ==, good[i].database);
		g_autofree char *shown = ferry_url_to_string(copy);
		g_assert_cmpstr(shown, ==, good[i].shown);

		/* What is shown reads back to the same, but for the secrets. */
		g_autoptr(FerryUrl) again = ferry_url_parse(shown, &error);
		g_assert_no_error(error);
		g_autofree char *shown_again = ferry_url_to_string(again);
		g_assert_cmpstr(shown_again, ==, shown);
	}
}

/* "s3cr" stands for a piece of a password: it must not turn up in the message. */
static const struct {
	const char *text, *word, *why;
} bad[] = {
	{"", "scheme", "empty"},
	{"album.db", "scheme", "a file name"},
	{"u:s3cr@h/d", "//", "looks like the scheme 'u'"},
	{"/tmp/f.db", "scheme", "a path"},
	{"1a://h", "scheme", "a scheme begins with a letter"},
	{"mysql:h/db", "//", "no slashes"},
	{"mysql:/h/db", "//", "one slash"},
	{"mysql://u:s3cr@s3cr@h/d", "%40", "'@' in the password"},
	{"mysql://u:s3cr/x@h/d", "%2F", "'/' in the password: its start looks like a port"},
	{"mysql://u:123/s3cr@h/d", "%2F", "the same, and the start is a number"},
	{"mysql://u:s3cr?x=1@h/d", "%3F", "'?' in the password"},
	{"mysql://u:s3cr#x@h/d", "%23", "'#' in the password"},
	{"mysql://u:s3cr%@h/d", "%25", "a lone '%'"},
	{"mysql://u:s3cr%zz@h/d", "%25", "'%' without digits"},
	{"mysql://u:s3cr%00@h/d", "%00", "a NUL cannot be passed on"},
	{"mysql://u:s3cr%ff@h/d", "UTF-8", "not UTF-8"},
	{"mysql://h:port/d", "port", "a word for a port"},
	{"mysql://h:0/d", "65535", "port 0"},
	{"mysql://h:65536/d", "65535", "beyond 16 bits"},
	{"mysql://h:99999999999999999999/d", "65535", "beyond any integer"},
	{"mysql://h:-1/d", "port", "a sign"},
	{"mysql://::1/d", "[::1]", "IPv6 without brackets"},
	{"mysql://[::1/d", "IPv6", "bracket not closed"},
	{"mysql://[]:1/d", "IPv6", "nothing in the brackets"},
	{"mysql://[::1]x/d", "IPv6", "something between bracket and port"},
	{"mysql://h/d?flag", "KEY=VALUE", "a parameter without a value"},
	{"mysql://h/d?=s3cr", "KEY=VALUE", "a parameter without a name"},
	{"mysql://h/d?a=%4", "%25", "broken encoding in a parameter"},
	{"sqlite://rel.db", "sqlite:///", "a file where the host would be"},
	{"sqlite://h/rel.db", "sqlite:///", "a host"},
	{"sqlite:///50%.db", "%25", "'%' in a file name"},
};

static void test_bad(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s: %s", bad[i].text, bad[i].why);
		g_assert_null(ferry_url_parse(bad[i].text, &error));
		g_assert_error(error, FERRY_ERROR, FERRY_ERROR_USAGE);
		g_assert_nonnull(strstr(error->message, bad[i].word));
		g_assert_null(strstr(error->message, "s3cr"));
	}
	g_autofree char *endless = g_strnfill(100000, 'a');
	memcpy(endless, "a://", 4);
	g_assert_null(ferry_url_parse(endless, NULL));
}

static void test_params(void)
{
	g_autoptr(FerryUrl) url = ferry_url_parse("pg://h/d?a=1&b=x%20%26y&a=2&empty=&eq=a=b", NULL);

	g_assert_cmpstr(ferry_url_param(url, "a", "none"), ==, "2"); /* the last one */
	g_assert_cmpstr(ferry_url_param(url, "b", "none"), ==, "x &y");
	g_assert_cmpstr(ferry_url_param(url, "empty", "none"), ==, "");
	g_assert_cmpstr(ferry_url_param(url, "eq", "none"), ==, "a=b");
	g_assert_cmpstr(ferry_url_param(url, "A", "none"), ==, "none");
	g_assert_null(ferry_url_param(url, "missing", NULL));
}

static void test_password(void)
{
	g_autoptr(FerryUrl) url = ferry_url_parse("pg://u@h/d", NULL);

	ferry_url_set_password(url, "one");
	g_assert_cmpstr(url->password, ==, "one");
	ferry_url_set_password(url, url->password); /* its own */
	g_assert_cmpstr(url->password, ==, "one");
	ferry_url_set_password(url, NULL);
	g_assert_null(url->password);
	ferry_secret_free(NULL);
	ferry_url_free(NULL);
}

static const struct {
	const char *before, *after, *why;
} scrubs[] = {
	{"mysql://u:pw@h/d", "mysql://u:xx@h/d", "the password"},
	{"mysql://u:a:b@h/d", "mysql://u:xxx@h/d", "a ':' in it"},
	{"mysql://u:a@b@h/d", "mysql://u:xxx@h/d", "a '@' in it"},
	{"mysql://u:a/b@h/d", "mysql://u:xxx@h/d", "a '/' in it"},
	{"mysql://u:a?b@h/d", "mysql://u:xxx@h/d", "a '?' in it"},
	{"mysql://u:pw@h/d?a=x@y", "mysql://u:xx@h/d?a=x@y", "an '@' in a parameter"},
	{"mysql://u@h/d", "mysql://u@h/d", "no password"},
	{"mysql://h:3306/d", "mysql://h:3306/d", "a port is none"},
	{"mysql://h:3306/d?a=x@y", "mysql://h:3306/d?a=x@y", "a port and an '@' in a parameter"},
	{"pg://[::1]:5432/d", "pg://[::1]:5432/d", "IPv6"},
	{"pg://u:pw@[::1]:5432/d", "pg://u:xx@[::1]:5432/d", "IPv6 with a password"},
	{"pg://h/d?password=pw&a=1&sslkey=k", "pg://h/d?password=xx&a=1&sslkey=x", "secret parameters"},
	{"pg:///d?PASSWORD=pw", "pg:///d?PASSWORD=xx", "in any case"},
	{"sqlite:///a:b@c.db", "sqlite:///a:b@c.db", "a file"},
	{"--table=u:pw@h", "--table=u:pw@h", "no URL"},
	{"", "", "nothing"},
};

static void test_scrub(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(scrubs); i++) {
		g_autofree char *text = g_strdup(scrubs[i].before);
		g_test_message("%s: %s", scrubs[i].before, scrubs[i].why);
		ferry_url_scrub(text);
		g_assert_cmpstr(text, ==, scrubs[i].after);
	}
}

static void test_scrub_text(void)
{
	static const char *const texts[][2] = {
		{"unknown command \"mysql://u:pw@h/d\"", "unknown command \"mysql://u:xx@h/d\""},
		{"--source=mysql://u:pw@h/d and pg://a:b@c/d!",
		 "--source=mysql://u:xx@h/d and pg://a:x@c/d!"},
		{"\"mysql://u:p w@h/d\" it is", "\"mysql://u:xxx@h/d\" it is"},
		{"mysql://u:p\"w@h/d", "mysql://u:xxx@h/d"},
		{"pg://u:***@h/d", "pg://u:***@h/d"},
		{"see https://h:80/d, write to a@b", "see https://h:80/d, write to a@b"},
		{"://", "://"},
		{"no URL", "no URL"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *scrubbed = ferry_url_scrub_text(texts[i][0]);
		g_assert_cmpstr(scrubbed, ==, texts[i][1]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/url/good", test_good);
	g_test_add_func("/url/bad", test_bad);
	g_test_add_func("/url/params", test_params);
	g_test_add_func("/url/password", test_password);
	g_test_add_func("/url/scrub", test_scrub);
	g_test_add_func("/url/scrub-text", test_scrub_text);
	return g_test_run();
}
