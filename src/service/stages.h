/*
 * The stages of an execution as people think of them (extract, transform, load dimensions, load facts, validate, report), mapped
 * onto what the engine does. Rows are read, transformed and loaded at the same time, so these stages overlap, and their times say
 * so; a stage that this execution does not have (no transform, nothing that others refer to) is skipped. Dimensions are tables that
 * other tables of the plan refer to.
 *
 * Not locked: its owner is.
 */
#pragma once

#include "mapping/plan.h"
#include "transfer/event.h"

#include <jansson.h>

typedef enum {
	FERRY_PHASE_PREPARE,
	FERRY_PHASE_EXTRACT,
	FERRY_PHASE_TRANSFORM,
	FERRY_PHASE_DIMENSIONS,
	FERRY_PHASE_FACTS,
	FERRY_PHASE_BUILD,
	FERRY_PHASE_VALIDATE,
	FERRY_PHASE_REPORT,
	FERRY_N_PHASES
} FerryPhaseKind;

typedef struct FerryStages {
	gint64 started_us[FERRY_N_PHASES], ended_us[FERRY_N_PHASES]; /* real time; 0: not yet */
	bool is_skipped[FERRY_N_PHASES], has_failed[FERRY_N_PHASES];
	bool *is_dimension; /* by table */
	guint n_tables, n_left[2]; /* tables not loaded: facts, dimensions */
} FerryStages;

void ferry_stages_init(FerryStages *stages);
void ferry_stages_clear(FerryStages *stages);
void ferry_stages_set_plan(FerryStages *stages, const FerryPlan *plan);
void ferry_stages_enter(FerryStages *stages, FerryStage stage);
void ferry_stages_table_started(FerryStages *stages, guint table);
void ferry_stages_table_loaded(FerryStages *stages, guint table);
void ferry_stages_end(FerryStages *stages, bool is_ok);
json_t *ferry_stages_json(const FerryStages *stages);
