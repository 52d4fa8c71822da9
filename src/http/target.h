/*
 * The target of a request's first line ("/api/v1/projects?limit=2"), taken apart here and strictly, so that nobody before or behind
 * us can read it differently: what is escaped badly, is no UTF-8, holds a NUL, or means to climb (".", "..", an escaped slash) is
 * refused.
 */
#pragma once

#include "service/problem.h"

/* *ret_path: decoded, begins with a slash. *ret_query: char* -> char*, decoded; the last of a name counts. Both newly allocated.
 * FERRY_PROBLEM_MALFORMED. */
bool ferry_target_parse(const char *raw, char **ret_path, GHashTable **ret_query, GError **error);
