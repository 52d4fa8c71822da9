/*
 * Staged loads: what the staging schemas are called, and the names of tables and sequences that change while
 * the load is on. The plan is made for the final schemas; ferry_plan_stage() exchanges each name that says
 * where a table or sequence lies, and exchanges it back. No string is freed by that, so a listener that reads
 * the plan meanwhile sees the one or the other.
 */
#include "mapping/planner.h"

#include <string.h>

#define SUFFIX "__ferry_staging"

typedef struct StagedName {
	char **place; /* in the target's catalog, which owns what stands there */
	char *other;
} StagedName;

/* ---- schemas ---- */

static void free_schema(gpointer data)
{
	FerryStagedSchema *schema = data;

	g_free(schema->schema);
	g_free(schema->staging);
	g_free(schema);
}

static const char *find(const FerryPlan *plan, const char *schema)
{
	for (guint i = 0; schema && i < plan->staging->len; i++) {
		const FerryStagedSchema *staged = plan->staging->pdata[i];

		if (strcmp(staged->schema, schema) == 0)
			return staged->staging;
	}
	return NULL;
}

static void add_schema(FerryPlan *plan, const char *schema)
{
	if (!schema || find(plan, schema))
		return;
	FerryStagedSchema *staged = g_new0(FerryStagedSchema, 1);
	staged->schema = g_strdup(schema);
	staged->staging = g_strdup("");
	g_ptr_array_add(plan->staging, staged);
}

static char *choose_name(const FerryPlanner *p, const char *schema)
{
	const char *given = p->project->staging_schema;
	g_autofree char *wish = !given                       ? g_strconcat(schema, SUFFIX, NULL)
				: p->plan->staging->len == 1 ? g_strdup(given)
							     : g_strconcat(given, "_", schema, NULL);

	return ferry_name_cut(wish, wish, p->caps.max_identifier);
}

static bool name_schemas(FerryPlanner *p, GError **error)
{
	for (guint i = 0; i < p->plan->staging->len; i++) {
		FerryStagedSchema *staged = p->plan->staging->pdata[i];
		char *name = choose_name(p, staged->schema);

		g_free(staged->staging);
		staged->staging = name;
		if (!find(p->plan, name) && strcmp(name, "ferry") != 0)
			continue;
		ferry_fail(error, FERRY_ERROR_USAGE, "the staging schema cannot be %s: it is used otherwise",
			   name);
		ferry_error_hint(error, "choose another name with --staging-schema");
		return false;
	}
	return true;
}

/* ---- names ---- */

static void add_name(FerryPlan *plan, char **place, char *other)
{
	const StagedName name = {place, other};

	g_array_append_val(plan->staged_names, name);
}

static void add_place(FerryPlan *plan, char **place)
{
	const char *staging = find(plan, *place);

	if (staging)
		add_name(plan, place, g_strdup(staging));
}

static char *qualify(const FerryPlanner *p, const char *schema, const char *name)
{
	g_autofree char *first = p->target_ops->quote_identifier(schema);
	g_autofree char *last = p->target_ops->quote_identifier(name);

	return g_strconcat(first, ".", last, NULL);
}

/* A default that takes its value from one of the sequences, by its whole name. */
static void add_default(FerryPlanner *p, FerryColumnDef *column)
{
	const GPtrArray *sequences = p->plan->target->sequences;

	if (column->default_kind != FERRY_DEFAULT_EXPRESSION || !column->default_text)
		return;
	for (guint i = 0; i < sequences->len; i++) {
		const FerrySequence *s = sequences->pdata[i];
		const char *staging = find(p->plan, s->schema);
		g_autofree char *name = staging ? qualify(p, s->schema, s->name) : NULL;
		g_autofree char *quoted = name ? g_strconcat("'", name, "'", NULL) : NULL;

		if (!quoted || !strstr(column->default_text, quoted))
			continue;
		g_autofree char *staged = qualify(p, staging, s->name);
		g_autofree char *literal = g_strconcat("'", staged, "'", NULL);
		g_auto(GStrv) parts = g_strsplit(column->default_text, quoted, -1);
		add_name(p->plan, &column->default_text, g_strjoinv(literal, parts));
		return;
	}
}

static void add_names(FerryPlanner *p)
{
	const FerryCatalog *target = p->plan->target;

	for (guint i = 0; i < target->tables->len; i++) {
		FerryTable *table = target->tables->pdata[i];

		add_place(p->plan, &table->schema);
		for (guint k = 0; k < table->foreign_keys->len; k++)
			add_place(p->plan, &((FerryForeignKey *)table->foreign_keys->pdata[k])->ref_schema);
		for (guint k = 0; k < table->columns->len; k++)
			add_default(p, table->columns->pdata[k]);
	}
	for (guint i = 0; i < target->sequences->len; i++) {
		FerrySequence *sequence = target->sequences->pdata[i];

		add_place(p->plan, &sequence->schema);
		add_place(p->plan, &sequence->owner_schema);
	}
}

bool ferry_planner_plan_staging(FerryPlanner *p, GError **error)
{
	const FerryCatalog *target = p->plan->target;

	if (!p->project->staging)
		return true;
	if (!p->target_ops->staging) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "%s cannot be loaded in stages: tables cannot change places in it by one "
			   "transaction",
			   p->target->connector->title);
		ferry_error_hint(error, "leave out --staging");
		return false;
	}
	p->plan->staging = g_ptr_array_new_with_free_func(free_schema);
	p->plan->staged_names = g_array_new(FALSE, FALSE, sizeof(StagedName));
	for (guint i = 0; i < target->tables->len; i++)
		add_schema(p->plan, ((FerryTable *)target->tables->pdata[i])->schema);
	for (guint i = 0; i < target->sequences->len; i++)
		add_schema(p->plan, ((FerrySequence *)target->sequences->pdata[i])->schema);
	if (!name_schemas(p, error))
		return false;
	add_names(p);
	return true;
}

void ferry_plan_stage(FerryPlan *plan, bool is_staged)
{
	if (!plan->staging || plan->is_staged == is_staged)
		return;
	for (guint i = 0; i < plan->staged_names->len; i++) {
		StagedName *name = &g_array_index(plan->staged_names, StagedName, i);
		char *before = *name->place;

		*name->place = name->other;
		name->other = before;
	}
	plan->is_staged = is_staged;
}

char *ferry_plan_describe_staging(const FerryPlan *plan)
{
	GString *text = plan->staging ? g_string_new(NULL) : NULL;

	for (guint i = 0; text && i < plan->staging->len; i++)
		g_string_append_printf(text, "%s%s",
				       i > 0                    ? ", "
				       : plan->staging->len > 1 ? "schemas "
								: "schema ",
				       ((FerryStagedSchema *)plan->staging->pdata[i])->staging);
	return text ? g_string_free(text, FALSE) : NULL;
}

void ferry_plan_free_staging(FerryPlan *plan)
{
	for (guint i = 0; plan->staged_names && i < plan->staged_names->len; i++)
		g_free(g_array_index(plan->staged_names, StagedName, i).other);
	g_clear_pointer(&plan->staged_names, g_array_unref);
	g_clear_pointer(&plan->staging, g_ptr_array_unref);
}
