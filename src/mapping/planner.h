/*
 * What the files that make a plan share (private to mapping/). A planner lives for one ferry_plan_new().
 * Steps, in order: what takes part (plan_items.c, plan_query.c), tables and columns (plan_table.c,
 * plan_default.c), then keys, indexes, checks and foreign keys (plan_keys.c), which need every table's target
 * names, then the objects beside the tables and the notes (plan_objects.c). For an existing target
 * plan_existing.c takes the place of the first two.
 *
 * Whatever a step does not carry over it notes: ferry_planner_note() is the one way to do that.
 */
#pragma once

#include "data/table_names.h"
#include "mapping/expression.h"
#include "mapping/names.h"
#include "mapping/plan.h"

/* One table of the plan to be: what it is read from, and what the project says of it. */
typedef struct FerryPlanItem {
	FerryTable *source;               /* of the plan's source catalog */
	const FerryProjectTable *project; /* or NULL */
	FerryTable *target;               /* of the plan's target catalog, once named */
	char *renamed;     /* or NULL: what the table is called where it cannot have the name that it would have; owned */
	bool is_displaced; /* another one has that name */
	guint n_own;    /* columns of the source table itself; then come computed ones that are new, */
	guint n_checks; /* and at the end, hidden, those of checks */
} FerryPlanItem;

/* A column that is to be in the target. */
typedef struct FerryColumnPick {
	const FerryColumnDef *source;      /* NULL: made by steps */
	const FerryProjectColumn *project; /* or NULL */
} FerryColumnPick;

typedef struct FerryPlanner {
	/* Set once at the beginning. */
	const FerryProject *project;
	FerryPlan *plan; /* being filled; owns both catalogs */
	const FerryTargetOps *target_ops;
	FerryCaps caps;
	const char *from, *to; /* connectors' names: dialects of expressions */
	bool is_same_system;
	char *default_schema;             /* or NULL */
	bool keeps_schemas;               /* several schemas take part */
	bool is_partial;                  /* the source's catalog holds only what include names */
	FerryConnection *source, *target; /* borrowed, for questions about what is there */

	/* Grow while planning. */
	GHashTable *relation_scopes; /* target schema or "" -> FerryNameScope: tables, indexes, sequences,
					types */
	GPtrArray *casts;            /* FerryCast, in the order of the project's rules */
	GArray *items;               /* FerryPlanItem */
	GHashTable *queries;         /* FerryTable of the source that is a query -> FerryProjectTable */
	GHashTable *used_columns;    /* FerryProjectColumn of the project that some table has */
	GHashTable *schema_names;    /* schema of the source -> as the target spells it */
	GHashTable *by_name;    /* display name of a source table -> GPtrArray of FerryTablePlan (borrowed) */
	GHashTable *enums;      /* "schema.name" of a source enum -> FerryEnum of the target (borrowed) */
	GHashTable *type_names; /* "schema.name" of a type of the source's users -> its name in the target's
				   SQL; NULL: not created there */
} FerryPlanner;

/* A note about an object of the source, straight into the plan. */
void ferry_planner_note(FerryPlanner *p, FerrySeverity severity, const char *kind, const char *object,
			const char *format, ...) G_GNUC_PRINTF(5, 6);
/* The same about a table (name NULL) or something in it. */
void ferry_planner_note_in(FerryPlanner *p, FerrySeverity severity, const char *kind,
			   const FerryTable *source, const char *name, const char *format, ...)
	G_GNUC_PRINTF(6, 7);

/* An error with its place in the document. Returns false. */
bool ferry_planner_fail_at(GError **error, FerryErrorCode code, FerryProjectPlace place, const char *format,
			   ...) G_GNUC_PRINTF(4, 5);

/* plan_items.c: fills items from the tables that take part. */
bool ferry_planner_make_items(FerryPlanner *p, const GPtrArray *selected, GError **error);
/* plan_query.c: the project's queries become tables of the source's catalog. */
bool ferry_planner_describe_queries(FerryPlanner *p, GError **error);
/* Makes the item's table one that is read by a query with its expressions and checks. */
bool ferry_planner_compute_columns(FerryPlanner *p, FerryPlanItem *item, GError **error);
/* plan_pick.c: FerryColumnPicks of the item, in the target's order; NULL: an error. */
GArray *ferry_planner_pick_columns(FerryPlanner *p, const FerryPlanItem *item, GError **error);
/* Once all tables are picked: an entry's column that no table has is an error. */
bool ferry_planner_check_picks(const FerryPlanner *p, GError **error);
/* What the pick is called in messages. */
const char *ferry_column_pick_name(const FerryColumnPick *pick);
const char *ferry_column_plan_name(const FerryColumnPlan *column);

/* plan_names.c */
/* A name of the source as the project wants identifiers spelt. Newly allocated. */
char *ferry_planner_spell(const FerryPlanner *p, const char *name);
/* The same for a name that was made: capitals, where the target keeps names so. Takes and returns it. */
char *ferry_planner_fold(const FerryPlanner *p, char *name_taken);
/* Several schemas keep their names; a single one lands in the target's default. Not the number of schemas in
 * the database counts but that of those which take part. */
void ferry_planner_decide_schemas(FerryPlanner *p, const GPtrArray *selected);
bool ferry_planner_check_schemas(const FerryPlanner *p, GError **error);
/* A target's name that the project gives, in its parts; newly allocated. */
void ferry_planner_split_name(const FerryPlanner *p, const char *text, const char *source_schema,
			      char **ret_schema, char **ret_name);
/* Where a schema of the source lands; borrowed, may be NULL. */
const char *ferry_planner_map_schema(const FerryPlanner *p, const char *source_schema);
/* The wish for an object's name in the target: with the schema as prefix where the target has none but
 * several take part. */
char *ferry_planner_wish(const FerryPlanner *p, const char *source_schema, const char *name);
/* Where the table lands, whoever else wants that name: by what the project gives it, or by the rules (NULL). The wish may be too long. */
void ferry_planner_wish_place(const FerryPlanner *p, const FerryTable *source, const char *given,
			      char **ret_schema, char **ret_name);
void ferry_planner_place(const FerryPlanner *p, const FerryTable *source, const char *given,
			 char **ret_schema, char **ret_name);
FerryNameScope *ferry_planner_relations(FerryPlanner *p, const char *target_schema);
/* All tables' names before anything else: an index must not take one of them. */
bool ferry_planner_name_tables(FerryPlanner *p, GError **error);
/* The names that a copy would have made, for what it has made: sets the items' renamed. */
void ferry_planner_find_renamed(FerryPlanner *p);

FerryTablePlan *ferry_planner_add_table_plan(FerryPlanner *p, const FerryPlanItem *item);
/* FerryTablePlans of that table of the source; NULL: it does not take part. */
const GPtrArray *ferry_planner_find_tables(const FerryPlanner *p, const char *schema, const char *name);
const FerryColumnPlan *ferry_table_plan_find(const FerryTablePlan *table, const char *source_column);
/* plan_schemas.c: once all types are settled. */
bool ferry_table_plan_make_schemas(FerryTablePlan *table, guint n_checks, GError **error);

/* plan_table.c: whether a concatenation of the project takes the column. */
bool ferry_planner_is_part(const FerryTablePlan *table, const char *column);

/* plan_retype.c */
bool ferry_planner_parse_casts(FerryPlanner *p, GError **error);
/* The native type that the project wants for the column, or NULL; sets its rule. */
const char *ferry_planner_find_native(const FerryPlanner *p, const FerryTablePlan *table,
				      FerryColumnPlan *plan);
/* Why the target loads nothing into columns of the type, or NULL. */
const char *ferry_planner_refuse_type(const FerryPlanner *p, const char *native);
/* Makes the column's type that one (or, NULL, what the steps give). */
bool ferry_planner_retype(FerryPlanner *p, FerryTablePlan *table, FerryColumnPlan *plan, const char *native,
			  GError **error);
/* With the target's type settled: what the column is read as. */
void ferry_column_plan_settle_reading(FerryColumnPlan *plan);

/* plan_table.c */
bool ferry_planner_plan_table(FerryPlanner *p, const FerryPlanItem *item, GError **error);
/* plan_default.c: called with the target's types settled. */
void ferry_planner_plan_default(FerryPlanner *p, const FerryTablePlan *table, FerryColumnPlan *column);
void ferry_planner_plan_generated(FerryPlanner *p, const FerryTablePlan *table, FerryColumnPlan *column);
/* Whether a literal reads as a value of the type. Types whose text is free are not looked into. */
bool ferry_planner_reads_as(const char *text, FerryTypeId id);
/* plan_verbatim.c: an expression or definition of the own system, with the new names of schemas and types. */
void ferry_planner_respell(const FerryPlanner *p, char **text);
/* The same, with the table's columns by their new names. False: it speaks of a column that is left out;
 * *ret_reason. */
bool ferry_planner_respell_in(const FerryPlanner *p, const FerryTablePlan *table, char **text,
			      char **ret_reason);
/* plan_types.c: takes a type over, if it can be, and what it needs before it; true: it is, or will be, in the
 * target. */
bool ferry_planner_keep_type(FerryPlanner *p, const char *schema, const char *name);
void ferry_planner_name_type(FerryPlanner *p, const char *source_schema, const char *source_name,
			     const char *schema, const char *name);
/* Settles user_type of a column of the target's; name is the source's. */
void ferry_planner_plan_column_type(FerryPlanner *p, const FerryTable *source, FerryColumnDef *column,
				    const char *name);
void ferry_planner_plan_types(FerryPlanner *p);
/* plan_keys.c; with the checks. */
void ferry_planner_plan_keys(FerryPlanner *p, const FerryTablePlan *table);
/* plan_checks.c; after the keys. */
void ferry_planner_plan_checks(FerryPlanner *p, const FerryTablePlan *table);
/* Names of the table's constraints so far. */
FerryNameScope *ferry_planner_constraint_scope(const FerryPlanner *p, const FerryTable *target);
/* The name of a check or foreign key; names is the table's own scope, where constraints of different tables may share one. */
char *ferry_planner_claim_constraint(FerryPlanner *p, const FerryTablePlan *table, FerryNameScope *names,
				     const char *wish);
void ferry_planner_plan_foreign_keys(FerryPlanner *p, const FerryTablePlan *table);
/* plan_partitions.c: once all keys are settled, and the names of all that is no partition. */
void ferry_planner_plan_partitions(FerryPlanner *p, const FerryTablePlan *table);
/* An expression of the table in the target's dialect; NULL with a reason. */
char *ferry_planner_convert(const FerryPlanner *p, const FerryTablePlan *table, FerryExpressionUse use,
			    const FerryType *result, const char *expression, char **ret_remark,
			    char **ret_reason);
/* plan_staging.c: what the staging schemas are called. */
bool ferry_planner_plan_staging(FerryPlanner *p, GError **error);
void ferry_plan_free_staging(FerryPlan *plan);
/* plan_levels.c: once indexes of the table plans are settled. */
void ferry_plan_find_levels(FerryPlan *plan);
/* plan_objects.c */
void ferry_planner_plan_enums(FerryPlanner *p);
/* True where the source has such an enum, which then is in the target's catalog too. */
bool ferry_planner_keep_enum(FerryPlanner *p, const char *schema, const char *name);
void ferry_planner_plan_column_enum(FerryPlanner *p, const FerryTable *source, FerryTable *target,
				    FerryColumnDef *column);
void ferry_planner_plan_objects(FerryPlanner *p);
/* plan_views.c */
void ferry_planner_plan_views(FerryPlanner *p);
void ferry_planner_collect_notes(FerryPlanner *p);
/* plan_existing.c */
bool ferry_planner_match_existing(FerryPlanner *p, FerryPlanItem *item, const FerryTableNames *existing,
				  GError **error);
