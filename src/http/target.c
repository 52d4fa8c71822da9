/*
 * Path and query of a request; see target.h.
 */
#include "http/target.h"

#include <string.h>

#define MAX_PARAMETERS 100

static bool malformed(GError **error, const char *what)
{
	return ferry_problem(error, FERRY_PROBLEM_MALFORMED, NULL, NULL,
			     "the request's address is malformed: %s", what);
}

/* Newly allocated; NULL where it cannot be decoded. */
static char *decode(const char *text, size_t len, const char *illegal)
{
	char *decoded = g_uri_unescape_segment(text, text + len, illegal);

	if (decoded && !g_utf8_validate(decoded, -1, NULL))
		g_clear_pointer(&decoded, g_free);
	return decoded;
}

static bool has_control_characters(const char *text)
{
	for (; *text; text++)
		if (g_ascii_iscntrl(*text))
			return true;
	return false;
}

static char *parse_path(const char *raw, size_t len, GError **error)
{
	g_autoptr(GString) path = g_string_new(NULL);
	const char *end = raw + len;

	while (raw < end) {
		const char *begin = raw + 1, *slash = memchr(begin, '/', (size_t)(end - begin));
		raw = slash ? slash : end;
		g_autofree char *segment = decode(begin, (size_t)(raw - begin), "/\\");
		if (!segment || has_control_characters(segment)) {
			malformed(error, "a part of its path is escaped badly, or is no text");
			return NULL;
		}
		if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0) {
			malformed(error, "its path has \".\" or \"..\"");
			return NULL;
		}
		g_string_append_printf(path, "/%s", segment);
	}
	return g_string_free(g_steal_pointer(&path), FALSE);
}

static bool parse_pair(const char *pair, GHashTable *query, GError **error)
{
	g_autofree char *spaced = g_strdelimit(g_strdup(pair), "+", ' ');
	size_t len = strcspn(spaced, "=");
	const char *value = spaced[len] ? spaced + len + 1 : "";
	g_autofree char *name = decode(spaced, len, NULL);
	char *decoded = decode(value, strlen(value), NULL);

	if (!name || !decoded) {
		g_free(decoded);
		return malformed(error, "a parameter is escaped badly, or is no text");
	}
	g_hash_table_replace(query, g_steal_pointer(&name), decoded);
	return true;
}

static bool parse_query(const char *raw, GHashTable *query, GError **error)
{
	g_auto(GStrv) pairs = g_strsplit(raw, "&", MAX_PARAMETERS + 1);

	if (g_strv_length(pairs) > MAX_PARAMETERS)
		return malformed(error, "it has too many parameters");
	for (char **pair = pairs; *pair; pair++)
		if (**pair && !parse_pair(*pair, query, error))
			return false;
	return true;
}

/* Proxies may send the whole address: "http://host/path". */
static const char *skip_authority(const char *raw)
{
	if (!g_str_has_prefix(raw, "http://") && !g_str_has_prefix(raw, "https://"))
		return raw;
	raw = strstr(raw, "//") + 2;
	return raw + strcspn(raw, "/?#");
}

bool ferry_target_parse(const char *raw, char **ret_path, GHashTable **ret_query, GError **error)
{
	g_autoptr(GHashTable) query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	raw = raw ? skip_authority(raw) : "";
	if (*raw != '/' || strpbrk(raw, "# \t"))
		return malformed(error, "it must begin with a slash, without blanks and \"#\"");
	size_t len = strcspn(raw, "?");
	g_autofree char *path = parse_path(raw, len, error);
	if (!path || (raw[len] && !parse_query(raw + len + 1, query, error)))
		return false;
	*ret_path = g_steal_pointer(&path);
	*ret_query = g_steal_pointer(&query);
	return true;
}
