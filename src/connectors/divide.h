/*
 * Even parts of a range of whole numbers, as predicates of SQL: what connectors cut a numeric key into.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef __int128 FerryWide; /* signed and unsigned 64-bit keys, and decimals of 37 digits, in one */

/* Adds n predicates (char*, owned by the array) on the quoted name: the first is open below, the last above, so that rows that
 * come later are covered. n is from 1 to max - min + 1. */
void ferry_divide_range(const char *name, FerryWide min, FerryWide max, FerryWide n, GPtrArray *predicates);
