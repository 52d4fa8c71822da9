/*
 * The plan: both catalogs and how they correspond. It is made once, before anything is written, shown by `ferry plan`,
 * and is all that the transfer engine works from. The target catalog in it describes the target as it shall be: names,
 * types, defaults, keys converted; the target connector turns it into DDL.
 *
 * Where several schemas of the source take part they keep their names; a single one lands in the target's default schema.
 * Names that the target cannot tell apart or hold are changed deterministically (cut, then a suffix from a hash of the
 * whole name), with a note.
 *
 * Made and changed by one thread, read by all lanes afterwards.
 */
#pragma once

#include "connectors/connector.h"

typedef enum { FERRY_IF_EXISTS_FAIL, FERRY_IF_EXISTS_DROP, FERRY_IF_EXISTS_TRUNCATE, FERRY_IF_EXISTS_APPEND } FerryIfExists;

typedef struct FerryPlanOptions {
	const char *const *tables;   /* globs over "table" or "schema.table"; NULL or empty: all */
	const char *const *exclude;
	bool data_only;              /* target tables exist: their own types and columns are used */
	bool schema_only;            /* no rows will follow; types are settled by the data all the same */
	bool skip_profile;           /* types as declared only */
} FerryPlanOptions;

typedef struct FerryColumnPlan {
	const FerryColumnDef *source; /* of the source catalog */
	const FerryColumnDef *target; /* of the target catalog */
	bool is_copied;               /* false: generated in the target */
} FerryColumnPlan;

typedef struct FerryTablePlan {
	guint index;             /* in plan->tables: its id in events and results */
	FerryTable *source;      /* of the source catalog */
	FerryTable *target;      /* of the target catalog */
	GArray *columns;         /* FerryColumnPlan, in the target's order */
	FerrySchema *read_schema;  /* copied columns: source names, batch types */
	FerrySchema *write_schema; /* the same columns: target names, the same types */
	const char *wire_format; /* or NULL: filled by the engine when both sides agree on one */
	guint n_chunks;          /* 0 until ferry_plan_count_chunks() */
} FerryTablePlan;

typedef struct FerryPlan {
	FerryCatalog *source;    /* tables that take part, and others (for the notes) */
	FerryCatalog *target;
	GPtrArray *tables;       /* FerryTablePlan, biggest first */
	GPtrArray *notes;        /* FerryNote: everything worth knowing or lost, tables' notes included, worst first */
	char *fingerprint;       /* hex: of all that must be the same for a copy to be resumed (tables, columns, types, names) */
	const FerryConnector *target_connector;
} FerryPlan;

/* Reads the source's catalog (and, for data_only, the target's), selects, profiles, maps. progress may be NULL: called with the name of the
 * table that is being profiled. */
FerryPlan *ferry_plan_new(FerryConnection *source, FerryConnection *target, const FerryPlanOptions *options,
                          void (*progress)(const char *table, gpointer data), gpointer data, GError **error);
void ferry_plan_free(FerryPlan *plan);

/* Rows of a chunk where the user does not say. */
#define FERRY_DEFAULT_CHUNK_ROWS 100000

/* Asks the source how it would cut each table into chunks of about n_rows: what a copy begins with, at most a look into an index each. */
bool ferry_plan_count_chunks(FerryPlan *plan, FerryConnection *source, size_t n_rows, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryPlan, ferry_plan_free)

/* Statements (FerryStatement) of one phase over all tables of the plan, in an order that works. */
GPtrArray *ferry_plan_ddl(const FerryPlan *plan, FerryDdlPhase phase);

/* For people (DDL, a line a column, notes) and for programs. Newly allocated. */
char *ferry_plan_to_text(const FerryPlan *plan);
char *ferry_plan_to_json(const FerryPlan *plan);
