/*
 * What the plan will have: each table that takes part with what the project says of it, once for each of its
 * targets. An entry whose name is that of a table goes before entries with wildcards; among those the first
 * that matches decides. A table that is read otherwise than whole gets a copy of its own in the source's
 * catalog (filter, query), for each target another one.
 */
#include "mapping/planner.h"

#include "mapping/select.h"

#include <string.h>

/* ---- which entry ---- */

typedef struct Glob {
	guint entry;
	GPatternSpec *spec;
} Glob;

/* Entries by name, so that thousands of them are no matter for thousands of tables. */
typedef struct EntryIndex {
	const GPtrArray *entries; /* FerryProjectTable */
	GHashTable *exact;        /* text -> GArray of guint: entries without query */
	GArray *globs;            /* Glob */
	bool *is_used;
} EntryIndex;

static void clear_glob(gpointer data)
{
	g_pattern_spec_free(((Glob *)data)->spec);
}

static void index_init(EntryIndex *index, const GPtrArray *entries)
{
	index->entries = entries;
	index->exact = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
	index->globs = g_array_new(FALSE, FALSE, sizeof(Glob));
	index->is_used = g_new0(bool, entries->len + 1);
	g_array_set_clear_func(index->globs, clear_glob);
	for (guint i = 0; i < entries->len; i++) {
		const FerryProjectTable *entry = entries->pdata[i];
		GArray *list = g_hash_table_lookup(index->exact, entry->source);

		if (entry->query)
			continue;
		if (ferry_glob_has_wildcard(entry->source)) {
			Glob glob = {.entry = i, .spec = g_pattern_spec_new(entry->source)};

			g_array_append_val(index->globs, glob);
		}
		if (!list) {
			list = g_array_new(FALSE, FALSE, sizeof(guint));
			g_hash_table_insert(index->exact, entry->source, list);
		}
		g_array_append_val(list, i);
	}
}

static void index_clear(EntryIndex *index)
{
	g_hash_table_unref(index->exact);
	g_array_unref(index->globs);
	g_free(index->is_used);
}

static void take_exact(EntryIndex *index, const char *name, GArray *found)
{
	const GArray *list = g_hash_table_lookup(index->exact, name);

	for (guint i = 0; list && i < list->len; i++) {
		index->is_used[g_array_index(list, guint, i)] = true;
		g_array_append_val(found, g_array_index(list, guint, i));
	}
}

static int compare_numbers(gconstpointer a, gconstpointer b)
{
	guint x = *(const guint *)a, y = *(const guint *)b;

	return x < y ? -1 : x > y;
}

/* Numbers of the entries that hold for the table, in the document's order. */
static GArray *find_entries(EntryIndex *index, const FerryTable *table)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autofree char *full = ferry_table_display_name(table);
	bool is_exact;

	take_exact(index, table->name, found);
	if (table->schema)
		take_exact(index, full, found);
	g_array_sort(found, compare_numbers);
	is_exact = found->len > 0;
	for (guint i = 0; i < index->globs->len; i++) {
		const Glob *glob = &g_array_index(index->globs, Glob, i);

		if (!g_pattern_spec_match_string(glob->spec, table->name) &&
		    !g_pattern_spec_match_string(glob->spec, full))
			continue;
		index->is_used[glob->entry] = true;
		if (!is_exact && found->len == 0)
			g_array_append_val(found, glob->entry);
	}
	return found;
}

/* ---- mistakes ---- */

static bool check_used(const FerryPlanner *p, const EntryIndex *index, GError **error)
{
	/* An entry of a table that was not read is no mistake. */
	for (guint i = p->is_partial ? index->entries->len : 0; i < index->entries->len; i++) {
		const FerryProjectTable *entry = index->entries->pdata[i];
		g_autofree char *near = NULL;

		if (entry->query || index->is_used[i])
			continue;
		near = ferry_select_near(p->plan->source, entry->source);
		ferry_planner_fail_at(error, FERRY_ERROR_USAGE, entry->place,
				      "tables[%u]: no table of the source matches '%s'", i, entry->source);
		ferry_error_hint(error, "names are case-sensitive; the nearest: %s", near);
		return false;
	}
	return true;
}

/* Two entries of one table must differ in their targets, and a target takes one table. */
static bool check_targets(const EntryIndex *index, const FerryTable *table, const GArray *found,
			  GHashTable *first_tables, GError **error)
{
	g_autofree char *name = ferry_table_display_name(table);

	for (guint i = 0; i < found->len; i++) {
		guint number = g_array_index(found, guint, i);
		const FerryProjectTable *entry = index->entries->pdata[number];
		const FerryTable *first = g_hash_table_lookup(first_tables, entry);

		for (guint k = 0; k < i; k++) {
			guint other = g_array_index(found, guint, k);

			if (g_strcmp0(((FerryProjectTable *)index->entries->pdata[other])->target,
				      entry->target) == 0)
				return ferry_planner_fail_at(
					error, FERRY_ERROR_USAGE, entry->place,
					"tables[%u]: table %s has an entry with the same target already, "
					"tables[%u]; give them different targets",
					number, name, other);
		}
		if (entry->target && first) {
			g_autofree char *first_name = ferry_table_display_name(first);

			return ferry_planner_fail_at(error, FERRY_ERROR_USAGE, entry->place,
						     "tables[%u]: '%s' matches %s and %s, which cannot both "
						     "go to %s; say the schema too",
						     number, entry->source, first_name, name, entry->target);
		}
		g_hash_table_insert(first_tables, (gpointer)entry, (gpointer)table);
	}
	return true;
}

/* ---- items ---- */

static bool has_expression(const FerryProjectTable *entry)
{
	for (guint i = 0; i < entry->columns->len; i++)
		if (((FerryProjectColumn *)entry->columns->pdata[i])->expression)
			return true;
	return entry->checks->len > 0;
}

static bool is_read_otherwise(const FerryProjectTable *entry)
{
	return entry->where || entry->key->len > 0 || has_expression(entry);
}

static FerryTable *copy_source(FerryPlanner *p, const FerryTable *table)
{
	FerryTable *copy = ferry_table_copy(table);

	g_ptr_array_add(p->plan->source->tables, copy);
	return copy;
}

static bool use_key(FerryPlanner *p, FerryTable *source, const FerryProjectTable *entry, GError **error)
{
	FerryIndex *key;

	if (entry->key->len == 0)
		return true;
	if (source->primary_key) {
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "table", source, NULL,
				      "the project's key is not used: the table has a primary key");
		return true;
	}
	key = ferry_index_new(NULL);
	key->is_primary = key->is_unique = key->is_constraint = true;
	source->primary_key = key;
	for (guint i = 0; i < entry->key->len; i++) {
		FerryColumnDef *column = ferry_table_find_column(source, entry->key->pdata[i]);

		if (!column)
			return ferry_planner_fail_at(error, FERRY_ERROR_USAGE, entry->place,
						     "key: %s has no column %s", entry->source,
						     (const char *)entry->key->pdata[i]);
		column->not_null = true;
		g_ptr_array_add(key->parts, ferry_index_part_new(column->name));
	}
	return true;
}

/* A condition that the source does not understand is found out before anything is written. */
static bool check_where(FerryPlanner *p, const FerryTable *table, const FerryProjectTable *entry,
			GError **error)
{
	const FerrySourceOps *ops = ferry_source(p->source);
	FerryTable *described = NULL;

	if (!ops->describe || !ops->quote_name)
		return true;
	g_autofree char *name = ops->quote_name(table->schema, table->name);
	g_autofree char *from =
		table->query ? g_strdup_printf("(%s\n) ferry_query", table->query) : g_steal_pointer(&name);
	g_autofree char *sql = g_strdup_printf("SELECT 1 AS one FROM %s WHERE (%s\n)", from, entry->where);
	g_autoptr(GError) local = NULL;

	if (ops->describe(p->source, table->name, sql, &described, &local)) {
		ferry_table_free(described);
		return true;
	}
	if (ferry_error_can_heal(local)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	ferry_planner_fail_at(
		error, FERRY_ERROR_USAGE, entry->place,
		"the condition of table %s (--where, or \"where\" in the project) does not work: %s: %s",
		table->name, entry->where, local->message);
	return false;
}

static bool add_item(FerryPlanner *p, FerryTable *table, const FerryProjectTable *entry, bool is_shared,
		     GError **error)
{
	FerryPlanItem item = {.source = table, .project = entry};

	if (entry && (is_shared || is_read_otherwise(entry)) && !entry->query)
		item.source = copy_source(p, table);
	item.n_own = item.source->columns->len;
	if (entry && entry->where && !check_where(p, item.source, entry, error))
		return false;
	if (entry && entry->where) {
		item.source->filter = g_strdup(entry->where);
		item.source->est_rows = -1;
	}
	if (entry && !use_key(p, item.source, entry, error))
		return false;
	if (entry && has_expression(entry) && !ferry_planner_compute_columns(p, &item, error))
		return false;
	g_array_append_val(p->items, item);
	return true;
}

static bool add_items(FerryPlanner *p, const EntryIndex *index, FerryTable *table, const GArray *found,
		      GError **error)
{
	if (found->len == 0)
		return add_item(p, table, NULL, false, error);
	for (guint i = 0; i < found->len; i++)
		if (!add_item(p, table, index->entries->pdata[g_array_index(found, guint, i)], found->len > 1,
			      error))
			return false;
	return true;
}

/* All tables of the source are looked at, for an entry of one that is left out is no mistake. */
static bool find_all(FerryPlanner *p, EntryIndex *index, const GPtrArray *selected, GError **error)
{
	const GPtrArray *tables = p->plan->source->tables;
	g_autoptr(GHashTable) first_tables = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < tables->len; i++) {
		g_autoptr(GArray) found = NULL;

		if (((FerryTable *)tables->pdata[i])->query)
			continue;
		found = find_entries(index, tables->pdata[i]);
		if (!check_targets(index, tables->pdata[i], found, first_tables, error))
			return false;
	}
	if (!check_used(p, index, error))
		return false;
	for (guint i = 0; i < selected->len; i++) {
		FerryTable *table = selected->pdata[i];
		const FerryProjectTable *query = g_hash_table_lookup(p->queries, table);
		g_autoptr(GArray) found = query ? NULL : find_entries(index, table);

		if (query ? !add_item(p, table, query, false, error)
			  : !add_items(p, index, table, found, error))
			return false;
	}
	return true;
}

bool ferry_planner_make_items(FerryPlanner *p, const GPtrArray *selected, GError **error)
{
	const GPtrArray *entries = p->project->tables;
	EntryIndex index;
	bool is_ok = true;

	if (!entries || entries->len == 0) {
		for (guint i = 0; i < selected->len; i++)
			add_item(p, selected->pdata[i], NULL, false, NULL);
		return true;
	}
	index_init(&index, entries);
	is_ok = find_all(p, &index, selected, error);
	index_clear(&index);
	return is_ok;
}
