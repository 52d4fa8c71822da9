/*
 * What a plan would call tables and columns by the project's rules alone: for whoever shows names before there is a plan. No database
 * is read. What happens where two things want one name is the plan's.
 */
#pragma once

#include "connectors/connector.h"
#include "project/project.h"

typedef struct FerryNaming FerryNaming;

/* project and source are borrowed. Of the source its tables' names count: those that take part decide whether schemas keep theirs.
 * target: NULL while nobody has chosen one; connection: to it, or NULL where it cannot be reached (its default schema is not known). */
FerryNaming *ferry_naming_new(const FerryProject *project, FerryCatalog *source, const FerryConnector *target,
                              FerryConnection *connection);
void ferry_naming_free(FerryNaming *naming); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryNaming, ferry_naming_free)

/* Newly allocated; *ret_schema may be NULL. */
void ferry_naming_place(const FerryNaming *naming, const FerryTable *source, char **ret_schema, char **ret_name);
char *ferry_naming_column(const FerryNaming *naming, const char *name);
