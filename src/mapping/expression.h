/*
 * SQL expressions (checks, generated columns, defaults, partial-index predicates) from one dialect to another. A tokenizer
 * and a small parser that requote names and literals and know which operators and functions mean the same on both sides.
 * What they do not know they refuse, with the word at which they stopped; a refused expression becomes a note ("not converted:
 * …"), never a guess.
 */
#pragma once

#include "data/catalog.h"

/* Dialects by connector name ("mysql", "postgres", "sqlite"). rename maps a source column name to the target's (newly
 * allocated) and answers NULL for what is no column. NULL result: *ret_reason says why (newly allocated). */
char *ferry_expression_convert(const char *expression, const char *from, const char *to,
                               char *(*rename)(const char *column, gpointer data), gpointer data, char **ret_reason);

/* What the expression is for decides how much may differ: a generated value must be the same to the last bit, a check or
 * predicate may at most be a little stricter or wider (and then there is a remark). */
typedef enum {
	FERRY_USE_CHECK,
	FERRY_USE_GENERATED,
	FERRY_USE_INDEX,     /* an indexed expression */
	FERRY_USE_PREDICATE, /* of a partial index */
	FERRY_USE_DEFAULT,
	FERRY_USE_VIEW,
	FERRY_N_USES
} FerryExpressionUse;

/* What the conversion must know of a column. */
typedef struct FerryExpressionColumn {
	const char *name;        /* the target's */
	const FerryType *source; /* logical types on both sides; NULL: not known */
	const FerryType *target;
	bool is_enum;            /* an enum type in the target */
	bool is_generated;       /* in the source */
	const char *collation;   /* of the source, or NULL */
} FerryExpressionColumn;

typedef struct FerryExpressionContext {
	const char *from, *to;
	FerryExpressionUse use;
	const FerryType *result; /* GENERATED, DEFAULT: type of the column that holds it; NULL: not known */
	/* False: no such column. */
	bool (*column)(const char *name, FerryExpressionColumn *ret_column, gpointer data);
	gpointer data;
} FerryExpressionContext;

/* As ferry_expression_convert, with types: integers keep their width, booleans become booleans. *ret_remark (may be NULL; newly
 * allocated or NULL): what behaves a little differently in the target, clauses joined by "; ". */
char *ferry_expression_translate(const char *expression, const FerryExpressionContext *context, char **ret_remark,
                                 char **ret_reason);
