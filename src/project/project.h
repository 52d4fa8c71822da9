/*
 * The project: a migration as a document. Everything that a copy can be told stands in it; a command's flags are laid
 * over it (cli/), an API edits it, the mapping makes a plan from it. It knows no connection and no catalog, so whether
 * a table or column exists is found out when the plan is made.
 *
 * As a document it is YAML 1.1 or JSON (docs/project.md, docs/project.schema.json); parse.c reads one, write.c writes one.
 * Plain data: made and changed by one thread, read by any afterwards. Strings are g_malloc'd, "or NULL" is said where one
 * may be missing; arrays are GPtrArrays with their free function set, never NULL. Words of an option ("fail", "reject")
 * are those of the flags.
 *
 * Secrets: URLs in a document may hold passwords, but ferry_project_to_text() never writes one; keys of hash transforms
 * are named by an environment variable, never written down.
 */
#pragma once

#include "base/error.h"
#include "data/batch.h"

#define FERRY_PROJECT_VERSION 1

/* Where in the document something was said, for messages of the plan ("line 12, column 5: tables[2].columns[0]…"); line 0:
 * it was not read from a document. */
typedef struct FerryProjectPlace {
	guint line, column;
} FerryProjectPlace;

/* ---- words ---- */

typedef enum { FERRY_IF_EXISTS_FAIL, FERRY_IF_EXISTS_DROP, FERRY_IF_EXISTS_TRUNCATE, FERRY_IF_EXISTS_APPEND, FERRY_IF_EXISTS_MERGE, FERRY_N_IF_EXISTS } FerryIfExists;
typedef enum { FERRY_IDENTIFIERS_KEEP, FERRY_IDENTIFIERS_LOWER, FERRY_IDENTIFIERS_SNAKE, FERRY_N_IDENTIFIERS } FerryIdentifiers;

/* A table that cannot be loaded: end the run | go on with the other tables | the same, and constraint errors skip rows. */
typedef enum { FERRY_ON_ERROR_FAIL, FERRY_ON_ERROR_CONTINUE, FERRY_ON_ERROR_SKIP, FERRY_N_ON_ERROR } FerryOnError;

/* What becomes of a value that the target cannot hold. REPLACE: the nearest value that it can (a zero date: 1970-01-01, a NUL
 * byte or bytes that are not UTF-8: U+FFFD, too long: cut; not for what is out of range). */
typedef enum { FERRY_BAD_VALUE_REJECT, FERRY_BAD_VALUE_FAIL, FERRY_BAD_VALUE_NULL, FERRY_BAD_VALUE_REPLACE, FERRY_N_BAD_VALUE } FerryBadValueRule;

/* FULL: count and sum of all rows. SAMPLE: counts, and the sums of some chunks. COUNTS: counts only. */
typedef enum { FERRY_VERIFY_FULL, FERRY_VERIFY_SAMPLE, FERRY_VERIFY_COUNTS, FERRY_VERIFY_NONE, FERRY_N_VERIFY } FerryVerify;

/* The source's consistent snapshot is lost (its server restarted, a copy is resumed), so that rows that are still to be read
 * come from a later state than those that are in: begin the copy again | go on, and let the verification tell | stop. */
/* Which other workers of the service may load chunks of the copy: those that join its snapshot, all, or none. */
typedef enum { FERRY_HELPERS_SNAPSHOT, FERRY_HELPERS_ANY, FERRY_HELPERS_NONE, FERRY_N_HELPERS } FerryHelpers;
typedef enum { FERRY_SNAPSHOT_LOST_CONTINUE, FERRY_SNAPSHOT_LOST_RESTART, FERRY_SNAPSHOT_LOST_FAIL, FERRY_N_SNAPSHOT_LOST } FerrySnapshotLost;

/* Tables of the source's that are partitioned: partitioned in the target, too, where it has such | plain tables. */
typedef enum { FERRY_PARTITIONS_KEEP, FERRY_PARTITIONS_FLAT, FERRY_N_PARTITIONS } FerryPartitions;

/* What a failed check of a row leads to. */
typedef enum { FERRY_CHECK_COUNT, FERRY_CHECK_REJECT, FERRY_CHECK_REPORT, FERRY_N_CHECK_ACTIONS } FerryCheckAction;

/* The words of each, in the order of its enum, NULL-ended; static. */
extern const char *const ferry_if_exists_words[], *const ferry_identifiers_words[], *const ferry_on_error_words[],
	*const ferry_bad_value_words[], *const ferry_verify_words[], *const ferry_check_action_words[],
	*const ferry_snapshot_lost_words[], *const ferry_helpers_words[], *const ferry_partitions_words[];

/* ---- parts ---- */

/* More rejected rows than this end the load. Both may be given; -1: no such limit. */
typedef struct FerryRejectLimit {
	int64_t rows;
	double percent; /* of the rows read, 0…100; judged once at least 1,000 were */
} FerryRejectLimit;
#define FERRY_REJECT_LIMIT_NONE ((FerryRejectLimit){-1, -1})

/* SQL around the work, each one statement in its own database's dialect. char*, in order. */
typedef struct FerryHooks {
	GPtrArray *source_before, *source_after, *target_before, *target_after;
} FerryHooks;

typedef enum {
	FERRY_TRANSFORM_TYPE,       /* convert to text: a logical type as ferry_type_to_string() writes it */
	FERRY_TRANSFORM_DEFAULT,    /* NULL becomes text */
	FERRY_TRANSFORM_NULL_IF,    /* a value equal to text becomes NULL */
	FERRY_TRANSFORM_TRIM,       /* white space (or the characters of text) off both ends */
	FERRY_TRANSFORM_LTRIM,
	FERRY_TRANSFORM_RTRIM,
	FERRY_TRANSFORM_UPPER,
	FERRY_TRANSFORM_LOWER,
	FERRY_TRANSFORM_SUBSTRING,  /* from (1 = first; negative: from the end), length (-1: the rest), in characters */
	FERRY_TRANSFORM_REPLACE,    /* every text by with */
	FERRY_TRANSFORM_CONCAT,     /* the columns' values and literals in parts; NULL counts as empty; column's own value is not used */
	FERRY_TRANSFORM_HASH,       /* keyed BLAKE2b-256 in hex; text: environment variable with the key */
	FERRY_TRANSFORM_MASK,       /* all but the last length characters become text's one character ("*") */
	FERRY_TRANSFORM_CONSTANT,   /* text for every row, also NULLs */
	FERRY_N_TRANSFORMS
} FerryTransformKind;

extern const char *const ferry_transform_words[]; /* "type", "default", "null-if", "trim", …; NULL-ended */

/* A part of a concatenation: one of the two is set. */
typedef struct FerryConcatPart {
	char *column;  /* a source column */
	char *literal;
} FerryConcatPart;

typedef struct FerryTransformStep {
	FerryTransformKind kind;
	char *text, *with; /* or NULL */
	int64_t from, length;
	GPtrArray *parts;  /* FerryConcatPart; empty but for CONCAT */
	FerryProjectPlace place;
} FerryTransformStep;

typedef struct FerryProjectColumn {
	char *source;     /* or NULL: a new column, which has an expression, or steps that begin with CONSTANT or CONCAT */
	char *target;     /* or NULL: as the source's, by the project's rules of names */
	char *type;       /* or NULL: the target's native type */
	char *expression; /* or NULL: SQL in the source's dialect, evaluated by the source */
	bool exclude;     /* not copied, not made */
	GPtrArray *steps; /* FerryTransformStep: applied in order by the engine */
	FerryProjectPlace place;
} FerryProjectColumn;

typedef struct FerryProjectCheck {
	char *name;
	char *expression; /* SQL in the source's dialect; a row passes when it is true or NULL */
	FerryCheckAction action;
	FerryProjectPlace place;
} FerryProjectCheck;

/* What holds for tables that match. Several entries of one source table make several targets, if their targets differ. */
typedef struct FerryProjectTable {
	char *source;  /* glob over "table" or "schema.table"; or, with query, the name that the result is called by */
	char *target;  /* or NULL: "table" or "schema.table"; not with a glob that has a wildcard */
	char *where;   /* or NULL: SQL in the source's dialect */
	bool is_where_given; /* by a flag, which may do so once */
	char *query;   /* or NULL: a SELECT in the source's dialect instead of a table */
	GPtrArray *columns; /* FerryProjectColumn: the columns that are not as they are */
	bool only_listed;   /* columns that are not listed are left out */
	GPtrArray *key;     /* char*: source columns that identify a row, where the catalog does not say; may be empty */
	char *cursor;       /* or NULL: column of an incremental copy */
	FerryHooks hooks;
	GPtrArray *checks;  /* FerryProjectCheck */
	FerryRejectLimit max_rejects;
	FerryProjectPlace place;
} FerryProjectTable;

/*
 * A type rule. As text: "SOURCE-TYPE [when GUARD [and GUARD]…] to TARGET-TYPE", where SOURCE-TYPE is the name of a native type
 * without its numbers ("tinyint", "bigint unsigned"), or "column GLOB" over "table.column" or "schema.table.column", or
 * "table GLOB SOURCE-TYPE"; GUARD is "precision OP N", "scale OP N", "unsigned", "default VALUE", "auto_increment",
 * "not null", or one of them after "not"; OP is = != < <= > >=. The first rule that fits decides; column rules go before type
 * rules. See docs/project.md.
 */
typedef struct FerryCastRule {
	char *text; /* as given: the plan shows which rule decided */
	FerryProjectPlace place;
	struct FerryCast *parsed; /* by ferry_cast_parse(): project/cast.h */
} FerryCastRule;

typedef struct FerryRename {
	char *from, *to; /* schemas */
} FerryRename;

typedef struct FerryProject {
	char *name;           /* or NULL */
	char *source, *target; /* URLs, or NULL */
	char **include, **exclude; /* globs, NULL-ended; or NULL: all, none */
	GPtrArray *schemas;   /* FerryRename: of schemas */
	FerryIdentifiers identifiers;
	GPtrArray *casts;     /* FerryCastRule, in order */
	GPtrArray *tables;    /* FerryProjectTable, in order */
	FerryHooks hooks;     /* of the run */

	/* options */
	bool schema_only, data_only, keep_ledger, no_analyze;
	bool restart; /* of this run: no member of the document */
	FerryIfExists if_exists;
	guint lanes;            /* 0: the engine decides */
	size_t chunk_rows;      /* 0: the engine decides */
	FerryVerify verify;
	FerryOnError on_error;
	FerryRejectLimit max_rejects;        /* of the run */
	FerryRejectLimit max_rejects_table;  /* of each table that does not say otherwise */
	FerryBadValueRule bad_values[FERRY_N_BAD_KINDS]; /* REFUSED and INVALID_VALUE: only REJECT and FAIL */
	char *reject_file;      /* or NULL */
	char *save_sources;     /* or NULL: directory for the source's texts of what is not converted; of a command, not of the service */
	int64_t read_limit_rows, read_limit_bytes; /* a second, over all lanes; 0: none */
	bool incremental;       /* rows past the last mark of each table's cursor, merged by key */
	char *cursor;           /* or NULL: column of tables that do not name theirs */
	bool number_scan;       /* numbers declared without a size (Oracle's NUMBER) get types by what they hold */
	FerryPartitions partitions;
	bool staging;           /* load into a staging schema, swap in at the end */
	char *staging_schema;   /* or NULL: its name; where the target has several schemas, "NAME_SCHEMA" for each */
	guint retries;          /* of what can heal, in a row without progress; FERRY_DEFAULT_RETRIES */
	FerrySnapshotLost snapshot_lost;
	FerryHelpers helpers;
	guint stall_seconds;    /* a lane without progress for so long is named; 0: never */
} FerryProject;

#define FERRY_DEFAULT_RETRIES 8
#define FERRY_DEFAULT_STALL_SECONDS 30

FerryProject *ferry_project_new(void); /* everything at its default */
void ferry_project_free(FerryProject *project); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryProject, ferry_project_free)

FerryProjectTable *ferry_project_table_new(const char *source);
void ferry_project_table_free(FerryProjectTable *table);
FerryProjectColumn *ferry_project_column_new(const char *source);
void ferry_project_column_free(FerryProjectColumn *column);
FerryTransformStep *ferry_transform_step_new(FerryTransformKind kind);
void ferry_transform_step_free(FerryTransformStep *step);
void ferry_hooks_init(FerryHooks *hooks);
void ferry_hooks_clear(FerryHooks *hooks);

/* Whether the glob can match more than its own text: it has a * or a ?. */
bool ferry_glob_has_wildcard(const char *glob);

/* The index of the word in one of the arrays above; -1: none. */
int ferry_word_find(const char *const *words, const char *word);

/* Adds one to project->casts (or to an array like it); the rule is not parsed yet. Borrowed from the array. */
FerryCastRule *ferry_project_add_cast(GPtrArray *casts, const char *text);
/* Adds one to project->schemas. */
void ferry_project_add_rename(GPtrArray *renames, const char *from, const char *to);
/* REFUSED and INVALID_VALUE can only be rejected or fail. */
bool ferry_bad_value_rule_fits(FerryBadKind kind, FerryBadValueRule rule);
/* What holds where the project says nothing. */
FerryBadValueRule ferry_bad_value_default(FerryBadKind kind);

/* ---- documents ---- */

/* YAML or JSON, whichever it is (JSON when the first character that is no white space is '{'). name is for messages: the file's.
 * FERRY_ERROR_USAGE: "shop.yaml:12:5: tables[2].columns[0].transform: unknown step \"tirm\"; expected one of …". Unknown
 * members are errors, so that a misspelt option is not lost. */
FerryProject *ferry_project_parse(const char *text, size_t len, const char *name, GError **error);
FerryProject *ferry_project_load(const char *path, GError **error);

typedef enum { FERRY_PROJECT_YAML, FERRY_PROJECT_JSON } FerryProjectFormat;
/* Only what differs from the defaults, in the order of the documentation. Reads back as the same project, but for passwords. */
char *ferry_project_to_text(const FerryProject *project, FerryProjectFormat format);
