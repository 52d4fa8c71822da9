/*
 * Keys and indexes of a table, from the source's words into the target's. What exists under the same rules on
 * both sides goes over; what would mean something else is left out with a note. Checks are in plan_checks.c,
 * foreign keys in plan_foreign_keys.c.
 */
#include "mapping/planner.h"

#include <string.h>

/* A prefix index over a text that may be longer than this many characters becomes an index over the prefix,
 * since whole values would not fit into an index entry (PostgreSQL: 2704 bytes). */
#define MAX_INDEXED_CHARS 600

/* ---- expressions over a table's columns ---- */

static bool find_column(const char *name, FerryExpressionColumn *ret_column, gpointer data)
{
	const FerryTablePlan *table = data;
	const FerryColumnPlan *found = ferry_table_plan_find(table, name);

	for (guint i = 0; !found && i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (column->source && g_ascii_strcasecmp(column->source->name, name) == 0)
			found = column;
	}
	if (!found)
		return false;
	*ret_column = (FerryExpressionColumn){
		.name = found->target->name,
		.source = &found->source->type,
		.target = &found->target->type,
		.is_enum = found->target->enum_name != NULL,
		.is_generated = found->source->generated != FERRY_GENERATED_NONE,
		.collation = found->source->collation,
	};
	return true;
}

char *ferry_planner_convert(const FerryPlanner *p, const FerryTablePlan *table, FerryExpressionUse use,
			    const FerryType *result, const char *expression, char **ret_remark,
			    char **ret_reason)
{
	FerryExpressionContext context = {
		.from = p->from,
		.to = p->to,
		.use = use,
		.result = result,
		.column = find_column,
		.data = (gpointer)table,
	};

	return ferry_expression_translate(expression, &context, ret_remark, ret_reason);
}

/* ---- one index ---- */

static char *describe(const FerryIndex *index)
{
	GString *text = g_string_new(NULL);

	if (index->name && !index->is_primary)
		return g_string_free(g_string_append(text, index->name), FALSE);
	g_string_append(text, index->is_primary  ? "primary key ("
			      : index->is_unique ? "unique ("
						 : "index (");
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];

		g_string_append_printf(text, "%s%s", i ? ", " : "",
				       part->column ? part->column : part->expression);
	}
	return g_string_free(g_string_append_c(text, ')'), FALSE);
}

static void lose(FerryPlanner *p, const FerryTablePlan *table, const FerryIndex *index, const char *reason)
{
	g_autofree char *name = describe(index);

	ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "index", table->source, name, "not converted: %s",
			      reason);
}

static void remark(FerryPlanner *p, FerrySeverity severity, const FerryTablePlan *table,
		   const FerryIndex *index, const char *text)
{
	g_autofree char *name = describe(index);

	ferry_planner_note_in(p, severity, "index", table->source, name, "%s", text);
}

static bool plan_method(FerryPlanner *p, const FerryTablePlan *table, FerryIndex *index)
{
	if (!index->method || g_ascii_strcasecmp(index->method, "btree") == 0) {
		g_clear_pointer(&index->method, g_free);
		return true;
	}
	if (g_ascii_strcasecmp(index->method, "hash") == 0 ||
	    g_ascii_strcasecmp(index->method, "brin") == 0) {
		g_autofree char *text = g_strdup_printf("a %s index becomes a btree index", index->method);

		remark(p, FERRY_SEVERITY_INFO, table, index, text);
		g_clear_pointer(&index->method, g_free);
		return true;
	}
	{
		g_autofree char *text =
			g_strdup_printf("the target has no %s indexes of the same kind", index->method);

		lose(p, table, index, text);
	}
	return false;
}

/* MySQL's KEY(col(10)). Uniqueness of prefixes cannot be had; otherwise a wider index serves the same
 * searches. */
static bool plan_prefix(FerryPlanner *p, const FerryTablePlan *table, const FerryIndex *index,
			FerryIndexPart *part, const FerryColumnPlan *column)
{
	int64_t length = column->target->type.length;
	g_autofree char *name = NULL;

	if (index->is_unique) {
		lose(p, table, index, "it makes the first characters unique, not the whole value");
		return false;
	}
	if (length > 0 && length <= MAX_INDEXED_CHARS) {
		remark(p, FERRY_SEVERITY_INFO, table, index,
		       "a prefix of the column is indexed in the source, the whole column in the target");
	} else {
		name = p->target_ops->quote_identifier(part->column);
		part->expression =
			g_strdup_printf("substr(%s, 1, %" G_GINT64_FORMAT ")", name, part->prefix_len);
		g_clear_pointer(&part->column, g_free);
		remark(p, FERRY_SEVERITY_WARNING, table, index,
		       "whole values may be too long for an index of the target, so it is over "
		       "substr(column, 1, n): searches must say so too");
	}
	part->prefix_len = 0;
	return true;
}

static void strip_part(FerryPlanner *p, const FerryTablePlan *table, const FerryIndex *index,
		       FerryIndexPart *part)
{
	if (part->opclass || part->nulls_order)
		remark(p, FERRY_SEVERITY_INFO, table, index,
		       part->opclass ? "its operator class is not converted"
				     : "its NULLS FIRST/LAST is not converted");
	if (part->collation)
		remark(p, FERRY_SEVERITY_WARNING, table, index,
		       index->is_unique ? "its collation is not converted: values that differ in case only "
					  "may both be in"
					: "its collation is not converted");
	g_clear_pointer(&part->opclass, g_free);
	g_clear_pointer(&part->collation, g_free);
	part->nulls_order = 0;
}

static bool plan_expression_part(FerryPlanner *p, const FerryTablePlan *table, const FerryIndex *index,
				 FerryIndexPart *part)
{
	g_autofree char *reason = NULL, *note = NULL;
	char *text = ferry_planner_convert(p, table, FERRY_USE_INDEX, NULL, part->expression, &note, &reason);

	if (!text) {
		lose(p, table, index, reason);
		return false;
	}
	if (note)
		remark(p, FERRY_SEVERITY_WARNING, table, index, note);
	g_free(part->expression);
	part->expression = text;
	return true;
}

static bool plan_part(FerryPlanner *p, const FerryTablePlan *table, const FerryIndex *index,
		      FerryIndexPart *part)
{
	const FerryColumnPlan *column;

	if (!p->is_same_system)
		strip_part(p, table, index, part);
	if (!part->column)
		return p->is_same_system || plan_expression_part(p, table, index, part);
	column = ferry_table_plan_find(table, part->column);
	if (!column) {
		g_autofree char *reason = g_strdup_printf("its column %s is left out", part->column);

		lose(p, table, index, reason);
		return false;
	}
	g_free(part->column);
	part->column = g_strdup(column->target->name);
	return p->is_same_system || part->prefix_len == 0 || plan_prefix(p, table, index, part, column);
}

static bool plan_predicate(FerryPlanner *p, const FerryTablePlan *table, FerryIndex *index)
{
	g_autofree char *reason = NULL, *note = NULL, *why = NULL;
	char *text;

	if (!index->predicate)
		return true;
	text = ferry_planner_convert(p, table, FERRY_USE_PREDICATE, NULL, index->predicate, &note, &reason);
	if (!text) {
		why = g_strdup_printf("its condition (%s): %s", index->predicate, reason);
		lose(p, table, index, why);
		return false;
	}
	if (note)
		remark(p, FERRY_SEVERITY_WARNING, table, index, note);
	g_free(index->predicate);
	index->predicate = text;
	return true;
}

static void strip_index(FerryPlanner *p, const FerryTablePlan *table, FerryIndex *index)
{
	if (index->include->len)
		remark(p, FERRY_SEVERITY_INFO, table, index, "its INCLUDE columns are not converted");
	if (index->nulls_not_distinct)
		remark(p, FERRY_SEVERITY_WARNING, table, index,
		       "NULLS NOT DISTINCT is not converted: the target lets several NULLs in");
	if (index->deferrable)
		remark(p, FERRY_SEVERITY_WARNING, table, index,
		       "DEFERRABLE is not converted: it is checked at once in the target");
	g_ptr_array_set_size(index->include, 0);
	index->nulls_not_distinct = index->deferrable = index->initially_deferred = false;
	g_clear_pointer(&index->definition, g_free);
}

/* A column that is left out need not be in the index. */
static void rename_included(const FerryTablePlan *table, FerryIndex *index)
{
	for (guint i = index->include->len; i-- > 0;) {
		const FerryColumnPlan *column = ferry_table_plan_find(table, index->include->pdata[i]);

		if (column) {
			g_free(index->include->pdata[i]);
			index->include->pdata[i] = g_strdup(column->target->name);
		} else {
			g_ptr_array_remove_index(index->include, i);
		}
	}
}

static bool respell_index(FerryPlanner *p, const FerryTablePlan *table, FerryIndex *index)
{
	g_autofree char *reason = NULL;
	bool is_ok =
		(!index->is_exclusion || ferry_planner_respell_in(p, table, &index->definition, &reason)) &&
		ferry_planner_respell_in(p, table, &index->predicate, &reason);

	for (guint i = 0; is_ok && i < index->parts->len; i++)
		is_ok = ferry_planner_respell_in(
			p, table, &((FerryIndexPart *)index->parts->pdata[i])->expression, &reason);
	if (!is_ok)
		lose(p, table, index, reason);
	return is_ok;
}

/* The index as the target shall have it, but for its name; NULL where it is left out (then there is a note).
 */
static FerryIndex *convert_index(FerryPlanner *p, const FerryTablePlan *table, const FerryIndex *source)
{
	FerryIndex *index = ferry_index_copy(source);
	bool is_ok = true;

	if (!p->is_same_system && index->is_exclusion) {
		lose(p, table, index, "the target has no exclusion constraints");
		is_ok = false;
	} else if (!p->is_same_system) {
		strip_index(p, table, index);
		is_ok = plan_method(p, table, index) && plan_predicate(p, table, index);
	}
	for (guint i = 0; is_ok && i < index->parts->len; i++)
		is_ok = plan_part(p, table, index, index->parts->pdata[i]);
	if (is_ok && p->is_same_system)
		is_ok = respell_index(p, table, index);
	if (!is_ok) {
		ferry_index_free(index);
		return NULL;
	}
	rename_included(table, index);
	return index;
}

/* ---- names ---- */

/* PostgreSQL's way: table_column_key. */
static char *made_name(const FerryTable *target, const FerryIndex *index)
{
	GString *name = g_string_new(target->name);

	if (index->is_primary)
		return g_string_free(g_string_append(name, "_pkey"), FALSE);
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];

		g_string_append_printf(name, "_%s", part->column ? part->column : "expr");
	}
	return g_string_free(g_string_append(name, index->is_unique ? "_key" : "_idx"), FALSE);
}

static bool is_own_name(const FerryPlanner *p, const FerryIndex *index)
{
	if (!index->name || !index->name[0])
		return false;
	return p->is_same_system || !(g_str_has_prefix(index->name, "sqlite_autoindex_") ||
				      (index->is_primary && strcmp(index->name, "PRIMARY") == 0));
}

/* A constraint inside of CREATE TABLE needs no name; an index does, and so does what is made later, to be
 * found again. */
static bool needs_name(const FerryPlanner *p, const FerryIndex *index)
{
	return !p->caps.keys_in_create || !(index->is_primary || index->is_constraint);
}

static void name_index(FerryPlanner *p, const FerryTablePlan *table, FerryIndex *index)
{
	g_autofree char *old = is_own_name(p, index) ? g_steal_pointer(&index->name) : NULL;
	g_autofree char *source = ferry_table_display_name(table->source);
	g_autofree char *wish =
		old ? ferry_planner_spell(p, old) : ferry_planner_fold(p, made_name(table->target, index));
	g_autofree char *second = old ? g_strdup_printf("%s_%s", table->target->name, wish) : NULL;
	g_autofree char *full = g_strdup_printf("%s.%s", source, wish);

	g_clear_pointer(&index->name, g_free);
	if (!needs_name(p, index)) {
		index->name = old ? g_steal_pointer(&wish) : NULL;
		return;
	}
	index->name = ferry_name_scope_claim_either(ferry_planner_relations(p, table->target->schema), wish,
						    second, full);
	if (old && strcmp(old, index->name) != 0) {
		if (strcmp(wish, index->name) != 0)
			ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "index", table->source, old,
					      "is called %s in the target", index->name);
		if (!index->is_exclusion) /* a constraint's definition is without its name */
			g_clear_pointer(&index->definition, g_free);
	}
}

static int compare_indexes(gconstpointer a, gconstpointer b)
{
	const FerryIndex *x = *(FerryIndex *const *)a, *y = *(FerryIndex *const *)b;

	return g_strcmp0(x->name, y->name);
}

/* ---- one index for the same columns ---- */

static bool has_same_parts(const FerryIndex *a, const FerryIndex *b)
{
	bool is_same = a->parts->len == b->parts->len && !a->method && !b->method;

	for (guint i = 0; is_same && i < a->parts->len; i++) {
		const FerryIndexPart *x = a->parts->pdata[i], *y = b->parts->pdata[i];
		is_same = g_strcmp0(x->column, y->column) == 0 &&
			  g_strcmp0(x->expression, y->expression) == 0 && x->descending == y->descending;
	}
	return is_same;
}

static int strength(const FerryIndex *index)
{
	return index->is_primary ? 3 : index->is_constraint ? 2 : index->is_unique;
}

static bool has_twin(const FerryTable *target, guint at)
{
	const FerryIndex *index = target->indexes->pdata[at];

	if (target->primary_key && has_same_parts(index, target->primary_key))
		return true;
	for (guint i = 0; i < target->indexes->len; i++) {
		const FerryIndex *other = target->indexes->pdata[i];
		if (i != at && has_same_parts(index, other) &&
		    (strength(other) > strength(index) || (strength(other) == strength(index) && i < at)))
			return true;
	}
	return false;
}

/* The other one serves the same searches. */
static void drop_twins(FerryPlanner *p, const FerryTablePlan *table)
{
	FerryTable *target = table->target;

	for (guint i = target->indexes->len; p->caps.has_no_twin_indexes && i-- > 0;) {
		if (!has_twin(target, i))
			continue;
		remark(p, FERRY_SEVERITY_INFO, table, target->indexes->pdata[i],
		       "left out: another key or index is over the same columns, and the target has one "
		       "only");
		g_ptr_array_remove_index(target->indexes, i);
	}
}

void ferry_planner_plan_keys(FerryPlanner *p, const FerryTablePlan *table)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	FerryTable *target = table->target;

	g_clear_pointer(&target->primary_key, ferry_index_free);
	if (table->source->primary_key)
		target->primary_key = convert_index(p, table, table->source->primary_key);
	if (target->primary_key)
		name_index(p, table, target->primary_key);
	for (guint i = 0; i < table->source->indexes->len; i++) {
		FerryIndex *index = convert_index(p, table, table->source->indexes->pdata[i]);

		if (!index)
			continue;
		g_ptr_array_add(target->indexes, index);
	}
	drop_twins(p, table);
	for (guint i = 0; i < target->indexes->len; i++)
		g_ptr_array_add(sorted, target->indexes->pdata[i]);
	/* Who gets a name that several want must not hang on the order in which the server lists indexes. */
	g_ptr_array_sort(sorted, compare_indexes);
	for (guint i = 0; i < sorted->len; i++)
		name_index(p, table, sorted->pdata[i]);
	ferry_planner_plan_checks(p, table);
}
