/*
 * What the files of the comparison share (private to mapping/). A comparer lives for one
 * ferry_compare_catalogs(): tables and columns are paired in compare.c, columns compared in
 * compare_columns.c, keys, indexes and constraints in compare_keys.c, what stands beside the tables in
 * compare_objects.c.
 *
 * "Wanted" is the plan's target: what the source would become. "Actual" is what the target holds.
 */
#pragma once

#include "data/table_names.h"
#include "mapping/compare.h"

typedef struct FerryComparer {
	const FerryPlan *plan;
	const FerryCatalog *actual;
	const FerryConnector *target; /* or NULL */
	FerryCompareResult *result;
	bool is_same_system; /* expressions are in one dialect */
	bool is_lax;
	const FerryTableNames *wanted_names, *actual_names;
	GHashTable *pairs; /* wanted FerryTable -> actual FerryTable (borrowed) */
} FerryComparer;

/* One table, paired. columns: wanted FerryColumnDef -> actual FerryColumnDef (borrowed). */
typedef struct FerryTablePair {
	const FerryTablePlan *plan;
	const FerryTable *wanted, *actual;
	GHashTable *columns;
} FerryTablePair;

/* Adds an issue; its suggestion may be set afterwards. table, object, column may be NULL. */
FerryIssue *ferry_compare_add(FerryComparer *c, FerryIssueSeverity severity, FerryIssueVerdict verdict,
			      const char *kind, const FerryTable *table, const char *object,
			      const char *column, const char *format, ...) G_GNUC_PRINTF(8, 9);

/* Where only some tables were asked for, the rest of the target is nobody's business. */
bool ferry_compare_is_whole(const FerryProject *project);

/* compare_columns.c */
void ferry_compare_column(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			  const FerryColumnDef *actual);
bool ferry_compare_in_key(const FerryTable *table, const char *column);
/* compare_keys.c */
void ferry_compare_keys(FerryComparer *c, const FerryTablePair *pair);
/* compare_checks.c */
void ferry_compare_checks(FerryComparer *c, const FerryTablePair *pair);
void ferry_compare_foreign_keys(FerryComparer *c, const FerryTablePair *pair);
/* compare_objects.c */
void ferry_compare_objects(FerryComparer *c);

/* compare_text.c: an expression without quotes of names, brackets, casts, blanks and capitals. */
char *ferry_compare_plain(const char *expression);
bool ferry_compare_same_text(const char *a, const char *b);
/* Whether the expression speaks of the column. */
bool ferry_compare_mentions(const char *expression, const char *column);

/* compare_suggest.c; each newly allocated, NULL where it is not easy. */
char *ferry_suggest_table(const FerryComparer *c, const FerryTable *wanted);
char *ferry_suggest_column(const FerryComparer *c, const FerryTable *actual, const FerryColumnDef *wanted);
/* "ALTER TABLE … ALTER COLUMN … WHAT". */
char *ferry_suggest_alter(const FerryComparer *c, const FerryTable *actual, const char *column,
			  const char *what);
/* The one index, foreign key or check, each NULL but one. */
char *ferry_suggest_part(const FerryComparer *c, const FerryTable *wanted, const FerryIndex *index,
			 const FerryForeignKey *key, const FerryCheck *check);
