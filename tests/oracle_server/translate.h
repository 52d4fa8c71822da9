/* Oracle's statements as SQLite understands them: what the tests' clients say, not all of SQL. */
#pragma once
#include "token.h"

typedef enum {
	STATEMENT_QUERY,
	STATEMENT_INSERT,
	STATEMENT_UPDATE,
	STATEMENT_DELETE,
	STATEMENT_DDL,
	STATEMENT_PLSQL,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_SESSION,
	STATEMENT_UNKNOWN,
} StatementKind;

/* What one item of a select list tells about its column. */
typedef struct ItemHint {
	char *name;       /* NULL: SQLite's is right */
	char *declared;   /* its type as DDL says it; NULL: not known from the text */
	gboolean is_null; /* the literal NULL */
	char *like;       /* a column whose type it has, too */
} ItemHint;

typedef struct Translation {
	StatementKind kind;
	Tokens tokens;
	char *sql;
	guint n_binds;
	guint from_at; /* where the select list ends */
	char *from;    /* from there on, as SQLite has it */
	GArray *items; /* of ItemHint; empty where the list has a * */
} Translation;

void translation_make(Translation *t, const char *sql);
void translation_clear(Translation *t);
void item_hints_free(GArray *items);

/* select_list.c: fills items; the texts of the tokens must not have been changed yet. */
void translation_read_items(Translation *t);
