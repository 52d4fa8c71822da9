/*
 * The catalog's memory (new, free, deep copies) and look-ups in it. Each struct's free and copy stand
 * together, so that a new field is added in both.
 */
#include "data/catalog.h"

#include <string.h>

static const char *const severity_names[FERRY_N_SEVERITIES] = {
	[FERRY_SEVERITY_INFO] = "info",
	[FERRY_SEVERITY_WARNING] = "warning",
	[FERRY_SEVERITY_LOSS] = "loss",
};

const char *ferry_severity_name(FerrySeverity severity)
{
	return (unsigned)severity < FERRY_N_SEVERITIES ? severity_names[severity] : "unknown";
}

static GPtrArray *new_array(GDestroyNotify free_func)
{
	return g_ptr_array_new_with_free_func(free_func);
}

static gpointer copy_string(gconstpointer text, gpointer data)
{
	return g_strdup(text);
}

/* ---- notes, enums, sequences, others ---- */

FerryNote *ferry_note_new(FerrySeverity severity, const char *kind, const char *object, const char *text)
{
	FerryNote *note = g_new0(FerryNote, 1);
	note->severity = severity;
	note->kind = g_strdup(kind);
	note->object = g_strdup(object);
	note->text = g_strdup(text);
	return note;
}

void ferry_note_free(FerryNote *note)
{
	if (!note)
		return;
	g_free(note->kind);
	g_free(note->object);
	g_free(note->text);
	g_free(note->file);
	g_free(note);
}

static gpointer copy_note(gconstpointer item, gpointer data)
{
	const FerryNote *note = item;
	return ferry_note_new(note->severity, note->kind, note->object, note->text);
}

FerryEnum *ferry_enum_new(const char *schema, const char *name)
{
	FerryEnum *e = g_new0(FerryEnum, 1);
	e->schema = g_strdup(schema);
	e->name = g_strdup(name);
	e->labels = g_new0(char *, 1);
	return e;
}

void ferry_enum_free(FerryEnum *e)
{
	if (!e)
		return;
	g_free(e->schema);
	g_free(e->name);
	g_strfreev(e->labels);
	g_free(e);
}

static const char *const user_type_kinds[FERRY_N_USER_TYPE_KINDS] = {
	[FERRY_USER_TYPE_DOMAIN] = "domain",
	[FERRY_USER_TYPE_COMPOSITE] = "composite type",
	[FERRY_USER_TYPE_RANGE] = "range type",
};

const char *ferry_user_type_kind_name(FerryUserTypeKind kind)
{
	return (unsigned)kind < FERRY_N_USER_TYPE_KINDS ? user_type_kinds[kind] : "type";
}

FerryUserType *ferry_user_type_new(FerryUserTypeKind kind, const char *schema, const char *name)
{
	FerryUserType *type = g_new0(FerryUserType, 1);
	type->kind = kind;
	type->schema = g_strdup(schema);
	type->name = g_strdup(name);
	type->needs = g_new0(char *, 1);
	type->notes = new_array((GDestroyNotify)ferry_note_free);
	return type;
}

void ferry_user_type_free(FerryUserType *type)
{
	if (!type)
		return;
	g_free(type->schema);
	g_free(type->name);
	g_free(type->definition);
	g_strfreev(type->needs);
	g_ptr_array_unref(type->notes);
	g_free(type->comment);
	g_free(type);
}

FerryUserType *ferry_user_type_copy(const FerryUserType *type)
{
	FerryUserType *copy = g_memdup2(type, sizeof(*type));
	copy->schema = g_strdup(type->schema);
	copy->name = g_strdup(type->name);
	copy->definition = g_strdup(type->definition);
	copy->needs = g_strdupv(type->needs);
	copy->notes = g_ptr_array_copy(type->notes, copy_note, NULL);
	copy->comment = g_strdup(type->comment);
	return copy;
}

FerrySequence *ferry_sequence_new(const char *schema, const char *name)
{
	FerrySequence *sequence = g_new0(FerrySequence, 1);
	sequence->schema = g_strdup(schema);
	sequence->name = g_strdup(name);
	return sequence;
}

void ferry_sequence_free(FerrySequence *sequence)
{
	if (!sequence)
		return;
	g_free(sequence->schema);
	g_free(sequence->name);
	g_free(sequence->owner_schema);
	g_free(sequence->owner_table);
	g_free(sequence->owner_column);
	g_free(sequence->data_type);
	g_free(sequence);
}

FerryOther *ferry_other_new(const char *kind, const char *schema, const char *name)
{
	FerryOther *other = g_new0(FerryOther, 1);
	other->kind = g_strdup(kind);
	other->schema = g_strdup(schema);
	other->name = g_strdup(name);
	other->columns = new_array(g_free);
	return other;
}

void ferry_other_free(FerryOther *other)
{
	if (!other)
		return;
	g_free(other->kind);
	g_free(other->schema);
	g_free(other->name);
	g_free(other->definition);
	g_free(other->head);
	g_ptr_array_unref(other->columns);
	g_free(other->reason);
	g_free(other);
}

FerryView *ferry_view_new(const char *schema, const char *name)
{
	FerryView *view = g_new0(FerryView, 1);

	view->schema = g_strdup(schema);
	view->name = g_strdup(name);
	view->columns = new_array(g_free);
	return view;
}

void ferry_view_free(FerryView *view)
{
	if (!view)
		return;
	g_free(view->schema);
	g_free(view->name);
	g_ptr_array_unref(view->columns);
	g_free(view->query);
	g_free(view->origin);
	g_free(view);
}

/* ---- columns ---- */

FerryColumnDef *ferry_column_def_new(const char *name)
{
	FerryColumnDef *column = g_new0(FerryColumnDef, 1);
	column->name = g_strdup(name);
	return column;
}

void ferry_column_def_free(FerryColumnDef *column)
{
	if (!column)
		return;
	g_free(column->name);
	g_free(column->native_type);
	g_free(column->default_text);
	g_free(column->default_sql);
	g_free(column->generated_expression);
	g_free(column->own_functions);
	g_free(column->identity_options);
	g_free(column->enum_schema);
	g_free(column->enum_name);
	g_strfreev(column->labels);
	g_free(column->collation);
	g_free(column->comment);
	g_free(column->user_type);
	g_free(column->type_schema);
	g_free(column->type_name);
	g_free(column);
}

FerryColumnDef *ferry_column_def_copy(const FerryColumnDef *column)
{
	FerryColumnDef *copy = g_memdup2(column, sizeof(*column));
	copy->name = g_strdup(column->name);
	copy->native_type = g_strdup(column->native_type);
	copy->default_text = g_strdup(column->default_text);
	copy->default_sql = g_strdup(column->default_sql);
	copy->generated_expression = g_strdup(column->generated_expression);
	copy->own_functions = g_strdup(column->own_functions);
	copy->identity_options = g_strdup(column->identity_options);
	copy->enum_schema = g_strdup(column->enum_schema);
	copy->enum_name = g_strdup(column->enum_name);
	copy->labels = g_strdupv(column->labels);
	copy->collation = g_strdup(column->collation);
	copy->comment = g_strdup(column->comment);
	copy->user_type = g_strdup(column->user_type);
	copy->type_schema = g_strdup(column->type_schema);
	copy->type_name = g_strdup(column->type_name);
	return copy;
}

static gpointer copy_column(gconstpointer item, gpointer data)
{
	return ferry_column_def_copy(item);
}

/* ---- indexes ---- */

FerryIndexPart *ferry_index_part_new(const char *column)
{
	FerryIndexPart *part = g_new0(FerryIndexPart, 1);
	part->column = g_strdup(column);
	return part;
}

void ferry_index_part_free(FerryIndexPart *part)
{
	if (!part)
		return;
	g_free(part->column);
	g_free(part->expression);
	g_free(part->opclass);
	g_free(part->collation);
	g_free(part);
}

static gpointer copy_index_part(gconstpointer item, gpointer data)
{
	const FerryIndexPart *part = item;
	FerryIndexPart *copy = g_memdup2(part, sizeof(*part));
	copy->column = g_strdup(part->column);
	copy->expression = g_strdup(part->expression);
	copy->opclass = g_strdup(part->opclass);
	copy->collation = g_strdup(part->collation);
	return copy;
}

FerryIndex *ferry_index_new(const char *name)
{
	FerryIndex *index = g_new0(FerryIndex, 1);
	index->name = g_strdup(name);
	index->parts = new_array((GDestroyNotify)ferry_index_part_free);
	index->include = new_array(g_free);
	return index;
}

void ferry_index_free(FerryIndex *index)
{
	if (!index)
		return;
	g_free(index->name);
	g_free(index->method);
	g_ptr_array_unref(index->parts);
	g_ptr_array_unref(index->include);
	g_free(index->predicate);
	g_free(index->definition);
	g_free(index->comment);
	g_free(index);
}

FerryIndex *ferry_index_copy(const FerryIndex *index)
{
	FerryIndex *copy = g_memdup2(index, sizeof(*index));
	copy->name = g_strdup(index->name);
	copy->method = g_strdup(index->method);
	copy->parts = g_ptr_array_copy(index->parts, copy_index_part, NULL);
	copy->include = g_ptr_array_copy(index->include, copy_string, NULL);
	copy->predicate = g_strdup(index->predicate);
	copy->definition = g_strdup(index->definition);
	copy->comment = g_strdup(index->comment);
	return copy;
}

static gpointer copy_index(gconstpointer item, gpointer data)
{
	return ferry_index_copy(item);
}

/* ---- foreign keys and checks ---- */

FerryForeignKey *ferry_foreign_key_new(const char *name, const char *ref_schema, const char *ref_table)
{
	FerryForeignKey *key = g_new0(FerryForeignKey, 1);
	key->name = g_strdup(name);
	key->columns = new_array(g_free);
	key->ref_schema = g_strdup(ref_schema);
	key->ref_table = g_strdup(ref_table);
	key->ref_columns = new_array(g_free);
	key->set_columns = new_array(g_free);
	return key;
}

void ferry_foreign_key_free(FerryForeignKey *key)
{
	if (!key)
		return;
	g_free(key->name);
	g_ptr_array_unref(key->columns);
	g_free(key->ref_schema);
	g_free(key->ref_table);
	g_ptr_array_unref(key->ref_columns);
	g_ptr_array_unref(key->set_columns);
	g_free(key);
}

FerryForeignKey *ferry_foreign_key_copy(const FerryForeignKey *key)
{
	FerryForeignKey *copy = g_memdup2(key, sizeof(*key));
	copy->name = g_strdup(key->name);
	copy->columns = g_ptr_array_copy(key->columns, copy_string, NULL);
	copy->ref_schema = g_strdup(key->ref_schema);
	copy->ref_table = g_strdup(key->ref_table);
	copy->ref_columns = g_ptr_array_copy(key->ref_columns, copy_string, NULL);
	copy->set_columns = g_ptr_array_copy(key->set_columns, copy_string, NULL);
	return copy;
}

static gpointer copy_foreign_key(gconstpointer item, gpointer data)
{
	return ferry_foreign_key_copy(item);
}

FerryCheck *ferry_check_new(const char *name, const char *expression)
{
	FerryCheck *check = g_new0(FerryCheck, 1);
	check->name = g_strdup(name);
	check->expression = g_strdup(expression);
	return check;
}

void ferry_check_free(FerryCheck *check)
{
	if (!check)
		return;
	g_free(check->name);
	g_free(check->expression);
	g_free(check);
}

static gpointer copy_check(gconstpointer item, gpointer data)
{
	const FerryCheck *check = item;
	return ferry_check_new(check->name, check->expression);
}

/* ---- tables ---- */

FerryTable *ferry_table_new(const char *schema, const char *name)
{
	FerryTable *table = g_new0(FerryTable, 1);
	table->schema = g_strdup(schema);
	table->name = g_strdup(name);
	table->columns = new_array((GDestroyNotify)ferry_column_def_free);
	table->indexes = new_array((GDestroyNotify)ferry_index_free);
	table->foreign_keys = new_array((GDestroyNotify)ferry_foreign_key_free);
	table->checks = new_array((GDestroyNotify)ferry_check_free);
	table->notes = new_array((GDestroyNotify)ferry_note_free);
	table->est_rows = -1;
	table->est_bytes = -1;
	return table;
}

void ferry_table_free(FerryTable *table)
{
	if (!table)
		return;
	if (table->connector_data && table->connector_data_free)
		table->connector_data_free(table->connector_data);
	g_free(table->schema);
	g_free(table->name);
	g_ptr_array_unref(table->columns);
	ferry_index_free(table->primary_key);
	g_ptr_array_unref(table->indexes);
	g_ptr_array_unref(table->foreign_keys);
	g_ptr_array_unref(table->checks);
	g_ptr_array_unref(table->notes);
	g_free(table->comment);
	ferry_partitioning_free(table->partitioning);
	g_free(table->query);
	g_free(table->filter);
	g_free(table);
}

FerryTable *ferry_table_copy(const FerryTable *table)
{
	FerryTable *copy = g_memdup2(table, sizeof(*table));
	copy->schema = g_strdup(table->schema);
	copy->name = g_strdup(table->name);
	copy->columns = g_ptr_array_copy(table->columns, copy_column, NULL);
	copy->primary_key = table->primary_key ? ferry_index_copy(table->primary_key) : NULL;
	copy->indexes = g_ptr_array_copy(table->indexes, copy_index, NULL);
	copy->foreign_keys = g_ptr_array_copy(table->foreign_keys, copy_foreign_key, NULL);
	copy->checks = g_ptr_array_copy(table->checks, copy_check, NULL);
	copy->notes = g_ptr_array_copy(table->notes, copy_note, NULL);
	copy->comment = g_strdup(table->comment);
	copy->partitioning = table->partitioning ? ferry_partitioning_copy(table->partitioning) : NULL;
	copy->query = g_strdup(table->query);
	copy->query_name_end = table->query_name_end;
	copy->filter = g_strdup(table->filter);
	copy->connector_data = NULL;
	copy->connector_data_free = NULL;
	return copy;
}

char *ferry_table_display_name(const FerryTable *table)
{
	return table->schema ? g_strdup_printf("%s.%s", table->schema, table->name) : g_strdup(table->name);
}

void ferry_table_note(FerryTable *table, FerrySeverity severity, const char *column, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);

	g_autofree char *name = ferry_table_display_name(table);
	g_autofree char *object = column ? g_strdup_printf("%s.%s", name, column) : g_strdup(name);
	g_ptr_array_add(table->notes, ferry_note_new(severity, column ? "column" : "table", object, text));
}

FerryColumnDef *ferry_table_find_column_loosely(const FerryTable *table, const char *name)
{
	FerryColumnDef *found = ferry_table_find_column(table, name);

	for (guint i = 0; !found && i < table->columns->len; i++) {
		FerryColumnDef *column = table->columns->pdata[i];

		if (g_ascii_strcasecmp(column->name, name) == 0)
			found = column;
	}
	return found;
}

int ferry_table_column_index(const FerryTable *table, const char *name)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = g_ptr_array_index(table->columns, i);
		if (strcmp(column->name, name) == 0)
			return (int)i;
	}
	return -1;
}

FerryColumnDef *ferry_table_find_column(const FerryTable *table, const char *name)
{
	int i = ferry_table_column_index(table, name);
	return i < 0 ? NULL : g_ptr_array_index(table->columns, i);
}

static bool is_row_key(const FerryTable *table, const FerryIndex *index)
{
	if (!index->is_unique || index->predicate || index->parts->len == 0)
		return false;
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = g_ptr_array_index(index->parts, i);
		if (!part->column || part->prefix_len > 0)
			return false;
		const FerryColumnDef *column = ferry_table_find_column(table, part->column);
		if (!column || !column->not_null)
			return false;
	}
	return true;
}

const FerryIndex *ferry_table_row_key(const FerryTable *table)
{
	if (table->primary_key)
		return table->primary_key;
	for (guint i = 0; i < table->indexes->len; i++) {
		const FerryIndex *index = g_ptr_array_index(table->indexes, i);
		if (is_row_key(table, index))
			return index;
	}
	return NULL;
}

/* ---- the catalog ---- */

char *ferry_names_join(const GPtrArray *names, const char *separator)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? separator : "", (const char *)names->pdata[i]);
	return g_string_free(text, FALSE);
}

FerryCatalog *ferry_catalog_new(const char *connector)
{
	FerryCatalog *catalog = g_new0(FerryCatalog, 1);
	catalog->connector = g_strdup(connector);
	catalog->tables = new_array((GDestroyNotify)ferry_table_free);
	catalog->enums = new_array((GDestroyNotify)ferry_enum_free);
	catalog->sequences = new_array((GDestroyNotify)ferry_sequence_free);
	catalog->others = new_array((GDestroyNotify)ferry_other_free);
	catalog->notes = new_array((GDestroyNotify)ferry_note_free);
	catalog->views = new_array((GDestroyNotify)ferry_view_free);
	catalog->types = new_array((GDestroyNotify)ferry_user_type_free);
	return catalog;
}

void ferry_catalog_free(FerryCatalog *catalog)
{
	if (!catalog)
		return;
	g_free(catalog->connector);
	g_free(catalog->product);
	g_free(catalog->version);
	g_free(catalog->database);
	g_ptr_array_unref(catalog->tables);
	g_ptr_array_unref(catalog->enums);
	g_ptr_array_unref(catalog->sequences);
	g_ptr_array_unref(catalog->others);
	g_ptr_array_unref(catalog->notes);
	g_ptr_array_unref(catalog->types);
	g_ptr_array_unref(catalog->views);
	g_free(catalog);
}

FerryTable *ferry_catalog_find_table(const FerryCatalog *catalog, const char *schema, const char *name)
{
	for (guint i = 0; i < catalog->tables->len; i++) {
		FerryTable *table = g_ptr_array_index(catalog->tables, i);
		if (g_strcmp0(table->schema, schema) == 0 && strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

FerryEnum *ferry_catalog_find_enum(const FerryCatalog *catalog, const char *schema, const char *name)
{
	for (guint i = 0; i < catalog->enums->len; i++) {
		FerryEnum *e = g_ptr_array_index(catalog->enums, i);
		if (g_strcmp0(e->schema, schema) == 0 && strcmp(e->name, name) == 0)
			return e;
	}
	return NULL;
}

FerryUserType *ferry_catalog_find_user_type(const FerryCatalog *catalog, const char *schema, const char *name)
{
	for (guint i = 0; i < catalog->types->len; i++) {
		FerryUserType *type = g_ptr_array_index(catalog->types, i);
		if (g_strcmp0(type->schema, schema) == 0 && g_strcmp0(type->name, name) == 0)
			return type;
	}
	return NULL;
}
