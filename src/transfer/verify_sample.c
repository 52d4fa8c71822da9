/*
 * A sample of a table: ranges of its key, of which every tenth is summed on both sides, beginning with the
 * first, and the last. The same ranges are drawn each time. Both sides must cut alike, so the key must be
 * one that both order alike: an integer, whose literals moreover are the same in all SQL.
 */
#include "transfer/lookup.h"
#include "transfer/verify.h"

#include "data/value_text.h"

#include <string.h>

#define EVERY 10

typedef struct Range {
	int64_t min, max;
	guint n; /* of ranges */
} Range;

static bool is_integer(const FerryField *field)
{
	return field->type.id >= FERRY_TYPE_INT8 && field->type.id <= FERRY_TYPE_INT64;
}

/* Its index in both schemas; -1: none. A transformed column holds other values in the target. */
static int find_key(const FerryTablePlan *plan)
{
	const FerryIndex *key = ferry_table_row_key(plan->source);
	const FerryIndexPart *part = key ? key->parts->pdata[0] : NULL;

	if (!part || !part->column || plan->transform || plan->source->query)
		return -1;
	for (size_t i = 0; i < plan->read_schema->n_fields; i++)
		if (!strcmp(plan->read_schema->fields[i].name, part->column))
			return is_integer(&plan->read_schema->fields[i]) &&
					       is_integer(&plan->write_schema->fields[i])
				       ? (int)i
				       : -1;
	return -1;
}

static bool find_end(FerryConnection *c, const FerryTable *table, const char *column, bool is_greatest,
		     int64_t *ret_value, bool *ret_is_found, GError **error)
{
	g_autofree char *text = NULL;

	if (!ferry_lookup_extreme(c, table, column, is_greatest, &text, error))
		return false;
	*ret_is_found = text && ferry_parse_int64(text, strlen(text), ret_value);
	return true;
}

static int64_t bound(const Range *range, guint i)
{
	unsigned __int128 width = (unsigned __int128)((uint64_t)range->max - (uint64_t)range->min) + 1;

	return (int64_t)((uint64_t)range->min + (uint64_t)(width * i / range->n));
}

/* The first is open below, the last above, so that what lies beyond the source's ends is seen too. */
static GPtrArray *make_predicates(FerryConnection *c, const char *column, const Range *range)
{
	GPtrArray *predicates = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *name = ferry_lookup_quote(c, NULL, column);

	for (guint i = 0; i < range->n; i++) {
		g_autoptr(GString) sql = g_string_new(NULL);
		if (i % EVERY && i != range->n - 1)
			continue;
		if (i > 0)
			g_string_append_printf(sql, "%s >= %" G_GINT64_FORMAT, name, bound(range, i));
		if (i < range->n - 1)
			g_string_append_printf(sql, "%s%s < %" G_GINT64_FORMAT, i > 0 ? " AND " : "", name,
					       bound(range, i + 1));
		g_ptr_array_add(predicates, g_strdup(sql->str));
	}
	return predicates;
}

bool ferry_compare_sample(FerryRun *run, guint lane, guint index, bool *ret_is_done, GError **error)
{
	FerryTableSums *sums = &run->comparison->tables[index];
	FerryTablePlan *plan = run->tables[index].plan;
	FerryTableResult *result = run->tables[index].result;
	int key = find_key(plan);
	Range range = {.n = (guint)CLAMP(plan->source->est_rows / (int64_t)run->chunk_rows + 1, 1, 100000)};
	bool has_min = false, has_max = false;

	*ret_is_done = false;
	if (key < 0 || range.n < 3 || !ferry_lookup_can_quote(run->sources[lane]))
		return true;
	const char *column = plan->read_schema->fields[key].name;
	if (!find_end(run->sources[lane], plan->source, column, false, &range.min, &has_min, error) ||
	    !find_end(run->sources[lane], plan->source, column, true, &range.max, &has_max, error))
		return false;
	if (!has_min || !has_max || (uint64_t)range.max - (uint64_t)range.min < range.n)
		return true;
	sums->predicates[FERRY_SIDE_SOURCE] = make_predicates(run->sources[lane], column, &range);
	sums->predicates[FERRY_SIDE_TARGET] =
		make_predicates(run->targets[lane], plan->write_schema->fields[key].name, &range);
	result->n_ranges = range.n;
	result->n_sampled = sums->predicates[FERRY_SIDE_SOURCE]->len;
	*ret_is_done = true;
	return true;
}
