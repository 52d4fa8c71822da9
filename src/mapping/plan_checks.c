/*
 * Checks of a table, from the source's words into the target's, and the names of its constraints, which share
 * them whatever their kind.
 */
#include "mapping/planner.h"

#include <string.h>

static void plan_check(FerryPlanner *p, const FerryTablePlan *table, const FerryCheck *check, guint number)
{
	g_autofree char *reason = NULL, *note = NULL;
	g_autofree char *object = check->name ? g_strdup(check->name) : g_strdup_printf("check %u", number);
	g_autofree char *text = NULL;

	if (p->is_same_system) {
		text = g_strdup(check->expression);
		if (!ferry_planner_respell_in(p, table, &text, &reason))
			g_clear_pointer(&text, g_free);
	} else {
		text = ferry_planner_convert(p, table, FERRY_USE_CHECK, NULL, check->expression, &note,
					     &reason);
	}
	if (!text) {
		ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "check", table->source, object,
				      "not converted: (%s): %s", check->expression, reason);
		return;
	}
	if (strcmp(text, "TRUE") == 0) {
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "check", table->source, object,
				      "left out: (%s) is what the column's type checks in the target",
				      check->expression);
		return;
	}
	if (note)
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "check", table->source, object, "(%s): %s",
				      check->expression, note);
	g_autofree char *spelt = check->name ? ferry_planner_spell(p, check->name) : NULL;
	g_ptr_array_add(table->target->checks, ferry_check_new(spelt, text));
}

/* A check inside of CREATE TABLE needs no name. */
static void name_checks(FerryPlanner *p, const FerryTablePlan *table)
{
	g_autoptr(FerryNameScope) names = NULL;
	g_autoptr(GPtrArray) wishes = g_ptr_array_new();

	for (guint i = 0; i < table->target->checks->len; i++)
		g_ptr_array_add(wishes,
				g_steal_pointer(&((FerryCheck *)table->target->checks->pdata[i])->name));
	names = ferry_planner_constraint_scope(p, table->target);
	for (guint i = 0; i < table->target->checks->len; i++) {
		FerryCheck *check = table->target->checks->pdata[i];
		g_autofree char *wish = wishes->pdata[i];

		if (!wish && p->caps.keys_in_create)
			continue;
		if (!wish)
			wish = ferry_planner_fold(p,
						  g_strdup_printf("%s_check%u", table->target->name, i + 1));
		check->name = ferry_planner_claim_constraint(p, table, names, wish);
	}
}

/* ---- names of constraints ---- */

FerryNameScope *ferry_planner_constraint_scope(const FerryPlanner *p, const FerryTable *target)
{
	FerryNameScope *names = ferry_name_scope_new(p->caps.max_identifier, p->caps.folds_case);

	if (target->primary_key && target->primary_key->name)
		g_free(ferry_name_scope_claim(names, target->primary_key->name, NULL));
	for (guint i = 0; i < target->indexes->len; i++) {
		const FerryIndex *index = target->indexes->pdata[i];

		if (index->is_constraint && index->name)
			g_free(ferry_name_scope_claim(names, index->name, NULL));
	}
	for (guint i = 0; i < target->checks->len; i++) {
		const FerryCheck *check = target->checks->pdata[i];

		if (check->name)
			g_free(ferry_name_scope_claim(names, check->name, NULL));
	}
	return names;
}

char *ferry_planner_claim_constraint(FerryPlanner *p, const FerryTablePlan *table, FerryNameScope *names,
				     const char *wish)
{
	if (!p->caps.has_fixed_schemas)
		return ferry_name_scope_claim(names, wish, NULL);
	g_autofree char *second = ferry_planner_fold(p, g_strdup_printf("%s_%s", table->target->name, wish));
	return ferry_name_scope_claim_either(ferry_planner_relations(p, table->target->schema), wish, second,
					     wish);
}

/* ---- all of a table ---- */

void ferry_planner_plan_checks(FerryPlanner *p, const FerryTablePlan *table)
{
	for (guint i = 0; i < table->source->checks->len; i++)
		plan_check(p, table, table->source->checks->pdata[i], i + 1);
	name_checks(p, table);
}
