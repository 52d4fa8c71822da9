/*
 * Stages; see stages.h.
 */
#include "service/stages.h"

#include "data/json_out.h"
#include "service/store/store.h"

static const struct {
	const char *name, *title;
} words[FERRY_N_PHASES] = {
	[FERRY_PHASE_PREPARE] = {"prepare", "Prepare the target"},
	[FERRY_PHASE_EXTRACT] = {"extract", "Extract"},
	[FERRY_PHASE_TRANSFORM] = {"transform", "Transform"},
	[FERRY_PHASE_DIMENSIONS] = {"load_dimensions", "Load dimensions"},
	[FERRY_PHASE_FACTS] = {"load_facts", "Load facts"},
	[FERRY_PHASE_BUILD] = {"build", "Build keys and indexes"},
	[FERRY_PHASE_VALIDATE] = {"validate", "Validate"},
	[FERRY_PHASE_REPORT] = {"report", "Report"},
};

void ferry_stages_init(FerryStages *stages)
{
	*stages = (FerryStages){0};
}

void ferry_stages_clear(FerryStages *stages)
{
	g_clear_pointer(&stages->is_dimension, g_free);
}

static int find_target(const FerryPlan *plan, const FerryTable *from, const FerryForeignKey *key)
{
	const char *schema = key->ref_schema ? key->ref_schema : from->schema;

	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTable *table = ((FerryTablePlan *)plan->tables->pdata[i])->target;
		if (g_strcmp0(table->name, key->ref_table) == 0 && g_strcmp0(table->schema, schema) == 0)
			return (int)i;
	}
	return -1;
}

void ferry_stages_set_plan(FerryStages *stages, const FerryPlan *plan)
{
	bool has_transform = false;

	g_free(stages->is_dimension);
	stages->n_tables = plan->tables->len;
	stages->is_dimension = g_new0(bool, plan->tables->len + 1);
	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *table = plan->tables->pdata[i];
		has_transform = has_transform || table->transform;
		for (guint k = 0; k < table->target->foreign_keys->len; k++) {
			int to = find_target(plan, table->target, table->target->foreign_keys->pdata[k]);
			if (to >= 0 && to != (int)i)
				stages->is_dimension[to] = true;
		}
	}
	stages->n_left[0] = stages->n_left[1] = 0;
	for (guint i = 0; i < stages->n_tables; i++)
		stages->n_left[stages->is_dimension[i]]++;
	stages->is_skipped[FERRY_PHASE_TRANSFORM] = !has_transform;
	stages->is_skipped[FERRY_PHASE_DIMENSIONS] = stages->n_left[1] == 0;
	stages->is_skipped[FERRY_PHASE_FACTS] = stages->n_left[0] == 0;
}

static void begin(FerryStages *stages, FerryPhaseKind phase)
{
	if (!stages->is_skipped[phase] && !stages->started_us[phase])
		stages->started_us[phase] = g_get_real_time();
}

static void end(FerryStages *stages, FerryPhaseKind phase)
{
	if (stages->started_us[phase] && !stages->ended_us[phase])
		stages->ended_us[phase] = g_get_real_time();
}

void ferry_stages_enter(FerryStages *stages, FerryStage stage)
{
	static const FerryPhaseKind first[FERRY_N_STAGES] = {
		[FERRY_STAGE_PREPARE] = FERRY_PHASE_PREPARE, [FERRY_STAGE_COPY] = FERRY_PHASE_EXTRACT,
		[FERRY_STAGE_BUILD] = FERRY_PHASE_BUILD,     [FERRY_STAGE_VERIFY] = FERRY_PHASE_VALIDATE,
		[FERRY_STAGE_FINISH] = FERRY_PHASE_REPORT,
	};

	for (int phase = 0; phase < (int)first[stage]; phase++)
		end(stages, (FerryPhaseKind)phase);
	begin(stages, first[stage]);
	if (stage == FERRY_STAGE_COPY)
		begin(stages, FERRY_PHASE_TRANSFORM);
}

static FerryPhaseKind phase_of(const FerryStages *stages, guint table)
{
	return stages->is_dimension[table] ? FERRY_PHASE_DIMENSIONS : FERRY_PHASE_FACTS;
}

void ferry_stages_table_started(FerryStages *stages, guint table)
{
	if (table < stages->n_tables)
		begin(stages, phase_of(stages, table));
}

void ferry_stages_table_loaded(FerryStages *stages, guint table)
{
	if (table >= stages->n_tables)
		return;
	guint *left = &stages->n_left[stages->is_dimension[table]];
	begin(stages, phase_of(stages, table));
	if (*left > 0 && --*left == 0)
		end(stages, phase_of(stages, table));
}

void ferry_stages_end(FerryStages *stages, bool is_ok)
{
	for (int phase = 0; phase < FERRY_N_PHASES; phase++) {
		bool is_open = stages->started_us[phase] && !stages->ended_us[phase];
		stages->has_failed[phase] = is_open && !is_ok;
		end(stages, (FerryPhaseKind)phase);
		if (is_ok && !stages->started_us[phase])
			stages->is_skipped[phase] = true;
	}
}

static const char *state_of(const FerryStages *stages, int phase)
{
	if (stages->has_failed[phase])
		return "failed";
	if (stages->is_skipped[phase])
		return "skipped";
	if (!stages->started_us[phase])
		return "pending";
	return stages->ended_us[phase] ? "done" : "running";
}

json_t *ferry_stages_json(const FerryStages *stages)
{
	json_t *list = json_array();

	for (int i = 0; i < FERRY_N_PHASES; i++) {
		gint64 from = stages->started_us[i], to = stages->ended_us[i];
		gint64 until = to ? to : g_get_real_time();
		json_t *seconds = from ? json_real((double)(until - from) / G_TIME_SPAN_SECOND) : json_null();
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "name", words[i].name, "title",
				  words[i].title, "state", state_of(stages, i), "started_at",
				  from ? ferry_json_take_text(ferry_store_time(from)) : json_null(),
				  "ended_at", to ? ferry_json_take_text(ferry_store_time(to)) : json_null(),
				  "seconds", seconds));
	}
	return list;
}
