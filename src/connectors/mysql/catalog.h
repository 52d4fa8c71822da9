/*
 * The catalog, read in a few queries over the whole database, never one a table: catalog.c asks for tables
 * and the objects that are only named, catalog_columns.c for columns, catalog_keys.c for keys, foreign keys
 * and checks.
 */
#pragma once

#include "connectors/mysql/private.h"

typedef struct FerryMysqlCatalogBuilder {
	FerryMysqlConnection *connection;
	FerryCatalog *catalog;
	GHashTable *tables;          /* "schema\ntable" -> FerryTable, borrowed */
	FerryTable *last;            /* rows come table by table */
	GHashTable *auto_increments; /* FerryTable -> char*: the next value */
	GHashTable *collations;      /* FerryTable -> char*: the table's default collation */
	bool has_case_insensitive;   /* some column's text compares without case */
	guint slice, n_slices;       /* which tables the queries ask for now; n_slices 1: all */
	GPtrArray *doubtful;         /* FerryColumnDef whose default has to be read again, borrowed */
	GPtrArray *sequences;        /* FerrySequence without values yet, borrowed */
} FerryMysqlCatalogBuilder;

/* A table's connector_data where its AUTO_INCREMENT stands beyond 64 signed bits; NULL elsewhere. */
typedef struct FerryMysqlSpentCounter {
	const FerryColumnDef *column; /* borrowed from the table */
	guint64 next;
} FerryMysqlSpentCounter;

/* NULL for what is not a table of the catalog (a view). */
FerryTable *ferry_mysql_builder_find(FerryMysqlCatalogBuilder *b, const char *schema, const char *name);

/* " WHERE schema = … " and, where there are several slices, the tables of the one at work. */
void ferry_mysql_builder_filter(const FerryMysqlCatalogBuilder *b, GString *sql, const char *schema_column);

bool ferry_mysql_read_columns(FerryMysqlCatalogBuilder *b, GError **error);
bool ferry_mysql_read_indexes(FerryMysqlCatalogBuilder *b, GError **error);
bool ferry_mysql_read_foreign_keys(FerryMysqlCatalogBuilder *b, GError **error);
bool ferry_mysql_read_checks(FerryMysqlCatalogBuilder *b, GError **error);
bool ferry_mysql_read_others(FerryMysqlCatalogBuilder *b, GError **error);
bool ferry_mysql_read_sequences(FerryMysqlCatalogBuilder *b, GError **error);
