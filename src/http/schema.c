/*
 * Schemas of request bodies; see schema.h.
 */
#include "http/schema.h"

#include "http_resources.h"

#include <string.h>

#define REF_PREFIX "#/components/schemas/"
#define MAX_SHOWN  40

static gpointer load_schemas(gpointer data)
{
	g_autoptr(GBytes) bytes = g_resource_lookup_data(
		ferry_http_get_resource(), "/ferry/http/schemas.json", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	gsize size = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &size) : "{}";
	json_t *schemas = json_loadb(text, size, 0, NULL);

	return schemas ? schemas : json_object();
}

const json_t *ferry_schemas(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, load_schemas, NULL);
}

/* ---- kinds ---- */

static const char *kind_of(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT: return "object";
	case JSON_ARRAY: return "array";
	case JSON_STRING: return "string";
	case JSON_INTEGER: return "integer";
	case JSON_REAL: return "number";
	case JSON_TRUE:
	case JSON_FALSE: return "boolean";
	default: return "null";
	}
}

static bool is_kind(const json_t *value, const char *kind)
{
	return strcmp(kind, kind_of(value)) == 0 || (strcmp(kind, "number") == 0 && json_is_integer(value));
}

/* "text or null", for people. */
static char *words_of(const json_t *types)
{
	g_autoptr(GString) words = g_string_new(NULL);
	size_t n = json_is_array(types) ? json_array_size(types) : 1;

	for (size_t i = 0; i < n; i++) {
		const char *kind = json_string_value(json_is_array(types) ? json_array_get(types, i) : types);
		g_string_append_printf(words, "%s%s", i ? " or " : "",
				       g_strcmp0(kind, "string") == 0    ? "a text"
				       : g_strcmp0(kind, "integer") == 0 ? "a whole number"
				       : g_strcmp0(kind, "number") == 0  ? "a number"
				       : g_strcmp0(kind, "boolean") == 0 ? "true or false"
				       : g_strcmp0(kind, "array") == 0   ? "a list"
				       : g_strcmp0(kind, "object") == 0  ? "an object"
									 : "null");
	}
	return g_string_free(g_steal_pointer(&words), FALSE);
}

static bool fits_type(const json_t *types, const json_t *value)
{
	size_t i;
	const json_t *type;

	if (json_is_string(types))
		return is_kind(value, json_string_value(types));
	json_array_foreach(types, i, type) if (is_kind(value, json_string_value(type))) return true;
	return !types;
}

/* ---- checking ---- */

static bool check(const json_t *schema, const json_t *value, const char *place, GError **error);

static bool fail(GError **error, const char *place, const char *hint, const char *what)
{
	return ferry_problem(error, FERRY_PROBLEM_INVALID, *place ? place : NULL, hint, "%s %s",
			     *place ? place : "the body", what);
}

/* A member without a name is a place, too: not that of the object it is in. */
static char *join_place(const char *place, const char *name)
{
	g_autofree char *shown = g_utf8_substring(name, 0, MIN(MAX_SHOWN, g_utf8_strlen(name, -1)));

	return g_strconcat(place, *place ? "." : "", *shown ? shown : "\"\"", NULL);
}

static char *join_names(const json_t *properties)
{
	g_autoptr(GString) names = g_string_new("it takes ");
	const char *name;
	json_t *property;
	size_t n = 0;

	json_object_foreach((json_t *)properties, name, property)
		g_string_append_printf(names, "%s%s", n++ ? ", " : "", name);
	return g_string_free(g_steal_pointer(&names), FALSE);
}

static bool check_member(const json_t *properties, const char *name, const json_t *value, const char *place,
			 GError **error)
{
	const json_t *property = json_object_get(properties, name);
	g_autofree char *below = join_place(place, name);

	if (property)
		return check(property, value, below, error);
	g_autofree char *hint = join_names(properties);
	return fail(error, below, hint, "is not known here");
}

static bool check_object(const json_t *schema, const json_t *value, const char *place, GError **error)
{
	const json_t *properties = json_object_get(schema, "properties"),
		     *required = json_object_get(schema, "required"), *one;
	const char *name;
	json_t *member;
	size_t i;

	json_array_foreach(required, i, one)
	{
		if (json_object_get(value, json_string_value(one)))
			continue;
		g_autofree char *below = join_place(place, json_string_value(one));
		return fail(error, below, NULL, "is missing");
	}
	json_object_foreach((json_t *)value, name, member)
	{
		if (properties && !check_member(properties, name, member, place, error))
			return false;
	}
	return true;
}

static bool check_items(const json_t *items, const json_t *value, const char *place, GError **error)
{
	const json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
	{
		g_autofree char *below = g_strdup_printf("%s[%zu]", place, i);
		if (!check(items, item, below, error))
			return false;
	}
	return true;
}

static bool check_words(const json_t *words, const json_t *value, const char *place, GError **error)
{
	g_autoptr(GString) list = g_string_new("must be ");
	const json_t *word;
	size_t i, n = json_array_size(words);

	json_array_foreach(words, i, word)
	{
		if (json_equal(word, value))
			return true;
		g_string_append_printf(list, "%s%s",
				       !i           ? ""
				       : i + 1 == n ? " or "
						    : ", ",
				       json_string_value(word));
	}
	return fail(error, place, NULL, list->str);
}

static const json_t *resolve(const json_t *schema)
{
	const char *ref = json_string_value(json_object_get(schema, "$ref"));

	return ref && g_str_has_prefix(ref, REF_PREFIX)
		       ? json_object_get(ferry_schemas(), ref + strlen(REF_PREFIX))
		       : schema;
}

static bool check(const json_t *schema, const json_t *value, const char *place, GError **error)
{
	schema = resolve(schema);
	const json_t *type = json_object_get(schema, "type"), *words = json_object_get(schema, "enum"),
		     *items = json_object_get(schema, "items");

	if (!fits_type(type, value)) {
		g_autofree char *wanted = words_of(type), *what = g_strconcat("must be ", wanted, NULL);
		return fail(error, place, NULL, what);
	}
	if (words && !check_words(words, value, place, error))
		return false;
	if (json_is_object(value))
		return check_object(schema, value, place, error);
	return !json_is_array(value) || !items || check_items(items, value, place, error);
}

bool ferry_schema_check(const char *name, const json_t *value, GError **error)
{
	const json_t *schema = json_object_get(ferry_schemas(), name);

	return !schema || check(schema, value, "", error);
}
