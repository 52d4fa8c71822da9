/*
 * What the tables are called in the target: names that the project gives come first, then the others by the
 * rules; what Ferry keeps there for itself is taken before all.
 */
#include "mapping/planner.h"

#include "connectors/own_tables.h"

#include <string.h>

FerryNameScope *ferry_planner_relations(FerryPlanner *p, const char *target_schema)
{
	const char *key = target_schema ? target_schema : "";
	FerryNameScope *scope = g_hash_table_lookup(p->relation_scopes, key);

	if (!scope) {
		g_autoptr(GPtrArray) own = ferry_own_table_names(&p->caps, target_schema);
		scope = ferry_name_scope_new(p->caps.max_identifier, p->caps.folds_case);
		for (guint i = 0; i < own->len; i++)
			g_free(ferry_name_scope_claim(scope, own->pdata[i], NULL));
		g_hash_table_insert(p->relation_scopes, g_strdup(key), scope);
	}
	return scope;
}

static void take_target(FerryPlanner *p, FerryPlanItem *item, const char *schema, const char *name)
{
	item->target = ferry_table_new(schema, name);
	g_ptr_array_add(p->plan->target->tables, item->target);
}

/* The name that the table gets of the one that it should have, the wish. */
static char *claim(FerryPlanner *p, const FerryPlanItem *item, char **ret_schema, char **ret_wish,
		   bool *ret_is_taken)
{
	const char *given = item->project ? item->project->target : NULL;
	g_autofree char *full = given ? NULL : ferry_table_display_name(item->source);

	ferry_planner_wish_place(p, item->source, given, ret_schema, ret_wish);
	FerryNameScope *scope = ferry_planner_relations(p, *ret_schema);
	*ret_is_taken = ferry_name_scope_has(scope, *ret_wish);
	return ferry_name_scope_claim(scope, *ret_wish, full);
}

/* Names that the project gives are taken first, and must come out as they are. */
static bool take_given_name(FerryPlanner *p, FerryPlanItem *item, GError **error)
{
	g_autofree char *schema = NULL, *wish = NULL;
	bool is_taken;

	if (!item->project || !item->project->target)
		return true;
	g_autofree char *name = claim(p, item, &schema, &wish, &is_taken);
	if (strcmp(name, wish) != 0)
		return ferry_planner_fail_at(
			error, FERRY_ERROR_USAGE, item->project->place, "%s: the target %s is %s",
			item->project->source, item->project->target,
			p->caps.max_identifier && strlen(wish) > p->caps.max_identifier
				? "too long a name for the target"
				: "that of another table already, or of one of Ferry's own: "
				  "several tables cannot go into one");
	take_target(p, item, schema, name);
	return true;
}

static void make_name(FerryPlanner *p, FerryPlanItem *item)
{
	const FerryTable *source = item->source;
	g_autofree char *schema = NULL, *wish = NULL;
	g_autofree char *spelt = ferry_planner_spell(p, source->name);
	bool is_taken;
	g_autofree char *name = claim(p, item, &schema, &wish, &is_taken);

	/* Whoever asks for it by its own name then finds the other. */
	if (is_taken)
		ferry_planner_note_in(
			p, FERRY_SEVERITY_WARNING, "table", source, NULL,
			"is called %s in the target, for %s is the name of another table there, or of "
			"one of Ferry's own",
			name, wish);
	else if (strcmp(name, spelt) != 0)
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "table", source, NULL,
				      "is called %s in the target", name);
	take_target(p, item, schema, name);
}

bool ferry_planner_name_tables(FerryPlanner *p, GError **error)
{
	for (guint i = 0; i < p->items->len; i++)
		if (!take_given_name(p, &g_array_index(p->items, FerryPlanItem, i), error))
			return false;
	for (guint i = 0; i < p->items->len; i++) {
		FerryPlanItem *item = &g_array_index(p->items, FerryPlanItem, i);

		if (!item->target)
			make_name(p, item);
	}
	return true;
}

void ferry_planner_find_renamed(FerryPlanner *p)
{
	for (int given = 1; given >= 0; given--) {
		for (guint i = 0; i < p->items->len; i++) {
			FerryPlanItem *item = &g_array_index(p->items, FerryPlanItem, i);
			g_autofree char *schema = NULL, *wish = NULL;
			bool is_taken;
			if ((item->project && item->project->target) != given)
				continue;
			g_autofree char *name = claim(p, item, &schema, &wish, &is_taken);
			/* A name that the project gives is where the table is, whoever else goes there. */
			item->is_displaced = is_taken && !given;
			if (!given && strcmp(name, wish) != 0)
				item->renamed = g_steal_pointer(&name);
		}
	}
}
