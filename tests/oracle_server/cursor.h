/* An open statement and what its client has seen of it. */
#pragma once
#include "column.h"
#include "reply.h"
#include "translate.h"

typedef struct BindInfo {
	guint8 type, form;
	guint64 max_size;
} BindInfo;

typedef struct Cursor {
	guint id;
	StatementKind kind;
	char *sql;          /* as the client sent it */
	sqlite3_stmt *stmt; /* NULL: nothing for SQLite to do */
	guint n_binds;
	GArray *columns; /* of Column */
	GArray *binds;   /* of BindInfo */
	GArray *items;   /* of ItemHint */
	gboolean on_row; /* the statement stands on a row that was not sent yet */
	gboolean at_end, has_locators, is_defined;
	char *from;              /* the statement behind its select list, as SQLite has it; or NULL */
	guint64 n_rows;          /* sent */
	gint64 sleep_ms;         /* of a call that only waits */
	Bytes current, previous; /* the values of the row being sent and of the last one */
	gsize *current_ends, *previous_ends;
	gboolean has_previous;
	struct Answer *keeping;       /* remember.h: being filled */
	const struct Answer *playing; /* read from in place of the statement */
	gsize play_at;
} Cursor;

Cursor *cursor_open(Session *s, const char *sql, OraError *e); /* NULL: e says why */
void cursor_free(Cursor *c);
/* Sets the statement back, for another execution. */
void cursor_reset(Cursor *c);
/* Steps to the next row: SQLITE_ROW, SQLITE_DONE, or else with e set. */
int cursor_step(Session *s, Cursor *c, OraError *e);
/* Finds the columns of a query, once; after the first step, where there is one. */
void cursor_find_columns(Session *s, Cursor *c);
void cursor_describe(Session *s, const Cursor *c);
/* The ORA- error of what SQLite last refused. */
void cursor_error(Session *s, const char *sql, OraError *e);

/* rows.c: message 6 and up to n rows; false: e is set. Ends early where the result does. */
gboolean rows_send(Session *s, Cursor *c, guint64 n, OraError *e);
/* Sends what is full of the answer; false: the client wants no more, or is gone. */
gboolean rows_flush_some(Session *s, OraError *e);
/* Message 6 before the first row, 21 before others that repeat values; vector_len 0: all are sent. */
void cursor_put_vector(Bytes *out, gboolean is_first, const guint8 *vector, gsize vector_len, guint n_sent);
void cursor_put_values(Bytes *out, const Cursor *c, const guint8 *vector);
/* bind.c */
void binds_read_info(Session *s, GArray *binds, guint n);
void binds_read_row(Session *s, Cursor *c); /* message 7 and a value each; binds them */
#define MAX_STRING 32767
/* bind_check.c; false: the statement does not take binds of these types, as e says. */
gboolean binds_check(Session *s, const Cursor *c, OraError *e);

static inline Column *cursor_column(const Cursor *c, guint i)
{
	return &g_array_index(c->columns, Column, i);
}
