/*
 * The layout of the document: each object that may stand in it is a shape, a table of its members with their kind and their
 * place in the struct. parse.c and write.c both walk these tables, so what one writes the other reads, and a member more is
 * one line in document.c (and one in docs/project.schema.json, which a test compares with them).
 *
 * Static data; only for src/project and its tests.
 */
#pragma once

#include "project/project.h"

typedef struct FerryShape FerryShape;

typedef enum {
	FERRY_MEMBER_VERSION,    /* FERRY_PROJECT_VERSION, stored nowhere */
	FERRY_MEMBER_BOOL,
	FERRY_MEMBER_TEXT,       /* char* */
	FERRY_MEMBER_URL,        /* char*; written without its password */
	FERRY_MEMBER_WORD,       /* an enum with its words */
	FERRY_MEMBER_INT,        /* int64_t, guint or size_t by `size`, from min to max */
	FERRY_MEMBER_TEXTS,      /* GPtrArray of char*: a list, or one text */
	FERRY_MEMBER_STRV,       /* char**, NULL when empty: the same */
	FERRY_MEMBER_LIMIT,      /* FerryRejectLimit */
	FERRY_MEMBER_RATE,       /* two int64_t: rows, then bytes */
	FERRY_MEMBER_BAD_VALUES, /* FerryBadValueRule by kind */
	FERRY_MEMBER_RENAMES,    /* GPtrArray of FerryRename */
	FERRY_MEMBER_CASTS,      /* GPtrArray of FerryCastRule: a list, or one text */
	FERRY_MEMBER_STEPS,      /* GPtrArray of FerryTransformStep: a list, or one step */
	FERRY_MEMBER_PARTS,      /* GPtrArray of FerryConcatPart: a list, or one part */
	FERRY_MEMBER_OBJECT,     /* a shape, its struct at the offset */
	FERRY_MEMBER_OBJECTS     /* GPtrArray of structs that the shape makes */
} FerryMemberKind;

typedef struct FerryMember {
	const char *name;
	FerryMemberKind kind;
	size_t offset, size;
	const char *const *words; /* WORD */
	int64_t min, max;         /* INT */
	const FerryShape *shape;  /* OBJECT, OBJECTS */
	bool is_required;
} FerryMember;

/* A word that people may look for here, and why it is none. */
typedef struct FerryMisplaced {
	const char *name, *reason;
} FerryMisplaced;

struct FerryShape {
	const char *what;             /* "a table": for messages */
	const FerryMember *members;   /* ends with a NULL name */
	gpointer (*make)(void);       /* OBJECTS: one at its defaults */
	void (*free)(gpointer object);
	ptrdiff_t place;              /* offset of a FerryProjectPlace; -1: none */
	/* MAY. What is wrong with the whole, one clause, or NULL; ret_member: where, or left alone. */
	const char *(*check)(gconstpointer object, const char **ret_member);
	const FerryMisplaced *misplaced; /* MAY; ends with a NULL name */
};

extern const FerryShape ferry_project_shape;

/* What a transform takes behind its word: "trim", {trim: " ."}, {substring: {from: 1, length: 3}}. */
typedef enum { FERRY_ARGUMENT_NONE, FERRY_ARGUMENT_TEXT, FERRY_ARGUMENT_PARTS, FERRY_ARGUMENT_SHAPE } FerryArgumentKind;

typedef struct FerryStepShape {
	FerryArgumentKind kind;
	bool is_optional;
	const FerryShape *shape; /* SHAPE: its struct is the FerryTransformStep */
} FerryStepShape;

extern const FerryStepShape ferry_step_shapes[FERRY_N_TRANSFORMS];

/* A step with what holds where the document does not say. */
FerryTransformStep *ferry_step_new_default(FerryTransformKind kind);
