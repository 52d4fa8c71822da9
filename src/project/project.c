/*
 * The project's parts: making them with their defaults, and letting them go.
 */
#include "project/project.h"

#include "project/cast.h"

#include <string.h>

const char *const ferry_if_exists_words[] = {"fail", "drop", "truncate", "append", "merge", NULL};
const char *const ferry_identifiers_words[] = {"keep", "lower", "snake", NULL};
const char *const ferry_on_error_words[] = {"fail", "continue", "skip", NULL};
const char *const ferry_bad_value_words[] = {"reject", "fail", "null", "replace", NULL};
const char *const ferry_verify_words[] = {"full", "sample", "counts", "none", NULL};
const char *const ferry_check_action_words[] = {"count", "reject", "report", NULL};
const char *const ferry_partitions_words[] = {"keep", "flat", NULL};
const char *const ferry_helpers_words[] = {"snapshot", "any", "none", NULL};
const char *const ferry_snapshot_lost_words[] = {"continue", "restart", "fail", NULL};
const char *const ferry_transform_words[] = {"type",   "default", "null-if", "trim",      "ltrim",
					     "rtrim",  "upper",   "lower",   "substring", "replace",
					     "concat", "hash",    "mask",    "constant",  NULL};

G_STATIC_ASSERT(G_N_ELEMENTS(ferry_transform_words) == FERRY_N_TRANSFORMS + 1);

int ferry_word_find(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

static GPtrArray *strings_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

/* ---- hooks ---- */

void ferry_hooks_init(FerryHooks *hooks)
{
	hooks->source_before = strings_new();
	hooks->source_after = strings_new();
	hooks->target_before = strings_new();
	hooks->target_after = strings_new();
}

void ferry_hooks_clear(FerryHooks *hooks)
{
	g_ptr_array_unref(hooks->source_before);
	g_ptr_array_unref(hooks->source_after);
	g_ptr_array_unref(hooks->target_before);
	g_ptr_array_unref(hooks->target_after);
}

/* ---- columns ---- */

static void concat_part_free(gpointer data)
{
	FerryConcatPart *part = data;

	g_free(part->column);
	g_free(part->literal);
	g_free(part);
}

bool ferry_glob_has_wildcard(const char *glob)
{
	return strpbrk(glob, "*?") != NULL;
}

FerryTransformStep *ferry_transform_step_new(FerryTransformKind kind)
{
	FerryTransformStep *step = g_new0(FerryTransformStep, 1);

	step->kind = kind;
	step->length = -1;
	step->parts = g_ptr_array_new_with_free_func(concat_part_free);
	return step;
}

void ferry_transform_step_free(FerryTransformStep *step)
{
	if (!step)
		return;
	g_free(step->text);
	g_free(step->with);
	g_ptr_array_unref(step->parts);
	g_free(step);
}

FerryProjectColumn *ferry_project_column_new(const char *source)
{
	FerryProjectColumn *column = g_new0(FerryProjectColumn, 1);

	column->source = g_strdup(source);
	column->steps = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	return column;
}

void ferry_project_column_free(FerryProjectColumn *column)
{
	if (!column)
		return;
	g_free(column->source);
	g_free(column->target);
	g_free(column->type);
	g_free(column->expression);
	g_ptr_array_unref(column->steps);
	g_free(column);
}

/* ---- tables ---- */

static void check_free(gpointer data)
{
	FerryProjectCheck *check = data;

	g_free(check->name);
	g_free(check->expression);
	g_free(check);
}

FerryProjectTable *ferry_project_table_new(const char *source)
{
	FerryProjectTable *table = g_new0(FerryProjectTable, 1);

	table->source = g_strdup(source);
	table->columns = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_project_column_free);
	table->key = strings_new();
	ferry_hooks_init(&table->hooks);
	table->checks = g_ptr_array_new_with_free_func(check_free);
	table->max_rejects = FERRY_REJECT_LIMIT_NONE;
	return table;
}

void ferry_project_table_free(FerryProjectTable *table)
{
	if (!table)
		return;
	g_free(table->source);
	g_free(table->target);
	g_free(table->where);
	g_free(table->query);
	g_ptr_array_unref(table->columns);
	g_ptr_array_unref(table->key);
	g_free(table->cursor);
	ferry_hooks_clear(&table->hooks);
	g_ptr_array_unref(table->checks);
	g_free(table);
}

/* ---- the project ---- */

static void rename_free(gpointer data)
{
	FerryRename *rename = data;

	g_free(rename->from);
	g_free(rename->to);
	g_free(rename);
}

static void cast_rule_free(gpointer data)
{
	FerryCastRule *rule = data;

	g_free(rule->text);
	ferry_cast_free(rule->parsed);
	g_free(rule);
}

FerryCastRule *ferry_project_add_cast(GPtrArray *casts, const char *text)
{
	FerryCastRule *rule = g_new0(FerryCastRule, 1);

	rule->text = g_strdup(text);
	g_ptr_array_add(casts, rule);
	return rule;
}

void ferry_project_add_rename(GPtrArray *renames, const char *from, const char *to)
{
	FerryRename *rename = g_new0(FerryRename, 1);

	rename->from = g_strdup(from);
	rename->to = g_strdup(to);
	g_ptr_array_add(renames, rename);
}

bool ferry_bad_value_rule_fits(FerryBadKind kind, FerryBadValueRule rule)
{
	bool has_value = kind != FERRY_BAD_REFUSED && kind != FERRY_BAD_INVALID_VALUE;

	return rule == FERRY_BAD_VALUE_REJECT || rule == FERRY_BAD_VALUE_FAIL ||
	       (has_value && (rule == FERRY_BAD_VALUE_NULL ||
			      (kind != FERRY_BAD_OUT_OF_RANGE && kind != FERRY_BAD_EMPTY_TEXT)));
}

FerryBadValueRule ferry_bad_value_default(FerryBadKind kind)
{
	return kind == FERRY_BAD_EMPTY_TEXT ? FERRY_BAD_VALUE_NULL : FERRY_BAD_VALUE_REJECT;
}

FerryProject *ferry_project_new(void)
{
	FerryProject *project = g_new0(FerryProject, 1);

	project->schemas = g_ptr_array_new_with_free_func(rename_free);
	project->casts = g_ptr_array_new_with_free_func(cast_rule_free);
	project->tables = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_project_table_free);
	ferry_hooks_init(&project->hooks);
	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
		project->bad_values[kind] = ferry_bad_value_default((FerryBadKind)kind);
	project->max_rejects = project->max_rejects_table = FERRY_REJECT_LIMIT_NONE;
	project->retries = FERRY_DEFAULT_RETRIES;
	project->stall_seconds = FERRY_DEFAULT_STALL_SECONDS;
	return project;
}

void ferry_project_free(FerryProject *project)
{
	if (!project)
		return;
	g_free(project->name);
	g_free(project->source);
	g_free(project->target);
	g_strfreev(project->include);
	g_strfreev(project->exclude);
	g_ptr_array_unref(project->schemas);
	g_ptr_array_unref(project->casts);
	g_ptr_array_unref(project->tables);
	ferry_hooks_clear(&project->hooks);
	g_free(project->reject_file);
	g_free(project->save_sources);
	g_free(project->cursor);
	g_free(project->staging_schema);
	g_free(project);
}
