/*
 * The plan: reads the source's catalog, selects, profiles, and has the parts of the mapping fill the target's
 * catalog; see planner.h for the steps. Tables are planned in the order of their names, so that names and
 * notes do not depend on sizes, and put in the order of their sizes at the end.
 */
#include "mapping/planner.h"

#include "mapping/select.h"
#include "project/cast.h"

#include <string.h>

static void free_table_plan(gpointer data)
{
	FerryTablePlan *table = data;

	g_array_unref(table->columns);
	ferry_transform_free(table->transform); /* it borrows the schemas */
	ferry_schema_free(table->read_schema);
	ferry_schema_free(table->write_schema);
	g_free(table->name);
	g_free(table);
}

void ferry_plan_free(FerryPlan *plan)
{
	if (!plan)
		return;
	g_ptr_array_unref(plan->tables);
	g_ptr_array_unref(plan->notes);
	ferry_plan_free_staging(plan);
	ferry_catalog_free(plan->source);
	ferry_catalog_free(plan->target);
	g_free(plan->fingerprint);
	g_free(plan);
}

static FerryPlan *plan_alloc(const FerryProject *project, const FerryConnector *target)
{
	FerryPlan *plan = g_new0(FerryPlan, 1);

	plan->tables = g_ptr_array_new_with_free_func(free_table_plan);
	plan->notes = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_note_free);
	plan->target_connector = target;
	plan->project = project;
	return plan;
}

/* ---- what the parts share ---- */

FerryTablePlan *ferry_planner_add_table_plan(FerryPlanner *p, const FerryPlanItem *item)
{
	FerryTablePlan *table = g_new0(FerryTablePlan, 1);
	char *name = ferry_table_display_name(item->source);
	GPtrArray *same = g_hash_table_lookup(p->by_name, name);

	table->source = item->source;
	table->target = item->target;
	table->project = item->project;
	table->columns = g_array_new(FALSE, TRUE, sizeof(FerryColumnPlan));
	g_ptr_array_add(p->plan->tables, table);
	if (same) {
		g_free(name);
	} else {
		same = g_ptr_array_new();
		g_hash_table_insert(p->by_name, name, same);
	}
	g_ptr_array_add(same, table);
	return table;
}

const GPtrArray *ferry_planner_find_tables(const FerryPlanner *p, const char *schema, const char *name)
{
	g_autofree char *full = schema ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);

	return g_hash_table_lookup(p->by_name, full);
}

const FerryColumnPlan *ferry_table_plan_find(const FerryTablePlan *table, const char *source_column)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (column->source && strcmp(column->source->name, source_column) == 0)
			return column;
	}
	return NULL;
}

/* ---- order and fingerprint ---- */

/* Rows weigh 64 bytes where the source does not know better. */
static int64_t size_of(const FerryTable *table)
{
	if (table->est_bytes >= 0)
		return table->est_bytes;
	return table->est_rows >= 0 ? table->est_rows * 64 : 0;
}

static int compare_sizes(gconstpointer a, gconstpointer b)
{
	int64_t x = size_of((*(FerryTablePlan *const *)a)->source),
		y = size_of((*(FerryTablePlan *const *)b)->source);

	return x > y ? -1 : x < y; /* the sort is stable: equal ones stay in the order of their names */
}

static void hash_text(GChecksum *hash, const char *text)
{
	/* The final zero keeps "ab" + "c" and "a" + "bc" apart; NULL differs from "". */
	if (text)
		g_checksum_update(hash, (const guchar *)text, (gssize)strlen(text) + 1);
	else
		g_checksum_update(hash, (const guchar *)"\1", 2);
}

/* What is not said takes no part, so that a copy without a project is the same as ever. */
static void hash_option(GChecksum *hash, const char *name, const char *text)
{
	if (!text)
		return;
	hash_text(hash, name);
	hash_text(hash, text);
}

static void hash_steps(GChecksum *hash, const GPtrArray *steps)
{
	for (guint i = 0; i < steps->len; i++) {
		const FerryTransformStep *step = steps->pdata[i];
		g_autofree char *numbers = g_strdup_printf("%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
							   step->kind, step->from, step->length);

		hash_option(hash, "step", numbers);
		hash_option(hash, "text", step->text);
		hash_option(hash, "with", step->with);
		for (guint k = 0; k < step->parts->len; k++) {
			const FerryConcatPart *part = step->parts->pdata[k];

			hash_option(hash, "column", part->column);
			hash_option(hash, "literal", part->literal);
		}
	}
}

static void hash_table_options(GChecksum *hash, const FerryTablePlan *table)
{
	const GPtrArray *checks = table->project ? table->project->checks : NULL;

	hash_option(hash, "query", table->source->query);
	hash_option(hash, "filter", table->source->filter);
	for (guint i = 0; checks && i < checks->len; i++) {
		const FerryProjectCheck *check = checks->pdata[i];

		hash_option(hash, "check", check->expression);
		hash_option(hash, "action", ferry_check_action_words[check->action]);
	}
}

static void hash_column(GChecksum *hash, const FerryColumnPlan *column)
{
	g_autofree char *type = ferry_type_to_string(&column->target->type);

	hash_text(hash, column->source ? column->source->name : NULL);
	hash_text(hash, column->target->name);
	hash_text(hash, column->target->native_type);
	hash_text(hash, type);
	hash_text(hash, column->is_copied ? "copied" : "generated");
	hash_option(hash, "rule", column->rule);
	if (column->project)
		hash_steps(hash, column->project->steps);
}

/* Over the tables in the order of their names: sizes are estimates and differ a little every time. */
static char *fingerprint(const FerryPlan *plan)
{
	g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);

	hash_text(hash, "plan 1");
	hash_text(hash, plan->source->connector);
	hash_text(hash, plan->source->database);
	for (guint i = 0; plan->staging && i < plan->staging->len; i++)
		hash_option(hash, "staging", ((FerryStagedSchema *)plan->staging->pdata[i])->staging);
	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *table = plan->tables->pdata[i];

		hash_text(hash, "table");
		hash_text(hash, table->source->schema);
		hash_text(hash, table->source->name);
		hash_text(hash, table->target->schema);
		hash_text(hash, table->target->name);
		hash_table_options(hash, table);
		if (table->target->partitioning)
			hash_option(hash, "partitioned",
				    ferry_partition_kind_name(table->target->partitioning->kind));
		for (guint c = 0; c < table->columns->len; c++)
			hash_column(hash, &g_array_index(table->columns, FerryColumnPlan, c));
	}
	return g_strdup(g_checksum_get_string(hash));
}

static int compare_notes(gconstpointer a, gconstpointer b)
{
	const FerryNote *x = *(FerryNote *const *)a, *y = *(FerryNote *const *)b;

	return (int)y->severity - (int)x->severity;
}

static void name_plans(FerryPlanner *p)
{
	for (guint i = 0; i < p->plan->tables->len; i++) {
		FerryTablePlan *table = p->plan->tables->pdata[i];
		g_autofree char *source = ferry_table_display_name(table->source);
		g_autofree char *target = ferry_table_display_name(table->target);
		const GPtrArray *same = g_hash_table_lookup(p->by_name, source);

		table->name = same->len > 1 ? g_strconcat(source, " -> ", target, NULL) : g_strdup(source);
	}
}

static void finish(FerryPlanner *p)
{
	FerryPlan *plan = p->plan;

	name_plans(p);
	ferry_planner_collect_notes(p);
	g_ptr_array_sort(plan->notes, compare_notes); /* stable: GLib says so */
	plan->fingerprint = fingerprint(plan);
	g_ptr_array_sort(plan->tables, compare_sizes);
	for (guint i = 0; i < plan->tables->len; i++)
		((FerryTablePlan *)plan->tables->pdata[i])->index = i;
	ferry_plan_find_levels(plan);
}

/* ---- the steps ---- */

static bool scan_numbers(FerryPlanner *p, FerryTable *table, GError **error)
{
	const FerrySourceOps *ops = ferry_source(p->source);

	return !p->project->number_scan || !ops->scan_numbers ||
	       ops->scan_numbers(p->source, p->plan->source, table, error);
}

static bool profile(FerryPlanner *p, void (*progress)(const char *table, gpointer data), gpointer data,
		    GError **error)
{
	const FerrySourceOps *ops = ferry_source(p->source);

	for (guint i = 0; (ops->profile || p->project->number_scan) && i < p->items->len; i++) {
		FerryTable *table = g_array_index(p->items, FerryPlanItem, i).source;
		g_autofree char *name = ferry_table_display_name(table);

		if (progress)
			progress(name, data);
		if ((ops->profile && !ops->profile(p->source, table, error)) ||
		    !scan_numbers(p, table, error)) {
			g_prefix_error(error, "looking at the data of table %s: ", name);
			return false;
		}
	}
	return true;
}

static bool map_all(FerryPlanner *p, GError **error)
{
	if (!ferry_planner_name_tables(p, error))
		return false;
	ferry_planner_plan_enums(p);
	for (guint i = 0; i < p->items->len; i++)
		if (!ferry_planner_plan_table(p, &g_array_index(p->items, FerryPlanItem, i), error))
			return false;
	for (guint i = 0; i < p->plan->tables->len; i++)
		ferry_planner_plan_keys(p, p->plan->tables->pdata[i]);
	for (guint i = 0; i < p->plan->tables->len; i++)
		ferry_planner_plan_foreign_keys(p, p->plan->tables->pdata[i]);
	for (guint i = 0; i < p->plan->tables->len; i++)
		ferry_planner_plan_partitions(p, p->plan->tables->pdata[i]);
	ferry_planner_plan_objects(p);
	return true;
}

static bool match_all(FerryPlanner *p, GError **error)
{
	g_autoptr(FerryCatalog) existing = NULL;
	g_autoptr(FerryTableNames) names = NULL;
	FerryConnection *target = p->target;

	if (!ferry_source(target)) {
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
				  "%s cannot be read, so --data-only does not work with it as target",
				  target->connector->title);
	}
	if (!ferry_source(target)->catalog(target, &existing, error)) {
		g_prefix_error(error, "reading the target's catalog: ");
		return false;
	}
	names = ferry_table_names_new(existing);
	ferry_planner_find_renamed(p);
	for (guint i = 0; i < p->items->len; i++)
		if (!ferry_planner_match_existing(p, &g_array_index(p->items, FerryPlanItem, i), names,
						  error))
			return false;
	return true;
}

/* Leaves only the tables that take part in the source's catalog. */
static void drop_unselected(FerryPlanner *p)
{
	g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
	GPtrArray *tables = p->plan->source->tables;

	for (guint i = 0; i < p->items->len; i++)
		g_hash_table_add(used, g_array_index(p->items, FerryPlanItem, i).source);
	for (guint i = tables->len; i-- > 0;)
		if (!g_hash_table_contains(used, tables->pdata[i]))
			g_ptr_array_remove_index(tables, i);
}

static void planner_clear(FerryPlanner *p)
{
	g_free(p->default_schema);
	g_array_unref(p->items);
	g_ptr_array_unref(p->casts);
	g_hash_table_unref(p->queries);
	g_hash_table_unref(p->used_columns);
	g_hash_table_unref(p->schema_names);
	g_hash_table_unref(p->relation_scopes);
	g_hash_table_unref(p->by_name);
	g_hash_table_unref(p->enums);
	g_hash_table_unref(p->type_names);
}

static void clear_item(gpointer item)
{
	g_free(((FerryPlanItem *)item)->renamed);
}

static void planner_init(FerryPlanner *p, FerryConnection *source, FerryConnection *target,
			 const FerryProject *project, FerryPlan *plan)
{
	*p = (FerryPlanner){.project = project, .plan = plan, .source = source, .target = target};
	p->target_ops = ferry_target(target);
	p->caps = target->connector->caps;
	if (target->max_identifier)
		p->caps.max_identifier = target->max_identifier;
	p->from = source->connector->name;
	p->to = target->connector->name;
	p->is_same_system = strcmp(p->from, p->to) == 0;
	p->default_schema = p->target_ops->default_schema(target);
	p->casts = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_cast_free);
	p->items = g_array_new(FALSE, TRUE, sizeof(FerryPlanItem));
	g_array_set_clear_func(p->items, clear_item);
	p->queries = g_hash_table_new(NULL, NULL);
	p->used_columns = g_hash_table_new(NULL, NULL);
	p->schema_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	p->relation_scopes =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)ferry_name_scope_free);
	p->by_name =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	p->enums = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	p->type_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	plan->target = ferry_catalog_new(p->to);
	plan->target->product = g_strdup(target->server_product);
	plan->target->version = g_strdup(target->server_version);
	plan->target->database = g_strdup(target->url ? target->url->database : NULL);
}

/* Tables that are nothing the target can make. */
static void leave_out_bare(FerryPlanner *p, GPtrArray *selected)
{
	for (guint i = selected->len; !p->caps.has_bare_tables && i-- > 0;) {
		const FerryTable *table = selected->pdata[i];

		if (table->columns->len > 0)
			continue;
		ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "table", table, NULL,
				      "not converted: it has no columns, and the target has no such tables");
		g_ptr_array_remove_index(selected, i);
	}
}

/* What takes part, and how it is read. */
static bool choose_tables(FerryPlanner *p, GError **error)
{
	g_autoptr(GPtrArray) selected = NULL;

	if (!ferry_planner_check_schemas(p, error) || !ferry_planner_parse_casts(p, error) ||
	    !ferry_planner_describe_queries(p, error))
		return false;
	selected = ferry_select_tables(p->plan->source, (const char *const *)p->project->include,
				       (const char *const *)p->project->exclude, error);
	if (!selected)
		return false;
	leave_out_bare(p, selected);
	ferry_planner_decide_schemas(p, selected);
	return ferry_planner_make_items(p, selected, error);
}

static bool make_plan(FerryPlanner *p, void (*progress)(const char *table, gpointer data), gpointer data,
		      GError **error)
{
	if (!choose_tables(p, error) || !profile(p, progress, data, error))
		return false;
	if (!(p->project->data_only ? match_all(p, error) : map_all(p, error)))
		return false;
	if (!ferry_planner_check_picks(p, error) || !ferry_planner_plan_staging(p, error))
		return false;
	if (p->target_ops->note_limits && !p->target_ops->note_limits(p->target, p->plan->target, error))
		return false;
	finish(p);
	drop_unselected(p);
	return true;
}

static bool is_query(const FerryProject *project, const char *name)
{
	for (guint i = 0; project->tables && i < project->tables->len; i++) {
		const FerryProjectTable *entry = project->tables->pdata[i];

		if (entry->query && strcmp(entry->source, name) == 0)
			return true;
	}
	return false;
}

/* Whether what was read is enough: the one table, or nothing where a query is looked at. */
static bool has_included(const FerryCatalog *catalog, const FerryProject *project)
{
	const char *name = project->include ? project->include[0] : NULL;

	if (!name)
		return false;
	for (guint i = 0; i < catalog->tables->len; i++)
		if (ferry_select_matches(catalog->tables->pdata[i], name))
			return true;
	return is_query(project, name);
}

static bool read_source(FerryPlanner *p, GError **error)
{
	FerryPlan *plan = p->plan;
	const FerrySourceOps *ops = ferry_source(p->source);
	bool is_ok = ops->catalog(p->source, &plan->source, error);

	p->is_partial = p->source->only_table != NULL;
	if (is_ok && p->is_partial && !has_included(plan->source, p->project)) {
		p->is_partial = false;
		p->source->only_table = NULL;
		g_clear_pointer(&plan->source, ferry_catalog_free);
		is_ok = ops->catalog(p->source, &plan->source, error);
	}
	if (!is_ok)
		g_prefix_error(error, "reading the source's catalog: ");
	return is_ok;
}

FerryPlan *ferry_plan_new(FerryConnection *source, FerryConnection *target, const FerryProject *project,
			  void (*progress)(const char *table, gpointer data), gpointer data, GError **error)
{
	g_autoptr(FerryPlan) plan = NULL;
	FerryPlanner planner;
	bool is_ok;

	if (!ferry_source(source) || !ferry_target(target)) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "%s cannot be copied into %s",
			   source->connector->title, target->connector->title);
		return NULL;
	}
	plan = plan_alloc(project, target->connector);
	planner_init(&planner, source, target, project, plan);
	is_ok = read_source(&planner, error) && make_plan(&planner, progress, data, error);
	planner_clear(&planner);
	return is_ok ? g_steal_pointer(&plan) : NULL;
}

GPtrArray *ferry_plan_ddl(const FerryPlan *plan, FerryDdlPhase phase)
{
	GPtrArray *statements = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);
	const FerryTargetOps *ops = plan->target_connector->target;

	/* Catalog first: schemas and types before what uses them. What takes long is begun with the biggest
	 * table. */
	ops->ddl(plan->target, NULL, phase, statements);
	for (guint i = 0; i < plan->tables->len; i++)
		ops->ddl(plan->target, ((FerryTablePlan *)plan->tables->pdata[i])->target, phase, statements);
	return statements;
}

bool ferry_plan_count_chunks(FerryPlan *plan, FerryConnection *source, size_t n_rows, GError **error)
{
	for (guint i = 0; i < plan->tables->len; i++) {
		FerryTablePlan *table = plan->tables->pdata[i];
		g_autoptr(GPtrArray) chunks = NULL;

		table->n_chunks = 1;
		if (!ferry_source(source)->split)
			continue;
		if (!ferry_source(source)->split(source, table->source, n_rows, &chunks, error)) {
			g_prefix_error(error, "splitting %s into chunks: ", table->source->name);
			return false;
		}
		table->n_chunks = chunks->len;
	}
	return true;
}
