/*
 * A tree of JSON values as YAML, by libyaml's emitter, which quotes what its syntax needs; what its readers
 * would take for something else than text (yes, 12, null) is quoted here. Lists of texts and transforms stand
 * in one line where they are short, SQL of several lines stands as a block.
 */
#include "project/write_internal.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <yaml.h>

#define MAX_LINE 90 /* characters of a list that is written in one line */

typedef struct Writer {
	yaml_emitter_t yaml;
	GString *out;
	bool is_ok;
} Writer;

static int append(void *data, unsigned char *bytes, size_t len)
{
	g_string_append_len(data, (const char *)bytes, (gssize)len);
	return 1;
}

/* Takes the event, whether its making went well or not. */
static void emit(Writer *w, int is_made, yaml_event_t *event)
{
	w->is_ok = w->is_ok && is_made && yaml_emitter_emit(&w->yaml, event);
}

/* ---- scalars ---- */

static bool looks_like_no_text(const char *text)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no",
					    "on",   "off",  "y",     "n",   NULL};
	g_autofree char *lower = g_ascii_strdown(text, -1);

	return !*text || strchr("0123456789+-.~=<", *text) || g_strv_contains(words, lower);
}

/* Whether a literal block shows the text as it is: what is odd at lines' ends or starts is better quoted. */
static bool suits_block(const char *text)
{
	return strchr(text, '\n') && !g_ascii_isspace(*text) && !strpbrk(text, "\t\r") &&
	       !strstr(text, " \n") && !g_str_has_suffix(text, " ");
}

static void write_scalar(Writer *w, const char *text, bool is_text, bool is_flow)
{
	yaml_scalar_style_t style = YAML_ANY_SCALAR_STYLE;
	yaml_event_t event;

	if (is_text && strchr(text, '\n'))
		style = !is_flow && suits_block(text) ? YAML_LITERAL_SCALAR_STYLE
						      : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	else if (is_text && looks_like_no_text(text))
		style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	emit(w,
	     yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1,
					  1, style),
	     &event);
}

/* ---- values ---- */

static void write_value(Writer *w, const char *member, const json_t *value, bool is_flow);

/* A list in one line: of texts, or a transform. */
static bool suits_line(const char *member, const json_t *list)
{
	char *dump = json_dumps(list, JSON_COMPACT);
	bool is_short = dump && g_utf8_strlen(dump, -1) <= MAX_LINE && !strstr(dump, "\\n");

	free(dump);
	for (size_t i = 0; is_short && i < json_array_size(list); i++)
		is_short = json_is_string(json_array_get(list, i)) || strcmp(member, "transform") == 0;
	return is_short;
}

static void write_list(Writer *w, const char *member, const json_t *list, bool is_flow)
{
	yaml_event_t event;

	is_flow = is_flow || suits_line(member, list);
	emit(w,
	     yaml_sequence_start_event_initialize(
		     &event, NULL, NULL, 1, is_flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE),
	     &event);
	for (size_t i = 0; i < json_array_size(list); i++)
		write_value(w, member, json_array_get(list, i), is_flow);
	emit(w, yaml_sequence_end_event_initialize(&event), &event);
}

static void write_mapping(Writer *w, const json_t *object, bool is_flow)
{
	yaml_event_t event;
	const char *key;
	json_t *value;

	emit(w,
	     yaml_mapping_start_event_initialize(
		     &event, NULL, NULL, 1, is_flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE),
	     &event);
	json_object_foreach((json_t *)object, key, value)
	{
		write_scalar(w, key, true, true);
		write_value(w, key, value, is_flow);
	}
	emit(w, yaml_mapping_end_event_initialize(&event), &event);
}

static void write_value(Writer *w, const char *member, const json_t *value, bool is_flow)
{
	char number[24];

	switch (json_typeof(value)) {
	case JSON_OBJECT: write_mapping(w, value, is_flow || strcmp(member, "transform") == 0); break;
	case JSON_ARRAY: write_list(w, member, value, is_flow); break;
	case JSON_STRING: write_scalar(w, json_string_value(value), true, is_flow); break;
	case JSON_INTEGER:
		g_snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		write_scalar(w, number, false, is_flow);
		break;
	default: write_scalar(w, json_is_true(value) ? "true" : "false", false, is_flow); break;
	}
}

char *ferry_yaml_from_json(const json_t *document)
{
	Writer w = {.out = g_string_new(NULL), .is_ok = true};
	yaml_event_t event;

	if (!yaml_emitter_initialize(&w.yaml))
		return g_string_free(w.out, TRUE);
	yaml_emitter_set_output(&w.yaml, append, w.out);
	yaml_emitter_set_unicode(&w.yaml, 1);
	yaml_emitter_set_width(&w.yaml, -1);
	emit(&w, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), &event);
	emit(&w, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1), &event);
	write_value(&w, "", document, false);
	emit(&w, yaml_document_end_event_initialize(&event, 1), &event);
	emit(&w, yaml_stream_end_event_initialize(&event), &event);
	yaml_emitter_flush(&w.yaml);
	yaml_emitter_delete(&w.yaml);
	return g_string_free(w.out, !w.is_ok);
}
