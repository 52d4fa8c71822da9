/*
 * Foreign keys: between tables that both take part, over columns that are unique on the other side and of
 * comparable types in the target. Others are left out with a note, since the target would refuse them after
 * the whole load.
 */
#include "mapping/planner.h"

#include <string.h>

static void lose(FerryPlanner *p, const FerryTablePlan *table, const FerryForeignKey *key, const char *format,
		 ...) G_GNUC_PRINTF(4, 5);

static void lose(FerryPlanner *p, const FerryTablePlan *table, const FerryForeignKey *key, const char *format,
		 ...)
{
	g_autofree char *reason = NULL;
	g_autofree char *name =
		key->name ? g_strdup(key->name) : g_strdup_printf("foreign key to %s", key->ref_table);
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);
	ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "foreign key", table->source, name, "not converted: %s",
			      reason);
}

/* SQLite finds the table without regard to case, and so do some MySQL servers; an exact match comes first. */
static const FerryTablePlan *find_referenced(const FerryPlanner *p, const FerryTablePlan *from,
					     const FerryForeignKey *key)
{
	const char *schema = key->ref_schema ? key->ref_schema : from->source->schema;
	const GPtrArray *exact = ferry_planner_find_tables(p, schema, key->ref_table);
	const FerryTablePlan *found = NULL;

	if (exact)
		return exact->pdata[0];
	for (guint i = 0; i < p->plan->tables->len; i++) {
		const FerryTablePlan *table = p->plan->tables->pdata[i];

		if (g_strcmp0(table->source->schema, schema) != 0)
			continue;
		if (g_ascii_strcasecmp(table->source->name, key->ref_table) == 0)
			found = table;
	}
	return found;
}

static const FerryColumnPlan *find_column(const FerryTablePlan *table, const char *name)
{
	const FerryColumnPlan *found = ferry_table_plan_find(table, name);

	for (guint i = 0; !found && i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (column->source && g_ascii_strcasecmp(column->source->name, name) == 0)
			found = column;
	}
	return found;
}

/* Borrowed names, the primary key's where the foreign key names none. */
static GPtrArray *referenced_columns(const FerryTablePlan *referenced, const FerryForeignKey *key)
{
	GPtrArray *names = g_ptr_array_new();
	const FerryIndex *primary = referenced->source->primary_key;

	for (guint i = 0; i < key->ref_columns->len; i++)
		g_ptr_array_add(names, key->ref_columns->pdata[i]);
	for (guint i = 0; names->len == i && key->ref_columns->len == 0 && primary && i < primary->parts->len;
	     i++)
		g_ptr_array_add(names, ((FerryIndexPart *)primary->parts->pdata[i])->column);
	return names;
}

/* Are these columns, in any order, what the index makes unique? */
static bool covers(const FerryIndex *index, const GPtrArray *columns)
{
	if (!index || (!index->is_primary && !index->is_unique) || index->predicate ||
	    index->parts->len != columns->len)
		return false;
	for (guint i = 0; i < columns->len; i++) {
		bool is_found = false;

		for (guint k = 0; k < index->parts->len && !is_found; k++) {
			const FerryIndexPart *part = index->parts->pdata[k];

			is_found = part->prefix_len == 0 && g_strcmp0(part->column, columns->pdata[i]) == 0;
		}
		if (!is_found)
			return false;
	}
	return true;
}

static bool is_unique(const FerryTable *target, const GPtrArray *columns)
{
	if (covers(target->primary_key, columns))
		return true;
	for (guint i = 0; i < target->indexes->len; i++)
		if (covers(target->indexes->pdata[i], columns))
			return true;
	return false;
}

static bool is_integer(FerryTypeId id)
{
	return id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_INT64;
}

/* What PostgreSQL compares across types: integers of any width, and anything with its own kind. The
 * referenced side's index must be able to take the referencing side's values, so integer may refer to decimal
 * but not the other way round. */
static bool is_comparable(FerryTypeId from, FerryTypeId to)
{
	if (from == to || (is_integer(from) && is_integer(to)))
		return true;
	return is_integer(from) && to == FERRY_TYPE_DECIMAL;
}

static bool map_columns(FerryPlanner *p, const FerryTablePlan *table, const FerryTablePlan *referenced,
			const FerryForeignKey *source, FerryForeignKey *key)
{
	g_autoptr(GPtrArray) names = referenced_columns(referenced, source);

	if (names->len == 0 || names->len != source->columns->len) {
		lose(p, table, source, "table %s has no matching primary key", source->ref_table);
		return false;
	}
	for (guint i = 0; i < names->len; i++) {
		const FerryColumnPlan *from = find_column(table, source->columns->pdata[i]);
		const FerryColumnPlan *to = names->pdata[i] ? find_column(referenced, names->pdata[i]) : NULL;

		if (!from || !to) {
			lose(p, table, source, "column %s is left out",
			     from ? (const char *)names->pdata[i] : (const char *)source->columns->pdata[i]);
			return false;
		}
		/* A target that takes foreign keys afterwards is one that checks their types. */
		if (!p->caps.keys_in_create && !p->is_same_system &&
		    !is_comparable(from->target->type.id, to->target->type.id)) {
			lose(p, table, source, "%s is %s, but %s.%s is %s in the target", from->target->name,
			     from->target->native_type, referenced->target->name, to->target->name,
			     to->target->native_type);
			return false;
		}
		g_ptr_array_add(key->columns, g_strdup(from->target->name));
		g_ptr_array_add(key->ref_columns, g_strdup(to->target->name));
	}
	return true;
}

static char *made_name(const FerryTable *target, const FerryForeignKey *key)
{
	GString *name = g_string_new(target->name);

	for (guint i = 0; i < key->columns->len; i++)
		g_string_append_printf(name, "_%s", (const char *)key->columns->pdata[i]);
	return g_string_free(g_string_append(name, "_fkey"), FALSE);
}

static void name_key(FerryPlanner *p, const FerryTablePlan *table, const FerryForeignKey *source,
		     FerryForeignKey *key, FerryNameScope *names)
{
	g_autofree char *wish = source->name && source->name[0]
					? ferry_planner_spell(p, source->name)
					: ferry_planner_fold(p, made_name(table->target, key));

	g_clear_pointer(&key->name, g_free);
	if (p->caps.keys_in_create && !source->name)
		return;
	key->name = ferry_planner_claim_constraint(p, table, names, wish);
	if (source->name && strcmp(wish, key->name) != 0)
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "foreign key", table->source, source->name,
				      "is called %s in the target", key->name);
}

/* Rows that are referred to may be in another table, or be left out. */
static bool check_referenced(FerryPlanner *p, const FerryTablePlan *table, const FerryForeignKey *key,
			     const FerryTablePlan *referenced)
{
	const GPtrArray *same =
		ferry_planner_find_tables(p, referenced->source->schema, referenced->source->name);

	if (same && same->len > 1) {
		lose(p, table, key, "table %s becomes %u tables in the target", key->ref_table, same->len);
		return false;
	}
	if (referenced->project && referenced->project->where)
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "foreign key", table->source,
				      key->name ? key->name : key->ref_table,
				      "only some rows of %s are copied, so rows here may refer to none",
				      key->ref_table);
	return true;
}

static void rename_set_columns(const FerryTablePlan *table, FerryForeignKey *key)
{
	for (guint i = 0; i < key->set_columns->len; i++) {
		const FerryColumnPlan *column = find_column(table, key->set_columns->pdata[i]);

		if (column) {
			g_free(key->set_columns->pdata[i]);
			key->set_columns->pdata[i] = g_strdup(column->target->name);
		}
	}
}

static void plan_key(FerryPlanner *p, const FerryTablePlan *table, const FerryForeignKey *source,
		     FerryNameScope *names)
{
	const FerryTablePlan *referenced = find_referenced(p, table, source);
	FerryForeignKey *key;

	if (!referenced) {
		lose(p, table, source, "table %s is not among those that are copied", source->ref_table);
		return;
	}
	if (!check_referenced(p, table, source, referenced))
		return;
	key = ferry_foreign_key_copy(source);
	g_ptr_array_set_size(key->columns, 0);
	g_ptr_array_set_size(key->ref_columns, 0);
	g_free(key->ref_schema);
	g_free(key->ref_table);
	key->ref_schema = g_strdup(referenced->target->schema);
	key->ref_table = g_strdup(referenced->target->name);
	if (!map_columns(p, table, referenced, source, key)) {
		ferry_foreign_key_free(key);
		return;
	}
	rename_set_columns(table, key);
	if (p->caps.has_no_on_update && key->on_update != FERRY_FK_NO_ACTION &&
	    key->on_update != FERRY_FK_RESTRICT)
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "foreign key", table->source,
				      source->name ? source->name : source->ref_table,
				      "ON UPDATE is not converted: the target has none");
	if ((!p->is_same_system || referenced->project) && !is_unique(referenced->target, key->ref_columns)) {
		lose(p, table, source, "the columns it refers to in %s are not unique", source->ref_table);
		ferry_foreign_key_free(key);
		return;
	}
	if (!p->is_same_system && key->set_columns->len > 0) {
		lose(p, table, source, "its ON DELETE sets some of its columns only");
		ferry_foreign_key_free(key);
		return;
	}
	name_key(p, table, source, key, names);
	g_ptr_array_add(table->target->foreign_keys, key);
}

void ferry_planner_plan_foreign_keys(FerryPlanner *p, const FerryTablePlan *table)
{
	g_autoptr(FerryNameScope) names = ferry_planner_constraint_scope(p, table->target);

	for (guint i = 0; i < table->source->foreign_keys->len; i++)
		plan_key(p, table, table->source->foreign_keys->pdata[i], names);
}
