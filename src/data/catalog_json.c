/*
 * The catalog as JSON. Keys stand in the order in which they are written here; what is not set (NULL, false,
 * zero, empty) is left out but for the few keys that every object of its kind has. Text that is not UTF-8 is
 * shown with U+FFFD.
 */
#include "data/catalog.h"

#include <jansson.h>
#include <stdlib.h>

/* ---- setting keys ---- */

static json_t *text_node(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	return json_string_nocheck(valid);
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new_nocheck(object, key, text_node(text));
}

static void set_flag(json_t *object, const char *key, bool value)
{
	if (value)
		json_object_set_new_nocheck(object, key, json_true());
}

static void set_int(json_t *object, const char *key, int64_t value)
{
	json_object_set_new_nocheck(object, key, json_integer(value));
}

static void set_array(json_t *object, const char *key, json_t *array)
{
	if (json_array_size(array) > 0)
		json_object_set_new_nocheck(object, key, array);
	else
		json_decref(array);
}

static json_t *texts_node(const GPtrArray *texts)
{
	json_t *array = json_array();
	for (guint i = 0; i < texts->len; i++)
		json_array_append_new(array, text_node(g_ptr_array_index(texts, i)));
	return array;
}

static json_t *labels_node(char *const *labels)
{
	json_t *array = json_array();
	for (; labels && *labels; labels++)
		json_array_append_new(array, text_node(*labels));
	return array;
}

/* An array of what node makes of each item. */
static json_t *map_node(const GPtrArray *items, json_t *(*node)(gconstpointer item))
{
	json_t *array = json_array();
	for (guint i = 0; i < items->len; i++)
		json_array_append_new(array, node(g_ptr_array_index(items, i)));
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
	set_text(node, "severity", ferry_severity_name(note->severity));
	set_text(node, "kind", note->kind);
	set_text(node, "object", note->object);
	set_text(node, "text", note->text);
	return node;
}

static void set_default(json_t *node, const FerryColumnDef *column)
{
	if (column->default_kind == FERRY_DEFAULT_NONE)
		return;
	json_t *value = json_object();
	set_text(value, "kind", default_word(column->default_kind));
	set_text(value, "text", column->default_text);
	json_object_set_new_nocheck(node, "default", value);
}

static void set_generated(json_t *node, const FerryColumnDef *column)
{
	if (column->generated == FERRY_GENERATED_NONE)
		return;
	json_t *value = json_object();
	set_text(value, "kind", column->generated == FERRY_GENERATED_STORED ? "stored" : "virtual");
	set_text(value, "expression", column->generated_expression);
	json_object_set_new_nocheck(node, "generated", value);
}

static void set_identity(json_t *node, const FerryColumnDef *column)
{
	if (column->identity == FERRY_IDENTITY_NONE)
		return;
	json_t *value = json_object();
	set_text(value, "kind", identity_word(column->identity));
	if (column->has_identity_next)
		set_int(value, "next", column->identity_next);
	if (column->identity_increment != 0)
		set_int(value, "increment", column->identity_increment);
	json_object_set_new_nocheck(node, "identity", value);
}

static json_t *column_node(gconstpointer item)
{
	const FerryColumnDef *column = item;
	json_t *node = json_object();
	g_autofree char *type = ferry_type_to_string(&column->type);

	set_text(node, "name", column->name);
	set_text(node, "native_type", column->native_type);
	set_text(node, "user_type", column->user_type);
	set_text(node, "type", type);
	json_object_set_new_nocheck(node, "not_null", json_boolean(column->not_null));
	set_default(node, column);
	set_flag(node, "on_update_now", column->on_update_now);
	set_generated(node, column);
	set_identity(node, column);
	set_text(node, "enum_schema", column->enum_schema);
	set_text(node, "enum_name", column->enum_name);
	set_array(node, "labels", labels_node(column->labels));
	set_flag(node, "is_set", column->is_set);
	set_flag(node, "is_invisible", column->is_invisible);
	set_text(node, "collation", column->collation);
	set_text(node, "comment", column->comment);
	return node;
}

static json_t *index_part_node(gconstpointer item)
{
	const FerryIndexPart *part = item;
	json_t *node = json_object();
	set_text(node, "column", part->column);
	set_text(node, "expression", part->expression);
	if (part->prefix_len > 0)
		set_int(node, "prefix_len", part->prefix_len);
	set_flag(node, "descending", part->descending);
	if (part->nulls_order != 0)
		set_text(node, "nulls", part->nulls_order == 1 ? "first" : "last");
	set_text(node, "opclass", part->opclass);
	set_text(node, "collation", part->collation);
	return node;
}

static json_t *index_node(gconstpointer item)
{
	const FerryIndex *index = item;
	json_t *node = json_object();
	set_text(node, "name", index->name);
	set_flag(node, "is_primary", index->is_primary);
	set_flag(node, "is_unique", index->is_unique);
	set_flag(node, "is_constraint", index->is_constraint);
	set_flag(node, "is_exclusion", index->is_exclusion);
	set_text(node, "method", index->method);
	json_object_set_new_nocheck(node, "parts", map_node(index->parts, index_part_node));
	set_array(node, "include", texts_node(index->include));
	set_text(node, "predicate", index->predicate);
	set_flag(node, "nulls_not_distinct", index->nulls_not_distinct);
	set_flag(node, "deferrable", index->deferrable);
	set_flag(node, "initially_deferred", index->initially_deferred);
	set_text(node, "definition", index->definition);
	set_text(node, "comment", index->comment);
	return node;
}

static json_t *foreign_key_node(gconstpointer item)
{
	const FerryForeignKey *key = item;
	json_t *node = json_object();
	set_text(node, "name", key->name);
	json_object_set_new_nocheck(node, "columns", texts_node(key->columns));
	set_text(node, "ref_schema", key->ref_schema);
	set_text(node, "ref_table", key->ref_table);
	set_array(node, "ref_columns", texts_node(key->ref_columns));
	set_text(node, "on_update", action_word(key->on_update));
	set_text(node, "on_delete", action_word(key->on_delete));
	set_array(node, "set_columns", texts_node(key->set_columns));
	set_flag(node, "match_full", key->match_full);
	set_flag(node, "deferrable", key->deferrable);
	set_flag(node, "initially_deferred", key->initially_deferred);
	set_flag(node, "not_valid", key->not_valid);
	return node;
}

static json_t *check_node(gconstpointer item)
{
	const FerryCheck *check = item;
	json_t *node = json_object();
	set_text(node, "name", check->name);
	set_text(node, "expression", check->expression);
	return node;
}

static json_t *table_node(gconstpointer item)
{
	const FerryTable *table = item;
	json_t *node = json_object();

	set_text(node, "schema", table->schema);
	set_text(node, "name", table->name);
	if (table->est_rows >= 0)
		set_int(node, "est_rows", table->est_rows);
	if (table->est_bytes >= 0)
		set_int(node, "est_bytes", table->est_bytes);
	json_object_set_new_nocheck(node, "columns", map_node(table->columns, column_node));
	if (table->primary_key)
		json_object_set_new_nocheck(node, "primary_key", index_node(table->primary_key));
	set_array(node, "indexes", map_node(table->indexes, index_node));
	set_array(node, "foreign_keys", map_node(table->foreign_keys, foreign_key_node));
	set_array(node, "checks", map_node(table->checks, check_node));
	set_array(node, "notes", map_node(table->notes, note_node));
	set_text(node, "comment", table->comment);
	set_flag(node, "is_partitioned", table->is_partitioned);
	set_flag(node, "without_rowid", table->without_rowid);
	set_flag(node, "is_strict", table->is_strict);
	return node;
}

static json_t *enum_node(gconstpointer item)
{
	const FerryEnum *e = item;
	json_t *node = json_object();
	set_text(node, "schema", e->schema);
	set_text(node, "name", e->name);
	json_object_set_new_nocheck(node, "labels", labels_node(e->labels));
	return node;
}

static json_t *user_type_node(gconstpointer item)
{
	const FerryUserType *type = item;
	json_t *node = json_object();
	set_text(node, "kind", ferry_user_type_kind_name(type->kind));
	set_text(node, "schema", type->schema);
	set_text(node, "name", type->name);
	set_text(node, "definition", type->definition);
	set_array(node, "notes", map_node(type->notes, note_node));
	set_text(node, "comment", type->comment);
	return node;
}

static json_t *sequence_node(gconstpointer item)
{
	const FerrySequence *sequence = item;
	json_t *node = json_object();
	set_text(node, "schema", sequence->schema);
	set_text(node, "name", sequence->name);
	set_text(node, "data_type", sequence->data_type);
	set_int(node, "start", sequence->start);
	set_int(node, "increment", sequence->increment);
	set_int(node, "min_value", sequence->min_value);
	set_int(node, "max_value", sequence->max_value);
	set_int(node, "cache", sequence->cache);
	set_int(node, "next_value", sequence->next_value);
	set_flag(node, "cycles", sequence->cycles);
	set_text(node, "owner_schema", sequence->owner_schema);
	set_text(node, "owner_table", sequence->owner_table);
	set_text(node, "owner_column", sequence->owner_column);
	return node;
}

static json_t *other_node(gconstpointer item)
{
	const FerryOther *other = item;
	json_t *node = json_object();
	set_text(node, "kind", other->kind);
	set_text(node, "schema", other->schema);
	set_text(node, "name", other->name);
	set_text(node, "definition", other->definition);
	return node;
}

char *ferry_catalog_to_json(const FerryCatalog *catalog)
{
	json_t *node = json_object();

	set_text(node, "connector", catalog->connector);
	set_text(node, "product", catalog->product);
	set_text(node, "version", catalog->version);
	set_text(node, "database", catalog->database);
	json_object_set_new_nocheck(node, "tables", map_node(catalog->tables, table_node));
	set_array(node, "enums", map_node(catalog->enums, enum_node));
	set_array(node, "types", map_node(catalog->types, user_type_node));
	set_array(node, "sequences", map_node(catalog->sequences, sequence_node));
	set_array(node, "others", map_node(catalog->others, other_node));
	set_array(node, "notes", map_node(catalog->notes, note_node));

	char *dumped = json_dumps(node, JSON_INDENT(2));
	char *text = g_strdup(dumped); /* jansson's memory need not be GLib's */
	free(dumped);
	json_decref(node);
	return text;
}
