/*
 * Keys: indexes, foreign keys, checks, each in one query (foreign keys in two, for the server joins them
 * slowly).
 */
#include "connectors/mysql/catalog.h"
#include "connectors/mysql/singlestore.h"
#include "connectors/mysql/types.h"

#include <string.h>

/* ---- indexes ---- */

enum {
	I_SCHEMA,
	I_TABLE,
	I_NAME,
	I_NON_UNIQUE,
	I_SEQ,
	I_COLUMN,
	I_ORDER,
	I_PREFIX,
	I_TYPE,
	I_COMMENT,
	I_EXPRESSION
};

static FerryIndex *new_index(FerryTable *table, char **row)
{
	FerryIndex *index = ferry_index_new(row[I_NAME]);
	g_autofree char *method = g_ascii_strdown(row[I_TYPE] ? row[I_TYPE] : "btree", -1);

	index->is_primary = !strcmp(row[I_NAME], "PRIMARY");
	index->is_unique = !strcmp(row[I_NON_UNIQUE], "0");
	index->is_constraint = index->is_unique;
	if (strcmp(method, "btree"))
		index->method = g_steal_pointer(&method);
	if (row[I_COMMENT] && *row[I_COMMENT])
		index->comment = g_strdup(row[I_COMMENT]);
	if (index->is_primary)
		table->primary_key = index;
	else
		g_ptr_array_add(table->indexes, index);
	return index;
}

/* Rows come index by index: the one at work is the last that was made. */
static FerryIndex *last_index(FerryTable *table, const char *name)
{
	if (!strcmp(name, "PRIMARY"))
		return table->primary_key;
	FerryIndex *index = table->indexes->len ? table->indexes->pdata[table->indexes->len - 1] : NULL;
	return index && !strcmp(index->name, name) ? index : NULL;
}

/* Whether SingleStore's index is carried over. Its methods (skip lists, hashes of columnstores) are matters
 * of its own. */
static bool takes_index(FerryTable *table, char **row)
{
	bool is_unique = !g_strcmp0(row[I_NON_UNIQUE], "0"), is_first = !g_strcmp0(row[I_SEQ], "1");
	FerrySinglestoreIndexKind kind = ferry_singlestore_index_kind(row[I_TYPE], is_unique);

	if (kind == FERRY_SINGLESTORE_SPECIAL)
		return true;
	row[I_TYPE] = NULL;
	if (kind == FERRY_SINGLESTORE_INDEX)
		return true;
	if (is_first)
		ferry_table_note(table, FERRY_SEVERITY_INFO, NULL,
				 "%s key %s is not carried over: it says how rows lie",
				 kind == FERRY_SINGLESTORE_SHARD ? "shard" : "sort", row[I_NAME]);
	return false;
}

static bool on_index(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	FerryTable *table = ferry_mysql_builder_find(data, row[I_SCHEMA], row[I_TABLE]);
	if (!table)
		return true;
	FerryMysqlCatalogBuilder *b = data;
	if (b->connection->is_singlestore && !takes_index(table, row))
		return true;
	FerryIndex *index = last_index(table, row[I_NAME]);
	if (!index)
		index = new_index(table, row);
	if (b->connection->is_singlestore && !index->method)
		index->method = g_strdup("btree"); /* said, so that it gets no hint: split.c */

	FerryIndexPart *part = ferry_index_part_new(row[I_COLUMN]);
	if (!row[I_COLUMN] && row[I_EXPRESSION]) {
		part->expression = ferry_mysql_clean_expression(row[I_EXPRESSION]);
		index->is_constraint = false;
	}
	bool is_spatial = index->method && !strcmp(index->method, "spatial");
	if (row[I_PREFIX] && !is_spatial) {
		part->prefix_len = g_ascii_strtoll(row[I_PREFIX], NULL, 10);
		index->is_constraint = false;
	}
	part->descending = row[I_ORDER] && !strcmp(row[I_ORDER], "D");
	g_ptr_array_add(index->parts, part);
	return true;
}

bool ferry_mysql_read_indexes(FerryMysqlCatalogBuilder *b, GError **error)
{
	bool has_expressions = ferry_mysql_at_least(b->connection, 0, 80013);
	g_autoptr(GString) sql = g_string_new("SELECT table_schema, table_name, index_name, non_unique, "
					      "seq_in_index, column_name, collation, sub_part,"
					      " index_type, index_comment");
	g_string_append_printf(sql, ", %s FROM information_schema.statistics",
			       has_expressions ? "expression" : "NULL");
	ferry_mysql_builder_filter(b, sql, "table_schema");
	g_string_append(sql, " ORDER BY table_schema, table_name, index_name, seq_in_index");
	return ferry_mysql_each(b->connection, sql->str, "cannot list the indexes", on_index, b, error);
}

/* ---- foreign keys ---- */

static FerryFkAction parse_action(const char *rule)
{
	if (!strcmp(rule, "CASCADE"))
		return FERRY_FK_CASCADE;
	if (!strcmp(rule, "SET NULL"))
		return FERRY_FK_SET_NULL;
	if (!strcmp(rule, "SET DEFAULT"))
		return FERRY_FK_SET_DEFAULT;
	/* RESTRICT is what InnoDB does for NO ACTION too: it checks at once. */
	return strcmp(rule, "RESTRICT") ? FERRY_FK_NO_ACTION : FERRY_FK_RESTRICT;
}

static FerryForeignKey *find_foreign_key(const FerryTable *table, const char *name)
{
	for (guint i = 0; i < table->foreign_keys->len; i++) {
		FerryForeignKey *key = table->foreign_keys->pdata[i];
		if (!strcmp(key->name, name))
			return key;
	}
	return NULL;
}

/* schema, table, name, column, referenced schema, table, column */
static bool on_key_column(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	FerryTable *table = ferry_mysql_builder_find(data, row[0], row[1]);
	if (!table || !row[4] || !row[5] || !row[6])
		return true;
	FerryForeignKey *key = find_foreign_key(table, row[2]);
	if (!key) {
		key = ferry_foreign_key_new(row[2], strcmp(row[4], row[0]) ? row[4] : NULL, row[5]);
		g_ptr_array_add(table->foreign_keys, key);
	}
	g_ptr_array_add(key->columns, g_strdup(row[3]));
	g_ptr_array_add(key->ref_columns, g_strdup(row[6]));
	return true;
}

/* schema, table, name, update rule, delete rule */
static bool on_rule(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	FerryTable *table = ferry_mysql_builder_find(data, row[0], row[1]);
	FerryForeignKey *key = table ? find_foreign_key(table, row[2]) : NULL;
	if (key) {
		key->on_update = parse_action(row[3]);
		key->on_delete = parse_action(row[4]);
	}
	return true;
}

static bool has_foreign_keys(const FerryCatalog *catalog)
{
	for (guint i = 0; i < catalog->tables->len; i++) {
		const FerryTable *table = catalog->tables->pdata[i];
		if (table->foreign_keys->len > 0)
			return true;
	}
	return false;
}

bool ferry_mysql_read_foreign_keys(FerryMysqlCatalogBuilder *b, GError **error)
{
	g_autoptr(GString) columns =
		g_string_new("SELECT table_schema, table_name, constraint_name, column_name, "
			     "referenced_table_schema, referenced_table_name,"
			     " referenced_column_name FROM information_schema.key_column_usage");
	ferry_mysql_builder_filter(b, columns, "table_schema");
	g_string_append(columns, " AND referenced_table_name IS NOT NULL"
				 " ORDER BY table_schema, table_name, constraint_name, ordinal_position");
	g_autoptr(GString) rules =
		g_string_new("SELECT constraint_schema, table_name, constraint_name, update_rule,"
			     " delete_rule FROM information_schema.referential_constraints");
	ferry_mysql_builder_filter(b, rules, "constraint_schema");

	if (b->connection->is_singlestore) /* has none */
		return true;
	if (!ferry_mysql_each(b->connection, columns->str, "cannot list the foreign keys", on_key_column, b,
			      error))
		return false;
	/* Each of these queries has the server open every table: 2 s for 5,000. */
	return !has_foreign_keys(b->catalog) ||
	       ferry_mysql_each(b->connection, rules->str, "cannot list the foreign keys", on_rule, b, error);
}

/* ---- checks ---- */

/* json_valid(`column`), in which MariaDB's JSON type shows; NULL where the check is another one. */
static FerryColumnDef *find_json_column(const FerryTable *table, const char *expression)
{
	static const char prefix[] = "json_valid(`";
	if (g_ascii_strncasecmp(expression, prefix, strlen(prefix)) || !g_str_has_suffix(expression, "`)"))
		return NULL;
	const char *name = expression + strlen(prefix);
	g_autofree char *column = g_strndup(name, strlen(name) - 2);
	return strchr(column, '`') ? NULL : ferry_table_find_column(table, column);
}

/* schema, table, name, clause, enforced */
static bool on_check(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	FerryMysqlCatalogBuilder *b = data;
	FerryTable *table = ferry_mysql_builder_find(b, row[0], row[1]);
	if (!table || !row[3])
		return true;

	FerryColumnDef *json = b->connection->is_mariadb ? find_json_column(table, row[3]) : NULL;
	if (json && ferry_mysql_type_is(json->native_type, "longtext")) {
		json->type = FERRY_TYPE(FERRY_TYPE_JSON);
		json->type.is_binary_json = true;
		ferry_table_note(table, FERRY_SEVERITY_INFO, json->name,
				 "JSON: the check json_valid() that MariaDB keeps it by is not needed");
		return true;
	}
	if (row[4] && !strcmp(row[4], "NO")) {
		ferry_table_note(table, FERRY_SEVERITY_WARNING, NULL,
				 "check %s is not enforced, and is left out: %s", row[2], row[3]);
		return true;
	}
	g_autofree char *expression = ferry_mysql_clean_expression(row[3]);
	g_ptr_array_add(table->checks, ferry_check_new(row[2], expression));
	return true;
}

bool ferry_mysql_read_checks(FerryMysqlCatalogBuilder *b, GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);

	if (b->connection->is_mariadb) {
		g_string_append(sql,
				"SELECT constraint_schema, table_name, constraint_name, check_clause, NULL"
				" FROM information_schema.check_constraints c");
		ferry_mysql_builder_filter(b, sql, "constraint_schema");
	} else if (ferry_mysql_at_least(b->connection, 0, 80016)) {
		g_string_append(sql, "SELECT t.constraint_schema, t.table_name, t.constraint_name, "
				     "c.check_clause, t.enforced"
				     " FROM information_schema.table_constraints t JOIN "
				     "information_schema.check_constraints c"
				     " USING (constraint_schema, constraint_name)");
		ferry_mysql_append_schema_filter(sql, b->connection, "t.constraint_schema");
		g_string_append(sql, " AND t.constraint_type = 'CHECK'");
	} else {
		return true;
	}
	g_string_append(sql, " ORDER BY 1, 2, 3");
	return ferry_mysql_each(b->connection, sql->str, "cannot list the checks", on_check, b, error);
}
