/*
 * Expressions between two databases of one system: they go over as they are, but for the names of the
 * source's schemas, where those land in another one, and of types that have another name there.
 * 'sad'::sales.mood then is 'sad'::public.mood. Text literals stay untouched.
 */
#include "mapping/planner.h"

#include <string.h>

static bool is_word_char(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Where the word or quoted name at text ends; text itself where there is none. */
static const char *name_end(const char *text)
{
	const char *p = text;

	if (*p != '"') {
		while (is_word_char(*p))
			p++;
		return p;
	}
	for (p++; *p; p++) {
		if (*p != '"')
			continue;
		if (p[1] != '"')
			return p + 1;
		p++;
	}
	return p;
}

static char *unquote(const char *text, const char *end)
{
	GString *name = g_string_new(NULL);

	if (*text != '"')
		return g_string_free(g_string_append_len(name, text, end - text), FALSE);
	for (const char *p = text + 1; p < end - 1; p++) {
		g_string_append_c(name, *p);
		p += *p == '"';
	}
	return g_string_free(name, FALSE);
}

static bool is_schema(const FerryPlanner *p, const char *name)
{
	const FerryCatalog *source = p->plan->source;

	for (guint i = 0; i < source->tables->len; i++)
		if (g_strcmp0(((FerryTable *)source->tables->pdata[i])->schema, name) == 0)
			return true;
	for (guint i = 0; i < source->enums->len; i++)
		if (g_strcmp0(((FerryEnum *)source->enums->pdata[i])->schema, name) == 0)
			return true;
	for (guint i = 0; i < source->types->len; i++)
		if (g_strcmp0(((FerryUserType *)source->types->pdata[i])->schema, name) == 0)
			return true;
	return false;
}

/* schema.name, at [text, dot) and [dot + 1, end), as the target calls it. */
static void append_qualified(const FerryPlanner *p, GString *out, const char *text, const char *dot,
			     const char *end)
{
	g_autofree char *schema = unquote(text, dot), *name = unquote(dot + 1, end);
	g_autofree char *key = g_strconcat(schema, ".", name, NULL);
	const char *known = g_hash_table_lookup(p->type_names, key);
	const char *to = known || !is_schema(p, schema) ? NULL : ferry_planner_map_schema(p, schema);

	if (known) {
		g_string_append(out, known);
	} else if (to && strcmp(to, schema) != 0) {
		g_autofree char *quoted = p->target_ops->quote_identifier(to);

		g_string_append_printf(out, "%s%.*s", quoted, (int)(end - dot), dot);
	} else {
		g_string_append_len(out, text, end - text);
	}
}

static const char *literal_end(const char *text)
{
	const char *end = strchr(text + 1, '\'');

	return end ? end + 1 : text + strlen(text);
}

void ferry_planner_respell(const FerryPlanner *p, char **text)
{
	GString *out;

	if (!*text)
		return;
	out = g_string_new(NULL);
	for (const char *at = *text, *end; *at; at = end) {
		const char *dot = end = name_end(at);

		if (*at == '\'') {
			/* '' within a literal ends it and begins the next: the outcome is the same. */
			end = literal_end(at);
		} else if (end == at) {
			end = at + 1;
		} else if (*dot == '.' && name_end(dot + 1) > dot + 1 && (at == *text || at[-1] != '.')) {
			end = name_end(dot + 1);
			append_qualified(p, out, at, dot, end);
			continue;
		}
		g_string_append_len(out, at, end - at);
	}
	g_free(*text);
	*text = g_string_free(out, FALSE);
}
