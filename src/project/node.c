/*
 * libyaml's events to a tree; see node.h.
 */
#include "project/node.h"

#include "data/value_text.h"

#include <string.h>
#include <yaml.h>

#define MAX_DEPTH 20
#define MAX_NODES 1000000

typedef struct Loader {
	yaml_parser_t yaml;
	const char *name; /* of the document */
	const char *text;
	size_t len;
	guint n_nodes;
	GError **error;
} Loader;

/* ---- nodes ---- */

void ferry_node_free(FerryNode *node)
{
	if (!node)
		return;
	g_free(node->text);
	g_clear_pointer(&node->children, g_ptr_array_unref);
	g_free(node);
}

static void free_child(gpointer node)
{
	ferry_node_free(node);
}

bool ferry_node_is_null(const FerryNode *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL", NULL};

	return node->kind == FERRY_NODE_SCALAR && node->is_plain && g_strv_contains(words, node->text);
}

/* ---- messages ---- */

static bool fail_at(Loader *l, yaml_mark_t mark, const char *what)
{
	return ferry_fail(l->error, FERRY_ERROR_USAGE, "%s:%zu:%zu: %s", l->name, mark.line + 1,
			  mark.column + 1, what);
}

/* The same where only the byte is known. */
static bool fail_at_byte(Loader *l, size_t at, const char *what)
{
	yaml_mark_t mark = {0};

	for (size_t i = 0; i < at && i < l->len; i++) {
		if (l->text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		} else if ((l->text[i] & 0xc0) != 0x80)
			mark.column++;
	}
	return fail_at(l, mark, what);
}

static bool fail_syntax(Loader *l)
{
	const yaml_parser_t *yaml = &l->yaml;
	const char *problem = yaml->problem ? yaml->problem : "this is neither YAML nor JSON";
	g_autoptr(GString) what = g_string_new(problem);

	if (yaml->error == YAML_MEMORY_ERROR)
		return ferry_fail(l->error, FERRY_ERROR_FAILED, "%s: out of memory", l->name);
	if (yaml->error == YAML_READER_ERROR)
		return fail_at_byte(l, yaml->problem_offset, problem);
	if (yaml->context)
		g_string_append_printf(what, ", %s that begins in line %zu", yaml->context,
				       yaml->context_mark.line + 1);
	return fail_at(l, yaml->problem_mark, what->str);
}

/* ---- building ---- */

static FerryNode *load_node(Loader *l, const yaml_event_t *event, guint depth);

static bool next_event(Loader *l, yaml_event_t *event)
{
	return yaml_parser_parse(&l->yaml, event) || fail_syntax(l);
}

static bool has_tag(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT: return event->data.scalar.tag != NULL;
	case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.tag != NULL;
	case YAML_MAPPING_START_EVENT: return event->data.mapping_start.tag != NULL;
	default: return false;
	}
}

static bool check_event(Loader *l, const yaml_event_t *event, guint depth)
{
	if (event->type == YAML_ALIAS_EVENT)
		return fail_at(l, event->start_mark, "aliases (*name) are not taken; write the value out");
	if (has_tag(event))
		return fail_at(l, event->start_mark, "tags (!name) are not taken");
	if (depth > MAX_DEPTH)
		return fail_at(l, event->start_mark,
			       "nested too deeply; a project needs no more than ten levels");
	if (++l->n_nodes > MAX_NODES)
		return fail_at(l, event->start_mark, "too large: more than a million values");
	return true;
}

static bool load_scalar(Loader *l, const yaml_event_t *event, FerryNode *node)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;

	if (memchr(value, '\0', len))
		return fail_at(l, event->start_mark, "a NUL character");
	node->text = g_strndup(value, len);
	node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return true;
}

/* Reads the children up to the end event of the list or mapping. */
static bool load_children(Loader *l, FerryNode *node, guint depth)
{
	yaml_event_type_t end =
		node->kind == FERRY_NODE_LIST ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT;

	node->children = g_ptr_array_new_with_free_func(free_child);
	for (;;) {
		yaml_event_t event;
		if (!next_event(l, &event))
			return false;
		bool is_end = event.type == end;
		bool is_key = node->kind == FERRY_NODE_MAPPING && node->children->len % 2 == 0;
		FerryNode *child = NULL;
		if (!is_end && is_key && event.type != YAML_SCALAR_EVENT && event.type != YAML_ALIAS_EVENT)
			fail_at(l, event.start_mark, "a member's name must be a text");
		else if (!is_end)
			child = load_node(l, &event, depth + 1);
		yaml_event_delete(&event);
		if (!child)
			return is_end;
		g_ptr_array_add(node->children, child);
	}
}

static FerryNode *load_node(Loader *l, const yaml_event_t *event, guint depth)
{
	g_autoptr(FerryNode) node = g_new0(FerryNode, 1);
	bool is_ok;

	if (!check_event(l, event, depth))
		return NULL;
	node->line = (guint)event->start_mark.line + 1;
	node->column = (guint)event->start_mark.column + 1;
	node->kind = event->type == YAML_SCALAR_EVENT           ? FERRY_NODE_SCALAR
		     : event->type == YAML_SEQUENCE_START_EVENT ? FERRY_NODE_LIST
								: FERRY_NODE_MAPPING;
	is_ok = node->kind == FERRY_NODE_SCALAR ? load_scalar(l, event, node) : load_children(l, node, depth);
	return is_ok ? g_steal_pointer(&node) : NULL;
}

/* ---- documents ---- */

/* Skips to the next event that is a value, or to the stream's end. False: an error. */
static bool next_value(Loader *l, yaml_event_t *event)
{
	for (;;) {
		if (!next_event(l, event))
			return false;
		switch (event->type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_START_EVENT:
		case YAML_DOCUMENT_END_EVENT: yaml_event_delete(event); break;
		default: return true;
		}
	}
}

static FerryNode *load_document(Loader *l)
{
	g_autoptr(FerryNode) node = NULL;
	yaml_event_t event;

	if (!next_value(l, &event))
		return NULL;
	if (event.type == YAML_STREAM_END_EVENT)
		fail_at(l, event.start_mark, "the document is empty");
	else
		node = load_node(l, &event, 0);
	yaml_event_delete(&event);
	if (!node || !next_value(l, &event))
		return NULL;
	bool is_alone = event.type == YAML_STREAM_END_EVENT;
	if (!is_alone)
		fail_at(l, event.start_mark, "a second document begins here; a file holds one project");
	yaml_event_delete(&event);
	return is_alone ? g_steal_pointer(&node) : NULL;
}

/* The code point of two escapes that stand for one, or 0. */
static guint read_surrogates(const char *text, size_t len)
{
	char digits[2][5] = {{0}};
	guint high, low;

	if (len < 12 || memcmp(text, "\\u", 2) != 0 || memcmp(text + 6, "\\u", 2) != 0)
		return 0;
	memcpy(digits[0], text + 2, 4);
	memcpy(digits[1], text + 8, 4);
	high = (guint)g_ascii_strtoull(digits[0], NULL, 16);
	low = (guint)g_ascii_strtoull(digits[1], NULL, 16);
	return high >> 10 == 0xd800 >> 10 && low >> 10 == 0xdc00 >> 10
		       ? 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff)
		       : 0;
}

/* What JSON takes as it is, and YAML as the end of a line or not at all. */
static bool is_odd(gunichar c)
{
	return (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
	       (c & 0xfffe) == 0xfffe;
}

/* JSON's strings in YAML's words: what lies beyond U+FFFF is two escapes there (\ud83d\ude00) and one here
 * (\U0001f600). */
static GString *json_to_yaml(const char *text, size_t len)
{
	GString *out = g_string_sized_new(len);
	const char *at = text, *end = text + len;

	while (at < end) {
		gunichar c = *at == '\\' ? read_surrogates(at, (size_t)(end - at)) : g_utf8_get_char(at);
		size_t n = *at != '\\' ? g_utf8_skip[(guchar)*at] : c ? 12 : MIN(2, end - at);
		if (is_odd(c) || n == 12)
			g_string_append_printf(out, "\\U%08x", c);
		else
			g_string_append_len(out, at, (gssize)n);
		at += n;
	}
	return out;
}

static bool is_json(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && g_ascii_isspace(text[at]))
		at++;
	return at < len && text[at] == '{';
}

static bool check_bytes(Loader *l)
{
	const char *nul = memchr(l->text, '\0', l->len);
	size_t valid = ferry_utf8_valid_len((const uint8_t *)l->text, l->len);

	if (l->len > FERRY_DOCUMENT_MAX_BYTES)
		return ferry_fail(l->error, FERRY_ERROR_USAGE,
				  "%s: the document is too large: %zu bytes, at most %zu are taken", l->name,
				  l->len, FERRY_DOCUMENT_MAX_BYTES);
	if (valid < l->len && (!nul || (size_t)(nul - l->text) > valid))
		return fail_at_byte(l, valid, "bytes that are not UTF-8");
	if (nul)
		return fail_at_byte(l, (size_t)(nul - l->text), "a NUL byte: this is no text");
	return true;
}

FerryNode *ferry_node_parse(const char *text, size_t len, const char *name, GError **error)
{
	Loader l = {.name = name, .text = text, .len = len, .error = error};
	g_autoptr(GString) joined = NULL;
	FerryNode *node;

	if (!check_bytes(&l))
		return NULL;
	if (is_json(text, len)) {
		joined = json_to_yaml(text, len);
		l.text = joined->str;
		l.len = joined->len;
	}
	if (!yaml_parser_initialize(&l.yaml)) {
		ferry_fail(error, FERRY_ERROR_FAILED, "%s: out of memory", name);
		return NULL;
	}
	yaml_parser_set_encoding(&l.yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.yaml, (const unsigned char *)l.text, l.len);
	node = load_document(&l);
	yaml_parser_delete(&l.yaml);
	return node;
}
