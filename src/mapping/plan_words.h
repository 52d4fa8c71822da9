/*
 * What the project changes, in words (private to mapping/): for the plan as text and as JSON.
 */
#pragma once

#include "mapping/plan.h"

/* "trim", "substring from 1 for 3"; newly allocated. */
char *ferry_plan_describe_step(const FerryTransformStep *step);
/* Joined by ", then ". */
char *ferry_plan_describe_steps(const GPtrArray *steps);

/* Whether the source's column with that number has no place in the target. Hidden columns of checks are none.
 */
bool ferry_plan_is_excluded(const FerryTablePlan *table, guint column);
/* Their names, joined by commas; newly allocated. */
char *ferry_plan_list_excluded(const FerryTablePlan *table);
