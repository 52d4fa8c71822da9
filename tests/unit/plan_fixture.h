/*
 * What the tests of the plan share (plan_fixture.c): a source whose catalog the test makes up, a target with
 * the capabilities the test asks for, and short words for making catalogs and looking at plans.
 */
#pragma once

#include "mapping/plan.h"

/* Sources: a MySQL-like one with a schema "shop", and one of the same system as the target postgres. */
extern const FerryConnector mysql, own;
/* Targets. */
extern const FerryConnector postgres, sqlite;

extern FerryCatalog *existing; /* the next catalog that a target gives away */
extern guint n_profiled;       /* tables of the last plan that were profiled */

/* catalog becomes the plan's. plan() expects success and no options. */
FerryPlan *plan_with(const FerryConnector *from, const FerryConnector *to, FerryCatalog *catalog,
		     const FerryProject *options, GError **error);
FerryPlan *plan(const FerryConnector *from, const FerryConnector *to, FerryCatalog *catalog);

FerryTable *add_table(FerryCatalog *catalog, const char *schema, const char *name);
FerryColumnDef *add_column(FerryTable *table, const char *name, FerryTypeId type);
FerryIndex *add_index(FerryTable *table, const char *name, const char *column);
void set_key(FerryTable *table, const char *column);
FerryForeignKey *add_key(FerryTable *table, const char *name, const char *column, const char *ref);
/* album(id, title, artist_id) and artist(id, name), in schema shop. */
FerryCatalog *shop(void);

/* The table of the plan with that name in the source; there is one. */
const FerryTablePlan *find(const FerryPlan *p, const char *source);
const FerryColumnPlan *column_at(const FerryTablePlan *table, guint i);
void assert_note(const FerryPlan *p, FerrySeverity severity, const char *kind, const char *object,
		 const char *part);
