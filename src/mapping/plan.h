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
#include "transform/transform.h"

typedef struct FerryColumnPlan {
	const FerryColumnDef *source; /* of the table plan's source; NULL: a new column, made by steps */
	const FerryColumnDef *target; /* of the target catalog */
	bool is_copied;               /* false: generated in the target */
	const FerryProjectColumn *project; /* or NULL: what the project says of it */
	FerryType read_type;          /* of the batches that are read; another one than target->type where values are converted */
	const char *rule;             /* or NULL: the text of the cast rule that decided its type */
} FerryColumnPlan;

typedef struct FerryTablePlan {
	guint index;             /* in plan->tables: its id in events and results */
	char *name;              /* what people and the ledger call it: the source's name, with the target's where several
	                            targets are made of it ("orders -> sales.orders_2024"); no two are equal */
	const FerryProjectTable *project; /* or NULL: the entry of the project that it was made by */
	FerryTable *source;      /* of the source catalog; a copy of its own, in the same catalog, where the project changes how
	                            it is read (query, filter, expressions, another target) */
	FerryTable *target;      /* of the target catalog */
	GArray *columns;         /* FerryColumnPlan, in the target's order */
	FerrySchema *read_schema;  /* what is read: source names, batch types */
	FerrySchema *write_schema; /* what is written: target names; where transform is NULL the same columns and types */
	FerryTransform *transform; /* or NULL: batches go to the writer as they are read; owned */
	const char *wire_format; /* or NULL: filled by the engine when both sides agree on one */
	guint level;             /* 0: it refers to no other table of the plan; else one more than the highest of those */
	guint n_chunks;          /* 0 until ferry_plan_count_chunks() */
} FerryTablePlan;

typedef struct FerryPlan {
	FerryCatalog *source;    /* tables that take part, and others (for the notes) */
	FerryCatalog *target;
	GPtrArray *tables;       /* FerryTablePlan, biggest first */
	GPtrArray *notes;        /* FerryNote: everything worth knowing or lost, tables' notes included, worst first */
	GPtrArray *staging;      /* FerryStagedSchema, or NULL: the load is not staged */
	GArray *staged_names;    /* plan_staging.c */
	bool is_staged;          /* the target's tables and sequences are called by their staging schemas now */
	char *fingerprint;       /* hex: of all that must be the same for a copy to be resumed (tables, columns, types, names) */
	const FerryConnector *target_connector;
	const FerryProject *project; /* borrowed */
} FerryPlan;

/* Reads the source's catalog (and, for data_only, the target's), selects, profiles, maps. The project outlives the plan. progress may be
 * NULL: called with the name of the table that is being profiled. With source->only_table, include names that table alone: what the
 * project says of others is then not looked at, and the rest of the catalog is read only where the table is not found. */
FerryPlan *ferry_plan_new(FerryConnection *source, FerryConnection *target, const FerryProject *project,
                          void (*progress)(const char *table, gpointer data), gpointer data, GError **error);
void ferry_plan_free(FerryPlan *plan);

/* Rows of a chunk where the user does not say. */
#define FERRY_DEFAULT_CHUNK_ROWS 100000

/* Asks the source how it would cut each table into chunks of about n_rows: what a copy begins with, at most a look into an index each. */
bool ferry_plan_count_chunks(FerryPlan *plan, FerryConnection *source, size_t n_rows, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryPlan, ferry_plan_free)

/* Calls the tables and sequences of the target by their staging schemas, or by their final ones again. Nothing where the load is not
 * staged. While no lane works. */
void ferry_plan_stage(FerryPlan *plan, bool is_staged);

/* Statements (FerryStatement) of one phase over all tables of the plan, in an order that works. */
GPtrArray *ferry_plan_ddl(const FerryPlan *plan, FerryDdlPhase phase);

/* "schema public__ferry_staging, …"; NULL: the load is not staged. Newly allocated. */
char *ferry_plan_describe_staging(const FerryPlan *plan);

/* Writes the source's texts of its views, routines, triggers, … into files below dir (made where it is missing), and their names
 * into the plan's notes. A file of that name that Ferry has not written is an error, before anything is written. */
bool ferry_plan_save_sources(FerryPlan *plan, const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For people (DDL, a line a column, notes) and for programs. Newly allocated. */
char *ferry_plan_to_text(const FerryPlan *plan);
char *ferry_plan_to_json(const FerryPlan *plan);
