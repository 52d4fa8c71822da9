/*
 * Oracle's name-value texts: (KEY=value), (KEY=(A=1)(B=2)), as in connect descriptors, tnsnames.ora and what
 * listeners answer. Keys compare without case. One owner a tree.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryOracleNv {
	char *key;
	char *value;         /* or NULL: it has children */
	GPtrArray *children; /* FerryOracleNv; or NULL: it has a value */
} FerryOracleNv;

/* The node at *text, which is moved behind it; blanks and comments (#) before and in it are skipped. NULL: it
 * is none. */
FerryOracleNv *ferry_oracle_nv_parse(const char **text);
void ferry_oracle_nv_free(FerryOracleNv *nv); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryOracleNv, ferry_oracle_nv_free)

/* A child by its key, the node itself where it has that key, else what lies deeper; NULL where there is none.
 */
const FerryOracleNv *ferry_oracle_nv_find(const FerryOracleNv *nv, const char *key);
/* Its value; NULL where there is none. */
const char *ferry_oracle_nv_value(const FerryOracleNv *nv, const char *key);
bool ferry_oracle_nv_is(const FerryOracleNv *nv, const char *key);
void ferry_oracle_nv_append(const FerryOracleNv *nv, GString *out);

/* The descriptor of a name in the text of a tnsnames.ora; NULL where it has none. */
FerryOracleNv *ferry_oracle_nv_in_tnsnames(const char *text, const char *name);
