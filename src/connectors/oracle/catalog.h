/*
 * The catalog, read in some twenty queries over the whole schema, never one a table: catalog.c asks for
 * tables and what is said of them, catalog_columns.c for columns, catalog_types.c for
 * the types of those that are left out, catalog_keys.c for constraints and indexes,
 * catalog_partitions.c for partitions, catalog_others.c for what is only named, privileges.c for what the
 * user may not see.
 */
#pragma once

#include "connectors/oracle/private.h"

/* A constraint while the catalog is read; all but the texts borrowed from its table. */
typedef struct FerryOracleKey {
	FerryTable *table;
	FerryIndex *index;            /* primary keys and unique ones; else NULL */
	FerryForeignKey *foreign_key; /* else NULL */
	char *ref_owner, *ref_name;   /* of a foreign key: the constraint that it refers to */
} FerryOracleKey;

void ferry_oracle_key_free(FerryOracleKey *key);

typedef struct FerryOracleCatalogBuilder {
	FerryOracleConnection *connection;
	FerryCatalog *catalog;
	GString *owner;           /* the schema as a literal */
	GHashTable *tables;       /* name -> FerryTable, borrowed */
	GHashTable *view_columns; /* name of what is no table -> GPtrArray of char* */
	GHashTable *hidden;      /* "table\ncolumn" -> expression: hidden columns of function-based indexes */
	GHashTable *keys;        /* name of a constraint -> FerryOracleKey */
	GHashTable *indexes;     /* name -> FerryIndex, borrowed; those of constraints are not in it */
	GHashTable *key_indexes; /* set of names: indexes of constraints */
	GString *source;         /* of the object whose lines come in: its text, kind and name */
	char *source_kind, *source_name;
	GHashTable *partitions; /* "table\npartition" -> FerryPartition, borrowed; while they are read */
	GHashTable *subpartition_types; /* name of a table -> "HASH" and the like; the same */
	GHashTable *sequences;          /* name -> FerrySequence, owned: those of identities, too */
	GPtrArray *left_out;    /* columns of types that are not read; catalog_types.c knows what they are */
	GHashTable *user_types; /* while these are looked at */
} FerryOracleCatalogBuilder;

static inline FerryTable *ferry_oracle_builder_find(const FerryOracleCatalogBuilder *b, const char *name)
{
	return name ? g_hash_table_lookup(b->tables, name) : NULL;
}

/* A query over the schema: in place of %s its owner as a literal. A view that is not to be seen is an error
 * whose hint grants it. */
bool ferry_oracle_builder_each(FerryOracleCatalogBuilder *b, const char *format, const char *doing,
			       FerryOracleRowFunc func, GError **error);

bool ferry_oracle_read_columns(FerryOracleCatalogBuilder *b, GError **error);
/* catalog_types.c: a column of a type that is not read; table is borrowed, type_owner may be NULL. */
GPtrArray *ferry_oracle_left_out_new(void);
void ferry_oracle_leave_out(FerryOracleCatalogBuilder *b, FerryTable *table, const char *column,
			    const char *type_owner, const char *type);
/* Once all columns are there: says so, and what reads them. */
bool ferry_oracle_note_left_out(FerryOracleCatalogBuilder *b, GError **error);
bool ferry_oracle_read_constraints(FerryOracleCatalogBuilder *b, GError **error);
bool ferry_oracle_read_indexes(FerryOracleCatalogBuilder *b, GError **error);
/* Once columns are there. */
bool ferry_oracle_read_partitions(FerryOracleCatalogBuilder *b, GError **error);
bool ferry_oracle_read_sequences(FerryOracleCatalogBuilder *b, GError **error);
bool ferry_oracle_read_others(FerryOracleCatalogBuilder *b, GError **error);
bool ferry_oracle_note_privileges(FerryOracleCatalogBuilder *b, GError **error);
/* The view that lists them ("triggers") is not to be seen. */
void ferry_oracle_note_unlisted(FerryOracleCatalogBuilder *b, const char *view, const char *what);
/* What the query reads: the first word behind FROM. Newly allocated. */
char *ferry_oracle_view_of(const char *query);

/* Gives NUMBERs that refer to integer keys the types of those. */
void ferry_oracle_align_keys(const FerryCatalog *catalog);

/* defaults.c: DATA_DEFAULT into the column, whose types are set. Pure. */
void ferry_oracle_parse_default(FerryColumnDef *column, const char *text);

/* partition_bound.c: HIGH_VALUE into FerryBounds; DEFAULT is none of them. False: something else stands
 * there. Pure. */
bool ferry_oracle_parse_bounds(const char *high_value, GPtrArray *bounds, bool *ret_is_default);
