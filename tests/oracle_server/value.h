/* Values of a row, from SQLite onto the wire. */
#pragma once
#include "column.h"

void value_put_number(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_text(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_char(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_long(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_raw(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_long_raw(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_date(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_timestamp(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_timestamp_tz(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_interval_ym(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_interval_ds(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_binary_float(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_binary_double(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_rowid(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_rowid_text(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_urowid(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_boolean(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_lob(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_bfile(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_lob_as_long(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_xml(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_json(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);
void value_put_vector(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);

/* UTF-8 as UTF-16, most significant byte first, appended; and back. */
void utf16_append(Bytes *out, const guint8 *text, gsize len);
void utf16_to_utf8(Bytes *out, const guint8 *from, gsize len);
gsize utf16_units(const guint8 *text, gsize len);
