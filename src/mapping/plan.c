/*
 * The plan: reads the source's catalog, selects, profiles, and has the parts of the mapping fill the target's
 * catalog; see planner.h for the steps. Tables are planned in the order of their names, so that names and
 * notes do not depend on sizes, and put in the order of their sizes at the end.
 */
#include "mapping/planner.h"

#include "mapping/select.h"

#include <string.h>

static void free_table_plan(gpointer data)
{
	FerryTablePlan *table = data;

	g_array_unref(table->columns);
	ferry_schema_free(table->read_schema);
	ferry_schema_free(table->write_schema);
	ferry_transform_free(table->transform);
	g_free(table);
}

void ferry_plan_free(FerryPlan *plan)
{
	if (!plan)
		return;
	g_ptr_array_unref(plan->tables);
	g_ptr_array_unref(plan->notes);
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

const char *ferry_planner_map_schema(const FerryPlanner *p, const char *source_schema)
{
	if (!p->caps.has_schemas)
		return NULL;
	return p->keeps_schemas && source_schema ? source_schema : p->default_schema;
}

char *ferry_planner_wish(const FerryPlanner *p, const char *source_schema, const char *name)
{
	if (p->keeps_schemas && !p->caps.has_schemas && source_schema)
		return g_strconcat(source_schema, "_", name, NULL);
	return g_strdup(name);
}

FerryNameScope *ferry_planner_relations(FerryPlanner *p, const char *target_schema)
{
	const char *key = target_schema ? target_schema : "";
	FerryNameScope *scope = g_hash_table_lookup(p->relation_scopes, key);

	if (!scope) {
		scope = ferry_name_scope_new(p->caps.max_identifier, p->caps.folds_case);
		g_hash_table_insert(p->relation_scopes, g_strdup(key), scope);
	}
	return scope;
}

FerryTablePlan *ferry_planner_add_table_plan(FerryPlanner *p, FerryTable *source, FerryTable *target)
{
	FerryTablePlan *table = g_new0(FerryTablePlan, 1);

	table->source = source;
	table->target = target;
	table->columns = g_array_new(FALSE, TRUE, sizeof(FerryColumnPlan));
	g_ptr_array_add(p->plan->tables, table);
	g_hash_table_insert(p->by_source, source, table);
	return table;
}

const FerryColumnPlan *ferry_table_plan_find(const FerryTablePlan *table, const char *source_column)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (strcmp(column->source->name, source_column) == 0)
			return column;
	}
	return NULL;
}

static bool is_in_key(const FerryIndex *key, const char *column)
{
	for (guint i = 0; key && i < key->parts->len; i++)
		if (g_strcmp0(((FerryIndexPart *)key->parts->pdata[i])->column, column) == 0)
			return true;
	return false;
}

void ferry_table_plan_make_schemas(FerryTablePlan *table)
{
	const FerryIndex *key = ferry_table_row_key(table->source);
	size_t n = 0, at = 0;

	for (guint i = 0; i < table->columns->len; i++)
		n += g_array_index(table->columns, FerryColumnPlan, i).is_copied;
	table->read_schema = ferry_schema_new(n);
	table->write_schema = ferry_schema_new(n);
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);
		FerryField field = {.type = column->target->type,
				    .is_key = is_in_key(key, column->source->name)};

		if (!column->is_copied)
			continue;
		field.name = g_strdup(column->source->name);
		table->read_schema->fields[at] = field;
		field.name = g_strdup(column->target->name);
		table->write_schema->fields[at++] = field;
	}
}

/* ---- schemas ---- */

/* Several schemas keep their names; a single one lands in the target's default. Not the number of schemas in
 * the database counts but that of those which take part. */
static void decide_schemas(FerryPlanner *p, const GPtrArray *selected)
{
	const char *first = ((FerryTable *)selected->pdata[0])->schema;

	for (guint i = 1; i < selected->len; i++)
		if (g_strcmp0(((FerryTable *)selected->pdata[i])->schema, first) != 0)
			p->keeps_schemas = true;
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

static void hash_column(GChecksum *hash, const FerryColumnPlan *column)
{
	g_autofree char *type = ferry_type_to_string(&column->target->type);

	hash_text(hash, column->source->name);
	hash_text(hash, column->target->name);
	hash_text(hash, column->target->native_type);
	hash_text(hash, type);
	hash_text(hash, column->is_copied ? "copied" : "generated");
}

/* Over the tables in the order of their names: sizes are estimates and differ a little every time. */
static char *fingerprint(const FerryPlan *plan)
{
	g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);

	hash_text(hash, "plan 1");
	hash_text(hash, plan->source->connector);
	hash_text(hash, plan->source->database);
	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *table = plan->tables->pdata[i];

		hash_text(hash, "table");
		hash_text(hash, table->source->schema);
		hash_text(hash, table->source->name);
		hash_text(hash, table->target->schema);
		hash_text(hash, table->target->name);
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

static void finish(FerryPlanner *p)
{
	FerryPlan *plan = p->plan;

	ferry_planner_collect_notes(p);
	g_ptr_array_sort(plan->notes, compare_notes); /* stable: GLib says so */
	plan->fingerprint = fingerprint(plan);
	g_ptr_array_sort(plan->tables, compare_sizes);
	for (guint i = 0; i < plan->tables->len; i++)
		((FerryTablePlan *)plan->tables->pdata[i])->index = i;
}

/* ---- the steps ---- */

static bool profile(FerryConnection *c, const GPtrArray *selected,
		    void (*progress)(const char *table, gpointer data), gpointer data, GError **error)
{
	if (!ferry_source(c)->profile)
		return true;
	for (guint i = 0; i < selected->len; i++) {
		g_autofree char *name = ferry_table_display_name(selected->pdata[i]);

		if (progress)
			progress(name, data);
		if (!ferry_source(c)->profile(c, selected->pdata[i], error)) {
			g_prefix_error(error, "looking at the data of table %s: ", name);
			return false;
		}
	}
	return true;
}

static void map_all(FerryPlanner *p, const GPtrArray *selected)
{
	g_autoptr(GPtrArray) targets = g_ptr_array_new();

	/* All tables' names first: an index must not take one of them. */
	for (guint i = 0; i < selected->len; i++) {
		const FerryTable *source = selected->pdata[i];
		const char *schema = ferry_planner_map_schema(p, source->schema);
		g_autofree char *wish = ferry_planner_wish(p, source->schema, source->name);
		g_autofree char *full = ferry_table_display_name(source);
		g_autofree char *name =
			ferry_name_scope_claim(ferry_planner_relations(p, schema), wish, full);
		FerryTable *target = ferry_table_new(schema, name);

		if (strcmp(name, source->name) != 0)
			ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "table", source, NULL,
					      "is called %s in the target", name);
		g_ptr_array_add(targets, target);
		g_ptr_array_add(p->plan->target->tables, target);
	}
	ferry_planner_plan_enums(p);
	for (guint i = 0; i < selected->len; i++)
		ferry_planner_plan_table(p, selected->pdata[i], targets->pdata[i]);
	for (guint i = 0; i < p->plan->tables->len; i++)
		ferry_planner_plan_keys(p, p->plan->tables->pdata[i]);
	for (guint i = 0; i < p->plan->tables->len; i++)
		ferry_planner_plan_foreign_keys(p, p->plan->tables->pdata[i]);
	ferry_planner_plan_objects(p);
}

static bool match_all(FerryPlanner *p, FerryConnection *target, const GPtrArray *selected, GError **error)
{
	g_autoptr(FerryCatalog) existing = NULL;

	if (!ferry_source(target)) {
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
				  "%s cannot be read, so --data-only does not work with it as target",
				  target->connector->title);
	}
	if (!ferry_source(target)->catalog(target, &existing, error)) {
		g_prefix_error(error, "reading the target's catalog: ");
		return false;
	}
	for (guint i = 0; i < selected->len; i++)
		if (!ferry_planner_match_existing(p, selected->pdata[i], existing, error))
			return false;
	return true;
}

/* Leaves only the tables that take part in the source's catalog. */
static void drop_unselected(FerryCatalog *catalog, const GPtrArray *selected)
{
	for (guint i = catalog->tables->len; i-- > 0;)
		if (!g_ptr_array_find((GPtrArray *)selected, catalog->tables->pdata[i], NULL))
			g_ptr_array_remove_index(catalog->tables, i);
}

static void planner_clear(FerryPlanner *p)
{
	g_free(p->default_schema);
	g_hash_table_unref(p->relation_scopes);
	g_hash_table_unref(p->by_source);
	g_hash_table_unref(p->enums);
	g_hash_table_unref(p->type_names);
}

static void planner_init(FerryPlanner *p, FerryConnection *source, FerryConnection *target,
			 const FerryProject *project, FerryPlan *plan)
{
	*p = (FerryPlanner){.project = project, .plan = plan};
	p->target_ops = ferry_target(target);
	p->caps = target->connector->caps;
	p->from = source->connector->name;
	p->to = target->connector->name;
	p->is_same_system = strcmp(p->from, p->to) == 0;
	p->default_schema = p->target_ops->default_schema(target);
	p->relation_scopes =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)ferry_name_scope_free);
	p->by_source = g_hash_table_new(NULL, NULL);
	p->enums = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	p->type_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	p->target = target;
	plan->target = ferry_catalog_new(p->to);
	plan->target->product = g_strdup(target->server_product);
	plan->target->version = g_strdup(target->server_version);
	plan->target->database = g_strdup(target->url ? target->url->database : NULL);
}

FerryPlan *ferry_plan_new(FerryConnection *source, FerryConnection *target, const FerryProject *project,
			  void (*progress)(const char *table, gpointer data), gpointer data, GError **error)
{
	g_autoptr(FerryPlan) plan = NULL;
	g_autoptr(GPtrArray) selected = NULL;
	FerryPlanner planner;
	bool is_ok = true;

	if (!ferry_source(source) || !ferry_target(target)) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "%s cannot be copied into %s",
			   source->connector->title, target->connector->title);
		return NULL;
	}
	plan = plan_alloc(project, target->connector);
	if (!ferry_source(source)->catalog(source, &plan->source, error)) {
		g_prefix_error(error, "reading the source's catalog: ");
		return NULL;
	}
	selected = ferry_select_tables(plan->source, (const char *const *)project->include,
				       (const char *const *)project->exclude, error);
	if (!selected || !profile(source, selected, progress, data, error))
		return NULL;
	planner_init(&planner, source, target, project, plan);
	decide_schemas(&planner, selected);
	if (project->data_only)
		is_ok = match_all(&planner, target, selected, error);
	else
		map_all(&planner, selected);
	if (is_ok) {
		finish(&planner);
		drop_unselected(plan->source, selected);
	}
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
