/* DDL: tables, keys, indexes, sequences and comments, in SQLite and in the dictionary. */
#pragma once
#include "store.h"

/* False: e says why; nothing was changed then. What is not understood is taken and does nothing. */
gboolean ddl_run(Session *s, const Cursor *c, const Tokens *tokens, OraError *e);

/* ---- between ddl*.c ---- */

typedef struct Ddl {
	Session *s;
	const Tokens *t;
	guint at; /* the token to read next */
	char *owner, *table;
	OraError *e;
} Ddl;

typedef struct Constraint {
	char kind; /* P, U, R, C */
	char *name, *condition;
	GPtrArray *columns, *ref_columns;
	char *ref_owner, *ref_table;
	const char *delete_rule;
	gboolean is_deferrable, is_deferred, is_novalidate;
} Constraint;

gboolean ddl_exec(Ddl *d, char *take_sql);
gint64 ddl_number(Ddl *d, char *take_sql); /* the query's first value; 0: none */
char *ddl_name(const Token *token);        /* as the dictionary has it */
/* [owner.]name at d->at, which is moved behind it. */
void ddl_read_name(Ddl *d, char **ret_owner, char **ret_name);
GPtrArray *ddl_read_names(Ddl *d); /* (a, b) */
/* What the statement says from one token up to another. */
char *ddl_text(const Ddl *d, guint from, guint to);
char *ddl_list(const GPtrArray *names, const char *prefix);

/* ddl_constraint.c */
gboolean ddl_is_constraint(const Ddl *d);
/* At CONSTRAINT, PRIMARY …; column: it is one of this column, or NULL. */
Constraint *ddl_read_constraint(Ddl *d, const char *column);
void ddl_constraint_free(Constraint *k);
gboolean ddl_add_constraint(Ddl *d, Constraint *k);
gboolean ddl_add_index(Ddl *d, const char *name, const GPtrArray *parts, const gboolean *descends,
		       gboolean is_unique, gboolean is_constraint);
void ddl_drop_constraint(Ddl *d, const char *owner, const char *name);
/* ddl_table.c */
gboolean ddl_create_table(Ddl *d);
gboolean ddl_drop_table(Ddl *d);
/* ddl_sequence.c */
typedef struct SequenceOptions {
	gint64 min, max, increment, next;
	gint64 cache; /* 0: NOCACHE */
	gboolean cycles, from_limit;
} SequenceOptions;

SequenceOptions ddl_sequence_options(void);
/* What tokens from … to say of them, the others stay; new ones that descend begin at -1. */
gboolean ddl_read_sequence(Ddl *d, guint from, guint to, gboolean is_new, SequenceOptions *o);
gboolean ddl_list_sequence(Ddl *d, const char *owner, const char *name, const SequenceOptions *o);
gboolean ddl_create_sequence(Ddl *d);
gboolean ddl_drop_sequence(Ddl *d);
gboolean ddl_modify_identity(Ddl *d);
