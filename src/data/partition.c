/*
 * Partitions as plain data: making, freeing and copying them, level by level.
 */
#include "data/catalog.h"

const char *ferry_partition_kind_name(FerryPartitionKind kind)
{
	static const char *const names[FERRY_N_PARTITION_KINDS] = {
		[FERRY_PARTITION_RANGE] = "range",
		[FERRY_PARTITION_LIST] = "list",
		[FERRY_PARTITION_HASH] = "hash",
	};

	return kind < FERRY_N_PARTITION_KINDS ? names[kind] : "?";
}

FerryBound *ferry_bound_new(FerryBoundKind kind, const char *text)
{
	FerryBound *bound = g_new0(FerryBound, 1);

	bound->kind = kind;
	bound->text = g_strdup(text);
	return bound;
}

void ferry_bound_free(FerryBound *bound)
{
	if (!bound)
		return;
	g_free(bound->text);
	g_free(bound);
}

static GPtrArray *bounds_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)ferry_bound_free);
}

static gpointer copy_bound(gconstpointer item, gpointer data)
{
	const FerryBound *bound = item;

	return ferry_bound_new(bound->kind, bound->text);
}

FerryPartition *ferry_partition_new(const char *name)
{
	FerryPartition *partition = g_new0(FerryPartition, 1);

	partition->name = g_strdup(name);
	partition->from = bounds_new();
	partition->to = bounds_new();
	partition->values = bounds_new();
	return partition;
}

void ferry_partition_free(FerryPartition *partition)
{
	if (!partition)
		return;
	g_free(partition->name);
	g_ptr_array_unref(partition->from);
	g_ptr_array_unref(partition->to);
	g_ptr_array_unref(partition->values);
	g_free(partition->definition);
	ferry_partitioning_free(partition->parts);
	g_free(partition);
}

static gpointer copy_partition(gconstpointer item, gpointer data)
{
	const FerryPartition *partition = item;
	FerryPartition *copy = g_memdup2(partition, sizeof(*partition));

	copy->name = g_strdup(partition->name);
	copy->from = g_ptr_array_copy(partition->from, copy_bound, NULL);
	copy->to = g_ptr_array_copy(partition->to, copy_bound, NULL);
	copy->values = g_ptr_array_copy(partition->values, copy_bound, NULL);
	copy->definition = g_strdup(partition->definition);
	copy->parts = partition->parts ? ferry_partitioning_copy(partition->parts) : NULL;
	return copy;
}

FerryPartitioning *ferry_partitioning_new(FerryPartitionKind kind)
{
	FerryPartitioning *partitioning = g_new0(FerryPartitioning, 1);

	partitioning->kind = kind;
	partitioning->columns = g_ptr_array_new_with_free_func(g_free);
	partitioning->partitions = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_partition_free);
	return partitioning;
}

void ferry_partitioning_free(FerryPartitioning *partitioning)
{
	if (!partitioning)
		return;
	g_ptr_array_unref(partitioning->columns);
	g_ptr_array_unref(partitioning->partitions);
	g_free(partitioning->definition);
	g_free(partitioning->obstacle);
	g_free(partitioning);
}

static gpointer copy_text(gconstpointer text, gpointer data)
{
	return g_strdup(text);
}

FerryPartitioning *ferry_partitioning_copy(const FerryPartitioning *partitioning)
{
	FerryPartitioning *copy = g_memdup2(partitioning, sizeof(*partitioning));

	copy->columns = g_ptr_array_copy(partitioning->columns, copy_text, NULL);
	copy->partitions = g_ptr_array_copy(partitioning->partitions, copy_partition, NULL);
	copy->definition = g_strdup(partitioning->definition);
	copy->obstacle = g_strdup(partitioning->obstacle);
	return copy;
}

void ferry_partitioning_chain(FerryPartitioning *partitioning)
{
	const FerryPartition *before = NULL;

	for (guint i = 0; i < partitioning->partitions->len; i++) {
		FerryPartition *partition = partitioning->partitions->pdata[i];

		if (partitioning->kind != FERRY_PARTITION_RANGE)
			return;
		g_ptr_array_set_size(partition->from, 0);
		for (guint k = 0; k < partition->to->len; k++)
			g_ptr_array_add(partition->from,
					before && before->to->len > k
						? copy_bound(before->to->pdata[k], NULL)
						: ferry_bound_new(FERRY_BOUND_MINVALUE, NULL));
		before = partition;
	}
}
