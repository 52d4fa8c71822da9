/*
 * What stands beside the tables: enum types, sequences, and the objects that Ferry knows but does not
 * convert; and the notes about all of it.
 */
#include "mapping/planner.h"

#include <stdarg.h>
#include <string.h>

/* ---- notes ---- */

void ferry_planner_note(FerryPlanner *p, FerrySeverity severity, const char *kind, const char *object,
			const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(p->plan->notes, ferry_note_new(severity, kind, object, text));
}

void ferry_planner_note_in(FerryPlanner *p, FerrySeverity severity, const char *kind,
			   const FerryTable *source, const char *name, const char *format, ...)
{
	g_autofree char *table = ferry_table_display_name(source);
	g_autofree char *object = name ? g_strconcat(table, ".", name, NULL) : g_strdup(table);
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(p->plan->notes, ferry_note_new(severity, kind, object, text));
}

static bool has_note(const GPtrArray *notes, const FerryNote *note)
{
	for (guint i = 0; i < notes->len; i++) {
		const FerryNote *other = notes->pdata[i];

		if (other->severity == note->severity && g_strcmp0(other->object, note->object) == 0 &&
		    strcmp(other->text, note->text) == 0)
			return true;
	}
	return false;
}

/* Notes on types that the column's values do not travel as, since the target keeps them exactly. */
static bool is_moot(const FerryTablePlan *table, const FerryNote *note)
{
	for (guint i = 0; note->is_about_type && i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);
		g_autofree char *name = ferry_table_display_name(table->source);
		g_autofree char *object = g_strconcat(name, ".", ferry_column_plan_name(column), NULL);

		if (column->target->type.is_exact && g_strcmp0(object, note->object) == 0)
			return true;
	}
	return false;
}

/* seen: those among which a note would be a repetition; small, a table's own. */
static void add_notes(FerryPlan *plan, const FerryTablePlan *table, const GPtrArray *notes, GPtrArray *seen)
{
	for (guint i = 0; i < notes->len; i++) {
		const FerryNote *note = notes->pdata[i];

		if (has_note(seen, note) || (table && is_moot(table, note)))
			continue;
		g_ptr_array_add(plan->notes,
				ferry_note_new(note->severity, note->kind, note->object, note->text));
		g_ptr_array_add(seen, (gpointer)note);
	}
}

/* What the connectors have said about the tables, beside what the mapping has noted itself. */
void ferry_planner_collect_notes(FerryPlanner *p)
{
	g_autoptr(GPtrArray) seen = g_ptr_array_new();

	add_notes(p->plan, NULL, p->plan->source->notes, seen);
	add_notes(p->plan, NULL, p->plan->target->notes, seen);
	for (guint i = 0; i < p->plan->tables->len; i++) {
		const FerryTablePlan *table = p->plan->tables->pdata[i];

		g_ptr_array_set_size(seen, 0);
		add_notes(p->plan, table, table->source->notes, seen);
		add_notes(p->plan, table, table->target->notes, seen);
	}
}

/* ---- enums ---- */

static char *enum_key(const char *schema, const char *name)
{
	return g_strconcat(schema ? schema : "", ".", name, NULL);
}

static FerryEnum *add_enum(FerryPlanner *p, const char *target_schema, const char *wish, const char *full,
			   char **labels)
{
	g_autofree char *name = ferry_name_scope_claim(ferry_planner_relations(p, target_schema), wish, full);
	FerryEnum *e = ferry_enum_new(target_schema, name);

	g_strfreev(e->labels);
	e->labels = g_strdupv(labels);
	g_ptr_array_add(p->plan->target->enums, e);
	return e;
}

static bool is_whole_database(const FerryPlanner *p)
{
	return !p->project->include || !p->project->include[0];
}

static bool is_enum_used(const FerryPlanner *p, const FerryEnum *e, const FerryTable *table)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];

		if (g_strcmp0(column->enum_name, e->name) == 0 &&
		    g_strcmp0(column->enum_schema, e->schema) == 0)
			return true;
	}
	return false;
}

static void take_enum(FerryPlanner *p, const FerryEnum *source)
{
	g_autofree char *key = enum_key(source->schema, source->name);
	const FerryEnum *e =
		add_enum(p, ferry_planner_map_schema(p, source->schema), source->name, key, source->labels);

	g_hash_table_insert(p->enums, g_strdup(key), (gpointer)e);
	ferry_planner_name_type(p, source->schema, source->name, e->schema, e->name);
}

/* The source's named enums: all of them, or those that the chosen tables use. Inline ones come up with their
 * columns. */
void ferry_planner_plan_enums(FerryPlanner *p)
{
	const FerryCatalog *source = p->plan->source;

	for (guint i = 0; p->caps.has_enum_types && i < source->enums->len; i++) {
		const FerryEnum *e = source->enums->pdata[i];
		bool is_used = is_whole_database(p);

		for (guint t = 0; t < source->tables->len && !is_used; t++)
			is_used = is_enum_used(p, e, source->tables->pdata[t]);
		if (is_used)
			take_enum(p, e);
	}
}

bool ferry_planner_keep_enum(FerryPlanner *p, const char *schema, const char *name)
{
	const FerryEnum *e = ferry_catalog_find_enum(p->plan->source, schema, name);

	if (e)
		take_enum(p, e);
	return e != NULL;
}

/* PostgreSQL holds a label in a name's place; a longer one would be refused. */
static bool labels_fit(const FerryPlanner *p, char **labels)
{
	for (size_t i = 0; labels[i]; i++)
		if (p->caps.max_identifier && strlen(labels[i]) > p->caps.max_identifier)
			return false;
	return true;
}

/* A target with enum types that cannot hold these labels gets them as a check. */
static void labels_to_check(FerryPlanner *p, FerryTable *target, const FerryColumnDef *column)
{
	g_autofree char *name = p->target_ops->quote_identifier(column->name);
	GString *text = g_string_new(name);

	g_string_append(text, " IN (");
	for (size_t i = 0; column->labels[i]; i++) {
		g_autofree char *literal = p->target_ops->quote_literal(column->labels[i]);

		g_string_append_printf(text, "%s%s", i ? ", " : "", literal);
	}
	g_string_append_c(text, ')');
	g_ptr_array_add(target->checks, ferry_check_new(NULL, text->str));
	g_string_free(text, TRUE);
}

static void set_enum(FerryColumnDef *column, const FerryEnum *e)
{
	g_free(column->enum_schema);
	g_free(column->enum_name);
	column->enum_schema = e ? g_strdup(e->schema) : NULL;
	column->enum_name = e ? g_strdup(e->name) : NULL;
}

/* A target without enum types makes what it can of the labels itself (a check in CREATE TABLE). */
static void enum_to_text(FerryPlanner *p, const FerryTable *source, FerryTable *target,
			 FerryColumnDef *column)
{
	set_enum(column, NULL);
	if (p->caps.has_enum_types) {
		labels_to_check(p, target, column);
		g_clear_pointer(&column->labels, g_strfreev);
	}
	column->type = FERRY_TYPE(FERRY_TYPE_TEXT);
	ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "column", source, column->name,
			      "an enum becomes text with a check");
}

void ferry_planner_plan_column_enum(FerryPlanner *p, const FerryTable *source, FerryTable *target,
				    FerryColumnDef *column)
{
	g_autofree char *key = column->enum_name ? enum_key(column->enum_schema, column->enum_name) : NULL;
	FerryEnum *e = key ? g_hash_table_lookup(p->enums, key) : NULL;

	if (e) {
		set_enum(column, e);
	} else if (!column->labels || !column->labels[0] || column->is_set) {
		set_enum(column, NULL);
	} else if (p->is_same_system) {
		return;
	} else if (!p->caps.has_enum_types || !labels_fit(p, column->labels)) {
		enum_to_text(p, source, target, column);
	} else {
		g_autofree char *wish = g_strdup_printf("%s_%s", target->name, column->name);
		g_autofree char *table = ferry_table_display_name(source);
		g_autofree char *full = g_strdup_printf("%s.%s", table, column->name);

		set_enum(column, add_enum(p, target->schema, wish, full, column->labels));
	}
}

/* ---- sequences ---- */

/* The name as it stands between quotes of any kind. */
static bool has_name(const char *expression, const char *name)
{
	g_autoptr(GString) in_backticks = g_string_new(name), in_quotes = g_string_new(name);

	g_string_replace(in_backticks, "`", "``", 0);
	g_string_replace(in_quotes, "\"", "\"\"", 0);
	g_string_replace(in_quotes, "'", "''", 0);
	return strstr(expression, name) || strstr(expression, in_backticks->str) ||
	       strstr(expression, in_quotes->str);
}

static bool is_mentioned(const FerryCatalog *source, const char *name)
{
	for (guint t = 0; t < source->tables->len; t++) {
		const FerryTable *table = source->tables->pdata[t];

		for (guint i = 0; i < table->columns->len; i++) {
			const FerryColumnDef *column = table->columns->pdata[i];

			if (column->default_text && has_name(column->default_text, name))
				return true;
		}
	}
	return false;
}

static const FerryTablePlan *find_plan(const FerryPlanner *p, const char *schema, const char *name)
{
	const GPtrArray *found = name ? ferry_planner_find_tables(p, schema, name) : NULL;

	return found ? found->pdata[0] : NULL;
}

static void add_sequence(FerryPlanner *p, const FerrySequence *source)
{
	const char *schema = ferry_planner_map_schema(p, source->schema);
	g_autofree char *full = enum_key(source->schema, source->name);
	g_autofree char *wish =
		p->is_same_system ? g_strdup(source->name) : ferry_planner_spell(p, source->name);
	g_autofree char *name = ferry_name_scope_claim(ferry_planner_relations(p, schema), wish, full);
	FerrySequence *sequence = ferry_sequence_new(schema, name);
	const FerryTablePlan *owner = find_plan(p, source->owner_schema, source->owner_table);
	const FerryColumnPlan *column =
		owner && source->owner_column ? ferry_table_plan_find(owner, source->owner_column) : NULL;

	sequence->start = source->start;
	sequence->increment = source->increment;
	sequence->min_value = source->min_value;
	sequence->max_value = source->max_value;
	sequence->cache = source->cache;
	sequence->next_value = source->next_value;
	sequence->cycles = source->cycles;
	sequence->data_type = g_strdup(source->data_type);
	if (column) {
		sequence->owner_schema = g_strdup(owner->target->schema);
		sequence->owner_table = g_strdup(owner->target->name);
		sequence->owner_column = g_strdup(column->target->name);
	}
	g_ptr_array_add(p->plan->target->sequences, sequence);
}

static void plan_sequences(FerryPlanner *p)
{
	const FerryCatalog *source = p->plan->source;

	for (guint i = 0; i < source->sequences->len; i++) {
		const FerrySequence *sequence = source->sequences->pdata[i];
		g_autofree char *object = sequence->schema
						  ? g_strconcat(sequence->schema, ".", sequence->name, NULL)
						  : g_strdup(sequence->name);

		if (!is_whole_database(p) && !is_mentioned(source, sequence->name))
			continue;
		if (p->caps.has_schemas)
			add_sequence(p, sequence);
		else
			ferry_planner_note(
				p, FERRY_SEVERITY_LOSS, "sequence", object,
				"not converted: the target has no sequences (next value %" G_GINT64_FORMAT
				")",
				sequence->next_value);
	}
}

/* ---- the rest ---- */

static char *plural(const char *kind)
{
	size_t len = strlen(kind);

	if (len > 1 && kind[len - 1] == 'y')
		return g_strdup_printf("%.*sies", (int)len - 1, kind);
	return g_strconcat(kind, g_str_has_suffix(kind, "x") || g_str_has_suffix(kind, "ss") ? "es" : "s",
			   NULL);
}

void ferry_planner_plan_objects(FerryPlanner *p)
{
	const FerryCatalog *source = p->plan->source;

	ferry_planner_plan_types(p);
	plan_sequences(p);
	ferry_planner_plan_views(p);
	for (guint i = 0; i < source->others->len; i++) {
		const FerryOther *other = source->others->pdata[i];

		if (other->is_converted)
			continue;
		g_autofree char *kinds = plural(other->kind);
		g_autofree char *object = other->schema ? g_strconcat(other->schema, ".", other->name, NULL)
							: g_strdup(other->name);

		if (other->reason)
			ferry_planner_note(p,
					   other->is_harmless ? FERRY_SEVERITY_WARNING : FERRY_SEVERITY_LOSS,
					   other->kind, object, "not converted: %s", other->reason);
		else
			ferry_planner_note(p, FERRY_SEVERITY_LOSS, other->kind, object,
					   "not converted: Ferry does not convert %s yet", kinds);
	}
}
