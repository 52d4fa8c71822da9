/*
 * A plan for programs: stable key order, two-space indentation.
 *
 *   { source, target: {connector, product, version, database}, fingerprint,
 *     tables: [{source, target: {schema, name}, where, query, checks, excluded (where there are some),
 * estimated_rows, estimated_bytes, chunks, columns: [{source, source_type, target, target_type, type, is_key,
 * is_copied, not_null, …}]}], ddl: {phase: [{kind, object, sql}]}, notes: [{severity, kind, object, text}],
 * not_converted: [the notes of losses] }
 */
#include "mapping/plan_words.h"

#include <jansson.h>
#include <stdlib.h>

/* A name of a foreign server need not be UTF-8, but JSON must. */
static json_t *text(const char *value)
{
	g_autofree char *valid = value ? g_utf8_make_valid(value, -1) : NULL;

	return valid ? json_string(valid) : json_null();
}

static json_t *database_json(const FerryCatalog *catalog)
{
	json_t *json = json_object();

	json_object_set_new(json, "connector", text(catalog->connector));
	json_object_set_new(json, "product", text(catalog->product));
	json_object_set_new(json, "version", text(catalog->version));
	json_object_set_new(json, "database", text(catalog->database));
	return json;
}

static json_t *name_json(const FerryTable *table)
{
	json_t *json = json_object();

	json_object_set_new(json, "schema", text(table->schema));
	json_object_set_new(json, "name", text(table->name));
	return json;
}

static bool is_key(const FerrySchema *schema, const char *name)
{
	for (size_t i = 0; i < schema->n_fields; i++)
		if (g_strcmp0(schema->fields[i].name, name) == 0)
			return schema->fields[i].is_key;
	return false;
}

static const char *default_name(FerryDefaultKind kind)
{
	static const char *const names[] = {
		[FERRY_DEFAULT_NONE] = "none",
		[FERRY_DEFAULT_NULL] = "null",
		[FERRY_DEFAULT_LITERAL] = "literal",
		[FERRY_DEFAULT_CURRENT_TIMESTAMP] = "current_timestamp",
		[FERRY_DEFAULT_CURRENT_DATE] = "current_date",
		[FERRY_DEFAULT_CURRENT_TIME] = "current_time",
		[FERRY_DEFAULT_UUID] = "uuid",
		[FERRY_DEFAULT_EXPRESSION] = "expression",
	};

	return names[kind];
}

/* Members that only a column has that the project changes. */
static void set_project(json_t *json, const FerryColumnPlan *column)
{
	const FerryProjectColumn *project = column->project;
	json_t *steps = json_array();

	if (column->rule)
		json_object_set_new(json, "rule", text(column->rule));
	if (project && project->expression)
		json_object_set_new(json, "expression", text(project->expression));
	for (guint i = 0; project && i < project->steps->len; i++) {
		g_autofree char *words = ferry_plan_describe_step(project->steps->pdata[i]);

		json_array_append_new(steps, text(words));
	}
	if (json_array_size(steps))
		json_object_set(json, "transform", steps);
	json_decref(steps);
}

static void set_reading(json_t *json, const FerryTablePlan *table)
{
	const FerryProjectTable *project = table->project;
	json_t *excluded = json_array(), *checks = json_array();

	if (project && project->where)
		json_object_set_new(json, "where", text(project->where));
	if (table->source->query)
		json_object_set_new(json, "query", text(table->source->query));
	for (guint i = 0; project && i < project->checks->len; i++) {
		const FerryProjectCheck *check = project->checks->pdata[i];
		json_t *object = json_object();

		json_object_set_new(object, "name", text(check->name));
		json_object_set_new(object, "expression", text(check->expression));
		json_object_set_new(object, "action", text(ferry_check_action_words[check->action]));
		json_array_append_new(checks, object);
	}
	for (guint i = 0; i < table->source->columns->len; i++)
		if (ferry_plan_is_excluded(table, i))
			json_array_append_new(
				excluded, text(((FerryColumnDef *)table->source->columns->pdata[i])->name));
	if (json_array_size(checks))
		json_object_set(json, "checks", checks);
	if (json_array_size(excluded))
		json_object_set(json, "excluded", excluded);
	json_decref(checks);
	json_decref(excluded);
}

static json_t *column_json(const FerryTablePlan *table, const FerryColumnPlan *column)
{
	g_autofree char *type = ferry_type_to_string(&column->target->type);
	json_t *json = json_object();

	json_object_set_new(json, "source", text(column->source ? column->source->name : NULL));
	json_object_set_new(json, "source_type", text(column->source ? column->source->native_type : NULL));
	json_object_set_new(json, "target", text(column->target->name));
	json_object_set_new(json, "target_type", text(column->target->native_type));
	json_object_set_new(json, "type", text(type));
	json_object_set_new(json, "not_null", json_boolean(column->target->not_null));
	json_object_set_new(json, "is_key", json_boolean(is_key(table->write_schema, column->target->name)));
	json_object_set_new(json, "is_identity",
			    json_boolean(column->target->identity != FERRY_IDENTITY_NONE));
	json_object_set_new(json, "is_copied", json_boolean(column->is_copied));
	json_object_set_new(json, "generated", text(column->target->generated_expression));
	json_object_set_new(json, "default_kind", text(default_name(column->target->default_kind)));
	json_object_set_new(json, "default", text(column->target->default_text));
	set_project(json, column);
	return json;
}

static json_t *table_json(const FerryTablePlan *table)
{
	json_t *json = json_object(), *columns = json_array();

	json_object_set_new(json, "source", name_json(table->source));
	json_object_set_new(json, "target", name_json(table->target));
	set_reading(json, table);
	json_object_set_new(json, "level", json_integer(table->level));
	if (table->n_chunks)
		json_object_set_new(json, "chunks", json_integer(table->n_chunks));
	json_object_set_new(json, "estimated_rows",
			    table->source->est_rows >= 0 ? json_integer(table->source->est_rows)
							 : json_null());
	json_object_set_new(json, "estimated_bytes",
			    table->source->est_bytes >= 0 ? json_integer(table->source->est_bytes)
							  : json_null());
	for (guint i = 0; i < table->columns->len; i++)
		json_array_append_new(columns,
				      column_json(table, &g_array_index(table->columns, FerryColumnPlan, i)));
	json_object_set_new(json, "columns", columns);
	return json;
}

static json_t *staging_json(const FerryPlan *plan)
{
	json_t *list = plan->staging ? json_array() : json_null();

	for (guint i = 0; plan->staging && i < plan->staging->len; i++) {
		const FerryStagedSchema *schema = plan->staging->pdata[i];
		json_t *object = json_object();

		json_object_set_new(object, "schema", text(schema->schema));
		json_object_set_new(object, "staging", text(schema->staging));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *statement_json(const FerryStatement *statement)
{
	json_t *json = json_object();

	json_object_set_new(json, "kind", text(statement->kind));
	json_object_set_new(json, "object", text(statement->object));
	json_object_set_new(json, "sql", text(statement->sql));
	return json;
}

static json_t *ddl_json(const FerryPlan *plan)
{
	json_t *json = json_object();

	for (FerryDdlPhase phase = 0; phase < FERRY_N_DDL_PHASES; phase++) {
		g_autoptr(GPtrArray) statements = NULL;
		json_t *list;

		if (phase == FERRY_DDL_DROP || phase == FERRY_DDL_TRUNCATE)
			continue;
		statements = ferry_plan_ddl(plan, phase);
		list = json_array();
		for (guint i = 0; i < statements->len; i++)
			json_array_append_new(list, statement_json(statements->pdata[i]));
		json_object_set_new(json, ferry_ddl_phase_name(phase), list);
	}
	return json;
}

static json_t *note_json(const FerryNote *note)
{
	json_t *json = json_object();

	json_object_set_new(json, "severity", text(ferry_severity_name(note->severity)));
	json_object_set_new(json, "kind", text(note->kind));
	json_object_set_new(json, "object", text(note->object));
	json_object_set_new(json, "text", text(note->text));
	if (note->file)
		json_object_set_new(json, "source_file", text(note->file));
	return json;
}

char *ferry_plan_to_json(const FerryPlan *plan)
{
	json_t *json = json_object(), *tables = json_array(), *notes = json_array(), *losses = json_array();
	char *dump, *copy;

	json_object_set_new(json, "source", database_json(plan->source));
	json_object_set_new(json, "target", database_json(plan->target));
	json_object_set_new(json, "fingerprint", text(plan->fingerprint));
	json_object_set_new(json, "staging", staging_json(plan));
	for (guint i = 0; i < plan->tables->len; i++)
		json_array_append_new(tables, table_json(plan->tables->pdata[i]));
	json_object_set_new(json, "tables", tables);
	json_object_set_new(json, "ddl", ddl_json(plan));
	for (guint i = 0; i < plan->notes->len; i++) {
		const FerryNote *note = plan->notes->pdata[i];

		json_array_append_new(notes, note_json(note));
		if (note->severity == FERRY_SEVERITY_LOSS)
			json_array_append_new(losses, note_json(note));
	}
	json_object_set_new(json, "notes", notes);
	json_object_set_new(json, "not_converted", losses);
	dump = json_dumps(json, JSON_INDENT(2));
	json_decref(json);
	copy = g_strdup(dump ? dump : "{}");
	free(dump);
	return copy;
}
