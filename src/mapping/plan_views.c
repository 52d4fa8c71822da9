/*
 * Views of an Oracle source, materialized ones too, translated for PostgreSQL (view.h). A view may read
 * others, so they are tried again as long as one more is known; they go into the target's catalog in the
 * order in which they can be made. What does not translate says why and stays with the other objects that are
 * not converted. The target itself has the last word: each is made in a transaction of its own after the
 * load, and one that the target refuses is told in the report.
 */
#include "mapping/planner.h"
#include "mapping/view_internal.h"

#include <string.h>

typedef struct Views {
	FerryPlanner *p;
	GHashTable *relations; /* "schema.name" of the source -> FerryViewRelation, owned */
	/* of the view at work */
	const char *schema;
	bool reads_copy; /* some table or view of the copy */
} Views;

static void relation_free(gpointer data)
{
	FerryViewRelation *relation = data;

	g_free(relation->sql);
	g_ptr_array_unref(relation->columns);
	g_free(relation);
}

static char *qualify(const FerryPlanner *p, const char *schema, const char *name)
{
	g_autofree char *quoted = p->target_ops->quote_identifier(name);
	g_autofree char *quoted_schema = schema ? p->target_ops->quote_identifier(schema) : NULL;

	return schema ? g_strconcat(quoted_schema, ".", quoted, NULL) : g_steal_pointer(&quoted);
}

static char *key_of(const char *schema, const char *name)
{
	return g_strconcat(schema ? schema : "", ".", name, NULL);
}

static FerryViewRelation *add_relation(Views *v, const char *key, char *sql)
{
	FerryViewRelation *relation = g_new0(FerryViewRelation, 1);

	relation->sql = sql;
	relation->columns = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_view_column_free);
	g_hash_table_insert(v->relations, g_strdup(key), relation);
	return relation;
}

/* ---- tables ---- */

static FerryViewColumn *table_column(const FerryTablePlan *table, const FerryColumnDef *source)
{
	const Parser any = {.to_postgres = true};
	const FerryColumnPlan *plan = ferry_table_plan_find(table, source->name);
	FerryViewColumn *column =
		ferry_view_column_new(source->name, plan ? plan->target->name : NULL, KIND_OTHER);

	if (!plan)
		return column;
	Kind from = ferry_expr_kind_of_type(&any, &source->type);
	Kind to = ferry_expr_kind_of_type(&any, &plan->target->type);
	bool is_same = from == to || (ferry_expr_is_kind_numeric(from) && ferry_expr_is_kind_numeric(to));
	column->kind = is_same && !plan->target->enum_name ? to : KIND_OTHER;
	column->is_narrow =
		plan->target->type.id == FERRY_TYPE_INT8 || plan->target->type.id == FERRY_TYPE_INT16 ||
		plan->target->type.id == FERRY_TYPE_INT32 || plan->target->type.id == FERRY_TYPE_FLOAT32;
	column->is_padded = to == KIND_TEXT && plan->target->type.is_fixed;
	column->is_date = column->kind == KIND_TIMESTAMP && g_strcmp0(source->native_type, "DATE") == 0;
	return column;
}

/* Tables that go into one target each, as a whole. */
static void add_tables(Views *v)
{
	FerryPlan *plan = v->p->plan;

	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *table = plan->tables->pdata[i];
		const GPtrArray *same =
			ferry_planner_find_tables(v->p, table->source->schema, table->source->name);

		if (table->source->query || table->source->filter || (same && same->len > 1))
			continue;
		g_autofree char *key = key_of(table->source->schema, table->source->name);
		FerryViewRelation *relation =
			add_relation(v, key, qualify(v->p, table->target->schema, table->target->name));
		for (guint c = 0; c < table->source->columns->len; c++)
			g_ptr_array_add(relation->columns,
					table_column(table, table->source->columns->pdata[c]));
	}
}

/* ---- views ---- */

static const FerryViewRelation *find_relation(const char *schema, const char *name, gpointer data)
{
	Views *v = data;
	g_autofree char *key = key_of(schema ? schema : v->schema, name);
	const FerryViewRelation *relation = g_hash_table_lookup(v->relations, key);

	v->reads_copy |= relation != NULL;
	return relation;
}

static char *spell(const char *name, gpointer data)
{
	return ferry_planner_spell(((Views *)data)->p, name);
}

/* As the dictionary calls the columns, or else the query. False: they are of another number. */
static bool name_columns(Views *v, const FerryOther *other, FerryView *view, GPtrArray *columns)
{
	if (other->columns->len && other->columns->len != columns->len)
		return false;
	for (guint i = 0; i < columns->len; i++) {
		FerryViewColumn *column = columns->pdata[i];

		if (other->columns->len) {
			g_free(column->name);
			g_free(column->target);
			column->name = g_strdup(other->columns->pdata[i]);
			column->target = ferry_planner_spell(v->p, column->name);
		}
		if (!column->target)
			return false;
		g_ptr_array_add(view->columns, g_strdup(column->target));
	}
	return true;
}

static bool is_materialized(const FerryOther *other)
{
	return strcmp(other->kind, "materialized view") == 0;
}

static void note_view(Views *v, const FerryOther *other, const char *key, const char *remark)
{
	g_autoptr(GString) look = g_string_new(remark);

	if (is_materialized(other))
		g_string_append_printf(look,
				       "%sit is filled once: when it is refreshed is yours to say (REFRESH "
				       "MATERIALIZED VIEW), and its indexes are to be made anew",
				       remark ? "; " : "");
	ferry_planner_note(v->p, look->len ? FERRY_SEVERITY_WARNING : FERRY_SEVERITY_INFO, other->kind, key,
			   "translated%s%s", look->len ? "; look at it: " : "", look->str);
}

static void add_view(Views *v, FerryOther *other, char *query, GPtrArray *columns, const char *remark)
{
	FerryPlanner *p = v->p;
	const char *schema = ferry_planner_map_schema(p, other->schema);
	g_autofree char *key = key_of(other->schema, other->name),
			*wish = ferry_planner_wish(p, other->schema, other->name);
	g_autofree char *name = ferry_name_scope_claim(ferry_planner_relations(p, schema), wish, key);
	g_autofree char *spelt = ferry_planner_spell(p, other->name);
	FerryView *view = ferry_view_new(schema, name);

	view->query = query;
	view->origin = g_strdup(key);
	view->is_materialized = is_materialized(other);
	if (!name_columns(v, other, view, columns)) {
		other->reason =
			g_strdup("the dictionary has another number of columns for it than its query");
		ferry_view_free(view);
		return;
	}
	g_ptr_array_add(p->plan->target->views, view);
	FerryViewRelation *relation = add_relation(v, key, qualify(p, schema, name));
	g_ptr_array_unref(relation->columns);
	relation->columns = g_ptr_array_ref(columns);
	other->is_converted = true;
	note_view(v, other, key, remark);
	if (strcmp(name, spelt) != 0)
		ferry_planner_note(p, FERRY_SEVERITY_INFO, other->kind, key, "is called %s in the target",
				   name);
}

/* Where tables are named, a view that speaks of none of them is none of the copy's. */
static bool is_whole_database(const FerryPlanner *p)
{
	return !p->project->include || !p->project->include[0];
}

/* False: it is not translated, for other->reason. */
static bool try_view(Views *v, FerryOther *other)
{
	const FerryViewContext context = {.relation = find_relation, .spell = spell, .data = v};
	g_autoptr(GPtrArray) columns = NULL;
	g_autofree char *remark = NULL;
	char *query;

	v->schema = other->schema;
	v->reads_copy = is_whole_database(v->p);
	g_clear_pointer(&other->reason, g_free);
	query = ferry_view_translate(other->definition, &context, &columns, &remark, &other->reason);
	if (!query)
		return false;
	if (!v->reads_copy) {
		g_free(query);
		other->reason = g_strdup("it reads no table of the copy");
		return false;
	}
	add_view(v, other, query, columns, remark);
	return other->is_converted;
}

static bool is_open(const FerryOther *other)
{
	return (strcmp(other->kind, "view") == 0 || is_materialized(other)) && other->definition &&
	       !other->is_converted;
}

static void try_all(Views *v)
{
	const GPtrArray *others = v->p->plan->source->others;
	bool has_more = true;

	while (has_more) {
		has_more = false;
		for (guint i = 0; i < others->len; i++)
			if (is_open(others->pdata[i]))
				has_more |= try_view(v, others->pdata[i]);
	}
}

void ferry_planner_plan_views(FerryPlanner *p)
{
	Views v = {.p = p};

	if (strcmp(p->from, "oracle") != 0 || strcmp(p->to, "postgres") != 0)
		return;
	if (p->project->staging) {
		for (guint i = 0; i < p->plan->source->others->len; i++) {
			FerryOther *other = p->plan->source->others->pdata[i];
			if (is_open(other) && !other->reason)
				other->reason = g_strdup("a staged load makes no views");
		}
		return;
	}
	v.relations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, relation_free);
	add_tables(&v);
	try_all(&v);
	g_hash_table_unref(v.relations);
}
