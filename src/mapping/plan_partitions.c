/*
 * Partitions: a table whose rows lie in partitions gets the like in a target that has them, unless the
 * project wants it flat. Where the target cannot divide the rows so (a key of the table that lacks the
 * partitions' key, a bound that is no value of the type any more) the table becomes a plain one with all of
 * its keys, since rows are found in it as before, and the plan says why.
 *
 * Between two systems the last range without an upper end becomes the default partition: NULLs, which some
 * systems order behind everything, are welcome in no range elsewhere.
 */
#include "mapping/planner.h"

#include "data/value_text.h"

#include <stdlib.h>
#include <string.h>

/* ---- bounds ---- */

static bool is_integer(FerryTypeId id)
{
	return id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_INT64;
}

static bool is_number(FerryTypeId id)
{
	return is_integer(id) || id == FERRY_TYPE_DECIMAL;
}

static bool is_midnight(const char *text)
{
	return strlen(text) >= 19 && text[10] == ' ' && strspn(text + 11, "0:.") == strlen(text + 11);
}

static bool fits_integer(const char *text, FerryTypeId id)
{
	const char *digits = text + (*text == '-');
	int bits = id == FERRY_TYPE_INT8 ? 8 : id == FERRY_TYPE_INT16 ? 16 : id == FERRY_TYPE_INT32 ? 32 : 64;
	int64_t value, most = INT64_MAX >> (64 - bits);

	return *digits && !digits[strspn(digits, "0123456789")] &&
	       ferry_parse_int64(text, strlen(text), &value) && value <= most && value >= -most - 1;
}

/* Neither too large for the digits before the point, nor rounded to those behind it. */
static bool fits_decimal(const char *text, const FerryType *to)
{
	const char *digits = text + strspn(text, "+-");
	size_t len = strcspn(digits, "eE");
	long power = (long)strcspn(digits, ".eE");

	if (!ferry_parse_decimal(text, strlen(text)))
		return false;
	if (to->precision <= 0)
		return true;
	if (!g_ascii_isdigit(digits[0]) && digits[0] != '.')
		return false;
	power += digits[len] ? CLAMP(strtol(digits + len + 1, NULL, 10), -100000, 100000) : 0;
	for (size_t i = 0; i < len; i++) {
		if (digits[i] == '.')
			continue;
		power--;
		if (digits[i] != '0' && (power >= to->precision - to->scale || power < -to->scale))
			return false;
	}
	return true;
}

/* A moment without a zone is not the same one everywhere. */
static bool has_zone(const char *text)
{
	return strlen(text) > 10 && strpbrk(text + 10, "+-Z");
}

/* The bound as the target's column reads it; false: it does not. */
static bool convert_bound(FerryBound *bound, const FerryType *from, const FerryType *to)
{
	if (bound->kind != FERRY_BOUND_VALUE)
		return true;
	if (from->id == FERRY_TYPE_TIMESTAMP && to->id == FERRY_TYPE_DATE) {
		if (!is_midnight(bound->text))
			return false;
		bound->text[10] = '\0';
	}
	if (to->id == FERRY_TYPE_TIMESTAMPTZ && !has_zone(bound->text))
		return false;
	if (is_integer(to->id))
		return fits_integer(bound->text, to->id);
	return to->id == FERRY_TYPE_DECIMAL ? fits_decimal(bound->text, to)
					    : ferry_planner_reads_as(bound->text, to->id);
}

static bool convert_bounds(GPtrArray *bounds, const GPtrArray *columns, bool is_list, char **ret_reason)
{
	for (guint i = 0; i < bounds->len; i++) {
		const FerryColumnPlan *column = columns->pdata[is_list ? 0 : MIN(i, columns->len - 1)];
		FerryBound *bound = bounds->pdata[i];

		if (convert_bound(bound, &column->source->type, &column->target->type))
			continue;
		*ret_reason = g_strdup_printf("the bound %s is no value of its key's column %s (%s)",
					      bound->text, column->target->name, column->target->native_type);
		return false;
	}
	return true;
}

/* ---- the key ---- */

/* A moment cut to its day stays in a range that begins at a midnight, but is in no list. */
static bool keeps_order(const FerryPartitioning *partitioning, const FerryColumnPlan *column)
{
	FerryTypeId from = column->source->type.id, to = column->target->type.id;

	return from == to || (is_number(from) && is_number(to)) ||
	       (from == FERRY_TYPE_TIMESTAMP && to == FERRY_TYPE_DATE &&
		partitioning->kind == FERRY_PARTITION_RANGE);
}

static const char *check_column(const FerryPartitioning *partitioning, const FerryColumnPlan *column)
{
	if (!column)
		return "is left out";
	if (column->project && (column->project->expression || column->project->steps->len > 0))
		return "gets other values by the project";
	if (!keeps_order(partitioning, column))
		return "becomes of another type";
	return NULL;
}

/* FerryColumnPlans of the key, whose columns get their new names; NULL with a reason. */
static GPtrArray *find_key(const FerryTablePlan *table, FerryPartitioning *partitioning, char **ret_reason)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (guint i = 0; i < partitioning->columns->len; i++) {
		const char *name = partitioning->columns->pdata[i];
		const FerryColumnPlan *column = ferry_table_plan_find(table, name);
		const char *obstacle = check_column(partitioning, column);

		if (obstacle) {
			*ret_reason = g_strdup_printf("its key's column %s %s", name, obstacle);
			return NULL;
		}
		g_ptr_array_add(found, (gpointer)column);
		g_free(partitioning->columns->pdata[i]);
		partitioning->columns->pdata[i] = g_strdup(column->target->name);
	}
	return g_steal_pointer(&found);
}

/* ---- one level, and those below ---- */

static bool is_endless(const FerryPartition *partition)
{
	for (guint i = 0; i < partition->to->len; i++)
		if (((FerryBound *)partition->to->pdata[i])->kind != FERRY_BOUND_MAXVALUE)
			return false;
	return partition->to->len > 0;
}

static bool has_default(const FerryPartitioning *partitioning)
{
	for (guint i = 0; i < partitioning->partitions->len; i++)
		if (((FerryPartition *)partitioning->partitions->pdata[i])->is_default)
			return true;
	return false;
}

static void settle_default(FerryPartitioning *partitioning)
{
	for (guint i = 0; i < partitioning->partitions->len; i++) {
		FerryPartition *partition = partitioning->partitions->pdata[i];

		partition->is_default |= is_endless(partition);
	}
	if (!partitioning->is_open || has_default(partitioning))
		return;
	FerryPartition *other = ferry_partition_new("default");
	other->is_default = true;
	g_ptr_array_add(partitioning->partitions, other);
}

/* Two databases of one system: in its own words. */
static bool respell_level(FerryPlanner *p, const FerryTablePlan *table, FerryPartitioning *partitioning,
			  char **ret_reason)
{
	if (!ferry_planner_respell_in(p, table, &partitioning->definition, ret_reason))
		return false;
	for (guint i = 0; i < partitioning->partitions->len; i++)
		ferry_planner_respell(p, &((FerryPartition *)partitioning->partitions->pdata[i])->definition);
	return true;
}

static bool convert_level(FerryPlanner *p, const FerryTablePlan *table, FerryPartitioning *partitioning,
			  char **ret_reason)
{
	bool is_list = partitioning->kind == FERRY_PARTITION_LIST;
	g_autoptr(GPtrArray) key = NULL;

	if (partitioning->obstacle && !p->is_same_system) {
		*ret_reason = g_strdup(partitioning->obstacle);
		return false;
	}
	key = find_key(table, partitioning, ret_reason);
	if (!key || (p->is_same_system && !respell_level(p, table, partitioning, ret_reason)))
		return false;
	if (!p->is_same_system)
		settle_default(partitioning);
	for (guint i = 0; i < partitioning->partitions->len; i++) {
		FerryPartition *partition = partitioning->partitions->pdata[i];

		if (!convert_bounds(partition->from, key, is_list, ret_reason) ||
		    !convert_bounds(partition->to, key, is_list, ret_reason) ||
		    !convert_bounds(partition->values, key, is_list, ret_reason) ||
		    (partition->parts && !convert_level(p, table, partition->parts, ret_reason)))
			return false;
	}
	return true;
}

/* ---- names ---- */

/* Other systems call them by names that are the table's own, so that many tables have a P1. */
static char *wish_name(FerryPlanner *p, const FerryTable *target, const FerryPartition *partition)
{
	g_autofree char *spelt = ferry_planner_spell(p, partition->name);
	g_autofree char *prefix = g_strconcat(target->name, "_", NULL);

	if (p->is_same_system || g_str_has_prefix(spelt, prefix))
		return g_steal_pointer(&spelt);
	return ferry_planner_fold(p, g_strconcat(prefix, spelt, NULL));
}

static void name_level(FerryPlanner *p, const FerryTablePlan *table, FerryPartitioning *partitioning,
		       const char *above)
{
	FerryNameScope *names = ferry_planner_relations(p, table->target->schema);

	for (guint i = 0; i < partitioning->partitions->len; i++) {
		FerryPartition *partition = partitioning->partitions->pdata[i];
		g_autofree char *full = g_strconcat(above, ".", partition->name, NULL);
		g_autofree char *wish = wish_name(p, table->target, partition);

		g_free(partition->name);
		partition->name = ferry_name_scope_claim(names, wish, full);
		if (partition->parts)
			name_level(p, table, partition->parts, full);
	}
}

/* ---- notes ---- */

static guint count_partitions(const FerryPartitioning *partitioning)
{
	guint n = 0;

	for (guint i = 0; i < partitioning->partitions->len; i++) {
		const FerryPartition *partition = partitioning->partitions->pdata[i];

		n += partition->parts ? count_partitions(partition->parts) : 1;
	}
	return n;
}

static bool is_open(const FerryPartitioning *partitioning)
{
	bool is_some = partitioning->is_open;

	for (guint i = 0; !is_some && i < partitioning->partitions->len; i++) {
		const FerryPartition *partition = partitioning->partitions->pdata[i];

		is_some = partition->parts && is_open(partition->parts);
	}
	return is_some;
}

static void note_kept(FerryPlanner *p, const FerryTablePlan *table)
{
	const FerryPartitioning *partitioning = table->target->partitioning;
	guint n = count_partitions(partitioning);

	ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "table", table->source, NULL,
			      "partitioned by %s in the target, too: %u partition%s",
			      ferry_partition_kind_name(partitioning->kind), n, n == 1 ? "" : "s");
	if (!p->is_same_system && is_open(partitioning))
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "table", table->source, NULL,
				      "the target makes no partitions by itself: rows that fit into none of "
				      "those of today go into the default one, until others are added");
}

static void note_flat(FerryPlanner *p, const FerryTablePlan *table, const char *reason)
{
	ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "table", table->source, NULL,
			      "its partitions are not converted: all rows land in one plain table%s%s",
			      reason ? ": " : "", reason ? reason : "");
}

/* ---- the table ---- */

/* Takes the partitioning. */
static bool try_partitions(FerryPlanner *p, const FerryTablePlan *table, FerryPartitioning *partitioning,
			   char **ret_reason)
{
	FerryTable *target = table->target;

	target->partitioning = partitioning;
	if (convert_level(p, table, partitioning, ret_reason))
		*ret_reason = p->target_ops->refuse_partitions(p->plan->target, target);
	target->is_partitioned = !*ret_reason;
	if (*ret_reason)
		g_clear_pointer(&target->partitioning, ferry_partitioning_free);
	return target->is_partitioned;
}

static bool drop_sublevels(FerryPartitioning *partitioning)
{
	bool has_some = false;

	for (guint i = 0; i < partitioning->partitions->len; i++) {
		FerryPartition *partition = partitioning->partitions->pdata[i];

		has_some |= partition->parts != NULL;
		g_clear_pointer(&partition->parts, ferry_partitioning_free);
	}
	return has_some;
}

/* All levels, else the first one. */
static bool keep_partitions(FerryPlanner *p, const FerryTablePlan *table, char **ret_reason)
{
	const FerryPartitioning *source = table->source->partitioning;
	g_autoptr(FerryPartitioning) first = NULL;
	g_autofree char *reason = NULL;

	if (!p->target_ops->refuse_partitions || !source)
		return false;
	if (try_partitions(p, table, ferry_partitioning_copy(source), ret_reason))
		return true;
	first = ferry_partitioning_copy(source);
	if (!drop_sublevels(first) || !try_partitions(p, table, g_steal_pointer(&first), &reason))
		return false;
	ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "table", table->source, NULL,
			      "its subpartitions are not converted: %s", *ret_reason);
	return true;
}

void ferry_planner_plan_partitions(FerryPlanner *p, const FerryTablePlan *table)
{
	g_autofree char *reason = NULL;
	g_autofree char *full = ferry_table_display_name(table->source);

	if (!table->source->is_partitioned)
		return;
	if (p->project->partitions == FERRY_PARTITIONS_FLAT) {
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "table", table->source, NULL,
				      "partitioned in the source, a plain table in the target, as the "
				      "project says");
		return;
	}
	if (!keep_partitions(p, table, &reason)) {
		note_flat(p, table, reason);
		return;
	}
	name_level(p, table, table->target->partitioning, full);
	note_kept(p, table);
}
