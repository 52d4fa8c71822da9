/*
 * Where a column's value comes from when none is given: defaults and generated columns, from the source's
 * words into the target's. What cannot be said there is dropped with a note; a generated column then becomes
 * a plain one with its values.
 */
#include "mapping/planner.h"

#include "data/value_text.h"

#include <string.h>

static void drop_default(FerryColumnDef *column)
{
	column->default_kind = FERRY_DEFAULT_NONE;
	g_clear_pointer(&column->default_text, g_free);
}

static bool is_numeric(FerryTypeId id)
{
	return id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_DECIMAL;
}

bool ferry_planner_reads_as(const char *text, FerryTypeId id)
{
	size_t len = strlen(text);
	int64_t i64;
	int32_t i32;
	double real;
	bool flag;
	uint8_t uuid[16];

	switch (id) {
	case FERRY_TYPE_BOOL: return ferry_parse_bool(text, len, &flag);
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64:
	case FERRY_TYPE_DECIMAL: return ferry_parse_decimal(text, len);
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64: return ferry_parse_float64(text, len, &real);
	case FERRY_TYPE_DATE: return ferry_parse_date(text, len, &i32);
	case FERRY_TYPE_TIME: return ferry_parse_time(text, len, &i64);
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: return ferry_parse_timestamp(text, len, &i64, &flag);
	case FERRY_TYPE_UUID: return ferry_parse_uuid(text, len, uuid);
	default: return true;
	}
}

/* true and 1 are one value with two spellings; which one is right depends on what became of the type. */
static void respell_bool(FerryColumnDef *column)
{
	bool value;

	if (!ferry_parse_bool(column->default_text, strlen(column->default_text), &value))
		return;
	g_free(column->default_text);
	column->default_text = g_strdup(column->type.id == FERRY_TYPE_BOOL ? (value ? "true" : "false")
									   : (value ? "1" : "0"));
}

static void plan_literal(FerryPlanner *p, const FerryTable *source, const FerryColumnDef *from,
			 FerryColumnDef *column)
{
	if (column->type.id == FERRY_TYPE_BOOL ||
	    (from->type.id == FERRY_TYPE_BOOL && is_numeric(column->type.id)))
		respell_bool(column);
	if (column->default_text && ferry_planner_reads_as(column->default_text, column->type.id))
		return;
	ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "default", source, from->name,
			      "default '%s' is not converted: it is no value of the type %s",
			      from->default_text, column->native_type);
	drop_default(column);
}

/* Oracle's "SCHEMA"."SEQUENCE"."NEXTVAL", quoted or not. */
static bool is_oracle_next_value(const FerrySequence *s, const FerryTable *table, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, ".", -1);
	guint n = g_strv_length(parts);

	for (guint i = 0; i < n; i++) {
		char *part = g_strstrip(parts[i]);
		size_t len = strlen(part);

		if (len > 2 && part[0] == '"' && part[len - 1] == '"') {
			memmove(part, part + 1, len - 2);
			part[len - 2] = '\0';
		} else {
			for (char *c = part; *c; c++)
				*c = g_ascii_toupper(*c);
		}
	}
	return n >= 2 && n <= 3 && strcmp(parts[n - 1], "NEXTVAL") == 0 &&
	       strcmp(s->name, parts[n - 2]) == 0 &&
	       g_strcmp0(s->schema, n == 3 ? parts[0] : table->schema) == 0;
}

/* MariaDB writes it in one way, whatever was typed: nextval(`schema`.`sequence`). */
static bool is_mariadb_next_value(const FerrySequence *s, const FerryTable *table, const char *text)
{
	g_autoptr(GString) schema = g_string_new(s->schema), name = g_string_new(s->name);

	g_string_replace(schema, "`", "``", 0);
	g_string_replace(name, "`", "``", 0);
	g_autofree char *written = g_strdup_printf("nextval(`%s`.`%s`)", schema->str, name->str);
	return strcmp(text, written) == 0;
}

/* NULL: it is no sequence's next value. */
static const FerrySequence *find_sequence(const FerryPlanner *p, const FerryTable *table, const char *text)
{
	bool (*is_next_value)(const FerrySequence *, const FerryTable *, const char *) =
		strcmp(p->from, "oracle") == 0  ? is_oracle_next_value
		: strcmp(p->from, "mysql") == 0 ? is_mariadb_next_value
						: NULL;

	for (guint i = 0; is_next_value && i < p->plan->source->sequences->len; i++)
		if (is_next_value(p->plan->source->sequences->pdata[i], table, text))
			return p->plan->source->sequences->pdata[i];
	return NULL;
}

/* The next value of a sequence that goes over, too. */
static char *plan_next_value(const FerryPlanner *p, const FerryTable *table, const char *text)
{
	const FerrySequence *s = strcmp(p->to, "postgres") == 0 ? find_sequence(p, table, text) : NULL;

	if (!s)
		return NULL;
	g_autofree char *spelt = ferry_planner_spell(p, s->name);
	g_autofree char *name = p->target_ops->quote_identifier(spelt);
	const char *schema = ferry_planner_map_schema(p, s->schema);
	g_autofree char *quoted = schema ? p->target_ops->quote_identifier(schema) : NULL;
	g_autofree char *full = quoted ? g_strconcat(quoted, ".", name, NULL) : g_strdup(name);
	g_autofree char *literal = p->target_ops->quote_literal(full);

	return g_strdup_printf("nextval(%s)", literal);
}

static void plan_expression(FerryPlanner *p, const FerryTablePlan *table, const FerryColumnDef *from,
			    FerryColumnDef *column)
{
	g_autofree char *reason = NULL, *remark = NULL;
	char *text = plan_next_value(p, table->source, from->default_text);

	if (!text)
		text = ferry_planner_convert(p, table, FERRY_USE_DEFAULT, &column->type, from->default_text,
					     &remark, &reason);

	if (!text) {
		ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "default", table->source, from->name,
				      "default (%s) is not converted: %s", from->default_text, reason);
		drop_default(column);
		return;
	}
	if (remark)
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "default", table->source, from->name,
				      "default (%s): %s", from->default_text, remark);
	g_free(column->default_text);
	column->default_text = text;
}

/* The clock's words fit dates, times and text; a date is no time and a time no date. */
static bool clock_fits(FerryDefaultKind kind, FerryTypeId id)
{
	switch (id) {
	case FERRY_TYPE_TEXT: return true;
	case FERRY_TYPE_DATE:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: return kind != FERRY_DEFAULT_CURRENT_TIME;
	case FERRY_TYPE_TIME: return kind != FERRY_DEFAULT_CURRENT_DATE;
	default: return false;
	}
}

static bool is_clock(FerryDefaultKind kind)
{
	return kind >= FERRY_DEFAULT_CURRENT_TIMESTAMP && kind <= FERRY_DEFAULT_CURRENT_TIME;
}

static void plan_clock(FerryPlanner *p, const FerryTable *source, const FerryColumnDef *from,
		       FerryColumnDef *column)
{
	if (clock_fits(from->default_kind, column->type.id))
		return;
	ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "default", source, from->name,
			      "default of the current date or time is not converted: the type is %s",
			      column->native_type);
	drop_default(column);
}

static bool is_retyped(const FerryColumnPlan *plan)
{
	return plan->source->type.id != plan->target->type.id && !plan->target->type.is_exact;
}

/* Between two databases of one system, where the project has changed the type. */
static void plan_retyped(FerryPlanner *p, const FerryTable *source, const FerryColumnDef *from,
			 FerryColumnDef *column)
{
	g_clear_pointer(&column->default_sql, g_free);
	if (from->default_kind == FERRY_DEFAULT_LITERAL && from->default_text) {
		plan_literal(p, source, from, column);
	} else if (is_clock(from->default_kind)) {
		plan_clock(p, source, from, column);
	} else if (from->default_kind == FERRY_DEFAULT_EXPRESSION) {
		ferry_planner_note_in(
			p, FERRY_SEVERITY_LOSS, "default", source, from->name,
			"default (%s) is not converted: the project changes the column's type to %s",
			from->default_text, column->native_type);
		drop_default(column);
	}
}

static bool is_hidden(const FerryColumnPlan *plan)
{
	for (guint i = 0; plan->project && i < plan->project->steps->len; i++) {
		const FerryTransformStep *step = plan->project->steps->pdata[i];
		if (step->kind == FERRY_TRANSFORM_MASK || step->kind == FERRY_TRANSFORM_HASH)
			return true;
	}
	return false;
}

/* The default is a value like those that the project hides; its text is told nowhere. */
static bool hide_default(FerryPlanner *p, const FerryTable *source, const FerryColumnPlan *plan)
{
	FerryColumnDef *column = (FerryColumnDef *)plan->target;

	if (!is_hidden(plan) || (plan->source->default_kind != FERRY_DEFAULT_LITERAL &&
				 plan->source->default_kind != FERRY_DEFAULT_EXPRESSION))
		return false;
	ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "default", source, plan->source->name,
			      "default is left out: the project masks or hashes the column, and its default "
			      "would stand in the target as it is");
	g_clear_pointer(&column->default_sql, g_free);
	drop_default(column);
	return true;
}

void ferry_planner_plan_default(FerryPlanner *p, const FerryTablePlan *table, FerryColumnPlan *plan)
{
	const FerryColumnDef *from = plan->source;
	FerryColumnDef *column = (FerryColumnDef *)plan->target;

	if (hide_default(p, table->source, plan))
		return;
	if (from->identity_options && (!p->is_same_system || is_retyped(plan))) {
		g_clear_pointer(&column->identity_options, g_free);
		ferry_planner_note_in(
			p, FERRY_SEVERITY_WARNING, "sequence", table->source, from->name,
			"what its numbers come from has limits of its own (%s), which the target's "
			"has not",
			from->identity_options);
	}
	if (p->is_same_system) {
		if (is_retyped(plan)) {
			plan_retyped(p, table->source, from, column);
			return;
		}
		/* The clock's words are known as they stand there. */
		if (column->default_text && is_clock(column->default_kind))
			column->default_kind = FERRY_DEFAULT_EXPRESSION;
		if (column->default_kind == FERRY_DEFAULT_EXPRESSION)
			ferry_planner_respell(p, &column->default_text);
		if (column->default_kind == FERRY_DEFAULT_EXPRESSION && from->own_functions)
			ferry_planner_note_in(
				p, FERRY_SEVERITY_WARNING, "default", table->source, from->name,
				"default (%s) calls %s, which is not copied: it is set at the end "
				"if the target has that function, and left out if not",
				from->default_text, from->own_functions);
		return;
	}
	if (from->default_kind == FERRY_DEFAULT_LITERAL && from->default_text)
		plan_literal(p, table->source, from, column);
	else if (from->default_kind == FERRY_DEFAULT_EXPRESSION && from->default_text)
		plan_expression(p, table, from, column);
	else if (is_clock(from->default_kind))
		plan_clock(p, table->source, from, column);
}

/* A generated column that the target cannot compute keeps its values. */
static void make_plain(FerryColumnPlan *plan)
{
	FerryColumnDef *column = (FerryColumnDef *)plan->target;

	column->generated = FERRY_GENERATED_NONE;
	g_clear_pointer(&column->generated_expression, g_free);
	plan->is_copied = true;
}

void ferry_planner_plan_generated(FerryPlanner *p, const FerryTablePlan *table, FerryColumnPlan *plan)
{
	const FerryColumnDef *from = plan->source;
	FerryColumnDef *column = (FerryColumnDef *)plan->target;
	g_autofree char *reason = NULL, *remark = NULL;
	char *text;

	plan->is_copied = false;
	if (p->is_same_system && from->own_functions) {
		ferry_planner_note_in(
			p, FERRY_SEVERITY_WARNING, "column", table->source, from->name,
			"generated as (%s) in the source, a plain column with the same values in "
			"the target: %s is not copied",
			from->generated_expression, from->own_functions);
		make_plain(plan);
		return;
	}
	if (p->is_same_system) {
		if (!ferry_planner_respell_in(p, table, &column->generated_expression, &reason)) {
			ferry_planner_note_in(
				p, FERRY_SEVERITY_WARNING, "column", table->source, from->name,
				"generated in the source, a plain column with the same values in "
				"the target: %s",
				reason);
			make_plain(plan);
		}
		return;
	}
	text = from->generated_expression
		       ? ferry_planner_convert(p, table, FERRY_USE_GENERATED, &column->type,
					       from->generated_expression, &remark, &reason)
		       : NULL;
	if (!text) {
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "column", table->source, from->name,
				      "generated as (%s) in the source, a plain column with the same values "
				      "in the target: %s",
				      from->generated_expression ? from->generated_expression : "?",
				      reason ? reason : "its expression is not known");
		make_plain(plan);
		return;
	}
	g_free(column->generated_expression);
	column->generated_expression = text;
	if (remark)
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "column", table->source, from->name,
				      "generated as (%s): %s", from->generated_expression, remark);
	if (p->caps.has_no_stored && column->generated == FERRY_GENERATED_STORED) {
		column->generated = FERRY_GENERATED_VIRTUAL;
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "column", table->source, from->name,
				      "stored in the source, virtual in the target");
	} else if (!p->caps.has_no_stored && column->generated == FERRY_GENERATED_VIRTUAL) {
		column->generated = FERRY_GENERATED_STORED;
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "column", table->source, from->name,
				      "virtual in the source, stored in the target");
	}
}
