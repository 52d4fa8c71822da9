/*
 * What the project changes, in words: see plan_words.h.
 */
#include "mapping/plan_words.h"

#include <string.h>

static char *describe_concat(const GPtrArray *parts)
{
	GString *text = g_string_new("concat of ");

	for (guint i = 0; i < parts->len; i++) {
		const FerryConcatPart *part = parts->pdata[i];

		g_string_append(text, i ? ", " : "");
		if (part->column)
			g_string_append(text, part->column);
		else
			g_string_append_printf(text, "'%s'", part->literal);
	}
	return g_string_free(text, FALSE);
}

char *ferry_plan_describe_step(const FerryTransformStep *step)
{
	const char *word = ferry_transform_words[step->kind];

	switch (step->kind) {
	case FERRY_TRANSFORM_TYPE: return g_strdup_printf("to %s", step->text);
	case FERRY_TRANSFORM_DEFAULT: return g_strdup_printf("'%s' for NULL", step->text);
	case FERRY_TRANSFORM_NULL_IF: return g_strdup_printf("NULL for '%s'", step->text);
	case FERRY_TRANSFORM_CONSTANT: return g_strdup_printf("constant '%s'", step->text);
	case FERRY_TRANSFORM_SUBSTRING:
		return step->length < 0
			       ? g_strdup_printf("substring from %" G_GINT64_FORMAT, step->from)
			       : g_strdup_printf("substring from %" G_GINT64_FORMAT " for %" G_GINT64_FORMAT,
						 step->from, step->length);
	case FERRY_TRANSFORM_REPLACE:
		return g_strdup_printf("replace '%s' by '%s'", step->text, step->with ? step->with : "");
	case FERRY_TRANSFORM_CONCAT: return describe_concat(step->parts);
	case FERRY_TRANSFORM_HASH: return g_strdup_printf("hash with the key in $%s", step->text);
	case FERRY_TRANSFORM_MASK:
		return step->length > 0
			       ? g_strdup_printf("mask all but the last %" G_GINT64_FORMAT, step->length)
			       : g_strdup(word);
	default: return step->text ? g_strdup_printf("%s '%s'", word, step->text) : g_strdup(word);
	}
}

char *ferry_plan_describe_steps(const GPtrArray *steps)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < steps->len; i++) {
		g_autofree char *step = ferry_plan_describe_step(steps->pdata[i]);

		g_string_append_printf(text, "%s%s", i ? ", then " : "", step);
	}
	return g_string_free(text, FALSE);
}

bool ferry_plan_is_excluded(const FerryTablePlan *table, guint column)
{
	const char *name = ((FerryColumnDef *)table->source->columns->pdata[column])->name;
	guint n_checks = table->project ? table->project->checks->len : 0;

	if (column >= table->source->columns->len - n_checks)
		return false;
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *plan = &g_array_index(table->columns, FerryColumnPlan, i);

		if (plan->source && strcmp(plan->source->name, name) == 0)
			return false;
	}
	return true;
}

char *ferry_plan_list_excluded(const FerryTablePlan *table)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < table->source->columns->len; i++)
		if (ferry_plan_is_excluded(table, i))
			g_string_append_printf(text, "%s%s", text->len ? ", " : "",
					       ((FerryColumnDef *)table->source->columns->pdata[i])->name);
	return g_string_free(text, FALSE);
}
