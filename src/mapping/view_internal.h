/*
 * Shared by the files of the translation of views: view.c (queries, set operations, WITH), view_order.c (ORDER
 * BY, FETCH), view_block.c (SELECT with all its clauses), view_from.c (FROM, names), view_where.c (conditions,
 * (+), ROWNUM), view_tree.c (CONNECT BY), view_atom.c (what an expression may hold in a query only).
 */
#pragma once

#include "mapping/expression_internal.h"
#include "mapping/view.h"

/* One of FROM. */
typedef struct ViewItem {
	char *alias;        /* the source's name for it; NULL: none */
	char *name;         /* the target's alias, quoted */
	char *base;         /* table or bracketed query */
	char *sql;          /* the same with its alias */
	GPtrArray *columns; /* FerryViewColumn */
	GPtrArray *on;      /* char*: conditions that are marked with (+) for it */
	guint64 depends;    /* items that they speak of */
} ViewItem;

typedef struct ViewTree ViewTree; /* view_tree.c */

typedef struct ViewScope {
	struct ViewScope *outer;
	ViewTree *tree;     /* or NULL: of CONNECT BY */
	GPtrArray *items;   /* ViewItem */
	GHashTable *merged; /* set of names that USING has made one */
	bool has_joins;     /* ANSI's */
	/* of the condition at work */
	guint64 used;
	int marked; /* item with (+); -1: none, -2: several */
	/* of the block */
	bool has_aggregate, has_window, has_rownum;
} ViewScope;

typedef struct View {
	const FerryViewContext *context;
	ViewScope *scope;  /* the innermost */
	GHashTable *with;  /* name -> FerryViewRelation: WITH's that can be seen; owned */
	const char *defines; /* or NULL: the name of the WITH at work */
	guint n_made;      /* aliases */
	bool takes_rownum; /* ROWNUM may stand here: the select list */
} View;

/* A SELECT that has been read. */
typedef struct ViewBlock {
	GString *text;
	GPtrArray *columns; /* FerryViewColumn */
	ViewScope *scope;
	bool has_limit, is_distinct;
} ViewBlock;

void ferry_view_block_clear(ViewBlock *block);
bool ferry_view_parse_block(Parser *p, ViewBlock *ret_block);
/* Up to what is no part of it; *ret_columns is the caller's. */
bool ferry_view_parse_query(Parser *p, GString *out, GPtrArray **ret_columns);
/* Behind ORDER BY. outputs: the select list whose names may be used, or NULL; is_single: it is that of the scope, and
 * its expressions may stand in the places of its names. */
bool ferry_view_parse_order(Parser *p, GString *out, const GPtrArray *outputs, bool is_single);
/* [OFFSET n ROWS] [FETCH FIRST n ROWS ONLY | WITH TIES] */
bool ferry_view_parse_fetch(Parser *p, GString *out);

ViewScope *ferry_view_push_scope(Parser *p);
void ferry_view_scope_free(ViewScope *scope);
bool ferry_view_parse_from(Parser *p, GString *out);
/* The name at the parser: column, or qualified column. NULL without a reason: it is none. */
Piece *ferry_view_parse_column(Parser *p);
bool ferry_view_has_column(Parser *p, const char *name);
/* All columns of an item (NULL: of all) appended as a list. */
bool ferry_view_expand_star(Parser *p, const char *alias, GString *out, GPtrArray *columns);
char *ferry_view_fold(const Token *token);
char *ferry_view_quote(const char *name);

/* Conditions; *ret_limit: of ROWNUM, or -1. *from is written anew where there is a (+). */
bool ferry_view_parse_where(Parser *p, GString *from, GString *where, int64_t *ret_limit);

/* With FROM read: a block with CONNECT BY has the scope's tree from here on, and *ret_end is behind its clauses. */
bool ferry_view_parse_tree(Parser *p, guint *ret_begin, guint *ret_end);
/* LEVEL, PRIOR and their kin; NULL without a reason: nothing of ours. */
Piece *ferry_view_parse_tree_atom(Parser *p, const char *lower);
/* Behind ORDER SIBLINGS BY. */
bool ferry_view_parse_siblings(Parser *p);
/* FROM, once all is known that has to be in it. */
void ferry_view_write_tree(const ViewTree *tree, GString *from);
void ferry_view_tree_free(ViewTree *tree); /* NULL is fine */

bool ferry_view_at_query(const Parser *p);
/* In expressions of a query, before all else; NULL without a reason: nothing of ours. */
Piece *ferry_view_parse_atom(Parser *p);
