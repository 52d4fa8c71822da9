/*
 * Partitions: what the server takes, and the statements. A partition is a table of its own beside its parent,
 * in the parent's schema; rows go in and come out through the parent. Keys and indexes are made on the
 * parent, which the server then makes on each partition.
 */
#include "connectors/postgres/ddl.h"

#include <string.h>

/* ---- what it takes ---- */

/* Types that have both an order and a hash, and whose constants are read the same from any session. */
static bool can_be_key(const FerryColumnDef *column)
{
	switch (column->type.id) {
	case FERRY_TYPE_BOOL:
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64:
	case FERRY_TYPE_DECIMAL:
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64:
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_BYTES:
	case FERRY_TYPE_DATE:
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_UUID: return true;
	default: return false;
	}
}

static bool is_in(const FerryIndex *index, const char *column)
{
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		if (part->prefix_len == 0 && g_strcmp0(part->column, column) == 0)
			return true;
	}
	return false;
}

/* The server keeps a key unique within each partition only, so rows of one key must be in one partition. */
static char *refuse_index(const FerryIndex *index, const FerryPartitioning *partitioning)
{
	if (index == NULL || !(index->is_unique || index->is_primary))
		return NULL;
	for (guint i = 0; i < partitioning->columns->len; i++) {
		const char *column = partitioning->columns->pdata[i];
		if (!is_in(index, column))
			return g_strdup_printf(
				"PostgreSQL wants the partitions' key (%s) in each unique key, "
				"and %s%s is without it",
				column, index->is_primary ? "the primary key" : "the unique key ",
				index->is_primary || index->name == NULL ? "" : index->name);
	}
	return NULL;
}

static char *refuse_indexes(const FerryCatalog *target, const FerryTable *table,
			    const FerryPartitioning *partitioning)
{
	bool takes_exclusions = target->version != NULL && g_ascii_strtoll(target->version, NULL, 10) >= 17;
	char *reason = refuse_index(table->primary_key, partitioning);
	for (guint i = 0; reason == NULL && i < table->indexes->len; i++) {
		const FerryIndex *index = table->indexes->pdata[i];
		reason = index->is_exclusion && !takes_exclusions
				 ? g_strdup("PostgreSQL takes exclusion constraints on partitioned tables "
					    "from version 17 on")
				 : refuse_index(index, partitioning);
	}
	return reason;
}

static bool has_unique_key(const FerryTable *table)
{
	bool has_key = table->primary_key != NULL;
	for (guint i = 0; i < table->indexes->len; i++)
		has_key |= ((FerryIndex *)table->indexes->pdata[i])->is_unique;
	return has_key;
}

static bool is_by_text(const FerryPartitioning *partitioning, const FerryColumnDef *column)
{
	return partitioning->kind == FERRY_PARTITION_RANGE && partitioning->definition == NULL &&
	       column->type.id == FERRY_TYPE_TEXT;
}

static char *refuse_column(const FerryTable *table, const FerryPartitioning *partitioning, const char *name)
{
	const FerryColumnDef *column = ferry_table_find_column(table, name);
	if (column == NULL || (partitioning->definition == NULL && !can_be_key(column)))
		return g_strdup_printf("column %s (%s) cannot be the key of partitions in PostgreSQL", name,
				       column != NULL ? column->native_type : "?");
	if (column->generated != FERRY_GENERATED_NONE)
		return g_strdup_printf("its key's column %s is generated, which PostgreSQL does not take",
				       name);
	/* Bounds are ordered by the key's own collation, and keys have the column's. */
	if (is_by_text(partitioning, column) && has_unique_key(table))
		return g_strdup_printf("ranges of text (%s) are by bytes, the table's unique keys are not",
				       name);
	return NULL;
}

static char *refuse_level(const FerryCatalog *target, const FerryTable *table,
			  const FerryPartitioning *partitioning)
{
	if (partitioning->kind == FERRY_PARTITION_LIST && partitioning->columns->len > 1)
		return g_strdup("PostgreSQL has no lists over several columns");
	if (partitioning->columns->len == 0 && partitioning->definition == NULL)
		return g_strdup("the key of its partitions is not known");
	char *reason = NULL;
	for (guint i = 0; reason == NULL && i < partitioning->columns->len; i++)
		reason = refuse_column(table, partitioning, partitioning->columns->pdata[i]);
	if (reason == NULL)
		reason = refuse_indexes(target, table, partitioning);
	for (guint i = 0; reason == NULL && i < partitioning->partitions->len; i++) {
		const FerryPartition *partition = partitioning->partitions->pdata[i];
		if (partition->parts != NULL)
			reason = refuse_level(target, table, partition->parts);
	}
	return reason;
}

char *ferry_pg_refuse_partitions(const FerryCatalog *target, const FerryTable *table)
{
	return refuse_level(target, table, table->partitioning);
}

/* ---- statements ---- */

void ferry_pg_ddl_partition_by(GString *sql, const FerryTable *table, const FerryPartitioning *partitioning)
{
	static const char *const words[] = {"RANGE", "LIST", "HASH"};
	g_string_append_printf(sql, " PARTITION BY %s (", words[partitioning->kind]);
	if (partitioning->definition != NULL)
		g_string_append(sql, partitioning->definition);
	for (guint i = 0; partitioning->definition == NULL && i < partitioning->columns->len; i++) {
		const FerryColumnDef *column =
			ferry_table_find_column(table, partitioning->columns->pdata[i]);
		g_string_append(sql, i > 0 ? ", " : "");
		ferry_pg_append_identifier(sql, partitioning->columns->pdata[i]);
		if (column != NULL && is_by_text(partitioning, column))
			g_string_append(sql, " COLLATE \"C\"");
	}
	g_string_append_c(sql, ')');
}

static void append_bounds(GString *sql, const GPtrArray *bounds)
{
	static const char *const words[] = {NULL, "NULL", "MINVALUE", "MAXVALUE"};
	g_string_append(sql, " (");
	for (guint i = 0; i < bounds->len; i++) {
		const FerryBound *bound = bounds->pdata[i];
		g_string_append(sql, i > 0 ? ", " : "");
		if (bound->kind == FERRY_BOUND_VALUE)
			ferry_pg_append_literal(sql, bound->text);
		else
			g_string_append(sql, words[bound->kind]);
	}
	g_string_append_c(sql, ')');
}

static void append_values(GString *sql, FerryPartitionKind kind, const FerryPartition *partition)
{
	if (partition->definition != NULL) {
		g_string_append_printf(sql, " %s", partition->definition);
	} else if (partition->is_default) {
		g_string_append(sql, " DEFAULT");
	} else if (kind == FERRY_PARTITION_HASH) {
		g_string_append_printf(sql, " FOR VALUES WITH (MODULUS %u, REMAINDER %u)", partition->modulus,
				       partition->remainder);
	} else if (kind == FERRY_PARTITION_LIST) {
		g_string_append(sql, " FOR VALUES IN");
		append_bounds(sql, partition->values);
	} else {
		g_string_append(sql, " FOR VALUES FROM");
		append_bounds(sql, partition->from);
		g_string_append(sql, " TO");
		append_bounds(sql, partition->to);
	}
}

static void add_level(const FerryTable *table, const FerryPartitioning *partitioning, const char *parent,
		      GPtrArray *statements)
{
	for (guint i = 0; i < partitioning->partitions->len; i++) {
		const FerryPartition *partition = partitioning->partitions->pdata[i];
		g_autofree char *object = table->schema != NULL
						  ? g_strdup_printf("%s.%s", table->schema, partition->name)
						  : g_strdup(partition->name);
		GString *sql = g_string_new("CREATE TABLE ");
		ferry_pg_append_qualified(sql, table->schema, partition->name);
		g_string_append(sql, " PARTITION OF ");
		ferry_pg_append_qualified(sql, table->schema, parent);
		append_values(sql, partitioning->kind, partition);
		if (partition->parts != NULL)
			ferry_pg_ddl_partition_by(sql, table, partition->parts);
		ferry_pg_ddl_add(statements, "partition", object, sql);
		if (partition->parts != NULL)
			add_level(table, partition->parts, partition->name, statements);
	}
}

void ferry_pg_ddl_create_partitions(const FerryTable *table, GPtrArray *statements)
{
	if (table->partitioning != NULL)
		add_level(table, table->partitioning, table->name, statements);
}

void ferry_pg_each_partition(const FerryPartitioning *partitioning,
			     void (*func)(const FerryPartition *partition, gpointer data), gpointer data)
{
	for (guint i = 0; partitioning != NULL && i < partitioning->partitions->len; i++) {
		const FerryPartition *partition = partitioning->partitions->pdata[i];
		func(partition, data);
		ferry_pg_each_partition(partition->parts, func, data);
	}
}
