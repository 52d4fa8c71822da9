/*
 * What is read and what is written: the schemas of a table's batches, and the transform between them where
 * they are not the same. Besides the columns that are copied, those are read that a concatenation takes its
 * parts from, and at the end the hidden ones of the checks.
 */
#include "mapping/planner.h"

#include <string.h>

static bool is_in_key(const FerryIndex *key, const char *column)
{
	for (guint i = 0; key && i < key->parts->len; i++)
		if (g_strcmp0(((FerryIndexPart *)key->parts->pdata[i])->column, column) == 0)
			return true;
	return false;
}

static bool has_steps(const FerryColumnPlan *column)
{
	return column->project && column->project->steps->len > 0;
}

static bool is_changed(const FerryColumnPlan *column)
{
	return !column->source || has_steps(column) ||
	       !ferry_type_equal(&column->read_type, &column->target->type);
}

/* A part of a key tells no rows apart, nor do values that are others in the target. */
static const FerryIndex *copied_key(const FerryTablePlan *table)
{
	const FerryIndex *key = ferry_table_row_key(table->source);

	for (guint i = 0; key && i < key->parts->len; i++) {
		const FerryColumnPlan *column =
			ferry_table_plan_find(table, ((FerryIndexPart *)key->parts->pdata[i])->column);

		if (!column || !column->is_copied || has_steps(column))
			return NULL;
	}
	return key;
}

/* ---- what is read ---- */

typedef struct Fields {
	GArray *list;     /* FerryField */
	GHashTable *seen; /* names, borrowed from the list */
} Fields;

static void add_field(Fields *fields, const char *name, FerryType type, bool is_key)
{
	FerryField field = {.type = type, .is_key = is_key};

	if (g_hash_table_contains(fields->seen, name))
		return;
	field.name = g_strdup(name);
	g_array_append_val(fields->list, field);
	g_hash_table_add(fields->seen, field.name);
}

static bool add_parts(Fields *fields, const FerryTablePlan *table, const FerryColumnPlan *column,
		      GError **error)
{
	const GPtrArray *steps = column->project->steps;

	for (guint i = 0; i < steps->len; i++) {
		const FerryTransformStep *step = steps->pdata[i];

		for (guint k = 0; k < step->parts->len; k++) {
			const char *name = ((FerryConcatPart *)step->parts->pdata[k])->column;
			const FerryColumnDef *def =
				name ? ferry_table_find_column(table->source, name) : NULL;

			if (name && !def)
				return ferry_planner_fail_at(error, FERRY_ERROR_USAGE, step->place,
							     "concat: table %s has no column '%s'",
							     table->source->name, name);
			if (def)
				add_field(fields, name, def->type, false);
		}
	}
	return true;
}

static bool add_fields(Fields *fields, const FerryTablePlan *table, guint n_checks, GError **error)
{
	const FerryIndex *key = copied_key(table);
	const GPtrArray *columns = table->source->columns;

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (column->is_copied && column->source)
			add_field(fields, column->source->name, column->read_type,
				  is_in_key(key, column->source->name));
	}
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (column->is_copied && has_steps(column) && !add_parts(fields, table, column, error))
			return false;
	}
	for (guint i = columns->len - n_checks; i < columns->len; i++) {
		const FerryColumnDef *check = columns->pdata[i];

		add_field(fields, check->name, check->type, false);
	}
	return true;
}

/* Takes the fields. */
static FerrySchema *schema_of(const GArray *list)
{
	FerrySchema *schema = ferry_schema_new(list->len);

	if (list->len)
		memcpy(schema->fields, list->data, list->len * sizeof(FerryField));
	return schema;
}

static bool make_read_schema(FerryTablePlan *table, guint n_checks, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, TRUE, sizeof(FerryField));
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	Fields fields = {.list = list, .seen = seen};
	bool is_ok = add_fields(&fields, table, n_checks, error);

	table->read_schema = schema_of(list);
	return is_ok;
}

/* ---- what is written ---- */

static void make_write_schema(FerryTablePlan *table)
{
	g_autoptr(GArray) list = g_array_new(FALSE, TRUE, sizeof(FerryField));
	const FerryIndex *key = copied_key(table);

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);
		FerryField field = {.type = column->target->type,
				    .is_key = column->source && is_in_key(key, column->source->name)};

		if (!column->is_copied)
			continue;
		field.name = g_strdup(column->target->name);
		g_array_append_val(list, field);
	}
	table->write_schema = schema_of(list);
}

/* ---- between them ---- */

static bool needs_transform(const FerryTablePlan *table)
{
	if (table->read_schema->n_fields != table->write_schema->n_fields)
		return true;
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (column->is_copied && is_changed(column))
			return true;
	}
	return false;
}

static FerryTransformCheck *make_checks(const FerryTablePlan *table, guint n_checks)
{
	FerryTransformCheck *checks = g_new0(FerryTransformCheck, n_checks + 1);
	const GPtrArray *columns = table->source->columns;

	for (guint i = 0; i < n_checks; i++) {
		const FerryProjectCheck *check = table->project->checks->pdata[i];
		const FerryColumnDef *column = columns->pdata[columns->len - n_checks + i];

		checks[i] = (FerryTransformCheck){
			.field = column->name, .name = check->name, .action = check->action};
	}
	return checks;
}

static bool compile(FerryTablePlan *table, guint n_checks, GError **error)
{
	g_autofree FerryTransformColumn *columns = g_new0(FerryTransformColumn, table->columns->len + 1);
	g_autofree FerryTransformCheck *checks = make_checks(table, n_checks);
	g_autoptr(GPtrArray) no_steps = g_ptr_array_new();
	size_t n = 0;

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		if (!column->is_copied)
			continue;
		columns[n].source = column->source ? column->source->name : NULL;
		columns[n].steps = column->project ? column->project->steps : no_steps;
		if (column->project)
			columns[n].place = column->project->place;
		n++;
	}
	table->transform = ferry_transform_compile(table->read_schema, table->write_schema, columns, checks,
						   n_checks, error);
	if (!table->transform)
		g_prefix_error(error, "table %s: ", table->source->name);
	return table->transform != NULL;
}

bool ferry_table_plan_make_schemas(FerryTablePlan *table, guint n_checks, GError **error)
{
	if (!make_read_schema(table, n_checks, error))
		return false;
	make_write_schema(table);
	return !needs_transform(table) || compile(table, n_checks, error);
}
