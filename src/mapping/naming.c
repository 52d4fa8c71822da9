/*
 * Names without a plan; see naming.h. The rules are the planner's own (plan_names.c), which needs little more
 * than both connectors for them.
 */
#include "mapping/naming.h"

#include "mapping/planner.h"
#include "mapping/select.h"

#include <string.h>

struct FerryNaming {
	FerryPlanner planner;
	FerryPlan plan; /* its source only */
};

FerryNaming *ferry_naming_new(const FerryProject *project, FerryCatalog *source, const FerryConnector *target,
			      FerryConnection *connection)
{
	FerryNaming *naming = g_new0(FerryNaming, 1);
	FerryPlanner *p = &naming->planner;
	g_autoptr(GPtrArray) selected = NULL;

	naming->plan.source = source;
	*p = (FerryPlanner){.project = project, .plan = &naming->plan, .is_same_system = true};
	p->schema_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!target)
		return naming;
	p->caps = target->caps;
	p->is_same_system = strcmp(source->connector, target->name) == 0;
	if (connection && connection->max_identifier)
		p->caps.max_identifier = connection->max_identifier;
	if (connection && target->target)
		p->default_schema = target->target->default_schema(connection);
	/* A selection that finds nothing is for the plan to complain of. */
	selected = ferry_select_tables(source, (const char *const *)project->include,
				       (const char *const *)project->exclude, NULL);
	ferry_planner_decide_schemas(p, selected ? selected : source->tables);
	return naming;
}

void ferry_naming_free(FerryNaming *naming)
{
	if (!naming)
		return;
	g_free(naming->planner.default_schema);
	g_hash_table_unref(naming->planner.schema_names);
	g_free(naming);
}

void ferry_naming_place(const FerryNaming *naming, const FerryTable *source, char **ret_schema,
			char **ret_name)
{
	ferry_planner_place(&naming->planner, source, NULL, ret_schema, ret_name);
}

char *ferry_naming_column(const FerryNaming *naming, const char *name)
{
	return ferry_planner_spell(&naming->planner, name);
}
