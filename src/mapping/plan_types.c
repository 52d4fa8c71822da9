/*
 * The types that users make of others (domains, composite types, ranges), between two databases of one
 * system: each that a column or another type needs is taken into the target's catalog, what it needs itself
 * before it, so that the catalog's order is one in which they can be made. A type of an extension stays where
 * the target has the extension. Columns of any other type become what their connector says they are without
 * it, with a note.
 *
 * type_names tells, for expressions and definitions, how a type is called in the target.
 */
#include "mapping/planner.h"

#include <string.h>

static char *type_key(const char *schema, const char *name)
{
	return g_strconcat(schema ? schema : "", ".", name, NULL);
}

static char *quoted_name(const FerryPlanner *p, const char *schema, const char *name)
{
	g_autofree char *quoted = p->target_ops->quote_identifier(name);
	g_autofree char *quoted_schema = schema ? p->target_ops->quote_identifier(schema) : NULL;

	return schema ? g_strconcat(quoted_schema, ".", quoted, NULL) : g_steal_pointer(&quoted);
}

void ferry_planner_name_type(FerryPlanner *p, const char *source_schema, const char *source_name,
			     const char *schema, const char *name)
{
	g_hash_table_insert(p->type_names, type_key(source_schema, source_name),
			    name ? quoted_name(p, schema, name) : NULL);
}

/* ---- one type ---- */

static bool keep_needs(FerryPlanner *p, const FerryUserType *type, const char *object)
{
	for (char **need = type->needs; need[0] && need[1]; need += 2) {
		if (ferry_planner_keep_type(p, need[0], need[1]))
			continue;
		ferry_planner_note(p, FERRY_SEVERITY_LOSS, ferry_user_type_kind_name(type->kind), object,
				   "not converted: it needs type %s.%s, which is not created in the target",
				   need[0], need[1]);
		return false;
	}
	return true;
}

static void note_all(FerryPlanner *p, const FerryUserType *type)
{
	for (guint i = 0; i < type->notes->len; i++) {
		const FerryNote *note = type->notes->pdata[i];

		ferry_planner_note(p, note->severity, note->kind, note->object, "%s", note->text);
	}
}

static bool add_user_type(FerryPlanner *p, const FerryUserType *source)
{
	const char *schema = ferry_planner_map_schema(p, source->schema);
	g_autofree char *key = type_key(source->schema, source->name);
	g_autofree char *name = NULL;
	FerryUserType *type;

	note_all(p, source);
	if (!source->definition || !keep_needs(p, source, key))
		return false;
	name = ferry_name_scope_claim(ferry_planner_relations(p, schema), source->name, key);
	if (strcmp(name, source->name) != 0)
		ferry_planner_note(p, FERRY_SEVERITY_INFO, ferry_user_type_kind_name(source->kind), key,
				   "is called %s in the target", name);
	type = ferry_user_type_copy(source);
	g_free(type->schema);
	g_free(type->name);
	type->schema = g_strdup(schema);
	type->name = g_strdup(name);
	ferry_planner_respell(p, &type->definition);
	g_ptr_array_add(p->plan->target->types, type);
	ferry_planner_name_type(p, source->schema, source->name, schema, name);
	return true;
}

bool ferry_planner_keep_type(FerryPlanner *p, const char *schema, const char *name)
{
	g_autofree char *key = type_key(schema, name);
	const FerryUserType *type;
	gpointer known;

	if (g_hash_table_lookup_extended(p->type_names, key, NULL, &known))
		return known != NULL;
	if (!p->is_same_system || !name)
		return false;
	/* Not kept unless what follows says otherwise; and no type is looked at twice. */
	ferry_planner_name_type(p, schema, name, NULL, NULL);
	if (ferry_planner_keep_enum(p, schema, name))
		return true;
	type = ferry_catalog_find_user_type(p->plan->source, schema, name);
	if (type)
		return add_user_type(p, type);
	if (!p->target_ops->has_extension_type || !p->target_ops->has_extension_type(p->target, schema, name))
		return false;
	ferry_planner_name_type(p, schema, name, schema, name);
	return true;
}

/* ---- columns ---- */

/* What the domain gives its columns comes with it. */
static void take_domain(FerryColumnDef *column)
{
	if (column->has_domain_not_null)
		column->not_null = false;
	if (column->has_domain_default) {
		column->default_kind = FERRY_DEFAULT_NONE;
		g_clear_pointer(&column->default_text, g_free);
	}
	if (column->has_domain_collation)
		g_clear_pointer(&column->collation, g_free);
}

static void note_lost_type(FerryPlanner *p, const FerryTable *source, const FerryColumnDef *column,
			   const char *name)
{
	const FerryUserType *type =
		ferry_catalog_find_user_type(p->plan->source, column->type_schema, column->type_name);
	const char *kind = type                ? ferry_user_type_kind_name(type->kind)
			   : column->is_domain ? "domain"
			   : p->is_same_system ? "extension or table type"
					       : "extension type";

	if (column->is_domain && strcmp(column->native_type, "text") != 0)
		ferry_planner_note_in(
			p, FERRY_SEVERITY_WARNING, "column", source, name,
			"domain %s is not created in the target: the column gets its base type %s, "
			"without the domain's checks",
			column->user_type, column->native_type);
	else
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "column", source, name,
				      "%s %s is not created in the target: the column becomes text", kind,
				      column->user_type);
}

/* An expression over a type that is not there would not be understood. */
static void lose_default(FerryPlanner *p, const FerryTable *source, FerryColumnDef *column, const char *name)
{
	if (!p->is_same_system || column->is_domain || column->default_kind != FERRY_DEFAULT_EXPRESSION)
		return;
	ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "column", source, name,
			      "default %s is not converted: its type is not created", column->default_text);
	column->default_kind = FERRY_DEFAULT_NONE;
	g_clear_pointer(&column->default_text, g_free);
}

void ferry_planner_plan_column_type(FerryPlanner *p, const FerryTable *source, FerryColumnDef *column,
				    const char *name)
{
	if (!column->user_type)
		return;
	if (ferry_planner_keep_type(p, column->type_schema, column->type_name)) {
		ferry_planner_respell(p, &column->user_type);
		if (column->is_domain)
			take_domain(column);
		return;
	}
	note_lost_type(p, source, column, name);
	lose_default(p, source, column, name);
	g_clear_pointer(&column->user_type, g_free);
}

/* ---- the rest ---- */

static bool is_used(const FerryPlanner *p, const FerryUserType *type)
{
	g_autofree char *key = type_key(type->schema, type->name);

	return g_hash_table_contains(p->type_names, key);
}

/* Types that no column has made come along where the whole database does. */
void ferry_planner_plan_types(FerryPlanner *p)
{
	const FerryCatalog *source = p->plan->source;
	bool is_whole = !p->project->include || !p->project->include[0];

	for (guint i = 0; i < source->types->len; i++) {
		const FerryUserType *type = source->types->pdata[i];
		const char *kind = ferry_user_type_kind_name(type->kind);
		g_autofree char *object = type_key(type->schema, type->name);

		if (!p->is_same_system)
			ferry_planner_note(p, FERRY_SEVERITY_LOSS, kind, object,
					   "not converted: Ferry does not convert %ss yet", kind);
		else if (is_whole && !is_used(p, type))
			ferry_planner_keep_type(p, type->schema, type->name);
	}
}
