/*
 * The catalog as JSON. Keys stand in the order in which they are written here; what is not set (NULL, false,
 * zero, empty) is left out but for the few keys that every object of its kind has. Text that is not UTF-8 is
 * shown with U+FFFD.
 */
#include "data/catalog.h"

#include "data/json_out.h"

static json_t *labels_node(char *const *labels)
{
	json_t *array = json_array();
	for (; labels && *labels; labels++)
		json_array_append_new(array, ferry_json_text(*labels));
	return array;
}

/* ---- words of enums ---- */

static const char *default_word(FerryDefaultKind kind)
{
	switch (kind) {
	case FERRY_DEFAULT_NONE: return "none";
	case FERRY_DEFAULT_NULL: return "null";
	case FERRY_DEFAULT_LITERAL: return "literal";
	case FERRY_DEFAULT_CURRENT_TIMESTAMP: return "current_timestamp";
	case FERRY_DEFAULT_CURRENT_DATE: return "current_date";
	case FERRY_DEFAULT_CURRENT_TIME: return "current_time";
	case FERRY_DEFAULT_UUID: return "uuid";
	case FERRY_DEFAULT_EXPRESSION: return "expression";
	}
	return "unknown";
}

static const char *identity_word(FerryIdentity identity)
{
	switch (identity) {
	case FERRY_IDENTITY_NONE: return "none";
	case FERRY_IDENTITY_AUTO: return "auto";
	case FERRY_IDENTITY_BY_DEFAULT: return "by_default";
	case FERRY_IDENTITY_ALWAYS: return "always";
	}
	return "unknown";
}

static const char *action_word(FerryFkAction action)
{
	switch (action) {
	case FERRY_FK_NO_ACTION: return "no_action";
	case FERRY_FK_RESTRICT: return "restrict";
	case FERRY_FK_CASCADE: return "cascade";
	case FERRY_FK_SET_NULL: return "set_null";
	case FERRY_FK_SET_DEFAULT: return "set_default";
	}
	return "unknown";
}

/* ---- objects ---- */

static json_t *note_node(gconstpointer item)
{
	const FerryNote *note = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "severity", ferry_severity_name(note->severity));
	ferry_json_set_text(node, "kind", note->kind);
	ferry_json_set_text(node, "object", note->object);
	ferry_json_set_text(node, "text", note->text);
	return node;
}

static void set_default(json_t *node, const FerryColumnDef *column)
{
	if (column->default_kind == FERRY_DEFAULT_NONE)
		return;
	json_t *value = json_object();
	ferry_json_set_text(value, "kind", default_word(column->default_kind));
	ferry_json_set_text(value, "text", column->default_text);
	ferry_json_set(node, "default", value);
}

static void set_generated(json_t *node, const FerryColumnDef *column)
{
	if (column->generated == FERRY_GENERATED_NONE)
		return;
	json_t *value = json_object();
	ferry_json_set_text(value, "kind",
			    column->generated == FERRY_GENERATED_STORED ? "stored" : "virtual");
	ferry_json_set_text(value, "expression", column->generated_expression);
	ferry_json_set(node, "generated", value);
}

static void set_identity(json_t *node, const FerryColumnDef *column)
{
	if (column->identity == FERRY_IDENTITY_NONE)
		return;
	json_t *value = json_object();
	ferry_json_set_text(value, "kind", identity_word(column->identity));
	if (column->has_identity_next)
		ferry_json_set_int(value, "next", column->identity_next);
	if (column->identity_increment != 0)
		ferry_json_set_int(value, "increment", column->identity_increment);
	ferry_json_set(node, "identity", value);
}

static json_t *column_node(gconstpointer item)
{
	const FerryColumnDef *column = item;
	json_t *node = json_object();
	g_autofree char *type = ferry_type_to_string(&column->type);

	ferry_json_set_text(node, "name", column->name);
	ferry_json_set_text(node, "native_type", column->native_type);
	ferry_json_set_text(node, "user_type", column->user_type);
	ferry_json_set_text(node, "type", type);
	ferry_json_set(node, "not_null", json_boolean(column->not_null));
	set_default(node, column);
	ferry_json_set_flag(node, "on_update_now", column->on_update_now);
	set_generated(node, column);
	set_identity(node, column);
	ferry_json_set_text(node, "enum_schema", column->enum_schema);
	ferry_json_set_text(node, "enum_name", column->enum_name);
	ferry_json_set_array(node, "labels", labels_node(column->labels));
	ferry_json_set_flag(node, "is_set", column->is_set);
	ferry_json_set_flag(node, "is_invisible", column->is_invisible);
	ferry_json_set_text(node, "collation", column->collation);
	ferry_json_set_text(node, "comment", column->comment);
	return node;
}

static json_t *index_part_node(gconstpointer item)
{
	const FerryIndexPart *part = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "column", part->column);
	ferry_json_set_text(node, "expression", part->expression);
	if (part->prefix_len > 0)
		ferry_json_set_int(node, "prefix_len", part->prefix_len);
	ferry_json_set_flag(node, "descending", part->descending);
	if (part->nulls_order != 0)
		ferry_json_set_text(node, "nulls", part->nulls_order == 1 ? "first" : "last");
	ferry_json_set_text(node, "opclass", part->opclass);
	ferry_json_set_text(node, "collation", part->collation);
	return node;
}

static json_t *index_node(gconstpointer item)
{
	const FerryIndex *index = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "name", index->name);
	ferry_json_set_flag(node, "is_primary", index->is_primary);
	ferry_json_set_flag(node, "is_unique", index->is_unique);
	ferry_json_set_flag(node, "is_constraint", index->is_constraint);
	ferry_json_set_flag(node, "is_exclusion", index->is_exclusion);
	ferry_json_set_text(node, "method", index->method);
	ferry_json_set(node, "parts", ferry_json_map(index->parts, index_part_node));
	ferry_json_set_array(node, "include", ferry_json_texts(index->include));
	ferry_json_set_text(node, "predicate", index->predicate);
	ferry_json_set_flag(node, "nulls_not_distinct", index->nulls_not_distinct);
	ferry_json_set_flag(node, "deferrable", index->deferrable);
	ferry_json_set_flag(node, "initially_deferred", index->initially_deferred);
	ferry_json_set_text(node, "definition", index->definition);
	ferry_json_set_text(node, "comment", index->comment);
	return node;
}

static json_t *foreign_key_node(gconstpointer item)
{
	const FerryForeignKey *key = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "name", key->name);
	ferry_json_set(node, "columns", ferry_json_texts(key->columns));
	ferry_json_set_text(node, "ref_schema", key->ref_schema);
	ferry_json_set_text(node, "ref_table", key->ref_table);
	ferry_json_set_array(node, "ref_columns", ferry_json_texts(key->ref_columns));
	ferry_json_set_text(node, "on_update", action_word(key->on_update));
	ferry_json_set_text(node, "on_delete", action_word(key->on_delete));
	ferry_json_set_array(node, "set_columns", ferry_json_texts(key->set_columns));
	ferry_json_set_flag(node, "match_full", key->match_full);
	ferry_json_set_flag(node, "deferrable", key->deferrable);
	ferry_json_set_flag(node, "initially_deferred", key->initially_deferred);
	ferry_json_set_flag(node, "not_valid", key->not_valid);
	return node;
}

static json_t *check_node(gconstpointer item)
{
	const FerryCheck *check = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "name", check->name);
	ferry_json_set_text(node, "expression", check->expression);
	return node;
}

static json_t *bound_node(gconstpointer item)
{
	static const char *const words[] = {NULL, "NULL", "MINVALUE", "MAXVALUE"};
	const FerryBound *bound = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "value", bound->text);
	ferry_json_set_text(node, "special", words[bound->kind]);
	return node;
}

static json_t *partitioning_node(const FerryPartitioning *partitioning);

static json_t *partition_node(gconstpointer item)
{
	const FerryPartition *partition = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "name", partition->name);
	ferry_json_set_array(node, "from", ferry_json_map(partition->from, bound_node));
	ferry_json_set_array(node, "to", ferry_json_map(partition->to, bound_node));
	ferry_json_set_array(node, "values", ferry_json_map(partition->values, bound_node));
	if (partition->modulus) {
		ferry_json_set_int(node, "modulus", partition->modulus);
		ferry_json_set_int(node, "remainder", partition->remainder);
	}
	ferry_json_set_flag(node, "is_default", partition->is_default);
	ferry_json_set_text(node, "definition", partition->definition);
	if (partition->parts)
		ferry_json_set(node, "partitioning", partitioning_node(partition->parts));
	return node;
}

static json_t *partitioning_node(const FerryPartitioning *partitioning)
{
	json_t *node = json_object();
	ferry_json_set_text(node, "kind", ferry_partition_kind_name(partitioning->kind));
	ferry_json_set_array(node, "columns", ferry_json_texts(partitioning->columns));
	ferry_json_set_text(node, "definition", partitioning->definition);
	ferry_json_set_text(node, "obstacle", partitioning->obstacle);
	ferry_json_set_flag(node, "is_open", partitioning->is_open);
	ferry_json_set_array(node, "partitions", ferry_json_map(partitioning->partitions, partition_node));
	return node;
}

static json_t *table_node(gconstpointer item)
{
	const FerryTable *table = item;
	json_t *node = json_object();

	ferry_json_set_text(node, "schema", table->schema);
	ferry_json_set_text(node, "name", table->name);
	if (table->est_rows >= 0)
		ferry_json_set_int(node, "est_rows", table->est_rows);
	if (table->est_bytes >= 0)
		ferry_json_set_int(node, "est_bytes", table->est_bytes);
	ferry_json_set(node, "columns", ferry_json_map(table->columns, column_node));
	if (table->primary_key)
		ferry_json_set(node, "primary_key", index_node(table->primary_key));
	ferry_json_set_array(node, "indexes", ferry_json_map(table->indexes, index_node));
	ferry_json_set_array(node, "foreign_keys", ferry_json_map(table->foreign_keys, foreign_key_node));
	ferry_json_set_array(node, "checks", ferry_json_map(table->checks, check_node));
	ferry_json_set_array(node, "notes", ferry_json_map(table->notes, note_node));
	ferry_json_set_text(node, "comment", table->comment);
	ferry_json_set_flag(node, "is_partitioned", table->is_partitioned);
	if (table->partitioning)
		ferry_json_set(node, "partitioning", partitioning_node(table->partitioning));
	ferry_json_set_flag(node, "without_rowid", table->without_rowid);
	ferry_json_set_flag(node, "is_strict", table->is_strict);
	return node;
}

static json_t *enum_node(gconstpointer item)
{
	const FerryEnum *e = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "schema", e->schema);
	ferry_json_set_text(node, "name", e->name);
	ferry_json_set(node, "labels", labels_node(e->labels));
	return node;
}

static json_t *user_type_node(gconstpointer item)
{
	const FerryUserType *type = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "kind", ferry_user_type_kind_name(type->kind));
	ferry_json_set_text(node, "schema", type->schema);
	ferry_json_set_text(node, "name", type->name);
	ferry_json_set_text(node, "definition", type->definition);
	ferry_json_set_array(node, "notes", ferry_json_map(type->notes, note_node));
	ferry_json_set_text(node, "comment", type->comment);
	return node;
}

static json_t *sequence_node(gconstpointer item)
{
	const FerrySequence *sequence = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "schema", sequence->schema);
	ferry_json_set_text(node, "name", sequence->name);
	ferry_json_set_text(node, "data_type", sequence->data_type);
	ferry_json_set_int(node, "start", sequence->start);
	ferry_json_set_int(node, "increment", sequence->increment);
	ferry_json_set_int(node, "min_value", sequence->min_value);
	ferry_json_set_int(node, "max_value", sequence->max_value);
	ferry_json_set_int(node, "cache", sequence->cache);
	ferry_json_set_int(node, "next_value", sequence->next_value);
	ferry_json_set_flag(node, "cycles", sequence->cycles);
	ferry_json_set_text(node, "owner_schema", sequence->owner_schema);
	ferry_json_set_text(node, "owner_table", sequence->owner_table);
	ferry_json_set_text(node, "owner_column", sequence->owner_column);
	return node;
}

static json_t *other_node(gconstpointer item)
{
	const FerryOther *other = item;
	json_t *node = json_object();
	ferry_json_set_text(node, "kind", other->kind);
	ferry_json_set_text(node, "schema", other->schema);
	ferry_json_set_text(node, "name", other->name);
	ferry_json_set_text(node, "definition", other->definition);
	return node;
}

char *ferry_catalog_to_json(const FerryCatalog *catalog)
{
	json_t *node = json_object();

	ferry_json_set_text(node, "connector", catalog->connector);
	ferry_json_set_text(node, "product", catalog->product);
	ferry_json_set_text(node, "version", catalog->version);
	ferry_json_set_text(node, "database", catalog->database);
	ferry_json_set(node, "tables", ferry_json_map(catalog->tables, table_node));
	ferry_json_set_array(node, "enums", ferry_json_map(catalog->enums, enum_node));
	ferry_json_set_array(node, "types", ferry_json_map(catalog->types, user_type_node));
	ferry_json_set_array(node, "sequences", ferry_json_map(catalog->sequences, sequence_node));
	ferry_json_set_array(node, "others", ferry_json_map(catalog->others, other_node));
	ferry_json_set_array(node, "notes", ferry_json_map(catalog->notes, note_node));

	return ferry_json_dump(node);
}
