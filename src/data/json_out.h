/*
 * Small things for writing JSON with jansson. Text comes from outside and may not be UTF-8, which JSON cannot
 * hold: it is shown with U+FFFD. The setters leave a key out where there is nothing to say.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

json_t *ferry_json_text(const char *text); /* NULL: null */
json_t *ferry_json_take_text(char *text);
json_t *ferry_json_texts(const GPtrArray *texts); /* char* */
/* What node makes of each item. */
json_t *ferry_json_map(const GPtrArray *items, json_t *(*node)(gconstpointer item));

void ferry_json_set(json_t *object, const char *key, json_t *take_value);
void ferry_json_set_text(json_t *object, const char *key, const char *text_or_null);
void ferry_json_set_flag(json_t *object, const char *key, bool value);    /* true, or nothing */
void ferry_json_set_int(json_t *object, const char *key, int64_t value);  /* always */
void ferry_json_set_array(json_t *object, const char *key, json_t *take); /* not an empty one */

/* Two blanks of indentation, no final newline. Takes the value; GLib's memory. */
char *ferry_json_dump(json_t *take);
