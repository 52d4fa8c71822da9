/*
 * Names that the target can hold and tell apart. A scope is one namespace of the target (relations of a
 * schema, columns of a table, constraints of a table). Names are claimed one after the other; a claim that is
 * too long, or that collides with an earlier one, comes back changed: cut to whole characters, then '_' and
 * eight hex digits of a hash of the whole wish. The outcome depends on the order of the claims only, so
 * callers claim in a sorted order.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryNameScope FerryNameScope;

/* max_bytes 0: no limit. folds_case: ASCII letters that differ in case only collide. */
FerryNameScope *ferry_name_scope_new(size_t max_bytes, bool folds_case);
void ferry_name_scope_free(FerryNameScope *scope); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryNameScope, ferry_name_scope_free)

/* The name that the wish gets; newly allocated. full: what the suffix is made from ("schema.table.index"), so
 * that equal wishes of different objects get different suffixes; NULL: the wish itself. */
char *ferry_name_scope_claim(FerryNameScope *scope, const char *wish, const char *full);

/* As claim, but tries second (may be NULL) as it is before it makes a suffix. */
char *ferry_name_scope_claim_either(FerryNameScope *scope, const char *wish, const char *second,
				    const char *full);

bool ferry_name_scope_has(const FerryNameScope *scope, const char *name);

/* name cut to max_bytes in whole UTF-8 characters, suffix from full included. Newly allocated. */
char *ferry_name_cut(const char *name, const char *full, size_t max_bytes);
