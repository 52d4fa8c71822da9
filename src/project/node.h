/*
 * A document as a tree of nodes with their lines and columns: what YAML and JSON have in common. Both are read by libyaml
 * (JSON is YAML but for a few characters and escapes, which are changed first). What a document of ours never needs is refused here:
 * aliases and tags, more than one document, NUL bytes, nesting beyond 20, more than 8 MiB or a million nodes.
 */
#pragma once

#include "base/error.h"

#define FERRY_DOCUMENT_MAX_BYTES ((size_t)8 << 20)

typedef enum { FERRY_NODE_SCALAR, FERRY_NODE_LIST, FERRY_NODE_MAPPING } FerryNodeKind;

typedef struct FerryNode {
	FerryNodeKind kind;
	bool is_plain;       /* SCALAR: without quotes, so that it may be a number, true, null */
	guint line, column;  /* from 1; in characters */
	char *text;          /* SCALAR */
	GPtrArray *children; /* LIST: its items; MAPPING: key, value, key, value, … where keys are SCALARs; else NULL */
} FerryNode;

/* name is for messages: "NAME:LINE:COLUMN: …". NULL and FERRY_ERROR_USAGE. */
FerryNode *ferry_node_parse(const char *text, size_t len, const char *name, GError **error);
void ferry_node_free(FerryNode *node); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryNode, ferry_node_free)

static inline const FerryNode *ferry_node_child(const FerryNode *node, guint i)
{
	return (const FerryNode *)node->children->pdata[i];
}

/* A plain null, ~ or nothing. */
bool ferry_node_is_null(const FerryNode *node);
