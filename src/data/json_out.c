/*
 * Writing JSON; see json_out.h.
 */
#include "data/json_out.h"

#include <stdlib.h>

json_t *ferry_json_text(const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

	return valid ? json_string_nocheck(valid) : json_null();
}

json_t *ferry_json_take_text(char *text)
{
	json_t *node = ferry_json_text(text);

	g_free(text);
	return node;
}

json_t *ferry_json_texts(const GPtrArray *texts)
{
	json_t *array = json_array();

	for (guint i = 0; i < texts->len; i++)
		json_array_append_new(array, ferry_json_text(g_ptr_array_index(texts, i)));
	return array;
}

json_t *ferry_json_map(const GPtrArray *items, json_t *(*node)(gconstpointer item))
{
	json_t *array = json_array();

	for (guint i = 0; i < items->len; i++)
		json_array_append_new(array, node(g_ptr_array_index(items, i)));
	return array;
}

void ferry_json_set(json_t *object, const char *key, json_t *take_value)
{
	json_object_set_new_nocheck(object, key, take_value);
}

void ferry_json_set_text(json_t *object, const char *key, const char *text_or_null)
{
	if (text_or_null)
		ferry_json_set(object, key, ferry_json_text(text_or_null));
}

void ferry_json_set_flag(json_t *object, const char *key, bool value)
{
	if (value)
		ferry_json_set(object, key, json_true());
}

void ferry_json_set_int(json_t *object, const char *key, int64_t value)
{
	ferry_json_set(object, key, json_integer(value));
}

void ferry_json_set_array(json_t *object, const char *key, json_t *take)
{
	if (json_array_size(take) > 0)
		ferry_json_set(object, key, take);
	else
		json_decref(take);
}

char *ferry_json_dump(json_t *take)
{
	char *dumped = json_dumps(take, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	char *text = g_strdup(dumped ? dumped : "{}"); /* jansson's memory need not be GLib's */

	free(dumped);
	json_decref(take);
	return text;
}
