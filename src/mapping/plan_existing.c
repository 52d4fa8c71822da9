/*
 * --data-only: the target's tables are there, made by somebody else. Each table and column of the source is
 * looked up in the target's catalog, by its mapped name and then without regard to case; what is missing is
 * an error, before anything is written. The target's own types are kept; keys and indexes are none of our
 * business.
 */
#include "mapping/planner.h"

#include "base/error.h"

#include <string.h>

/* The type of the batches is the one a table of our own making would have; the native type is the target's. A
 * type that is exact is so between columns of one declaration only. */
static void settle_type(FerryPlanner *p, const FerryTablePlan *table, FerryTable *scratch,
			const FerryColumnDef *source, FerryColumnDef *target)
{
	FerryColumnDef *mapped = ferry_column_def_copy(source);

	if (source->is_set)
		mapped->type = FERRY_TYPE(FERRY_TYPE_TEXT);
	g_ptr_array_add(scratch->columns, mapped);
	p->target_ops->map_type(p->plan->source, scratch, mapped);
	bool is_same = g_strcmp0(mapped->native_type, target->native_type) == 0 &&
		       !ferry_planner_is_part(table, source->name);
	/* We would have made a text of it; who made the table knew better. */
	bool is_interval = source->type.id == FERRY_TYPE_INTERVAL && target->type.id == FERRY_TYPE_INTERVAL;
	target->type = (mapped->type.is_exact && !is_same) || is_interval ? source->type : mapped->type;
}

static bool is_changed(const FerryPlanner *p, const FerryTablePlan *table, FerryColumnPlan *plan)
{
	return !plan->source || ferry_planner_find_native(p, table, plan) ||
	       (plan->project && (plan->project->expression || plan->project->steps->len > 0));
}

/* Whether the target's catalog names it as one that it leaves out. */
static const FerryNote *find_left_out(const FerryTable *table, const char *column)
{
	g_autofree char *name = ferry_table_display_name(table);
	g_autofree char *object = g_strdup_printf("%s.%s", name, column);

	for (guint i = 0; i < table->notes->len; i++) {
		const FerryNote *note = table->notes->pdata[i];

		if (note->severity == FERRY_SEVERITY_LOSS && strcmp(note->kind, "column") == 0 &&
		    g_ascii_strcasecmp(note->object, object) == 0)
			return note;
	}
	return NULL;
}

static bool refuse_missing(const FerryTable *table, const char *column, GError **error)
{
	g_autofree char *name = ferry_table_display_name(table);
	const FerryNote *note = find_left_out(table, column);

	if (note) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "nothing can be loaded into column %s of the target: %s", note->object,
			   note->text);
		ferry_error_hint(error, "leave the column out by the project (exclude: true)");
		return false;
	}
	ferry_fail(error, FERRY_ERROR_NOT_FOUND, "table %s of the target has no column %s", name, column);
	ferry_error_hint(error,
			 "add the column, leave the table out with --exclude, or copy without --data-only");
	return false;
}

static bool can_load(const FerryPlanner *p, const FerryTable *table, const FerryColumnDef *column,
		     GError **error)
{
	const char *why = ferry_planner_refuse_type(p, column->native_type);
	g_autofree char *name = ferry_table_display_name(table);

	if (!why)
		return true;
	ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
		   "nothing can be loaded into column %s.%s of the target, of type %s: %s", name,
		   column->name, column->native_type, why);
	ferry_error_hint(error, "leave the column out by the project (exclude: true)");
	return false;
}

static bool match_column(FerryPlanner *p, FerryTablePlan *table, FerryTable *scratch,
			 const FerryColumnPick *pick, GHashTable *used, GError **error)
{
	const FerryColumnDef *source = pick->source;
	const char *given = pick->project ? pick->project->target : NULL;
	g_autofree char *wish =
		given ? g_strdup(given) : ferry_planner_spell(p, ferry_column_pick_name(pick));
	FerryColumnDef *target = ferry_table_find_column_loosely(table->target, wish);
	FerryColumnPlan plan = {
		.source = source, .target = target, .is_copied = true, .project = pick->project};

	if (!target)
		return refuse_missing(table->target, wish, error);
	if (!can_load(p, table->target, target, error))
		return false;
	if (!g_hash_table_add(used, target)) {
		g_autofree char *name = ferry_table_display_name(table->target);
		return ferry_fail(error, FERRY_ERROR_NOT_FOUND,
				  "two columns of the source match %s.%s in the target", name, target->name);
	}
	plan.is_copied = target->generated == FERRY_GENERATED_NONE;
	if (is_changed(p, table, &plan)) {
		/* What comes out of the project's changes goes into the type that is there. */
		plan.read_type = target->type;
		ferry_column_plan_settle_reading(&plan);
	} else {
		settle_type(p, table, scratch, source, target);
		plan.read_type = target->type;
	}
	g_array_append_val(table->columns, plan);
	return true;
}

static bool needs_value(const FerryColumnDef *column)
{
	return column->not_null && column->default_kind == FERRY_DEFAULT_NONE &&
	       column->identity == FERRY_IDENTITY_NONE && column->generated == FERRY_GENERATED_NONE;
}

static bool check_extra_columns(const FerryTablePlan *table, GHashTable *used, GError **error)
{
	g_autofree char *name = ferry_table_display_name(table->target);

	for (guint i = 0; i < table->target->columns->len; i++) {
		const FerryColumnDef *column = table->target->columns->pdata[i];

		if (g_hash_table_contains(used, column) || !needs_value(column))
			continue;
		ferry_fail(error, FERRY_ERROR_NOT_FOUND,
			   "column %s of the target's table %s is NOT NULL without a default, and the source "
			   "has no such column",
			   column->name, name);
		ferry_error_hint(error, "give the column a default or leave the table out with --exclude");
		return false;
	}
	return true;
}

bool ferry_planner_match_existing(FerryPlanner *p, FerryPlanItem *item, const FerryTableNames *existing,
				  GError **error)
{
	const FerryTable *source = item->source;
	g_autofree char *schema = NULL, *name = NULL;
	g_autoptr(GArray) picks = ferry_planner_pick_columns(p, item, error);
	FerryTable *found;
	FerryTable *scratch;
	FerryTablePlan *table;
	g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
	bool is_ok = true;

	if (!picks)
		return false;
	ferry_planner_place(p, source, item->project ? item->project->target : NULL, &schema, &name);
	found = item->renamed ? ferry_table_names_find(existing, schema, item->renamed) : NULL;
	if (!found && !item->is_displaced)
		found = ferry_table_names_find_loosely(existing, schema, name, false);
	if (!found) {
		ferry_fail(error, FERRY_ERROR_NOT_FOUND, "the target has no table %s%s%s for the rows of %s",
			   schema ? schema : "", schema ? "." : "", item->is_displaced ? item->renamed : name,
			   source->name);
		ferry_error_hint(error,
				 "create it, leave it out with --exclude, or copy without --data-only");
		return false;
	}
	item->target = ferry_table_copy(found);
	table = ferry_planner_add_table_plan(p, item);
	g_ptr_array_add(p->plan->target->tables, table->target);
	scratch = ferry_table_new(table->target->schema, table->target->name);
	for (guint i = 0; is_ok && i < picks->len; i++)
		is_ok = match_column(p, table, scratch, &g_array_index(picks, FerryColumnPick, i), used,
				     error);
	ferry_table_free(scratch);
	if (!is_ok || !check_extra_columns(table, used, error))
		return false;
	return ferry_table_plan_make_schemas(table, item->n_checks, error);
}
