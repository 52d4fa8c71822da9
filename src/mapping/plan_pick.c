/*
 * Which columns a table of the target gets: those of the source but for what the project leaves out, then the
 * project's new ones. Computed columns are in the source's table by now (plan_query.c).
 */
#include "mapping/planner.h"

#include "mapping/select.h"

#include <string.h>

const char *ferry_column_pick_name(const FerryColumnPick *pick)
{
	return pick->source ? pick->source->name : pick->project->target;
}

const char *ferry_column_plan_name(const FerryColumnPlan *column)
{
	return column->source ? column->source->name : column->project->target;
}

static const FerryProjectColumn *find_entry(const FerryProjectTable *entry, const char *column)
{
	for (guint i = 0; entry && i < entry->columns->len; i++) {
		const FerryProjectColumn *found = entry->columns->pdata[i];

		if (g_strcmp0(found->source, column) == 0)
			return found;
	}
	return NULL;
}

static bool add_new(const FerryPlanItem *item, GArray *picks, GError **error)
{
	guint at = item->n_own;

	for (guint i = 0; i < item->project->columns->len; i++) {
		const FerryProjectColumn *column = item->project->columns->pdata[i];
		FerryColumnPick pick = {.project = column};

		if (column->source || column->exclude)
			continue;
		if (!column->target)
			return ferry_planner_fail_at(error, FERRY_ERROR_USAGE, column->place,
						     "%s: a new column needs a target name",
						     item->project->source);
		if (column->expression)
			pick.source = item->source->columns->pdata[at++];
		else if (column->steps->len == 0)
			return ferry_planner_fail_at(
				error, FERRY_ERROR_USAGE, column->place,
				"%s: the new column %s needs an expression, or steps that "
				"begin with constant or concat",
				item->project->source, column->target);
		g_array_append_val(picks, pick);
	}
	return true;
}

/* The nearest column names would need a search of their own; all of them do for a table of usual width. */
static char *list_columns(const FerryTable *table)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < table->columns->len && i < 20; i++)
		g_string_append_printf(text, "%s%s", i ? ", " : "",
				       ((FerryColumnDef *)table->columns->pdata[i])->name);
	return g_string_free(g_string_append(text, table->columns->len > 20 ? ", …" : ""), FALSE);
}

static bool check_listed_once(const FerryProjectTable *entry, guint number, GError **error)
{
	const FerryProjectColumn *column = entry->columns->pdata[number];

	for (guint i = 0; i < number && column->source; i++)
		if (g_strcmp0(((FerryProjectColumn *)entry->columns->pdata[i])->source, column->source) == 0)
			return ferry_planner_fail_at(
				error, FERRY_ERROR_USAGE, column->place,
				"%s: column %s is listed twice; a second column of its values is "
				"a new one with an expression",
				entry->source, column->source);
	return true;
}

/* A table that is named must have the columns; one that a glob has found need not. */
static bool check_columns(FerryPlanner *p, const FerryPlanItem *item, GError **error)
{
	const FerryProjectTable *entry = item->project;

	for (guint i = 0; entry && i < entry->columns->len; i++) {
		const FerryProjectColumn *column = entry->columns->pdata[i];
		g_autofree char *name = ferry_table_display_name(item->source), *known = NULL;

		if (!check_listed_once(entry, i, error))
			return false;
		if (!column->source || ferry_table_find_column(item->source, column->source)) {
			g_hash_table_add(p->used_columns, (gpointer)column);
			continue;
		}
		if (ferry_glob_has_wildcard(entry->source))
			continue;
		known = list_columns(item->source);
		ferry_planner_fail_at(error, FERRY_ERROR_USAGE, column->place, "table %s has no column '%s'",
				      name, column->source);
		ferry_error_hint(error, "names are case-sensitive; its columns: %s", known);
		return false;
	}
	return true;
}

GArray *ferry_planner_pick_columns(FerryPlanner *p, const FerryPlanItem *item, GError **error)
{
	g_autoptr(GArray) picks = g_array_new(FALSE, FALSE, sizeof(FerryColumnPick));
	const FerryProjectTable *entry = item->project;

	if (!check_columns(p, item, error))
		return NULL;
	for (guint i = 0; i < item->n_own; i++) {
		FerryColumnPick pick = {.source = item->source->columns->pdata[i]};

		pick.project = find_entry(entry, pick.source->name);
		if (pick.project ? !pick.project->exclude : !entry || !entry->only_listed)
			g_array_append_val(picks, pick);
	}
	if (entry && !add_new(item, picks, error))
		return NULL;
	if (entry && picks->len == 0 && item->n_own > 0) {
		ferry_planner_fail_at(error, FERRY_ERROR_USAGE, entry->place, "%s: no column is left to copy",
				      entry->source);
		return NULL;
	}
	return g_steal_pointer(&picks);
}

bool ferry_planner_check_picks(const FerryPlanner *p, GError **error)
{
	for (guint i = 0; !p->is_partial && i < p->items->len; i++) {
		const FerryProjectTable *entry = g_array_index(p->items, FerryPlanItem, i).project;

		for (guint c = 0; entry && c < entry->columns->len; c++) {
			const FerryProjectColumn *column = entry->columns->pdata[c];

			if (column->source && !g_hash_table_contains(p->used_columns, column))
				return ferry_planner_fail_at(error, FERRY_ERROR_USAGE, column->place,
							     "no table that matches '%s' has a column '%s'",
							     entry->source, column->source);
		}
	}
	return true;
}
