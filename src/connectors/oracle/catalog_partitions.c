/*
 * Partitions and subpartitions, in three to five queries, which are asked only where a table has some. Ranges
 * and lists come with their HIGH_VALUE (partition_bound.c); hashes are counted, as no other system has
 * Oracle's. What no other system can do (partitions by the parent's row, by the application) is named.
 */
#include "connectors/oracle/catalog.h"

#include <stdlib.h>
#include <string.h>

enum { P_TABLE, P_TYPE, P_SUBTYPE, P_INTERVAL, P_AUTOMATIC };

/* ---- which tables ---- */

static bool has_partitioned(const FerryOracleCatalogBuilder *b)
{
	for (guint i = 0; i < b->catalog->tables->len; i++)
		if (((FerryTable *)b->catalog->tables->pdata[i])->is_partitioned)
			return true;
	return false;
}

static int find_kind(const char *type)
{
	static const char *const words[FERRY_N_PARTITION_KINDS] = {
		[FERRY_PARTITION_RANGE] = "RANGE",
		[FERRY_PARTITION_LIST] = "LIST",
		[FERRY_PARTITION_HASH] = "HASH",
	};

	for (int i = 0; i < FERRY_N_PARTITION_KINDS; i++)
		if (!g_strcmp0(type, words[i]))
			return i;
	return -1;
}

static char *describe_obstacle(const char *type)
{
	if (!g_strcmp0(type, "REFERENCE"))
		return g_strdup("its rows lie where those lie that their foreign key refers to");
	if (!g_strcmp0(type, "SYSTEM"))
		return g_strdup("its applications choose the partition of each row (PARTITION BY SYSTEM)");
	return g_strdup_printf("Ferry does not know partitions of the type %s", type ? type : "?");
}

/* Of the subpartitions: each partition gets one of this kind, when they come in. */
static void set_subkind(FerryOracleCatalogBuilder *b, const FerryTable *table, const char *type)
{
	if (type && strcmp(type, "NONE"))
		g_hash_table_insert(b->subpartition_types, table->name, g_strdup(type));
}

static bool on_partitioned(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryTable *table = ferry_oracle_builder_find(b, row[P_TABLE]);
	int kind = find_kind(row[P_TYPE]);

	if (!table || !table->is_partitioned || table->partitioning)
		return true;
	table->partitioning =
		ferry_partitioning_new(kind < 0 ? FERRY_PARTITION_RANGE : (FerryPartitionKind)kind);
	if (kind < 0)
		table->partitioning->obstacle = describe_obstacle(row[P_TYPE]);
	table->partitioning->is_open = row[P_INTERVAL] || !g_strcmp0(row[P_AUTOMATIC], "YES");
	set_subkind(b, table, row[P_SUBTYPE]);
	return true;
}

static bool on_key_column(char **row, gpointer data, GError **error)
{
	FerryTable *table = ferry_oracle_builder_find(data, row[0]);

	if (table && table->partitioning && row[1])
		g_ptr_array_add(table->partitioning->columns, g_strdup(row[1]));
	return true;
}

/* ---- partitions ---- */

static char *key_of(const char *table, const char *partition)
{
	return g_strconcat(table, "\n", partition, NULL);
}

static void refuse(FerryPartitioning *partitioning, const char *name, const char *high_value)
{
	if (!partitioning->obstacle)
		partitioning->obstacle = g_strdup_printf("Ferry does not read the bounds of partition %s: %s",
							 name, high_value ? high_value : "none");
}

static FerryPartition *add_partition(FerryPartitioning *partitioning, const char *name,
				     const char *high_value)
{
	FerryPartition *partition = ferry_partition_new(name);
	bool is_range = partitioning->kind == FERRY_PARTITION_RANGE;
	GPtrArray *bounds = is_range ? partition->to : partition->values;

	g_ptr_array_add(partitioning->partitions, partition);
	if (partitioning->kind == FERRY_PARTITION_HASH || partitioning->obstacle)
		return partition;
	if (!high_value || !ferry_oracle_parse_bounds(high_value, bounds, &partition->is_default) ||
	    (is_range && bounds->len != partitioning->columns->len))
		refuse(partitioning, name, high_value);
	return partition;
}

/* table, partition, high value; in their order */
static bool on_partition(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryTable *table = ferry_oracle_builder_find(b, row[0]);

	if (!table || !table->partitioning || !row[1])
		return true;
	FerryPartition *partition = add_partition(table->partitioning, row[1], row[2]);
	const char *subtype = g_hash_table_lookup(b->subpartition_types, table->name);
	if (!subtype)
		return true;
	int kind = find_kind(subtype);
	partition->parts =
		ferry_partitioning_new(kind < 0 ? FERRY_PARTITION_RANGE : (FerryPartitionKind)kind);
	if (kind < 0)
		partition->parts->obstacle = describe_obstacle(subtype);
	g_hash_table_insert(b->partitions, key_of(table->name, row[1]), partition);
	return true;
}

/* ---- subpartitions ---- */

static bool on_subkey_column(char **row, gpointer data, GError **error)
{
	FerryTable *table = ferry_oracle_builder_find(data, row[0]);

	if (!table || !table->partitioning || !row[1])
		return true;
	for (guint i = 0; i < table->partitioning->partitions->len; i++) {
		FerryPartition *partition = table->partitioning->partitions->pdata[i];
		if (partition->parts)
			g_ptr_array_add(partition->parts->columns, g_strdup(row[1]));
	}
	return true;
}

/* table, partition, subpartition, high value; in their order */
static bool on_subpartition(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;

	if (!row[0] || !row[1] || !row[2])
		return true;
	g_autofree char *key = key_of(row[0], row[1]);
	FerryPartition *partition = g_hash_table_lookup(b->partitions, key);
	if (partition)
		add_partition(partition->parts, row[2], row[3]);
	return true;
}

/* ---- what needs all of them ---- */

static void finish_level(FerryPartitioning *partitioning)
{
	GPtrArray *partitions = partitioning->partitions;

	ferry_partitioning_chain(partitioning);
	if (partitions->len == 0 && !partitioning->obstacle)
		partitioning->obstacle = g_strdup("its partitions are not to be seen");
	for (guint i = 0; i < partitions->len; i++) {
		FerryPartition *partition = partitions->pdata[i];

		if (partitioning->kind == FERRY_PARTITION_HASH) {
			partition->modulus = partitions->len;
			partition->remainder = i;
		}
		if (partition->parts)
			finish_level(partition->parts);
	}
}

/* A NULL is greater than all values but MAXVALUE: with several columns it may lie in a range that ends in
 * one. */
static void open_for_nulls(FerryTable *table)
{
	FerryPartitioning *partitioning = table->partitioning;

	if (partitioning->kind != FERRY_PARTITION_RANGE || partitioning->columns->len < 2)
		return;
	for (guint i = 0; i < partitioning->columns->len; i++) {
		const FerryColumnDef *column =
			ferry_table_find_column(table, partitioning->columns->pdata[i]);
		partitioning->is_open |= column && !column->not_null;
	}
}

static void finish_all(FerryOracleCatalogBuilder *b)
{
	for (guint i = 0; i < b->catalog->tables->len; i++) {
		FerryTable *table = b->catalog->tables->pdata[i];

		if (!table->partitioning)
			continue;
		finish_level(table->partitioning);
		open_for_nulls(table);
	}
}

/* ---- the whole ---- */

/* Lists that grow by themselves have come with 12.2. */
static bool has_automatic_lists(const FerryOracleCatalogBuilder *b)
{
	const char *version = b->connection->base.server_version;
	const char *dot = version ? strchr(version, '.') : NULL;
	long major = version ? strtol(version, NULL, 10) : 0;

	return major > 12 || (major == 12 && dot && strtol(dot + 1, NULL, 10) >= 2);
}

static bool read_subpartitions(FerryOracleCatalogBuilder *b, GError **error)
{
	return ferry_oracle_builder_each(
		       b,
		       "SELECT NAME, COLUMN_NAME FROM ALL_SUBPART_KEY_COLUMNS WHERE OWNER = "
		       "%s AND OBJECT_TYPE = 'TABLE' ORDER BY NAME, COLUMN_POSITION",
		       "cannot list the keys of subpartitions", on_subkey_column, error) &&
	       ferry_oracle_builder_each(
		       b,
		       "SELECT TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, HIGH_VALUE FROM "
		       "ALL_TAB_SUBPARTITIONS WHERE TABLE_OWNER = %s"
		       " ORDER BY TABLE_NAME, PARTITION_NAME, SUBPARTITION_POSITION",
		       "cannot list the subpartitions", on_subpartition, error);
}

static bool read_all(FerryOracleCatalogBuilder *b, GError **error)
{
	const char *tables =
		has_automatic_lists(b)
			? "SELECT TABLE_NAME, PARTITIONING_TYPE, SUBPARTITIONING_TYPE, INTERVAL, AUTOLIST"
			  " FROM ALL_PART_TABLES WHERE OWNER = %s"
			: "SELECT TABLE_NAME, PARTITIONING_TYPE, SUBPARTITIONING_TYPE, INTERVAL, 'NO'"
			  " FROM ALL_PART_TABLES WHERE OWNER = %s";

	return ferry_oracle_builder_each(b, tables, "cannot list the partitioned tables", on_partitioned,
					 error) &&
	       ferry_oracle_builder_each(b,
					 "SELECT NAME, COLUMN_NAME FROM ALL_PART_KEY_COLUMNS WHERE OWNER = %s"
					 " AND OBJECT_TYPE = 'TABLE' ORDER BY NAME, COLUMN_POSITION",
					 "cannot list the keys of partitions", on_key_column, error) &&
	       ferry_oracle_builder_each(
		       b,
		       "SELECT TABLE_NAME, PARTITION_NAME, HIGH_VALUE FROM ALL_TAB_PARTITIONS WHERE"
		       " TABLE_OWNER = %s ORDER BY TABLE_NAME, PARTITION_POSITION",
		       "cannot list the partitions", on_partition, error) &&
	       (g_hash_table_size(b->subpartition_types) == 0 || read_subpartitions(b, error));
}

bool ferry_oracle_read_partitions(FerryOracleCatalogBuilder *b, GError **error)
{
	g_autoptr(GHashTable) types = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	g_autoptr(GHashTable) partitions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool is_ok;

	if (!has_partitioned(b))
		return true;
	b->subpartition_types = types;
	b->partitions = partitions;
	is_ok = read_all(b, error);
	if (is_ok)
		finish_all(b);
	b->subpartition_types = b->partitions = NULL;
	return is_ok;
}
