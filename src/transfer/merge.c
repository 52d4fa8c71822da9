/*
 * --if-exists merge: rows replace those of the same key in tables that are there. The key by which is that of
 * the source's rows, and the target must hold it unique, else the server could not tell which row to replace:
 * that is found out before anything is made.
 */
#include "data/table_names.h"
#include "transfer/run_internal.h"

#include <string.h>

/* Target columns of the source's row key. */
static GPtrArray *key_of(const FerryTablePlan *plan)
{
	GPtrArray *key = g_ptr_array_new();

	for (size_t i = 0; i < plan->write_schema->n_fields; i++)
		if (plan->write_schema->fields[i].is_key)
			g_ptr_array_add(key, plan->write_schema->fields[i].name);
	return key;
}

static bool has_part(const GPtrArray *key, const FerryIndexPart *part)
{
	return part->column && !part->prefix_len &&
	       g_ptr_array_find_with_equal_func((GPtrArray *)key, part->column, g_str_equal, NULL);
}

static bool covers(const FerryIndex *index, const GPtrArray *key)
{
	if (!index || !(index->is_primary || index->is_unique) || index->predicate || index->deferrable ||
	    index->parts->len != key->len)
		return false;
	for (guint i = 0; i < index->parts->len; i++)
		if (!has_part(key, index->parts->pdata[i]))
			return false;
	return true;
}

static bool is_unique_over(const FerryTable *table, const GPtrArray *key)
{
	if (covers(table->primary_key, key))
		return true;
	for (guint i = 0; i < table->indexes->len; i++)
		if (covers(table->indexes->pdata[i], key))
			return true;
	return false;
}

static char *list(const GPtrArray *names)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)names->pdata[i]);
	return g_string_free(text, FALSE);
}

static bool refuse_without_key(const FerryTableState *table, GError **error)
{
	ferry_fail(error, FERRY_ERROR_EXISTS,
		   "rows of %s cannot be merged: the source has no key for them, or it is not copied",
		   table->name);
	ferry_error_hint(error,
			 "leave the table out with --exclude, or give its entry in the project a \"key\"");
	return false;
}

static bool refuse_not_unique(const FerryTable *target, const GPtrArray *key, GError **error)
{
	g_autofree char *name = ferry_table_display_name(target);
	g_autofree char *columns = list(key);

	ferry_fail(
		error, FERRY_ERROR_EXISTS,
		"rows cannot be merged into table %s: it has no primary key or unique constraint over (%s)",
		name, columns);
	ferry_error_hint(error,
			 "make one, leave the table out with --exclude, or choose another --if-exists");
	return false;
}

bool ferry_run_find_merge_key(FerryTableState *table, const FerryTable *target, GError **error)
{
	g_autoptr(GPtrArray) key = key_of(table->plan);

	if (!target) {
		g_autofree char *name = ferry_table_display_name(table->plan->target);
		return ferry_fail(error, FERRY_ERROR_NOT_FOUND, "table %s is not in the target", name);
	}
	if (!key->len)
		return refuse_without_key(table, error);
	if (!is_unique_over(target, key))
		return refuse_not_unique(target, key, error);
	g_clear_pointer(&table->merge_key, g_ptr_array_unref);
	table->merge_key = g_steal_pointer(&key);
	return true;
}

bool ferry_run_find_merge_keys(FerryRun *run, const bool *is_there, GError **error)
{
	g_autoptr(FerryCatalog) catalog = NULL;
	g_autoptr(FerryTableNames) names = NULL;

	if (!run->target_connector->target->merge)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "rows cannot be merged into %s",
				  run->target_connector->title);
	for (guint i = 0; i < run->result.n_tables; i++) {
		if (run->tables[i].is_created || (is_there && !is_there[i]))
			continue;
		if (!catalog && !ferry_source(run->targets[0])->catalog(run->targets[0], &catalog, error))
			return false;
		if (!names)
			names = ferry_table_names_new(catalog);
		const FerryTable *plan = run->tables[i].plan->target;
		if (!ferry_run_find_merge_key(&run->tables[i],
					      ferry_table_names_find(names, plan->schema, plan->name), error))
			return false;
	}
	return true;
}
