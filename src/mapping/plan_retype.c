/*
 * Types that the project decides: by a column's own type, by a rule, or by the steps that its values go
 * through. A native type's words go to the target as they are; what the target's connector knows of them says
 * what the batches hold. Where that is another type than the one that is read, the table's transform converts
 * (plan_schemas.c).
 */
#include "mapping/planner.h"

#include "project/cast.h"

#include <string.h>

/* ---- rules ---- */

bool ferry_planner_parse_casts(FerryPlanner *p, GError **error)
{
	const GPtrArray *rules = p->project->casts;

	for (guint i = 0; rules && i < rules->len; i++) {
		const FerryCastRule *rule = rules->pdata[i];
		g_autoptr(GError) local = NULL;
		FerryCast *cast = ferry_cast_parse(rule->text, &local);

		if (!cast)
			return ferry_planner_fail_at(error, FERRY_ERROR_USAGE, rule->place, "%s",
						     local->message);
		g_ptr_array_add(p->casts, cast);
	}
	return true;
}

/* The first that fits; rules for columns before the others. */
static const FerryCast *find_cast(const FerryPlanner *p, const FerryTable *table,
				  const FerryColumnDef *column, const char **ret_rule)
{
	for (int pass = 0; pass < 2; pass++) {
		for (guint i = 0; i < p->casts->len; i++) {
			const FerryCast *cast = p->casts->pdata[i];

			if (ferry_cast_is_for_columns(cast) != (pass == 0) ||
			    !ferry_cast_matches(cast, table, column))
				continue;
			*ret_rule = ((FerryCastRule *)p->project->casts->pdata[i])->text;
			return cast;
		}
	}
	return NULL;
}

const char *ferry_planner_find_native(const FerryPlanner *p, const FerryTablePlan *table,
				      FerryColumnPlan *plan)
{
	const FerryCast *cast;

	if (plan->project && plan->project->type)
		return plan->project->type;
	if (!plan->source || p->casts->len == 0)
		return NULL;
	cast = find_cast(p, table->source, plan->source, &plan->rule);
	return cast ? ferry_cast_get_target(cast) : NULL;
}

/* ---- what is read ---- */

static int fraction(const FerryType *type)
{
	return type->precision < 0 || type->precision > 6 ? 6 : type->precision;
}

/* Whether values of the one are values of the other as they lie in a batch, and none is rounded. */
static bool holds(const FerryType *to, const FerryType *from)
{
	if (to->id != from->id || to->is_exact != from->is_exact)
		return false;
	switch (to->id) {
	case FERRY_TYPE_DECIMAL:
		return to->precision <= 0 || (from->precision > 0 && to->scale >= from->scale);
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_INTERVAL: return fraction(to) >= fraction(from);
	default: return true;
	}
}

void ferry_column_plan_settle_reading(FerryColumnPlan *plan)
{
	const FerryType *to = &plan->target->type;
	bool has_steps = plan->project && plan->project->steps->len > 0;

	if (!plan->source)
		return;
	/* Every source gives the text of any value, just as it writes it. */
	if (!has_steps && (holds(to, &plan->source->type) || (to->id == FERRY_TYPE_TEXT && !to->is_exact)))
		plan->read_type = *to;
	else
		plan->read_type = plan->source->type;
}

/* ---- the target's type ---- */

/* What belonged to the type that the column no longer has. */
static void forget_type(FerryColumnDef *column)
{
	g_clear_pointer(&column->labels, g_strfreev);
	g_clear_pointer(&column->enum_schema, g_free);
	g_clear_pointer(&column->enum_name, g_free);
	g_clear_pointer(&column->user_type, g_free);
	g_clear_pointer(&column->type_schema, g_free);
	g_clear_pointer(&column->type_name, g_free);
	column->is_set = column->is_domain = false;
	if (column->type.id != FERRY_TYPE_TEXT)
		g_clear_pointer(&column->collation, g_free);
}

/* A name that the connector does not know is the server's matter; text is what it can read any value from. */
static void take_native(const FerryPlanner *p, FerryColumnDef *column, const char *native)
{
	FerryType type;

	g_free(column->native_type);
	column->native_type = g_strdup(native);
	if (!p->target_ops->parse_type || !p->target_ops->parse_type(native, &type))
		type = FERRY_TYPE(FERRY_TYPE_TEXT);
	column->type = type;
}

const char *ferry_planner_refuse_type(const FerryPlanner *p, const char *native)
{
	return p->target_ops->refuse_type && native ? p->target_ops->refuse_type(native) : NULL;
}

static bool check_native(const FerryPlanner *p, const FerryTablePlan *table, const FerryColumnPlan *plan,
			 const char *native, GError **error)
{
	const char *why = ferry_planner_refuse_type(p, native);

	return !why ||
	       ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "nothing can be loaded into column %s.%s as %s: %s",
			  table->source->name, ferry_column_plan_name(plan), native, why);
}

/* By the logical type alone, as from a system that is none of ours. */
static void map_logical(const FerryPlanner *p, FerryTable *target, FerryColumnDef *column)
{
	g_autoptr(FerryCatalog) nobody = ferry_catalog_new("");

	g_clear_pointer(&column->native_type, g_free);
	p->target_ops->map_type(nobody, target, column);
}

static bool find_result(const FerryColumnPlan *plan, const FerryTable *table, FerryType *ret_type,
			GError **error)
{
	g_autoptr(GError) local = NULL;
	FerryType from = plan->source ? plan->source->type : FERRY_TYPE(FERRY_TYPE_TEXT);

	*ret_type = from;
	if (!plan->project || plan->project->steps->len == 0)
		return true;
	if (ferry_transform_result_type(&from, plan->project->steps, ret_type, &local))
		return true;
	return ferry_planner_fail_at(error, (FerryErrorCode)local->code, plan->project->place, "%s.%s: %s",
				     table->name, ferry_column_plan_name(plan), local->message);
}

static bool makes_nulls(const FerryProjectColumn *column)
{
	bool result = false;

	for (guint i = 0; column && i < column->steps->len; i++) {
		FerryTransformKind kind = ((FerryTransformStep *)column->steps->pdata[i])->kind;

		if (kind == FERRY_TRANSFORM_NULL_IF)
			result = true;
		else if (kind == FERRY_TRANSFORM_DEFAULT || kind == FERRY_TRANSFORM_CONSTANT)
			result = false;
	}
	return result;
}

static bool is_number(FerryTypeId id)
{
	return (id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_INT64) || id == FERRY_TYPE_DECIMAL;
}

/* What the column can no longer be. */
static void note_losses(FerryPlanner *p, const FerryTable *source, const FerryColumnPlan *plan,
			FerryColumnDef *column)
{
	const char *name = ferry_column_plan_name(plan);

	if (column->identity != FERRY_IDENTITY_NONE && !is_number(column->type.id)) {
		column->identity = FERRY_IDENTITY_NONE;
		ferry_planner_note_in(p, FERRY_SEVERITY_LOSS, "column", source, name,
				      "it numbers new rows in the source, which the type %s cannot do",
				      column->native_type);
	}
	if (column->not_null && makes_nulls(plan->project)) {
		column->not_null = false;
		ferry_planner_note_in(p, FERRY_SEVERITY_WARNING, "column", source, name,
				      "is not null in the source, but a step makes NULLs of some values");
	}
	if (plan->source && plan->source->labels)
		ferry_planner_note_in(p, FERRY_SEVERITY_INFO, "column", source, name,
				      "its list of allowed values is not converted: the project changes its "
				      "type or values");
}

bool ferry_planner_retype(FerryPlanner *p, FerryTablePlan *table, FerryColumnPlan *plan, const char *native,
			  GError **error)
{
	FerryColumnDef *column = (FerryColumnDef *)plan->target;
	bool is_plain = plan->source && !plan->source->labels && !plan->source->user_type;
	FerryType result;

	if (!find_result(plan, table->source, &result, error) || !check_native(p, table, plan, native, error))
		return false;
	is_plain = is_plain && p->is_same_system && ferry_type_equal(&result, &plan->source->type);
	forget_type(column);
	column->type = result;
	if (native)
		take_native(p, column, native);
	else if (!is_plain)
		map_logical(p, table->target, column);
	if (column->type.id != FERRY_TYPE_TEXT)
		g_clear_pointer(&column->collation, g_free);
	note_losses(p, table->source, plan, column);
	ferry_column_plan_settle_reading(plan);
	return true;
}
