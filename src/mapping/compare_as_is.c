/*
 * A plan for the comparison with a system that Ferry cannot write yet: no types are mapped, everything is
 * wanted as it is in the source, and types are judged by the values that they hold.
 */
#include "mapping/compare.h"

#include "mapping/select.h"

#include <string.h>

/* The one schema of all tables; NULL where there are several or none. */
static const char *only_schema(const GPtrArray *tables)
{
	const char *schema = tables->len ? ((FerryTable *)tables->pdata[0])->schema : NULL;

	for (guint i = 1; i < tables->len; i++)
		if (g_strcmp0(((FerryTable *)tables->pdata[i])->schema, schema) != 0)
			return NULL;
	return schema;
}

static void replace(char **text, const char *with)
{
	g_free(*text);
	*text = g_strdup(with);
}

/* Words of another system say nothing in the target; the logical type does. */
static void make_foreign(FerryTable *table)
{
	for (guint i = 0; i < table->columns->len; i++) {
		FerryColumnDef *column = table->columns->pdata[i];
		char *type = ferry_type_to_string(&column->type);

		g_free(column->native_type);
		column->native_type = type;
		g_clear_pointer(&column->user_type, g_free);
	}
}

static FerryTablePlan *as_is(FerryTable *source, const char *schema, bool is_same_system)
{
	FerryTablePlan *table = g_new0(FerryTablePlan, 1);

	table->source = source;
	table->target = ferry_table_copy(source);
	table->columns = g_array_new(FALSE, TRUE, sizeof(FerryColumnPlan));
	replace(&table->target->schema, schema);
	for (guint i = 0; i < table->target->foreign_keys->len; i++)
		replace(&((FerryForeignKey *)table->target->foreign_keys->pdata[i])->ref_schema, schema);
	if (!is_same_system)
		make_foreign(table->target);
	for (guint i = 0; i < source->columns->len; i++) {
		FerryColumnPlan column = {.source = source->columns->pdata[i],
					  .target = table->target->columns->pdata[i],
					  .is_copied = true};

		g_array_append_val(table->columns, column);
	}
	return table;
}

static void free_table_plan(gpointer data)
{
	FerryTablePlan *table = data;

	g_array_unref(table->columns);
	g_free(table);
}

static FerryPlan *plan_alloc(const FerryConnector *target, const FerryProject *project)
{
	FerryPlan *plan = g_new0(FerryPlan, 1);

	plan->tables = g_ptr_array_new_with_free_func(free_table_plan);
	plan->notes = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_note_free);
	plan->target = ferry_catalog_new(target->name);
	plan->target_connector = target;
	plan->project = project;
	return plan;
}

static void drop_unselected(FerryCatalog *catalog, const GPtrArray *selected)
{
	for (guint i = catalog->tables->len; i-- > 0;)
		if (!g_ptr_array_find((GPtrArray *)selected, catalog->tables->pdata[i], NULL))
			g_ptr_array_remove_index(catalog->tables, i);
}

FerryPlan *ferry_plan_as_is(FerryConnection *source, FerryConnection *target, const FerryCatalog *actual,
			    const FerryProject *project, void (*progress)(const char *table, gpointer data),
			    gpointer data, GError **error)
{
	g_autoptr(FerryPlan) plan = plan_alloc(target->connector, project);
	g_autoptr(GPtrArray) selected = NULL;
	const char *schema = only_schema(actual->tables);
	bool is_same_system = source->connector == target->connector;

	if (!ferry_source(source)->catalog(source, &plan->source, error)) {
		g_prefix_error(error, "reading the source's catalog: ");
		return NULL;
	}
	selected = ferry_select_tables(plan->source, (const char *const *)project->include,
				       (const char *const *)project->exclude, error);
	if (!selected)
		return NULL;
	for (guint i = 0; i < selected->len; i++) {
		FerryTable *table = selected->pdata[i];
		g_autofree char *name = ferry_table_display_name(table);

		if (progress)
			progress(name, data);
		/* two of one system are compared by what they declare */
		if (!is_same_system && ferry_source(source)->profile &&
		    !ferry_source(source)->profile(source, table, error))
			return NULL;
		FerryTablePlan *planned =
			as_is(table, only_schema(selected) || !table->schema ? schema : table->schema,
			      is_same_system);
		g_ptr_array_add(plan->target->tables, planned->target);
		g_ptr_array_add(plan->tables, planned);
	}
	drop_unselected(plan->source, selected);
	return g_steal_pointer(&plan);
}
