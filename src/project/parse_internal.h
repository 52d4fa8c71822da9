/*
 * What parse.c and parse_steps.c share: where in the document the reader is, and how it says what is wrong.
 */
#pragma once

#include "project/document.h"
#include "project/node.h"

typedef struct FerryParser {
	const char *name; /* of the document */
	GError **error;
} FerryParser;

/* The way to a value, for messages: on the stack of who descends. Exactly one of member and index counts. */
typedef struct FerryPath {
	const struct FerryPath *up; /* NULL: the document */
	const char *member;         /* or NULL: index */
	guint index;
} FerryPath;

/* "NAME:LINE:COLUMN: PATH: …"; returns false. */
bool ferry_parse_fail(FerryParser *p, const FerryNode *node, const FerryPath *path, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/* "expected WHAT, not …" with what is there instead. */
bool ferry_parse_expected(FerryParser *p, const FerryNode *node, const FerryPath *path, const char *what);
/* "unknown WHAT "tirm"; expected one of …", with the nearest as the hint. */
bool ferry_parse_unknown(FerryParser *p, const FerryNode *node, const FerryPath *path, const char *what,
                         const char *const *words);

/* Each reads a value of its kind into *ret (which must hold NULL or the default, and is replaced). */
bool ferry_parse_text(FerryParser *p, const FerryNode *node, const FerryPath *path, char **ret);
/* Members that are not there keep what the object has. */
bool ferry_parse_object(FerryParser *p, const FerryNode *node, const FerryPath *path, const FerryShape *shape, gpointer object);
bool ferry_parse_steps(FerryParser *p, const FerryNode *node, const FerryPath *path, GPtrArray *steps);
