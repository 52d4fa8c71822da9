/* Oracle's NUMBER: an exponent of 100 and up to 20 digits of base 100.
 *
 * Values are kept in SQLite as INTEGER where they fit, as REAL where 15 digits say all, else as a BLOB that
 * holds the NUMBER's own bytes.
 */
#pragma once
#include <sqlite3.h>
#include "bytes.h"

#define NUMBER_MAX 22

/* Each returns the number of bytes written, at most NUMBER_MAX. */
int number_from_int(guint8 *to, gint64 value);
int number_from_double(guint8 *to, double value);
int number_from_text(guint8 *to, const char *text, gsize len); /* 0: this is no number */
char *number_to_text(const guint8 *from, gsize len);
void number_bind(sqlite3_stmt *stmt, int at, const guint8 *from, gsize len);
