/*
 * Checks the body of a request against the schema that its route names (schemas.json), before a handler sees it: kinds, members
 * that must be there, words of enumerations, and no member that is not named: one that is misspelt ("dryrun") must not be
 * lost silently. Knows of JSON Schema what schemas.json uses.
 */
#pragma once

#include "service/problem.h"

#include <jansson.h>

/* All of schemas.json; borrowed, never changed, for all threads. */
const json_t *ferry_schemas(void);

/* FERRY_PROBLEM_INVALID with the place as its field ("tables[2]"). A name that schemas.json does not have lets everything pass. */
bool ferry_schema_check(const char *name, const json_t *value, GError **error);
