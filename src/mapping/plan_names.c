/*
 * How things are called in the target where nobody has given them a name: schemas by the project's renames,
 * everything by its way of spelling identifiers. Collisions are for the scopes (names.h).
 */
#include "mapping/planner.h"

#include <string.h>

/* ---- spelling ---- */

/* An underscore goes where a word begins: before a capital after a small letter or digit (orderItem), and
 * before the last capital of several when a small letter follows (HTTPServer). */
static bool begins_word(gunichar before, gunichar c, gunichar after)
{
	if (!g_unichar_isupper(c))
		return false;
	return g_unichar_islower(before) || g_unichar_isdigit(before) ||
	       (g_unichar_isupper(before) && g_unichar_islower(after));
}

static char *to_snake(const char *name)
{
	GString *out = g_string_new(NULL);
	gunichar before = 0;

	for (const char *p = name; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		const char *next = g_utf8_next_char(p);
		bool is_gap = !g_unichar_isalnum(c) && c != '_' && !g_unichar_ismark(c);
		bool ends_gap = out->len > 0 && out->str[out->len - 1] == '_';

		if ((is_gap || begins_word(before, c, *next ? g_utf8_get_char(next) : 0)) && out->len > 0 &&
		    !ends_gap)
			g_string_append_c(out, '_');
		if (!is_gap)
			g_string_append_unichar(out, g_unichar_tolower(c));
		before = c;
	}
	/* "price ($)" is price, but "id_" stays what it is. */
	if (out->len > 1 && out->str[out->len - 1] == '_' && before != '_')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

/* A name that somebody wrote without quotes, in a system that then keeps it in capitals: nobody meant the
 * capitals. */
static bool is_folded(const FerryPlanner *p, const char *name)
{
	return p->plan->source->folds_to_capitals && !p->is_same_system && g_ascii_isupper(name[0]) &&
	       !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$#")];
}

/* In a target that keeps such names in capitals those that need no quotes get them, but for one that cannot
 * be a column's even in quotes; and no name has a quote in it there. */
char *ferry_planner_fold(const FerryPlanner *p, char *name_taken)
{
	if (!p->caps.folds_to_capitals || p->is_same_system)
		return name_taken;
	g_strdelimit(name_taken, "\"", '_');
	if (g_ascii_isalpha(name_taken[0]) && g_ascii_strcasecmp(name_taken, "rowid") != 0 &&
	    !name_taken[strspn(name_taken,
			       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$#")])
		for (char *c = name_taken; *c; c++)
			*c = g_ascii_toupper(*c);
	return name_taken;
}

/* Whatever the language of the process: two runs of one copy must find the same names. */
static char *to_lower(const char *name)
{
	GString *out = g_string_new(NULL);

	for (const char *at = name; *at; at = g_utf8_next_char(at))
		g_string_append_unichar(out, g_unichar_tolower(g_utf8_get_char(at)));
	return g_string_free(out, FALSE);
}

static char *spell(const FerryPlanner *p, const char *name)
{
	g_autofree char *spelt = NULL;

	if (p->project->identifiers == FERRY_IDENTIFIERS_KEEP)
		return is_folded(p, name) ? g_ascii_strdown(name, -1) : g_strdup(name);
	if (!g_utf8_validate(name, -1, NULL))
		return g_ascii_strdown(name, -1);
	spelt = p->project->identifiers == FERRY_IDENTIFIERS_SNAKE ? to_snake(name) : to_lower(name);
	return spelt[0] ? g_steal_pointer(&spelt) : g_strdup(name);
}

char *ferry_planner_spell(const FerryPlanner *p, const char *name)
{
	return ferry_planner_fold(p, spell(p, name));
}

/* ---- schemas ---- */

void ferry_planner_decide_schemas(FerryPlanner *p, const GPtrArray *selected)
{
	const char *first = NULL;

	for (guint i = 0; i < selected->len; i++) {
		const char *schema = ((FerryTable *)selected->pdata[i])->schema;

		if (schema && first && strcmp(schema, first) != 0)
			p->keeps_schemas = true;
		first = schema ? schema : first; /* a query is in none */
	}
}

static const char *renamed_schema(const FerryPlanner *p, const char *source_schema)
{
	const GPtrArray *renames = p->project->schemas;

	for (guint i = 0; renames && source_schema && i < renames->len; i++) {
		const FerryRename *rename = renames->pdata[i];

		if (strcmp(rename->from, source_schema) == 0)
			return rename->to;
	}
	return NULL;
}

/* As the target calls it, for those that keep their names; lives as long as the planner. */
static const char *spelt_schema(const FerryPlanner *p, const char *source_schema)
{
	const char *renamed = renamed_schema(p, source_schema);
	char *known;

	if (renamed)
		return renamed;
	known = g_hash_table_lookup(p->schema_names, source_schema);
	if (!known) {
		known = ferry_planner_spell(p, source_schema);
		g_hash_table_insert(p->schema_names, g_strdup(source_schema), known);
	}
	return known;
}

const char *ferry_planner_map_schema(const FerryPlanner *p, const char *source_schema)
{
	if (!p->caps.has_schemas)
		return NULL;
	if (source_schema && (p->keeps_schemas || renamed_schema(p, source_schema)))
		return spelt_schema(p, source_schema);
	return p->default_schema;
}

char *ferry_planner_wish(const FerryPlanner *p, const char *source_schema, const char *name)
{
	g_autofree char *spelt = ferry_planner_spell(p, name);

	if (p->keeps_schemas && !p->caps.has_schemas && source_schema)
		return g_strconcat(spelt_schema(p, source_schema), "_", spelt, NULL);
	return g_steal_pointer(&spelt);
}

static bool has_schema(const FerryCatalog *catalog, const char *schema)
{
	for (guint i = 0; i < catalog->tables->len; i++)
		if (g_strcmp0(((FerryTable *)catalog->tables->pdata[i])->schema, schema) == 0)
			return true;
	return false;
}

bool ferry_planner_check_schemas(const FerryPlanner *p, GError **error)
{
	const GPtrArray *renames = p->project->schemas;

	for (guint i = 0; !p->is_partial && renames && i < renames->len; i++) {
		const FerryRename *rename = renames->pdata[i];

		if (has_schema(p->plan->source, rename->from))
			continue;
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"schema %s is to be called %s, but the source has no table in such a schema",
			rename->from, rename->to);
	}
	return true;
}

/* ---- names that the project gives ---- */

/* "schema.table" or "table"; a target without schemas gets both parts in one name. */
void ferry_planner_split_name(const FerryPlanner *p, const char *text, const char *source_schema,
			      char **ret_schema, char **ret_name)
{
	const char *dot = strchr(text, '.');

	if (!dot || dot == text || !dot[1]) {
		*ret_schema = g_strdup(ferry_planner_map_schema(p, source_schema));
		*ret_name = g_strdup(text);
	} else if (p->caps.has_schemas) {
		*ret_schema = g_strndup(text, (gsize)(dot - text));
		*ret_name = g_strdup(dot + 1);
	} else {
		*ret_schema = NULL;
		*ret_name = g_strdup_printf("%.*s_%s", (int)(dot - text), text, dot + 1);
	}
}

void ferry_planner_wish_place(const FerryPlanner *p, const FerryTable *source, const char *given,
			      char **ret_schema, char **ret_name)
{
	if (given) {
		ferry_planner_split_name(p, given, source->schema, ret_schema, ret_name);
		return;
	}
	*ret_schema = g_strdup(ferry_planner_map_schema(p, source->schema));
	*ret_name = ferry_planner_wish(p, source->schema, source->name);
}

void ferry_planner_place(const FerryPlanner *p, const FerryTable *source, const char *given,
			 char **ret_schema, char **ret_name)
{
	g_autofree char *wish = NULL;

	ferry_planner_wish_place(p, source, given, ret_schema, &wish);
	*ret_name = ferry_name_cut(wish, NULL, p->caps.max_identifier);
}

bool ferry_planner_fail_at(GError **error, FerryErrorCode code, FerryProjectPlace place, const char *format,
			   ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	if (place.line == 0)
		return ferry_fail(error, code, "%s", text);
	return ferry_fail(error, code, "line %u, column %u of the project: %s", place.line, place.column,
			  text);
}
