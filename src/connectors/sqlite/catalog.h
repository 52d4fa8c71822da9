/*
 * What the files that read the catalog share: a builder that lives for one call of ferry_sqlite_catalog().
 */
#pragma once

#include "connectors/sqlite/ddl_parse.h"
#include "connectors/sqlite/private.h"

typedef struct SqliteCatalogBuilder {
	SqliteConnection *connection;
	FerryCatalog *catalog;     /* borrowed */
	GHashTable *tables;        /* name -> FerryTable, borrowed */
	GHashTable *ddl;           /* FerryTable -> SqliteDdl, owned */
	GHashTable *has_key_index; /* FerryTable: its primary key has an index of its own, so it is no rowid
				      alias */

	/* Where the rows of a query have come to. */
	FerryTable *index_table;
	char *index_name;
	FerryIndex *index;
	FerryTable *foreign_key_table;
	int foreign_key_id;
	FerryForeignKey *foreign_key;
} SqliteCatalogBuilder;

const char *ferry_sqlite_column_text(sqlite3_stmt *statement, int i);

/* catalog_text.c, in this order: collations and generated expressions (before the indexes are read); which
 * keys are rowid aliases (after that); names, checks, expressions of indexes, foreign keys' references (at
 * the end). */
void ferry_sqlite_add_column_texts(SqliteCatalogBuilder *b);
void ferry_sqlite_add_identities(SqliteCatalogBuilder *b);
void ferry_sqlite_add_constraint_texts(SqliteCatalogBuilder *b);
