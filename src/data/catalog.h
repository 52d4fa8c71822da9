/*
 * The catalog: what a database holds, in words that fit every system. A source connector fills one from its server; the
 * mapping makes from it a second one, the target's as it shall be, which the target connector turns into DDL. So both
 * sides of a plan have one shape, and two catalogs can be compared.
 *
 * Plain data, built by one thread, read by any afterwards. A catalog owns everything below it and goes in one call;
 * strings are g_malloc'd, arrays are GPtrArrays with their free function set, never NULL. "or NULL" is said where a
 * pointer may be missing.
 */
#pragma once

#include "data/type.h"

/* What an author of a plan must know of an object: said by the connector or by the mapping, shown in plan and report. */
typedef enum {
	FERRY_SEVERITY_INFO,    /* converted in a way worth knowing; nothing is lost */
	FERRY_SEVERITY_WARNING, /* something behaves or looks different in the target */
	FERRY_SEVERITY_LOSS,    /* not converted, or can lose something */
	FERRY_N_SEVERITIES
} FerrySeverity;

const char *ferry_severity_name(FerrySeverity severity); /* "info", "warning", "loss" */

typedef struct FerryNote {
	FerrySeverity severity;
	char *kind;   /* "table", "column", "index", "check", "view", …: one lower-case word */
	char *object; /* "schema.table.column", in the source's names */
	char *text;   /* one sentence: what and why */
	char *file; /* or NULL: where the source's text of the object was saved */
	bool is_about_type; /* only of the type that a column's values travel as: moot where the target's type is_exact */
} FerryNote;

/* Where a column's value comes from when none is given. LITERAL's text is the bare value (no quotes), read by the
 * column's logical type; EXPRESSION's is in the dialect of the catalog's own system. */
typedef enum {
	FERRY_DEFAULT_NONE,
	FERRY_DEFAULT_NULL,
	FERRY_DEFAULT_LITERAL,
	FERRY_DEFAULT_CURRENT_TIMESTAMP,
	FERRY_DEFAULT_CURRENT_DATE,
	FERRY_DEFAULT_CURRENT_TIME,
	FERRY_DEFAULT_UUID, /* a random UUID */
	FERRY_DEFAULT_EXPRESSION
} FerryDefaultKind;

typedef enum { FERRY_GENERATED_NONE, FERRY_GENERATED_STORED, FERRY_GENERATED_VIRTUAL } FerryGenerated;

/* AUTO: MySQL AUTO_INCREMENT, SQLite AUTOINCREMENT, PostgreSQL serial; the others are SQL's GENERATED … AS IDENTITY. */
typedef enum { FERRY_IDENTITY_NONE, FERRY_IDENTITY_AUTO, FERRY_IDENTITY_BY_DEFAULT, FERRY_IDENTITY_ALWAYS } FerryIdentity;

typedef struct FerryColumnDef {
	char *name;
	char *native_type; /* as the system writes it: "int(10) unsigned", "numeric(12,2)" */
	FerryType type;    /* the logical type its values travel as */
	bool not_null;
	FerryDefaultKind default_kind;
	char *default_text; /* or NULL */
	char *default_sql;  /* or NULL: SQLite's own words for a LITERAL, whose class the text does not tell (1, '1') */
	bool on_update_now; /* MySQL's ON UPDATE CURRENT_TIMESTAMP */
	FerryGenerated generated;
	char *generated_expression; /* or NULL; dialect of the catalog's system */
	char *own_functions; /* or NULL: those that users or extensions made and the default or that expression calls */
	FerryIdentity identity;
	bool has_identity_next;
	int64_t identity_next; /* the value that the next row would get, when has_identity_next */
	int64_t identity_increment; /* 0 or 1: one */
	/* Or NULL: the sequence's other options that are not its type's defaults, in PostgreSQL's words ("MINVALUE 5 CYCLE");
	 * then its limits, too. */
	char *identity_options;
	int64_t identity_min, identity_max;
	char *enum_schema, *enum_name; /* or NULL: a named enum type of the catalog */
	char **labels;                 /* or NULL: NULL-ended labels of an enum (named or inline) */
	bool is_set;                   /* labels are those of MySQL's SET */
	bool is_invisible;
	char *collation; /* or NULL: not the default */
	char *comment;   /* or NULL */
	guint n_key_parts; /* for map_type, set by the mapping: parts of the widest key or index that the column is in; 0: none */
	bool is_one_class; /* SQLite: the data was looked at, and has no storage class but the type's own */
	/* A type that users or an extension made, in the system's own words ("sales.positive", "sales.address[]"), or NULL.
	 * native_type, type, not_null, default and collation then say how the column is without it: a domain's base type,
	 * text for the others. type_schema and type_name are those of the type itself, for an array its element's. */
	char *user_type;
	char *type_schema, *type_name;
	bool is_domain; /* the column's type itself, not its elements' */
	bool has_domain_not_null, has_domain_default, has_domain_collation; /* come with the domain, not from the column */
} FerryColumnDef;

typedef struct FerryIndexPart {
	char *column;     /* or NULL where it is an expression */
	char *expression; /* or NULL; dialect of the catalog's system */
	int64_t prefix_len; /* MySQL's KEY(col(10)): characters; 0 = whole */
	bool descending;
	int nulls_order;  /* 0 = the system's default, 1 = first, 2 = last */
	char *opclass;    /* or NULL: PostgreSQL operator class that is not the default */
	char *collation;  /* or NULL */
} FerryIndexPart;

typedef struct FerryIndex {
	char *name; /* or NULL: the target makes one */
	bool is_primary, is_unique;
	bool is_constraint; /* declared as UNIQUE or PRIMARY KEY constraint, not as index */
	char *method;       /* "btree", "hash", "fulltext", "spatial", "gin", …; NULL: btree */
	GPtrArray *parts;   /* FerryIndexPart */
	GPtrArray *include; /* char*: INCLUDE columns */
	char *predicate;    /* or NULL: partial index, dialect of the catalog's system */
	bool nulls_not_distinct;
	bool deferrable, initially_deferred;
	char *definition; /* or NULL: the whole statement in the system's own words */
	char *comment;    /* or NULL */
	bool is_exclusion; /* an exclusion constraint; definition then is "EXCLUDE USING …" */
} FerryIndex;

typedef enum {
	FERRY_FK_NO_ACTION,
	FERRY_FK_RESTRICT,
	FERRY_FK_CASCADE,
	FERRY_FK_SET_NULL,
	FERRY_FK_SET_DEFAULT
} FerryFkAction;

typedef struct FerryForeignKey {
	char *name; /* or NULL */
	GPtrArray *columns; /* char* */
	char *ref_schema;   /* or NULL: the table's own */
	char *ref_table;
	GPtrArray *ref_columns; /* char*; empty: the primary key */
	FerryFkAction on_update, on_delete;
	bool match_full, deferrable, initially_deferred;
	bool not_valid; /* target: rows were loaded that violate it; enforced for new rows only */
	GPtrArray *set_columns; /* char*: those that ON DELETE SET NULL or SET DEFAULT sets; empty: all */
} FerryForeignKey;

typedef struct FerryCheck {
	char *name; /* or NULL */
	char *expression; /* without CHECK ( ); dialect of the catalog's system */
} FerryCheck;

/* How the rows of a table lie in partitions, which are tables that have the columns of the whole. */
typedef enum { FERRY_PARTITION_RANGE, FERRY_PARTITION_LIST, FERRY_PARTITION_HASH, FERRY_N_PARTITION_KINDS } FerryPartitionKind;

const char *ferry_partition_kind_name(FerryPartitionKind kind); /* "range", "list", "hash" */

typedef enum { FERRY_BOUND_VALUE, FERRY_BOUND_NULL, FERRY_BOUND_MINVALUE, FERRY_BOUND_MAXVALUE } FerryBoundKind;

typedef struct FerryBound {
	FerryBoundKind kind;
	char *text; /* VALUE: bare, as that of a LITERAL default; else NULL */
} FerryBound;

typedef struct FerryPartitioning FerryPartitioning;

typedef struct FerryPartition {
	char *name;
	GPtrArray *from, *to;     /* RANGE: FerryBound, one a column of the key; the first is in it, the second is not */
	GPtrArray *values;        /* LIST: FerryBound */
	guint modulus, remainder; /* HASH */
	bool is_default;          /* the rows that fit into no other one */
	char *definition;         /* or NULL: the bounds in the system's own words ("FOR VALUES FROM (1) TO (2)") */
	FerryPartitioning *parts; /* or NULL: its rows lie in partitions themselves */
} FerryPartition;

struct FerryPartitioning {
	FerryPartitionKind kind;
	GPtrArray *columns;    /* char*: the key */
	GPtrArray *partitions; /* FerryPartition; ranges in ascending order */
	char *definition;      /* or NULL: the key in the system's own words ("lower(a), b"), where it is more than columns */
	char *obstacle;        /* or NULL: why no other system can divide the rows so, a clause; all else may be missing then */
	bool is_open; /* rows may come that fit into none: the system makes the partition then, or puts them elsewhere */
};

typedef struct FerryTable {
	char *schema; /* or NULL where the system has none */
	char *name;
	GPtrArray *columns;       /* FerryColumnDef */
	FerryIndex *primary_key;  /* or NULL */
	GPtrArray *indexes;       /* FerryIndex: all but the primary key, unique constraints included */
	GPtrArray *foreign_keys;  /* FerryForeignKey */
	GPtrArray *checks;        /* FerryCheck */
	GPtrArray *notes;         /* FerryNote: what the connector has to say about it */
	char *comment;            /* or NULL */
	int64_t est_rows, est_bytes; /* -1: not known */
	bool is_partitioned;      /* rows live in partitions; read through the parent */
	FerryPartitioning *partitioning; /* or NULL: not known, or there are no partitions */
	bool without_rowid, is_strict; /* SQLite */
	/* Source only, set by the mapping before profile and split; every way of reading the table honours them. Both are SQL
	 * of the catalog's own system, from the user. */
	char *query;  /* or NULL: read this SELECT, as a derived table, instead of the table of that name */
	size_t query_name_end; /* of a query that is about this one table: where its name ends, for an AS OF; else 0 */
	char *filter; /* or NULL: only rows for which this condition is true */
	void *connector_data;     /* or NULL: the connector's own (PostgreSQL OID, …) */
	GDestroyNotify connector_data_free;
} FerryTable;

typedef struct FerryEnum {
	char *schema; /* or NULL */
	char *name;
	char **labels; /* NULL-ended */
} FerryEnum;

/* A type of the users' that is more than a list of labels. The array of a catalog is in no order; that of a plan's target is in
 * one in which each can be made after those it needs. */
typedef enum { FERRY_USER_TYPE_DOMAIN, FERRY_USER_TYPE_COMPOSITE, FERRY_USER_TYPE_RANGE, FERRY_N_USER_TYPE_KINDS } FerryUserTypeKind;

const char *ferry_user_type_kind_name(FerryUserTypeKind kind); /* "domain", "composite type", "range type" */

typedef struct FerryUserType {
	FerryUserTypeKind kind;
	char *schema; /* or NULL */
	char *name;
	char *definition; /* what stands behind the name in CREATE, in the system's own words; NULL: it cannot be made */
	char **needs;     /* NULL-ended: schema, name, schema, name, … of the users' types in the definition */
	GPtrArray *notes; /* FerryNote: what the definition leaves out of the type, and why */
	char *comment;    /* or NULL */
} FerryUserType;

typedef struct FerrySequence {
	char *schema; /* or NULL */
	char *name;
	int64_t start, increment, min_value, max_value, cache, next_value;
	bool cycles;
	char *owner_schema, *owner_table, *owner_column; /* or NULL: dropped with that column */
	char *data_type; /* "bigint", … */
} FerrySequence;

/* Objects that are known but not moved by themselves: named in plan and report, with the reason. */
typedef struct FerryOther {
	char *kind; /* "view", "materialized view", "function", "procedure", "trigger", "event", "policy", "extension", … */
	char *schema; /* or NULL */
	char *name;
	char *definition; /* or NULL */
	char *head;       /* or NULL: what stands before the definition in the statement that makes the object */
	char *reason;     /* or NULL: why it is not converted, a clause; else that its kind is not */
	GPtrArray *columns; /* char*: of a view, in order; may be empty */
	bool is_converted;  /* set by the mapping */
	bool is_harmless; /* nothing is lost without it: it needs a look only */
} FerryOther;

/* A view that is made. Those of a catalog stand in an order in which each can be made after those that it reads. */
typedef struct FerryView {
	char *schema; /* or NULL */
	char *name;
	GPtrArray *columns; /* char* */
	char *query;
	char *origin;       /* of what it was translated: "SCOTT.TOP_EARNERS" */
	bool is_materialized;
} FerryView;

typedef struct FerryCatalog {
	char *connector; /* name of the connector that filled it: the dialect of the expressions in it */
	char *product, *version; /* "MariaDB", "10.11.6" */
	char *database;          /* what the connection is to, or NULL */
	bool folds_to_capitals;  /* names that were written without quotes are in capitals: they become small in other systems */
	GPtrArray *tables;    /* FerryTable, by schema and name */
	GPtrArray *enums;     /* FerryEnum */
	GPtrArray *sequences; /* FerrySequence: those that are not a column's identity */
	GPtrArray *others;    /* FerryOther */
	GPtrArray *notes;     /* FerryNote: about the database as a whole */
	GPtrArray *types;     /* FerryUserType: domains, composite and range types */
	GPtrArray *views;     /* FerryView: of a target, those that are to be made; a source's are among the others */
} FerryCatalog;

/* Names (char*) in a row, newly allocated; "" of none. */
char *ferry_names_join(const GPtrArray *names, const char *separator);

FerryCatalog *ferry_catalog_new(const char *connector);
void ferry_catalog_free(FerryCatalog *catalog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryCatalog, ferry_catalog_free)

/* Each _new gives zeroed data with empty arrays; each _free takes NULL. The caller adds it to its array. */
FerryTable *ferry_table_new(const char *schema, const char *name);
void ferry_table_free(FerryTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryTable, ferry_table_free)
FerryColumnDef *ferry_column_def_new(const char *name);
void ferry_column_def_free(FerryColumnDef *column);
FerryIndex *ferry_index_new(const char *name);
void ferry_index_free(FerryIndex *index);
FerryIndexPart *ferry_index_part_new(const char *column);
void ferry_index_part_free(FerryIndexPart *part);
FerryForeignKey *ferry_foreign_key_new(const char *name, const char *ref_schema, const char *ref_table);
void ferry_foreign_key_free(FerryForeignKey *key);
FerryPartitioning *ferry_partitioning_new(FerryPartitionKind kind);
void ferry_partitioning_free(FerryPartitioning *partitioning);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryPartitioning, ferry_partitioning_free)
FerryPartition *ferry_partition_new(const char *name);
void ferry_partition_free(FerryPartition *partition);
FerryBound *ferry_bound_new(FerryBoundKind kind, const char *text);
void ferry_bound_free(FerryBound *bound);
FerryCheck *ferry_check_new(const char *name, const char *expression);
void ferry_check_free(FerryCheck *check);
FerryEnum *ferry_enum_new(const char *schema, const char *name);
void ferry_enum_free(FerryEnum *e);
FerryUserType *ferry_user_type_new(FerryUserTypeKind kind, const char *schema, const char *name);
void ferry_user_type_free(FerryUserType *type);
FerrySequence *ferry_sequence_new(const char *schema, const char *name);
void ferry_sequence_free(FerrySequence *sequence);
FerryOther *ferry_other_new(const char *kind, const char *schema, const char *name);
void ferry_other_free(FerryOther *other);
FerryView *ferry_view_new(const char *schema, const char *name);
void ferry_view_free(FerryView *view);
FerryNote *ferry_note_new(FerrySeverity severity, const char *kind, const char *object, const char *text);
void ferry_note_free(FerryNote *note);

/* Deep copies (connector_data is not copied). */
FerryColumnDef *ferry_column_def_copy(const FerryColumnDef *column);
FerryIndex *ferry_index_copy(const FerryIndex *index);
FerryForeignKey *ferry_foreign_key_copy(const FerryForeignKey *key);
FerryPartitioning *ferry_partitioning_copy(const FerryPartitioning *partitioning);
FerryUserType *ferry_user_type_copy(const FerryUserType *type);
FerryTable *ferry_table_copy(const FerryTable *table);

/* Look-ups; NULL (or -1) where there is none. schema NULL matches only tables without one. Names compare exactly. */
FerryTable *ferry_catalog_find_table(const FerryCatalog *catalog, const char *schema, const char *name);
FerryEnum *ferry_catalog_find_enum(const FerryCatalog *catalog, const char *schema, const char *name);
FerryUserType *ferry_catalog_find_user_type(const FerryCatalog *catalog, const char *schema, const char *name);
FerryColumnDef *ferry_table_find_column(const FerryTable *table, const char *name);
/* The same name, else the first that differs in case only. */
FerryColumnDef *ferry_table_find_column_loosely(const FerryTable *table, const char *name);
int ferry_table_column_index(const FerryTable *table, const char *name);

/* "schema.table" or "table": for messages, not for SQL. Newly allocated. */
char *ferry_table_display_name(const FerryTable *table);

/* Adds a note about the table (column NULL) or one of its columns. */
void ferry_table_note(FerryTable *table, FerrySeverity severity, const char *column, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/* Columns that make the rows' key: the primary key, else the first unique index over plain NOT NULL columns without a
 * prefix or predicate; NULL where there is none. Borrowed. */
const FerryIndex *ferry_table_row_key(const FerryTable *table);

/* Partitions of which the system tells the upper bounds only: each begins where the one before it ends. */
void ferry_partitioning_chain(FerryPartitioning *partitioning);

/* JSON of the whole catalog, for `ferry inspect --json` and tests: stable key order, two-space indentation. */
char *ferry_catalog_to_json(const FerryCatalog *catalog);
