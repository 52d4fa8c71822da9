/*
 * SQL expressions (checks, generated columns, defaults, partial-index predicates) from one dialect to another. Not a
 * parser of SQL: a tokenizer that requotes names and literals and knows which operators and functions mean the same on
 * both sides. What it does not know it refuses, with the word at which it stopped; a refused expression becomes a note
 * ("not converted: …"), never a guess.
 */
#pragma once

#include "data/catalog.h"

/* Dialects by connector name ("mysql", "postgres", "sqlite"). rename maps a source column name to the target's (newly
 * allocated) and answers NULL for what is no column. NULL result: *ret_reason says why (newly allocated). */
char *ferry_expression_convert(const char *expression, const char *from, const char *to,
                               char *(*rename)(const char *column, gpointer data), gpointer data, char **ret_reason);
