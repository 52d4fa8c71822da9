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

/* ---- columns ---- */

typedef struct Renaming {
	const FerryPlanner *p;
	const FerryTablePlan *table;
	char **ret_reason;
} Renaming;

/* Unquoted names are compared without regard to case: PostgreSQL folds them, SQLite ignores it. */
static bool is_name_of(const char *name, bool is_quoted, const char *column)
{
	return is_quoted ? strcmp(name, column) == 0 : g_ascii_strcasecmp(name, column) == 0;
}

static bool is_left_out(const FerryTablePlan *table, const char *name, bool is_quoted)
{
	for (guint i = 0; i < table->source->columns->len; i++) {
		const char *column = ((FerryColumnDef *)table->source->columns->pdata[i])->name;

		if (is_name_of(name, is_quoted, column))
			return !ferry_table_plan_find(table, column);
	}
	return false;
}

/* A word is no column where a type (after ::) or a function (before a bracket) stands. */
static bool may_be_column(const char *text, const char *at, const char *end)
{
	if (*at != '"' && (g_ascii_isdigit(*at) || *end == '(' || *end == '\''))
		return false;
	return !(at > text && (at[-1] == ':' || at[-1] == '.'));
}

/* False: the column is left out. */
static bool append_column(const Renaming *r, GString *out, const char *text, const char *at, const char *end)
{
	g_autofree char *name = unquote(at, end);
	bool is_quoted = *at == '"';

	for (guint i = 0; may_be_column(text, at, end) && i < r->table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(r->table->columns, FerryColumnPlan, i);

		if (!column->source || !is_name_of(name, is_quoted, column->source->name))
			continue;
		if (strcmp(column->source->name, column->target->name) == 0)
			break;
		g_autofree char *quoted = r->p->target_ops->quote_identifier(column->target->name);
		g_string_append(out, quoted);
		return true;
	}
	if (may_be_column(text, at, end) && is_left_out(r->table, name, is_quoted)) {
		*r->ret_reason = g_strdup_printf("column %s is left out", name);
		return false;
	}
	g_string_append_len(out, at, end - at);
	return true;
}

static bool rename_columns(const Renaming *r, char **text)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (const char *at = *text, *end; *at; at = end) {
		end = *at == '\'' ? literal_end(at) : name_end(at);
		if (*at == '\'' || end == at) {
			end = end == at ? at + 1 : end;
			g_string_append_len(out, at, end - at);
		} else if (!append_column(r, out, *text, at, end)) {
			return false;
		}
	}
	g_free(*text);
	*text = g_strdup(out->str);
	return true;
}

/* Only where something has another name or is left out are texts touched at all. */
static bool has_changed_columns(const FerryTablePlan *table)
{
	guint n = 0;

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		n += column->source != NULL;
		if (column->source && strcmp(column->source->name, column->target->name) != 0)
			return true;
	}
	return n < table->source->columns->len;
}

bool ferry_planner_respell_in(const FerryPlanner *p, const FerryTablePlan *table, char **text,
			      char **ret_reason)
{
	Renaming r = {.p = p, .table = table, .ret_reason = ret_reason};

	ferry_planner_respell(p, text);
	return !*text || !has_changed_columns(table) || rename_columns(&r, text);
}

/* ---- schemas and types ---- */

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
