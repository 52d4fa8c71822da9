/*
 * Which variables of the service's environment a project may name as keys of hashes: only those whose names begin as the one who
 * runs the service says. Others may hold anything: the service's own key, passwords, tokens.
 */
#pragma once

#include "project/project.h"
#include "service/service.h"

/* FERRY_PROBLEM_FORBIDDEN, with the place in the document as its field. */
bool ferry_hash_keys_check(FerryService *service, const FerryProject *project, GError **error);
