/*
 * Reading the catalog: a few queries over all tables at once, each for one kind of thing, joined here by OID.
 * catalog.c has the order, catalog_tables.c tables and columns, catalog_keys.c indexes and constraints,
 * catalog_objects.c enums and sequences, catalog_types.c the other types of users, catalog_partitions.c partitions,
 * catalog_features.c what tables have beside these, catalog_others.c what is only named.
 */
#pragma once

#include "connectors/postgres/private.h"

typedef struct PgCatalogReader {
	PgConnection *c;
	FerryCatalog *catalog;
	GHashTable *by_oid;  /* GUINT_TO_POINTER(oid) -> FerryTable */
	GHashTable *serials; /* the same of sequences that are an identity of their column */
} PgCatalogReader;

/* Schemas that take part, as a condition over pg_namespace n. $1 is the URL's schema or NULL. */
#define PG_USER_SCHEMAS                                                                                      \
	"n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' "                  \
	"AND ($1::pg_catalog.text IS NULL OR n.nspname = $1)"

/* What belongs to an extension comes with it. */
#define PG_NOT_OF_EXTENSION(class_, oid_)                                                                    \
	"NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog." class_               \
	"'::regclass "                                                                                       \
	"AND e.objid = " oid_ " AND e.deptype = 'e')"

/* The tables of the catalog, as a FROM list with c and n and their condition. $2 is the name of the only one that is asked for, or
 * NULL. */
#define PG_USER_TABLES                                                                                       \
	"pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "                    \
	"AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' "                  \
	"AND ($2::pg_catalog.text IS NULL OR c.relname = $2) "                                               \
	"AND " PG_USER_SCHEMAS " AND " PG_NOT_OF_EXTENSION("pg_class", "c.oid")

/* Runs a query with $1 and, where it has one, $2. */
PGresult *ferry_pg_catalog_query(PgCatalogReader *r, const char *sql, const char *doing, GError **error);
/* The table of the row's first column, an OID; NULL: not one of ours. */
FerryTable *ferry_pg_catalog_table(PgCatalogReader *r, const PGresult *result, int row);

/* A cell as text, NULL for SQL NULL; borrowed from the result. */
static inline const char *pg_cell(const PGresult *result, int row, int column)
{
	return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

static inline bool pg_cell_bool(const PGresult *result, int row, int column)
{
	return *PQgetvalue(result, row, column) == 't';
}

static inline int64_t pg_cell_int(const PGresult *result, int row, int column)
{
	return g_ascii_strtoll(PQgetvalue(result, row, column), NULL, 10);
}

static inline unsigned pg_cell_oid(const PGresult *result, int row, int column)
{
	return (unsigned)g_ascii_strtoull(PQgetvalue(result, row, column), NULL, 10);
}

bool ferry_pg_catalog_tables(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_partitions(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_columns(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_indexes(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_constraints(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_types(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_enums(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_sequences(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_features(PgCatalogReader *r, GError **error);
bool ferry_pg_catalog_others(PgCatalogReader *r, GError **error);

/* catalog.c: without the pair of parentheses that the deparser puts around a whole expression. NULL gives
 * NULL. */
char *ferry_pg_strip_parentheses(const char *expression);

/* default.c: sets default_kind and default_text of a column from the server's expression. */
void ferry_pg_classify_default(FerryColumnDef *column, const char *expression);
