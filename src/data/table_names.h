/*
 * The tables of a catalog by name, for who looks up many of them. The catalog's tables must neither change nor be renamed
 * while it is used. Many threads may look.
 */
#pragma once

#include "data/catalog.h"

typedef struct FerryTableNames FerryTableNames;

FerryTableNames *ferry_table_names_new(const FerryCatalog *catalog);
void ferry_table_names_free(FerryTableNames *names); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryTableNames, ferry_table_names_free)

/* As ferry_catalog_find_table(): names compare exactly. */
FerryTable *ferry_table_names_find(const FerryTableNames *names, const char *schema, const char *name);
/* Else the first whose name differs in case only; any_schema: a schema that is not said on one side is any. */
FerryTable *ferry_table_names_find_loosely(const FerryTableNames *names, const char *schema, const char *name, bool any_schema);
