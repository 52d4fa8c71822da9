/*
 * The words of MySQL's catalog, read: column types, their labels, defaults, expressions. Pure functions over
 * text.
 */
#pragma once

#include "data/catalog.h"

/* The natural logical type of a COLUMN_TYPE such as "int(10) unsigned" or "enum('a','b')". *ret_is_known is
 * false for a type that this version of Ferry has not heard of; it then travels as text. */
FerryType ferry_mysql_parse_type(const char *column_type, bool *ret_is_known);

/* The labels of "enum('a','b''c')" or "set(…)"; NULL for other types. NULL-ended, to be freed with
 * g_strfreev. */
char **ferry_mysql_parse_labels(const char *column_type);

/* True where the type's first word (up to a blank or parenthesis) is this one, in any case. */
bool ferry_mysql_type_is(const char *column_type, const char *word);
bool ferry_mysql_is_geometry(const char *column_type);

/* Reads COLUMN_DEFAULT into the column, whose type, native type, labels and nullability are set. Two styles:
 * MariaDB quotes literals and writes expressions as they are; MySQL writes literals bare, and says in EXTRA
 * which are expressions. False: the default is one that no other system takes (a zero date), and is left out.
 */
bool ferry_mysql_parse_default(FerryColumnDef *column, const char *text, const char *extra, bool is_mariadb);

/* An expression from the catalog (check, generated column, key part) in plain form: MySQL's escaped quotes
 * resolved, character set introducers before literals left out, quotes inside literals doubled. Newly
 * allocated. */
char *ferry_mysql_clean_expression(const char *expression);

/* One quoted literal at text ('…' with '' and backslash escapes); *ret_end is behind its closing quote. NULL
 * where it is none. */
GString *ferry_mysql_unquote(const char *text, const char **ret_end);
