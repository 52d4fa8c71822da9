/*
 * One table and its columns: names, types, and the decorations that travel with a column. The target's
 * connector decides types (map_type); everything that depends on more than the one column is settled here or
 * in plan_default.c.
 */
#include "mapping/planner.h"

#include <string.h>

static bool is_text_like(const FerryColumnDef *column)
{
	return column->type.id == FERRY_TYPE_TEXT;
}

static bool ignores_case(const char *collation)
{
	g_autofree char *lower = collation ? g_ascii_strdown(collation, -1) : NULL;

	return lower &&
	       (g_str_has_suffix(lower, "_ci") || strstr(lower, "_ci_") || strcmp(lower, "nocase") == 0);
}

/* One note a table, not one a column: a MySQL database would drown in them. */
static void note_collations(FerryPlanner *p, const FerryTable *source)
{
	g_autoptr(GString) blind = g_string_new(NULL), other = g_string_new(NULL);

	for (guint i = 0; i < source->columns->len; i++) {
		const FerryColumnDef *column = source->columns->pdata[i];
		GString *list = ignores_case(column->collation) ? blind : other;

		if (column->collation && is_text_like(column))
			g_string_append_printf(list, "%s%s (%s)", list->len ? ", " : "", column->name,
					       column->collation);
	}
	if (blind->len)
		ferry_planner_note_in(
			p, FERRY_SEVERITY_WARNING, "table", source, NULL,
			"text that differs in case only is equal in the source but not in the target: "
			"searches, unique keys and sorting may differ; columns %s",
			blind->str);
	if (other->len)
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "table", source, NULL,
				      "collations are not converted: sorting may differ; columns %s",
				      other->str);
}

/* What becomes of empty texts where they are NULL: nothing that can be seen in a nullable column of most, a
 * row that is refused in others. */
static void note_empty(FerryPlanner *p, const FerryTable *source)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < source->columns->len; i++) {
		const FerryColumnDef *column = source->columns->pdata[i];
		if (column->not_null && (is_text_like(column) || column->type.id == FERRY_TYPE_BYTES))
			g_string_append_printf(list, "%s%s", list->len ? ", " : "", column->name);
	}
	if (list->len)
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "table", source, NULL,
				      "an empty text is NULL in the target: rows with one in a column that "
				      "must not be NULL are rejected; columns %s",
				      list->str);
}

static void note_table(FerryPlanner *p, const FerryTable *source)
{
	if (p->caps.empty_is_null && !p->is_same_system)
		note_empty(p, source);
	if (!p->is_same_system && (source->without_rowid || source->is_strict))
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "table", source, NULL,
				      "%s%s%s has no counterpart in the target",
				      source->without_rowid ? "WITHOUT ROWID" : "",
				      source->without_rowid && source->is_strict ? ", " : "",
				      source->is_strict ? "STRICT" : "");
	if (!p->is_same_system)
		note_collations(p, source);
}

/* What the target keeps of a column of another system. */
static void strip_foreign(FerryPlanner *p, const FerryTable *source, FerryColumnDef *column, const char *name)
{
	if (column->is_invisible) {
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "column", source, name,
				      "invisible in the source, visible in the target");
		column->is_invisible = false;
	}
	if (column->on_update_now) {
		ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "column", source, name,
				      "ON UPDATE CURRENT_TIMESTAMP is not converted: the target does not "
				      "change the value by itself");
		column->on_update_now = false;
	}
	g_clear_pointer(&column->collation, g_free);
	if (column->is_set) {
		ferry_planner_note_in(
			p, FERRY_SEVERITY_WARNING, "column", source, name,
			"a set becomes text: its members, joined by commas, are no longer checked");
		column->type = FERRY_TYPE(FERRY_TYPE_TEXT);
		column->is_set = false;
		g_clear_pointer(&column->labels, g_strfreev);
	}
}

/* map_type speaks of the target's table; plan and report speak of the source's. */
static void rename_notes(FerryTable *target, guint first, const FerryTable *source, const char *column)
{
	for (guint i = first; i < target->notes->len; i++) {
		FerryNote *note = target->notes->pdata[i];
		g_autofree char *table = ferry_table_display_name(source);

		g_free(note->object);
		note->object = strcmp(note->kind, "table") == 0 ? g_steal_pointer(&table)
								: g_strconcat(table, ".", column, NULL);
	}
}

/* Whose keys are whole values. */
static bool has_whole_keys(const FerryIndex *index)
{
	return !index->method || strcmp(index->method, "btree") == 0 || strcmp(index->method, "hash") == 0;
}

static void count_parts(const FerryIndex *index, const char *name, guint *n)
{
	for (guint i = 0; index && has_whole_keys(index) && i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		if (g_strcmp0(part->column, name) == 0)
			*n = MAX(*n, index->parts->len);
	}
}

static guint count_key_parts(const FerryTable *source, const char *name)
{
	guint n = 0;

	count_parts(source->primary_key, name, &n);
	for (guint i = 0; i < source->indexes->len; i++)
		count_parts(source->indexes->pdata[i], name, &n);
	for (guint i = 0; i < source->foreign_keys->len; i++) {
		const GPtrArray *columns = ((FerryForeignKey *)source->foreign_keys->pdata[i])->columns;
		if (g_ptr_array_find_with_equal_func((GPtrArray *)columns, name, g_str_equal, NULL))
			n = MAX(n, columns->len);
	}
	return n;
}

static void map_type(FerryPlanner *p, const FerryTable *source, FerryTable *target, FerryColumnDef *column,
		     const char *name)
{
	guint first = target->notes->len;

	column->n_key_parts = count_key_parts(source, name);
	p->target_ops->map_type(p->plan->source, target, column);
	rename_notes(target, first, source, name);
}

/* The column by its name only: types wait until the key is known. name: what the project has given it, or
 * NULL. */
static void add_column(FerryPlanner *p, FerryTablePlan *table, FerryNameScope *names,
		       const FerryColumnPick *pick, const char *name)
{
	const char *old = ferry_column_pick_name(pick);
	FerryColumnDef *copy = pick->source ? ferry_column_def_copy(pick->source) : ferry_column_def_new(old);
	FerryColumnPlan plan = {
		.source = pick->source, .target = copy, .is_copied = true, .project = pick->project};
	g_autofree char *table_name = ferry_table_display_name(table->source);
	g_autofree char *full = g_strconcat(table_name, ".", old, NULL);
	g_autofree char *wish = ferry_planner_spell(p, old);

	g_free(copy->name);
	copy->name = name ? g_strdup(name) : ferry_name_scope_claim(names, wish, full);
	if (!name && strcmp(copy->name, wish) != 0)
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "column", table->source, old,
				      "is called %s in the target", copy->name);
	g_ptr_array_add(table->target->columns, copy);
	g_array_append_val(table->columns, plan);
}

/* Names that the project gives are taken first, and must come out as they are. */
static bool add_columns(FerryPlanner *p, FerryTablePlan *table, const GArray *picks, GError **error)
{
	g_autoptr(FerryNameScope) names = ferry_name_scope_new(p->caps.max_identifier, p->caps.folds_case);

	for (guint i = 0; i < picks->len; i++) {
		const FerryProjectColumn *column = g_array_index(picks, FerryColumnPick, i).project;
		g_autofree char *name = NULL;

		if (!column || !column->target)
			continue;
		name = ferry_name_scope_claim(names, column->target, NULL);
		if (strcmp(name, column->target) != 0)
			return ferry_planner_fail_at(error, FERRY_ERROR_USAGE, column->place,
						     "%s: the target's column %s %s", table->source->name,
						     column->target,
						     ferry_name_scope_has(names, column->target)
							     ? "is made of another one already"
							     : "has too long a name for the target");
	}
	for (guint i = 0; i < picks->len; i++) {
		const FerryColumnPick *pick = &g_array_index(picks, FerryColumnPick, i);

		add_column(p, table, names, pick, pick->project ? pick->project->target : NULL);
	}
	return true;
}

/* The key as it is in the source: a type may depend on it (SQLite's INTEGER PRIMARY KEY). plan_keys.c makes
 * the final one. */
static void set_provisional_key(FerryTablePlan *table)
{
	FerryIndex *key;

	if (!table->source->primary_key)
		return;
	key = ferry_index_copy(table->source->primary_key);
	for (guint i = 0; i < key->parts->len; i++) {
		FerryIndexPart *part = key->parts->pdata[i];
		const FerryColumnPlan *column =
			part->column ? ferry_table_plan_find(table, part->column) : NULL;

		if (column) {
			g_free(part->column);
			part->column = g_strdup(column->target->name);
		}
	}
	table->target->primary_key = key;
}

/* A type whose values have no logical type of their own (arrays, ranges, points, …) travels as text. Names
 * that are known to mean text need no word. */
static void note_as_text(FerryPlanner *p, const FerryTable *source, const FerryColumnDef *column)
{
	static const char *const text_names[] = {"char", "text", "clob", "string",
						 "name", "enum", "set",  "long"};
	g_autofree char *native = g_ascii_strdown(column->native_type ? column->native_type : "", -1);
	bool is_array = strchr(native, '[') != NULL;

	if (column->type.id != FERRY_TYPE_TEXT || column->labels || native[0] == '\0')
		return;
	for (size_t i = 0; !is_array && i < G_N_ELEMENTS(text_names); i++)
		if (strstr(native, text_names[i]))
			return;
	ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "column", source, column->name,
			      "%s becomes text: the values as the source writes them", column->native_type);
}

/* Concatenation wants values, not the literals that two SQLite databases exchange. */
bool ferry_planner_is_part(const FerryTablePlan *table, const char *column)
{
	for (guint i = 0; table->project && i < table->project->columns->len; i++) {
		const FerryProjectColumn *project = table->project->columns->pdata[i];

		for (guint s = 0; s < project->steps->len; s++) {
			const GPtrArray *parts = ((FerryTransformStep *)project->steps->pdata[s])->parts;

			for (guint k = 0; k < parts->len; k++)
				if (g_strcmp0(((FerryConcatPart *)parts->pdata[k])->column, column) == 0)
					return true;
		}
	}
	return false;
}

static bool plan_type(FerryPlanner *p, FerryTablePlan *table, FerryColumnPlan *plan, GError **error)
{
	FerryColumnDef *column = (FerryColumnDef *)plan->target;
	const char *native = ferry_planner_find_native(p, table, plan);
	bool is_changed = native || !plan->source || (plan->project && plan->project->steps->len > 0);

	if (is_changed || (p->is_same_system && ferry_planner_is_part(table, plan->source->name))) {
		if (!p->is_same_system && plan->source)
			strip_foreign(p, table->source, column, plan->source->name);
		return ferry_planner_retype(p, table, plan, native, error);
	}
	if (!p->is_same_system) {
		note_as_text(p, table->source, plan->source);
		strip_foreign(p, table->source, column, plan->source->name);
	}
	ferry_planner_plan_column_enum(p, table->source, table->target, column);
	ferry_planner_plan_column_type(p, table->source, column, plan->source->name);
	map_type(p, table->source, table->target, column, plan->source->name);
	plan->read_type = column->type;
	return true;
}

bool ferry_planner_plan_table(FerryPlanner *p, const FerryPlanItem *item, GError **error)
{
	FerryTablePlan *table = ferry_planner_add_table_plan(p, item);
	const FerryTable *source = item->source;
	FerryTable *target = item->target;
	g_autoptr(GArray) picks = ferry_planner_pick_columns(p, item, error);

	if (!picks || !add_columns(p, table, picks, error))
		return false;
	target->comment = g_strdup(source->comment);
	target->est_rows = source->est_rows;
	target->est_bytes = source->est_bytes;
	if (p->is_same_system) {
		target->without_rowid = source->without_rowid;
		target->is_strict = source->is_strict;
	}
	note_table(p, source);
	set_provisional_key(table);
	for (guint i = 0; i < table->columns->len; i++)
		if (!plan_type(p, table, &g_array_index(table->columns, FerryColumnPlan, i), error))
			return false;
	/* Expressions may speak of any column of the table, so they wait until all are there. */
	for (guint i = 0; i < table->columns->len; i++) {
		FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (!column->source)
			continue;
		if (column->source->generated != FERRY_GENERATED_NONE)
			ferry_planner_plan_generated(p, table, column);
		else
			ferry_planner_plan_default(p, table, column);
	}
	return ferry_table_plan_make_schemas(table, item->n_checks, error);
}
