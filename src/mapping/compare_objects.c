/*
 * What stands beside the tables: enums, types of the users, sequences, and the objects that are known by name
 * only (views, routines, triggers, …). Of the last, a missing one is a warning: no row is lost by it.
 */
#include "mapping/compare_internal.h"

#include <string.h>

static char *full_name(const char *schema, const char *name)
{
	return schema ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);
}

/* ---- enums and types ---- */

static FerryEnum *find_enum(const FerryCatalog *catalog, const FerryEnum *wanted)
{
	return ferry_catalog_find_enum(catalog, wanted->schema, wanted->name);
}

static void compare_enums(FerryComparer *c)
{
	for (guint i = 0; i < c->plan->target->enums->len; i++) {
		const FerryEnum *wanted = c->plan->target->enums->pdata[i];
		const FerryEnum *actual = find_enum(c->actual, wanted);
		g_autofree char *name = full_name(wanted->schema, wanted->name);

		if (!actual) {
			/* columns that need it tell what becomes of their values */
			ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, "enum", NULL, name,
					  NULL, "the target has no such type");
			continue;
		}
		for (size_t k = 0;
		     c->result->mode == FERRY_COMPARE_FULL && wanted->labels && wanted->labels[k]; k++)
			if (!actual->labels ||
			    !g_strv_contains((const char *const *)actual->labels, wanted->labels[k]))
				ferry_compare_add(c, FERRY_ISSUE_ERROR, FERRY_ISSUE_DIFFERENT, "enum", NULL,
						  name, NULL, "the target's type lacks the label '%s'",
						  wanted->labels[k]);
	}
}

static void compare_user_types(FerryComparer *c)
{
	for (guint i = 0; i < c->plan->target->types->len; i++) {
		const FerryUserType *wanted = c->plan->target->types->pdata[i];
		const FerryUserType *actual =
			ferry_catalog_find_user_type(c->actual, wanted->schema, wanted->name);
		const char *kind = ferry_user_type_kind_name(wanted->kind);
		g_autofree char *name = full_name(wanted->schema, wanted->name);

		if (!actual)
			ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, kind, NULL, name, NULL,
					  "the target has no such type");
		else if (c->result->mode == FERRY_COMPARE_FULL &&
			 !ferry_compare_same_text(wanted->definition, actual->definition))
			ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_DIFFERENT, kind, NULL, name,
					  NULL, "is defined as %s in the target, %s wanted",
					  actual->definition ? actual->definition : "?",
					  wanted->definition ? wanted->definition : "?");
	}
}

/* ---- sequences ---- */

static FerrySequence *find_sequence(const FerryCatalog *catalog, const char *schema, const char *name)
{
	for (guint i = 0; i < catalog->sequences->len; i++) {
		FerrySequence *sequence = catalog->sequences->pdata[i];

		if (g_strcmp0(sequence->schema, schema) == 0 && strcmp(sequence->name, name) == 0)
			return sequence;
	}
	return NULL;
}

static void compare_sequence(FerryComparer *c, const FerrySequence *wanted, const FerrySequence *actual,
			     const char *name)
{
	if (wanted->increment != actual->increment || wanted->cycles != actual->cycles)
		ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_DIFFERENT, "sequence", NULL, name, NULL,
				  "counts in other steps in the target");
	if (wanted->min_value < actual->min_value || wanted->max_value > actual->max_value)
		ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_DIFFERENT, "sequence", NULL, name, NULL,
				  "has a narrower range in the target");
	if ((wanted->increment > 0 && actual->next_value < wanted->next_value) ||
	    (wanted->increment < 0 && actual->next_value > wanted->next_value))
		ferry_compare_add(c, FERRY_ISSUE_INFO, FERRY_ISSUE_DIFFERENT, "sequence", NULL, name, NULL,
				  "the next value is %" G_GINT64_FORMAT " in the target, %" G_GINT64_FORMAT
				  " in the source",
				  (gint64)actual->next_value, (gint64)wanted->next_value);
}

static void compare_sequences(FerryComparer *c)
{
	for (guint i = 0; i < c->plan->target->sequences->len; i++) {
		const FerrySequence *wanted = c->plan->target->sequences->pdata[i];
		const FerrySequence *actual = find_sequence(c->actual, wanted->schema, wanted->name);
		g_autofree char *name = full_name(wanted->schema, wanted->name);

		if (!actual)
			ferry_compare_add(c, FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "sequence", NULL, name,
					  NULL, "the target has no such sequence");
		else if (c->result->mode == FERRY_COMPARE_FULL)
			compare_sequence(c, wanted, actual, name);
	}
}

/* ---- objects that are known by name ---- */

/* Schemas are mapped, and views are not converted, so that the name alone must do. */
static FerryOther *find_other(const FerryCatalog *catalog, const FerryOther *wanted)
{
	for (guint i = 0; i < catalog->others->len; i++) {
		FerryOther *other = catalog->others->pdata[i];

		if (strcmp(other->kind, wanted->kind) == 0 &&
		    g_ascii_strcasecmp(other->name, wanted->name) == 0)
			return other;
	}
	return NULL;
}

static void compare_others(FerryComparer *c)
{
	for (guint i = 0; i < c->plan->source->others->len; i++) {
		const FerryOther *wanted = c->plan->source->others->pdata[i];
		const FerryOther *actual = find_other(c->actual, wanted);
		g_autofree char *name = full_name(wanted->schema, wanted->name);

		if (!actual)
			ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, wanted->kind, NULL,
					  name, NULL, "the target has none of that name");
		else if (c->result->mode == FERRY_COMPARE_FULL && c->is_same_system && wanted->definition &&
			 actual->definition &&
			 !ferry_compare_same_text(wanted->definition, actual->definition))
			ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_DIFFERENT, wanted->kind, NULL,
					  name, NULL, "is defined differently in the target");
	}
	for (guint i = 0; i < c->actual->others->len; i++) {
		const FerryOther *actual = c->actual->others->pdata[i];
		g_autofree char *name = full_name(actual->schema, actual->name);

		if (!find_other(c->plan->source, actual))
			ferry_compare_add(c, FERRY_ISSUE_INFO, FERRY_ISSUE_EXTRA, actual->kind, NULL, name,
					  NULL, "the source has none of that name");
	}
}

void ferry_compare_objects(FerryComparer *c)
{
	compare_enums(c);
	compare_user_types(c);
	compare_sequences(c);
	if (ferry_compare_is_whole(c->plan->project))
		compare_others(c);
}
