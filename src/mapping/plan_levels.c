/*
 * Levels: a table's level is one more than the highest of those that it refers to, so that dimensions come
 * before facts. Tables that refer to each other in a circle have no such order; the one that waits for the
 * fewest then goes first.
 */
#include "mapping/planner.h"

typedef struct Levels {
	GPtrArray *tables;   /* FerryTablePlan */
	GPtrArray **parents; /* FerryTablePlan, by table index: those that it refers to, without itself */
	bool *is_known;      /* by table index */
} Levels;

static char *key_of(const char *schema, const char *name)
{
	return g_strconcat(schema ? schema : "", "\n", name, NULL);
}

static GPtrArray *find_parents(GHashTable *by_name, const FerryTablePlan *table)
{
	GPtrArray *parents = g_ptr_array_new();

	for (guint i = 0; i < table->target->foreign_keys->len; i++) {
		const FerryForeignKey *key = table->target->foreign_keys->pdata[i];
		g_autofree char *name =
			key_of(key->ref_schema ? key->ref_schema : table->target->schema, key->ref_table);
		FerryTablePlan *parent = g_hash_table_lookup(by_name, name);

		if (parent && parent != table)
			g_ptr_array_add(parents, parent);
	}
	return parents;
}

static guint count_unknown(const Levels *levels, const FerryTablePlan *table)
{
	const GPtrArray *parents = levels->parents[table->index];
	guint n = 0;

	for (guint i = 0; i < parents->len; i++)
		n += !levels->is_known[((FerryTablePlan *)parents->pdata[i])->index];
	return n;
}

/* Those of the next level, borrowed; never none. */
static GPtrArray *find_next(const Levels *levels)
{
	GPtrArray *next = g_ptr_array_new();
	FerryTablePlan *best = NULL;
	guint fewest = G_MAXUINT;

	for (guint i = 0; i < levels->tables->len; i++) {
		FerryTablePlan *table = levels->tables->pdata[i];
		guint n = levels->is_known[i] ? G_MAXUINT : count_unknown(levels, table);

		if (n == 0)
			g_ptr_array_add(next, table);
		if (n < fewest) {
			fewest = n;
			best = table;
		}
	}
	if (!next->len)
		g_ptr_array_add(next, best);
	return next;
}

static void settle(Levels *levels)
{
	guint n_left = levels->tables->len;

	for (guint level = 0; n_left > 0; level++) {
		g_autoptr(GPtrArray) next = find_next(levels);

		for (guint i = 0; i < next->len; i++) {
			FerryTablePlan *table = next->pdata[i];
			table->level = level;
			levels->is_known[table->index] = true;
		}
		n_left -= next->len;
	}
}

void ferry_plan_find_levels(FerryPlan *plan)
{
	guint n = plan->tables->len;
	g_autoptr(GHashTable) by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree GPtrArray **parents = g_new0(GPtrArray *, n + 1);
	g_autofree bool *is_known = g_new0(bool, n + 1);
	Levels levels = {plan->tables, parents, is_known};

	for (guint i = 0; i < n; i++) {
		FerryTablePlan *table = plan->tables->pdata[i];
		g_hash_table_insert(by_name, key_of(table->target->schema, table->target->name), table);
	}
	for (guint i = 0; i < n; i++)
		parents[i] = find_parents(by_name, plan->tables->pdata[i]);
	settle(&levels);
	for (guint i = 0; i < n; i++)
		g_ptr_array_unref(parents[i]);
}
