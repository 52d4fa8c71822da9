/*
 * Type rules: "SOURCE-TYPE [when GUARD [and GUARD]…] to TARGET-TYPE", see FerryCastRule in project.h and
 * docs/project.md. A rule is parsed once, then asked for each column of the source. Plain data, read by any thread.
 *
 * A source type is compared without its numbers, without regard to case, and with its usual other names: "varchar" fits
 * PostgreSQL's "character varying(20)". A type without the word "unsigned" fits both kinds, unless a guard says otherwise.
 */
#pragma once

#include "base/error.h"
#include "data/catalog.h"

typedef struct FerryCast FerryCast;

/* FERRY_ERROR_USAGE tells the place in the rule and what was expected there. */
FerryCast *ferry_cast_parse(const char *text, GError **error);
void ferry_cast_free(FerryCast *cast); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryCast, ferry_cast_free)

/* Rules for columns by name go before all others. */
bool ferry_cast_is_for_columns(const FerryCast *cast);
bool ferry_cast_matches(const FerryCast *cast, const FerryTable *table, const FerryColumnDef *column);
/* As written. */
const char *ferry_cast_get_target(const FerryCast *cast);
