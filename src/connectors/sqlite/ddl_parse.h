/*
 * What SQLite's pragmas do not tell, read from the text of CREATE TABLE and CREATE INDEX as sqlite_schema
 * keeps it: checks, generated expressions, names of constraints, deferrable foreign keys, AUTOINCREMENT,
 * index expressions, predicates.
 *
 * Not a parser of SQL: a tokenizer that knows SQLite's quotes and comments, and a walk over the constraints
 * at the outer level of parentheses. SQLite has accepted the text, so that the walk may be simple; whatever
 * it does not understand it skips. Expressions come out as written, without their comments (a "--" would
 * swallow what follows it).
 */
#pragma once

#include "data/catalog.h"

typedef struct SqliteDdlColumn {
	char *name;
	char *generated; /* or NULL */
} SqliteDdlColumn;

/* A PRIMARY KEY or UNIQUE, of a column or of the table. */
typedef struct SqliteDdlKey {
	char *name; /* or NULL */
	bool is_primary;
	GPtrArray *columns; /* char* */
} SqliteDdlKey;

typedef struct SqliteDdlForeignKey {
	char *name; /* or NULL */
	bool deferrable, initially_deferred;
} SqliteDdlForeignKey;

typedef struct SqliteDdl {
	GPtrArray *columns; /* SqliteDdlColumn */
	GPtrArray *checks;  /* FerryCheck */
	GPtrArray *keys;    /* SqliteDdlKey */
	GPtrArray *
		foreign_keys; /* SqliteDdlForeignKey, as written (PRAGMA foreign_key_list counts backwards) */
	bool is_autoincrement;
	bool has_conflict_clause; /* ON CONFLICT … of some constraint */
} SqliteDdl;

SqliteDdl *ferry_sqlite_parse_table(const char *sql);
void ferry_sqlite_ddl_free(SqliteDdl *ddl); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqliteDdl, ferry_sqlite_ddl_free)

/* The indexed terms (char*, without COLLATE, ASC and DESC) and the predicate (NULL: not partial). */
void ferry_sqlite_parse_index(const char *sql, GPtrArray **ret_terms, char **ret_predicate);

/* What a column's default, as PRAGMA table_xinfo writes it, means. */
void ferry_sqlite_parse_default(const char *text, FerryColumnDef *column);
