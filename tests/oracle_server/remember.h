/* Answers kept whole, for benchmarks of clients (--remember): the second run of a query costs next to
 * nothing.
 *
 * Rows are kept as they were sent, with their bit vectors; what later happens to the tables is not seen.
 * Queries with binds or locators are not kept. The first run fills an answer, and publishes it at its end.
 */
#pragma once
#include "cursor.h"

typedef struct Answer {
	Bytes rows; /* each: u16 length of the vector, u16 values sent, the vector, u32 length, the values */
	guint64 n;
} Answer;

/* Starts to keep, or to play, where the query may be remembered; for a cursor whose columns are known. */
void remember_begin(Session *s, Cursor *c);
void remember_row(Cursor *c, const guint8 *vector, gsize vector_len, guint n_sent);
void remember_end(Session *s, Cursor *c);
void remember_forget(Cursor *c); /* an answer that will not be complete */
/* Plays up to n rows; as rows_send. */
gboolean remember_play(Session *s, Cursor *c, guint64 n, OraError *e);
