/* The tables: SQLite files, one a schema, attached under their owner's name; and the dictionary as views over
 * them. */
#pragma once
#include "cursor.h"

gboolean store_open(Session *s, OraError *e);
/* The number of a table's data object, for ROWIDs. */
guint32 store_object_number(Session *s, const char *schema, const char *table);
gboolean store_set_schema(Session *s, const char *schema); /* false: there is none */
gboolean store_next_value(Session *s, const char *sequence, gint64 *ret_value);
/* Statements that are not SQLite's: DDL, ALTER SESSION, PL/SQL calls. Fills the cursor, or sets e. */
gboolean store_special(Session *s, Cursor *c, const Translation *t, OraError *e);
/* dictionary.c */
void dictionary_make(Session *s);
/* functions.c */
void functions_register(Session *s);
