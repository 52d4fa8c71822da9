/*
 * A view's query from Oracle's dialect to PostgreSQL's. A recursive descent that shares the parser of expressions
 * (expression_internal.h), knows what stands in FROM with its columns, and writes the target's text as it goes. What it does
 * not know it refuses with the word at which it stopped; nothing is guessed.
 */
#pragma once

#include "mapping/expression.h"

typedef struct FerryViewRelation {
	char *sql;          /* as the target's SQL calls it */
	GPtrArray *columns; /* FerryViewColumn, in the source's order */
} FerryViewRelation;

/* kind, is_narrow, is_padded, is_date: as in expression_internal.h's Piece. */
typedef struct FerryViewColumn {
	char *name;   /* the source's */
	char *target; /* the target's name, unquoted; NULL: it is left out there */
	char *expression; /* or NULL: of a select list, as it stands there; where the tables of its FROM are known */
	int kind;
	bool is_narrow, is_padded, is_date;
	bool is_literal; /* a text, as it stands in the select list */
} FerryViewColumn;

typedef struct FerryViewContext {
	/* A table or view by the source's names (schema may be NULL); NULL: it is not in the copy. Borrowed. */
	const FerryViewRelation *(*relation)(const char *schema, const char *name, gpointer data);
	/* How the target spells a name that the query itself gives. Newly allocated. */
	char *(*spell)(const char *name, gpointer data);
	gpointer data;
} FerryViewContext;

FerryViewColumn *ferry_view_column_new(const char *name, const char *target, int kind);
/* Without its expression. */
FerryViewColumn *ferry_view_column_copy(const FerryViewColumn *column);
void ferry_view_column_free(FerryViewColumn *column); /* NULL is fine */

/* ret_columns: FerryViewColumn, what the query gives; owned by the caller. ret_remark as for expressions. */
char *ferry_view_translate(const char *query, const FerryViewContext *context, GPtrArray **ret_columns,
			   char **ret_remark, char **ret_reason);
